import { isBinding } from '../../code/bindings.js';
import type { Code, Given, Node } from '../../code/code.js';
import { native, type Obj, objectOf, unknown, type V } from '../../code/trial/domain.js';
import type { CallModel } from '../../code/trial/library.js';
import type { Machine } from '../../code/trial/machine.js';
import type { Thing, Value } from '../../code/value.js';
import type { Loan } from '../../code/values.js';
import type { Setting } from '../../facts/index.js';
import type { Framework } from '../framework.js';
import type { Entry, Surface } from '../surface.js';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Functions from `Request` to `Response` that a platform calls by their name.
 *
 * - Next.js: `app/…/route.ts` exports a function per method; folders make the path, `(groups)` and `@slots` do not, and
 *   `[name]` and `[...rest]` stand for anything: https://nextjs.org/docs/app/api-reference/file-conventions/route
 * - Cloudflare Workers: `export default { fetch(request, env, ctx) }`:
 *   https://developers.cloudflare.com/workers/runtime-apis/handlers/fetch/
 * - Factories that return `{ GET, POST }`, to be exported from such a file.
 *
 * The platform listens, for the whole network; the environment is configuration, unset as shipped but for its bindings.
 */
export const fetchHandlers: Framework = {
  id: 'fetch-handlers',
  words: [
    'fetch(request',
    'fetch(req',
    'fetch: ',
    'ExportedHandler',
    'function GET',
    'function POST',
    'const GET',
    'const POST',
    'as POST',
    'as GET',
    'NextRequest',
  ],
  read(code, surface) {
    readWorkers(code, surface);
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

const byPlatform: Setting<string> = {
  is: 'default',
  value: 'platform',
  because: 'the platform that runs it serves the network',
};

type Found = Pick<Entry, 'via' | 'method' | 'path'> & Partial<Entry>;

/** Adds an entry for a function, once per method, however it was found. */
function addEntry(surface: Surface, value: Value, found: Found): void {
  if (value.is !== 'function') return;
  const { node } = value;
  const isKnown = ({ handler, method }: Entry) =>
    handler.value.is === 'function' && handler.value.node === node && method === found.method;
  if (surface.entries.some(isKnown)) return;
  surface.entries.push({ flavour: 'fetch', host: byPlatform, call: undefined, handler: { value, node }, ...found });
}

// ---- Workers ------------------------------------------------------------------------------------------------

function readWorkers(code: Code, surface: Surface): void {
  const lent: Loan[] = [];
  for (const module of code.modules()) {
    if (!module.exports.has('default')) continue;
    for (const value of code.values.exportOf(module, 'default', module.source)) {
      if (value.is === 'object') lent.push(...readWorker(code, surface, { values: [value], node: value.node }));
    }
  }
  if (lent.length) code.lend(lent);
}

/** An exported object with `fetch`; answers what that is given. */
function readWorker(code: Code, surface: Surface, exported: Given): Loan[] {
  const fetch = code.option(exported, 'fetch');
  const hasPort = code.option(exported, 'port').values.some(port => port.is !== 'literal' || port.value !== undefined);
  const byBun = hasPort ? servedByBun(code, surface, exported, fetch) : undefined;
  const passes = (machine: Machine) => [platformEnvironment(machine, exported.node), executionContext];
  for (const value of fetch.values)
    addEntry(surface, value, { via: 'fetch handler', method: '*', path: undefined, passes, ...byBun });
  if (byBun) return [];
  return fetch.values.flatMap(value =>
    value.is === 'function' ? [{ to: value.node, index: 1, value: environment }] : [],
  );
}

/** Bun serves a default export with a port, as if `Bun.serve` had been given it: https://bun.sh/docs/api/http#export-default-syntax */
function servedByBun(
  code: Code,
  surface: Surface,
  options: Given,
  fetch: Given,
): Pick<Entry, 'host' | 'server' | 'via'> {
  const { node } = options;
  const server: Thing = {
    is: 'thing',
    made: 'bun export default',
    site: node,
    env: undefined,
    call: undefined,
    from: undefined,
  };
  const call = { node, env: undefined };
  const host = code.setting(
    code.option(options, 'hostname'),
    value => (typeof value === 'string' && value !== '' ? value : undefined),
    { value: '0.0.0.0', because: 'Bun listens on every interface unless `hostname` is given' },
  );
  surface.listenings.push({ on: server, via: 'bun', host, call, probe: false });
  const apps = fetch.values.flatMap(value =>
    value.is === 'member' && value.name === 'fetch' && value.of.is === 'thing' ? [value.of] : [],
  );
  if (apps.length)
    surface.servers.push({ thing: server, via: 'bun', listeners: apps.map(value => ({ value, node })), call });
  return { host, server, via: 'bun' };
}

const quiet = native(() => undefined);
/** `ctx` */
export const executionContext = objectOf({
  waitUntil: quiet,
  passThroughOnException: quiet,
  props: objectOf({}, { rest: unknown('config', 'the props', 'ctx.props') }),
});

/** To the data flow, a Worker's environment is what `process.env` is to node. */
const environment: Value = { is: 'global', path: 'process.env' };

/** A Worker's environment inside a trial: variables unset as shipped, bindings in place. */
export function platformEnvironment(machine: Machine, at: Node, more: Readonly<Record<string, V>> = {}): Obj {
  return objectOf(more, {
    lazy: name =>
      isBinding(machine.values.program, name)
        ? unknown('config', `the binding ${name}`, `binding:${name}`, at, true)
        : machine.variableOf(name, at),
  });
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
