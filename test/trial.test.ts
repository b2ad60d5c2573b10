import { describe, expect, it } from 'vitest';
import { extract } from '../src/extract/extract.js';
import type { Answer, OriginKind } from '../src/facts/index.js';

/**
 * What the user's own code does with a request, one construct of the language per row: a middleware, a `verifyClient`
 * or an upgrade handler, and how it answers a stranger's page, a page whose Origin is `null` and a client without Origin.
 */
interface Row {
  readonly shows: string;
  readonly code: string;
  /** Further files, and declarations before the door. */
  readonly files?: Readonly<Record<string, string>>;
  readonly before?: string;
  readonly answers: Answers;
}

interface Answers {
  readonly stranger: Answer;
  readonly nullOrigin: Answer;
  readonly noOrigin: Answer;
}

describe('an express middleware: next() admits, an answer from 400 on or an exception refuses', () => {
  it.each<Row>([
    {
      shows: 'nothing is asked',
      code: `next();`,
      answers: { stranger: 'admits', nullOrigin: 'admits', noOrigin: 'admits' },
    },
    {
      shows: 'an early return',
      code: `if (req.headers.origin !== 'https://my.app') return res.status(403).end(); next();`,
      answers: { stranger: 'refuses', nullOrigin: 'refuses', noOrigin: 'refuses' },
    },
    {
      shows: 'a forgotten return: 403 is written, and the client is served all the same',
      code: `if (req.headers.origin !== 'https://my.app') res.status(403).end(); next();`,
      answers: { stranger: 'admits', nullOrigin: 'admits', noOrigin: 'admits' },
    },
    {
      shows: 'a status alone is no answer',
      code: `if (req.headers.origin) { res.status(403); } next();`,
      answers: { stranger: 'admits', nullOrigin: 'admits', noOrigin: 'admits' },
    },
    {
      shows: 'an error for next',
      code: `next(req.headers.origin ? new Error('no') : undefined);`,
      answers: { stranger: 'refuses', nullOrigin: 'refuses', noOrigin: 'admits' },
    },
    {
      shows: 'neither answer nor next',
      code: `if (!req.headers.origin) next();`,
      answers: { stranger: 'unclear', nullOrigin: 'unclear', noOrigin: 'admits' },
    },
    {
      shows: 'a helper in another file',
      before: `import { isTrusted } from './origins.js';`,
      files: { 'origins.ts': `export function isTrusted(origin: string | undefined) { return origin === undefined; }` },
      code: `if (!isTrusted(req.headers.origin)) return res.sendStatus(403); next();`,
      answers: { stranger: 'refuses', nullOrigin: 'refuses', noOrigin: 'admits' },
    },
    {
      shows: 'a helper is followed, not believed by its name',
      before: `function validateOrigin(origin: string) { return true; }`,
      code: `if (!validateOrigin(req.headers.origin)) return res.sendStatus(403); next();`,
      answers: { stranger: 'admits', nullOrigin: 'admits', noOrigin: 'admits' },
    },
    {
      shows: 'a boolean thrown away',
      before: `function check(origin: string) { return origin === 'https://my.app'; }`,
      code: `check(req.headers.origin); next();`,
      answers: { stranger: 'admits', nullOrigin: 'admits', noOrigin: 'admits' },
    },
    {
      shows: 'an exception out of a helper',
      before: `function check(origin?: string) { if (origin) throw new Error('no'); }`,
      code: `check(req.headers.origin); next();`,
      answers: { stranger: 'refuses', nullOrigin: 'refuses', noOrigin: 'admits' },
    },
    {
      shows: 'an exception that is swallowed',
      before: `function check(origin?: string) { if (origin) throw new Error('no'); }`,
      code: `try { check(req.headers.origin); } catch {} next();`,
      answers: { stranger: 'admits', nullOrigin: 'admits', noOrigin: 'admits' },
    },
    {
      shows: 'finally runs on either way',
      code: `try { if (req.headers.origin) return res.status(403).end(); } finally { next(); }`,
      answers: { stranger: 'admits', nullOrigin: 'admits', noOrigin: 'admits' },
    },
    {
      shows: 'new URL throws for `null`, as it does in Node',
      code: `try { if (new URL(req.headers.origin!).hostname !== 'localhost') return res.status(403).end(); } catch { return next(); } next();`,
      answers: { stranger: 'refuses', nullOrigin: 'admits', noOrigin: 'admits' },
    },
    {
      shows: 'switch, with cases that fall through',
      code: `switch (req.headers.origin) { case undefined: case 'null': return next(); default: res.status(403).end(); }`,
      answers: { stranger: 'refuses', nullOrigin: 'admits', noOrigin: 'admits' },
    },
    {
      shows: 'optional chaining on an absent header',
      code: `if (req.headers.origin?.startsWith('http')) return res.status(403).end(); next();`,
      answers: { stranger: 'refuses', nullOrigin: 'admits', noOrigin: 'admits' },
    },
    {
      shows: 'without optional chaining the absent header throws',
      code: `if (req.headers.origin.startsWith('http')) return res.status(403).end(); next();`,
      answers: { stranger: 'refuses', nullOrigin: 'admits', noOrigin: 'refuses' },
    },
    {
      shows: 'a loop over a list of prefixes',
      before: `const allowed = ['https://my.app', 'null'];`,
      code: `for (const each of allowed) { if ((req.headers.origin ?? '').startsWith(each)) return next(); } res.status(403).end();`,
      answers: { stranger: 'refuses', nullOrigin: 'admits', noOrigin: 'refuses' },
    },
    {
      shows: 'an environment variable is unset as shipped',
      code: `if (process.env.CHECK_ORIGIN && req.headers.origin) return res.status(403).end(); next();`,
      answers: { stranger: 'admits', nullOrigin: 'admits', noOrigin: 'admits' },
    },
    {
      shows: 'an environment variable without which the server does not start is set',
      before: `if (!process.env.API_TOKEN) { console.error('set API_TOKEN'); process.exit(1); }`,
      code: `if (process.env.API_TOKEN && req.headers.origin) return res.status(403).end(); next();`,
      answers: { stranger: 'refuses', nullOrigin: 'refuses', noOrigin: 'admits' },
    },
    {
      shows: 'a stranger is in no list that could not be read',
      before: `import { readFileSync } from 'node:fs'; const settings = JSON.parse(readFileSync('settings.json', 'utf8'));`,
      code: `if (req.headers.origin && !settings.origins.includes(req.headers.origin)) return res.status(403).end(); next();`,
      answers: { stranger: 'refuses', nullOrigin: 'refuses', noOrigin: 'admits' },
    },
    {
      shows: 'an opt-out that could not be read',
      before: `import { readFileSync } from 'node:fs'; const settings = JSON.parse(readFileSync('settings.json', 'utf8'));`,
      code: `if (!settings.open && req.headers.origin) return res.status(403).end(); next();`,
      answers: { stranger: 'depends', nullOrigin: 'depends', noOrigin: 'admits' },
    },
    {
      shows: 'code that is not in the tree and sees the request',
      before: `import { permits } from 'some-package';`,
      code: `if (!permits(req)) return res.status(403).end(); next();`,
      answers: { stranger: 'unclear', nullOrigin: 'unclear', noOrigin: 'unclear' },
    },
    {
      shows: 'whatever the client may choose is chosen well',
      code: `if (req.headers['user-agent'] !== 'friend' && req.headers.origin) return res.status(403).end(); next();`,
      answers: { stranger: 'admits', nullOrigin: 'admits', noOrigin: 'admits' },
    },
    {
      shows: 'recursion without an end',
      before: `function deeper(origin?: string): boolean { return deeper(origin); }`,
      code: `if (deeper(req.headers.origin)) return next(); res.status(403).end();`,
      answers: { stranger: 'unclear', nullOrigin: 'unclear', noOrigin: 'unclear' },
    },
    {
      shows: 'more steps than anybody reads',
      code: `let n = 0; for (const a of 'x'.repeat(60)) for (const b of 'x'.repeat(60)) for (const c of 'xx') n = n + 1; if (req.headers.origin) return res.status(403).end(); next();`,
      answers: { stranger: 'unclear', nullOrigin: 'unclear', noOrigin: 'unclear' },
    },
  ])('$shows', ({ before = '', code, files = {}, answers }) => {
    const source = `
      import express from 'express';
      import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
      ${before}
      const app = express();
      app.use((req, res, next) => { ${code} });
      app.post('/mcp', async (req, res) => {
        await new StreamableHTTPServerTransport({}).handleRequest(req, res, req.body);
      });
      app.listen(3000, '127.0.0.1');`;
    expect(triedOn({ 'server.ts': source, ...files })).toEqual(answers);
  });
});

