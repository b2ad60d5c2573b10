import { describe, expect, test } from 'vitest';
import type { SourceTree } from '../src/code/tree.js';
import { extract } from '../src/extract/extract.js';
import { meaningOf } from '../src/extract/idioms/credential-words.js';
import type { UrlCredential } from '../src/facts/index.js';

// Which parameters in a URL are credentials, in small servers. `server-read token 3` is a read in line 3 of `server.ts`.

describe('a credential is read from the query of a request', () => {
  table([
    ['by name', `app.get('/x', (req, res) => check(req.query.token));`, ['server-read token 3']],
    [
      'under a name that says so',
      `app.get('/x', (req, res) => { const tokenFromQuery = req.query.token; check(tokenFromQuery); });`,
      ['server-read token 3'],
    ],
    ['by key', `app.get('/x', (req, res) => check(req.query['api_key']));`, ['server-read api_key 3']],
    [
      'by destructuring',
      `app.get('/x', (req, res) => { const { apiKey: given, page } = req.query; check(given); });`,
      ['server-read apiKey 3'],
    ],
    [
      'from a fetch request',
      `export default { fetch(request) { return check(new URL(request.url).searchParams.get('secret')); } };`,
      ['server-read secret 3'],
    ],
    [
      'with url.parse',
      `import { parse } from 'node:url';\ncreateServer((req, res) => check(parse(req.url, true).query.password));`,
      ['server-read password 4'],
    ],
    [
      'from URLSearchParams',
      `createServer((req, res) => check(new URLSearchParams(req.url.split('?')[1]).get('jwt')));`,
      ['server-read jwt 3'],
    ],
    ['in the words of Hono', `app.get('/x', c => check(c.req.query('access_token')));`, ['server-read access_token 3']],
    [
      'by a decorator',
      `class Notes { list(@Query('token') token: string) { check(token); } }`,
      ['server-read token 3'],
    ],
    [
      'by a regex',
      `createServer((req, res) => check(/[?&]token=([^&]+)/.exec(req.url)?.[1]));`,
      ['server-read token 3'],
    ],
    [
      'as the fallback',
      `app.get('/x', (req, res) => check(req.headers.authorization ?? req.query.token));`,
      ['server-read token 3'],
    ],
    [
      'under several names in a loop',
      `createServer((req, res) => { const q = new URL(req.url, 'http://x').searchParams; for (const name of ['api_key', 'apiKey']) check(q.get(name)); });`,
      ['server-read api_key 3'],
    ],
    [
      'under several names in one expression',
      `app.get('/x', (req, res) => check(req.query.token ?? req.query.access_token));`,
      ['server-read token 3'],
    ],
    [
      'twice in one function',
      `app.get('/x', (req, res) => {\n  if (req.query.token) check(req.query.token);\n});`,
      ['server-read token 4'],
    ],
    [
      'in two functions',
      `app.get('/x', (req, res) => check(req.query.token));\napp.get('/y', (req, res) => check(req.query.token));`,
      ['server-read token 3', 'server-read token 4'],
    ],
    [
      'by a helper that is given the URL',
      `function tokenOf(url) { return url.searchParams.get('token'); }\ncreateServer((req, res) => check(tokenOf(new URL(req.url, 'http://x'))));`,
      ['server-read token 3'],
    ],
    [
      'from a field',
      `class Page { constructor(request) { this.url = new URL(request.url); } open() { check(this.url.searchParams.get('token')); } }\nexport default { fetch: request => new Page(request).open() };`,
      ['server-read token 3'],
    ],
    [
      'by a helper that is given the name',
      `function param(req, name) { return req.query[name]; }\napp.get('/x', (req, res) => check(param(req, 'token'), param(req, 'page')));`,
      ['server-read token 4'],
    ],
    [
      'under a constant name',
      `const PARAM = 'token';\napp.get('/x', (req, res) => check(req.query[PARAM]));`,
      ['server-read token 4'],
    ],
    [
      'under a name with a default',
      `class Auth { constructor(config = {}) { this.config = { queryParam: 'token', ...config }; }\n check(req) { return check(req.query[this.config.queryParam]); } }\nnew Auth();`,
      ['server-read token 4'],
    ],
    [
      'as `key` that is compared with a credential',
      `app.get('/x', (req, res) => { const key = req.query.key; if (key !== process.env.API_KEY) res.end(); });`,
      ['server-read key 3'],
    ],
  ]);
});

