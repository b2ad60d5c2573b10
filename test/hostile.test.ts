import { describe, expect, test } from 'vitest';
import { childrenOf, preorder } from '../src/code/preorder.js';
import { ts } from '../src/code/ts.js';
import { held } from './fuzz/hold.js';

/**
 * Files that somebody wrote to break the audit: each costs itself at most. Every case has seconds of processor time and
 * megabytes of memory to stay below; `unread` says whether the file could be read at all.
 */
const most = { seconds: 10, megabytes: 700 };

const door = `import { WebSocketServer } from 'ws';
const wss = new WebSocketServer({ port: 1 });
wss.on('connection', socket => socket.on('message', data => socket.send(String(data))));
`;
const times = (count: number, text: (index: number) => string, between = '\n') =>
  Array.from({ length: count }, (_, index) => text(index)).join(between);
const around = (open: string, inner: string, close: string, count: number) =>
  door + open.repeat(count) + inner + close.repeat(count);
const connection = (body: string) =>
  `${door}wss.on('connection', (socket, req) => { const { origin } = req.headers; ${body} });`;
const verifying = (test: string) =>
  `import { WebSocketServer } from 'ws';\nnew WebSocketServer({ port: 1, verifyClient: ({ origin }) => ${test} });`;

const tooDeep: Readonly<Record<string, string>> = {
  parentheses: around('(', '1', ')', 100_000),
  brackets: around('[', '', ']', 100_000),
  blocks: around('{', '', '}', 100_000),
  ternaries: `${door}const x = ${'a ? b : '.repeat(100_000)}1;`,
  templates: around('`${', '1', '}`', 100_000),
  calls: around('f(', '', ')', 100_000),
  functions: around('function f() {', '', '}', 100_000),
  arrows: `${door}const x = ${'() => '.repeat(100_000)}1;`,
  members: `${door}const x = a${'.b'.repeat(20_000)};`,
  'chained calls': `${door}wss${".on('error', () => {})".repeat(20_000)};`,
  sums: connection(`if (origin === 'a'${" + 'a'".repeat(20_000)}) socket.close();`),
  alternatives: connection(`if (${times(20_000, () => "origin === 'a'", ' || ')}) socket.close();`),
  'else if': connection(times(20_000, index => `if (origin === '${index}') socket.close();`, ' else ')),
};

const wide: Readonly<Record<string, string>> = {
  'a union of 50,000': `${door}type U = ${times(50_000, index => `'${index}'`, ' | ')};`,
  'an object of 50,000': `${door}const o = {${times(50_000, index => `k${index}: ${index}`, ',')}};\nnew WebSocketServer(o);`,
  'a list of 20,000 origins': verifying(
    `[${times(20_000, index => `'https://h${index}.example'`, ',')}].includes(origin)`,
  ),
  'a switch of 10,000': connection(
    `switch (origin) { ${times(10_000, index => `case 'a${index}': socket.close(); break;`)} }`,
  ),
  'a megabyte in one line': door + 'var a = function (b) { return b + 1 };'.repeat(25_000),
  'a million lines': door + '\n'.repeat(1_000_000),
  'a constant of a megabyte': connection(`if (origin === '${'a'.repeat(1_000_000)}') socket.close();`),
  'errors all over': `${door}${'} ) ] @ # '.repeat(20_000)}`,
  'a chain of 3,000 promises': `${door}fetch(x)${'.then(a => a.json())'.repeat(2_000)};`,
};

