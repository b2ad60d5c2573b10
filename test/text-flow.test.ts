// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are source
import { describe, expect, test } from 'vitest';
import { Code } from '../src/code/code.js';
import { scan } from '../src/code/scan.js';
import { TextFlow } from '../src/code/text-flow.js';
import { lineBreaks } from '../src/code/text-lenses.js';
import type { SourceTree } from '../src/code/tree.js';

/** Sources by file name. Somewhere in them stands `ask(…)`: may the text of its argument hold a line break? */
type Sources = Readonly<Record<string, string>>;
type Example = readonly [what: string, sources: string | Sources, is: string];

function examples(title: string, table: readonly Example[]): void {
  describe(title, () => {
    test.each(table)('%s', (_, sources, is) => {
      expect(judged(typeof sources === 'string' ? { 'main.ts': sources } : sources)).toBe(is);
    });
  });
}

/** A request handler around statements. */
const handler = (body: string): string => `app.post('/x', async (req, res) => { ${body} });`;

examples('text without line breaks', [
  ['a constant', `ask('ping')`, 'safe'],
  ['a number, a truth, a date', `ask(\`\${Date.now()} \${x > 1} \${new Date()}\`)`, 'safe'],
  ['a counter', `let n = 0; function f() { ask(n++) }`, 'safe'],
  ['a counter as text', `class A { #n = 0; f() { const id = (++this.#n).toString(); ask(id) } }`, 'safe'],
  ['an id', `import { randomUUID } from 'node:crypto'; const id = randomUUID(); ask(id)`, 'safe'],
  ['JSON', handler('const json = JSON.stringify(req.body); ask(json)'), 'safe'],
  ['JSON with an indent', handler('ask(JSON.stringify(req.body, null, 2))'), 'unclear'],
  ['base64', handler(`ask(Buffer.from(req.body.text).toString('base64'))`), 'safe'],
  ['a number that a client sends', handler('ask(Number(req.query.page))'), 'safe'],
  ['percent-encoded', handler('ask(encodeURIComponent(req.query.name))'), 'safe'],
  ['a header, which cannot hold one', handler(`ask(req.headers['mcp-session-id'] ?? req.get('x-id'))`), 'safe'],
  ['a URL', handler('const url = new URL(req.body.url); ask(url.href)'), 'safe'],
  ['a member of an enum', `enum Kind { A = 'a' } ask(Kind.A)`, 'safe'],
  ['by its declared type', `export function f(kind: 'a' | 'b') { ask(kind) }`, 'safe'],
  [
    'by the declared type of a property',
    `interface E { kind: Kind } type Kind = 'a' | 'b'; export function f(e: E) { ask(e.kind) }`,
    'safe',
  ],
  [
    'by a type of another file',
    {
      'main.ts': `import type { E } from './types.js'; export function f(e: E) { ask(e.at) }`,
      'types.ts': `export interface E { at: number }`,
    },
    'safe',
  ],
]);

examples('line breaks taken out', [
  ['both by one pattern', handler(`ask(req.body.a.replace(/[\\r\\n]+/g, ' '))`), 'safe'],
  ['both with all white space', handler(`ask(req.body.a.replace(/\\s/g, ''))`), 'safe'],
  ['one after the other', handler(`const a = req.body.a.replaceAll('\\r', ''); ask(a.replace(/\\n/g, ' '))`), 'safe'],
  ['each line on its own', handler('for (const line of req.body.a.split(/\\r\\n|\\r|\\n/)) ask(line)'), 'safe'],
  ['joined as lines of the same field', handler(`ask(req.body.a.split(/\\r\\n|\\r|\\n/).join('\\ndata: '))`), 'safe'],
  ['only LF', handler(`ask(req.body.a.replace(/\\n/g, ' '))`), 'raw client'],
  ['CR only where LF follows', handler(`ask(req.body.a.replace(/\\r?\\n/g, ' '))`), 'raw client'],
  ['only the first', handler(`ask(req.body.a.replace(/[\\r\\n]/, ' '))`), 'raw client'],
  ['only at the end', handler('ask(req.body.a.trim())'), 'raw client'],
  ['each line, but not at CR', handler(`req.body.a.split('\\n').forEach(line => ask(line))`), 'raw client'],
]);

