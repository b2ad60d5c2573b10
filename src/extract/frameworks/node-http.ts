import type { Call, Code, Given, MethodCall } from '../../code/code.js';
import { isSameThing, type Thing } from '../../code/value.js';
import type { Setting } from '../../facts/index.js';
import type { Framework } from '../framework.js';
import { type Handler, routerOf, type Surface } from '../surface.js';

const everyInterface = { value: '::', because: 'node listens on every interface unless a host is given' };

/**
 * node:http, node:https, node:http2 and node:net.
 *
 * A server calls its request listeners in order; `upgrade` listeners are given the raw socket and must answer or
 * destroy it. `listen(port)` without a host binds `::`: https://nodejs.org/api/net.html#serverlistenport-host-backlog-callback
 *
 * Gap: the events `stream` and `session` of HTTP/2, `connect` and `checkContinue`.
 */
export const nodeHttp: Framework = {
  id: 'node-http',
  words: ['createServer', '.listen(', 'node:http', "'http'", '"http"', "'upgrade'", '"upgrade"'],
  read(code, surface) {
    readServers(code, surface);
    readEvents(code, surface);
    readListens(code, surface);
  },
};

/** Whether a thing is an HTTP server of node's, by its maker or its declared type. */
export function isHttpServer(made: string): boolean {
  return /^(https?|http2) (createServer\(\)|createSecureServer\(\)|new Server|:(Http2?(Secure)?)?Server)$/.test(made);
}

function isNetServer(made: string): boolean {
  return /^(net|tls) (createServer\(\)|new Server)$/.test(made);
}

function readServers(code: Code, surface: Surface): void {
  const calls = [
    ...code.apiCalls(
      ['createServer', 'createSecureServer'],
      (module, path) => /^(https?|http2)$/.test(module) && /^create(Secure)?Server$/.test(path),
    ),
    ...code.constructions((module, path) => /^(https?|http2)$/.test(module) && path === 'Server'),
  ];
  for (const call of calls) {
    surface.servers.push({
      thing: call.thing,
      via: `node:${call.api.module}`,
      listeners: listenersAmong(code, code.argumentsFrom(call, 0)),
      call,
    });
  }
}

function listenersAmong(code: Code, given: readonly Given[]): Handler[] {
  return given.flatMap(each =>
    code
      .flattened(each)
      .flatMap(({ values, node }) =>
        values.filter(value => value.is === 'function' || value.is === 'thing').map(value => ({ value, node })),
      ),
  );
}

function readEvents(code: Code, surface: Surface): void {
  for (const call of code.methodCalls(['on', 'once', 'addListener', 'prependListener'])) {
    const { receiver } = call;
    if (!isHttpServer(receiver.made) && !routerOf(surface, receiver) && !/create\w*server|listen/i.test(receiver.made))
      continue;
    for (const { event, given } of eventsOf(code, call)) {
      const handlers = listenersAmong(code, given);
      if (event === 'request') surface.servers.push({ thing: receiver, via: 'node:http', listeners: handlers, call });
      else if (event === 'upgrade')
        for (const handler of handlers) surface.upgrades.push({ on: receiver, handler, call });
    }
  }
}

/** The events that a call listens for: `on('request', fn)`, or every entry of a table, `on(event, table[event])`. */
function eventsOf(code: Code, call: MethodCall): { event: unknown; given: readonly Given[] }[] {
  const table = code.tableRead(call, 1);
  if (table) return table.map(({ name, given }) => ({ event: name, given: [given] }));
  const [event] = code.argument(call, 0).values;
  return event?.is === 'literal' ? [{ event: event.value, given: code.argumentsFrom(call, 1) }] : [];
}

function readListens(code: Code, surface: Surface): void {
  for (const call of code.methodCalls(['listen'])) {
    const { receiver } = call;
    if (
      surface.listenings.some(
        known =>
          known.call.node === call.node && known.on && isSameThing(known.on, receiver) && known.call.env === call.env,
      )
    )
      continue; // another library's own
    const isNet = isNetServer(receiver.made);
    if (!isHttpServer(receiver.made) && !isNet && !routerOf(surface, receiver)) continue;
    const host = hostOf(code, call);
    if (!host) continue;
    const probe = !isAnswering(surface, receiver) && isProbe(code, call, receiver, isNet);
    surface.listenings.push({
      on: receiver,
      via: isNet ? 'node:net' : (receiver.made.split(' ')[0] ?? 'node:http'),
      host,
      call,
      probe,
    });
  }
}

/** The host of a `listen` call; undefined when it listens on a pipe or a file descriptor instead. */
export function hostOf(
  code: Code,
  call: Call,
  silent: { readonly value: string; readonly because: string } = everyInterface,
): Setting<string> | undefined {
  const first = code.argument(call, 0);
  const decode = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  const isOptions = first.values.some(value => value.is === 'object' || value.is === 'merged');
  if (isOptions) {
    const path = code.option(first, 'path');
    if (
      path.values.some(value => value.is !== 'literal' || value.value !== undefined) &&
      code.option(first, 'port').values.every(value => value.is === 'literal' && value.value === undefined)
    )
      return undefined;
    return code.setting(code.option(first, 'host'), decode, silent);
  }
  if (
    first.values.some(value => value.is === 'literal' && typeof value.value === 'string' && /[/\\]/.test(value.value))
  )
    return undefined;
  const second = code.argument(call, 1);
  const given: Given = {
    values: second.values.map(value =>
      value.is === 'function' || (value.is === 'literal' && typeof value.value === 'number')
        ? { is: 'literal', value: undefined, node: undefined }
        : value,
    ),
    node: second.node,
  };
  return code.setting(given, decode, silent);
}

/** An app, or a server that was given listeners: one that closes on SIGTERM is no test of a port. */
function isAnswering(surface: Surface, receiver: Thing): boolean {
  const isListened = surface.servers.some(
    ({ thing, listeners }) => listeners.length > 0 && isSameThing(thing, receiver),
  );
  return isListened || routerOf(surface, receiver) !== undefined;
}

/** A test whether a port is free: the server closes as soon as it listens, and answers nothing. */
function isProbe(code: Code, call: MethodCall, receiver: Thing, isNet: boolean): boolean {
  const answers = code
    .argumentsFrom({ node: receiver.call ?? call.node, env: receiver.env }, 0)
    .some(given => given.values.some(value => value.is === 'function' || value.is === 'thing'));
  if (answers) return false;
  const closes = code.closesItself(receiver);
  return closes && (isNet || receiver.call !== undefined);
}
