import type { Code, MethodCall } from '../../code/code.js';
import { isPrimitive, native, type Obj, objectOf, unknown, type V } from '../../code/trial/domain.js';
import type { Machine } from '../../code/trial/machine.js';
import type { Request } from '../../code/trial/request.js';
import type { Thing } from '../../code/value.js';
import type { Setting } from '../../facts/index.js';
import type { Convention } from '../convention.js';
import type { Framework } from '../framework.js';
import type { Handler, Surface } from '../surface.js';
import { addRouter } from './express.js';
import { register, textsOf } from './routing.js';
import { functionsIn } from './ws.js';

/**
 * uWebSockets.js: https://unetworking.github.io/uWebSockets.js/generated/
 *
 * `App().ws(pattern, { upgrade, open, message, maxPayloadLength })`: `upgrade(res, req, context)` accepts by `res.upgrade(…)`
 * and refuses by any other answer; without it every handshake is accepted, whatever its Origin. Messages may have 16 KB
 * unless `maxPayloadLength` is given, sockets are closed when idle for two minutes, and an error on one does not end the
 * process. `listen(port)` listens on every interface, `listen(host, port)` on that one. Routes are tried by how exact they
 * are; there is no middleware.
 *
 * Gap: `missingServerName`.
 */
export const uWebSockets: Framework = {
  id: 'uwebsockets',
  words: ['uWebSockets.js', 'uws'],
  read(code, surface) {
    for (const call of code.methodCalls([...verbs, 'ws', 'listen'])) {
      const app = appOf(call.receiver);
      if (!app) continue;
      addRouter(surface, app, 'uWebSockets.js');
      if (call.method === 'listen') readListen(code, surface, app, call);
      else if (call.method === 'ws') readSockets(code, surface, app, call);
      else readRoute(code, surface, app, call);
    }
  },
};

const verbs = ['get', 'post', 'put', 'del', 'patch', 'options', 'any'];

/** Every method returns the app. */
function appOf(receiver: Thing): Thing | undefined {
  let app = receiver;
  while (/#\w+\(\)$/.test(app.made) && app.from?.is === 'thing') app = app.from;
  return /^(uWebSockets\.js|uws|uwebsockets) (\w+\.)?(SSL)?App\(\)$/i.test(app.made) ? app : undefined;
}

function readRoute(code: Code, surface: Surface, router: Thing, call: MethodCall): void {
  const handlers = functionsIn(code.argument(call, 1)).map(handler => ({ ...handler, convention: routeStyle }));
  const verb = call.method === 'any' ? 'ALL' : call.method === 'del' ? 'DELETE' : call.method.toUpperCase();
  const paths = textsOf(code, code.argument(call, 0));
  if (handlers.length)
    register(code, surface, { router, via: 'uWebSockets.js', verb, paths, handlers, call, exclusive: true });
}

function readListen(code: Code, surface: Surface, app: Thing, call: MethodCall): void {
  const first = code.argument(call, 0);
  const isHost = code.argument(call, 1).values.some(value => value.is !== 'function' && value.is !== 'object');
  const host: Setting<string> = isHost
    ? code.setting(first, value => (typeof value === 'string' && value !== '' ? value : undefined), everyInterface)
    : { is: 'default', ...everyInterface };
  surface.listenings.push({ on: app, via: 'uWebSockets.js', host, call, probe: false });
}

const everyInterface = {
  value: '0.0.0.0',
  because: 'uWebSockets.js listens on every interface unless a host is given',
};

function readSockets(code: Code, surface: Surface, router: Thing, call: MethodCall): void {
  const behavior = code.argument(call, 1);
  const option = (name: string) => functionsIn(code.option(behavior, name));
  const upgrade = option('upgrade').map(handler => ({ ...handler, convention: upgradeStyle }));
  const sockets: Thing = {
    is: 'thing',
    made: 'uWebSockets.js ws',
    site: call.node,
    env: call.env,
    call: call.node,
    from: router,
  };
  const handlers: Handler[] = [...upgrade, { value: sockets, node: call.node }];
  const paths = textsOf(code, code.argument(call, 0));
  const route = register(code, surface, {
    router,
    via: 'uWebSockets.js',
    verb: 'GET',
    paths,
    handlers,
    call,
    exclusive: true,
  });
  surface.sockets.push({
    thing: sockets,
    via: 'uWebSockets.js',
    // Routes are a chain of calls, which all begin where the app is made.
    call: { node: code.methodName(call), env: call.env },
    rides: [],
    host: undefined,
    path: undefined,
    maxPayload: code.setting(
      code.option(behavior, 'maxPayloadLength'),
      value => (typeof value === 'number' ? value : undefined),
      { value: 16 * 1024, because: 'uWebSockets.js accepts messages of 16 KB unless `maxPayloadLength` is given' },
    ),
    verifiers: [],
    connections: option('open'),
    messages: option('message'),
    accepts: [],
    route,
    keeps: {
      errors: 'uWebSockets.js closes a socket on a protocol error',
      heartbeat: 'uWebSockets.js pings idle sockets and closes those that do not answer within two minutes',
    },
  });
}

// ---- inside a trial -----------------------------------------------------------------------------------------

/** `(res, req, context)`: accepts by `res.upgrade(…)`. */
const upgradeStyle: Convention = ({ machine, request, callee, at, next }) => {
  const upgrade = native(() => {
    next();
    return undefined;
  });
  machine.call(callee, [responseOf(request, { upgrade }), requestOf(machine, request), objectOf({})], undefined, at);
  if (!machine.effect) machine.act('refuses', at, 'the handler neither accepts nor answers', true);
};

/** `(res, req)` */
const routeStyle: Convention = ({ machine, request, callee, at }) => {
  machine.call(callee, [responseOf(request, {}), requestOf(machine, request)], undefined, at);
};

function responseOf(request: Request, more: Readonly<Record<string, V>>): Obj {
  let status = 200;
  const end = native((_args, self, node) => {
    request.answer(status, node);
    return self;
  });
  const data = native(([listener], self, node) => {
    request.onMessage(node, listener ?? undefined, each => [each, true]);
    return self;
  });
  return request.object(
    {
      writeStatus: native(([text], self) => {
        status = Number.parseInt(String(text), 10) || 200;
        return self;
      }),
      end,
      endWithoutBody: end,
      tryEnd: end,
      close: native((_args, self, node) => {
        request.answer(400, node);
        return self;
      }),
      onData: data,
      ...more,
    },
    name =>
      /^(writeHeader|write|onAborted|onWritable|pause|resume)$/.test(name) ? native((_args, self) => self) : undefined,
  );
}

/** Headers and the query are texts, empty where there is none. */
function requestOf(machine: Machine, request: Request): Obj {
  const text = (read: (name: string) => V) =>
    native(([name]) =>
      isPrimitive(name)
        ? (read(String(name).toLowerCase()) ?? '')
        : unknown('request', 'a header', 'request.header', undefined),
    );
  return request.object({
    getHeader: text(name => request.header(name, undefined)),
    getQuery: native(([name], _self, node) =>
      isPrimitive(name) && name !== undefined
        ? machine.get(request.query, String(name), node)
        : unknown('request', 'the query', 'request.search', node),
    ),
    getUrl: native(() => request.nodeRequest.props.get('path')),
    getMethod: native(() => request.facts.method.toLowerCase()),
    getParameter: native(() => unknown('request', 'a part of the path', 'request.params', undefined)),
  });
}
