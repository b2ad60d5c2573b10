import { barrierOf, barrierWords, reachWords, stepsPast } from '../src/questions.js';
import { flawed, moot, rule, sound, unsure } from '../src/rule.js';

export default rule({
  id: 'origin-substring-match',
  title: 'Origin is compared by a part of its text',
  pillar: 'origin',
  severity: 'high',
  cwe: [346, 187],
  why:
    "`origin.endsWith('myapp.com')` is also true for `https://evilmyapp.com`, `startsWith('http://localhost')` for " +
    '`http://localhost.attacker.example`, and `includes` for either. Anybody can register such a name and serve a page ' +
    'from it. A leading dot is no boundary where strangers get subdomains, as below `.vercel.app` or `.workers.dev`.',
  fix:
    'Compare whole origins: `allowed.has(origin)` on a Set, or `allowed.includes(origin)` on an array. For subdomains of ' +
    "your own domain, parse the header and test `new URL(origin).hostname.endsWith('.example.com')`, dot included.",
  verify: 'Send the origin named in the finding in the `Origin` header: a guarded server answers 403.',
  reading: [
    'https://portswigger.net/web-security/cors#errors-parsing-origin-headers',
    'https://publicsuffix.org/list/',
    'https://cwe.mitre.org/data/definitions/187.html',
  ],
  judges: 'OriginTest',

  judge(origin) {
    const { at, test, text, witness, unclear, credential } = origin;
    if (test !== 'substring') return moot;
    if (unclear) return unsure(at, `Which origins \`${text}\` admits could not be told: ${unclear}.`);
    if (!witness) return sound(at);
    return flawed(
      at,
      barrierOf(credential) === 'secret' ? 'low' : 'high',
      `\`${text}\` admits ${witness.origin}, ${reachWords(witness)}; ${barrierWords(credential)}.`,
      { trail: stepsPast(origin, witness), witness },
    );
  },
});
