import type { ApiCall, Code, Given } from '../../code/code.js';
import type { LibraryGate } from '../../code/trial/library.js';
import type { Thing } from '../../code/value.js';
import { joinPaths } from '../chains.js';
import type { Framework } from '../framework.js';
import type { Handler, Surface } from '../surface.js';
import { guardHandlers, stages } from './nest-routes.js';
import { register } from './routing.js';
import { isGiven, pathOption, textsIn } from './self-served.js';

const library = '@rekog/mcp-nest';

/**
 * @rekog/mcp-nest: https://github.com/rekog-labs/MCP-Nest (packages/mcp-nest/src/mcp)
 *
 * - Version 1: `McpModule.forRoot({ transport, guards, apiPrefix, mcpEndpoint, sseEndpoint })` adds controllers to the app,
 *   for SSE and Streamable HTTP unless `transport` says which; `guards` stand before them.
 * - Version 2: `new StreamableHttpTransport({ endpoint, security })` mounts its own route, past Nest's guards. Only with
 *   `security` does it hold Origin and Host against the names listed there; `'localhost'` stands for this machine.
 */
export const mcpNest: Framework = {
  id: 'mcp-nest',
  words: [library],
  read(code, surface) {
    const app = surface.routers.find(({ via }) => via === 'nestjs')?.thing;
    if (!app) return;
    for (const call of code.apiCalls(['forRoot', 'forRootAsync'], isModule)) readModule(code, surface, call, app);
    for (const call of code.constructions((module, path) => module === library && path === 'StreamableHttpTransport'))
      readTransport(code, surface, call, app);
  },
};

function isModule(module: string, path: string): boolean {
  return module === library && /^McpModule\.forRoot(Async)?$/.test(path);
}

/** The options as they stand, or as `useFactory` makes them. */
function optionsOf(code: Code, call: ApiCall): Given {
  const given = code.argument(call, 0);
  if (!call.api.path.endsWith('Async')) return given;
  const made = code
    .option(given, 'useFactory')
    .values.flatMap(value => (value.is === 'function' ? code.values.returnsOf(value.node, value.env) : []));
  return { values: made, node: given.node };
}

function readModule(code: Code, surface: Surface, call: ApiCall, app: Thing): void {
  const options = optionsOf(code, call);
  const kinds = code
    .flattened(code.option(options, 'transport'))
    .flatMap(({ values }) => values.flatMap(value => (value.is === 'api' ? [value.path.split('.').at(-1)!] : [])));
  if (kinds.length && kinds.every(kind => kind === 'STDIO')) {
    surface.stdio.push(code.at(call.node));
    return;
  }
  const guards = guardHandlers(code, code.option(options, 'guards'), []);
  const prefix = pathOption(code, code.option(options, 'apiPrefix'), '/');
  const ways = [
    { kind: 'STREAMABLE_HTTP', name: 'mcpEndpoint', silent: '/mcp', protocol: 'streamable-http', verb: 'ALL' },
    { kind: 'SSE', name: 'sseEndpoint', silent: '/sse', protocol: 'sse', verb: 'GET' },
  ] as const;
  for (const { kind, name, silent, protocol, verb } of ways) {
    if (kinds.length && !kinds.includes(kind)) continue;
    const path = joinPaths(prefix, pathOption(code, code.option(options, name), silent));
    // Two transports of one module are two things.
    const thing = kind === 'SSE' ? { ...call.thing, site: call.node.expression } : call.thing;
    surface.transports.push({
      thing,
      via: library,
      call: { ...call, thing } as ApiCall,
      protocol,
      gate: { is: 'passes' },
      sinks: [],
    });
    mount(code, surface, call, { app, verb, path, guards, thing });
  }
}

function mount(
  code: Code,
  surface: Surface,
  call: ApiCall,
  route: { app: Thing; verb: string; path: string | undefined; guards: readonly Handler[]; thing: Thing },
): void {
  const own: Handler = { value: route.thing, node: call.node, stage: stages.handler };
  register(code, surface, {
    router: route.app,
    via: 'nestjs',
    verb: route.verb,
    paths: [route.path],
    handlers: [...route.guards, own],
    call,
    exclusive: true,
  });
}

function readTransport(code: Code, surface: Surface, call: ApiCall, app: Thing): void {
  const options = code.argument(call, 0);
  const path = pathOption(code, code.option(options, 'endpoint'), '/mcp');
  const gate = securityGate(code, code.option(options, 'security'));
  surface.transports.push({ thing: call.thing, via: library, call, protocol: 'streamable-http', gate, sinks: [] });
  mount(code, surface, call, { app, verb: 'ALL', path, guards: [], thing: call.thing });
}

function securityGate(code: Code, security: Given): LibraryGate {
  const listed = (name: string) => {
    const given = code.option(security, name);
    if (!isGiven(given)) return undefined;
    const isShorthand = given.values.some(value => value.is === 'literal' && value.value === 'localhost');
    return { list: isShorthand ? ['localhost', '127.0.0.1', '[::1]'] : textsIn(code, given) };
  };
  const origins = listed('allowedOrigins');
  const hosts = listed('allowedHosts');
  const gates: LibraryGate[] = [
    ...(origins
      ? [{ is: 'allow', header: 'origin', compares: 'hostname', absent: 'passes', ...origins } as const]
      : []),
    ...(hosts ? [{ is: 'allow', header: 'host', compares: 'hostname', absent: 'refused', ...hosts } as const] : []),
  ];
  return gates.length ? { is: 'all', gates } : { is: 'passes' };
}
