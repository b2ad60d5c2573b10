import type { Code, Given, MethodCall } from '../../code/code.js';
import type { Thing, Value } from '../../code/value.js';
import type { Framework } from '../framework.js';
import type { Handler, Registration, Surface } from '../surface.js';
import { originCallback } from './cors.js';
import { appOf, openPlugins } from './fastify-apps.js';
import { hook, routeHandler, socketHandler } from './fastify-trial.js';
import { hostOf } from './node-http.js';
import { register, textsOf } from './routing.js';
import { functionsIn } from './ws.js';

const MiB = 1024 ** 2;
const verbs = ['get', 'post', 'put', 'delete', 'patch', 'options', 'head', 'all'];
/** Hooks that run before the handler, in the order in which they run; middie's `use` runs with the first. */
const stages: Readonly<Record<string, number>> = { onRequest: 1, preParsing: 2, preValidation: 3, preHandler: 4 };
const handlerStage = 5;
const onLoopback = { value: 'localhost', because: 'fastify listens on localhost unless a host is given' };

/**
 * fastify 4 and 5: https://fastify.dev/docs/latest/Reference/
 *
 * - Hooks cover every route of their app, whatever the order in the text: routes collect them when the server gets ready
 *   (lib/route.js, `preReady`). They refuse by sending, throwing or `done(error)`; one without `done` passes by returning.
 * - `register(plugin)` gives the plugin an app of its own, with the prefix of the options, which takes over the hooks that
 *   are there when it is loaded (lib/plugin-override.js): at the end, or at once where `register` is awaited. With
 *   fastify-plugin around it, the plugin works on the app itself.
 * - `listen` binds localhost unless told otherwise (lib/server.js).
 * - @fastify/websocket runs the hooks on the upgrade request and then gives the handler the socket; its `options` go to ws,
 *   whose `maxPayload` is 100 MiB. It logs the errors of accepted sockets itself (index.js, `handleUpgrade`).
 *
 * Gap: error and not-found handlers, `constraints` of routes, content type parsers.
 */
