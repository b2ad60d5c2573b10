import { flawed, rule } from '../src/rule.js';

export default rule({
  id: 'timing-unsafe-compare',
  title: 'Secret is compared letter by letter',
  pillar: 'authentication',
  severity: 'low',
  cwe: [208],
  why:
    '`===` stops at the first letter that differs, so that a better guess takes longer to refuse. Over a network the ' +
    'difference drowns in noise; from the same machine or data centre, with many tries, it has been measured.',
  fix: 'Compare digests of both sides with `crypto.timingSafeEqual`: hashing first makes the lengths equal, which it insists on.',
  verify: 'Read the comparison: there is nothing to see from outside.',
  reading: [
    'https://nodejs.org/api/crypto.html#cryptotimingsafeequala-b',
    'https://codahale.com/a-lesson-in-timing-attacks/',
    'https://cwe.mitre.org/data/definitions/208.html',
  ],
  pedantic: true,
  judges: 'SecretComparison',

  judge({ at, by, secret }) {
    return flawed(
      at,
      'low',
      `\`${secret}\` is compared with what the client sends by \`${by}\`, which takes longer the more of it is right; ` +
        'no timingSafeEqual and no comparison of digests was found here.',
      { confidence: 'medium' },
    );
  },
});
