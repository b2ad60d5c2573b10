import type { Call, Code, Given, MethodCall } from '../../code/code.js';
import type { Thing, Value } from '../../code/value.js';
import type { Setting } from '../../facts/index.js';
import { joinPaths } from '../chains.js';
import type { Framework } from '../framework.js';
import { type Handler, type Registration, routerOf, type Surface } from '../surface.js';
import { addRouter } from './express.js';
import { platformEnvironment } from './fetch-handlers.js';
import { cookie, honoStyle, mounted } from './hono-trial.js';
import { functionsIn } from './ws.js';

const MiB = 1024 ** 2;
const verbs = ['get', 'post', 'put', 'delete', 'patch', 'options', 'all'];

/**
 * hono 4: https://hono.dev/docs/api/hono, on node through @hono/node-server, on Bun and on Workers.
 *
 * - Handlers and middleware are one list, run in the order of registration; `use('/mcp')` sees that path alone,
 *   `use('/mcp/*')` also what is below, and `/mcp` itself. `route(path, app)` copies what the app holds at that moment;
 *   `basePath` is another name for the same app.
 * - A function refuses by returning a `Response` or throwing (`HTTPException`), and passes by `await next()`.
 * - `hono/cors` sets headers only. `hono/csrf` refuses cross-site forms, which no MCP client sends: it stops no JSON.
 * - `upgradeWebSocket` accepts whatever the Origin; on node it leaves the limits of ws.
 * - `serve` of @hono/node-server listens on every interface, port 3000, unless told otherwise (src/server.ts).
 */
export const hono: Framework = {
  id: 'hono',
  words: ['hono'],
  read(code, surface) {
    if (!code.modules().some(({ source }) => source.text.includes('hono'))) return;
    readRegistrations(code, surface);
    readServers(code, surface);
  },
  gateOf(_code, { made }) {
    if (/^(hono\/(bearer-auth bearerAuth|basic-auth basicAuth|jwt jwt|jwk jwk)|@hono\/mcp bearerAuth)\(\)$/.test(made))
      return { is: 'secret', carrier: 'authorization-header' };
    if (/^@hono\/oidc-auth oidcAuthMiddleware\(\)$/.test(made)) return { is: 'secret', carrier: 'cookie' };
    if (/^hono\/combine /.test(made)) return { is: 'unclear', why: 'hono/combine combines several checks' };
    return passing.test(made) ? { is: 'passes' } : undefined;
  },
  corsOf(code, thing) {
    if (!thing.call || thing.made !== 'hono/cors cors()') return undefined;
    return { via: 'hono/cors', options: code.argument({ node: thing.call, env: thing.env }, 0) };
  },
  calls: {
    'hono/cookie getCookie': cookie,
    'hono/cookie getSignedCookie': cookie,
    'hono/adapter env': (machine, _args, node) => platformEnvironment(machine, node),
  },
};

/** Middleware that refuses no stranger. */
const passing =
  /^(hono\/(body-limit|cache|compress|context-storage|cors|csrf|etag|jsx-renderer|language|logger|method-override|powered-by|pretty-json|request-id|secure-headers|timeout|timing|trailing-slash|serve-static|bun|cloudflare-workers|deno) |@hono\/(node-server|zod-validator|swagger-ui|sentry|otel|prometheus|arktype-validator|mcp simpleMcpAuthRouter|clerk-auth clerkMiddleware)|hono-(rate-limiter|pino) )/;

// ---- apps ---------------------------------------------------------------------------------------------------

