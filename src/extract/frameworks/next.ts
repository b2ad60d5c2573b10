import type { Code } from '../../code/code.js';
import type { SourceModule } from '../../code/module.js';
import { isObj, objectOf, type V } from '../../code/trial/domain.js';
import type { CallModel } from '../../code/trial/library.js';
import type { Value } from '../../code/value.js';
import { isPrefix } from '../chains.js';
import type { Framework } from '../framework.js';
import type { EntryGate, Surface } from '../surface.js';
import { methods, routeContext } from './fetch-handlers.js';
import { guardedHandler } from './mcp-handler.js';
import { textsOf } from './routing.js';
import { addEntry, byPlatform } from './workers.js';

/**
 * Next.js 13 to 16, and Vercel's functions, which are found the same way.
 *
 * - `app/…/route.ts` exports a function per method; folders make the path, `(groups)` and `@slots` do not, and
 *   `[name]` and `[...rest]` stand for anything: https://nextjs.org/docs/app/api-reference/file-conventions/route
 * - `pages/api/…` exports one function `(request, response)`: https://nextjs.org/docs/pages/building-your-application/routing/api-routes
 *   So does `api/…` on Vercel: https://vercel.com/docs/functions/runtimes/node-js
 * - `middleware.ts`, since 16 `proxy.ts`, beside `app` or `pages` is asked first, for the paths of `config.matcher`, all without one;
 *   it answers by a `Response`, and goes on by `NextResponse.next()` or nothing: https://nextjs.org/docs/app/api-reference/file-conventions/proxy
 *
 * The platform listens, for the whole network.
 *
 * Gap: rewrites of `next.config`.
 */
export const next: Framework = {
  id: 'next',
  words: ['NextRequest', 'NextResponse', 'NextApiRequest', 'NextApiHandler', 'VercelRequest', 'next/server'],
  read(code, surface) {
    for (const module of code.modules()) {
      if (/(^|\/)route\.[cm]?[jt]sx?$/.test(module.file)) readRouteFile(code, surface, module);
      else if (/(^|\/)(pages\/api|api)\/.*\.[cm]?[jt]s$/.test(module.file)) readFunctionFile(code, surface, module);
    }
  },
  calls: {
    'next/server NextResponse.json': respond,
    'next/server new NextResponse': respond,
    'next/server NextResponse.redirect': (machine, [, status], node) =>
      respond(machine, [undefined, objectOf({ status: status ?? 307 })], node),
    'next/server NextResponse.next': goOn,
    'next/server NextResponse.rewrite': goOn,
  },
};

function respond(...[machine, [body, init], node]: Parameters<CallModel>): V {
  return machine.request?.responseOf(machine, body, init, node);
}

function goOn(...[machine, , node]: Parameters<CallModel>): V {
  const response = machine.request?.responseOf(machine, undefined, undefined, node);
  if (isObj(response)) response.props.set('goesOn', true);
  return response;
}

function readRouteFile(code: Code, surface: Surface, module: SourceModule): void {
  const path = pathOf(module.file, 'app');
  const asked = middlewareFor(code, module.file, path);
  for (const method of [...methods, 'OPTIONS'].filter(name => module.exports.has(name))) {
    for (const value of code.values.exportOf(module, method, module.source)) {
      const { handler, gates } = guardedHandler(code, value);
      const found = { via: 'next', method, path, passes: [routeContext], before: [...asked, ...gates] };
      // A library's handler is an entry as it stands.
      if (handler.is === 'thing')
        surface.entries.push({
          flavour: 'fetch',
          host: byPlatform,
          call: undefined,
          handler: { value: handler, node: handler.site },
          ...found,
        });
      else addEntry(surface, handler, found);
    }
  }
}

