import type { ApiCall, Code, Given } from '../../code/code.js';
import type { LibraryGate } from '../../code/trial/library.js';
import { answersUsers } from '../../code/user-answers.js';
import type { Thing, Value } from '../../code/value.js';
import { isSameThing } from '../../code/value.js';
import type { Framework } from '../framework.js';
import type { Surface, Transport } from '../surface.js';
import { isSdk, listOf, readApps } from './mcp-sdk-apps.js';
import { bearer, checks, loopback } from './mcp-sdk-checks.js';

/**
 * The official TypeScript SDK, v1 (`@modelcontextprotocol/sdk`) and v2 (`@modelcontextprotocol/server` and its
 * adapters): https://github.com/modelcontextprotocol/typescript-sdk
 *
 * - Transports look at Host and Origin only with `enableDnsRebindingProtection: true`, and then only at the lists that
 *   are given, by exact text with port (src/server/streamableHttp.ts, sse.ts of 1.13.3 and later). An SSE transport
 *   looks in `handlePostMessage` only, never when the stream is opened.
 * - `createMcpExpressApp({ host })`, and v2's factories for hono and fastify, validate Host when the host is a loopback
 *   name (the default); v2 validates Origin, too. Any other host installs nothing.
 * - v2's `createMcpHandler` validates neither, and verifies no token.
 */
export const mcpSdk: Framework = {
  id: 'mcp-sdk',
  words: ['@modelcontextprotocol/'],
  read(code, surface) {
    readApps(code, surface);
    readTransports(code, surface);
    readHandlers(code, surface);
    for (const call of code.constructions((module, path) => isSdk(module) && path === 'StdioServerTransport'))
      surface.stdio.push(code.at(call.node));
    for (const call of code.apiCalls(['serveStdio'], (module, path) => isSdk(module) && path === 'serveStdio'))
      surface.stdio.push(code.at(call.node));
  },
  gateOf,
  tellsUsers,
  calls: checks,
};

const transportNames =
  /^(SSEServerTransport|StreamableHTTPServerTransport|WebStandardStreamableHTTPServerTransport|NodeStreamableHTTPServerTransport|StreamableHTTPTransport)$/;

function readTransports(code: Code, surface: Surface): void {
  for (const call of code.constructions(
    (module, path) => (isSdk(module) || module === '@hono/mcp') && transportNames.test(path),
  )) {
    const isSse = call.api.path === 'SSEServerTransport';
    const options = code.argument(call, isSse ? 2 : 0);
    surface.transports.push({
      thing: call.thing,
      via: call.api.module.startsWith('@modelcontextprotocol/sdk') ? '@modelcontextprotocol/sdk' : call.api.module,
      call,
      protocol: isSse ? 'sse' : 'streamable-http',
      gate: rebindingGate(code, options, call.api.module === '@hono/mcp' ? 'refused' : 'passes'),
      sinks: sinksOf(code, call, isSse),
    });
  }
}

/** @hono/mcp refuses a missing Origin where origins are listed (packages/mcp/src/streamable-http.ts of honojs/middleware). */
export function rebindingGate(code: Code, options: Given, absent: 'passes' | 'refused'): LibraryGate {
  const enabled = code.setting(
    code.option(options, 'enableDnsRebindingProtection'),
    value => (typeof value === 'boolean' ? value : undefined),
    { value: false, because: 'off unless switched on' },
  );
  if (enabled.is === 'unclear') return { is: 'unclear', why: 'enableDnsRebindingProtection could not be read' };
  if (!enabled.value) return { is: 'passes' };
  const hosts = listOf(code, code.option(options, 'allowedHosts'));
  const origins = listOf(code, code.option(options, 'allowedOrigins'));
  const gates: LibraryGate[] = [];
  if (hosts !== 'none' && hosts.length)
    gates.push({
      is: 'allow',
      header: 'host',
      compares: 'whole',
      list: hosts === 'unclear' ? undefined : hosts,
      absent: 'refused',
    });
  if (origins !== 'none' && origins.length)
    gates.push({
      is: 'allow',
      header: 'origin',
      compares: 'whole',
      list: origins === 'unclear' ? undefined : origins,
      absent,
    });
  return gates.length ? { is: 'all', gates } : { is: 'passes' };
}

