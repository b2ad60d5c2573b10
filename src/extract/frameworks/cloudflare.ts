import type { ApiCall, Code, Given } from '../../code/code.js';
import { objectOf, unknown } from '../../code/trial/domain.js';
import type { LibraryGate } from '../../code/trial/library.js';
import { isSameThing } from '../../code/value.js';
import type { Framework } from '../framework.js';
import type { Surface, Transport } from '../surface.js';

const MiB = 1024 ** 2;

/**
 * What Cloudflare gives to Workers besides requests.
 *
 * - `new WebSocketPair()` makes both ends of a socket, whatever the Origin; the client is in as soon as the answer that
 *   carries its end is returned. The platform takes no message above 1 MiB (32 MiB since October 2025, an own choice of
 *   the platform that no option changes): https://developers.cloudflare.com/workers/platform/limits/
 * - agents/mcp: `createMcpHandler(server)` and `McpAgent.serve()` check no credential, and answer CORS with `*`. From
 *   agents 0.20 on, `createMcpHandler` refuses foreign Origins (packages/agents/src/mcp/handler-stateless.ts).
 */
export const cloudflare: Framework = {
  id: 'cloudflare',
  words: ['agents/mcp', 'WebSocketPair'],
  read(code, surface) {
    for (const call of code.apiCalls(['createMcpHandler', 'serve', 'serveSSE', 'mount'], isMcp))
      readTransport(code, surface, call);
    for (const call of code.constructions((module, path) => module === 'cloudflare' && path === 'WebSocketPair'))
      readSocket(surface, call);
  },
  calls: {
    'cloudflare new WebSocketPair': ({ request }, _args, node) => {
      if (!request) return unknown('config', 'a socket outside of a request', 'pair', node);
      request.upgradedAt = node;
      return objectOf({ 0: objectOf({}), 1: request.webSocket({ accept: undefined }) });
    },
  },
};

function isMcp(module: string, path: string): boolean {
  return /^agents\/mcp/.test(module) && /^(createMcpHandler|McpAgent\.(serve|serveSSE|mount))$/.test(path);
}

function readTransport(code: Code, surface: Surface, call: ApiCall): void {
  const isSse = /SSE|mount/.test(call.api.path);
  const part = isSse ? ('stream' as const) : ('all' as const);
  const calls = [
    ...code.methodCalls(['fetch']).filter(each => isSameThing(each.receiver, call.thing)),
    ...code.callsOfThing(call.thing),
  ];
  const isHandler = call.api.path === 'createMcpHandler';
  const sinks: Transport['sinks'] = (calls.length || !isHandler ? calls : [call]).map(({ node, env }) => ({
    node,
    env,
    part,
  }));
  surface.transports.push({
    thing: call.thing,
    via: 'agents',
    call,
    protocol: isSse ? 'sse' : 'streamable-http',
    gate: isHandler ? originGate(code, code.argument(call, 1)) : { is: 'passes' },
    sinks,
  });
  // `export default MyAgent.serve('/mcp')`: nothing stands before it.
  for (const module of code.modules()) {
    const values = module.exports.has('default') ? code.values.exportOf(module, 'default', module.source) : [];
    const exported = values.find(value => value.is === 'thing' && isSameThing(value, call.thing));
    if (exported)
      surface.servers.push({
        thing: { ...call.thing, made: 'cloudflare worker', site: module.source },
        via: 'cloudflare',
        listeners: [{ value: exported, node: call.node }],
        call,
      });
  }
}

/** What `createMcpHandler` does with a foreign Origin, by version and by `allowedOriginHostnames`. */
function originGate(code: Code, options: Given): LibraryGate {
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
    list: isReadable ? [...listed, ...(names.length ? [] : ['localhost', '127.0.0.1'])] : undefined,
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

function readSocket(surface: Surface, call: ApiCall): void {
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
    accepts: [call],
    acceptsByAnswer: true,
  });
}
