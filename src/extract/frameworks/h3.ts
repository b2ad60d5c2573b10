import type { Code, Given, MethodCall } from '../../code/code.js';
import type { Thing, Value } from '../../code/value.js';
import type { Framework } from '../framework.js';
import { type Handler, routerOf, type Surface } from '../surface.js';
import { addRouter } from './express.js';
import { h3Made, h3Style, helpers } from './h3-trial.js';
import { readFiles } from './nitro.js';
import { register, textsOf } from './routing.js';

const appMade = /^\S+ (createApp\(\)|createRouter\(\)|new H3(Core)?|:(App|Router|H3))$/;
const definers =
  /^\S+ (defineEventHandler|eventHandler|defineHandler|defineCachedEventHandler|cachedEventHandler|lazyEventHandler|defineLazyEventHandler|defineMiddleware|fromNodeMiddleware|fromNodeHandler|toEventHandler)\(\)$/;
const verbs = ['get', 'post', 'put', 'delete', 'patch', 'options', 'head', 'all', 'add', 'on'];

/**
 * h3 1 and 2, and the file routes of Nitro and Nuxt: https://h3.dev, https://nitro.build/guide/routing
 *
 * - `app.use` and routes run in the order of registration; a handler that returns something has answered, `undefined` hands on.
 *   In version 1 routes stand on a router that the app uses, in version 2 on the app (src/h3.ts, src/middleware.ts).
 * - `createError` is thrown. `handleCors` sets headers, `*` unless told, and answers preflights only (src/utils/cors.ts).
 * - A file below `server/api` or `server/routes` exports the handler of its path, `.get`, `.post` before the extension its method;
 *   files below `server/middleware` see every request first. Nuxt imports the helpers of h3 unasked.
 * - `defineWebSocketHandler({ upgrade, open, message })` accepts whatever the Origin; `upgrade` may refuse.
 * - `toNodeListener(app)` is given to node; `serve(app)` of version 2 listens on every interface unless `hostname` is given
 *   (srvx, src/adapters/node.ts). Nitro's presets decide who listens.
 */
export const h3: Framework = {
  id: 'h3',
  words: ['h3', 'ventHandler', 'WebSocketHandler', 'nitropack', 'defineHandler'],
  read(code, surface) {
    for (const call of code.methodCalls(['use', 'mount', ...verbs])) readRegistration(code, surface, call);
    readListeners(code, surface);
    readFiles(code, surface, given => handlersOf(code, surface, given));
  },
  corsOf: () => undefined,
  calls: helpers,
};

function appFor(surface: Surface, receiver: Thing): Thing | undefined {
  if (h3Made.test(receiver.made) && appMade.test(receiver.made)) addRouter(surface, receiver, 'h3');
  return routerOf(surface, receiver)?.via === 'h3' ? receiver : undefined;
}

function readRegistration(code: Code, surface: Surface, call: MethodCall): void {
  const router = appFor(surface, call.receiver);
  if (!router) return;
  const given = code.argumentsFrom(call, 0);
  const isVerbFirst = call.method === 'on';
  const rest = isVerbFirst ? given.slice(1) : given;
  const texts = rest.length > 1 && rest[0] ? textsOf(code, rest[0]) : [];
  const handlers = handlersOf(code, surface, rest.slice(texts.length ? 1 : 0));
  if (!handlers.length) return;
  const covers = call.method === 'use' || call.method === 'mount' || call.method === 'add';
  const method = isVerbFirst && given[0] ? textsOf(code, given[0])[0]?.toUpperCase() : call.method.toUpperCase();
  const paths = texts.length ? texts.map(text => (covers ? text?.replace(/\/?\*+$/, '') || '/' : text)) : ['/'];
  const verb = covers ? 'use' : (method ?? 'ALL');
  register(code, surface, { router, via: 'h3', verb, paths, handlers, call });
}

/** Functions, what `defineEventHandler` was given, and other apps. */
function handlersOf(code: Code, surface: Surface, given: readonly Given[]): Handler[] {
  return given.flatMap(each =>
    code
      .flattened(each)
      .flatMap(({ values, node }) =>
        values.flatMap(value => unwrapped(code, surface, value)).map(value => ({ value, node, convention: h3Style })),
      ),
  );
}

function unwrapped(code: Code, surface: Surface, value: Value): Value[] {
  if (value.is === 'function') return [value];
  // `router.handler`, `useBase('/api', router.handler)`
  if (value.is === 'member' && value.name === 'handler' && value.of.is === 'thing')
    return unwrapped(code, surface, value.of);
  if (value.is === 'object') return unwrappedObject(code, surface, { values: [value], node: value.node });
  if (value.is !== 'thing') return [];
  if (appFor(surface, value)) return [value];
  if (!value.call || !h3Made.test(value.made)) return [value];
  const call = { node: value.call, env: value.env };
  if (/ useBase\(\)$/.test(value.made))
    return code.argument(call, 1).values.flatMap(each => unwrapped(code, surface, each));
  if (!definers.test(value.made)) return [value];
  const isLazy = /azyEventHandler\(\)$/.test(value.made);
  const inner = code.argument(call, 0).values;
  return inner.flatMap(each =>
    isLazy && each.is === 'function'
      ? code.values.returnsOf(each.node, each.env).flatMap(made => unwrapped(code, surface, made))
      : unwrapped(code, surface, each),
  );
}

/** `{ onRequest, handler }`: only the handler leads on. */
function unwrappedObject(code: Code, surface: Surface, given: Given): Value[] {
  return ['onRequest', 'middleware', 'handler'].flatMap(name =>
    code
      .flattened(code.option(given, name))
      .flatMap(({ values }) => values.flatMap(value => unwrapped(code, surface, value))),
  );
}

/** `createServer(toNodeListener(app))`, `serve(app, { port, hostname })`. */
function readListeners(code: Code, surface: Surface): void {
  const wanted = ['toNodeListener', 'toNodeHandler', 'toWebHandler', 'serve'];
  for (const call of code.apiCalls(
    wanted,
    (module, path) => /^(h3|h3-nightly|nitro\/h3|srvx)$|^h3\/|^srvx\//.test(`${module}`) && wanted.includes(path),
  )) {
    const app = code.argument(call, 0).values.find(value => value.is === 'thing' && appFor(surface, value));
    if (app?.is !== 'thing') continue;
    const handlers = [{ value: app, node: call.node }];
    if (call.api.path !== 'serve') {
      addRouter(surface, call.thing, 'h3');
      register(code, surface, { router: call.thing, via: 'h3', verb: 'use', paths: ['/'], handlers, call });
      continue;
    }
    surface.servers.push({ thing: call.thing, via: 'h3', listeners: handlers, call });
    const host = code.setting(
      code.option(code.argument(call, 1), 'hostname'),
      value => (typeof value === 'string' && value !== '' ? value : undefined),
      { value: '::', because: 'srvx listens on every interface unless `hostname` is given' },
    );
    surface.listenings.push({ on: call.thing, via: 'h3', host, call, probe: false });
  }
}
