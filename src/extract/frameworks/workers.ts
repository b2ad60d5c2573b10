import { isBinding } from '../../code/bindings.js';
import type { Call, Code, Given, Node } from '../../code/code.js';
import { native, type Obj, objectOf, unknown, type V } from '../../code/trial/domain.js';
import type { Machine } from '../../code/trial/machine.js';
import { isSameThing, type Thing, type Value } from '../../code/value.js';
import type { Loan } from '../../code/values.js';
import type { Setting } from '../../facts/index.js';
import type { Framework } from '../framework.js';
import { type Entry, type Registration, routerOf, type Surface } from '../surface.js';
import { fetchedApps } from './routing.js';

/**
 * Cloudflare Workers, and what is exported in their way for Bun and Deno to serve.
 *
 * - `export default { fetch(request, env, ctx) }`, or a class that extends `WorkerEntrypoint`, whose `fetch(request)` has
 *   `this.env` and `this.ctx`: https://developers.cloudflare.com/workers/runtime-apis/handlers/fetch/
 * - A framework's app or a library's handler as the default export, which has such a `fetch`.
 * - An object with a `port`: Bun serves it as if `Bun.serve` had been given it:
 *   https://bun.sh/docs/api/http#export-default-syntax
 *
 * The platform listens, for the whole network; the environment is configuration, unset as shipped but for its bindings.
 */
export const workers: Framework = {
  id: 'workers',
  words: ['fetch(request', 'fetch(req', 'fetch: ', 'fetch,', 'ExportedHandler', 'WorkerEntrypoint'],
  read(code, surface) {
    const lent = code.modules().flatMap(module => {
      if (!module.exports.has('default')) return [];
      const values = code.values.exportOf(module, 'default', module.source);
      return readExport(code, surface, { values, node: module.source });
    });
    if (lent.length) code.lend(lent);
  },
  members: {
    'cloudflare:workers new WorkerEntrypoint#env': platformEnvironment,
    'cloudflare:workers new WorkerEntrypoint#ctx': () => executionContext,
  },
};

export const byPlatform: Setting<string> = {
  is: 'default',
  value: 'platform',
  because: 'the platform that runs it serves the network',
};

type Found = Pick<Entry, 'via' | 'method' | 'path'> & Partial<Entry>;

/** Adds an entry for a function, once per method, however it was found. */
export function addEntry(surface: Surface, value: Value, found: Found): void {
  if (value.is !== 'function') return;
  const { node } = value;
  const isKnown = ({ handler, method }: Entry) =>
    handler.value.is === 'function' && handler.value.node === node && method === found.method;
  // What another library was given is entered through that library.
  const isTaken = ({ handlers }: Registration) =>
    handlers.some(handler => handler.value.is === 'function' && handler.value.node === node);
  if (surface.entries.some(isKnown) || surface.registrations.some(isTaken)) return;
  surface.entries.push({ flavour: 'fetch', host: byPlatform, call: undefined, handler: { value, node }, ...found });
}

/** What a module exports for a platform to serve; answers what that is given. */
function readExport(code: Code, surface: Surface, { values }: Given): Loan[] {
  return values.flatMap(value => {
    if (value.is === 'object') return readObject(code, surface, { values: [value], node: value.node });
    if (value.is === 'class') readEntrypoint(code, surface, value);
    if (value.is !== 'thing') return [];
    serveByPlatform(surface, [value], value.site);
    // `export default withSentry(options, worker)`: a library around a Worker.
    return value.call ? readWrapped(code, surface, { node: value.call, env: value.env }) : [];
  });
}

function readWrapped(code: Code, surface: Surface, call: Pick<Call, 'node' | 'env'>): Loan[] {
  const isWorker = (value: Value) => {
    if (value.is === 'thing') return routerOf(surface, value) !== undefined;
    const fetch = value.is === 'object' ? code.option({ values: [value], node: value.node }, 'fetch') : undefined;
    return fetch !== undefined && (fetchedApps(fetch).length > 0 || fetch.values.some(each => each.is === 'function'));
  };
  const values = code.argumentsFrom(call, 0).flatMap(given => given.values.filter(isWorker));
  return readExport(code, surface, { values, node: call.node });
}

