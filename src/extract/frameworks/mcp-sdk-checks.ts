import type { Node } from '../../code/code.js';
import { type Arr, isArr, objectOf, type V } from '../../code/trial/domain.js';
import type { CallModel } from '../../code/trial/library.js';
import type { Machine } from '../../code/trial/machine.js';

/** The hostnames that the SDK's localhost checks allow. */
export const loopback = ['localhost', '127.0.0.1', '[::1]'];

/**
 * What `@modelcontextprotocol/server` offers to fetch handlers: packages/server/src/server/middleware of the SDK.
 *
 * `originValidationResponse(request, hostnames)` and `hostHeaderValidationResponse` answer 403 as a `Response`, which the
 * handler has to return, or nothing; `validateOriginHeader(header, hostnames)` and `validateHostHeader` only say `{ ok }`.
 * Names are compared without scheme and port; an absent Origin is fine, an absent Host is not. `requireBearerAuth(options)`
 * gives a function from the request to what is known of the token, or to a `Response`.
 */
export const checks: Readonly<Record<string, CallModel>> = {
  '@modelcontextprotocol/server localhostAllowedOrigins': () => listOf(loopback),
  '@modelcontextprotocol/server localhostAllowedHostnames': () => listOf(loopback),
  '@modelcontextprotocol/server originValidationResponse': (machine, [, list], node) =>
    refusal(machine, isAllowed(machine.request?.origin, list, 'origin'), node),
  '@modelcontextprotocol/server hostHeaderValidationResponse': (machine, [, list], node) =>
    refusal(machine, isAllowed(machine.request?.host, list, 'host'), node),
  '@modelcontextprotocol/server validateOriginHeader': (_machine, [header, list]) =>
    objectOf({ ok: isAllowed(header, list, 'origin'), message: 'Invalid Origin' }),
  '@modelcontextprotocol/server validateHostHeader': (_machine, [header, list]) =>
    objectOf({ ok: isAllowed(header, list, 'host'), message: 'Invalid Host' }),
  '@modelcontextprotocol/server verifyBearerToken': (machine, _args, node) => bearer(machine, node),
};

function listOf(items: readonly string[]): Arr {
  return { items: [...items], open: undefined };
}

/** What is known of the token; 401 without one. */
export function bearer(machine: Machine, node: Node): V {
  machine.carriers.add('authorization-header');
  if (machine.request?.credentials === 'none') return refusalWith(machine, 401, node);
  return objectOf({ token: 'a token', scopes: listOf([]) });
}

function refusal(machine: Machine, isFine: boolean, node: Node): V {
  return isFine ? undefined : refusalWith(machine, 403, node);
}

function refusalWith(machine: Machine, status: number, node: Node): V {
  return machine.request?.responseOf(machine, undefined, objectOf({ status }), node);
}

/** Whether a header names one of the hosts; those of a list that could not be read are nobody's that attacks. */
function isAllowed(header: V, list: V, kind: 'origin' | 'host'): boolean {
  if (typeof header !== 'string') return header != null || kind === 'origin';
  const names = isArr(list) ? list.items : [];
  try {
    return names.includes(new URL(kind === 'origin' ? header : `http://${header}`).hostname);
  } catch {
    return false;
  }
}