export const fastify: Framework = {
  id: 'fastify',
  words: ['fastify'],
  read(code, surface) {
    if (!code.modules().some(({ source }) => source.text.includes('fastify'))) return;
    openPlugins(code, surface);
    readHooks(code, surface);
    readRoutes(code, surface);
    readListens(code, surface);
  },
  gateOf(code, { made, call, env }) {
    if (/^@fastify\/(bearer-auth \(\)|auth #\w+)$/.test(made)) return { is: 'secret', carrier: 'authorization-header' };
    if (/^fastify .*#auth\(\)$/.test(made)) return { is: 'unclear', why: '@fastify/auth combines several checks' };
    // An error in the callback becomes the answer of the hook: https://github.com/fastify/fastify-cors
    if (made === '@fastify/cors ()' && call)
      return originCallback(code.option(code.argument({ node: call, env }, 1), 'origin').values);
    return /^(@fastify\/|fastify-(?!.*auth))\S+ \(\)$/.test(made) ? { is: 'passes' } : undefined;
  },
  corsOf(code, thing) {
    if (!thing.call || thing.made !== '@fastify/cors ()') return undefined;
    return { via: '@fastify/cors', options: code.argument({ node: thing.call, env: thing.env }, 1) };
  },
};

function readHooks(code: Code, surface: Surface): void {
  for (const call of code.methodCalls(['addHook', 'use'])) {
    const app = appOf(surface, call.receiver);
    if (!app) continue;
    const [name] = textsOf(code, code.argument(call, 0));
    const common = { router: app, via: 'fastify', verb: 'use', call, always: true } as const;
    if (call.method === 'use') {
      const given = code.argumentsFrom(call, name === undefined ? 0 : 1);
      const handlers = handlersOf(code, surface, given).map(handler => ({ ...handler, stage: stages.onRequest! }));
      if (handlers.length) register(code, surface, { ...common, paths: [name ?? '/'], handlers });
    } else if (name !== undefined && stages[name]) {
      register(code, surface, {
        ...common,
        paths: ['/'],
        handlers: hooksOf(code, surface, code.argument(call, 1), name),
      });
    }
  }
}

function readRoutes(code: Code, surface: Surface): void {
  for (const call of code.methodCalls([...verbs, 'route'])) {
    const router = appOf(surface, call.receiver);
    const [first, second, third] = code.argumentsFrom(call, 0);
    if (!router || !first) continue;
    if (call.method === 'route') {
      const methods = textsOf(code, code.option(first, 'method'));
      const paths = [...textsOf(code, code.option(first, 'url')), ...textsOf(code, code.option(first, 'path'))];
      for (const verb of methods.length ? methods : ['ALL'])
        addRoute(code, surface, call, { router, verb: verb?.toUpperCase() ?? 'ALL', paths }, [first]);
    } else if (second) {
      // `get(path, handler)`, `get(path, options, handler)`, `get(path, { handler })`
      const verb = call.method.toUpperCase();
      addRoute(code, surface, call, { router, verb, paths: textsOf(code, first) }, third ? [second, third] : [second]);
    }
  }
}

type Where = Pick<Registration, 'router' | 'verb' | 'paths'>;

/** A route with what was given for it: its options, its handler, or both. */
function addRoute(code: Code, surface: Surface, call: MethodCall, where: Where, given: readonly Given[]): void {
  // A lone handler has no options.
  const options: Given = {
    values: given[0]?.values.filter(value => value.is !== 'function' && value.is !== 'thing') ?? [],
    node: call.node,
  };
  const option = (name: string): Given => code.option(options, name);
  const isSocket = option('websocket').values.some(value => value.is === 'literal' && value.value === true);
  const candidates = [...given.slice(-1), ...(isSocket ? [option('wsHandler')] : []), option('handler')];
  const [handler] = candidates.flatMap(each => handlersOf(code, surface, [each]));
  if (!handler || !where.paths.length) return;
  const hooks = Object.keys(stages).flatMap(name => hooksOf(code, surface, option(name), name));
  const last = { ...handler, convention: isSocket ? socketHandler : routeHandler, stage: handlerStage };
  const handlers = [...hooks, last];
  const route = register(code, surface, { ...where, via: 'fastify', handlers, call, exclusive: true });
  if (isSocket) addSockets(code, surface, call, route, handler);
}

function addSockets(code: Code, surface: Surface, call: MethodCall, route: Registration, handler: Handler): void {
  const things = surface.registrations.flatMap(each =>
    each.handlers.flatMap(({ value }) => (value.is === 'thing' ? [value] : [])),
  );
  const plugin = things.find(({ made }) => made === '@fastify/websocket ()');
  const given = plugin?.call && code.option(code.argument({ node: plugin.call, env: plugin.env }, 1), 'options');
  const maxPayload: Given = given ? code.option(given, 'maxPayload') : { values: [], node: call.node };
  const site = plugin?.site ?? call.node;
  surface.sockets.push({
    thing: { is: 'thing', made: 'fastify websocket', site, env: call.env, call: call.node, from: route.router },
    via: '@fastify/websocket',
    call,
    rides: [],
    host: undefined,
    path: undefined,
    maxPayload: code.setting(maxPayload, value => (typeof value === 'number' ? value : undefined), {
      value: 100 * MiB,
      because: '@fastify/websocket leaves ws at 100 MiB unless `options.maxPayload` is given',
    }),
    verifiers: given
      ? functionsIn(code.option(given, 'verifyClient')).map(each => ({ ...each, protocol: 'info' as const }))
      : [],
    connections: [handler],
    accepts: [],
    route,
    keeps: { errors: '@fastify/websocket hears the errors of its sockets' },
  });
}

function readListens(code: Code, surface: Surface): void {
  for (const call of code.methodCalls(['listen'])) {
    const app = appOf(surface, call.receiver);
    const host = app && hostOf(code, call, onLoopback);
    if (app && host) surface.listenings.push({ on: app, via: 'fastify', host, call, probe: false });
  }
}

function hooksOf(code: Code, surface: Surface, given: Given, name: string): Handler[] {
  const convention = hook(name === 'preParsing' ? 4 : 3);
  return handlersOf(code, surface, [given]).map(handler => ({ ...handler, convention, stage: stages[name]! }));
}

/** Functions and library objects, lists opened. */
function handlersOf(code: Code, surface: Surface, given: readonly Given[]): Handler[] {
  return given
    .flatMap(each => code.flattened(each))
    .flatMap(({ values, node }) =>
      values.flatMap(value => decorated(code, surface, value)).map(value => ({ value, node })),
    )
    .filter(({ value }) => !(value.is === 'literal' || value.is === 'env' || value.is === 'object'));
}

/** `app.authenticate` is what `decorate('authenticate', …)` was given. */
function decorated(code: Code, surface: Surface, value: Value): readonly Value[] {
  if (value.is !== 'member' || value.of.is !== 'thing' || !appOf(surface, value.of)) return [value];
  const { name, of: app } = value;
  const isNamed = (given: Value) => given.is === 'literal' && given.value === name;
  const own = code
    .methodCalls(['decorate'])
    .filter(call => appOf(surface, call.receiver) && code.argument(call, 0).values.some(isNamed));
  if (own.length) return own.flatMap(call => code.argument(call, 1).values);
  // What @fastify/basic-auth and @fastify/bearer-auth decorate the app with.
  if (name !== 'basicAuth' && name !== 'verifyBearerAuth') return [value];
  const check: Thing = {
    is: 'thing',
    made: `@fastify/auth #${name}`,
    site: app.site,
    env: app.env,
    call: undefined,
    from: app,
  };
  return [check];
}