/** An exported object with `fetch`; answers what that is given. */
function readObject(code: Code, surface: Surface, exported: Given): Loan[] {
  const fetch = code.option(exported, 'fetch');
  const hasPort = code.option(exported, 'port').values.some(port => port.is !== 'literal' || port.value !== undefined);
  const byBun = hasPort ? servedByBun(code, surface, exported, fetch) : undefined;
  const passes = (machine: Machine) => [platformEnvironment(machine, exported.node), executionContext];
  for (const value of fetch.values)
    addEntry(surface, value, { via: 'fetch handler', method: '*', path: undefined, passes, ...byBun });
  if (byBun) return [];
  serveByPlatform(surface, fetchedApps(fetch), exported.node);
  return fetch.values.flatMap(value =>
    value.is === 'function' ? [{ to: value.node, index: 1, value: environment }] : [],
  );
}

/** A class that the platform makes an instance of for each request. */
function readEntrypoint(code: Code, surface: Surface, type: Extract<Value, { is: 'class' }>): void {
  const instance = code.values.someInstance(type.node);
  if (code.values.thingOf(instance)?.made !== 'cloudflare:workers new WorkerEntrypoint') return;
  for (const value of code.values.property(instance, 'fetch', type.node))
    addEntry(surface, value, { via: 'fetch handler', method: '*', path: undefined, passes: [] });
}

/** Apps that nobody is seen to serve: the platform does. */
function serveByPlatform(surface: Surface, apps: readonly Thing[], node: Node): void {
  const isServed = (app: Thing) =>
    surface.listenings.some(({ on }) => on && isSameThing(on, app)) ||
    surface.servers.some(({ listeners }) =>
      listeners.some(({ value }) => value.is === 'thing' && isSameThing(value, app)),
    );
  const listeners = apps.filter(app => !isServed(app)).map(value => ({ value, node }));
  if (!listeners.length) return;
  const call = { node, env: undefined };
  surface.servers.push({ thing: madeAt(node, 'platform'), via: 'fetch handler', listeners, call, host: byPlatform });
}

function servedByBun(
  code: Code,
  surface: Surface,
  options: Given,
  fetch: Given,
): Pick<Entry, 'host' | 'server' | 'via'> {
  const { node } = options;
  const server = madeAt(node, 'bun export default');
  const call = { node, env: undefined };
  const host = code.setting(
    code.option(options, 'hostname'),
    value => (typeof value === 'string' && value !== '' ? value : undefined),
    { value: '0.0.0.0', because: 'Bun listens on every interface unless `hostname` is given' },
  );
  surface.listenings.push({ on: server, via: 'bun', host, call, probe: false });
  const apps = fetchedApps(fetch);
  if (apps.length)
    surface.servers.push({ thing: server, via: 'bun', listeners: apps.map(value => ({ value, node })), call });
  return { host, server, via: 'bun' };
}

function madeAt(site: Node, made: string): Thing {
  return { is: 'thing', made, site, env: undefined, call: undefined, from: undefined };
}

const quiet = native(() => undefined);
/** `ctx` */
export const executionContext = objectOf({
  waitUntil: quiet,
  passThroughOnException: quiet,
  props: objectOf({}, { rest: unknown('config', 'the props', 'ctx.props') }),
});

/** To the data flow, a Worker's environment is what `process.env` is to node. */
export const environment: Value = { is: 'global', path: 'process.env' };

/** A Worker's environment inside a trial: variables unset as shipped, bindings in place. */
export function platformEnvironment(machine: Machine, at: Node, more: Readonly<Record<string, V>> = {}): Obj {
  return objectOf(more, {
    lazy: name =>
      isBinding(machine.values.program, name)
        ? unknown('config', `the binding ${name}`, `binding:${name}`, at, true)
        : machine.variableOf(name, at),
  });
}
