import type { Call, Code, Given, MethodCall } from '../../code/code.js';
import type { FunctionNode } from '../../code/module.js';
import type { Thing, Value } from '../../code/value.js';
import type { Loan } from '../../code/values.js';
import type { Framework } from '../framework.js';
import { type Handler, type Registration, routerOf, type Surface } from '../surface.js';
import { addRouter } from './express.js';
import { hook, routeHandler, socketHandler } from './fastify-trial.js';
import { hostOf } from './node-http.js';

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
 *   whose `maxPayload` is 100 MiB.
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
  gateOf(_code, { made }) {
    if (/^@fastify\/(bearer-auth \(\)|\S+ #(basicAuth|verifyBearerAuth))$/.test(made))
      return { is: 'secret', carrier: 'authorization-header' };
    if (/^fastify .*#auth\(\)$/.test(made)) return { is: 'unclear', why: '@fastify/auth combines several checks' };
    return /^(@fastify\/|fastify-(?!.*auth))\S+ \(\)$/.test(made) ? { is: 'passes' } : undefined;
  },
  corsOf(code, thing) {
    if (!thing.call || thing.made !== '@fastify/cors ()') return undefined;
    return { via: '@fastify/cors', options: code.argument({ node: thing.call, env: thing.env }, 1) };
  },
};

// ---- apps and plugins ---------------------------------------------------------------------------------------

const appMade = /^fastify (\(\)|fastify\(\)|:FastifyInstance|instance)$/;
/** Methods that return the app. */
const fluent = /#(register|after|addHook|decorate\w*|withTypeProvider|route|set\w+|add\w+|ready|use)\(\)$/;

/** The app that a method is called on; undefined when it is not fastify's. Claims it on the way. */
function appOf(surface: Surface, receiver: Thing): Thing | undefined {
  let app = receiver;
  while (fluent.test(app.made) && app.from?.is === 'thing') app = app.from;
  if (appMade.test(app.made)) addRouter(surface, app, 'fastify');
  return routerOf(surface, app)?.via === 'fastify' ? app : undefined;
}

/** Plugins, from the outermost inwards: each level only shows when its functions are known to be given an app. */
function openPlugins(code: Code, surface: Surface): void {
  const opened = new Set<string>();
  for (let level = 0; level < 6; level++) {
    const lent: Loan[] = [];
    for (const call of code.methodCalls(['register'])) {
      const app = appOf(surface, call.receiver);
      const key = app && `${code.program.idOf(call.node)} ${code.values.keyOf(app)}`;
      if (!app || !key || opened.has(key)) continue;
      opened.add(key);
      for (const value of code.argument(call, 0).values) lent.push(...openPlugin(code, surface, call, app, value));
    }
    if (!lent.length) return;
    code.lend(lent);
  }
}

function openPlugin(code: Code, surface: Surface, call: MethodCall, app: Thing, plugin: Value): Loan[] {
  const { node } = code.argument(call, 0);
  const options = code.argument(call, 1);
  const entered = (to: FunctionNode, value: Thing): Loan[] => [
    { to, index: 0, value },
    ...options.values.map(given => ({ to, index: 1, value: given })),
  ];
  switch (plugin.is) {
    case 'namespace': // `register(import('./routes.js'))`
      return code.values
        .property(plugin, 'default', node)
        .flatMap(value => openPlugin(code, surface, call, app, value));
    case 'thing': {
      if (!/^fastify-plugin \w*\(\)$/.test(plugin.made) || !plugin.call) return [];
      return code
        .argument({ node: plugin.call, env: plugin.env }, 0)
        .values.flatMap(value => (value.is === 'function' ? entered(value.node, app) : []));
    }
    case 'function': {
      const child: Thing = {
        is: 'thing',
        made: 'fastify instance',
        site: node,
        env: call.env,
        call: undefined,
        from: app,
      };
      addRouter(surface, child, 'fastify');
      const prefix = textsOf(code, code.option(options, 'prefix'));
      add(code, surface, app, call, 'use', prefix.length ? prefix : ['/'], [{ value: child, node }], {
        closed: code.isAwaited(call),
      });
      return entered(plugin.node, child);
    }
    case 'api': {
      const value: Thing = {
        is: 'thing',
        made: `${plugin.module} ()`,
        site: call.node,
        env: call.env,
        call: call.node,
        from: app,
      };
      add(code, surface, app, call, 'use', ['/'], [{ value, node: call.node, convention: hook(3), stage: 1 }], {
        always: true,
      });
      return [];
    }
    default:
      return [];
  }
}

function add(
  code: Code,
  surface: Surface,
  router: Thing,
  call: Call,
  verb: string,
  paths: Registration['paths'],
  handlers: readonly Handler[],
  more: Partial<Registration> = {},
): Registration {
  const registration: Registration = {
    router,
    via: 'fastify',
    verb,
    paths,
    handlers,
    call,
    stamp: code.stampOf(call),
    certain: code.conditionsOf(call).length === 0,
    ...more,
  };
  surface.registrations.push(registration);
  return registration;
}

// ---- hooks, routes, listen ----------------------------------------------------------------------------------

function readHooks(code: Code, surface: Surface): void {
  for (const call of code.methodCalls(['addHook', 'use'])) {
    const app = appOf(surface, call.receiver);
    if (!app) continue;
    const [name] = textsOf(code, code.argument(call, 0));
    if (call.method === 'use') {
      const handlers = functionsIn(code, surface, code.argumentsFrom(call, name === undefined ? 0 : 1)).map(
        handler => ({ ...handler, stage: 1 }),
      );
      if (handlers.length) add(code, surface, app, call, 'use', [name ?? '/'], handlers, { always: true });
    } else if (name !== undefined && stages[name]) {
      add(code, surface, app, call, 'use', ['/'], hooksIn(code, surface, code.argument(call, 1), name), {
        always: true,
      });
    }
  }
}

function readRoutes(code: Code, surface: Surface): void {
  for (const call of code.methodCalls([...verbs, 'route'])) {
    const app = appOf(surface, call.receiver);
    if (!app) continue;
    const first = code.argument(call, 0);
    if (call.method === 'route') {
      const methods = textsOf(code, code.option(first, 'method')).map(method => method?.toUpperCase() ?? 'ALL');
      const paths = [...textsOf(code, code.option(first, 'url')), ...textsOf(code, code.option(first, 'path'))];
      for (const method of methods.length ? methods : ['ALL'])
        addRoute(code, surface, app, call, method, paths.length ? paths : [undefined], first, undefined);
    } else {
      const [second, third] = code.argumentsFrom(call, 1);
      const method = call.method === 'all' ? 'ALL' : call.method.toUpperCase();
      if (second)
        addRoute(
          code,
          surface,
          app,
          call,
          method,
          textsOf(code, first),
          third || !isFunction(second) ? second : undefined,
          third ?? second,
        );
    }
  }
}

function addRoute(
  code: Code,
  surface: Surface,
  app: Thing,
  call: MethodCall,
  method: string,
  paths: Registration['paths'],
  options: Given | undefined,
  last: Given | undefined,
): void {
  const option = (name: string): Given | undefined => options && code.option(options, name);
  const hooks = Object.keys(stages).flatMap(name => {
    const given = option(name);
    return given ? hooksIn(code, surface, given, name) : [];
  });
  const isSocket = option('websocket')?.values.some(value => value.is === 'literal' && value.value === true) ?? false;
  const given = [last, option(isSocket ? 'wsHandler' : 'handler'), option('handler')];
  const handlers = given.map(each => (each ? functionsIn(code, surface, [each]) : [])).find(found => found.length);
  const [handler] = handlers ?? [];
  if (!handler || !paths.length) return;
  const convention = isSocket ? socketHandler : routeHandler;
  const route = add(
    code,
    surface,
    app,
    call,
    method,
    paths,
    [...hooks, { ...handler, convention, stage: handlerStage }],
    { exclusive: true },
  );
  if (isSocket) addSockets(code, surface, call, route, handler);
}

function addSockets(code: Code, surface: Surface, call: MethodCall, route: Registration, handler: Handler): void {
  const plugin = surface.registrations
    .flatMap(each => each.handlers)
    .find(({ value }) => value.is === 'thing' && value.made === '@fastify/websocket ()')?.value as Thing | undefined;
  const options = plugin?.call && code.option(code.argument({ node: plugin.call, env: plugin.env }, 1), 'options');
  const maxPayload: Given = options
    ? code.option(options, 'maxPayload')
    : { values: [{ is: 'literal', value: undefined, node: undefined }], node: call.node };
  surface.sockets.push({
    thing: {
      is: 'thing',
      made: 'fastify websocket',
      site: plugin?.site ?? call.node,
      env: call.env,
      call: call.node,
      from: route.router,
    },
    via: '@fastify/websocket',
    call,
    rides: [],
    host: undefined,
    path: undefined,
    maxPayload: code.setting(maxPayload, value => (typeof value === 'number' ? value : undefined), {
      value: 100 * MiB,
      because: '@fastify/websocket leaves ws at 100 MiB unless `options.maxPayload` is given',
    }),
    verifiers: [],
    connections: [handler],
    accepts: [],
    route,
  });
}

function readListens(code: Code, surface: Surface): void {
  for (const call of code.methodCalls(['listen'])) {
    const app = appOf(surface, call.receiver);
    const host = app && hostOf(code, call, onLoopback);
    if (app && host) surface.listenings.push({ on: app, via: 'fastify', host, call, probe: false });
  }
}

function textsOf(code: Code, given: Given): (string | undefined)[] {
  const values = code.flattened(given).flatMap(each => each.values);
  return values
    .filter(value => !(value.is === 'literal' && value.value === undefined) && value.is !== 'function')
    .map(value => (value.is === 'literal' && typeof value.value === 'string' ? value.value : undefined));
}

function isFunction(given: Given): boolean {
  return given.values.some(value => value.is === 'function');
}

function hooksIn(code: Code, surface: Surface, given: Given, name: string): Handler[] {
  return functionsIn(code, surface, [given]).map(handler => ({
    ...handler,
    convention: hook(name === 'preParsing' ? 4 : 3),
    stage: stages[name]!,
  }));
}

/** Functions and library objects, lists opened; `app.authenticate` is what `decorate('authenticate', …)` was given. */
function functionsIn(code: Code, surface: Surface, given: readonly Given[]): Handler[] {
  return given.flatMap(each =>
    code.flattened(each).flatMap(({ values, node }) =>
      values
        .flatMap(value =>
          value.is === 'member' && value.of.is === 'thing' && appOf(surface, value.of)
            ? decorations(code, surface, value.of, value.name, value)
            : [value],
        )
        .filter(value => !(value.is === 'literal' || value.is === 'env' || value.is === 'object'))
        .map(value => ({ value, node })),
    ),
  );
}

function decorations(code: Code, surface: Surface, app: Thing, name: string, member: Value): readonly Value[] {
  const own = code
    .methodCalls(['decorate'])
    .filter(
      call =>
        appOf(surface, call.receiver) &&
        code.argument(call, 0).values.some(value => value.is === 'literal' && value.value === name),
    );
  if (own.length) return own.flatMap(call => code.argument(call, 1).values);
  // What @fastify/basic-auth and @fastify/bearer-auth decorate the app with.
  const isKnown = name === 'basicAuth' || name === 'verifyBearerAuth';
  return [
    isKnown
      ? { is: 'thing', made: `@fastify/auth #${name}`, site: app.site, env: app.env, call: undefined, from: app }
      : member,
  ];
}
