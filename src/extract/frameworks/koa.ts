import type { Code, Given, MethodCall } from '../../code/code.js';
import type { Thing } from '../../code/value.js';
import { joinPaths } from '../chains.js';
import type { Framework } from '../framework.js';
import { type Handler, routerOf, type Surface } from '../surface.js';
import { addRouter } from './express.js';
import { koaStyle } from './koa-trial.js';
import { register, textsOf } from './routing.js';

const verbs = ['get', 'post', 'put', 'delete', 'del', 'patch', 'options', 'head', 'all'];
const appMade = /^koa (new |:)(\w+)?$/;
const routerMade = /^(@koa\/router|koa-router|koa-better-router|koa-tree-router) (new |:)?\w*(\(\))?$/;
/** Methods that return the router. */
const fluent = /#(prefix|param|routes|middleware|redirect|register|del)\(\)$/;

/**
 * koa 2 and 3: https://koajs.com, @koa/router 8 to 14: https://github.com/koajs/router/blob/master/API.md
 *
 * - Middleware runs in the order of registration and hands on by `await next()`. One that returns without it has answered: with
 *   `ctx.status`, 200 for a `ctx.body`, else 404. `ctx.throw` and any exception refuse.
 * - A router's own `use` runs for its routes only, those registered after it; `routes()` is what an app or another router mounts.
 *   `prefix` goes before every path, also of routes that are there already.
 * - `app.listen` is node's, on every interface unless a host is given; `app.callback()` is a request listener.
 * - koa-jwt refuses a missing or wrong token with 401 unless `passthrough` is set; body parsers, static files and headers pass.
 *
 * Gap: `router.param`.
 */
