import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { hasSameOwner, isRegistrable } from '../src/code/candidates.js';
import { foreignOriginOf, matches, obstacleOf } from '../src/code/regex-language.js';

const foreignTo = (pattern: RegExp, subject: 'origin' | 'host' | 'hostname' = 'origin') =>
  foreignOriginOf(pattern.source, pattern.flags, subject);

describe('matches', () => {
  test.each([
    [/^a|b$/, 'ax', 'xb', 'xax'],
    [/^https:\/\/myapp.com$/, 'https://myapp.com', 'https://myapp0com', 'https://myapp.com.attacker.example'],
    [/\bmyapp\b/, 'my.myapp.com', 'myapp', 'myapps'],
    [/\Bapp/, 'myapp', 'app', 'my app'],
    [/^(?!evil)[a-z]+$/, 'good', 'evil', 'evilmyapp'],
    [/^(?=.*\d)(?=.*[a-z]).{3,}$/, 'a12', '123', 'a1'],
    [/(?<!not-)myapp\.com$/, 'myapp.com', 'not-myapp.com', 'myapp.comx'],
    [/^(a|b)\1$/, 'aa', 'bb', 'ab'],
    [/^myapp$/i, 'MyApp', 'MYAPP', 'my-app'],
    [/^b$/m, 'a\nb', 'b\nc', 'ab'],
    [/^a.c$/, 'abc', 'a\nc', 'a😀c'],
    [/^a.c$/su, 'a\nc', 'a😀c', 'a\r\nc'],
    [/app/y, 'app', 'apple', 'myapp'],
    [/(?:)/, '', 'a', 'ab'],
  ])('%s', (pattern, ...texts) => {
    const answers = texts.map(text => matches(pattern.source, pattern.flags, text));
    expect(answers).toEqual(texts.map(text => new RegExp(pattern).test(text)));
    expect(obstacleOf(pattern.source, pattern.flags)).toBeUndefined();
  });

  it('answers at once where the engine would run for longer than the universe', () => {
    const start = performance.now();
    expect(matches('^(a+)+$', '', `${'a'.repeat(20_000)}!`)).toBe(false);
    expect(matches('^(a|aa)*$', '', 'a'.repeat(20_000))).toBe(true);
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('decides what a back-reference leaves open only where it does not matter', () => {
    expect(matches(String.raw`^(a*)b\1$`, '', 'cab')).toBe(false); // no `c` whatever the reference says
    expect(matches(String.raw`^(a*)b\1$`, '', 'aba')).toBe('unclear');
    expect(matches(String.raw`^(a*)b\1$|c`, '', 'cab')).toBe(true); // the other alternative
    expect(obstacleOf(String.raw`^(a*)b\1$`, '')).toBe('back-reference');
  });

  test.each([
    ['(', '', 'invalid'],
    ['a', 'gg', 'invalid'],
    ['a', 'uv', 'invalid'],
    ['[a-z-.]', 'v', 'invalid'],
    ['(?i:a)', '', 'inline flags'],
    [String.raw`^(?!(a))\1b$`, '', 'back-reference'],
    [String.raw`(?:(?<n>a)|(?<n>b))\k<n>`, '', 'back-reference'],
    ['(?=\\bfoo)', '', 'nested look-around'],
    ['a{100000}', '', 'too large'],
    ['(?:.{0,60}){60}', '', 'too large'],
  ])('has no certain answer for /%s/%s: %s', (source, flags, obstacle) => {
    expect(matches(source, flags, 'foo')).toBe('unclear');
    expect(obstacleOf(source, flags)).toBe(obstacle);
  });

  it('agrees with the engine on every small pattern', () => {
    const { pattern } = fc.letrec<{ pattern: string; term: string }>(tie => ({
      pattern: fc.oneof(
        { maxDepth: 2 },
        fc.array(tie('term'), { minLength: 1, maxLength: 4 }).map(terms => terms.join('')),
        fc.tuple(tie('term'), tie('pattern')).map(([left, right]) => `${left}|${right}`),
      ),
      term: fc.oneof(
        { maxDepth: 2 },
        fc.constantFrom('a', 'b', '\\.', '.', '[ab]', '[^a]', '\\w', '\\d', '.*', 'a+', 'b?', '[a.]{1,2}', 'a*?'),
        fc.constantFrom('^', '$', '\\b', '\\B', '(?=a)', '(?!b)', '(?<=a)', '(?<!b|^)', '(?=.b$)', '(?!.*\\.)'),
        tie('pattern').map(inner => `(?:${inner})?`),
        tie('pattern').map(inner => `(${inner})`),
        tie('pattern').map(inner => `(?:${inner}){1,2}`),
      ),
    }));
    const flags = fc.constantFrom('', 'i', 'm', 's', 'u', 'im', 'y');
    const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'A', '.', '1', '\n'), maxLength: 6 }), {
      minLength: 10,
      maxLength: 10,
    });
    fc.assert(
      fc.property(pattern, flags, texts, (source, flags, texts) => {
        fc.pre(obstacleOf(source, flags) !== 'too large');
        const answers = texts.map(text => matches(source, flags, text));
        expect(answers).toEqual(texts.map(text => new RegExp(source, flags).test(text)));
      }),
      { numRuns: 300 },
    );
  });
});

