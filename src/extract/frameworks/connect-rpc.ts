import type { Call, Code, Expression, Given } from '../../code/code.js';
import { isLeftOut } from '../../code/code.js';
import { lastName } from '../../code/module.js';
import { isSameThing, type Thing } from '../../code/value.js';
import type { Framework } from '../framework.js';
import type { Handler, Surface } from '../surface.js';
import { contextHelpers, interception, method, type Options, type RpcServer } from './connect-rpc-trial.js';
import { addRouter } from './express.js';
import { appOf } from './fastify-apps.js';
import { register, textsOf } from './routing.js';
import { methodNameOf, pathOf } from './rpc.js';

/** Behind the hooks of fastify, which run in stages. */
const stage = 5;
const adapters: Readonly<Record<string, string>> = {
  '@connectrpc/connect-node': 'connectNodeAdapter',
  '@connectrpc/connect-express': 'expressConnectMiddleware',
};
const plugin = { library: '@connectrpc/connect-fastify', name: 'fastifyConnectPlugin' };

/**
 * ConnectRPC 1 and 2 on servers: gRPC, gRPC-web and a protocol of its own, over plain HTTP requests.
 * https://connectrpc.com/docs/node/server-plugins, https://connectrpc.com/docs/node/interceptors
 *
 * - `connectNodeAdapter({ routes, interceptors })` is a request listener of node's (http, https, http2);
 *   `expressConnectMiddleware(options)` is middleware; `app.register(fastifyConnectPlugin, options)` adds routes to fastify.
 *   `routes` is called once with the router (packages/connect-node/src/connect-node-adapter.ts).
 * - `router.service(Service, implementation, options)` and `router.rpc(method, implementation)` answer POSTs under
 *   `<requestPathPrefix>/<package.Service>/<Method>`; a path of no method is a 404, in express it is handed on.
 * - Nothing is asked of a client by default. An interceptor `next => async req => next(req)` refuses by throwing; the first
 *   of the list is asked first. Options of a service take the place of the router's (packages/connect/src/router.ts).
 * - `contextValues(request)` is called before the interceptors, which see what it answers.
 *
 * Gap: routers made by `createConnectRouter`, the handlers of Next.js, and methods that may be asked for by GET.
 */
export const connectRpc: Framework = {
  id: 'connect-rpc',
  words: ['@connectrpc/connect'],
  read(code, surface) {
    const routers = [...adapted(code, surface), ...plugged(code, surface)];
    code.lend(
      routers.flatMap(({ router, call, index }) =>
        code
          .option(code.argument(call, index), 'routes')
          .values.flatMap(value => (value.is === 'function' ? [{ to: value.node, index: 0, value: router }] : [])),
      ),
    );
    for (const call of code.methodCalls(['service', 'rpc'])) {
      const receiver = routerOf(call.receiver);
      const server = routers.find(({ router }) => isSameThing(router, receiver));
      if (server) addMethods(code, surface, server, call);
    }
  },
  gateOf: (_code, { made }) => (made === `${plugin.library} ()` ? { is: 'passes' } : undefined),
  calls: contextHelpers,
};

/** `router.service(…).service(…)`: each answers the router. */
function routerOf(receiver: Thing): Thing {
  const isChained = /#(service|rpc)\(\)$/.test(receiver.made) && receiver.from?.is === 'thing';
  return isChained ? routerOf(receiver.from as Thing) : receiver;
}

/** Where a router is made, and which argument of that call holds its options. */
interface Adapted extends RpcServer {
  readonly router: Thing;
  readonly via: string;
  readonly call: Call;
  readonly index: number;
}

function adapted(code: Code, surface: Surface): Adapted[] {
  return code
    .apiCalls(Object.values(adapters), (module, path) => adapters[module] === path)
    .map(call => {
      const { thing: router, api } = call;
      addRouter(surface, router, api.module);
      return {
        router,
        via: api.module,
        call,
        index: 0,
        ...serverOf(code, call, 0, () => isOnPlainHttp2(surface, router)),
      };
    });
}

