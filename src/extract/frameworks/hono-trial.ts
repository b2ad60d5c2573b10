import type { Node } from '../../code/code.js';
import { isObj, isPrimitive, native, type Obj, objectOf, unknown, type V } from '../../code/trial/domain.js';
import type { CallModel } from '../../code/trial/library.js';
import type { Machine } from '../../code/trial/machine.js';
import type { Request } from '../../code/trial/request.js';
import type { Convention } from '../convention.js';
import { executionContext, platformEnvironment } from './workers.js';

/** `(c, next)` */
export const honoStyle: Convention = ({ machine, request, callee, at, next }) => {
  let handedOn = false;
  const proceed = native(() => {
    if (!handedOn) {
      handedOn = true;
      next();
    }
    return undefined;
  });
  request.returned(machine.call(callee, [contextOf(machine, request, at), proceed], undefined, at), at);
};

/** `(request, env, executionContext)`, for what is mounted. */
export const mounted: Convention = ({ machine, request, callee, at }) => {
  request.returned(
    machine.call(callee, [request.fetchRequest(), platformEnvironment(machine, at), executionContext], undefined, at),
    at,
  );
};

const quiet = native(() => undefined);
const contexts = new WeakMap<Request, Obj>();
/** Variables that authentication middleware leaves on the context. */
const identity = /^(user\w*|auth\w*|session|principal|account|identity|apiKey|token|jwtPayload|claims|clientId)$/i;

function contextOf(machine: Machine, request: Request, at: Node): Obj {
  const known = contexts.get(request);
  if (known) return known;
  let status: V = 200;
  const variables = new Map<string, V>();
  const respond = native(([body, init], _self, node) =>
    request.responseOf(machine, body, isObj(init) ? init : objectOf({ status: init ?? status }), node),
  );
  const variable = (name: string, node?: Node): V => {
    if (variables.has(name)) return variables.get(name);
    return identity.test(name)
      ? request.credential(machine, `c.get('${name}')`, 'middleware', `context.${name}`, node ?? at)
      : undefined;
  };
  const context = request.object({
    req: requestOf(machine, request),
    env: platformEnvironment(machine, at, { incoming: request.nodeRequest, outgoing: request.nodeResponse }),
    executionCtx: executionContext,
    json: respond,
    text: respond,
    html: respond,
    body: respond,
    newResponse: respond,
    render: respond,
    redirect: native(([, code], _self, node) =>
      request.responseOf(machine, undefined, objectOf({ status: code ?? 302 }), node),
    ),
    notFound: native((_args, _self, node) => request.responseOf(machine, undefined, objectOf({ status: 404 }), node)),
    status: native(([code]) => {
      status = code;
      return undefined;
    }),
    set: native(([name, value]) => {
      if (isPrimitive(name)) variables.set(String(name), value);
      return undefined;
    }),
    get: native(([name], _self, node) => variable(String(name), node)),
    var: objectOf({}, { lazy: variable }),
    header: quiet,
    res: objectOf({
      status: 200,
      headers: objectOf({
        set: quiet,
        append: quiet,
        delete: quiet,
        get: native(() => null),
        has: native(() => false),
      }),
    }),
  });
  contexts.set(request, context);
  return context;
}

/** `c.req` */
function requestOf(machine: Machine, request: Request): Obj {
  const raw = request.fetchRequest();
  const headers = request.nodeRequest.props.get('headers');
  const body = native(() => unknown('request', "the request's body", 'request.body', undefined, true));
  return request.object(
    {
      raw,
      method: raw.props.get('method'),
      path: request.nodeRequest.props.get('path'),
      header: native(([name]) =>
        name === undefined
          ? headers
          : isPrimitive(name)
            ? request.header(String(name).toLowerCase(), undefined)
            : unknown('request', 'a header', 'request.header', undefined),
      ),
      query: native(([name], _self, node) =>
        isPrimitive(name) && name !== undefined ? machine.get(request.query, String(name), node) : request.query,
      ),
      queries: native(() => unknown('request', 'the query', 'request.search', undefined)),
      param: native(([name]) => unknown('request', 'a part of the path', `request.param.${String(name)}`, undefined)),
    },
    name => {
      if (name === 'url') return request.url();
      return /^(json|text|parseBody|formData|arrayBuffer|blob|valid|bodyCache)$/.test(name) ? body : undefined;
    },
  );
}

/** `getCookie(c, name)` */
export function cookie(...[machine, [, name], node]: Parameters<CallModel>): V {
  return machine.request?.credential(machine, `cookie ${String(name)}`, 'cookie', `cookie.${String(name)}`, node);
}
