import type { ApiCall, Code, Given } from '../../code/code.js';
import type { Value } from '../../code/value.js';
import type { Framework } from '../framework.js';
import type { Handler, Surface } from '../surface.js';
import { addRouter } from './express.js';
import { mounted } from './hono-trial.js';
import { fetchedApps, register, textsOf } from './routing.js';
import { functionsIn } from './ws.js';

/**
 * @cloudflare/workers-oauth-provider: https://github.com/cloudflare/workers-oauth-provider, read at 0.10.3
 *
 * `new OAuthProvider({ apiRoute, apiHandler, apiHandlers, defaultHandler })` is a Worker. What is below an API route needs
 * `Authorization: Bearer` with a token that the provider has issued, or that the program's `resolveExternalToken` knows:
 * 401 otherwise, before the handler runs. All other requests go to `defaultHandler`, unasked. A route is a prefix of the
 * path, whole URLs included. Handlers are objects with `fetch`, or classes that extend `WorkerEntrypoint`.
 */
export const oauthProvider: Framework = {
  id: 'oauth-provider',
  words: ['@cloudflare/workers-oauth-provider'],
  read(code, surface) {
    for (const call of code.constructions(isProvider)) readProvider(code, surface, call);
  },
  gateOf(_code, { made }) {
    return made.startsWith('@cloudflare/workers-oauth-provider new ')
      ? { is: 'secret', carrier: 'authorization-header' }
      : undefined;
  },
};

function isProvider(module: string, path: string): boolean {
  return module === '@cloudflare/workers-oauth-provider' && /^(OAuthProvider)?$/.test(path);
}

function readProvider(code: Code, surface: Surface, call: ApiCall): void {
  const options = code.argument(call, 0);
  addRouter(surface, call.thing, 'workers-oauth-provider');
  const gate: Handler = { value: call.thing, node: call.node };
  const add = (paths: readonly (string | undefined)[], handlers: readonly Handler[], isGuarded: boolean) => {
    if (!handlers.length) return;
    const all = isGuarded ? [gate, ...handlers] : handlers;
    const shared = { router: call.thing, via: 'workers-oauth-provider', verb: 'use', exclusive: true, call };
    register(code, surface, { ...shared, paths: paths.map(pathOf), handlers: all });
  };
  add(textsOf(code, code.option(options, 'apiRoute')), handlersOf(code, code.option(options, 'apiHandler')), true);
  for (const { name, given } of code.entries(code.option(options, 'apiHandlers')))
    add([name], handlersOf(code, given), true);
  add(['/'], handlersOf(code, code.option(options, 'defaultHandler')), false);
}

/** A route may be a whole URL. */
function pathOf(route: string | undefined): string | undefined {
  return route?.replace(/^https?:\/\/[^/]*/, '') || (route && '/');
}

/** An app or a library's handler by itself, or the `fetch` of an object or class. */
function handlersOf(code: Code, given: Given): Handler[] {
  const { node } = given;
  return given.values.flatMap((value): Handler[] => {
    if (value.is === 'thing') return [{ value, node }];
    const of: Value = value.is === 'class' ? code.values.someInstance(value.node) : value;
    const fetch = code.option({ values: [of], node }, 'fetch');
    const functions = functionsIn(fetch).map(handler => ({ ...handler, convention: mounted }));
    return [...fetchedApps(fetch).map(app => ({ value: app, node })), ...functions];
  });
}
