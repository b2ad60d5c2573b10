import type { ApiCall, Code, Given } from '../../code/code.js';
import { objectOf, unknown } from '../../code/trial/domain.js';
import { type CallModel, reject } from '../../code/trial/library.js';
import type { Value } from '../../code/value.js';
import type { Setting } from '../../facts/index.js';
import type { Framework } from '../framework.js';
import type { Entry, Keeping, Surface } from '../surface.js';
import { fetchedApps } from './routing.js';
import { functionsIn } from './ws.js';

const MiB = 1024 ** 2;

/**
 * Deno: https://docs.deno.com/api/deno/~/Deno.serve and https://docs.deno.com/api/deno/~/Deno.upgradeWebSocket
 *
 * `Deno.serve(options, handler)` and `Deno.listen(options)` listen on every interface unless `hostname` is given.
 * `Deno.upgradeWebSocket(request)` makes a socket and its answer, whatever the Origin: the client is in as soon as the
 * handler returns that answer, so a check between the two still refuses. Messages may have 64 MiB, a limit of the
 * underlying fastwebsockets that no option lowers (https://docs.rs/fastwebsockets); idle sockets are pinged and closed.
 */
export const deno: Framework = {
  id: 'deno',
  words: ['Deno.', 'deno.land/std'],
  read(code, surface) {
    for (const call of code.apiCalls(['serve'], (module, path) => standard.test(module) && path === 'serve'))
      readServer(code, surface, call);
    for (const call of code.apiCalls(
      ['listen', 'listenTls'],
      (module, path) => module === 'deno' && /^listen(Tls)?$/.test(path),
    )) {
      surface.listenings.push({
        on: call.thing,
        via: 'deno',
        host: hostOf(code, code.argument(call, 0)),
        call,
        probe: code.closesItself(call.thing),
      });
    }
    for (const call of code.apiCalls(
      ['upgradeWebSocket'],
      (module, path) => module === 'deno' && path === 'upgradeWebSocket',
    ))
      readSocket(surface, call);
  },
  calls: {
    'deno env.get': (machine, [name], node) => machine.variableOf(String(name), node),
    'deno upgradeWebSocket': upgrade(),
  },
};

/** The runtime's own, and `serve(handler, options)` of the standard library before it: https://jsr.io/@std/http */
const standard = /^(deno$|@std\/http|https:\/\/deno\.land\/std(@[^/]+)?\/http\/)/;

function readServer(code: Code, surface: Surface, call: ApiCall): void {
  const [first, second] = [code.argument(call, 0), code.argument(call, 1)];
  const given = [first, second, code.option(first, 'handler')];
  const isOptions = (value: Value) => value.is !== 'function' && value.is !== 'member' && value.is !== 'thing';
  const options = [first, second].find(({ values }) => values.some(isOptions)) ?? first;
  const host = hostOf(code, { ...options, values: options.values.filter(isOptions) });
  surface.listenings.push({ on: call.thing, via: 'deno', host, call, probe: false });
  // `Deno.serve(app.fetch)` hands every request to a framework's app.
  const listeners = given.flatMap(each => fetchedApps(each).map(value => ({ value, node: each.node })));
  if (listeners.length) surface.servers.push({ thing: call.thing, via: 'deno', listeners, call });
  const handlers = given.flatMap(functionsIn);
  const remote = objectOf({ remoteAddr: objectOf({ transport: 'tcp', hostname: '127.0.0.1', port: 50_000 }) });
  for (const handler of handlers) {
    surface.entries.push({
      via: 'deno',
      handler,
      method: '*',
      path: undefined,
      flavour: 'fetch',
      host,
      call,
      server: call.thing,
      passes: [remote],
      bodyLimit: { is: 'default', value: Number.POSITIVE_INFINITY, because: 'Deno.serve limits no bodies' },
    } satisfies Entry);
  }
}

function hostOf(code: Code, options: Given): Setting<string> {
  return code.setting(
    code.option(options, 'hostname'),
    value => (typeof value === 'string' && value !== '' ? value : undefined),
    {
      value: '0.0.0.0',
      because: 'Deno listens on every interface unless `hostname` is given',
    },
  );
}

/** An `error` event without a listener does nothing in the DOM's way; `idleTimeout` is 120 s by default. */
export const denoKeeps: Keeping = {
  errors: 'an error of a Deno socket is an event that nobody has to hear',
  heartbeat: 'Deno pings idle sockets and closes those that do not answer',
};

function readSocket(surface: Surface, call: ApiCall): void {
  surface.sockets.push({
    thing: call.thing,
    via: 'deno',
    call,
    rides: [],
    host: undefined,
    path: undefined,
    maxPayload: {
      is: 'default',
      value: 64 * MiB,
      because: 'Deno accepts messages of 64 MiB, and has no option to lower that',
      fixed: true,
    },
    verifiers: [],
    connections: [],
    accepts: [call],
    acceptsByAnswer: true,
    socketKey: 'socket',
    keeps: denoKeeps,
  });
}

function upgrade(): CallModel {
  return (machine, _args, node) => {
    const { request } = machine;
    if (!request) return unknown('config', 'an upgrade outside of a request', 'upgrade', node);
    if (request.facts.stage === 'http') reject('not an upgrade request');
    request.upgradedAt = node;
    return objectOf({
      socket: request.webSocket(),
      response: request.responseOf(machine, null, objectOf({ status: 101 }), node),
    });
  };
}
