import { describe, expect, test } from 'vitest';
import { Code } from '../src/code/code.js';
import { scan } from '../src/code/scan.js';
import type { SourceTree } from '../src/code/tree.js';
import type { Value } from '../src/code/value.js';

/** Sources by file name. Somewhere in them stands `ask(…)`: its argument is what the example is about. */
type Sources = Readonly<Record<string, string>>;
/** What is asked about, and what it may be; for each frame in which `ask` runs, where there are several. */
type Example = readonly [
  what: string,
  sources: string | Sources,
  is: readonly string[] | readonly (readonly string[])[],
];

function examples(title: string, table: readonly Example[]): void {
  describe(title, () => {
    for (const [what, sources, is] of table) {
      test(what, () => {
        const answers = asked(typeof sources === 'string' ? { 'main.ts': sources } : sources);
        expect(answers.length === 1 ? answers[0] : answers).toEqual(is);
      });
    }
  });
}

examples('names', [
  ['a constant', `const port = 10 * 400; ask(port)`, ['4000']],
  ['the nearest scope wins', `const a = 1; function f() { const a = 2; ask(a) } f()`, ['2']],
  [
    'a text with constant parts',
    `const host = 'localhost'; ask(\`http://\${host}:\${80}\`)`,
    ['"http://localhost:80"'],
  ],
  ['a late write replaces an empty beginning', `let app = null; app = { a: 1 }; ask(app.a)`, ['1']],
  ['several writes are all possible', `let a = 1; if (x()) a = 2; ask(a)`, ['1', '2']],
  ['destructured', `const { a: { b: [, c] } } = { a: { b: [1, 2] } }; ask(c)`, ['2']],
  ['destructured with a default', `const { a = 1 } = {}; ask(a)`, ['1']],
  ['a name that nobody declares', `ask(nobody)`, ['? `nobody` is not declared here']],
]);

examples('modules', [
  [
    'an import',
    { 'main.ts': `import { host } from './host.js'; ask(host)`, 'host.ts': `export const host = 'a'` },
    ['"a"'],
  ],
  ['a default export', { 'main.ts': `import h from './host.js'; ask(h)`, 'host.ts': `export default 'a'` }, ['"a"']],
  [
    'a namespace',
    { 'main.ts': `import * as h from './host.js'; ask(h.host)`, 'host.ts': `export const host = 'a'` },
    ['"a"'],
  ],
  [
    'through barrels, under another name',
    {
      'main.ts': `import { address } from './all/index.js'; ask(address)`,
      'all/index.ts': `export * from './more.js'`,
      'all/more.ts': `export { host as address } from './host.js'`,
      'all/host.ts': `export const host = 'a'`,
    },
    ['"a"'],
  ],
  [
    'CommonJS',
    { 'main.cjs': `const { host } = require('./host.cjs'); ask(host)`, 'host.cjs': `module.exports = { host: 'a' }` },
    ['"a"'],
  ],
  [
    'CommonJS, property by property',
    { 'main.cjs': `ask(require('./host.cjs').host)`, 'host.cjs': `exports.host = 'a'` },
    ['"a"'],
  ],
  [
    'a dynamic import',
    { 'main.ts': `const { host } = await import('./host.js'); ask(host)`, 'host.ts': `export const host = 'a'` },
    ['"a"'],
  ],
  [
    'a library: default, namespace and require meet',
    `import * as e from 'express'; ask([e.default(), require('express')()][0])`,
    ['express ()'],
  ],
  [
    'a file that is not there',
    `import { host } from './gone.js'; ask(host)`,
    ['? `./gone.js` is not among the examined files'],
  ],
]);

examples('objects and arrays', [
  ['a property set afterwards', `const o = {}; o.host = 'a'; ask(o.host)`, ['"a"']],
  ['the last of two keys', `ask({ a: 1, a: 2 }.a)`, ['2']],
  ['a spread is read from the right', `const d = { a: 1, b: 1 }; ask({ ...d, a: 2 }.a)`, ['2']],
  ['what a spread does not have comes from before it', `const c = {}; ask({ a: 1, ...c }.a)`, ['1']],
  ['a spread that is only sometimes there', `ask({ a: 1, ...(x() ? { a: 2 } : {}) }.a)`, ['2', '1']],
  ['Object.assign', `ask(Object.assign({}, { a: 1 }, { a: 2 }).a)`, ['2']],
  ['a missing property', `ask({}.a)`, ['undefined']],
  ['an element by its index', `ask([1, 2][1])`, ['2']],
  ['any element by an unknown index', `ask([1, 2][x()])`, ['1', '2']],
  ['a map holds what was set', `const m = new Map(); m.set('k', 1); ask(m.get(id()))`, ['1']],
  ['a session table holds what was assigned', `const t = {}; t[id()] = 'session'; ask(t[id()])`, ['"session"']],
  ['a list holds what was pushed', `const l = [1]; l.push(2, ...[3]); ask(l[x()])`, ['1', '2', '3']],
]);

examples('configuration: what counts is the server as shipped', [
  ['an environment variable is unset', `ask(process.env.HOST)`, ['$HOST']],
  ['a default for it is taken', `ask(process.env.HOST ?? 'a')`, ['"a"']],
  ['|| passes over what is falsy', `ask('' || 0 || 'a')`, ['"a"']],
  ['a condition that is known', `const on = process.env.OPEN === '1'; ask(on ? 'open' : 'closed')`, ['"closed"']],
  ['a condition that is not', `ask(x() ? 'open' : 'closed')`, ['"open"', '"closed"']],
  ['converted', `ask(Number(process.env.PORT ?? '80'))`, ['80']],
]);

