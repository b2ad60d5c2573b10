import type { ApiCall, Call, Code, Given, MethodCall } from '../../code/code.js';
import { native, objectOf, unknown } from '../../code/trial/domain.js';
import type { Thing } from '../../code/value.js';
import { isSameThing } from '../../code/value.js';
import type { Framework } from '../framework.js';
import type { Handler, SocketMaker, SocketServer, Surface } from '../surface.js';
import { functionsIn } from './ws.js';

/**
 * socket.io 4: https://socket.io/docs/v4/server-options/ and https://socket.io/docs/v4/middlewares/
 *
 * A server rides on an http.Server (`new Server(httpServer)`, `io.attach(httpServer)`) or listens on a port, then on every
 * interface. `cors` is asked by the polling transport only: a WebSocket is accepted from any Origin unless
 * `allowRequest(request, callback(error, success))` refuses the handshake. `io.use((socket, next) => …)` runs after the
 * handshake and before any event, per namespace; `next(error)` refuses. `maxHttpBufferSize` is 1 MB, heartbeats are built in.
 */
export const socketIo: Framework = {
  id: 'socket-io',
  words: ['socket.io'],
  read(code, surface) {
    const calls = [
      ...code.constructions((module, path) => module === 'socket.io' && /^(Server)?$/.test(path)),
      ...code.apiCalls(['default', ''], (module, path) => module === 'socket.io' && path === ''),
    ];
    for (const call of calls) readServer(code, surface, call);
  },
};

function readServer(code: Code, surface: Surface, call: ApiCall): void {
  const attachments = [code.argument(call, 0), ...attachedLater(code, call.thing).map(each => code.argument(each, 0))];
  const options = isOptions(attachments[0]!) ? attachments[0]! : code.argument(call, 1);
  readListens(code, surface, call);
  if (!hasWebSockets(code, options)) return;
  const servers = attachments.flatMap(({ values }) => values.filter(value => value.is === 'thing'));
  const shared = {
    via: 'socket.io',
    rides: servers.length ? servers : [call.thing],
    host: undefined,
    path: undefined,
    clientPath: '/socket.io/?EIO=4&transport=websocket',
    maxPayload: code.setting(
      code.option(options, 'maxHttpBufferSize'),
      value => (typeof value === 'number' ? value : undefined),
      {
        value: 1e6,
        because: 'socket.io accepts messages of 1 MB unless `maxHttpBufferSize` is given',
      },
    ),
    verifiers: functionsIn(code.option(options, 'allowRequest')).map(handler => ({
      ...handler,
      protocol: 'errback' as const,
    })),
    accepts: [],
    socketOf,
    isMessageEvent: event => !reserved.test(event),
    keeps: {
      errors: 'socket.io hears the errors of its sockets',
      heartbeat: 'socket.io pings its clients and closes those that do not answer',
    },
  } satisfies Partial<SocketServer>;
  for (const { thing, at } of namespacesOf(code, call))
    surface.sockets.push({ ...shared, thing, call: at, connections: connectionsOf(code, thing) });
}

/** `io.attach(server)`, `io.listen(port)`. */
function attachedLater(code: Code, io: Thing): MethodCall[] {
  return code.methodCalls(['attach', 'listen']).filter(({ receiver }) => isSameThing(receiver, io));
}

function isOptions(given: Given): boolean {
  return given.values.some(value => value.is === 'object' || value.is === 'merged');
}

/** False when only other transports are switched on. */
function hasWebSockets(code: Code, options: Given): boolean {
  const transports = code.flattened(code.option(options, 'transports')).flatMap(({ values }) => values);
  return transports.some(value => value.is !== 'literal' || value.value === undefined || value.value === 'websocket');
}

/** A port instead of a server, given to the constructor or later. */
function readListens(code: Code, surface: Surface, call: ApiCall): void {
  const opens = (each: Call) =>
    code.argument(each, 0).values.some(value => value.is === 'literal' && /^\d+$/.test(String(value.value)));
  for (const each of [call, ...attachedLater(code, call.thing)]) {
    if (!opens(each)) continue;
    const host = {
      is: 'default',
      value: '::',
      because: 'socket.io passes a port to node without a host, which is every interface',
    } as const;
    surface.listenings.push({ on: call.thing, via: 'socket.io', host, call: each, probe: false });
  }
}

/** The main namespace, and those with connection handlers of their own: a client chooses among them. */
function namespacesOf(code: Code, call: ApiCall): { thing: Thing; at: Call }[] {
  const others = code
    .methodCalls(['of'])
    .filter(({ receiver }) => isSameThing(receiver, call.thing))
    .flatMap(each => code.things(each.node, each.env).map(thing => ({ thing, at: each })))
    .filter(({ thing }) => connectionsOf(code, thing).some(({ asks }) => !asks));
  const isMainUsed = !others.length || connectionsOf(code, call.thing).some(({ asks }) => !asks);
  return isMainUsed ? [{ thing: call.thing, at: call }, ...others] : others;
}

/** Middleware first, whatever is registered first: it runs before any `connection` listener. */
function connectionsOf(code: Code, namespace: Thing): (Handler & { readonly asks: boolean })[] {
  const on = (names: readonly string[]) =>
    code.methodCalls(names).filter(({ receiver }) => isSameThing(receiver, namespace));
  const middleware = on(['use']).flatMap(call => {
    const { values, node } = code.argument(call, 0);
    return values.map(value => ({ value, node, asks: true }));
  });
  const listeners = on(['on', 'once', 'addListener']).flatMap(call => {
    const event = code.argument(call, 0).values[0];
    const isConnection = event?.is === 'literal' && (event.value === 'connection' || event.value === 'connect');
    return isConnection ? functionsIn(code.argument(call, 1)).map(handler => ({ ...handler, asks: false })) : [];
  });
  return [...middleware, ...listeners];
}

/** Events of the library itself: https://socket.io/docs/v4/server-api/#events-2 */
const reserved = /^(connect|connect_error|connection|disconnect|disconnecting|error|newListener|removeListener)$/;

/** The socket as the library hands it out. */
export const socketOf: SocketMaker = request => {
  const { nodeRequest } = request;
  const acknowledge = native(() => undefined);
  const on = native(([event, listener], self, node) => {
    if (typeof event === 'string' && !reserved.test(event))
      request.onMessage(node, listener, data => [data, acknowledge]);
    return self;
  });
  return request.webSocket({
    on,
    once: on,
    addListener: on,
    onAny: native(([listener], self, node) => {
      request.onMessage(node, listener, data => [unknown('request', 'the event', 'event', node, true), data]);
      return self;
    }),
    handshake: objectOf({
      // Comes with the first packet, from the client's own code: no browser adds it.
      auth: objectOf(
        {},
        { lazy: name => request.sent(name, `auth.${name} of the handshake`, 'message', `auth.${name}`) },
      ),
      headers: nodeRequest.props.get('headers'),
      query: request.query,
      address: '127.0.0.1',
      url: nodeRequest.props.get('url'),
    }),
    request: nodeRequest,
    data: objectOf({}),
    id: unknown('config', "the socket's id", 'socket.id', undefined, true),
  });
};