describe('nothing is read from the query of a request when', () => {
  table([
    ['a `key` names a place in a store', `app.get('/x', (req, res) => res.json(cache.get(req.query.key)));`, []],
    ['a token counts pages', `app.get('/x', (req, res) => list({ pageToken: req.query.token }));`, []],
    ['a token is a coin', `app.get('/x', (req, res) => res.json(priceOf({ tokenAddress: req.query.token })));`, []],
    [
      'the URL is an answer of others',
      `const answer = await fetch('https://x.example');\ncheck(new URL(answer.url).searchParams.get('token'));`,
      [],
    ],
    ['the URL is configuration', `check(new URL(process.env.DATABASE_URL).searchParams.get('password'));`, []],
    [
      'the request is one that a browser sends',
      `import type { Request } from 'playwright';\nexport const seen = (request: Request) => check(new URL(request.url).searchParams.get('token'));`,
      [],
    ],
    [
      'the parameter is in a form',
      `createServer(async (request, res) => { const form = new URLSearchParams(await request.text()); check(form.get('token')); });`,
      [],
    ],
    [
      'the parameter is only removed',
      `createServer((req, res) => { const url = new URL(req.url, 'http://x'); if (url.searchParams.has('token')) url.searchParams.delete('token'); });`,
      [],
    ],
    ['a search has a field of this name', `export const find = search => check(search.query.token);`, []],
  ]);
});

describe('a read is on a stream', () => {
  const wss = `import { WebSocketServer } from 'ws';\nconst wss = new WebSocketServer({ noServer: true });`;
  table([
    [
      'in the upgrade handler',
      `${wss}\nserver.on('upgrade', (req, socket, head) => { if (check(new URL(req.url, 'http://x').searchParams.get('token'))) wss.handleUpgrade(req, socket, head, () => {}); });`,
      ['server-read token 5 stream'],
    ],
    [
      'in verifyClient',
      `import { WebSocketServer } from 'ws';\nnew WebSocketServer({ port: 1, verifyClient: ({ req }) => check(new URL(req.url, 'http://x').searchParams.get('token')) });`,
      ['server-read token 4 stream'],
    ],
    [
      'in a function that the connection handler chooses',
      `${wss}\nwss.on('connection', (ws, req) => { const handle = ws.protocol ? a : b; handle(ws, req); });\nfunction a(ws, req) { check(new URL(req.url, 'http://x').searchParams.get('token')); }\nfunction b() {}`,
      ['server-read token 6 stream'],
    ],
    [
      'in a middleware before it',
      `app.use((req, res, next) => (check(req.query.token) ? next() : res.end()));\napp.get('/events', (req, res) => { res.writeHead(200, { 'Content-Type': 'text/event-stream' }); res.write('data: 1\\n\\n'); });`,
      ['server-read token 3 stream'],
    ],
    [
      'not on a route beside it',
      `app.get('/x', (req, res) => check(req.query.token));\napp.get('/events', (req, res) => { res.writeHead(200, { 'Content-Type': 'text/event-stream' }); res.write('data: 1\\n\\n'); });`,
      ['server-read token 3'],
    ],
  ]);
});

