import type { Trial } from '../src/facts/index.js';
import { barrierOf, barrierWords, gateWords, leftWords, obstacleOf, refusalOf, trialOf } from '../src/questions.js';
import { flawed, moot, rule, sound, unsure } from '../src/rule.js';

const severityBehind = { open: 'high', cookie: 'high', unknown: 'high', secret: 'low' } as const;
/** A platform finds its servers by their names: a page that has rebound its own name does not get there. */
const severityOnPlatform = { open: 'low', cookie: 'high', unknown: 'low', secret: 'low' } as const;

export default rule({
  id: 'http-missing-origin-check',
  title: 'MCP or control endpoint is open to DNS rebinding',
  pillar: 'origin',
  severity: 'high',
  cwe: [346],
  why:
    'A page can point its own domain name at `127.0.0.1` or at an address in the LAN after it was loaded. To the browser ' +
    'the MCP server then belongs to the page, so the page may send requests and read the answers, whatever CORS says. ' +
    'What gives it away is that `Host` and `Origin` carry its name. The MCP specification demands that servers validate ' +
    '`Origin`; the SDK does not by default, and `allowedHosts` and `allowedOrigins` decide nothing without ' +
    '`enableDnsRebindingProtection: true`. A local route beside MCP that runs commands, calls tools, approves what waits or ' +
    'tells a secret is reached by such a page as well; its reads carry no `Origin`, so that `Host` alone gives them away.',
  fix:
    'Build the app with `createMcpExpressApp()`, or put `localhostHostValidation()` or `hostHeaderValidation([...])` of the ' +
    'SDK before the route, and refuse an `Origin` that is not on your list with 403. Do not compare `Origin` with the ' +
    "request's own `Host`: after rebinding both carry the attacker's name.",
  verify:
    "Run `curl -i -X POST http://localhost:<port>/mcp -H 'Host: attacker.example' -H 'Origin: http://attacker.example' " +
    "-H 'Content-Type: application/json' -d '{}'`: a guarded server answers 403.",
  reading: [
    'https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#security--endpoint',
    'https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning',
    'https://github.com/advisories/GHSA-w48q-cv73-mx4w',
    'https://cwe.mitre.org/data/definitions/346.html',
  ],
  judges: ['McpEndpoint', 'ControlEndpoint'],

  judge(door) {
    const { gates, origin, credential, bind } = door;
    const isMcp = door.kind === 'McpEndpoint';
    const at = (isMcp && door.transportAt) || door.at;
    // The spec asks it of MCP endpoints. Others need it where a page is the only stranger that could get in.
    if (!isMcp && (door.exposure !== 'loopback' || barrierOf(credential) === 'secret')) return moot;
    const foreign = trialOf(origin, 'unrelated');
    // A check of Host alone admits a foreign Origin and still defeats rebinding, so the rebound page decides. Its own GETs
    // carry no Origin: https://fetch.spec.whatwg.org/#append-a-request-origin-header
    const isRead = !isMcp && door.wayIn?.method === 'GET';
    const page = trialOf(origin, isRead ? 'rebind-absent' : 'rebind') ?? foreign;
    if (!page) return unsure(at, 'No foreign Origin could be tried on this endpoint.');
    if (page.answer === 'refuses') return sound(refusalOf(origin, page, at));
    if (page.answer !== 'admits') {
      return unsure(page.at ?? at, `Whether a rebound page is refused could not be told: ${obstacleOf(page)}.`);
    }
    const barrier = barrierOf(credential);
    const why =
      foreign?.answer === 'refuses'
        ? isRead
          ? 'a foreign Origin is refused, but a rebound page sends none when it reads from its own name'
          : 'a foreign Origin is refused, but not when Host carries the same name, as it does after rebinding'
        : gateWords(gates, 'no Origin or Host check, SDK option or middleware stands before it');
    const isOnPlatform = bind.is === 'default' && bind.value === 'platform';
    const severity = (isOnPlatform ? severityOnPlatform : severityBehind)[barrier];
    const aside =
      isOnPlatform && barrier !== 'cookie'
        ? ' The platform serves it by its own name only, which rebinding does not reach; run elsewhere, it does.'
        : '';
    return flawed(
      at,
      severity,
      `${requestWords(page)} is served: ${why}${leftWords(page)}, and ${barrierWords(credential)}.${aside}`,
      {
        confidence: page.leftTo ? 'low' : barrier === 'unknown' ? 'medium' : 'high',
        trail: page.trail,
        witness: page,
        ...(!isMcp && door.server && { cause: door.server }),
      },
    );
  },
});

function requestWords({ origin, host }: Trial): string {
  if (!host) return `A request with Origin ${origin}`;
  const name = origin === null ? 'without an Origin, with Host' : `with Origin ${origin} and Host`;
  return `A request ${name} ${host}, as a page sends it after DNS rebinding,`;
}
