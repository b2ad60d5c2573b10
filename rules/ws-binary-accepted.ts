import { flawed, moot, rule, sound } from '../src/rule.js';

export default rule({
  id: 'ws-binary-accepted',
  title: 'Binary WebSocket messages are read as text',
  pillar: 'messages',
  severity: 'info',
  cwe: [20],
  why:
    'A text protocol that never looks at the kind of a message reads binary ones as if they were text. `ws` hands both out ' +
    'as a `Buffer`; only text was checked to be UTF-8. What other parties see of the same bytes (a proxy, a log) may differ.',
  fix: 'Look at the second argument of the listener, `isBinary`, and close the socket with code 1003 when it is set.',
  verify: 'Send a binary message that holds valid JSON: a strict server closes the connection with code 1003.',
  reading: [
    'https://github.com/websockets/ws/blob/master/doc/ws.md#event-message',
    'https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1',
  ],
  pedantic: true,
  judges: 'InboundFrame',

  judge({ at, door, parse, binaryTest }) {
    if (parse.is === 'library') return moot;
    if (binaryTest) return sound(binaryTest);
    return flawed(
      at,
      'info',
      'Binary messages are parsed like text: neither `isBinary` nor the type of the data is looked at.',
      {
        cause: door,
      },
    );
  },
});
