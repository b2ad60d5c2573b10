import { flawed, moot, rule, sound, unsure } from '../src/rule.js';

const MiB = 1024 ** 2;
/** The default of ws, https://github.com/websockets/ws/blob/master/lib/websocket-server.js: as good as none. */
const wsDefault = 100 * MiB;
/** The default of Bun, https://bun.sh/reference/bun/WebSocketHandler: far more than JSON-RPC needs, and nobody's choice. */
const bunDefault = 16 * MiB;
/** A server that carries screenshots has a reason for tens of MiB; above this a handful of sockets fills its memory. */
const mostChosen = 64 * MiB;

export default rule({
  id: 'ws-missing-max-payload',
  title: 'WebSocket messages have no sensible size limit',
  pillar: 'limits',
  severity: 'medium',
  cwe: [770],
  why:
    'A message is gathered in memory before the handler sees it. `ws` takes up to 100 MiB per message unless told ' +
    'otherwise, so a handful of connections fills the memory of a typical server, before authentication by first message ' +
    'has had a say. MCP messages are measured in kilobytes.',
  fix: 'Set `maxPayload` (`ws`), `maxPayloadLength` (Bun, uWebSockets.js) or `maxHttpBufferSize` (socket.io) to about 1 MiB.',
  verify:
    'Send a message of 20 MiB: a guarded server closes the connection with code 1009 (message too big) before the handler runs.',
  reading: [
    'https://github.com/websockets/ws/blob/master/doc/ws.md#new-websocketserveroptions-callback',
    'https://bun.sh/reference/bun/WebSocketHandler/maxPayloadLength',
    'https://cwe.mitre.org/data/definitions/770.html',
  ],
  judges: 'WebSocketServer',

  judge({ at, via, maxPayload, ownSizeLimit }) {
    if (ownSizeLimit) return sound(ownSizeLimit);
    if (maxPayload.is === 'unclear') {
      return unsure(maxPayload.at, `The size limit of messages could not be told: ${maxPayload.why}.`);
    }
    // What no option changes is no flaw of the server's.
    if (maxPayload.is === 'default' && maxPayload.fixed) return moot;
    const bytes = maxPayload.value;
    const unlimited = bytes === 0 || bytes === Number.POSITIVE_INFINITY;
    const set = maxPayload.is === 'set';
    if (!unlimited && (set ? bytes <= mostChosen : bytes < bunDefault)) return sound(set ? maxPayload.at : at);

    const limit = unlimited ? 'of any size' : `of up to ${Math.round(bytes / MiB)} MiB`;
    const reason = set ? 'as set here' : maxPayload.because;
    return flawed(
      at,
      unlimited || bytes >= wsDefault ? 'medium' : 'low',
      `This ${via} server takes messages ${limit} (${reason}), and no size test in the message handler comes before the parsing.`,
      { trail: set ? [{ at: maxPayload.at, says: 'the limit is set here' }] : [] },
    );
  },
});
