import { flawed, moot, rule, sound, unsure } from '../src/rule.js';

export default rule({
  id: 'sse-missing-retry',
  title: 'Event stream never tells clients when to reconnect',
  pillar: 'limits',
  severity: 'low',
  cwe: [770],
  why:
    'When a stream ends, EventSource reconnects by itself, after about three seconds unless a `retry:` field said ' +
    'otherwise. After a restart all clients of a server come back at the same moment, and a server that is down because of ' +
    'load stays down. Revision 2025-11-25 of MCP asks servers that close streams early to send `retry`; revision ' +
    '2026-07-28 has dropped resumption, so there the field only matters to clients other than MCP ones.',
  fix: 'Write `retry: 10000` and an empty line right after the head of the stream, and a longer one before a planned shutdown.',
  verify: "Run `curl -sN http://<host>:<port>/events | grep -m1 '^retry:'`: the field comes with the first bytes.",
  reading: [
    'https://html.spec.whatwg.org/multipage/server-sent-events.html#concept-event-stream-reconnection-time',
    'https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#listening-for-messages-from-the-server',
    'https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http',
  ],
  judges: 'EventStream',

  judge({ at, life, retry }) {
    if (life === 'one-answer') return moot;
    if (retry) return sound(retry);
    if (life === 'unclear')
      return unsure(at, 'Whether this event stream is kept open could not be told; it sends no `retry:`.');
    return flawed(
      at,
      'low',
      'No `retry:` field is written to this long-lived event stream, so clients reconnect at their own default pace ' +
        '(MCP revision 2026-07-28 drops resumption; this concerns EventSource and clients of earlier revisions).',
    );
  },
});
