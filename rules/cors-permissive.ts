import { barrierOf, barrierWords } from '../src/questions.js';
import { flawed, moot, rule, sound, unsure } from '../src/rule.js';

/** By what the least guarded door behind the policy asks for. With credentials, the browser sends cookies along. */
const severityWithCredentials = {
  reflected: { open: 'high', cookie: 'high', unknown: 'high', secret: 'low' },
  /** Browsers refuse `*` together with credentials, so that a page gets at what is open to everybody and no more. */
  any: { open: 'medium', cookie: 'low', unknown: 'low', secret: 'low' },
} as const;

export default rule({
  id: 'cors-permissive',
  title: 'CORS lets any web page read the answers',
  pillar: 'origin',
  severity: 'high',
  cwe: [942],
  why:
    'CORS headers do not refuse requests, they permit pages of other sites to send the less simple ones and to read the ' +
    "answers. `Access-Control-Allow-Origin: *`, or the request's own `Origin` sent back, gives that permission to every " +
    'page. On an MCP endpoint without authentication the page can list and call the tools; with ' +
    "`Access-Control-Allow-Credentials: true` it does so with the user's cookies.",
  fix:
    "Name the origins that need access, `cors({ origin: ['https://app.example.com'] })`, and leave CORS out where no " +
    'browser client exists. Send `Access-Control-Allow-Origin` back only after the origin was found on the list. ' +
    '`*` is fine for public metadata.',
  verify:
    "Run `curl -si -X OPTIONS http://localhost:<port>/mcp -H 'Origin: https://attacker.example' " +
    "-H 'Access-Control-Request-Method: POST'`: `Access-Control-Allow-Origin` must be missing or name another origin.",
  reading: [
    'https://fetch.spec.whatwg.org/#http-cors-protocol',
    'https://portswigger.net/web-security/cors',
    'https://github.com/expressjs/cors#configuration-options',
    'https://cwe.mitre.org/data/definitions/942.html',
  ],
  judges: 'CorsPolicy',

  judge({ at, allows, covers, credentials, credential, optIn, witness, because, trail }) {
    if (optIn || covers === 'metadata' || covers === 'handshake') return moot;
    if (allows === 'unclear') return unsure(at, `Which origins this CORS policy admits could not be told: ${because}.`);
    if (allows === 'none' || (allows === 'list' && !witness)) return sound(at);

    const barrier = barrierOf(credential);
    const withCredentials = credentials.is !== 'unclear' && credentials.value;
    if (!withCredentials && barrier !== 'open') {
      // A page without cookies or secret is turned away at the door, whatever it may read.
      if (barrier === 'secret' || (barrier === 'cookie' && credentials.is !== 'unclear')) return moot;
      return unsure(at, `Foreign origins may read the answers, but what they get at could not be told: ${because}.`);
    }
    const told = allows === 'any' ? 'Every origin' : `A foreign origin, such as ${witness?.origin ?? 'any that asks'},`;
    return flawed(
      at,
      withCredentials ? severityWithCredentials[allows === 'any' ? 'any' : 'reflected'][barrier] : 'medium',
      `${told} may read the answers${withCredentials ? ' to requests with credentials' : ''} (${because}), and ` +
        `${barrierWords(credential)}.`,
      {
        confidence: covers === 'unclear' || barrier === 'unknown' ? 'medium' : 'high',
        trail,
        ...(witness && { witness }),
      },
    );
  },
});
