import ts from 'typescript';
import type { Random } from './random.js';

type Mutation = (text: string, random: Random, other: string) => string;

/** Texts that open something, close something, or are read in more than one way. */
const sparks = [
  ...[
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '`',
    '${',
    "'",
    '"',
    '/*',
    '*/',
    '//',
    '<',
    '>',
    '/',
    '\\',
    '@',
    '#',
    '?.',
    '...',
    '=>',
    '??=',
    ';',
    ',',
    ':',
    '!',
  ],
  ...[
    'async ',
    'await ',
    'yield ',
    'new ',
    'class ',
    'function* ',
    'export default ',
    'export * from ',
    'import ',
    'import(',
    'super',
    'this',
    'get ',
    'set ',
    'static ',
    'delete ',
    'typeof ',
    'void ',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'prototype',
    'undefined',
    'NaN',
    '0n',
    '1e999',
    '-0',
    'null',
    '/(a+)+$/',
    '/[/',
    '\u2028',
    '\u202e',
    '\ud800',
    '\0',
    '\r',
  ],
];

const mutations: readonly Mutation[] = [
  // characters
  (text, random) => cut(text, random.int(text.length), random.int(8)),
  (text, random) => put(text, random.int(text.length), random.pick(sparks)),
  (text, random) => text.slice(0, random.int(text.length)),
  // lines
  (text, random) => lines(text, all => void all.splice(random.int(all.length), 1 + random.int(3))),
  (text, random) => lines(text, all => void all.splice(random.int(all.length), 0, random.pick(all))),
  (text, random) => lines(text, all => swap(all, random)),
  (text, random, other) =>
    lines(text, all => void all.splice(random.int(all.length), random.int(4), ...slice(other.split('\n'), random))),
  // tokens
  (text, random) => tokens(text, all => void all.splice(random.int(all.length), 1)),
  (text, random) => tokens(text, all => void all.splice(random.int(all.length), 0, random.pick(all))),
  (text, random) => tokens(text, all => swap(all, random)),
  (text, random, other) =>
    tokens(text, all => void all.splice(random.int(all.length), 1, random.pick(tokensOf(other)))),
  // trees
  (text, random) => nodes(text, random, [text]),
  (text, random, other) => nodes(text, random, [other]),
  (text, random) => nodes(text, random, []),
  (text, random) => wrap(text, random),
];

/** A text changed in one to four places, each in one of many ways; `other` lends pieces of itself. */
export function mutated(text: string, random: Random, other: string): string {
  let made = text;
  for (let left = 1 + random.int(4); left > 0 && made.length > 0; left--)
    made = random.pick(mutations)(made, random, other);
  return made;
}

function cut(text: string, at: number, length: number): string {
  return text.slice(0, at) + text.slice(at + length);
}

function put(text: string, at: number, what: string): string {
  return text.slice(0, at) + what + text.slice(at);
}

function lines(text: string, change: (all: string[]) => void): string {
  const all = text.split('\n');
  change(all);
  return all.join('\n');
}

function tokens(text: string, change: (all: string[]) => void): string {
  const all = tokensOf(text);
  if (all.length > 0) change(all);
  return all.join('');
}

/** Tokens with the blanks between them, so that joined they are the text again. */
function tokensOf(text: string): string[] {
  return text.match(/[\w$]+|\s+|[^\w\s$]/g) ?? [''];
}

function swap(all: string[], random: Random): void {
  const [a, b] = [random.int(all.length), random.int(all.length)];
  [all[a], all[b]] = [all[b]!, all[a]!];
}

function slice(all: readonly string[], random: Random): readonly string[] {
  const from = random.int(all.length);
  return all.slice(from, from + 1 + random.int(6));
}

/** Puts an expression or statement in the place of another one, from one of these texts; removes it where there is none. */
function nodes(text: string, random: Random, from: readonly string[]): string {
  const here = nodesOf(text);
  if (here.length === 0) return text;
  const at = random.pick(here);
  const donors = from.flatMap(each => nodesOf(each).filter(({ isStatement }) => isStatement === at.isStatement));
  const by = donors.length > 0 ? random.pick(donors).text : '';
  return text.slice(0, at.start) + by + text.slice(at.end);
}

/** Nests an expression in one of many forms, or a statement in a block. */
function wrap(text: string, random: Random): string {
  const here = nodesOf(text);
  if (here.length === 0) return text;
  const at = random.pick(here);
  const forms = at.isStatement
    ? [
        'if (x) { _ }',
        'for (const y of z) { _ }',
        'try { _ } catch {}',
        '(async () => { _ })();',
        'switch (k) { case 1: _ }',
        'class K { m() { _ } }',
        'while (true) { _ }',
        'label: { _ }',
      ]
    : [
        '(_)',
        '[_][0]',
        '({ a: _ }).a',
        '(() => _)()',
        '(_ ?? _)',
        '(x ? _ : _)',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: source text, not a template of ours.
        '`${_}`',
        'await _',
        '{..._}',
        '[..._]',
        '(_ as any)',
        '!_',
        'new _',
        '_.call(_)',
        '_?.[_]',
      ];
  return text.slice(0, at.start) + random.pick(forms).replaceAll('_', () => at.text) + text.slice(at.end);
}

function nodesOf(text: string): { start: number; end: number; text: string; isStatement: boolean }[] {
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.ESNext, true);
  const found: ReturnType<typeof nodesOf> = [];
  const visit = (node: ts.Node): void => {
    const isStatement = ts.isStatement(node);
    if ((isStatement || ts.isExpression(node)) && node.end > node.getStart(source))
      found.push({ start: node.getStart(source), end: node.end, text: node.getText(source), isStatement });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