describe('a ticket is used up', () => {
  const store = `const tickets = new Map();`;
  table([
    [
      'where it is looked up',
      `${store}\napp.get('/x', (req, res) => { const ticket = req.query.ticket; const entry = tickets.get(ticket); tickets.delete(ticket); if (!entry) res.status(401).end(); });`,
      ['server-read ticket 4 used up in 4'],
    ],
    [
      'when the removal itself decides',
      `${store}\napp.get('/x', (req, res) => { if (!tickets.delete(String(req.query.ticket))) res.status(401).end(); });`,
      ['server-read ticket 4 used up in 4'],
    ],
    [
      'in an own function',
      `${store}\nfunction consume(given) {\n  const entry = tickets.get(given);\n  if (!entry) return null;\n  tickets.delete(given);\n  return entry;\n}\napp.get('/x', (req, res) => { if (!consume(req.query.ticket)) res.status(401).end(); });`,
      ['server-read ticket 10 used up in 7'],
    ],
    [
      'by the caller of the reader',
      `${store}\nfunction ticketOf(req) { return req.query.ticket; }\napp.get('/x', (req, res) => {\n  const ticket = ticketOf(req);\n  if (tickets.has(ticket)) {\n    tickets.delete(ticket);\n    res.end();\n  }\n});`,
      ['server-read ticket 4 used up in 8'],
    ],
    [
      'under a key that is made of it',
      `app.get('/x', async (req, res) => { const key = \`ticket:\${req.query.ticket}\`; const entry = await kv.get(key); await kv.delete(key); res.json(entry); });`,
      ['server-read ticket 3 used up in 3'],
    ],
    [
      'in a data base',
      `app.get('/x', (req, res) => { const row = db.prepare('SELECT * FROM t WHERE token = ?').get(req.query.token); db.prepare('DELETE FROM t WHERE token = ?').run(req.query.token); res.json(row); });`,
      ['server-read token 3 used up in 3'],
    ],
    [
      'in a data base, under a name',
      `app.get('/x', (req, res) => { const { token } = req.query; const row = db.prepare('SELECT * FROM t WHERE token = ?').get(token); db.prepare('DELETE FROM t WHERE token = ?').run(token); res.json(row); });`,
      ['server-read token 3 used up in 3'],
    ],
    [
      'not when only the expired go',
      `${store}\napp.get('/x', (req, res) => { const { token } = req.query; const entry = tickets.get(token); if (entry.expires < Date.now()) { tickets.delete(token); return res.status(401).end(); } res.end(); });`,
      ['server-read token 4'],
    ],
    [
      'not when it goes with the connection',
      `${store}\napp.get('/x', (req, res) => { const { token } = req.query; if (!tickets.has(token)) return; res.on('close', () => tickets.delete(token)); });`,
      ['server-read token 4'],
    ],
    [
      'not by logging out',
      `${store}\napp.post('/logout', (req, res) => { tickets.delete(req.query.token); res.end(); });`,
      ['server-read token 4'],
    ],
  ]);
});

describe('a credential is written into a URL', () => {
  table([
    ['by a template', `console.log(\`http://localhost:3000/?token=\${secret}\`);`, ['client-url token 3']],
    [
      'behind a separator',
      `const separator = path.includes('?') ? '&' : '?';\nopen(\`\${path}\${separator}token=\${secret}\`);`,
      ['client-url token 4'],
    ],
    ['by a sum', `const url = 'ws://localhost:3000/?access_token=' + secret;`, ['client-url access_token 3']],
    [
      'by searchParams',
      `const url = new URL('/ws', base);\nurl.searchParams.set('token', secret);`,
      ['client-url token 4'],
    ],
    [
      'by a list of parameters',
      `const params = new URLSearchParams({ token: secret });\nnew WebSocket(\`ws://localhost/?\${params}\`);`,
      ['client-url token 3'],
    ],
    [
      'of another service',
      `await fetch(\`https://api.example.com/v1/items?api_key=\${secret}\`);`,
      ['outbound-api api_key 3'],
    ],
    [
      'of another service with a constant base',
      `const BASE = "https://api.example.com";\nawait fetch(\`\${BASE}/v1/items?key=\${process.env.ITEMS_API_KEY}\`);`,
      ['outbound-api key 4'],
    ],
    [
      'of another service by searchParams',
      `const url = new URL('https://api.example.com/v1');\nurl.searchParams.append('token', secret);\nawait fetch(url);`,
      ['outbound-api token 4'],
    ],
    [
      'of another service whose address is configured, or else empty',
      `const base = process.env.SOLVER_URL?.trim() || '';\nconst url = new URL(\`${'$'}{base}/res.php\`);\nurl.searchParams.set('api_key', secret);\nawait fetch(url.toString());`,
      ['outbound-api api_key 5'],
    ],
    [
      'of another service, in a path that a helper puts its address before',
      `await cloudRequest(\`?token=\${secret}\`, { method: 'getDeviceList' });`,
      ['outbound-api token 3'],
    ],
    [
      'by a builder, for a caller that requests it',
      `const build = ({ token, endpoint }) => { const url = new URL(\`${'$'}{endpoint}search/v1\`); url.searchParams.append('access_token', token); return url.toString(); };\nexport const search = async httpRequest => httpRequest(build({ token: process.env.MAPS, endpoint: process.env.MAPS_API }));`,
      ['outbound-api access_token 3'],
    ],
    [
      'of the own server, which deletes it when used',
      `const tickets = new Map();\napp.get('/x', (req, res) => {\n  const { ticket } = req.query;\n  if (!tickets.delete(ticket)) res.status(401).end();\n});\nopen(\`http://localhost/x?ticket=\${ticket}\`);`,
      ['server-read ticket 5 used up in 6', 'client-url ticket 8 used up in 6'],
    ],
    [
      'from a private field',
      `class Client { #token; page() { return \`http://\${this.host}/?token=\${this.#token}\`; } }`,
      ['client-url token 3'],
    ],
    [
      'of the own server, which deletes another one of the name',
      `const tickets = new Map();\napp.get('/x', (req, res) => res.json(tickets.delete(req.query.token)));\napp.get('/y', (req, res) => check(req.query.token));\nopen(\`http://localhost/y?token=\${secret}\`);`,
      ['server-read token 4 used up in 4', 'server-read token 5', 'client-url token 6'],
    ],
    [
      'not in the body of a form',
      `await fetch(url, { method: 'POST', body: new URLSearchParams({ client_secret: secret }) });`,
      [],
    ],
    ['not when it is hidden', `console.log(\`http://localhost/?token=\${redact(secret)}\`);`, []],
    [
      'not when it is a word for the reader',
      `console.log('http://localhost/?token=<token>'); url.searchParams.set('token', '***');`,
      [],
    ],
    [
      'not when a key names a thing',
      `await fetch(\`https://api.example.com/v1?key=\${issue.key}&pageToken=\${next}\`);`,
      [],
    ],
    ['not when a token is a coin', `await fetch(\`https://api.example.com/price?token=\${tokenAddress}\`);`, []],
  ]);
});

