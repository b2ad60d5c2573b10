import { flawed, moot, rule, sound, unsure } from '../src/rule.js';

export default rule({
  id: 'ws-missing-error-handler',
  title: 'A bad WebSocket frame ends the process',
  pillar: 'limits',
  severity: 'medium',
  cwe: [248],
  why:
    'A frame that breaks the protocol (no mask, an invalid opcode, a message above the size limit) makes `ws` emit ' +
    '`error` on that one socket. Node ends the process when nobody listens to an `error` event, so any peer that may ' +
    'connect, and a socket that is about to be closed for lack of a token, can take the server down with a few bytes. A listener on the ' +
    'server (`wss.on("error")`) hears nothing of it.',
  fix:
    'Call `socket.on("error", …)` first thing in the `connection` handler (or the `handleUpgrade` callback), before any ' +
    '`await`, `return` or `close()`.',
  verify:
    'Open a connection and write `\\xff\\xff` to the bare TCP socket after the handshake: a guarded server closes that ' +
    'connection with code 1002 and lives on.',
  reading: [
    'https://github.com/websockets/ws/blob/master/doc/ws.md#event-error-1',
    'https://nodejs.org/api/events.html#error-events',
    'https://cwe.mitre.org/data/definitions/248.html',
  ],
  judges: 'WebSocketServer',

  judge({ errorListener, lastResort }) {
    switch (errorListener.is) {
      case 'there':
      case 'half':
        return sound(errorListener.at);
      case 'library':
        return moot;
      case 'unclear':
        return unsure(errorListener.at, `Whether \`error\` events are heard could not be told: ${errorListener.why}.`);
      case 'missing': {
        const { at, elsewhere } = errorListener;
        const says = elsewhere
          ? 'Not every socket gets an `error` listener: on some way through this handler it stays open without one'
          : 'Accepted sockets get no `error` listener, here or in what they are handed to';
        const aside = lastResort ? '; an `uncaughtException` handler keeps the process alive' : '';
        return flawed(at, lastResort ? 'low' : 'medium', `${says}: one malformed frame ends the process${aside}.`, {
          confidence: lastResort ? 'low' : elsewhere ? 'medium' : 'high',
          trail: [
            ...(elsewhere ? [{ at: elsewhere, says: 'others get theirs here' }] : []),
            ...(lastResort ? [{ at: lastResort, says: 'what nobody caught is caught here' }] : []),
          ],
        });
      }
    }
  },
});