describe('verifyClient: what it returns, or hands to its callback', () => {
  it.each<Row>([
    {
      shows: 'an absent Origin is falsy',
      code: `({ origin }) => !origin || origin === 'https://my.app'`,
      answers: { stranger: 'refuses', nullOrigin: 'refuses', noOrigin: 'admits' },
    },
    {
      shows: 'the Origin `null` is a text, not null',
      code: `info => info.origin !== null && info.origin !== undefined && info.origin === 'null'`,
      answers: { stranger: 'refuses', nullOrigin: 'admits', noOrigin: 'refuses' },
    },
    {
      shows: 'an array, by membership',
      before: `const allowed = ['https://my.app', 'null'];`,
      code: `info => allowed.includes(info.origin)`,
      answers: { stranger: 'refuses', nullOrigin: 'admits', noOrigin: 'refuses' },
    },
    {
      shows: 'a Set, filled while the server starts',
      before: `const allowed = new Set(['https://my.app']); allowed.add('null');`,
      code: `info => allowed.has(info.origin)`,
      answers: { stranger: 'refuses', nullOrigin: 'admits', noOrigin: 'refuses' },
    },
    {
      shows: 'a pattern',
      code: `info => /^https?:\\/\\/localhost(:\\d+)?$/.test(info.origin ?? 'http://localhost')`,
      answers: { stranger: 'refuses', nullOrigin: 'refuses', noOrigin: 'admits' },
    },
    {
      shows: 'the first word of the callback counts',
      code: `(info, done) => { if (info.origin) done(false, 403, 'no'); done(true); }`,
      answers: { stranger: 'refuses', nullOrigin: 'refuses', noOrigin: 'admits' },
    },
    {
      shows: 'with a callback, what is returned does not count',
      code: `(info, done) => { done(!info.origin); return true; }`,
      answers: { stranger: 'refuses', nullOrigin: 'refuses', noOrigin: 'admits' },
    },
    {
      shows: 'a callback that is never called admits nobody',
      code: `(info, done) => { if (info.origin === 'null') done(true); }`,
      answers: { stranger: 'refuses', nullOrigin: 'admits', noOrigin: 'refuses' },
    },
  ])('$shows', ({ before = '', code, answers }) => {
    const source = `
      import { WebSocketServer } from 'ws';
      ${before}
      const wss = new WebSocketServer({ port: 3000, verifyClient: ${code} });
      wss.on('connection', socket => socket.send('hello'));`;
    expect(triedOn({ 'server.ts': source })).toEqual(answers);
  });
});

