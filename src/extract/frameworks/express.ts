import type { Code, Given, MethodCall } from '../../code/code.js';
import type { Thing } from '../../code/value.js';
import type { Framework } from '../framework.js';
import { type Handler, routerOf, type Surface } from '../surface.js';

const verbs = ['use', 'all', 'get', 'post', 'put', 'delete', 'patch', 'options', 'head'];

/**
 * express 4 and 5: https://expressjs.com/en/5x/api.html
 *
 * What an app or router is given runs in the order of registration: `use` for every path below its own, a verb for
 * its exact path. Middleware hands on by calling `next()`; one with four parameters only sees errors. `app.listen`
 * is node's `listen`, on every interface unless a host is given. Express 5 turns a rejected promise into an error
 * answer; Express 4 leaves the request hanging: neither lets the client through.
 *
 * Gap: `app.param`.
 */
export const express: Framework = {
  id: 'express',
  // Not the bare word: every Apache licence says "either express or implied".
  words: ["express'", 'express"', 'express(', 'express.', 'Express'],
  read(code, surface) {
    readRouters(code, surface);
    readRegistrations(code, surface);
  },
  gateOf(_code, thing) {
    return passing.test(thing.made) ? { is: 'passes' } : undefined;
  },
};

/** Middleware that refuses no stranger: parsers, loggers, compression, static files, headers. */
const passing =
  /^(express (json|urlencoded|raw|text|static)\(\)|body-parser \S*\(\)|(morgan|helmet|compression|cookie-parser|pino-http|express-pino-logger|response-time|serve-static|serve-favicon|express-rate-limit|express-slow-down|rate-limiter-flexible|multer|express-fileupload|method-override|connect-timeout|express-requests-logger|express-status-monitor|i18next-http-middleware|swagger-ui-express|express-session|cookie-session|on-finished|request-ip|express-winston|prom-client|connect-livereload|http-proxy-middleware) .*)$/;

function isRouterMade(made: string): boolean {
  return (
    /^(express|express-promise-router|express-ws)( new)? (\(\)|Router\(\)|Router|:(e\.)?(Application|Express|Router|IRouter|core\.\w+)?)$/.test(
      made,
    ) ||
    /^express (new )?(Router)?(\(\))?$/.test(made) ||
    /^express-serve-static-core :/.test(made)
  );
}

function readRouters(code: Code, surface: Surface): void {
  const calls = [
    ...code.apiCalls(
      ['default', 'express', 'Router'],
      (module, path) =>
        (module === 'express' && (path === '' || path === 'Router' || path === 'express')) ||
        module === 'express-promise-router',
    ),
    ...code.constructions((module, path) => module === 'express' && path === 'Router'),
  ];
  for (const call of calls) addRouter(surface, call.thing, 'express');
}

/** Claims a thing as a router of this kind, once. */
export function addRouter(surface: Surface, thing: Thing, via: string): void {
  if (!surface.routers.some(router => router.thing.site === thing.site && router.thing.env === thing.env))
    surface.routers.push({ thing, via, bornWith: undefined });
}

function readRegistrations(code: Code, surface: Surface): void {
  for (const call of [...code.methodCalls(verbs), ...code.computedCalls()]) {
    const { receiver } = call;
    if (isRouterMade(receiver.made)) addRouter(surface, receiver, 'express');
    const chained = /#route\(\)$/.test(receiver.made) && receiver.from?.is === 'thing' ? receiver.from : undefined;
    const router = routerOf(surface, chained ?? receiver);
    if (router?.via !== 'express') continue;
    register(code, surface, call, chained ?? receiver, router.via, chained ? receiver : undefined);
  }
}

function register(
  code: Code,
  surface: Surface,
  call: MethodCall,
  router: Thing,
  via: string,
  route: Thing | undefined,
): void {
  const verb =
    call.method === 'use' ? 'use' : call.method === 'all' || call.method === '' ? 'ALL' : call.method.toUpperCase();
  const given = code.argumentsFrom(call, 0);
  const base: Given | undefined = route?.call && code.argument({ node: route.call, env: route.env }, 0);
  const hasPath =
    base !== undefined || (given[0] !== undefined && (verb !== 'use' || isPath(code, given[0], given.length)));
  const paths = base ? pathsOf(code, base) : hasPath ? pathsOf(code, given[0]!) : ['/'];
  const handlers = handlersOf(code, given.slice(hasPath && !base ? 1 : 0));
  if (!handlers.length) return; // `app.get('setting')`
  surface.registrations.push({
    router,
    via,
    verb,
    paths,
    handlers,
    call,
    stamp: code.stampOf(call),
    certain: code.conditionsOf(call).length === 0,
  });
}

/** Whether the first argument of `use` is a path: what cannot be read is one only when it is surely a text, or a variable with more to follow. */
function isPath(code: Code, given: Given, count: number): boolean {
  const flat = code.flattened(given).flatMap(each => each.values);
  if (flat.some(value => value.is === 'function' || value.is === 'thing' || value.is === 'instance')) return false;
  if (flat.some(value => value.is === 'literal' || value.is === 'regex' || (value.is === 'unclear' && value.text)))
    return true;
  return count > 1 && flat.some(value => value.is === 'env');
}

/** The paths as written; where one of several callers' could be read, that one stands for all. */
function pathsOf(code: Code, given: Given): (string | undefined)[] {
  const texts = code
    .flattened(given)
    .flatMap(each =>
      each.values.flatMap(value => (value.is === 'literal' && typeof value.value === 'string' ? [value.value] : [])),
    );
  return texts.length ? texts : [undefined];
}

function handlersOf(code: Code, given: readonly Given[]): Handler[] {
  return given.flatMap(each =>
    code
      .flattened(each)
      .flatMap(({ values, node }) =>
        values
          .filter(
            value =>
              !(value.is === 'literal' || value.is === 'env') &&
              !(value.is === 'function' && value.node.parameters.length === 4),
          )
          .map(value => ({ value: value.is === 'instance' ? (code.values.thingOf(value) ?? value) : value, node })),
      ),
  );
}
