import type { Condition, Node } from '../../code/code.js';
import { type Closure, isClosure, native, objectOf, unknown, type V } from '../../code/trial/domain.js';
import { applyGate, type LibraryGate } from '../../code/trial/library.js';
import type { Machine } from '../../code/trial/machine.js';
import type { Request } from '../../code/trial/request.js';
import { type Convention, callbackOf } from '../convention.js';
import { refuseUnstarted } from './rpc.js';

/** Where calls come in: by a server that is started, from a program that speaks gRPC. */
export function entrance(conditions: readonly Condition[], gate: LibraryGate): Convention {
  return ({ machine, request, at, next }) => {
    refuseUnstarted(machine, conditions);
    if (request.kind !== 'absent') machine.act('refuses', at, 'no browser speaks gRPC', true);
    applyGate(machine, gate, at);
    if (machine.effect?.does !== 'refuses') next();
  };
}

/** `(call, callback)`; streams are given no callback, and come in by events. */
export const grpcMethod: Convention = ({ machine, request, callee, at }) => {
  const message = unknown('request', 'the message', 'request.body', at, true);
  const listeners: { readonly listener: Closure; readonly given: readonly V[] }[] = [];
  const on = native(([event, listener], self) => {
    if (isClosure(listener) && (event === 'data' || event === 'end'))
      listeners.push({ listener, given: event === 'data' ? [message] : [] });
    return self;
  });
  const fail = native((_args, _self, node) => {
    machine.act('refuses', node, 'the call ends with an error', true);
    return undefined;
  });
  const emit = native(([event], self, node) => (event === 'error' ? machine.call(fail, [], self, node) : true));
  const call = request.object(
    { request: message, metadata: metadataOf(machine, request), on, once: on, emit, destroy: fail, cancelled: false },
    name => (/^(write|end|sendMetadata|removeListener|off|pause|resume)$/.test(name) ? quiet : undefined),
  );
  machine.call(callee, [call, callbackOf(machine, () => {}).fn], undefined, at);
  for (const { listener, given } of listeners) {
    if (machine.effect?.does === 'refuses') return;
    machine.call(listener, given, undefined, at);
  }
};

const quiet = native(() => undefined);

/** Headers, each of which may be there several times. */
function metadataOf(machine: Machine, request: Request): V {
  const named = (name: V, node: Node): V =>
    machine.call(request.nodeRequest.props.get('get'), [name], request.nodeRequest, node);
  return objectOf({
    get: native(([name], _self, node) => {
      const value = named(name, node);
      return { items: value === undefined ? [] : [value], open: undefined };
    }),
    getMap: native(() => request.nodeRequest.props.get('headers')),
  });
}
