import { flawed, rule, sound, unsure } from '../src/rule.js';

const MiB = 1024 ** 2;
/** A few dozen such requests fill the memory of a typical server: as good as no limit. */
const asGoodAsNone = 50 * MiB;

export default rule({
  id: 'http-missing-body-limit',
  title: 'Request bodies are gathered in memory without a sensible limit',
  pillar: 'limits',
  severity: 'medium',
  cwe: [770],
  why:
    'A server that adds up the pieces of a request until the client says it is done lets the client decide how much memory ' +
    'is used: one slow upload of a few gigabytes ends the process, often before any authentication. `Content-Length` does ' +
    'not help, for a client may leave it out and send chunks. Parsers of the frameworks count (`express.json()` stops at ' +
    '100 kB, fastify at 1 MiB); hand-written readers usually do not.',
  fix:
    'Count bytes as they come, and give up above about 4 MiB: `size += chunk.length; if (size > MAX) { req.destroy(); return; }`. ' +
    'Or let `express.json()` do it, and keep its `limit` within what the tools need.',
  verify:
    "Run `head -c 200000000 /dev/zero | curl -sS -o /dev/null -w '%{http_code}\\n' -H 'Transfer-Encoding: chunked' -T - " +
    '-X POST http://<host>:<port>/mcp`: a guarded server answers 413 or cuts the connection at its limit.',
  reading: [
    'https://cwe.mitre.org/data/definitions/770.html',
    'https://expressjs.com/en/resources/middleware/body-parser.html',
    'https://github.com/advisories/GHSA-353c-v8x9-v7c3',
  ],
  judges: 'BodyReader',

  judge({ at, via, limit, endedBy, passes, cause }) {
    if (passes === 'announced-too')
      return flawed(
        at,
        'medium',
        'The limit is held against the length that is announced, though the body may come in chunks all the same: where ' +
          'both headers are sent, chunks count and `Content-Length` does not (RFC 9112, 6.3). Unless the platform refuses ' +
          'such a request, as node does, its body has no limit.',
      );
    if (passes === 'chunked')
      return flawed(
        at,
        'low',
        'The next handler runs before a body that comes in chunks has been measured: it is counted as it is read, ' +
          'and whatever the handler does without reading it to its end is done for bodies that are too large as well.',
        { confidence: 'medium', pedantic: true },
      );
    if (limit.is === 'unclear')
      return endedBy
        ? sound(endedBy)
        : unsure(limit.at, `The largest body that ${via} takes could not be told: ${limit.why}.`);
    const bytes = limit.value;
    if (bytes < asGoodAsNone) return sound(limit.is === 'set' ? limit.at : at);
    if (bytes !== Number.POSITIVE_INFINITY) {
      const reason = limit.is === 'set' ? 'as set here' : limit.because;
      const size = `${Math.round(bytes / MiB)} MiB`;
      return flawed(at, 'medium', `Bodies of up to ${size} are gathered in memory (${via}: ${reason}).`, {
        trail: limit.is === 'set' ? [{ at: limit.at, says: 'the limit is set here' }] : [],
        cause,
      });
    }
    return flawed(
      at,
      'medium',
      endedBy || limit.is === 'set'
        ? `The body is gathered in memory without end: the limit is set to none (${via}).`
        : `The body is gathered in memory as long as the client sends (${via}); no test of the size so far ends it. ` +
            'A look at Content-Length would not do: chunked requests have none.',
      { cause },
    );
  },
});
