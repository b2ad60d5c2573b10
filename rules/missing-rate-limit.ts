import { flawed, moot, rule, sound, unsure } from '../src/rule.js';

export default rule({
  id: 'missing-rate-limit',
  title: 'Nothing limits how often a client of an exposed server may ask',
  pillar: 'limits',
  severity: 'low',
  cwe: [770],
  why:
    'A tool call costs far more than the request that asks for it: it starts processes, queries databases, pays for API calls. ' +
    'Where other machines can reach the server, one client in a loop uses it up for all others, runs up the bill, and may ' +
    'guess at credentials as fast as the network allows. On loopback there is only one user to be fair to.',
  fix:
    'Put a limiter before the MCP routes: `app.use("/mcp", rateLimit({ windowMs: 60_000, limit: 120 }))` of express-rate-limit, ' +
    '`@fastify/rate-limit`, `hono-rate-limiter`, or a counter per caller that answers 429. Key it by the authenticated caller ' +
    'rather than by address where there is one.',
  verify:
    'Run `for i in $(seq 500); do curl -s -o /dev/null -w "%{http_code}\\n" -X POST http://<host>:<port>/mcp; done | sort | uniq -c`: ' +
    'a guarded server answers 429 to some of them.',
  reading: [
    'https://modelcontextprotocol.io/specification/2025-11-25/server/tools#security-considerations',
    'https://cheatsheetseries.owasp.org/cheatsheets/Denial_of_Service_Cheat_Sheet.html',
    'https://cwe.mitre.org/data/definitions/770.html',
  ],
  judges: 'ServedAddress',

  judge({ at, via, exposure, host, paceLimit, oneClient, cause }) {
    if (exposure === 'loopback' || oneClient) return moot;
    if (paceLimit.is === 'found') return sound(paceLimit.at);
    if (paceLimit.is === 'unclear')
      return unsure(
        paceLimit.at,
        `There is a limiter here, but whether it is in force could not be told: ${paceLimit.why}.`,
      );
    if (exposure === 'unclear')
      return unsure(
        at,
        'Nothing limits how often clients may ask, and which machines can reach this server could not be told.',
      );
    const reach = host.is === 'set' ? `listens on ${host.value}` : 'can be reached from other machines';
    const reason = host.is === 'default' ? ` (${host.because})` : '';
    return flawed(
      at,
      'low',
      `This ${via} server ${reach}${reason}, and nothing limits how often a client may ask: no rate-limit middleware or plugin ` +
        'and no counter that answers 429 was found on the way to its handlers.',
      { cause },
    );
  },
});
