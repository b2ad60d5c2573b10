import type { Node } from '../../code/code.js';
import { native, type Obj, objectOf, type V } from '../../code/trial/domain.js';
import { Thrown } from '../../code/trial/effects.js';
import type { Machine } from '../../code/trial/machine.js';
import type { Request } from '../../code/trial/request.js';
import type { Convention } from '../convention.js';

/** `(ctx, next)`: one that comes back without `next` has answered, with 404 where it set nothing. */
export const koaStyle: Convention = ({ machine, request, callee, at, isLast, next }) => {
  const context = contextOf(machine, request, at);
  let handedOn = false;
  const proceed = native(() => {
    if (!handedOn) {
      handedOn = true;
      next();
    }
    return undefined;
  });
  machine.call(callee, [context, proceed], undefined, at);
  request.deliverBody(machine);
  if (handedOn || machine.effect) return;
  const status = machine.get(context, 'status', at);
  if (typeof status === 'number') request.answer(status, at);
  // Nothing was set: the empty answer of koa is a 404, unless the handler wrote to `ctx.res` itself.
  else if (!isLast && machine.get(context, 'body', at) === undefined) request.answer(404, at);
};

const quiet = native(() => undefined);
const contexts = new WeakMap<Request, Obj>();

function contextOf(machine: Machine, request: Request, at: Node): Obj {
  const known = contexts.get(request);
  if (known) return known;
  const { nodeRequest, nodeResponse } = request;
  const header = nodeRequest.props.get('get');
  const shown = (name: string) => nodeRequest.props.get(name) ?? nodeRequest.lazy?.(name);
  const fail = native(([first, second], _self, node) => {
    const status = [first, second].find(value => typeof value === 'number') ?? 500;
    request.answer(status, node);
    throw new Thrown(objectOf({ status, statusCode: status, expose: true, message: 'refused' }));
  });
  const answer = { set: quiet, append: quiet, remove: quiet, vary: quiet, flushHeaders: quiet };
  const context: Obj = request.object(
    {
      req: nodeRequest,
      res: nodeResponse,
      request: request.object({ get: header, header: shown('headers') }, shown),
      response: request.object(answer),
      get: header,
      header: shown('headers'),
      state: request.object({}, name => stateOf(machine, request, name, at)),
      cookies: objectOf({
        get: native(([name], _self, node) =>
          request.credential(machine, `cookie ${String(name)}`, 'cookie', `cookie.${String(name)}`, node),
        ),
        set: quiet,
      }),
      throw: fail,
      assert: native(([condition, ...rest], self, node) =>
        machine.truth(condition, node) ? undefined : machine.call(fail, rest, self, node),
      ),
      redirect: native((_args, _self, node) => {
        request.answer(302, node);
        return undefined;
      }),
      ...answer,
      status: undefined,
      body: undefined,
    },
    // The origin is the scheme and host under which the server is asked, not the Origin header.
    name => (name === 'origin' ? request.ownOrigin : shown(name)),
  );
  contexts.set(request, context);
  return context;
}

/** What authentication middleware leaves behind: https://github.com/koajs/jwt, https://github.com/rkusa/koa-passport */
function stateOf(machine: Machine, request: Request, name: string, node: Node): V {
  return /^(user\w*|auth\w*|session|jwt\w*|token|account|apiKey)$/i.test(name)
    ? request.credential(machine, `ctx.state.${name}`, 'middleware', `state.${name}`, node)
    : undefined;
}