examples('calls', [
  ['what a function returns', `const f = () => 'a'; ask(f())`, ['"a"']],
  ['what it may return', `function f() { if (x()) return 1; return 2 } ask(f())`, ['1', '2']],
  ['promises are transparent', `const f = async () => 'a'; ask(await f())`, ['"a"']],
  ['an argument that is returned, call by call', `const id = a => a; id(1); ask(id(2))`, ['2']],
  ['a default parameter', `const f = (a = 1) => a; ask(f())`, ['1']],
  ['rest and spread', `const f = (...all) => all[1]; ask(f(...[1, 2]))`, ['2']],
  ['a closure remembers its maker’s argument', `const make = a => () => a; make(1); ask(make(2)())`, ['2']],
  ['mapped', `ask([1, 2].map(n => n + 1)[1])`, ['3']],
  [
    'a library object is the place where it was made',
    `import { Server } from 'ws'; const f = () => new Server(); ask(f())`,
    ['ws new Server'],
  ],
]);

examples('classes', [
  ['a field', `class A { a = 1; f() { ask(this.a) } } new A().f()`, ['1']],
  ['assigned in the constructor', `class A { constructor(a) { this.a = a } } ask(new A(1).a)`, ['1']],
  ['a parameter property', `class A { constructor(readonly a: number) {} } ask(new A(1).a)`, ['1']],
  ['assigned later', `class A { a?: number; start() { this.a = 1 } } ask(new A().a)`, ['1']],
  ['instances are told apart', `class A { constructor(readonly a: number) {} } new A(1); ask(new A(2).a)`, ['2']],
  [
    'through super(…)',
    `class B { constructor(readonly a: number) {} } class A extends B { constructor() { super(1) } } ask(new A().a)`,
    ['1'],
  ],
  [
    'an override',
    `class B { f() { return this.g() } g() { return 1 } } class A extends B { g() { return 2 } } ask(new A().f())`,
    ['2'],
  ],
  ['a getter', `class A { get a() { return 1 } } ask(new A().a)`, ['1']],
  ['a static member', `class A { static a = 1 } ask(A.a)`, ['1']],
  ['a private one', `class A { #a = 1; f() { ask(this.#a) } } new A().f()`, ['1']],
]);

examples('frames: a place is asked about once for each way it is run', [
  ['each caller by itself', `function f(a) { ask(a) } f(1); f(2)`, [['1'], ['2']]],
  ['callers of callers', `function f(a) { ask(a) } function g(b) { f(b) } g(1); g(2)`, [['1'], ['2']]],
  [
    'each turn of a loop',
    `for (const { a, b } of [{ a: 1, b: 'x' }, { a: 2, b: 'y' }]) ask(a + b)`,
    [['"1x"'], ['"2y"']],
  ],
  ['each turn of forEach', `[1, 2].forEach(n => ask(n))`, [['1'], ['2']]],
  ['each instance', `class A { constructor(a) { ask(a) } } new A(1); new A(2)`, [['1'], ['2']]],
  ['a function that is handed on', `const run = f => f(1); run(a => ask(a))`, ['1']],
  [
    'from another file',
    { 'main.ts': `import { f } from './f.js'; f(1)`, 'f.ts': `export const f = a => ask(a)` },
    ['1'],
  ],
  ['a parameter without a seen caller', `export function f(a) { ask(a) }`, ['? parameter `a` without a seen caller']],
  [
    'its type says what it is',
    `import type { Express } from 'express'; export function f(app: Express) { ask(app) }`,
    ['express :Express'],
  ],
]);

examples('cycles end', [
  ['settings made of settings', `let s = { a: 1 }; s = { ...s, b: 2 }; ask(s.a)`, ['1']],
  ['functions that call each other', `const f = n => n ? g(n) : 'end'; const g = n => f(n - 1); ask(f(9))`, ['"end"']],
  ['names that refer to themselves', `var a = b; var b = a; ask(a)`, ['? refers to itself']],
  [
    'modules that import each other',
    {
      'main.ts': `import { b } from './b.js'; export const a = b; ask(a)`,
      'b.ts': `import { a } from './main.js'; export const b = a ?? 1`,
    },
    ['1'],
  ],
]);

test('a hundred mutually recursive factories are followed at a cost that grows with their number', () => {
  const many = Array.from(
    { length: 100 },
    (_, i) =>
      `function f${i}(o) { return x() ? { ...o, ...f${(i * 7 + 1) % 100}(o), k${i}: ${i} } : f${(i * 3 + 2) % 100}({ ...o }) }`,
  );
  const code = codeOf({ 'main.ts': `${many.join('\n')}\nask(f0({}).k1)` });
  answersOf(code);
  expect(code.values.evaluations).toBeLessThan(60_000);
});

function asked(sources: Sources): string[][] {
  return answersOf(codeOf(sources));
}

function codeOf(sources: Sources): Code {
  const tree: SourceTree = {
    files: Object.keys(sources).sort(),
    only: undefined,
    packages: [],
    aliases: [],
    text: file => sources[file],
  };
  return new Code(
    tree,
    scan(tree, () => true),
  );
}

/** The values of the argument of `ask(…)`, frame by frame. */
function answersOf(code: Code): string[][] {
  const { values } = code;
  const calls = code.modules().flatMap(module => module.calls.get('ask') ?? []);
  return calls.flatMap(call => values.contextsOf(call).map(frame => values.of(call.arguments[0]!, frame).map(inWords)));
}

function inWords(value: Value): string {
  switch (value.is) {
    case 'literal':
      return value.value === undefined ? 'undefined' : JSON.stringify(value.value);
    case 'env':
      return `$${value.name}`;
    case 'thing':
      return value.made;
    case 'unclear':
      return `? ${value.why}`;
    default:
      return value.is;
  }
}
