import type { Node } from '../../code/code.js';
import { isObj, isPrimitive, native, type Obj, objectOf, unknown, type V } from '../../code/trial/domain.js';
import { Thrown } from '../../code/trial/effects.js';
import type { CallModel } from '../../code/trial/library.js';
import type { Machine } from '../../code/trial/machine.js';
import type { Request } from '../../code/trial/request.js';
import type { Convention } from '../convention.js';

/** `(event, next)`: an answer ends the request, `undefined` hands on, as does `next()`. */
export const h3Style: Convention = ({ machine, request, callee, at, isLast, next }) => {
  const event = eventOf(machine, request, at);
  let handedOn = false;
  const proceed = native(() => {
    if (!handedOn) {
      handedOn = true;
      next();
    }
    return undefined;
  });
  const answer = machine.call(callee, [event, proceed], undefined, at);
  request.deliverBody(machine);
  if (handedOn || machine.effect?.does === 'refuses') return;
  request.returned(answer, at);
  const status = machine.get(machine.get(event, 'res', at), 'status', at);
  if (machine.effect) return;
  if (answer !== undefined && typeof status === 'number') request.answer(status, at);
  else if (answer === undefined && !isLast) next();
};

const events = new WeakMap<Request, Obj>();

function eventOf(machine: Machine, request: Request, at: Node): Obj {
  const known = events.get(request);
  if (known) return known;
  const web = request.fetchRequest();
  const { nodeRequest, nodeResponse } = request;
  const shared = ['method', 'headers'].map(name => [name, web.props.get(name)] as const);
  const event = request.object({
    ...Object.fromEntries(shared),
    url: urlOf(request),
    req: web,
    request: web,
    web: objectOf({ request: web }),
    node: objectOf({ req: nodeRequest, res: nodeResponse }),
    res: request.object({ headers: objectOf({ set: quiet, append: quiet, get: native(() => null) }) }),
    path: nodeRequest.props.get('url'),
    context: request.object({}, name =>
      /^(user\w*|auth\w*|session|token|account|apiKey)$/i.test(name)
        ? request.credential(machine, `event.context.${name}`, 'middleware', `context.${name}`, at)
        : undefined,
    ),
    respondWith: native(([response], _self, node) => {
      request.returned(response, node);
      return undefined;
    }),
  });
  events.set(request, event);
  return event;
}

/** A URL where the path is known; `event.url` of version 2, `getRequestURL(event)` of version 1. */
function urlOf(request: Request): V {
  const text = request.url();
  return typeof text === 'string' ? { url: new URL(text), query: request.query } : text;
}

const quiet = native(() => undefined);

const header: CallModel = (machine, [, name]) =>
  isPrimitive(name) && name !== undefined
    ? machine.request?.header(String(name).toLowerCase(), undefined)
    : unknown('request', 'a header', 'request.header');

const headers: CallModel = machine => machine.request?.nodeRequest.props.get('headers');
const body: CallModel = (_machine, _args, node) => unknown('request', "the request's body", 'request.body', node, true);
const method: CallModel = machine => machine.request?.facts.method;
const nothing: CallModel = () => undefined;

/** `createError({ statusCode })` is thrown, or given to `sendError`: either refuses. */
const failure: CallModel = (_machine, [given]) => ({ error: given });
const sendError: CallModel = (machine, _args, node) => {
  machine.request?.answer(500, node);
  return undefined;
};

const setStatus: CallModel = (machine, [event, status], node) => {
  const response = machine.get(event, 'res', node);
  if (isObj(response)) machine.set(response, 'status', status);
  return undefined;
};

/** Version 1 asks for a cookie or the session that it seals. */
const cookie: CallModel = (machine, [, name], node) =>
  machine.request?.credential(machine, `cookie ${String(name)}`, 'cookie', `cookie.${String(name)}`, node);

/** Refuses without the password: version 2. */
const basic: CallModel = (machine, _args, node) => {
  const sent = machine.request?.header('authorization', undefined);
  if (sent === undefined) throw new Thrown({ error: 'no password' });
  return unknown('secret', 'a verified password', `basic${machine.keyAt(node)}`, node, true);
};

/** True, or an answer, for a preflight only: the headers refuse nobody. */
const cors: CallModel = machine => machine.request?.facts.method === 'OPTIONS';

const functions: Readonly<Record<string, CallModel>> = {
  getHeader: header,
  getRequestHeader: header,
  getHeaders: headers,
  getRequestHeaders: headers,
  getMethod: method,
  getRequestProtocol: () => 'http',
  getRequestHost: machine => machine.request?.host,
  getRequestURL: (machine, [event], node) => machine.get(event, 'url', node),
  getRequestPath: (machine, [event], node) => machine.get(event, 'path', node),
  getQuery: machine => machine.request?.query,
  getValidatedQuery: machine => machine.request?.query,
  readBody: body,
  readRawBody: body,
  readValidatedBody: body,
  getCookie: cookie,
  parseCookies: machine => machine.request?.nodeRequest.lazy?.('cookies'),
  createError: failure,
  'new HTTPError': failure,
  'new H3Error': failure,
  sendError,
  setResponseStatus: setStatus,
  setHeader: nothing,
  setHeaders: nothing,
  setResponseHeader: nothing,
  setResponseHeaders: nothing,
  appendResponseHeader: nothing,
  appendCorsHeaders: nothing,
  handleCors: cors,
  requireBasicAuth: basic,
  toWebRequest: (machine, [event], node) => machine.get(event, 'web', node),
};

/** The package, its alias in Nitro, and the name under which Nuxt imports it unasked. */
export const h3Modules = ['h3', 'h3-nightly', 'nitro/h3', '#imports', 'nitropack/runtime'];

/** What the helpers of h3 answer, in every module that hands them out. */
export const helpers: Readonly<Record<string, CallModel>> = Object.fromEntries(
  h3Modules.flatMap(module => Object.entries(functions).map(([name, model]) => [`${module} ${name}`, model])),
);

/** What one of them made. */
export const h3Made = new RegExp(`^(${h3Modules.join('|').replaceAll('/', '\\/')}) `);
