import type { EventStream, StreamBody } from '../src/facts/index.js';
import { flawed, moot, rule, sound, unsure, type Verdict } from '../src/rule.js';

export default rule({
  id: 'sse-missing-close-cleanup',
  title: 'Nothing is cleaned up when the client of an event stream leaves',
  pillar: 'limits',
  severity: 'medium',
  cwe: [772],
  why:
    'Browsers open and close event streams all day: every reload leaves one behind. Unless the server notices, its keep-alive ' +
    'timers go on, entries pile up in its registries, and each broadcast is written to answers that nobody reads. Memory grows ' +
    'until the process ends, which an attacker can hasten by connecting and leaving.',
  fix:
    "Undo on departure all that was set up for the stream: `req.on('close', () => { clearInterval(timer); clients.delete(res); })`. " +
    'Streams of the web platform tell by `cancel()` of the source, or by `abort` of `request.signal`. Keep the timer in a ' +
    'variable around both functions: `this` in `cancel()` is not the controller.',
  verify:
    'Run `for i in $(seq 1000); do timeout 0.2 curl -sN http://<host>:<port>/events; done` and watch the memory, the handles ' +
    '(`process.getActiveResourcesInfo()`) or the size of the registry: they come back to where they were.',
  reading: [
    'https://nodejs.org/api/http.html#event-close_3',
    'https://developer.mozilla.org/en-US/docs/Web/API/ReadableStream/ReadableStream#cancel',
    'https://cwe.mitre.org/data/definitions/772.html',
  ],
  judges: ['EventStream', 'StreamBody'],

  judge(stream) {
    if (stream.kind === 'EventStream' && stream.life === 'one-answer') return moot;
    const { at, departure } = stream;
    if (departure.is === 'watched') return sound(departure.at);
    if (departure.is === 'unclear')
      return unsure(
        departure.at,
        `What happens when the client leaves this stream could not be told: ${departure.why}.`,
      );
    if (stream.kind === 'EventStream' && stream.life === 'unclear')
      return unsure(
        at,
        'Whether this event stream is kept open could not be told; nothing waits for its client to leave.',
      );
    return leak(stream, departure.left);
  },
});

function leak({ at }: EventStream | StreamBody, left: EventStream['at'] | undefined): Verdict {
  const looked =
    "no 'close' listener, no `cancel()` with an effect and no `abort` of the request's signal was found where the stream is set up";
  if (!left) return flawed(at, 'low', `Nobody notices when the client of this event stream leaves: ${looked}.`);
  return flawed(at, 'medium', `What is set up for this event stream goes on after its client has left: ${looked}.`, {
    trail: [{ at: left, says: 'goes on' }],
  });
}
