import { barrierOf, barrierWords, reachWords, stepsPast } from '../src/questions.js';
import { flawed, moot, rule, sound, unsure } from '../src/rule.js';

export default rule({
  id: 'origin-unanchored-regex',
  title: 'Pattern for Origin admits foreign names',
  pillar: 'origin',
  severity: 'high',
  cwe: [777, 625],
  why:
    'A pattern without `^` and `$` matches anywhere in the text, an unescaped dot matches any character, `.*` before a ' +
    'domain crosses its boundary, and in `^a|b$` each anchor holds one branch only. Each of these lets in an origin that ' +
    'a stranger can register, such as `https://myapp.com.attacker.example`.',
  fix:
    'Prefer a list of exact origins. Where a pattern is needed, anchor it at both ends, group the alternatives, escape ' +
    'every dot, allow only `[a-z0-9-]+` for a label, and escape text before it goes into `new RegExp`.',
  verify: 'Send the origin named in the finding in the `Origin` header: a guarded server answers 403.',
  reading: [
    'https://codeql.github.com/codeql-query-help/javascript/js-regex-missing-regexp-anchor/',
    'https://codeql.github.com/codeql-query-help/javascript/js-incomplete-hostname-regexp/',
    'https://cwe.mitre.org/data/definitions/777.html',
  ],
  judges: 'OriginTest',

  judge(origin) {
    const { at, test, text, witness, unclear, credential } = origin;
    if (test !== 'regex') return moot;
    if (unclear) return unsure(at, `Which origins \`${text}\` admits could not be told: ${unclear}.`);
    if (!witness) return sound(at);
    return flawed(
      at,
      barrierOf(credential) === 'secret' ? 'low' : 'high',
      `\`${text}\` matches ${witness.origin}, ${reachWords(witness)}; ${barrierWords(credential)}.`,
      { trail: stepsPast(origin, witness), witness },
    );
  },
});
