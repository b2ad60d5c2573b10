import type { ApiCall, Code } from '../../code/code.js';
import { objectOf, unknown } from '../../code/trial/domain.js';
import type { LibraryGate } from '../../code/trial/library.js';
import { isSameThing } from '../../code/value.js';
import type { Framework } from '../framework.js';
import type { Keeping, Surface, Transport } from '../surface.js';
import { hibernationHandlers } from './durable-objects.js';
import { rebindingGate } from './mcp-sdk.js';
import { textsOf } from './routing.js';

const MiB = 1024 ** 2;

/**
 * What Cloudflare gives to Workers besides requests.
 *
 * - `new WebSocketPair()` makes both ends of a socket, whatever the Origin; the client is in as soon as the answer that
 *   carries its end is returned. The platform takes no message above 1 MiB (32 MiB since October 2025, an own choice of
 *   the platform that no option changes): https://developers.cloudflare.com/workers/platform/limits/
 * - agents/mcp (https://github.com/cloudflare/agents, packages/agents/src/mcp, read at 0.21.0): `McpAgent.serve(path)`,
 *   `serveSSE(path)` and `mount(path)`, its older name, answer that path alone, check no credential and no Origin, and
 *   set CORS to `*`. So does `createMcpHandler(server)`, whose `route` is `/mcp` unless given.
 * - `createMcpHandler(() => server)`, from 0.20 on, refuses foreign Origins unless `allowedOriginHostnames` says
 *   otherwise (handler-stateless.ts); with a server instead of a factory it does not (handler-compat.ts).
 */
export const cloudflare: Framework = {
  id: 'cloudflare',
  words: ['agents/mcp', 'WebSocketPair'],
  read(code, surface) {
    for (const call of code.apiCalls([...factories, 'serve', 'serveSSE', 'mount'], isMcp))
      readTransport(code, surface, call);
    for (const call of code.constructions((module, path) => isAgents(module) && path === 'WorkerTransport'))
      addTransport(code, surface, call, ['handleRequest']);
    for (const call of code.constructions((module, path) => module === 'cloudflare' && path === 'WebSocketPair'))
      readSocket(code, surface, call);
  },
  calls: {
    'cloudflare new WebSocketPair': ({ request }, _args, node) => {
      if (!request) return unknown('config', 'a socket outside of a request', 'pair', node);
      request.upgradedAt = node;
      return objectOf({ 0: objectOf({}), 1: request.webSocket({ accept: undefined }) });
    },
  },
};

const factories = [
  'createMcpHandler',
  'experimental_createMcpHandler',
  'createLegacyMcpHandler',
  'createStatelessMcpHandler',
];

function isAgents(module: string): boolean {
  return /^agents\/mcp(\/server)?$/.test(module);
}

function isMcp(module: string, path: string): boolean {
  return isAgents(module) && (factories.includes(path) || /^McpAgent\.(serve|serveSSE|mount)$/.test(path));
}

function readTransport(code: Code, surface: Surface, call: ApiCall): void {
  const isAgent = call.api.path.startsWith('McpAgent.');
  const options = code.argument(call, 1);
  const paths = textsOf(code, isAgent ? code.argument(call, 0) : code.option(options, 'route'));
  const [kind] = textsOf(code, code.option(options, 'transport'));
  const isSse = /SSE|mount/.test(call.api.path) || kind === 'sse';
  addTransport(code, surface, call, ['fetch'], {
    protocol: isSse ? 'sse' : 'streamable-http',
    path: paths.length ? paths[0] : isAgent ? undefined : '/mcp',
    gate: isAgent ? { is: 'passes' } : handlerGate(code, call),
  });
}

/** A transport, with the methods by which it is given requests. A handler nobody is seen to call is returned: it answers there. */
function addTransport(
  code: Code,
  surface: Surface,
  call: ApiCall,
  methods: readonly string[],
  more: Partial<Transport> = {},
): void {
  const calls = [
    ...code.methodCalls(methods).filter(each => isSameThing(each.receiver, call.thing)),
    ...code.callsOfThing(call.thing),
  ];
  const part = more.protocol === 'sse' ? ('stream' as const) : ('all' as const);
  const isHandler = factories.includes(call.api.path);
  surface.transports.push({
    thing: call.thing,
    via: 'agents',
    call,
    protocol: 'streamable-http',
    gate: { is: 'passes' },
    sinks: (calls.length || !isHandler ? calls : [call]).map(({ node, env }) => ({ node, env, part })),
    ...more,
  });
}

/** What `createMcpHandler` does with a foreign Origin, by what it is given, by version and by `allowedOriginHostnames`. */
function handlerGate(code: Code, call: ApiCall): LibraryGate {
  const options = code.argument(call, 1);
  const [server] = code.argument(call, 0).values;
  const isLegacy = /experimental|Legacy/.test(call.api.path) || server?.is === 'thing' || server?.is === 'instance';
  if (isLegacy) return rebindingGate(code, options, 'passes');
  const given = code.flattened(code.option(options, 'allowedOriginHostnames')).flatMap(({ values }) => values);
  const names = given.filter(value => !(value.is === 'literal' && value.value === undefined));
  if (names.some(value => value.is === 'literal' && value.value === '*')) return { is: 'passes' };
  if (!names.length && !restrictsByDefault(code)) return { is: 'passes' };
  const isReadable = names.every(value => value.is === 'literal');
  const listed = names.flatMap(value => (value.is === 'literal' ? [String(value.value)] : []));
  return {
    is: 'allow',
    header: 'origin',
    compares: 'hostname',
    list: isReadable ? [...listed, ...(names.length ? [] : ['localhost', '127.0.0.1', '[::1]'])] : undefined,
    absent: 'passes',
  };
}

function restrictsByDefault(code: Code): boolean {
  const versions = code.tree.packages.flatMap(({ dependencies }) =>
    dependencies.agents ? [dependencies.agents.resolved ?? dependencies.agents.range] : [],
  );
  return versions.some(version => {
    const [, major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
    return major > 0 || minor >= 20;
  });
}

/** A socket lives in the platform, not in a process: https://developers.cloudflare.com/durable-objects/best-practices/websockets/ */
export const workersKeep: Keeping = {
  errors: 'an error of a Worker socket ends that socket alone',
  heartbeat: 'the platform finds out about lost peers itself',
  exceptions: 'what a Worker throws ends that one event',
};

function readSocket(code: Code, surface: Surface, call: ApiCall): void {
  surface.sockets.push({
    thing: call.thing,
    via: 'cloudflare',
    call,
    rides: [],
    host: undefined,
    path: undefined,
    maxPayload: { is: 'default', value: MiB, because: 'Workers limit the size of messages themselves' },
    verifiers: [],
    connections: [],
    messages: hibernationHandlers(code, code.instanceAround(call.node)),
    accepts: [call],
    acceptsByAnswer: true,
    socketKey: '1',
    keeps: workersKeep,
  });
}