const appMade =
  /^(((npm:|jsr:)?(@hono\/)?hono(@[^/ ]+)?(\/(tiny|quick))?|@hono\/zod-openapi) (new |:)(Open\w+)?Hono\w*|hono\/factory createFactory\(\)#createApp\(\))$/;
/** Methods that return the app. */
const fluent = /#(route|mount|notFound|onError|openapi|doc\w*)\(\)$/;

/** The app that a method is called on, with the path it was given a base of; undefined when it is not hono's. */
function appOf(code: Code, surface: Surface, receiver: Thing): { app: Thing; base: string | undefined } | undefined {
  let app = receiver;
  let base: string | undefined = '/';
  for (; app.from?.is === 'thing'; app = app.from) {
    if (app.made.endsWith('#basePath()') && app.call)
      base = joinPaths(pathsOf(code, code.argument({ node: app.call, env: app.env }, 0))[0], base);
    else if (!fluent.test(app.made)) break;
  }
  if (appMade.test(app.made)) addRouter(surface, app, 'hono');
  return routerOf(surface, app)?.via === 'hono' ? { app, base } : undefined;
}

function appsAmong(code: Code, surface: Surface, given: Given): Thing[] {
  return given.values.flatMap(value => {
    const thing = value.is === 'member' && value.name === 'fetch' ? value.of : value;
    const found = thing.is === 'thing' && appOf(code, surface, thing);
    return found ? [found.app] : [];
  });
}

function readRegistrations(code: Code, surface: Surface): void {
  for (const call of code.methodCalls([...verbs, 'use', 'on', 'route', 'mount', 'openapi'])) {
    const found = appOf(code, surface, call.receiver);
    if (found)
      for (const each of registered(code, surface, call))
        add(code, surface, found.app, call, { ...each, paths: each.paths.map(path => joinPaths(found.base, path)) });
  }
}

type Registered = Pick<Registration, 'verb' | 'paths' | 'handlers'>;

function registered(code: Code, surface: Surface, call: MethodCall): Registered[] {
  const given = code.argumentsFrom(call, 0);
  const [first, second] = given;
  if (!first) return [];
  switch (call.method) {
    case 'use': {
      const hasPath = pathsOf(code, first).length > 0;
      return (hasPath ? pathsOf(code, first) : ['*']).map(path => ({
        ...covering(path),
        handlers: handlersOf(code, given.slice(hasPath ? 1 : 0)),
      }));
    }
    case 'on':
      return second
        ? pathsOf(code, first).map(method => ({
            verb: method?.toUpperCase() ?? 'ALL',
            paths: pathsOf(code, second),
            handlers: handlersOf(code, given.slice(2)),
          }))
        : [];
    case 'route':
      return second
        ? [
            {
              verb: 'use',
              paths: pathsOf(code, first),
              handlers: appsAmong(code, surface, second).map(value => ({ value, node: second.node })),
            },
          ]
        : [];
    case 'mount': {
      if (!second) return [];
      const apps = appsAmong(code, surface, second).map(value => ({ value, node: second.node }));
      return [
        {
          verb: 'use',
          paths: pathsOf(code, first),
          handlers: apps.length
            ? apps
            : handlersOf(code, [second]).map(handler => ({ ...handler, convention: mounted })),
        },
      ];
    }
    case 'openapi': {
      const routes = first.values.flatMap(value =>
        value.is === 'thing' && value.call && / createRoute\(\)$/.test(value.made)
          ? [code.argument({ node: value.call, env: value.env }, 0)]
          : [],
      );
      return routes.map(route => ({
        verb: pathsOf(code, code.option(route, 'method'))[0]?.toUpperCase() ?? 'ALL',
        paths: pathsOf(code, code.option(route, 'path')).map(path => path?.replace(/\{(\w+)\}/g, ':$1')),
        handlers: handlersOf(code, [code.option(route, 'middleware'), ...given.slice(1)]),
      }));
    }
    default: {
      const paths = pathsOf(code, first);
      return [
        {
          verb: call.method === 'all' ? 'ALL' : call.method.toUpperCase(),
          paths: paths.length ? paths : ['*'],
          handlers: handlersOf(code, given.slice(paths.length ? 1 : 0)),
        },
      ];
    }
  }
}

/** What a path of `use` covers: a trailing `*` everything below, else the path alone. */
function covering(path: string | undefined): Pick<Registration, 'verb' | 'paths'> {
  if (path === undefined || path.endsWith('*'))
    return { verb: 'use', paths: [path?.replace(/\/?\*$/, '') || (path && '/')] };
  return { verb: 'ALL', paths: [path] };
}

function add(code: Code, surface: Surface, router: Thing, call: Call, each: Registered): void {
  if (!each.handlers.length || !each.paths.length) return;
  const route: Registration = {
    router,
    via: 'hono',
    ...each,
    call,
    stamp: code.stampOf(call),
    certain: code.conditionsOf(call).length === 0,
  };
  surface.registrations.push(route);
  const last = each.handlers.at(-1)!.value;
  if (last.is === 'thing' && last.call && /^@?hono\/.*\bupgradeWebSocket\(\)$/.test(last.made))
    addSockets(code, surface, call, route, last);
}

/** `upgradeWebSocket(c => ({ onOpen, onMessage }))` as the last handler of a route: the middleware before it decides. */
function addSockets(code: Code, surface: Surface, call: Call, route: Registration, thing: Thing): void {
  const given = code.argument({ node: thing.call!, env: thing.env }, 0);
  const events: Given = {
    values: given.values.flatMap(value =>
      value.is === 'function' ? code.values.returnsOf(value.node, value.env) : [],
    ),
    node: given.node,
  };
  const listeners = (name: string) =>
    functionsIn(code.option(events, name)).map(handler => ({ ...handler, eventFirst: true }));
  const [bytes, by] = thing.made.startsWith('@hono/node-ws')
    ? [100 * MiB, '@hono/node-ws leaves ws at 100 MiB']
    : thing.made.startsWith('hono/bun')
      ? [16 * MiB, 'Bun accepts messages of 16 MiB']
      : [MiB, 'the platform limits messages itself'];
  surface.sockets.push({
    thing,
    via: thing.made.split(' ')[0]!,
    call,
    rides: [],
    host: undefined,
    path: undefined,
    maxPayload: { is: 'default', value: bytes, because: by },
    verifiers: [],
    connections: listeners('onOpen'),
    messages: listeners('onMessage'),
    accepts: [],
    route,
  });
}

/** The paths or methods that were given; none when functions were. */
function pathsOf(code: Code, given: Given): (string | undefined)[] {
  const values = code.flattened(given).flatMap(each => each.values);
  if (values.some(value => value.is === 'function' || value.is === 'thing')) return [];
  return values
    .filter(value => !(value.is === 'literal' && value.value === undefined))
    .map(value => (value.is === 'literal' && typeof value.value === 'string' ? value.value : undefined));
}

function handlersOf(code: Code, given: readonly Given[]): Handler[] {
  return given.flatMap(each =>
    code
      .flattened(each)
      .flatMap(({ values, node }) =>
        values
          .filter(value => !(value.is === 'literal' || value.is === 'env'))
          .map(value => ({ value, node, convention: honoStyle })),
      ),
  );
}

// ---- servers ------------------------------------------------------------------------------------------------

function readServers(code: Code, surface: Surface): void {
  for (const call of code.apiCalls(
    ['serve', 'createAdaptorServer'],
    (module, path) => module === '@hono/node-server' && /^(serve|createAdaptorServer)$/.test(path),
  )) {
    const options = code.argument(call, 0);
    const isApp = appsAmong(code, surface, options).length > 0;
    const given = isApp ? options : code.option(options, 'fetch');
    const apps: Value[] = appsAmong(code, surface, given);
    surface.servers.push({
      thing: call.thing,
      via: '@hono/node-server',
      listeners: apps.map(value => ({ value, node: options.node })),
      call,
    });
    const host: Setting<string> = hostOf(
      code,
      isApp ? undefined : options,
      '@hono/node-server listens on every interface unless `hostname` is given',
    );
    for (const value of given.values) {
      if (value.is === 'function')
        surface.entries.push({
          via: '@hono/node-server',
          handler: { value, node: given.node },
          method: '*',
          path: undefined,
          flavour: 'fetch',
          host,
          call,
          server: call.thing,
        });
    }
    if (call.api.path === 'serve')
      surface.listenings.push({ on: call.thing, via: '@hono/node-server', host, call, probe: false });
  }
}

function hostOf(code: Code, options: Given | undefined, because: string): Setting<string> {
  if (!options) return { is: 'default', value: '::', because };
  return code.setting(
    code.option(options, 'hostname'),
    value => (typeof value === 'string' && value !== '' ? value : undefined),
    { value: '::', because },
  );
}
