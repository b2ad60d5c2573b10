import type { Code } from '../../code/code.js';
import { objectOf, unknown, type V } from '../../code/trial/domain.js';
import type { CallModel } from '../../code/trial/library.js';
import type { Framework } from '../framework.js';
import type { Surface } from '../surface.js';
import { addEntry } from './workers.js';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Functions from `Request` to `Response` that a platform calls by their name.
 *
 * - Next.js: `app/…/route.ts` exports a function per method; folders make the path, `(groups)` and `@slots` do not, and
 *   `[name]` and `[...rest]` stand for anything: https://nextjs.org/docs/app/api-reference/file-conventions/route
 * - Factories that return `{ GET, POST }`, to be exported from such a file.
 *
 * The platform listens, for the whole network.
 */
export const fetchHandlers: Framework = {
  id: 'fetch-handlers',
  words: ['function GET', 'function POST', 'const GET', 'const POST', 'as POST', 'as GET', 'NextRequest'],
  read(code, surface) {
    readRouteFiles(code, surface);
    readFactories(code, surface);
  },
  calls: {
    'next/server NextResponse.json': respond,
    'next/server new NextResponse': respond,
    'next/server NextResponse.redirect': (machine, [, status], node) =>
      respond(machine, [undefined, objectOf({ status: status ?? 307 })], node),
  },
};

function respond(...[machine, [body, init], node]: Parameters<CallModel>): V {
  return machine.request?.responseOf(machine, body, init, node);
}

// ---- Next.js ------------------------------------------------------------------------------------------------

function readRouteFiles(code: Code, surface: Surface): void {
  for (const module of code.modules()) {
    if (!/(^|\/)route\.[cm]?[jt]sx?$/.test(module.file)) continue;
    const path = pathOf(module.file);
    for (const method of methods.filter(name => module.exports.has(name))) {
      const values = code.values.exportOf(module, method, module.source);
      for (const value of values) addEntry(surface, value, { via: 'next', method, path, passes: [context] });
    }
  }
}

const context = objectOf({
  params: objectOf({}, { rest: unknown('request', 'a part of the path', 'request.params') }),
});

/** The path that the folders of a route file make; undefined where the audited root lies below `app`. */
function pathOf(file: string): string | undefined {
  const folders = file.split('/').slice(0, -1);
  const app = folders.indexOf('app');
  if (app < 0) return undefined;
  const parts = folders.slice(app + 1).filter(folder => !/^(\(.*\)|@.*)$/.test(folder));
  return `/${parts.map(part => part.replace(/^\[+\.\.\..*\]+$/, '*').replace(/^\[(.*)\]$/, ':$1')).join('/')}`;
}

// ---- factories ----------------------------------------------------------------------------------------------

function readFactories(code: Code, surface: Surface): void {
  for (const method of methods) {
    for (const value of code.members(method).flatMap(({ values }) => values)) {
      const first = value.is === 'function' ? value.node.parameters[0]?.name.getText() : undefined;
      const takesRequest = /^_?req(uest)?$/.test(first ?? '');
      if (takesRequest) addEntry(surface, value, { via: 'fetch handler', method, path: undefined, passes: [context] });
    }
  }
}
