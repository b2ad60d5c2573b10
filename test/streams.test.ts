// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are source
import { describe, expect, test } from 'vitest';
import { Code } from '../src/code/code.js';
import { scan } from '../src/code/scan.js';
import { frameHoles, writesOf } from '../src/code/sse-frames.js';
import { lifeSigns, retryNear } from '../src/code/stream-life.js';
import { streamHeads } from '../src/code/streams.js';
import type { SourceTree } from '../src/code/tree.js';

type Sources = Readonly<Record<string, string>>;

describe('heads of event streams', () => {
  const type = `'Content-Type': 'text/event-stream'`;
  test.each<readonly [what: string, sources: string | Sources, heads: readonly string[]]>([
    ['writeHead', `res.writeHead(200, { ${type} })`, [`res.writeHead(200, { ${type} })`]],
    [
      'setHeader',
      `res.setHeader('content-type', 'text/event-stream; charset=utf-8')`,
      [`res.setHeader('content-type', 'text/event-stream; charset=utf-8')`],
    ],
    ['set, given a table', `res.set({ ${type} })`, [`res.set({ ${type} })`]],
    ['type', `reply.type('text/event-stream')`, [`reply.type('text/event-stream')`]],
    [
      'a Response',
      `new Response(stream, { headers: { ${type} } })`,
      [`new Response(stream, { headers: { ${type} } })`],
    ],
    [
      'Headers',
      `const h = new Headers({ ${type} }); new Response(s, { headers: h })`,
      ['new Response(s, { headers: h })'],
    ],
    [
      'headers, one at a time',
      `const h = {}; h['Content-Type'] = 'text/event-stream'; res.writeHead(200, h)`,
      ['res.writeHead(200, h)'],
    ],
    ['a table with a name', `const h = { ${type} }; res.writeHead(200, h)`, ['res.writeHead(200, h)']],
    [
      'a table that is spread',
      `const h = { ${type} }; res.writeHead(200, { ...h, A: 'b' })`,
      [`res.writeHead(200, { ...h, A: 'b' })`],
    ],
    [
      'a table of another file',
      { 'a.ts': `import { h } from './b.js'; res.writeHead(200, h)`, 'b.ts': `export const h = { ${type} }` },
      ['res.writeHead(200, h)'],
    ],
    [
      'a table that a function makes',
      `const h = () => ({ ${type} }); res.writeHead(200, h())`,
      ['res.writeHead(200, h())'],
    ],
    [
      'entries of a table',
      `const h = { ${type} }; Object.entries(h).forEach(([k, v]) => res.setHeader(k, v))`,
      ['Object.entries(h)'],
    ],
    [
      'a type with a name',
      `const SSE = 'text/event-stream'; res.setHeader('Content-Type', SSE)`,
      [`res.setHeader('Content-Type', SSE)`],
    ],
    [
      'a type by condition',
      `res.setHeader('Content-Type', sse ? 'text/event-stream' : 'application/json')`,
      [`res.setHeader('Content-Type', sse ? 'text/event-stream' : 'application/json')`],
    ],
    [
      'a parameter of that name',
      `class A { constructor(s, contentType) {} } class B extends A { constructor(s) { super(s, 'text/event-stream') } }`,
      [`super(s, 'text/event-stream')`],
    ],
    [
      'said twice of one answer',
      `res.type('text/event-stream'); res.writeHead(200, { ${type} })`,
      [`res.type('text/event-stream')`],
    ],
    ['a table that nothing is seen to send', `export const h = { ${type} }`, [`{ ${type} }`]],
  ])('%s', (_, sources, heads) => {
    expect(headsOf(sources)).toEqual(heads);
  });

  test.each<readonly [what: string, source: string]>([
    ['an Accept header', `fetch(url, { headers: { Accept: 'text/event-stream' } })`],
    ['a test of Accept', `if (req.headers.accept.includes('text/event-stream')) f()`],
    ['a test of Content-Type', `response.headers.get('Content-Type') === 'text/event-stream'`],
    ['a comment', `// res.type('text/event-stream')`],
    ['an error', `res.writeHead(406, { ${type} })`],
    ['an error, status first', `res.status(400).type('text/event-stream')`],
    [
      'an error, status before',
      `function f() { res.statusCode = 400; res.setHeader('Content-Type', 'text/event-stream') }`,
    ],
    ['an answer without a body', `new Response(null, { status: 200, headers: { ${type} } })`],
    ['an answer to HEAD', `if (req.method === 'HEAD') { res.writeHead(200, { ${type} }); res.end() }`],
    [
      'an API description',
      `const api = { responses: { 200: { content: { 'text/event-stream': {} } } }, produces: ['text/event-stream'] }`,
    ],
  ])('not %s', (_, source) => {
    expect(headsOf(source)).toEqual([]);
  });

  function headsOf(sources: string | Sources): string[] {
    return streamHeads(codeOf(sources)).map(({ node }) => node.getText());
  }
});