function sinksOf(code: Code, call: ApiCall, isSse: boolean): Transport['sinks'] {
  const serves = (method: string, part: 'post' | 'all') =>
    code
      .methodCalls([method])
      .filter(each => isSameThing(each.receiver, call.thing))
      .map(each => ({ node: each.node, env: each.env, part }));
  if (isSse)
    return [
      { node: call.node, env: call.env, part: 'stream' as const },
      ...serves('handlePostMessage', 'post'),
      ...serves('handleMessage', 'post'),
    ];
  const handled = serves('handleRequest', 'all');
  return handled.length ? handled : [{ node: call.node, env: call.env, part: 'all' }];
}

/** v2: `createMcpHandler(factory)` is served by `handler.fetch(request)`, or behind `toNodeHandler(handler)`. */
function readHandlers(code: Code, surface: Surface): void {
  const adapters = code.apiCalls(
    ['toNodeHandler', 'toNodeListener'],
    (module, path) => isSdk(module) && /^toNode/.test(path),
  );
  for (const call of code.apiCalls(
    ['createMcpHandler'],
    (module, path) => isSdk(module) && path === 'createMcpHandler',
  )) {
    const own = adapters.filter(adapter =>
      code.argument(adapter, 0).values.some(value => value.is === 'thing' && isSameThing(value, call.thing)),
    );
    const fetches = code.methodCalls(['fetch']).filter(each => isSameThing(each.receiver, call.thing));
    const calls = own.flatMap(adapter => code.callsOfThing(adapter.thing));
    surface.transports.push({
      thing: call.thing,
      via: '@modelcontextprotocol/server',
      call,
      protocol: 'streamable-http',
      gate: { is: 'passes' },
      sinks: [...fetches, ...calls].map(each => ({ node: each.node, env: each.env, part: 'all' as const })),
    });
    for (const adapter of own)
      surface.transports.push({
        thing: adapter.thing,
        via: '@modelcontextprotocol/node',
        call,
        protocol: 'streamable-http',
        gate: { is: 'passes' },
        sinks: [],
        isAdapter: true,
      });
  }
}

/** `requireBearerAuth({ verifier })`: the SDK's own verifiers ask an authorization server, which has many clients; others say whom they know. */
function tellsUsers(code: Code, { made, call }: Thing): boolean {
  const [options] = call?.arguments ?? [];
  const [module = '', name] = made.split(' ');
  if (!call || !options || !isSdk(module) || name !== 'requireBearerAuth()') return false;
  const below = (from: readonly Value[], key: string) => from.flatMap(value => code.values.property(value, key, call));
  const verifiers = below(code.values.of(options), 'verifier');
  const own = below(verifiers, 'verifyAccessToken').filter(value => value.is === 'function');
  return verifiers.some(({ is }) => is === 'thing') || own.some(value => answersUsers(code, value));
}

function gateOf(code: Code, thing: Thing): LibraryGate | undefined {
  const [module = '', made = ''] = thing.made.split(' ');
  if (!isSdk(module)) return undefined;
  const list = (): readonly string[] | undefined => {
    if (!thing.call) return undefined;
    const found = listOf(code, code.argument({ node: thing.call, env: thing.env }, 0));
    return typeof found === 'string' ? undefined : found;
  };
  switch (made) {
    case 'requireBearerAuth()':
      return module === '@modelcontextprotocol/server'
        ? { is: 'answers', answer: bearer }
        : { is: 'secret', carrier: 'authorization-header' };
    case 'hostHeaderValidation()':
      return { is: 'allow', header: 'host', compares: 'hostname', list: list(), absent: 'refused' };
    case 'localhostHostValidation()':
      return { is: 'allow', header: 'host', compares: 'hostname', list: loopback, absent: 'refused' };
    case 'originValidation()':
      return { is: 'allow', header: 'origin', compares: 'hostname', list: list(), absent: 'passes' };
    case 'localhostOriginValidation()':
      return { is: 'allow', header: 'origin', compares: 'hostname', list: loopback, absent: 'passes' };
    case 'mcpAuthRouter()':
    case 'mcpAuthMetadataRouter()':
      return { is: 'passes' };
    default:
      return undefined;
  }
}