examples('text from outside', [
  ['the body', handler('ask(req.body.a)'), 'raw client'],
  ['a query parameter, which is decoded', handler('ask(req.query.a)'), 'raw client'],
  ['taken apart', handler('const { a: { b } } = req.body; ask(b)'), 'raw client'],
  [
    'in a fetch handler',
    `export async function POST(request) { const { a } = await request.json(); ask(a) }`,
    'raw client',
  ],
  ['of the URL', `export function GET(request) { ask(new URL(request.url).searchParams.get('a')) }`, 'raw client'],
  [
    'gathered by hand',
    `createServer((req, res) => { let body = ''; req.on('data', chunk => { body += chunk; }); req.on('end', () => ask(JSON.parse(body).a)) })`,
    'raw client',
  ],
  ['of a WebSocket', `ws.on('message', data => { const { a } = JSON.parse(data.toString()); ask(a) })`, 'raw client'],
  [
    'a declared type is a promise that a cast breaks',
    `function f(m: { a: 'x' | 'y' }) { ask(m.a) } ${handler('f(req.body as any)')}`,
    'raw client',
  ],
  [
    'through a manager in another file',
    {
      'main.ts': `import { Manager } from './manager.js'; const m = new Manager(); ${handler('m.send(req.body)')}`,
      'manager.ts': `export class Manager { send(message) { ask(message.type) } }`,
    },
    'raw client',
  ],
  ['in JSON by hand', handler('ask(`{"a":"${req.body.a}"}`)'), 'raw client'],
  [
    'a caught error',
    `try { f() } catch (error) { ask(error instanceof Error ? error.message : String(error)) }`,
    'raw error',
  ],
  ['a rejection', `f().catch(error => ask(error.message))`, 'raw error'],
  ['the code of an error', `try { f() } catch (error) { ask(error.code) }`, 'unclear'],
  [
    'the output of a tool',
    `async function f() { const result = await client.callTool({ name }); ask(result.content[0].text) }`,
    'raw tool',
  ],
  ['the output of a program', `const child = spawn('ls'); child.stdout.on('data', chunk => ask(chunk))`, 'raw tool'],
  [
    'the words of a model, piece by piece',
    `async function f() { const stream = await openai.chat.completions.create({ stream: true }); for await (const part of stream) ask(part.choices[0].delta.content) }`,
    'raw model',
  ],
  ['the words of a model', `async function f() { ask((await generateText({ prompt })).text) }`, 'raw model'],
]);

examples('callers decide', [
  ['all pass JSON', `function send(data) { ask(data) } send(JSON.stringify(a)); send('ping');`, 'safe'],
  [
    'one passes the body',
    `function send(data) { ask(data) } send(JSON.stringify(a)); ${handler('send(req.body.a)')}`,
    'raw client',
  ],
  [
    'a closure that is handed in',
    `function open(setup) { setup(data => ask(data)) } open(write => write(JSON.stringify(a)));`,
    'safe',
  ],
  ['nobody calls it', `export function send(data) { ask(data) }`, 'unclear'],
  [
    'an own function cleans',
    `const oneLine = t => t.replace(/[\\r\\n]/g, ' '); ${handler('ask(oneLine(req.body.a))')}`,
    'safe',
  ],
  ['an own function gives it back', `const same = t => t; ${handler('ask(same(req.body.a))')}`, 'raw client'],
]);

examples('what stays open', [
  ['an event of a library', `emitter.on('changed', change => ask(change.name))`, 'unclear'],
  ['an environment variable', `ask(process.env.NAME)`, 'unclear'],
  ['looked up before', handler(`if (!sessions.has(req.query.id)) return; ask(req.query.id)`), 'unclear'],
  [
    'tested against a list',
    handler(`const { type } = req.body; if (!allowed.includes(type)) return; ask(type)`),
    'unclear',
  ],
  ['a call that is not followed', `ask(library())`, 'unclear'],
  ['itself', `let a = a; ask(a)`, 'unclear'],
]);

test('a trail leads from the source to the place', () => {
  const code = codeOf({
    'main.ts': `function send(data) {\n  ask(data)\n}\n${handler('const text = req.body.a;\n send(text)')}`,
  });
  const [call] = code.modules().flatMap(module => module.calls.get('ask') ?? []);
  const found = new TextFlow(code, lineBreaks).judge(call!.arguments[0]!);
  const steps =
    found.is === 'raw' ? found.traces[0].steps.map(({ node, says }) => `${code.at(node).line} ${says}`) : [];
  expect(steps).toEqual(['4 a client sends it', '4 kept as `text`', '5 passed as `data`']);
});

function judged(sources: Sources): string {
  const code = codeOf(sources);
  const [call] = code.modules().flatMap(module => module.calls.get('ask') ?? []);
  const found = new TextFlow(code, lineBreaks).judge(call!.arguments[0]!);
  return found.is === 'raw' ? `raw ${found.traces[0].origin}` : found.is;
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
