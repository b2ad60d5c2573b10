import type { Code, Given } from '../../code/code.js';
import { decoratedMethods } from '../../code/decorators.js';
import type { ClassValue, Thing } from '../../code/value.js';
import type { Setting } from '../../facts/index.js';
import type { Handler, Keeping, Surface } from '../surface.js';
import { given, nestDecorators } from './nest-routes.js';
import { socketOf } from './socket-io.js';
import { functionsIn } from './ws.js';

const MiB = 1024 ** 2;

/**
 * `@WebSocketGateway(port?, options?)`: https://docs.nestjs.com/websockets/gateways
 *
 * Socket.io unless the app is given a `WsAdapter`; on the app's own server unless a port is named, then on every interface.
 * `handleConnection(client, request)` gets every accepted socket, `@SubscribeMessage` methods the messages. Guards of the app
 * do not cover gateways, and `cors` is asked by socket.io's polling only.
 */
export function readGateway(code: Code, surface: Surface, type: ClassValue, app: Thing): void {
  for (const decorator of nestDecorators(code, type.node)) {
    if (decorator.name !== 'WebSocketGateway') continue;
    const first = given(code, decorator, 0);
    const hasPort = first.values.some(
      value => value.is === 'literal' && typeof value.value === 'number' && value.value > 0,
    );
    const options = hasPort ? given(code, decorator, 1) : first;
    const isWs =
      code.constructions((module, path) => module === '@nestjs/platform-ws' && path === 'WsAdapter').length > 0;
    const node = decorator.call;
    const call = { node, env: undefined, module: code.program.moduleOf(node) };
    const thing: Thing = { is: 'thing', made: 'nestjs gateway', site: node, env: undefined, call: node, from: app };
    const self = code.values.someInstance(type.node);
    surface.sockets.push({
      thing,
      via: isWs ? 'ws' : 'socket.io',
      call,
      rides: hasPort ? [] : [app],
      host: hasPort ? everyInterface : undefined,
      path: undefined,
      maxPayload: payloadOf(code, options, isWs),
      verifiers: verifiersOf(code, options, isWs),
      connections: functionsIn({ values: code.values.property(self, 'handleConnection', type.node), node: type.node }),
      messages: messagesOf(code, type),
      accepts: [],
      keeps: isWs ? nestKeeps : { ...nestKeeps, heartbeat: 'socket.io pings its clients' },
      ...(!isWs && { socketOf }),
    });
  }
}

/** `bindErrorHandler` of the adapter, and the exception filter around every handler: https://docs.nestjs.com/websockets/exception-filters */
const nestKeeps: Keeping = {
  errors: 'the adapter hears the errors of its sockets',
  exceptions: 'NestJS answers what a handler throws',
};

const everyInterface: Setting<string> = {
  is: 'default',
  value: '::',
  because: 'a gateway with a port of its own listens on every interface',
};

function payloadOf(code: Code, options: Given, isWs: boolean): Setting<number> {
  const decode = (value: unknown) => (typeof value === 'number' ? value : undefined);
  return isWs
    ? code.setting(code.option(options, 'maxPayload'), decode, {
        value: 100 * MiB,
        because: 'ws accepts messages of 100 MiB unless `maxPayload` is given',
      })
    : code.setting(code.option(options, 'maxHttpBufferSize'), decode, {
        value: 1e6,
        because: 'socket.io accepts messages of 1 MB unless `maxHttpBufferSize` is given',
      });
}

function verifiersOf(code: Code, options: Given, isWs: boolean) {
  const name = isWs ? 'verifyClient' : 'allowRequest';
  const protocol = isWs ? ('info' as const) : ('errback' as const);
  return functionsIn(code.option(options, name)).map(handler => ({ ...handler, protocol }));
}

/** `@SubscribeMessage(event)`: called with the socket and the message unless parameters are decorated. */
function messagesOf(code: Code, type: ClassValue): Handler[] {
  return decoratedMethods(code, type)
    .filter(({ node }) => nestDecorators(code, node).some(({ name }) => name === 'SubscribeMessage'))
    .map(value => ({ value, node: value.node }));
}