describe('an upgrade handler: handleUpgrade admits, the end of the socket refuses', () => {
  it.each<Row>([
    {
      shows: 'destroy ends the matter, return or not',
      code: `if (request.headers.origin) socket.destroy(); accept();`,
      answers: { stranger: 'refuses', nullOrigin: 'refuses', noOrigin: 'admits' },
    },
    {
      shows: 'an answer written by hand, then the end',
      code: `if (request.headers.origin === 'null') { socket.write('HTTP/1.1 403 Forbidden\\r\\n\\r\\n'); socket.end(); return; } accept();`,
      answers: { stranger: 'admits', nullOrigin: 'refuses', noOrigin: 'admits' },
    },
    {
      shows: 'a handler that does nothing admits nobody',
      code: `if (!request.headers.origin) accept();`,
      answers: { stranger: 'refuses', nullOrigin: 'refuses', noOrigin: 'admits' },
    },
    {
      shows: 'another path of the same server is not this door',
      code: `const { pathname } = new URL(request.url!, 'http://localhost'); if (pathname !== '/ws') return socket.destroy(); accept();`,
      answers: { stranger: 'admits', nullOrigin: 'admits', noOrigin: 'admits' },
    },
  ])('$shows', ({ code, answers }) => {
    const source = `
      import { createServer } from 'node:http';
      import { WebSocketServer } from 'ws';
      const server = createServer();
      const wss = new WebSocketServer({ noServer: true });
      wss.on('connection', socket => socket.send('hello'));
      server.on('upgrade', (request, socket, head) => {
        const accept = () => wss.handleUpgrade(request, socket, head, ws => wss.emit('connection', ws, request));
        ${code}
      });
      server.listen(3000, '127.0.0.1');`;
    expect(triedOn({ 'server.ts': source })).toEqual(answers);
  });
});

/** How the one door of a server answers. */
function triedOn(files: Readonly<Record<string, string>>): Answers {
  const { subjects, faults } = extract({
    files: Object.keys(files).sort(),
    only: undefined,
    packages: [],
    aliases: [],
    text: file => files[file],
  });
  expect(faults).toEqual([]);
  const doors = subjects.filter(each => each.kind === 'WebSocketServer' || each.kind === 'McpEndpoint');
  expect(doors).toHaveLength(1);
  const answerTo = (kind: OriginKind) => doors[0]!.origin.trials.find(trial => trial.kind === kind)!.answer;
  return { stranger: answerTo('unrelated'), nullOrigin: answerTo('null'), noOrigin: answerTo('absent') };
}
