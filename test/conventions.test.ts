import { describe, expect, test } from 'vitest';
import { extract } from '../src/extract/extract.js';
import type { Answer, DoorSubject, Facts } from '../src/facts/index.js';

/**
 * How each library calls a function, and what it takes the answer for. `gate` stands between the client and an MCP
 * endpoint in the library's own way; `stranger` is what happens to a foreign page, `anonymous` to a client without
 * credentials.
 */
interface Case {
  readonly says: string;
  readonly gate: string;
  readonly stranger?: Answer;
  readonly anonymous?: Answer;
}

const serve = `
  const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  const serve = request => transport.handleRequest(request);`;
const sdk = `import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';`;

describe('fastify', () => {
  const app = (gate: string) => `
    import Fastify from 'fastify';
    ${sdk}${serve}
    const app = Fastify();
    ${gate}
    app.post('/mcp', async request => serve(request.raw));
    app.listen({ port: 3000 });`;

  trying(app, [
    { says: 'nothing refuses', gate: '', stranger: 'admits', anonymous: 'admits' },
    {
      says: 'a hook refuses by sending',
      gate: `app.addHook('onRequest', async (request, reply) => { if (request.headers.origin) await reply.code(403).send(); });`,
      stranger: 'refuses',
    },
    {
      says: 'a hook refuses by throwing',
      gate: `app.addHook('onRequest', async request => { if (request.headers.origin) throw new Error('no browsers'); });`,
      stranger: 'refuses',
    },
    {
      says: 'a hook refuses by done(error)',
      gate: `app.addHook('onRequest', (request, reply, done) => done(request.headers.origin ? new Error('no browsers') : undefined));`,
      stranger: 'refuses',
    },
    {
      says: 'a status alone refuses nobody',
      gate: `app.addHook('onRequest', async (request, reply) => { if (request.headers.origin) reply.code(403); });`,
      stranger: 'admits',
    },
    {
      says: 'a hook with `done` passes when it is called',
      gate: `app.addHook('onRequest', (request, reply, done) => { reply.header('x', 'y'); done(); });`,
      stranger: 'admits',
    },
    {
      says: 'cors refuses nobody',
      gate: `app.register(require('@fastify/cors'), { origin: false });`,
      stranger: 'admits',
    },
    {
      says: 'a bearer plugin asks for a token',
      gate: `app.register(require('@fastify/bearer-auth'), { keys: ['secret'] });`,
      anonymous: 'refuses',
    },
    {
      says: 'jwtVerify throws without a token',
      gate: `app.addHook('preHandler', async request => { await request.jwtVerify(); });`,
      anonymous: 'refuses',
    },
    {
      says: 'a hook that only logs the failure lets it pass',
      gate: `app.addHook('preHandler', async request => { try { await request.jwtVerify(); } catch (error) { request.log.warn(error); } });`,
      anonymous: 'admits',
    },
  ]);
});

describe('hono', () => {
  const app = (gate: string) => `
    import { Hono } from 'hono';
    import { bearerAuth } from 'hono/bearer-auth';
    import { cors } from 'hono/cors';
    import { csrf } from 'hono/csrf';
    import { HTTPException } from 'hono/http-exception';
    ${sdk}${serve}
    const app = new Hono();
    ${gate}
    app.post('/mcp', c => serve(c.req.raw));
    export default app;`;

  trying(app, [
    { says: 'nothing refuses', gate: '', stranger: 'admits', anonymous: 'admits' },
    {
      says: 'middleware refuses by returning an answer',
      gate: `app.use(async (c, next) => { if (c.req.header('Origin')) return c.json({}, 403); await next(); });`,
      stranger: 'refuses',
    },
    {
      says: 'middleware refuses by throwing',
      gate: `app.use(async (c, next) => { if (c.req.header('Origin')) throw new HTTPException(403); await next(); });`,
      stranger: 'refuses',
    },
    {
      says: 'an answer that is made but not returned refuses nobody',
      gate: `app.use(async (c, next) => { if (c.req.header('Origin')) c.json({}, 403); await next(); });`,
      stranger: 'admits',
    },
    {
      says: 'the status set before counts',
      gate: `app.use((c, next) => { if (!c.req.header('Origin')) return next(); c.status(403); return c.text('no browsers'); });`,
      stranger: 'refuses',
    },
    { says: 'cors refuses nobody', gate: `app.use(cors({ origin: 'https://tides.dev' }));`, stranger: 'admits' },
    { says: 'csrf stops forms, not JSON', gate: 'app.use(csrf());', stranger: 'admits' },
    { says: 'bearerAuth asks for a token', gate: `app.use(bearerAuth({ token: 'secret' }));`, anonymous: 'refuses' },
    {
      says: 'what middleware leaves on the context is a credential',
      gate: `app.use(async (c, next) => { if (!c.get('user')) return c.body(null, 401); await next(); });`,
      anonymous: 'refuses',
    },
    {
      says: 'a variable that is unset as shipped guards nothing',
      gate: `app.use(async (c, next) => { if (c.env.TOKEN && c.req.header('Authorization') !== c.env.TOKEN) return c.body(null, 401); await next(); });`,
      anonymous: 'admits',
    },
  ]);
});