describe('foreignOriginOf', () => {
  test.each([
    // no end
    [/^https:\/\/myapp\.com/, 'suffixed', 'https://myapp.com.attacker.example'],
    [/^https?:\/\/localhost/, 'suffixed', 'https://localhost.attacker.example'],
    [/^http:\/\/127\.0\.0\.1/, 'suffixed', 'http://127.0.0.1.attacker.example'],
    [/https:\/\/myapp\.com/, 'suffixed', 'https://myapp.com.attacker.example'],
    [/\bmyapp\.com\b/, 'suffixed', 'https://myapp.com.attacker.example'],
    // an end that belongs to one alternative only
    [/^https:\/\/myapp\.com|https:\/\/myapp\.org$/, 'suffixed', 'https://myapp.com.attacker.example'],
    // no dot before the domain
    [/myapp.com$/, 'prefixed', 'https://evilmyapp.com'],
    [/^https?:\/\/.*\.?example\.com$/, 'prefixed', 'https://evilexample.com'],
    [/^https:\/\/.*myapp\.com:8080$/, 'prefixed', 'https://evilmyapp.com:8080'],
    [/(my|your)app\.co\.uk$/, 'prefixed', 'https://evilmyapp.co.uk'],
    // a dot that is any letter
    [/^https:\/\/app.myapp.com$/, 'dot', 'https://appxmyapp.com'],
    [/^https:\/\/(app|www).myapp\.com$/, 'dot', 'https://appxmyapp.com'],
    [/^https:\/\/[a-d]+.myapp\.com$/, 'dot', 'https://axmyapp.com'],
    // a suffix where anybody may register
    [/^https:\/\/.*\.workers\.dev$/, 'tenant', 'https://attacker.workers.dev'],
    [/^https:\/\/[a-z]+\.ngrok-free\.app$/, 'tenant', 'https://attacker.ngrok-free.app'],
    [/^https:\/\/my-app(-[a-z0-9]+)?\.vercel\.app$/, 'tenant', 'https://my-app-attacker.vercel.app'],
    [/^https:\/\/.*-myteam\.vercel\.app$/, 'tenant', 'https://attacker-myteam.vercel.app'],
    [/^https:\/\/[0-9a-f]{8}\.vercel\.app$/, 'tenant', 'https://aaaaaaaa.vercel.app'],
    // hardly a restriction
    [/./, 'unrelated', 'https://attacker.example'],
    [/^https?:\/\//, 'unrelated', 'https://attacker.example'],
    [/^http:\/\/\d+\.\d+\.\d+\.\d+$/, 'unrelated', 'http://203.0.113.7'],
    [/^https:\/\/[^.]+\.com$/, 'word', 'https://attacker.com'],
    [/^https:\/\/(?!.*attacker)[a-z]+\.com$/, 'word', 'https://evil.com'],
  ])('%s admits (%s) %s', (pattern, kind, word) => {
    expect(foreignTo(pattern)).toEqual({ kind, word });
    expect(pattern.test(word)).toBe(true);
  });

  test.each([
    [/^https?:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/],
    [/^https?:\/\/(?:.+\.)?localhost(?::\d{1,5})?$/],
    [/^https:\/\/([a-z0-9-]+\.)*myapp\.com$/],
    [/^https:\/\/.*\.myapp\.com$/], // an origin has no path that `.*` could swallow
    [/^https:\/\/[\w.-]+\.(myapp|trusted)\.com$/],
    [/^https:\/\/[^.]+\.myapp\.co\.uk$/],
    [/^https:\/\/(?:.+\.)?claude\.ai$|^https:\/\/claude\.com$/],
    [/^https:\/\/myapp.com$/], // only https://myapp0com and the like, and nobody can own those
    [/^https:\/\/my-app\.vercel\.app(:\d+)?$/],
    [/^https:\/\/.*\.my-app\.vercel\.app$/],
    [/^https:\/\/app[1-3]\.vercel\.app$/], // three names are the owner's list
    [/^https:\/\/MyApp\.com/], // browsers send lower case
    [/^chrome-extension:\/\/[a-p]{32}$/],
    [/^https:\/\/myapp\.com\//], // browsers send no path
  ])('%s admits nobody else', pattern => {
    expect(foreignTo(pattern)).toBeUndefined();
  });

  test.each([
    [/myapp\.com$/, 'hostname', 'evilmyapp.com'],
    [/(^|\.)myapp\.com$/, 'hostname', undefined],
    [/^localhost/, 'host', 'localhost.attacker.example'],
    [/^localhost(:\d+)?$/, 'host', undefined],
    [/myapp\.com:3000$/, 'host', 'evilmyapp.com:3000'],
    [/myapp\.com:3000$/, 'hostname', undefined], // a host name has no port
    [/^https:\/\//, 'host', undefined], // nor a scheme
  ] as const)('%s on a %s admits %s', (pattern, subject, word) => {
    expect(foreignTo(pattern, subject)).toEqual(word && expect.objectContaining({ word }));
  });

  it('says so when the answer hangs on a part that it cannot follow', () => {
    expect(foreignTo(/^https:\/\/([a-z]+)\.\1\.com$/)).toEqual({ unclear: 'back-reference' });
    expect(foreignTo(/^https:\/\/([a-z]+)\.\1\.myapp\.com$/)).toBeUndefined();
    expect(foreignOriginOf('(', '', 'origin')).toEqual({ unclear: 'invalid' });
  });

  const label = fc.stringMatching(/^[a-z][a-z0-9]{2,5}$/);
  const domain = fc.tuple(label, fc.constantFrom('com', 'co.uk', 'dev')).map(parts => parts.join('.'));
  const escaped = (text: string) => text.replaceAll('.', '\\.');

  it('finds a way through every pattern that lacks an anchor or a dot, and none through a whole one', () => {
    fc.assert(
      fc.property(domain, domain => {
        const exact = `https://${escaped(domain)}`;
        expect(foreignOriginOf(`^${exact}$`, '', 'origin')).toBeUndefined();
        expect(foreignOriginOf(`^https://(.+\\.)?${escaped(domain)}$`, '', 'origin')).toBeUndefined();
        expect(foreignOriginOf(`^${exact}`, '', 'origin')).toMatchObject({ kind: 'suffixed' });
        expect(foreignOriginOf(`${escaped(domain)}$`, '', 'origin')).toMatchObject({ kind: 'prefixed' });
        expect(foreignOriginOf(`^https://app.${escaped(domain)}$`, '', 'origin')).toMatchObject({ kind: 'dot' });
      }),
      { numRuns: 15 },
    );
  });

  it('only names origins that the engine admits too and that the owner does not have', () => {
    const piece = fc.constantFrom('', '.*', '.+\\.', '[a-z]+', '[a-z0-9-]+\\.', '(app|www)\\.', '(.*\\.)?', 'app.');
    const end = fc.constantFrom('', '$', '(:\\d+)?$', ':\\d+$', '\\b', '(?!:)', '.*$');
    const start = fc.constantFrom('', '^https://', '^https?://', '^', '^(?!http:)https?://');
    fc.assert(
      fc.property(start, piece, domain, end, (start, piece, domain, end) => {
        const source = start + piece + escaped(domain) + end;
        const found = foreignOriginOf(source, '', 'origin');
        if (!found) return;
        expect(found).toHaveProperty('word');
        const { word } = found as { word: string };
        expect(word).toMatch(new RegExp(source));
        expect(new URL(word).origin).toBe(word);
        expect([isRegistrable(word), hasSameOwner(word, domain)]).toEqual([true, false]);
      }),
      { numRuns: 60 },
    );
  });
});