test.each([
  ['token', 'credential'],
  ['access_token', 'credential'],
  ['authToken', 'credential'],
  ['X-Api-Key', 'credential'],
  ['APIKEY', 'credential'],
  ['exaApiKey', 'credential'],
  ['client_secret', 'credential'],
  ['sessionToken', 'credential'],
  ['jwt', 'credential'],
  ['key', 'perhaps'],
  ['auth', 'perhaps'],
  ['code', 'other'],
  ['state', 'other'],
  ['client_id', 'other'],
  ['code_challenge', 'other'],
  ['sessionId', 'other'],
  ['pageToken', 'other'],
  ['next_token', 'other'],
  ['continuationToken', 'other'],
  ['max_tokens', 'other'],
  ['tokens', 'other'],
  ['token_budget', 'other'],
  ['keyword', 'other'],
  ['monkey', 'other'],
  ['sort_key', 'other'],
  ['id_token_hint', 'other'],
] as const)('%s is: %s', (name, meaning) => expect(meaningOf(name)).toBe(meaning));

/** One test per row: what it shows, the source below two lines of imports, and what is found. */
function table(rows: readonly (readonly [says: string, source: string, found: readonly string[]])[]): void {
  test.each(rows)('%s', (_, source, found) => expect(credentialsIn(source)).toEqual(found));
}

function credentialsIn(source: string): string[] {
  const text = `import express from 'express'; import { createServer } from 'node:http'; // .query searchParams\nconst app = express(); const server = createServer(app);\n${source}`;
  const tree: SourceTree = {
    files: ['server.ts'],
    only: undefined,
    packages: [],
    aliases: [],
    text: file => (file === 'server.ts' ? text : undefined),
  };
  const { subjects, faults } = extract(tree);
  expect(faults).toEqual([]);
  return subjects
    .filter(({ kind }) => kind === 'UrlCredential')
    .map(subject => describeCredential(subject as UrlCredential));
}

function describeCredential({ variant, parameter, at, onStream, singleUse }: UrlCredential): string {
  const stream = onStream ? ' stream' : '';
  return `${variant} ${parameter} ${at.line}${stream}${singleUse ? ` used up in ${singleUse.line}` : ''}`;
}
