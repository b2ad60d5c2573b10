import type { Call, Code, Given } from '../../code/code.js';
import type { Thing } from '../../code/value.js';
import { isSameThing } from '../../code/value.js';
import type { Framework } from '../framework.js';
import type { Handler, SocketServer } from '../surface.js';

const MiB = 1024 ** 2;

/**
 * ws: https://github.com/websockets/ws/blob/master/doc/ws.md
 *
 * A server listens by itself (`port`), rides on an http.Server (`server`), or is handed each socket by the program
 * (`noServer`, `handleUpgrade`). It never looks at `Origin` unasked. `verifyClient(info)` refuses by a falsy answer,
 * `verifyClient(info, callback)` by `callback(false)`; `shouldHandle(request)` by a falsy answer. `maxPayload` is
 * 100 MiB unless set, and 0 means no limit (lib/websocket-server.js of 8.x).
 */
export const ws: Framework = {
  id: 'ws',
  words: ['WebSocketServer', 'WebSocket.Server', "'ws'", '"ws"', 'handleUpgrade'],
  read(code, surface) {
    for (const call of code.constructions(
      (module, path) => module === 'ws' && /^(WebSocketServer|Server|WebSocket\.(WebSocket)?Server)$/.test(path),
    )) {
      surface.sockets.push(serverOf(code, call, call.thing));
    }
  },
};

function serverOf(code: Code, call: Call, thing: Thing): SocketServer {
  const options = code.argument(call, 0);
  const rides = code.option(options, 'server').values.filter(value => value.is === 'thing');
  const noServer = code
    .option(options, 'noServer')
    .values.some(value => value.is === 'literal' && value.value === true);
  const hasPort = code
    .option(options, 'port')
    .values.some(value => !(value.is === 'literal' && value.value === undefined));
  const listensItself =
    hasPort ||
    (!noServer && !rides.length && code.option(options, 'server').values.every(value => value.is === 'literal'));
  const path = code.option(options, 'path').values;
  return {
    thing,
    via: 'ws',
    // An own subclass is opened where it is made; its `super(…)` only says how.
    call: thing.instance?.site ? { ...call, node: thing.instance.site, env: thing.instance.env } : call,
    rides,
    host: listensItself
      ? code.setting(code.option(options, 'host'), textOf, {
          value: '::',
          because: 'ws listens on every interface unless `host` is given',
        })
      : undefined,
    path:
      path.length === 1 && path[0]?.is === 'literal' && typeof path[0].value === 'string' ? path[0].value : undefined,
    maxPayload: code.setting(
      code.option(options, 'maxPayload'),
      value => (typeof value === 'number' ? (Number.isFinite(value) ? value : 0) : undefined),
      { value: 100 * MiB, because: 'ws accepts messages of 100 MiB unless `maxPayload` is given' },
    ),
    verifiers: [
      ...shouldHandle(code, thing).map(handler => ({ ...handler, protocol: 'request' as const })),
      ...functionsIn(code.option(options, 'verifyClient')).map(handler => ({ ...handler, protocol: 'info' as const })),
    ],
    connections: connectionsOf(code, thing),
    accepts: acceptsOf(code, thing),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The functions among what was given. */
export function functionsIn(given: Given): Handler[] {
  return given.values.filter(value => value.is === 'function').map(value => ({ value, node: given.node }));
}

/** `wss.shouldHandle = request => …`, assigned after construction, or overridden in a subclass. */
function shouldHandle(code: Code, thing: Thing): Handler[] {
  return functionsIn({ values: code.values.property(thing, 'shouldHandle', thing.site), node: thing.site });
}

function connectionsOf(code: Code, thing: Thing): Handler[] {
  return code.methodCalls(['on', 'once', 'addListener']).flatMap(call => {
    if (!isServer(call.receiver, thing)) return [];
    const event = code.argument(call, 0).values[0];
    if (event?.is !== 'literal' || event.value !== 'connection') return [];
    return functionsIn(code.argument(call, 1));
  });
}

function acceptsOf(code: Code, thing: Thing): Call[] {
  return code.methodCalls(['handleUpgrade']).filter(call => isServer(call.receiver, thing));
}

function isServer(receiver: Thing, server: Thing): boolean {
  return isSameThing(receiver, server);
}
