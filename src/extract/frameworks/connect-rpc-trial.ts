import type { Condition, Expression, Node } from '../../code/code.js';
import {
  isArr,
  isClosure,
  isNative,
  isObj,
  isUnknown,
  native,
  type Obj,
  objectOf,
  unknown,
  type V,
} from '../../code/trial/domain.js';
import { keyOf } from '../../code/trial/keys.js';
import { applyGate, type CallModel } from '../../code/trial/library.js';
import type { Machine } from '../../code/trial/machine.js';
import { outerScope } from '../../code/trial/names.js';
import type { Request } from '../../code/trial/request.js';
import type { Env } from '../../code/value.js';
import type { Convention } from '../convention.js';
import { refuseUnstarted } from './rpc.js';

/** Options as they are written, in the frame of their call: what they hold may hang on the configuration. */
export interface Options {
  readonly expression: Expression;
  readonly env: Env | undefined;
}

/** What a trial has to know of a router. */
export interface RpcServer {
  readonly options: Options | undefined;
  /** Under which it is made. */
  readonly conditions: readonly Condition[];
  readonly isOnPlainHttp2: () => boolean;
}

/** `next => async req => next(req)`, the first of the list outermost. */
export function interception(server: RpcServer, own: Options | undefined, name: string): Convention {
  return ({ machine, request, at, next }) => {
    if (!enters(machine, request, server, at)) return;
    const list = optionNamed(machine, own ?? server.options, 'interceptors', at);
    const known = isArr(list) ? list.items : [];
    if (list !== undefined && (!isArr(list) || list.open)) applyGate(machine, unread, at);
    let call: V = native((_args, _self, node) => {
      next();
      return unknown('config', 'the answer of the method', 'rpc.answer', node, true);
    });
    for (const interceptor of known.toReversed()) {
      if (isRefused(machine)) return;
      if (isUnknown(interceptor)) applyGate(machine, unread, at);
      const around = machine.call(interceptor, [call], undefined, at);
      // What a library's interceptor does with the call is not followed: it hands on unless its name says otherwise.
      if (isClosure(around) || isNative(around)) call = around;
    }
    if (!isRefused(machine)) machine.call(call, [callOf(request, name)], undefined, at);
  };
}

const unread = { is: 'unclear', why: 'an interceptor that could not be read' } as const;

/** `(message, context)`; streams are generators, of which the library takes all that they yield. */
export function method(server: RpcServer, name: string): Convention {
  return ({ machine, request, callee, at }) => {
    if (!enters(machine, request, server, at)) return;
    const { header, values } = partsOf(request);
    const context = request.object({
      requestHeader: header,
      values,
      ...namesOf(name),
      requestMethod: 'POST',
      protocolName: unknown('request', 'the protocol', 'rpc.protocol'),
      url: request.url(),
      signal: objectOf({ aborted: false, addEventListener: quiet }),
      responseHeader: written,
      responseTrailer: written,
    });
    machine.drains = true;
    machine.call(callee, [messageOf(at), context], undefined, at);
    machine.drains = false;
  };
}

const quiet = native(() => undefined);
const written = objectOf({
  set: quiet,
  append: quiet,
  delete: quiet,
  get: native(() => null),
  has: native(() => false),
});

function messageOf(at: Node): V {
  return unknown('request', 'the message', 'request.body', at, true);
}

/** The call as interceptors see it. */
function callOf(request: Request, name: string): Obj {
  const { header, values } = partsOf(request);
  return request.object({
    header,
    contextValues: values,
    ...namesOf(name),
    requestMethod: 'POST',
    url: request.url(),
    message: unknown('request', 'the message', 'request.body', undefined, true),
    stream: unknown('request', 'whether it is a stream', 'rpc.stream'),
    signal: objectOf({ aborted: false, addEventListener: quiet }),
    init: objectOf({}),
  });
}

function namesOf(name: string): Record<string, V> {
  const typeName = unknown('config', 'the name of the service', 'rpc.service');
  const local = name.charAt(0).toLowerCase() + name.slice(1);
  return { service: objectOf({ typeName }), method: objectOf({ name, localName: local }) };
}

interface Parts {
  readonly header: V;
  readonly values: V;
}

const parts = new WeakMap<Request, Parts>();

function partsOf(request: Request): Parts {
  const known = parts.get(request) ?? { header: request.fetchRequest().props.get('headers'), values: valuesOf() };
  parts.set(request, known);
  return known;
}

/** Whether the server is there and can be reached, and its `contextValues` have not thrown; asked once for a request. */
function enters(machine: Machine, request: Request, server: RpcServer, at: Node): boolean {
  if (parts.has(request)) return true;
  refuseUnstarted(machine, server.conditions);
  if (server.isOnPlainHttp2() && request.kind !== 'absent')
    machine.act('refuses', at, 'no browser speaks HTTP/2 without TLS', true);
  const maker = optionNamed(machine, server.options, 'contextValues', at);
  if (maker !== undefined) {
    const values = machine.call(maker, [request.nodeRequest], undefined, at);
    if (isRefused(machine)) return false;
    if (isObj(values)) parts.set(request, { ...partsOf(request), values });
  }
  partsOf(request);
  return true;
}

function isRefused(machine: Machine): boolean {
  return machine.effect?.does === 'refuses';
}

function optionNamed(machine: Machine, options: Options | undefined, name: string, at: Node): V {
  if (!options) return undefined;
  return machine.get(machine.eval(options.expression, outerScope(options.env)), name, at);
}

/** Values by their keys, of which most stand for nothing until they are set. */
function valuesOf(): Obj {
  const set = new Map<string, V>();
  const values: Obj = objectOf({
    get: native(([key]) => set.get(keyOf(key))),
    set: native(([key, value]) => {
      set.set(keyOf(key), value);
      return values;
    }),
    delete: native(([key]) => {
      set.delete(keyOf(key));
      return values;
    }),
  });
  return values;
}

/** https://connectrpc.com/docs/node/interceptors#context-values */
export const contextHelpers: Readonly<Record<string, CallModel>> = {
  '@connectrpc/connect createContextValues': () => valuesOf(),
};