function readFunctionFile(code: Code, surface: Surface, module: SourceModule): void {
  const path = pathOf(module.file.replace(/(\/index)?\.[cm]?[jt]s$/, '/-'), 'api');
  const via = /(^|\/)pages\/api\//.test(module.file) ? 'next' : 'vercel';
  const asked = middlewareFor(code, module.file, path);
  for (const value of module.exports.has('default') ? code.values.exportOf(module, 'default', module.source) : []) {
    const names = value.is === 'function' ? value.node.parameters.map(({ name }) => name.getText()) : [];
    if (!/^_?req(uest)?$/.test(names[0] ?? '') || !/^_?res(ponse)?$/.test(names[1] ?? '')) continue;
    const whole = path === undefined ? undefined : `/api${path === '/' ? '' : path}`;
    addEntry(surface, value, { via, method: '*', path: whole, flavour: 'node', before: asked });
  }
}

/** The path that the folders below `top` make; undefined where the audited root lies below it. */
function pathOf(file: string, top: string): string | undefined {
  const folders = file.split('/').slice(0, -1);
  const from = folders.indexOf(top);
  if (from < 0) return undefined;
  const parts = folders.slice(from + 1).filter(folder => !/^(\(.*\)|@.*)$/.test(folder));
  return `/${parts.map(part => part.replace(/^\[+\.\.\..*\]+$/, '*').replace(/^\[(.*)\]$/, ':$1')).join('/')}`;
}

/** The middleware beside the folder that a route stands in, where its matcher covers the path. */
function middlewareFor(code: Code, file: string, path: string | undefined): EntryGate[] {
  const home = file.split('/');
  const top = home.findIndex(folder => folder === 'app' || folder === 'pages' || folder === 'api');
  const folder = home
    .slice(0, Math.max(top, 0))
    .map(each => `${each}/`)
    .join('');
  for (const name of ['middleware', 'proxy'].flatMap(each => [`${each}.ts`, `${each}.js`, `${each}.mjs`])) {
    const module = code.tree.files.includes(folder + name) ? code.program.module(folder + name) : undefined;
    if (!module) continue;
    const exported = [name.split('.')[0]!, 'default'].find(each => module.exports.has(each));
    const covered = exported && coveredBy(code, module, path);
    if (!exported || covered === false) return [];
    return code.values
      .exportOf(module, exported, module.source)
      .filter(value => value.is === 'function')
      .map(value => ({ is: 'before', handler: { value, node: value.node }, certain: covered === true }));
  }
  return [];
}

/** Whether `config.matcher` covers a path; undefined where that cannot be told. */
function coveredBy(code: Code, module: SourceModule, path: string | undefined): boolean | undefined {
  const values: readonly Value[] = module.exports.has('config')
    ? code.values.exportOf(module, 'config', module.source)
    : [];
  const matcher = code.option({ values, node: module.source }, 'matcher');
  const texts = [...textsOf(code, matcher), ...textsOf(code, code.option(matcher, 'source'))].filter(
    text => text !== undefined,
  );
  if (!texts.length) return matcher.values.every(value => value.is === 'literal') ? true : undefined;
  if (path === undefined) return undefined;
  const answers = texts.map(text => matches(text, path));
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

/** One matcher: a path with `:name*` at its end, or everything but some prefixes, as the documentation has it. */
function matches(matcher: string, path: string): boolean | undefined {
  const [, excluded] = /^\/\(\(\?!([\w\-./|$\\]*)\)\.\*\)$/.exec(matcher) ?? [];
  if (excluded !== undefined)
    return !excluded.split('|').some(prefix => prefix && path.slice(1).startsWith(prefix.replace(/\\|\$/g, '')));
  const [, rest] = /^(.*?)\/(?::\w+\*|\(\.\*\))$/.exec(matcher) ?? [];
  if (rest !== undefined && !/[()]/.test(rest)) return isPrefix(rest || '/', path);
  if (/[()]/.test(matcher)) return undefined;
  return isPrefix(matcher, path) && matcher.split('/').length === path.split('/').length;
}
