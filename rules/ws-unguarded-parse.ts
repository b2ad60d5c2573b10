import { flawed, moot, rule, sound } from '../src/rule.js';

export default rule({
  id: 'ws-unguarded-parse',
  title: 'A WebSocket message that is no JSON ends the process',
  pillar: 'messages',
  severity: 'medium',
  cwe: [248],
  why:
    '`JSON.parse` throws on anything that is not JSON. In the listener of a socket nobody catches that: the exception, or ' +
    'in an `async` listener the unhandled rejection, ends the Node process. A `try` around the line that registers ' +
    'the listener has long been left when the message comes.',
  fix:
    'Put the call into a `try` inside the listener and answer a parse error (JSON-RPC: code -32700), or close the socket ' +
    'with code 1007.',
  verify: 'Connect with `npx wscat -c ws://<host>:<port>` and send `{`: a guarded server goes on serving others.',
  reading: [
    'https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/JSON/parse#exceptions',
    'https://nodejs.org/api/cli.html#--unhandled-rejectionsmode',
    'https://cwe.mitre.org/data/definitions/248.html',
  ],
  judges: 'InboundFrame',

  judge({ at, door, parse, endsProcess }) {
    if (parse.is === 'library') return moot;
    if (parse.is === 'guarded') return sound(parse.by);
    const what = parse.rejects
      ? 'the promise that is rejected is handled nowhere'
      : 'no `catch` stands between the parser and the event loop';
    // Bun and Workers survive an exception, but a rejected promise that nobody handles as little as Node.
    const ends = endsProcess || parse.rejects;
    return flawed(
      at,
      ends ? 'medium' : 'low',
      `A message that is no JSON makes this throw, and ${what}: ` +
        `${ends ? 'one such message ends the process' : 'the message is lost and the client never told'}.`,
      { cause: door, trail: [{ at: door, says: 'its sockets come through here' }] },
    );
  },
});
