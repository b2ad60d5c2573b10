import type { Code, Given, MethodCall } from '../../code/code.js';
import type { Thing } from '../../code/value.js';
import type { Setting } from '../../facts/index.js';
import { joinPaths } from '../chains.js';
import type { Framework } from '../framework.js';
import type { Keeping, Registration, Surface } from '../surface.js';
import { bunKeeps } from './bun.js';
import { workersKeep } from './cloudflare.js';
import { denoKeeps } from './deno.js';
import { appMade, appOf, appsAmong, registeredBy, registering } from './hono-apps.js';
import { cookie } from './hono-trial.js';
import { register } from './routing.js';
import { platformEnvironment } from './workers.js';
import { functionsIn } from './ws.js';

const MiB = 1024 ** 2;

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
 *
 * Gap: the option `getPath`.
 */
export const hono: Framework = {
  id: 'hono',
  words: ["'hono", '"hono', '@hono/'],
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
    return passing.test(made) || appMade.test(made) ? { is: 'passes' } : undefined;
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

function readRegistrations(code: Code, surface: Surface): void {
  for (const call of code.methodCalls(registering)) {
    const found = appOf(code, surface, call.receiver);
    if (!found) continue;
    for (const { verb, paths, handlers } of registeredBy(code, surface, call)) {
      if (!handlers.length || !paths.length) continue;
      const whole = paths.map(path => joinPaths(found.base, path));
      const route = register(code, surface, { router: found.app, via: 'hono', verb, paths: whole, handlers, call });
      const last = handlers.at(-1)!.value;
      const accepts = last.is === 'thing' && /^@?hono\/.*\bupgradeWebSocket\(\)$/.test(last.made);
      if (accepts) addSockets(code, surface, call, route, last);
    }
  }
}

/** `upgradeWebSocket(c => ({ onOpen, onMessage }))` as the last handler of a route: the middleware before it decides. */
function addSockets(code: Code, surface: Surface, call: MethodCall, route: Registration, thing: Thing): void {
  if (!thing.call) return;
  const given = code.argument({ node: thing.call, env: thing.env }, 0);
  const values = given.values.flatMap(value =>
    value.is === 'function' ? code.values.returnsOf(value.node, value.env) : [],
  );
  const listeners = (name: string) =>
    functionsIn(code.option({ values, node: given.node }, name)).map(handler => ({ ...handler, eventFirst: true }));
  const via = thing.made.split(' ')[0]!;
  surface.sockets.push({
    thing,
    via,
    call,
    rides: [],
    host: undefined,
    path: undefined,
    maxPayload: limits[via] ?? { is: 'default', value: MiB, because: 'the platform limits messages itself' },
    verifiers: [],
    connections: listeners('onOpen'),
    messages: listeners('onMessage'),
    accepts: [],
    route,
    keeps: keeping[via] ?? workersKeep,
  });
}

/** @hono/node-ws listens to `error` and catches what `onMessage` throws (packages/node-ws/src/index.ts). */
const keeping: Readonly<Record<string, Keeping>> = {
  '@hono/node-ws': {
    errors: '@hono/node-ws hears the errors of its sockets',
    exceptions: '@hono/node-ws catches what a handler throws',
  },
  'hono/bun': bunKeeps,
  'hono/deno': denoKeeps,
};

const limits: Readonly<Record<string, Setting<number>>> = {
  '@hono/node-ws': { is: 'default', value: 100 * MiB, because: '@hono/node-ws leaves ws at 100 MiB' },
  'hono/bun': { is: 'default', value: 16 * MiB, because: 'Bun accepts messages of 16 MiB' },
};

function readServers(code: Code, surface: Surface): void {
  const isWanted = (module: string, path: string) =>
    module === '@hono/node-server' && /^(serve|createAdaptorServer)$/.test(path);
  for (const call of code.apiCalls(['serve', 'createAdaptorServer'], isWanted)) {
    const options = code.argument(call, 0);
    const isApp = appsAmong(code, surface, options).length > 0; // `serve(app)`
    const given = isApp ? options : code.option(options, 'fetch');
    const via = '@hono/node-server';
    const listeners = appsAmong(code, surface, given).map(value => ({ value, node: options.node }));
    surface.servers.push({ thing: call.thing, via, listeners, call });
    const host = isApp ? everyInterface : hostOf(code, options);
    for (const handler of functionsIn(given))
      surface.entries.push({
        via,
        handler,
        method: '*',
        path: undefined,
        flavour: 'fetch',
        host,
        call,
        server: call.thing,
      });
    if (call.api.path === 'serve') surface.listenings.push({ on: call.thing, via, host, call, probe: false });
  }
}

const everyInterface = {
  is: 'default',
  value: '::',
  because: '@hono/node-server listens on every interface unless `hostname` is given',
} as const;

function hostOf(code: Code, options: Given): Setting<string> {
  const decode = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  return code.setting(code.option(options, 'hostname'), decode, everyInterface);
}