describe('fetch handlers', () => {
  const worker = (gate: string) => `
    ${sdk}${serve}
    export default {
      fetch(request, env) {
        ${gate}
        return serve(request);
      },
    };`;

  trying(worker, [
    { says: 'nothing refuses', gate: '', stranger: 'admits', anonymous: 'admits' },
    {
      says: 'a returned answer from 400 on refuses',
      gate: `if (request.headers.get('Origin')) return new Response(null, { status: 403 });`,
      stranger: 'refuses',
    },
    {
      says: 'an answer below 400 is not served, but no refusal',
      gate: `if (request.method === 'OPTIONS') return new Response(null, { status: 204 });`,
      stranger: 'admits',
    },
    {
      says: 'the same origin as the URL is no foreign one',
      gate: `const origin = request.headers.get('Origin'); if (origin && origin !== new URL(request.url).origin) return new Response(null, { status: 403 });`,
      stranger: 'refuses',
    },
    {
      says: 'a variable that is unset as shipped guards nothing',
      gate: `if (env.TOKEN && request.headers.get('Authorization') !== env.TOKEN) return new Response(null, { status: 401 });`,
      anonymous: 'admits',
    },
    {
      says: 'a binding is there as shipped',
      gate: `if (env.TOKENS && !request.headers.get('Authorization')) return new Response(env.TOKENS.get('hint'), { status: 401 });`,
      anonymous: 'refuses',
    },
    {
      says: 'a copy of the request is the request',
      gate: `const copy = new Request(request, { redirect: 'manual' }); if (copy.headers.get('Origin')) return Response.json({}, { status: 403 });`,
      stranger: 'refuses',
    },
  ]);
});

describe('CORS policies', () => {
  test.each([
    ['nothing said', `app.use(cors());`, 'any'],
    ['a fixed origin', `app.use(cors({ origin: 'https://tides.dev' }));`, 'list'],
    ['a function that repeats every origin', `app.use(cors({ origin: origin => origin }));`, 'reflects'],
    [
      'a function that answers strangers with the first of its list',
      `const own = ['https://tides.dev']; app.use(cors({ origin: origin => (own.includes(origin) ? origin : own[0]) }));`,
      'list',
    ],
  ])('%s', (_says, gate, allows) => {
    const { subjects } = factsOf(`
      import { Hono } from 'hono';
      import { cors } from 'hono/cors';
      const app = new Hono();
      ${gate}
      export default app;`);

    expect(subjects.find(({ kind }) => kind === 'CorsPolicy')).toMatchObject({ via: 'hono/cors', allows });
  });
});

function trying(source: (gate: string) => string, cases: readonly Case[]): void {
  for (const { says, gate, stranger, anonymous } of cases) {
    test(says, () => {
      const [door, ...others] = doorsIn(source(gate));

      expect(others).toEqual([]);
      const { answer } = door!.origin.trials.find(({ kind }) => kind === 'unrelated')!;
      if (stranger) expect(answer).toBe(stranger);
      if (anonymous) expect(door!.credential.answer).toBe(anonymous);
    });
  }
}

function doorsIn(text: string): DoorSubject[] {
  return factsOf(text).subjects.filter((subject): subject is DoorSubject => subject.kind === 'McpEndpoint');
}

function factsOf(text: string): Facts {
  const facts = extract({ files: ['app.js'], only: undefined, packages: [], aliases: [], text: () => text });
  expect(facts.faults).toEqual([]);
  return facts;
}
