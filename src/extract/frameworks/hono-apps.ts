import type { Code, Given, MethodCall } from '../../code/code.js';
import type { Thing } from '../../code/value.js';
import { joinPaths } from '../chains.js';
import type { Handler, Registration, Surface } from '../surface.js';
import { routerOf } from '../surface.js';
import { addRouter } from './express.js';
import { honoStyle, mounted } from './hono-trial.js';
import { fetchedApps, textsOf } from './routing.js';

/** What makes an app, on every runtime. */
export const appMade =
  /^(((npm:|jsr:)?(@hono\/)?hono(@[^/ ]+)?(\/(tiny|quick))?|@hono\/zod-openapi) (new |:)(Open\w+)?Hono\w*|hono\/factory createFactory\(\)#createApp\(\))$/;
/** Methods that return the app. */
const fluent = /#(route|mount|notFound|onError|openapi|doc\w*)\(\)$/;

/** The app that a method is called on, with the path it was given a base of; undefined when it is not hono's. */
export function appOf(
  code: Code,
  surface: Surface,
  receiver: Thing,
): { app: Thing; base: string | undefined } | undefined {
  let app = receiver;
  let base: string | undefined = '/';
  for (; app.from?.is === 'thing'; app = app.from) {
    const isBased = app.made.endsWith('#basePath()');
    if (!isBased && !fluent.test(app.made)) break;
    if (isBased && app.call)
      base = joinPaths(textsOf(code, code.argument({ node: app.call, env: app.env }, 0))[0], base);
  }
  if (appMade.test(app.made)) addRouter(surface, app, 'hono');
  return routerOf(surface, app)?.via === 'hono' ? { app, base } : undefined;
}

/** The apps among what was given, by themselves or as `app.fetch`. */
export function appsAmong(code: Code, surface: Surface, given: Given): Thing[] {
  return given.values.flatMap(value => {
    const thing = value.is === 'member' && value.name === 'fetch' ? value.of : value;
    const found = thing.is === 'thing' && appOf(code, surface, thing);
    return found ? [found.app] : [];
  });
}

/** What one call registers: `on` and `openapi` may register several. */
export type Registered = Pick<Registration, 'verb' | 'paths' | 'handlers'>;

/** Methods that register something. */
export const registering = [
  'get',
  'post',
  'put',
  'delete',
  'patch',
  'options',
  'all',
  'use',
  'on',
  'route',
  'mount',
  'openapi',
];

/** Reads a call of one of them. */
export function registeredBy(code: Code, surface: Surface, call: MethodCall): Registered[] {
  const given = code.argumentsFrom(call, 0);
  const [first, second] = given;
  if (!first) return [];
  const texts = textsOf(code, first);
  // A single argument is a handler, whatever can be read of it.
  const hasPath = given.length > 1 && texts.length > 0;
  const handlers = () => handlersOf(code, given.slice(hasPath ? 1 : 0));
  switch (call.method) {
    case 'use':
      return (hasPath ? texts : ['*']).map(path => ({ ...covering(path), handlers: handlers() }));
    case 'on': {
      const paths = second ? textsOf(code, second) : [];
      return texts.map(method => ({
        verb: method?.toUpperCase() ?? 'ALL',
        paths,
        handlers: handlersOf(code, given.slice(2)),
      }));
    }
    case 'route':
    case 'mount':
      return second ? [{ verb: 'use', paths: texts, handlers: mountedOn(code, surface, second) }] : [];
    case 'openapi':
      return routesOf(code, first).map(({ verb, paths, middleware }) => ({
        verb,
        paths,
        handlers: handlersOf(code, [middleware, ...given.slice(1)]),
      }));
    default:
      return [{ verb: call.method.toUpperCase(), paths: hasPath ? texts : ['*'], handlers: handlers() }];
  }
}

/** What a path of `use` covers: a trailing `*` everything below, else the path alone. */
function covering(path: string | undefined): Pick<Registration, 'verb' | 'paths'> {
  if (path === undefined) return { verb: 'use', paths: [undefined] };
  return path.endsWith('*')
    ? { verb: 'use', paths: [path.replace(/\/?\*$/, '') || '/'] }
    : { verb: 'ALL', paths: [path] };
}

/** Another app, or a function from `Request` to `Response`. */
function mountedOn(code: Code, surface: Surface, given: Given): Handler[] {
  const apps = appsAmong(code, surface, given);
  const found = apps.length ? apps : fetchedApps(given); // `app.mount('/mcp', handler.fetch)`
  if (found.length) return found.map(value => ({ value, node: given.node }));
  return handlersOf(code, [given]).map(handler => ({ ...handler, convention: mounted }));
}

/** `createRoute({ method, path, middleware })` of @hono/zod-openapi. */
function routesOf(code: Code, given: Given): { verb: string; paths: (string | undefined)[]; middleware: Given }[] {
  return given.values.flatMap(value => {
    if (value.is !== 'thing' || !value.call || !value.made.endsWith(' createRoute()')) return [];
    const options = code.argument({ node: value.call, env: value.env }, 0);
    const [method] = textsOf(code, code.option(options, 'method'));
    const paths = textsOf(code, code.option(options, 'path')).map(path => path?.replace(/\{(\w+)\}/g, ':$1'));
    return [{ verb: method?.toUpperCase() ?? 'ALL', paths, middleware: code.option(options, 'middleware') }];
  });
}

function handlersOf(code: Code, given: readonly Given[]): Handler[] {
  return given
    .flatMap(each => code.flattened(each))
    .flatMap(({ values, node }) => values.map(value => ({ value, node, convention: honoStyle })))
    .filter(({ value }) => !(value.is === 'literal' || value.is === 'env'));
}
