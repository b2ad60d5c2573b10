import type { Framework } from '../framework.js';
import { routerOf } from '../surface.js';
import { register, textsOf } from './routing.js';

const MiB = 1024 ** 2;

/**
 * express-ws 5: https://github.com/HenningM/express-ws
 *
 * `expressWs(app)` gives the app, and routers that are mounted on it, a method `ws(path, …middleware, handler)`. A handshake runs
 * through express as a GET of the path, so that earlier middleware and the route's own decide; the last handler is given the
 * socket. Nothing looks at the Origin unasked, and ws keeps its 100 MiB unless `wsOptions.maxPayload` is given (lib/index.js).
 */
export const expressWs: Framework = {
  id: 'express-ws',
  words: ['express-ws'],
  read(code, surface) {
    const [made] = code.apiCalls(['default', 'expressWs'], (module, path) => module === 'express-ws' && path === '');
    if (!made) return;
    const maxPayload = code.setting(
      code.option(code.option(code.argument(made, 2), 'wsOptions'), 'maxPayload'),
      value => (typeof value === 'number' ? value : undefined),
      { value: 100 * MiB, because: 'express-ws leaves ws at 100 MiB unless `wsOptions.maxPayload` is given' },
    );
    for (const call of code.methodCalls(['ws'])) {
      const { receiver: router, node, env } = call;
      const [path, ...rest] = code.argumentsFrom(call, 0);
      if (!path || routerOf(surface, router)?.via !== 'express') continue;
      const handlers = rest
        .flatMap(given => code.flattened(given))
        .flatMap(({ values, node: at }) => values.map(value => ({ value, node: at })))
        .filter(({ value }) => value.is === 'function' || value.is === 'thing');
      const last = handlers.at(-1);
      if (!last) continue;
      const given = { router, via: 'express', verb: 'GET', paths: textsOf(code, path), handlers, call } as const;
      const route = register(code, surface, given);
      surface.sockets.push({
        thing: { is: 'thing', made: 'express-ws socket', site: node, env, call: node, from: router },
        via: 'express-ws',
        call,
        rides: [],
        host: undefined,
        path: undefined,
        maxPayload,
        verifiers: [],
        connections: [last],
        accepts: [],
        route,
      });
    }
  },
};