export const koa: Framework = {
  id: 'koa',
  words: ["'koa", '"koa', '@koa/'],
  read(code, surface) {
    if (!code.modules().some(({ source }) => source.text.includes('koa'))) return;
    readRegistrations(code, surface);
    readCallbacks(code, surface);
  },
  gateOf(code, { made, call, env }) {
    if (/^koa-jwt \(\)$/.test(made)) {
      const options = call && code.argument({ node: call, env }, 0);
      const isOptional = options && code.option(options, 'passthrough').values.some(is(true));
      return isOptional ? { is: 'passes' } : { is: 'secret', carrier: 'authorization-header' };
    }
    if (/^koa-basic-auth \(\)$/.test(made)) return { is: 'secret', carrier: 'authorization-header' };
    if (/^koa-passport .*#authenticate\(\)$/.test(made)) return { is: 'secret', carrier: 'authorization-header' };
    return passing.test(made) ? { is: 'passes' } : undefined;
  },
};

function is(wanted: unknown) {
  return (value: Given['values'][number]) => value.is === 'literal' && value.value === wanted;
}

/** Middleware that refuses no stranger. */
const passing =
  /^(@koa\/(bodyparser|cors|multer|ejs|etag|conditional-get|router .*#allowedMethods\(\))|koa-(body|bodyparser|better-body|compress|conditional-get|cors|etag|favicon|helmet|json|logger|morgan|pino-logger|ratelimit|response-time|send|session|static|static-cache|views|onerror|connect|range|sslify|router .*#allowedMethods\(\))|koa2-(cors|ratelimit|connect-history-api-fallback)|koa-?2?-?cors)( |$)/;

/** The app or router that a method is called on, claimed on the way; undefined when it is not koa's. */
function routerFor(surface: Surface, receiver: Thing): Thing | undefined {
  let thing = receiver;
  while (fluent.test(thing.made) && thing.from?.is === 'thing') thing = thing.from;
  if (appMade.test(thing.made) || routerMade.test(thing.made)) addRouter(surface, thing, 'koa');
  return routerOf(surface, thing)?.via === 'koa' ? thing : undefined;
}

function readRegistrations(code: Code, surface: Surface): void {
  for (const call of [...code.methodCalls(['use', ...verbs, 'register']), ...code.computedCalls()]) {
    const router = routerFor(surface, call.receiver);
    if (!router) continue;
    const prefix = prefixOf(code, router);
    for (const { verb, paths, handlers } of registeredBy(code, surface, call)) {
      if (!handlers.length) continue;
      const whole = paths.map(path => joinPaths(prefix, path));
      register(code, surface, { router, via: 'koa', verb, paths: whole, handlers, call });
    }
  }
}

interface Registered {
  readonly verb: string;
  readonly paths: readonly (string | undefined)[];
  readonly handlers: readonly Handler[];
}

function registeredBy(code: Code, surface: Surface, call: MethodCall): Registered[] {
  const given = code.argumentsFrom(call, 0);
  const texts = given[0] ? textsOf(code, given[0]) : [];
  const hasPath = given.length > 1 && texts.length > 0;
  if (call.method === 'use') {
    const handlers = given.slice(hasPath ? 1 : 0);
    return mounted(code, surface, handlers, hasPath ? texts : ['/']);
  }
  if (call.method === 'register') {
    const methods = given[1] ? textsOf(code, given[1]) : [];
    return methods.map(method => ({
      verb: method?.toUpperCase() ?? 'ALL',
      paths: texts,
      handlers: handlersOf(code, surface, given.slice(2)),
    }));
  }
  // `router.get('name', '/path', handler)`: the path is the last text before the handlers.
  const named =
    hasPath && given.length > 2 && given[1] ? textsOf(code, given[1]).filter(text => text !== undefined) : [];
  const paths = named.length ? named : texts;
  const handlers = handlersOf(code, surface, given.slice(named.length ? 2 : 1));
  const verb =
    call.method === 'all' || call.method === '' ? 'ALL' : call.method === 'del' ? 'DELETE' : call.method.toUpperCase();
  return paths.length ? [{ verb, paths, handlers }] : [];
}

/** What `use` is given: middleware, `router.routes()`, or `mount(path, app)` of koa-mount. */
function mounted(
  code: Code,
  surface: Surface,
  given: readonly Given[],
  paths: readonly (string | undefined)[],
): Registered[] {
  return given.flatMap(each =>
    code.flattened(each).flatMap(({ values, node }) =>
      values.flatMap((value): Registered[] => {
        if (value.is === 'thing' && /^koa-mount \(\)$/.test(value.made) && value.call) {
          const inner = code.argumentsFrom({ node: value.call, env: value.env }, 0);
          const below = inner.length > 1 && inner[0] ? textsOf(code, inner[0]) : ['/'];
          return [{ verb: 'use', paths: below, handlers: handlersOf(code, surface, inner.slice(-1)) }];
        }
        return [{ verb: 'use', paths, handlers: handlersOf(code, surface, [{ values: [value], node }]) }];
      }),
    ),
  );
}

/** Functions, library middleware, and routers where their `routes()` are given. */
function handlersOf(code: Code, surface: Surface, given: readonly Given[]): Handler[] {
  return given
    .flatMap(each => code.flattened(each))
    .flatMap(({ values, node }) =>
      values
        .filter(
          value => value.is === 'function' || value.is === 'thing' || value.is === 'member' || value.is === 'unclear',
        )
        .map(value => {
          const router = value.is === 'thing' ? routerFor(surface, value) : undefined;
          return { value: router ?? value, node, convention: koaStyle };
        }),
    );
}

/** `new Router({ prefix })`, `router.prefix('/api')`; undefined where it could not be read. */
function prefixOf(code: Code, router: Thing): string | undefined {
  const option = router.call
    ? code.option(code.argument({ node: router.call, env: router.env }, 0), 'prefix')
    : undefined;
  const later = code.methodCalls(['prefix']).filter(({ receiver }) => receiver.site === router.site);
  const texts = [
    ...(option ? textsOf(code, option) : []),
    ...later.flatMap(call => textsOf(code, code.argument(call, 0))),
  ];
  return texts.length ? texts[0] : '/';
}

/** `http.createServer(app.callback())`: the listener hands every request to the app. */
function readCallbacks(code: Code, surface: Surface): void {
  for (const call of code.methodCalls(['callback'])) {
    const app = routerFor(surface, call.receiver);
    if (!app) continue;
    for (const router of code.things(call.node, call.env)) {
      addRouter(surface, router, 'koa');
      const handlers = [{ value: app, node: call.node }];
      register(code, surface, { router, via: 'koa', verb: 'use', paths: ['/'], handlers, call });
    }
  }
}
