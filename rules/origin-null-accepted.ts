import { barrierOf, barrierWords, stepsPast } from '../src/questions.js';
import { flawed, moot, rule, sound, unsure } from '../src/rule.js';

export default rule({
  id: 'origin-null-accepted',
  title: 'Origin `null` or a missing Origin is let in',
  pillar: 'origin',
  severity: 'high',
  cwe: [346],
  why:
    'Every page can have the origin `null`: a sandboxed iframe, a `data:` URL or a local file is enough, so a list that ' +
    'holds `null` trusts everybody. A missing `Origin` means a client that is no browser, or a same-origin GET, which is ' +
    'what a page sends after it has rebound its domain name to the server.',
  fix:
    "Take `'null'` off the list. Refuse a missing `Origin`, or ask clients without one for a credential that a page cannot " +
    'send, and check `Host` so that a rebound page is turned away.',
  verify:
    "Run `curl -i http://localhost:<port>/mcp -H 'Origin: null'`, and once more without the header: a guarded server " +
    'answers 403 or 401.',
  reading: [
    'https://portswigger.net/web-security/cors#whitelisted-null-origin-value',
    'https://html.spec.whatwg.org/multipage/browsers.html#concept-origin-opaque',
    'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Origin',
    'https://cwe.mitre.org/data/definitions/346.html',
  ],
  judges: 'OriginTest',

  judge(origin) {
    const { at, test, text, witness, unclear, credential, isOfSockets } = origin;
    if (test !== 'null' && test !== 'absent') return moot;
    const barrier = barrierOf(credential);
    if (barrier === 'secret') return moot;
    if (unclear) return unsure(at, `Whether \`${text}\` lets the client in could not be told: ${unclear}.`);
    if (!witness) return sound(at);
    const who =
      test === 'null'
        ? 'the origin `null`, which any page gets in a sandboxed iframe'
        : isOfSockets
          ? 'handshakes without an Origin, as programs send them (a browser always sends one)'
          : 'requests without an Origin, as sent by programs and by same-origin GETs of a rebound page';
    return flawed(
      at,
      test === 'null' ? 'high' : isOfSockets ? 'low' : 'medium',
      `\`${text}\` lets in ${who}, and ${barrierWords(credential)}.`,
      { confidence: barrier === 'unknown' ? 'medium' : 'high', trail: stepsPast(origin, witness), witness },
    );
  },
});
