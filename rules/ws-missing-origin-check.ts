import { barrierOf, barrierWords, gateWords, leftWords, obstacleOf, refusalOf, trialOf } from '../src/questions.js';
import { flawed, moot, rule, sound, unsure } from '../src/rule.js';

const severityBehind = { open: 'critical', cookie: 'high', unknown: 'high', secret: 'low' } as const;

export default rule({
  id: 'ws-missing-origin-check',
  title: 'WebSocket server accepts connections from any web page',
  pillar: 'origin',
  severity: 'critical',
  cwe: [1385],
  why:
    'A browser lets any page open a WebSocket to any address, `localhost` included, and sends the cookies of that ' +
    'address along: the same-origin policy and CORS do not apply to the handshake. The `Origin` header, which a page ' +
    'cannot forge, is the only sign of where the handshake comes from. A server that never decides by it talks to ' +
    'every site its user visits, and the page can call its tools as if it were the MCP client.',
  fix:
    'Compare `Origin` with a list of exact origins before the connection is accepted, and refuse every other client ' +
    'with 403: in the `upgrade` handler before `handleUpgrade`, in `verifyClient`, or in `allowRequest` of socket.io. ' +
    'CORS settings do not guard the handshake.',
  verify:
    'Run `npx wscat -c ws://localhost:<port> --origin https://attacker.example`: a guarded server answers 403 ' +
    'instead of `Connected`.',
  reading: [
    'https://www.rfc-editor.org/rfc/rfc6455#section-10.2',
    'https://portswigger.net/web-security/websockets/cross-site-websocket-hijacking',
    'https://nvd.nist.gov/vuln/detail/CVE-2025-52882',
    'https://cwe.mitre.org/data/definitions/1385.html',
  ],
  judges: 'WebSocketServer',

  judge(server) {
    const { at, via, gates, origin, credential } = server;
    const foreign = trialOf(origin, 'unrelated');
    if (!foreign) return unsure(at, 'No foreign Origin could be tried on the handshake.');
    if (foreign.answer === 'refuses') {
      // A refusal that comes after acceptance is ws-late-origin-check's business.
      return origin.stage === 'after-accept' ? moot : sound(refusalOf(origin, foreign, at));
    }
    if (foreign.answer !== 'admits') {
      return unsure(foreign.at ?? at, `Whether a foreign Origin is refused could not be told: ${obstacleOf(foreign)}.`);
    }
    const barrier = barrierOf(credential);
    const passed = gateWords(gates, 'no verifyClient, upgrade handler or middleware stands before it');
    return flawed(
      at,
      severityBehind[barrier],
      `This ${via} server accepts a handshake with Origin ${foreign.origin}: ${passed}${leftWords(foreign)}, and ${barrierWords(credential)}.`,
      {
        confidence: foreign.leftTo ? 'low' : barrier === 'unknown' ? 'medium' : 'high',
        trail: foreign.trail,
        witness: foreign,
      },
    );
  },
});
