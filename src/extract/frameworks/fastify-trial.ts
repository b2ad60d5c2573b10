import { isClosure, isErr, native, type Obj, objectOf, unknown } from '../../code/trial/domain.js';
import { Thrown } from '../../code/trial/effects.js';
import type { Machine } from '../../code/trial/machine.js';
import type { Request } from '../../code/trial/request.js';
import { type Convention, callbackOf } from '../convention.js';

/** `(request, reply, done)`, with the payload before `done` where the hook has one. */
export function hook(parameters: 3 | 4): Convention {
  return ({ machine, request, callee, at, next }) => {
    const done = callbackOf(machine, next);
    const seen = [requestOf(machine, request), replyOf(machine, request)];
    machine.call(
      callee,
      parameters === 4
        ? [...seen, unknown('request', "the request's body", 'request.body', at), done.fn]
        : [...seen, done.fn],
      undefined,
      at,
    );
    if (!done.isCalled() && !machine.effect && isClosure(callee) && callee.fn.parameters.length < parameters) next();
  };
}

/** `(request, reply)`; what it returns is sent. */
export const routeHandler: Convention = ({ machine, request, callee, at }) => {
  const reply = replyOf(machine, request);
  const result = machine.call(callee, [requestOf(machine, request), reply], undefined, at);
  request.deliverBody(machine);
  if (!machine.effect && result !== undefined && result !== reply)
    machine.call(reply.props.get('send'), [result], reply, at);
};

/** `(socket, request)` */
export const socketHandler: Convention = ({ machine, request, callee, at }) => {
  machine.call(callee, [request.webSocket(), requestOf(machine, request)], undefined, at);
};

const quiet = native(() => undefined);
const log = objectOf({}, { lazy: () => quiet });

function requestOf(machine: Machine, request: Request): Obj {
  const { nodeRequest } = request;
  const jwtVerify = native((_args, _self, node) => {
    const token = request.credential(
      machine,
      'Authorization header',
      'authorization-header',
      'header.authorization',
      node,
    );
    if (token === undefined) throw new Thrown({ error: 'no token' });
    return token;
  });
  const more = {
    raw: nodeRequest,
    log,
    jwtVerify,
    server: unknown('config', 'the app', 'request.server'),
    routeOptions: unknown('config', 'the route', 'request.route'),
  };
  return request.object(more, name => nodeRequest.props.get(name) ?? nodeRequest.lazy?.(name));
}

/** Answers of @fastify/sensible. */
const refusals =
  /^(badRequest|unauthorized|forbidden|notFound|methodNotAllowed|notAcceptable|conflict|tooManyRequests|unprocessableEntity|internalServerError|notImplemented|serviceUnavailable)$/;

const replies = new WeakMap<Request, Obj>();

function replyOf(machine: Machine, request: Request): Obj {
  const known = replies.get(request);
  if (known) return known;
  const { nodeResponse } = request;
  const refuse = native((_args, self, node) => {
    request.answer(400, node);
    return self;
  });
  const send = native(([payload], self, node) => {
    if (isErr(payload)) request.answer(500, node);
    else machine.call(nodeResponse.props.get('send'), [payload], nodeResponse, node);
    return self;
  });
  const same = ['code', 'status', 'redirect'].map(name => [name, nodeResponse.props.get(name)] as const);
  const reply = request.object(
    { ...Object.fromEntries(same), raw: nodeResponse, send, sent: false, statusCode: 200, log },
    name => (refusals.test(name) ? refuse : native((_args, self) => self)),
  );
  replies.set(request, reply);
  return reply;
}
