import type { Node } from '../code/code.js';
import { isUnknown, native, type V } from '../code/trial/domain.js';
import type { Machine } from '../code/trial/machine.js';
import type { Request } from '../code/trial/request.js';

/** One function's turn while a request is tried. */
export interface Turn {
  readonly machine: Machine;
  readonly request: Request;
  readonly callee: V;
  /** Where the library was given the function. */
  readonly at: Node;
  /** Nothing comes after it: it answers, or nobody does. */
  readonly isLast: boolean;
  /** Goes on to what comes after it. */
  readonly next: () => void;
}

/** How a library calls a function that it is given, and what it takes the answer for. */
export type Convention = (turn: Turn) => void;

/** `(request, response, next)`, as connect and express have it: an argument to `next` is an error. */
export const nodeStyle: Convention = ({ machine, request, callee, at, isLast, next }) => {
  const callback = callbackOf(machine, next);
  machine.call(callee, [request.nodeRequest, request.nodeResponse, callback.fn], undefined, at);
  if (isLast || !callback.isCalled()) request.deliverBody(machine);
};

/** The callback that hands on, once; called with an error, it refuses. */
export function callbackOf(machine: Machine, next: () => void): { readonly fn: V; isCalled(): boolean } {
  let handedOn = false;
  const fn = native(([error], _self, node) => {
    // express: `next('route')` leaves the route, not the request.
    const isError =
      error !== undefined &&
      error !== null &&
      error !== 'route' &&
      error !== 'router' &&
      !(isUnknown(error) && !machine.truth(error, node));
    if (isError) machine.act('refuses', node, 'handed to the error handler', false);
    else if (!handedOn) {
      handedOn = true;
      next();
    }
    return undefined;
  });
  return { fn, isCalled: () => handedOn };
}