const patterns: Readonly<Record<string, string>> = {
  'nested quantifiers': verifying('/^(a+)+$/.test(origin) || /^(([a-z])+.)+[A-Z]([a-z])+$/.test(origin)'),
  'nested quantifiers on a constant': verifying(`/^(a+)+$/.test('${'a'.repeat(5_000)}!') && origin`),
  'nested quantifiers that a constant is taken apart by': verifying(
    `'${'a'.repeat(60)}!'.match(/^(a+)+$/) ? origin : '${'a'.repeat(60)}!'.replace(/^(a+)+$/, 'x') === origin`,
  ),
  'two quantifiers on a long constant': verifying(
    `'${'a'.repeat(100_000)}'.match(/a*a*b/) ? origin : 'x'.replace(/a*a*b/, origin)`,
  ),
  'states without end': verifying(
    '/^https:\\/\\/.*a.{30}\\.example$/.test(origin) || /(.*a.{25}){9}|x{1,99999}/i.test(origin)',
  ),
  lookaheads: verifying(
    `/^${times(20, index => `(?=.*${String.fromCharCode(97 + index)}.{${index}})`, '')}.*$/.test(origin)`,
  ),
  'ten thousand groups': verifying(`/^${'(a|b|ab)*'.repeat(10_000)}$/.test(origin)`),
  'no pattern at all': verifying("new RegExp('[', 'zz').test(origin) || 'x'.replace(/a/zz, origin)"),
};

const circles: Readonly<Record<string, string>> = {
  'options of themselves': `${door}const o = { ...o }; new WebSocketServer(o); const p = { ...q }; const q = { ...p, get port() { return p.port; } }; new WebSocketServer(p); let z = z || z; new WebSocketServer(z);`,
  'functions of themselves': `${verifying('f(origin)')}
function f(o) { return g(o) || f(o + 1); }
function g(o) { return f(o) && g(o); }`,
  'classes of themselves': `${door}class A extends B {} class B extends A {} class C extends C {} new WebSocketServer(new A()); new C().x.y;`,
  'sixty doublings': `${door}${times(60, index => `function f${index}(x) { return c() ? f${index + 1}(x) : f${index + 1}([x]); }`)}\nfunction f60(x) { return x; }\nnew WebSocketServer(f0({}));`,
  'loops without end': `${verifying('endless(origin)')}
function endless(o) { while (true) { for (;;) if (fib(100) === o.length) return true; } }
function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }`,
  'a loop over what it declares': connection(
    "for (const each of each) if (each !== socket && each !== process.env.ADMIN_TOKEN) each.send('x');",
  ),
  'an object that only hands on to itself': `import { DurableObject } from 'cloudflare:workers';
export class Room extends DurableObject {
  async fetch(request) {
    if (request.url.endsWith('/again')) return env.ROOM.get(env.ROOM.idFromName('main')).fetch(request);
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
}
export default {
  async fetch(request, env: { ROOM: DurableObjectNamespace<Room> }) {
    return env.ROOM.get(env.ROOM.idFromName('main')).fetch(request);
  },
};`,
};

/** What a missing brace leaves: statements that only a function could hold. */
const outOfPlace: Readonly<Record<string, string>> = {
  'the return of an event stream': `${door}
setInterval(() => res.write('data: 1\\n\\n'), 1000);
return res.writeHead(200, { 'Content-Type': 'text/event-stream' });`,
  'the return of a stream that is a body': `${door}
const body = new ReadableStream({ start(controller) { setInterval(() => controller.enqueue(': alive\\n\\n'), 1000); } });
return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });`,
};

describe.each(Object.entries({ ...wide, ...patterns, ...circles, ...outOfPlace }))('%s', (_, text) => {
  test('is audited within bounds', () => {
    const { report } = bounded({ 'a.ts': text });
    expect(report.doors.length).toBeGreaterThan(0);
  }, 120_000);
});

describe.each(Object.entries(tooDeep))('%s without end', (_, text) => {
  test('cost the file, which is named, and no other', () => {
    const { report } = bounded({ 'a.ts': text, 'b.ts': door });
    // At the end of the stack not every error says so: what a getter throws there may come out as another one.
    expect(report.unread).toEqual([{ file: 'a.ts', message: expect.stringMatching(/^could not be parsed: /) }]);
    expect(report.doors.map(({ file }) => file)).toEqual(['b.ts']);
  }, 120_000);
});

