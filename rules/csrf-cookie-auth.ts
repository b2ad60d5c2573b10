import { isClosedToForeignPages, obstacleOf, trialOf } from '../src/questions.js';
import { flawed, rule, sound, unsure } from '../src/rule.js';

export default rule({
  id: 'csrf-cookie-auth',
  title: 'A cookie alone opens the door to foreign pages',
  pillar: 'origin',
  severity: 'high',
  cwe: [352],
  why:
    'The browser adds the cookie to every request for the server, also to those that a foreign page makes. Where nothing ' +
    'else is asked for, any page that the logged-in user visits calls tools in the user’s name. It cannot read the answers, ' +
    'and need not.',
  fix:
    'Ask for something that a foreign page cannot send: a bearer token, a CSRF token, a header of your own (`X-Requested-With`), ' +
    'or an Origin that is compared with a list. `SameSite=Strict` on the cookie keeps it at home.',
  verify:
    "Log in, then run `fetch('http://localhost:3000/mcp', { method: 'POST', mode: 'no-cors', credentials: 'include', body })` " +
    'in the console of another site: a guarded server answers 401 or 403.',
  reading: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html',
    'https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#samesitesamesite-value',
    'https://cwe.mitre.org/data/definitions/352.html',
  ],
  judges: 'CookieDoor',

  judge({ at, isMcp, readsJsonOnly, origin, credential, keptHome }) {
    if (isClosedToForeignPages(origin)) return sound(origin.decidedBy[0] ?? at);
    if (keptHome) return sound(keptHome);
    const stranger = trialOf(origin, 'unrelated');
    if (stranger?.answer !== 'admits') {
      const why = stranger ? obstacleOf(stranger) : 'no request was tried';
      return unsure(at, `Whether a foreign page gets in with the user's cookie could not be told: ${why}.`);
    }
    return flawed(
      at,
      'high',
      `The only credential that this ${isMcp ? 'MCP endpoint' : 'route'} asks for is a cookie, which the browser adds to ` +
        'requests of foreign pages too: no CSRF token, no header of its own, no Origin check and no cookie with ' +
        'SameSite=Strict was found.',
      { trail: credential.trail, witness: stranger, confidence: readsJsonOnly ? 'medium' : 'high' },
    );
  },
});
