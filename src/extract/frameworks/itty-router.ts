import type { Code, MethodCall } from '../../code/code.js';
import { objectOf } from '../../code/trial/domain.js';
import type { Thing } from '../../code/value.js';
import { joinPaths } from '../chains.js';
import type { Convention } from '../convention.js';
import type { Framework } from '../framework.js';
import type { Handler, Surface } from '../surface.js';
import { addRouter } from './express.js';
import { fetchedApps, register, textsOf } from './routing.js';
import { executionContext, platformEnvironment } from './workers.js';

/**
 * itty-router 5: https://itty.dev/itty-router/
 *
 * `Router({ base, before })`, `AutoRouter`, `IttyRouter`: routes are tried in the order of registration, and their handlers
 * run with `(request, env, ctx)` until one returns something, which is the answer; `undefined` passes on. `before` runs
 * ahead of all routes. `cors()` gives a `preflight` that answers preflights alone and refuses nobody.
 */
export const ittyRouter: Framework = {
  id: 'itty-router',
  words: ['itty-router'],
  read(code, surface) {
    for (const call of code.methodCalls(verbs)) {
      const router = routerOf(call.receiver);
      if (router) readRoute(code, surface, router, call);
    }
  },
  gateOf(_code, { made }) {
    return /^itty-router \w*cors\(\)/.test(made) || isRouterMade(made) ? { is: 'passes' } : undefined;
  },
};

const verbs = ['get', 'post', 'put', 'delete', 'patch', 'options', 'head', 'all'];

function isRouterMade(made: string): boolean {
  return /^itty-router (Router|AutoRouter|IttyRouter)\(\)$/.test(made);
}

/** Routes are chained: every one returns the router. */
function routerOf(receiver: Thing): Thing | undefined {
  let router = receiver;
  while (router.from?.is === 'thing' && !isRouterMade(router.made)) router = router.from;
  return isRouterMade(router.made) ? router : undefined;
}

function readRoute(code: Code, surface: Surface, router: Thing, call: MethodCall): void {
  const options = router.call ? code.argument({ node: router.call, env: router.env }, 0) : undefined;
  if (!surface.routers.some(each => each.thing.site === router.site)) {
    addRouter(surface, router, 'itty-router');
    const before = options ? handlersOf(code, [code.option(options, 'before')]) : [];
    if (before.length)
      register(code, surface, {
        router,
        via: 'itty-router',
        verb: 'use',
        paths: ['/'],
        handlers: before,
        call,
        always: true,
      });
  }
  const [base] = options ? textsOf(code, code.option(options, 'base')) : [];
  const paths = textsOf(code, code.argument(call, 0)).map(path => (base ? joinPaths(base, path) : path));
  const handlers = handlersOf(code, code.argumentsFrom(call, 1));
  const verb = call.method === 'all' ? 'ALL' : call.method.toUpperCase();
  if (handlers.length) register(code, surface, { router, via: 'itty-router', verb, paths, handlers, call });
}

/** Functions, and other routers by their `fetch`. */
function handlersOf(code: Code, given: Parameters<Code['flattened']>[0][]): Handler[] {
  return given
    .flatMap(each => code.flattened(each))
    .flatMap(({ values, node }): Handler[] => [
      ...fetchedApps({ values, node }).map(value => ({ value, node })),
      ...values
        .filter(value => value.is === 'function' || value.is === 'thing')
        .map(value => ({ value, node, convention: ittyStyle })),
    ]);
}

/** `(request, env, ctx)`: what is returned is the answer. */
const ittyStyle: Convention = ({ machine, request, callee, at, isLast, next }) => {
  const result = machine.call(
    callee,
    [request.fetchRequest(), platformEnvironment(machine, at), executionContext],
    undefined,
    at,
  );
  if (request.madeAt(result)) request.returned(result, at);
  else if (result === undefined && !isLast) next();
  else if (result !== undefined && !isLast) request.returned(objectOf({ isResponse: true, status: 200 }), at);
};