function plugged(code: Code, surface: Surface): Adapted[] {
  return code.methodCalls(['register']).flatMap(call => {
    const app = appOf(surface, call.receiver);
    const given = code.argument(call, 0);
    const isPlugin = given.values.some(
      value => value.is === 'api' && value.module === plugin.library && value.path === plugin.name,
    );
    if (!app || !isPlugin) return [];
    const { node: site, env } = call;
    const router: Thing = { is: 'thing', made: `${plugin.library} router`, site, env, call: undefined, from: app };
    addRouter(surface, router, plugin.library);
    const prefix = textsOf(code, code.option(code.argument(call, 1), 'prefix'));
    const paths = prefix.length ? prefix : ['/'];
    const handlers = [{ value: router, node: site }];
    register(code, surface, {
      router: app,
      via: 'fastify',
      verb: 'use',
      paths,
      handlers,
      call,
      closed: code.isAwaited(call),
    });
    return [{ router, via: plugin.library, call, index: 1, ...serverOf(code, call, 1, () => false) }];
  });
}

function serverOf(code: Code, call: Call, index: number, isOnPlainHttp2: () => boolean): RpcServer {
  return { options: optionsOf(call, index)!, conditions: code.conditionsOf(call), isOnPlainHttp2 };
}

function optionsOf({ node, env }: Call, index: number): Options | undefined {
  const expression = node.arguments?.[index];
  return expression && { expression, env };
}

/** Whether browsers cannot speak to it: they know HTTP/2 over TLS only. https://http2.github.io/faq/#does-http2-require-encryption */
function isOnPlainHttp2(surface: Surface, router: Thing): boolean {
  const servers = surface.servers.filter(({ listeners }) =>
    listeners.some(({ value }) => value.is === 'thing' && isSameThing(value, router)),
  );
  return servers.length > 0 && servers.every(({ thing }) => thing.made === 'http2 createServer()');
}

function addMethods(code: Code, surface: Surface, server: Adapted, call: Call): void {
  const { router, via, index } = server;
  const given = code.argument(server.call, index);
  const [prefix = ''] = textsOf(code, code.option(given, 'requestPathPrefix'));
  const [first, second, third] = code.argumentsFrom(call, 0);
  const isWhole = code.methodName(call).getText() === 'service';
  const methods = isWhole && second ? code.methods(second) : oneMethod(first, second, third);
  const own = isWhole ? optionsOf(call, 2) : undefined;
  const interceptors = own ? code.option(third!, 'interceptors') : code.option(given, 'interceptors');
  const before = interceptors.values.every(isLeftOut) ? [] : [gateOf(code, interceptors)];
  for (const { name, given: answers } of methods) {
    const called = methodNameOf(name);
    const handlers = answers.values.flatMap((value): Handler[] =>
      value.is === 'function'
        ? [{ value, node: answers.node, convention: method(server, called), stage, gets: 'message' }]
        : [],
    );
    if (!handlers.length) continue;
    register(code, surface, {
      router,
      via,
      verb: 'POST',
      paths: [pathOf(called, prefix)],
      handlers: [...before.map(gate => ({ ...gate, convention: interception(server, own, called) })), ...handlers],
      call: server.call,
      exclusive: true,
    });
  }
}

/** `router.rpc(Service.method.start, implementation)`, in version 1 also `router.rpc(Service, Service.methods.start, implementation)`. */
function oneMethod(...given: readonly (Given | undefined)[]): { name: string; given: Given }[] {
  const index = given.findIndex(each => each?.values.some(({ is }) => is === 'function'));
  const named = given[index - 1];
  return named ? [{ name: lastName(named.node as Expression) || ':method', given: given[index]! }] : [];
}

/** The interceptors as one gate: a lone function is shown as what it is. */
function gateOf(code: Code, given: Given): Handler {
  const all = code.flattened(given).flatMap(({ values }) => values);
  const [value = given.values[0]!] = all.length === 1 ? all : given.values;
  return { value, node: given.node, stage, name: 'interceptors' };
}
