import fc from 'fast-check';
import { expect, it } from 'vitest';
import { extract } from '../src/extract/extract.js';
import type { OriginDecision } from '../src/facts/index.js';

/** What a program trusts: hosts and origins as people write them. */
const hosts = ['acme.dev', 'app.acme.dev', 'acme.vercel.app', 'localhost', '127.0.0.1'];
const host = fc.constantFrom(...hosts);
const origin = fc.oneof(
  fc.tuple(fc.constantFrom('https://', 'http://'), host, fc.constantFrom('', ':3000')).map(parts => parts.join('')),
  fc.constantFrom('null', 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'),
);
const origins = fc.array(origin, { minLength: 1, maxLength: 3 });
const written = (value: unknown) => JSON.stringify(value);
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** Texts that are made of the Origin, which is `string | undefined`. */
const text = fc.constantFrom(
  "(origin ?? '')",
  "String(origin || '')",
  'origin?.toLowerCase()',
  "(origin ?? '').trim()",
  "''.concat(String(origin))",
  "(origin ?? '').replace(/^https?:\\/\\//, '')",
  "(origin ?? '').replace(/:\\d+$/, '')",
  "(origin ?? '').split('://')[1]",
  "(origin ?? '').split('//').pop()",
  "(origin ?? '').split(':').slice(0, 2).join(':')",
  "(origin ?? '').slice((origin ?? '').indexOf('//') + 2)",
  'hostOf(origin)',
  'nameOf(origin)',
);

/** Tests on the Origin, rendered to source. */
const test = fc.letrec<{ test: string; leaf: string }>(tie => ({
  test: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.tuple(tie('test'), tie('test')).map(([a, b]) => `(${a} && ${b})`),
    fc.tuple(tie('test'), tie('test')).map(([a, b]) => `(${a} || ${b})`),
    tie('test').map(a => `!(${a})`),
    fc.tuple(tie('test'), tie('test'), tie('test')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
  ),
  leaf: fc.oneof(
    fc.tuple(text, origins).map(([of, list]) => `${written(list)}.includes(${of})`),
    fc.tuple(text, origins).map(([of, list]) => `new Set(${written(list)}).has(${of})`),
    fc.tuple(text, origins).map(([of, list]) => `new Map(${written(list.map(each => [each, 1]))}).has(${of})`),
    fc.tuple(text, origins).map(([of, list]) => `${written(list)}.indexOf(${of}) >= 0`),
    fc.tuple(text, origins).map(([of, list]) => `${written(list)}.some(each => each === ${of})`),
    fc.tuple(text, origins).map(([of, list]) => `${written(list)}.some(each => ${of}?.startsWith(each))`),
    fc.tuple(text, origins).map(([of, list]) => `!${written(list)}.every(each => each !== ${of})`),
    fc.tuple(text, origins).map(([of, list]) => `${written(list)}.find(each => ${of} === each) !== undefined`),
    fc.tuple(text, origins).map(([of, list]) => `${written(list)}.filter(each => ${of} == each).length > 0`),
    fc
      .tuple(text, origins)
      .map(([of, list]) => `${written(Object.fromEntries(list.map(each => [each, true])))}[${of}] === true`),
    fc
      .tuple(text, origins)
      .map(([of, list]) => `${written(list.join(' , '))}.split(',').map(each => each.trim()).includes(${of})`),
    fc.tuple(text, host).map(([of, name]) => `(${of} ?? '').endsWith(${written(name)})`),
    fc.tuple(text, host).map(([of, name]) => `(${of} ?? '').endsWith('.' + ${written(name)})`),
    fc.tuple(text, host).map(([of, name]) => `(${of} ?? '').includes(${written(name)})`),
    fc.tuple(text, host).map(([of, name]) => `(${of} ?? '').lastIndexOf(${written(name)}) !== -1`),
    fc.tuple(text, origin).map(([of, each]) => `${of} === ${written(each)}`),
    fc.tuple(text, origin).map(([of, each]) => `(${of} ?? '').startsWith(${written(each)})`),
    fc.tuple(text, host).map(([of, name]) => `/^https?:\\/\\/([a-z0-9-]+\\.)*${escaped(name)}(:\\d+)?$/.test(${of})`),
    fc.tuple(text, host).map(([of, name]) => `new RegExp('^https://.*${name}').test(${of})`),
    fc.tuple(text, host).map(([of, name]) => `(${of} ?? '').match(/${escaped(name)}$/) !== null`),
    fc.tuple(text, host).map(([of, name]) => `(${of} ?? '').search(/${name}/i) >= 0`),
    fc.tuple(text, origins).map(([of, list]) => `counts(${written(list)}, ${of})`),
    fc.tuple(text, origins).map(([of, list]) => `chosen(${written(list)}, ${of})`),
    fc.constantFrom(
      '!origin',
      'origin === undefined',
      "origin === 'null'",
      'origin == null',
      "typeof origin === 'string'",
    ),
  ),
}));

const helpers = `
function hostOf(origin) {
  try {
    return new URL(origin).host;
  } catch {
    return '';
  }
}
const nameOf = origin => (URL.canParse(origin) ? new URL(origin).hostname : undefined);
function counts(list, origin) {
  let found = 0;
  for (let i = 0; i < list.length; i++) if (list[i] === origin) found++;
  return found > 0;
}
function chosen(list, origin) {
  for (const each of list) {
    switch (origin) {
      case each:
        return true;
      case undefined:
        return false;
    }
  }
  return false;
}
`;

it('answers as the predicate does when it is executed', () => {
  const open = { settled: 0, unsettled: 0 };
  fc.assert(
    fc.property(test.test, predicate => {
      const really = new Function('origin', `${helpers} return Boolean(${predicate});`) as (origin?: string) => boolean;
      for (const { origin, answer, because } of decisionOf(predicate).trials) {
        open[answer === 'admits' || answer === 'refuses' ? 'settled' : 'unsettled']++;
        if (answer === 'unclear' || answer === 'depends') continue;
        const expected = really(origin ?? undefined) ? 'admits' : 'refuses';
        expect({ origin, answer, because }).toEqual({ origin, answer: expected, because });
      }
    }),
    { numRuns: 60 },
  );
  expect(open.unsettled / open.settled).toBeLessThan(0.02);
}, 120_000);

function decisionOf(predicate: string): OriginDecision {
  const server = `
import { WebSocketServer } from 'ws';
${helpers}
const wss = new WebSocketServer({ port: 8080, verifyClient: ({ origin }) => (${predicate}) });
`;
  const { subjects, faults } = extract({
    files: ['server.ts'],
    only: undefined,
    packages: [],
    aliases: [],
    text: file => (file === 'server.ts' ? server : undefined),
  });
  expect(faults).toEqual([]);
  const door = subjects.find(each => each.kind === 'WebSocketServer');
  return door!.origin;
}
