import { ascentsFrom } from '../../code/climb.js';
import type { ApiCall, Call, Code, Given } from '../../code/code.js';
import type { FunctionNode } from '../../code/module.js';
import { isObj, objectOf } from '../../code/trial/domain.js';
import type { Setting } from '../../facts/index.js';
import type { Framework } from '../framework.js';
import type { Entry, Handler, Keeping, SocketMaker, Surface } from '../surface.js';
import { fetchedApps } from './routing.js';
import { functionsIn } from './ws.js';

const MiB = 1024 ** 2;

/**
 * Bun: https://bun.sh/docs/api/http and https://bun.sh/docs/api/websockets
 *
 * `Bun.serve({ fetch, routes, websocket })` listens at once, on every interface unless `hostname` is given. `fetch(request,
 * server)` and the handlers in `routes` answer; `server.upgrade(request, { data })` accepts a WebSocket there and then,
 * whatever its Origin. `websocket` holds the handlers of all sockets. A message may have 16 MiB (`maxPayloadLength`), idle
 * sockets are closed after two minutes, and an error on one does not end the process. Bodies may have 128 MiB
 * (`maxRequestBodySize`), as https://hono.dev/docs/middleware/builtin/body-limit says, too.
 */
export const bun: Framework = {
  id: 'bun',
  words: ['Bun.serve', "'bun'", '"bun"', '.upgrade('],
  read(code, surface) {
    for (const call of code.apiCalls(['serve'], (module, path) => module === 'bun' && path === 'serve'))
      readServer(code, surface, call);
  },
  methods: {
    'bun serve()#upgrade': ({ request }) => request !== undefined && request.facts.stage !== 'http',
    'bun serve()#requestIP': () => objectOf({ address: '127.0.0.1', family: 'IPv4', port: 50_000 }),
    'bun serve()#timeout': () => undefined,
    'bun serve()#publish': () => 0,
  },
};

function readServer(code: Code, surface: Surface, call: ApiCall): void {
  const options = code.argument(call, 0);
  const host = hostOf(code, options);
  if (host) surface.listenings.push({ on: call.thing, via: 'bun', host, call, probe: false });
  const entries = entriesOf(code, call, options, host);
  surface.entries.push(...entries);
  // `fetch: app.fetch` hands every request to a framework's app.
  const apps = fetchedApps(code.option(options, 'fetch'));
  if (apps.length)
    surface.servers.push({
      thing: call.thing,
      via: 'bun',
      listeners: apps.map(value => ({ value, node: options.node })),
      call,
    });
  readSockets(code, surface, call, code.option(options, 'websocket'), entries);
}

/** `sendPings` and `idleTimeout` are on by default: https://bun.sh/reference/bun/WebSocketHandler */
export const bunKeeps: Keeping = {
  errors: 'Bun closes a socket on a protocol error',
  heartbeat: 'Bun pings idle sockets and closes those that do not answer',
  exceptions: 'Bun prints what a handler throws and goes on',
};

/** Undefined when it listens on a unix socket instead. */
function hostOf(code: Code, options: Given): Setting<string> | undefined {
  if (isGiven(code.option(options, 'unix'))) return undefined;
  return code.setting(
    code.option(options, 'hostname'),
    value => (typeof value === 'string' && value !== '' ? value : undefined),
    {
      value: '0.0.0.0',
      because: 'Bun.serve listens on every interface unless `hostname` is given',
    },
  );
}

function isGiven(given: Given): boolean {
  return given.values.some(value => !(value.is === 'env' || (value.is === 'literal' && value.value === undefined)));
}

/** `fetch`, and `routes: { '/path': handler | { GET: handler } }`. */
function entriesOf(code: Code, call: ApiCall, options: Given, host: Setting<string> | undefined): Entry[] {
  const shared = {
    via: 'bun',
    flavour: 'fetch',
    host,
    call,
    server: call.thing,
    passes: [{ thing: call.thing }],
    bodyLimit: code.setting(
      code.option(options, 'maxRequestBodySize'),
      value => (typeof value === 'number' ? value : undefined),
      { value: 128 * MiB, because: 'Bun takes bodies of 128 MiB unless `maxRequestBodySize` is given' },
    ),
  } as const;
  const entriesFor = (given: Given, method: string, path: string | undefined): Entry[] =>
    functionsIn(given).map(handler => ({ ...shared, handler, method, path }));
  const routes = code
    .entries(code.option(options, 'routes'))
    .flatMap(({ name: path, given }) => [
      ...entriesFor(given, '*', path),
      ...code.entries(given).flatMap(({ name: method, given: handler }) => entriesFor(handler, method, path)),
    ]);
  return [...entriesFor(code.option(options, 'fetch'), '*', undefined), ...routes];
}

function readSockets(code: Code, surface: Surface, call: ApiCall, handlers: Given, entries: readonly Entry[]): void {
  // Handlers that come out of a library (`hono/bun`, Elysia) belong to that library's door.
  if (!handlers.values.some(value => value.is === 'object' || value.is === 'merged' || value.is === 'instance')) return;
  surface.sockets.push({
    thing: call.thing,
    via: 'bun',
    call,
    rides: [call.thing],
    host: undefined,
    path: undefined,
    maxPayload: code.setting(
      code.option(handlers, 'maxPayloadLength'),
      value => (typeof value === 'number' ? Math.max(value, 1) : undefined),
      {
        value: 16 * MiB,
        because: 'Bun accepts messages of 16 MiB unless `maxPayloadLength` is given',
      },
    ),
    verifiers: [],
    connections: functionsIn(code.option(handlers, 'open')),
    messages: functionsIn(code.option(handlers, 'message')),
    accepts: acceptsOf(
      code,
      entries.map(({ handler }) => handler),
    ),
    socketOf,
    keeps: bunKeeps,
  });
}

/** `server.upgrade(…)` wherever a handler of this server leads to it: the server travels as a parameter, often untyped. */
function acceptsOf(code: Code, handlers: readonly Handler[]): Call[] {
  const functions = new Set<FunctionNode>(
    handlers.flatMap(({ value }) => (value.is === 'function' ? [value.node] : [])),
  );
  const candidates = code
    .callsNamed('upgrade')
    .filter(({ node, env }) => !code.values.of(node.expression, env).some(value => value.is === 'function'));
  const reached = candidates.filter(
    ({ node, env }) => ascentsFrom(code.values, node, env, fn => functions.has(fn)).length > 0,
  );
  return reached.length ? reached : candidates;
}

/** `ws.data` is what `upgrade` was given as `data`. */
const socketOf: SocketMaker = (request, [, options]) =>
  request.webSocket({ data: isObj(options) ? options.props.get('data') : undefined, remoteAddress: '127.0.0.1' });
