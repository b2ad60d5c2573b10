import type { Code, Node } from '../../code/code.js';
import { decorationsOf } from '../../code/decorators.js';
import type { FunctionNode } from '../../code/module.js';
import { native, type Obj, objectOf, unknown, type V } from '../../code/trial/domain.js';
import { keyOf } from '../../code/trial/keys.js';
import type { CallModel } from '../../code/trial/library.js';
import type { Machine } from '../../code/trial/machine.js';
import type { Request } from '../../code/trial/request.js';
import type { Thing, Value } from '../../code/value.js';
import type { Convention } from '../convention.js';

/** What decorators say of a route, those of the method before those of its class. */
export type Metadata = readonly { readonly key: readonly Value[]; readonly value: readonly Value[] }[];

const told = new WeakMap<Request, Metadata>();

/** `canActivate(context)`: a falsy answer is 403, an exception refuses as well. */
export function guardStyle(metadata: Metadata): Convention {
  return ({ machine, request, callee, at, next }) => {
    told.set(request, metadata);
    const answer = machine.call(callee, [executionContext(request)], undefined, at);
    if (machine.effect?.does === 'refuses') return;
    if (machine.truth(answer, at)) next();
    else machine.act('refuses', at, 'the guard answers no', false);
  };
}

/** A controller's method: its parameters are what their decorators say. */
export function routeStyle(code: Code, fn: FunctionNode): Convention {
  const sources = fn.parameters.map(parameter => decorationsOf(code, parameter)[0]?.thing);
  return ({ machine, request, callee, at }) => {
    const given = sources.map((source, index) => argumentOf(code, machine, request, source, fn.parameters[index]!));
    const result = machine.call(callee, given, undefined, at);
    request.deliverBody(machine);
    if (!machine.effect) request.returned(result, at);
  };
}

/** Where a parameter is written and what its decorator reads: https://docs.nestjs.com/custom-decorators */
function argumentOf(code: Code, machine: Machine, request: Request, source: Thing | undefined, node: Node): V {
  const { nodeRequest, nodeResponse } = request;
  const [, name = ''] = /^@nestjs\/(?:common|websockets) (\w+)\(\)$/.exec(source?.made ?? '') ?? [];
  const [key] = source?.call ? code.argument({ node: source.call, env: source.env }, 0).values : [];
  const part = (of: V): V =>
    key?.is === 'literal' && typeof key.value === 'string' ? machine.get(of, key.value.toLowerCase(), node) : of;
  switch (name) {
    case 'Req':
    case 'Request':
      return nodeRequest;
    case 'Res':
    case 'Response':
      return nodeResponse;
    case 'Headers':
      return part(nodeRequest.props.get('headers'));
    case 'Query':
      return key?.is === 'literal' ? request.query.lazy?.(String(key.value)) : request.query;
    case 'Body':
      return unknown('request', "the request's body", 'request.body', node, true);
    case 'Next':
      return native(() => undefined);
    default:
      return madeBy(code, machine, request, source, node);
  }
}

/** `createParamDecorator((data, context) => …)` */
function madeBy(code: Code, machine: Machine, request: Request, source: Thing | undefined, node: Node): V {
  const maker = source?.from;
  if (maker?.is !== 'thing' || !maker.made.endsWith('createParamDecorator()') || !maker.call || !source?.call)
    return unknown('request', 'a parameter', `parameter${machine.keyAt(node)}`, node);
  const [reader] = code.argument({ node: maker.call, env: maker.env }, 0).values;
  const data = machine.fromStatic(code.argument({ node: source.call, env: source.env }, 0).values, node);
  return reader
    ? machine.call(machine.fromStatic([reader], node), [data, executionContext(request)], undefined, node)
    : undefined;
}

/** `ExecutionContext` and `ArgumentsHost`. */
function executionContext(request: Request): Obj {
  const { nodeRequest, nodeResponse } = request;
  const seen = [nodeRequest, nodeResponse];
  const http = objectOf({
    getRequest: native(() => nodeRequest),
    getResponse: native(() => nodeResponse),
    getNext: native(() => native(() => undefined)),
  });
  const socket = objectOf({ getClient: native(() => request.webSocket()), getData: native(() => undefined) });
  const here = (what: string) => native(() => objectOf({ name: what, metadata: true }));
  return request.object({
    switchToHttp: native(() => http),
    switchToWs: native(() => socket),
    getHandler: here('handler'),
    getClass: here('controller'),
    getType: native(() => (request.facts.stage === 'http' ? 'http' : 'ws')),
    getArgs: native(() => ({ items: seen, open: undefined })),
    getArgByIndex: native(([index]) => seen[Number(index)]),
  });
}

/** What `Reflector` finds for a key: what a decorator of the route said, else nothing. */
const reflected: CallModel = (machine, [key], node) => {
  const metadata = (machine.request && told.get(machine.request)) ?? [];
  const found = metadata.find(each => keyOf(machine.fromStatic(each.key, node)) === keyOf(key));
  return found && machine.fromStatic(found.value, node);
};

/** A list, empty where nothing was said. */
const merged: CallModel = (machine, args, node) => reflected(machine, args, node) ?? { items: [], open: undefined };

/** The reflector, however it was come by. */
export const reflectors: Readonly<Record<string, CallModel>> = Object.fromEntries(
  ['@nestjs/core :Reflector', '@nestjs/core new Reflector'].flatMap(made => [
    [`${made}#get`, reflected],
    [`${made}#getAll`, merged],
    [`${made}#getAllAndOverride`, reflected],
    [`${made}#getAllAndMerge`, merged],
  ]),
);