describe('the life of a stream', () => {
  const head = `res.setHeader('Content-Type', 'text/event-stream')`;
  test.each<readonly [what: string, source: string, signs: readonly string[]]>([
    ['ended at once', `app.get('/', (req, res) => { ${head}; res.end() })`, ['ends']],
    [
      'ended when the client leaves',
      `app.get('/', (req, res) => { ${head}; req.on('close', () => res.end()) })`,
      ['lasts'],
    ],
    ['kept alive', `app.get('/', (req, res) => { ${head}; setInterval(() => res.write(':'), 9) })`, ['lasts']],
    ['kept for later', `app.get('/', (req, res) => { ${head}; clients.add(res) })`, ['isKept']],
    ['kept in a record', `app.get('/', (req, res) => { ${head}; clients.set(id, { res, since }) })`, ['isKept']],
    [
      'kept by a helper',
      `function keep(r) { clients.push(r) } app.get('/', (req, res) => { ${head}; keep(res) })`,
      ['isKept'],
    ],
    ['in another branch', `app.get('/', (req, res) => { if (a) { ${head}; return } setInterval(f); res.end() })`, []],
    ['after its branch', `app.get('/', (req, res) => { if (a) { ${head} } res.end() })`, ['ends']],
  ])('%s', (_, source, signs) => {
    const code = codeOf(source);
    const [found] = streamHeads(code);
    const read = lifeSigns(code, found!, [found!.node]);
    expect(Object.entries(read).flatMap(([sign, holds]) => (holds ? [sign] : []))).toEqual(signs);
  });

  test.each<readonly [what: string, sources: string | Sources, text: string | undefined]>([
    ['a constant', `res.write('retry: 5000\\n\\n')`, `'retry: 5000\\n\\n'`],
    ['with a number of its own', 'res.write(`retry: ${ms}\\n\\n`)', '`retry: ${'],
    ['behind another field', `res.write('id: 1\\nretry: 5000\\n\\n')`, `'id: 1\\nretry: 5000\\n\\n'`],
    [
      'in an imported file',
      { 'a.ts': `import { open } from './b.js'`, 'b.ts': `export const open = res => res.write('retry: ' + ms)` },
      `'retry: '`,
    ],
    ['in words', `throw new Error('retry: the server is busy')`, undefined],
  ])('retry: %s', (_, sources, text) => {
    const code = codeOf(sources);
    expect(retryNear(code, code.modules()[0]!)?.getText()).toBe(text);
  });
});

describe('fields of hand-written frames', () => {
  const stream = `const type = 'text/event-stream';`;
  test.each<readonly [what: string, source: string, fields: readonly string[]]>([
    ['a template', 'res.write(`event: ${a}\\ndata: ${b}\\n\\n`)', ['event a', 'data b']],
    ['a concatenation', `res.write('id: ' + a + '\\ndata: ' + b + '\\n\\n')`, ['id a', 'data b']],
    [
      'lines that are joined',
      'const frame = [`event: ${a}`, `data: ${b}`, "", ""].join("\\n"); res.write(frame)',
      ['event a', 'data b'],
    ],
    ['further parts of a line', 'res.write(`data: {"a":"${a}","b":"${b}"}\\n\\n`)', ['data a', 'data b']],
    ['an optional line before', "res.write(`${id ? `id: ${id}\\n` : ''}data: ${b}\\n\\n`)", ['id id', 'data b']],
    ['a line by itself, in a file about streams', `${stream} res.write('event: ' + a + '\\n')`, ['event a']],
    ['lines that are gathered', `${stream} let frame = ''; frame += \`id: \${a}\\n\`;`, ['id a']],
    ['a comment line', 'res.write(`: ${a}\\n\\ndata: {}\\n\\n`)', []],
    ['constants', "res.write('data: [DONE]\\n\\n')", []],
    ['a data: URL', `${stream} send(\`data:image/png;base64,\${a}\`)`, []],
    ['words for people', `${stream} console.log(\`id: \${a}\`)`, []],
    ['words in a file about something else', 'lines.push(`id: ${a}`)', []],
  ])('%s', (_, source, fields) => {
    expect(
      codeOf(source)
        .modules()
        .flatMap(frameHoles)
        .map(({ field, expression }) => `${field} ${expression.getText()}`),
    ).toEqual(fields);
  });

  test.each<readonly [what: string, source: string, writes: readonly string[]]>([
    ['directly', 'res.write(`data: ${a}\\n\\n`)', ['res.write(`data: ${a}\\n\\n`)']],
    [
      'encoded',
      'c.enqueue(new TextEncoder().encode(`data: ${a}\\n\\n`))',
      ['c.enqueue(new TextEncoder().encode(`data: ${a}\\n\\n`))'],
    ],
    ['through a name', 'const frame = `data: ${a}\\n\\n`; res.write(frame)', ['res.write(frame)']],
    [
      'by those who call a formatter',
      'const format = a => `data: ${a}\\n\\n`; res.write(format(1)); res.write(format(2))',
      ['res.write(format(1))', 'res.write(format(2))'],
    ],
    ['nowhere to be seen', 'export const format = a => `data: ${a}\\n\\n`', ['`data: ${a}\\n\\n`']],
  ])('written %s', (_, source, writes) => {
    const code = codeOf(source);
    const [hole] = code.modules().flatMap(frameHoles);
    expect(writesOf(code, hole!.frame).map(({ node }) => node.getText())).toEqual(writes);
  });
});

function codeOf(sources: string | Sources): Code {
  const texts: Sources = typeof sources === 'string' ? { 'main.ts': sources } : sources;
  const tree: SourceTree = {
    files: Object.keys(texts).sort(),
    only: undefined,
    packages: [],
    aliases: [],
    text: file => texts[file],
  };
  return new Code(
    tree,
    scan(tree, () => true),
  );
}