test('JSX without end costs the file', () => {
  const { report } = bounded({ 'a.tsx': around('<a>', '', '</a>', 100_000), 'b.ts': door });
  expect(report.unread.map(({ file }) => file)).toEqual(['a.tsx']);
}, 120_000);

test('files that hand on one another in circles are read once each', () => {
  const files = Object.fromEntries(
    Array.from({ length: 120 }, (_, index) => [
      `m${index}.ts`,
      `${times(40, next => `export * from './m${(index * 7 + next * 3) % 120}.js';`)}\nimport { nothing } from './m${(index + 1) % 120}.js';\nimport { WebSocketServer } from 'ws';\nnew WebSocketServer(nothing);`,
    ]),
  );
  expect(bounded(files).report.doors).toHaveLength(120);
}, 120_000);

test('hundreds of doors and findings in one file', () => {
  const text = `import { WebSocketServer } from 'ws';\n${times(500, index => `new WebSocketServer({ port: ${index} }).on('connection', s => s.on('message', m => s.send(JSON.parse(m))));`)}`;
  const { report } = bounded({ 'a.ts': text }, 30);
  expect(report.doors).toHaveLength(500);
}, 300_000);

test('names of Object.prototype are names like any other', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
  const text = `import { WebSocketServer } from 'ws';
import { ${names.map(name => `${name} as imported_${name}`).join(', ')} } from './b.js';
${names.map(name => `const o_${name} = { ${name}: { port: 1 }, ['${name}']: 2 };\nnew WebSocketServer(o_${name}.${name});`).join('\n')}
const constructor = new WebSocketServer({ port: 2 });
constructor.on('connection', (toString, hasOwnProperty) => {
  if (hasOwnProperty.headers.constructor === hasOwnProperty.headers['__proto__']) toString.close();
  if (valueOf(isPrototypeOf) === process.env.__proto__) toString.__proto__();
  toString.on('message', valueOf => toString.send(JSON.parse(valueOf).constructor[valueOf.__proto__]));
});
// mcp-audit-ignore-next-line __proto__ -- no rule
new WebSocketServer({ port: 3 });
// mcp-audit-ignore-next-line constructor -- no rule
new WebSocketServer({ port: 4 });
`;
  const { report } = bounded({
    'a.ts': text,
    'b.ts': `export const toString = 1; export { toString as __proto__, toString as constructor };\nexport * from 'constructor';`,
  });
  expect(report.doors.length).toBeGreaterThanOrEqual(3);
}, 120_000);

interface Said {
  readonly doors: readonly { readonly file: string }[];
  readonly unread: readonly { readonly file: string; readonly message: string }[];
}

/** Audits files in memory and holds what that costs against the bounds. */
function bounded(files: Readonly<Record<string, string>>, seconds = most.seconds): { report: Said } {
  const memory = process.memoryUsage().heapUsed;
  const { broken, milliseconds, formats } = held({
    sources: new Map(Object.entries(files)),
    packages: [],
    aliases: [],
  });
  expect(broken.filter(each => !each.startsWith('took'))).toEqual([]);
  expect(milliseconds).toBeLessThan(seconds * 1000);
  expect((process.memoryUsage().heapUsed - memory) / 1e6).toBeLessThan(most.megabytes);
  return { report: JSON.parse(formats.json) };
}

test('what could be parsed can be gone through, however deeply it is nested', () => {
  const deep = ts.createSourceFile('deep.ts', `a${'.b'.repeat(50_000)}`, ts.ScriptTarget.Latest, true);
  const names: string[] = [];
  preorder(deep, node => {
    if (ts.isIdentifier(node)) names.push(node.text);
    return childrenOf(node);
  });
  expect(names).toHaveLength(50_001);
  expect(names.slice(0, 2)).toEqual(['a', 'b']);
});
