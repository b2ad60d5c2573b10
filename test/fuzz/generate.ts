import fc from 'fast-check';

/** Names, and texts in places of texts, of which some are dangerous to tables that are objects. */
const word = fc.constantFrom(
  'token',
  'origin',
  'wss',
  'app',
  'allowed',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'x',
);
const text = fc.oneof(
  fc.constantFrom(
    'https://app.example',
    'null',
    '*',
    '',
    'localhost',
    '__proto__',
    'http://127.0.0.1:3000',
    '/mcp',
    '.example',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
const quoted = text.map(value => JSON.stringify(value));

const expression = fc.letrec<{ value: string; test: string; body: string }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    quoted,
    fc.constantFrom(
      'req.headers.origin',
      'req.headers["host"]',
      'origin',
      'req.url',
      'process.env.TOKEN',
      'undefined',
      'data',
      'String(data)',
      'allowed',
      '3000',
    ),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => `(${a} ?? ${b})`),
    fc.tuple(tie('test'), tie('value'), tie('value')).map(([c, a, b]) => `(${c} ? ${a} : ${b})`),
    tie('value').map(value => `new URL(${value}).host`),
    tie('value').map(value => `(${value})?.split(',')[0]`),
    tie('value').map(value => `JSON.parse(${value})`),
    fc.tuple(word, tie('value')).map(([name, value]) => `({ ${name}: ${value} })[${JSON.stringify(name)}]`),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => `\`\${${a}}-\${${b}}\``),
    fc.tuple(word, tie('value')).map(([name, value]) => `${name}(${value})`),
  ),
  test: fc.oneof(
    { maxDepth: 4 },
    fc
      .tuple(tie('value'), fc.constantFrom('===', '!==', '==', '>', 'in'), tie('value'))
      .map(([a, op, b]) => `${a} ${op} ${b}`),
    fc
      .tuple(tie('value'), fc.constantFrom('includes', 'startsWith', 'endsWith', 'has', 'test', 'match'), tie('value'))
      .map(([a, how, b]) => `(${a}).${how}(${b})`),
    tie('test').map(test => `!(${test})`),
    fc.tuple(tie('test'), fc.constantFrom('&&', '||'), tie('test')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc
      .tuple(
        fc.constantFrom('^https?://(.*\\.)?app\\.example$', 'app.example', '(a+)+$', '[', '^', '(?=.*a)(?!b).+'),
        tie('value'),
      )
      .map(([source, value]) => `new RegExp(${JSON.stringify(source)}).test(${value})`),
  ),
  body: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(
      'return;',
      'next();',
      'res.status(403).end();',
      'socket.close();',
      'socket.destroy();',
      'throw new Error();',
      'return false;',
      'return true;',
      'cb(null, true);',
      'cb(new Error());',
      'socket.send(String(data));',
      'res.writeHead(200, { "Content-Type": "text/event-stream" });',
    ),
    fc.tuple(tie('test'), tie('body'), tie('body')).map(([test, a, b]) => `if (${test}) { ${a} } else { ${b} }`),
    fc.tuple(tie('body'), tie('body')).map(([a, b]) => `${a} ${b}`),
    tie('body').map(body => `try { ${body} } catch (error) { res.end(String(error)); }`),
    tie('body').map(body => `for (const x of allowed) { ${body} }`),
    fc.tuple(word, tie('value')).map(([name, value]) => `const ${name} = ${value};`),
    fc
      .tuple(word, tie('body'))
      .map(([name, body]) => `function ${name}(req, res, next) { ${body} } ${name}(req, res, next);`),
    tie('body').map(body => `await (async () => { ${body} })();`),
  ),
}));

const part = fc.oneof(
  fc.tuple(word, expression.value).map(([name, value]) => `const ${name} = ${value};`),
  expression.value.map(value => `const allowed = new Set([${value}]);`),
  fc.tuple(quoted, expression.body).map(([event, body]) => `wss.on(${event}, async (socket, req) => { ${body} });`),
  expression.body.map(
    body =>
      `wss.on('connection', async (socket, req) => { socket.on('message', async data => { ${body} }); ${body} });`,
  ),
  fc
    .tuple(expression.value, expression.body)
    .map(
      ([port, body]) =>
        `const wss = new WebSocketServer({ port: ${port}, verifyClient: ({ origin, req }, cb) => { ${body} } });`,
    ),
  expression.body.map(body => `app.use(async (req, res, next) => { ${body} });`),
  fc
    .tuple(quoted, expression.body)
    .map(
      ([path, body]) =>
        `app.post(${path}, guard, async (req, res, next) => { ${body} await transport.handleRequest(req, res, req.body); });`,
    ),
  expression.body.map(body => `const guard = async (req, res, next) => { ${body} };`),
  expression.value.map(
    value => `const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => ${value} });`,
  ),
  expression.body.map(
    body =>
      `const server = createServer(async (req, res) => { ${body} }); server.on('upgrade', (req, socket, head) => { ${body} wss.handleUpgrade(req, socket, head, ws => wss.emit('connection', ws, req)); }); server.listen(3000);`,
  ),
  expression.value.map(value => `app.use(cors({ origin: ${value}, credentials: true }));`),
  expression.value.map(value => `app.listen(3000, ${value});`),
);

const opening = `import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import express from 'express';
import cors from 'cors';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
`;

/** Servers put together at random out of doors, gates, and what people write between them. */
export const server: fc.Arbitrary<string> = fc
  .tuple(fc.boolean(), fc.array(part, { minLength: 2, maxLength: 8 }))
  .map(([hasApp, parts]) => `${opening}${hasApp ? 'const app = express();\n' : ''}${parts.join('\n')}\n`);
