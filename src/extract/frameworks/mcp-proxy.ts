import type { ApiCall, Code, Given } from '../../code/code.js';
import { isNullish } from '../../code/value.js';
import type { Setting } from '../../facts/index.js';
import type { Framework } from '../framework.js';
import type { SelfServed, ServedGate, Surface } from '../surface.js';
import { asked, isGiven, pathOption, textOr, writtenAt } from './self-served.js';

/**
 * mcp-proxy: https://github.com/punkpeye/mcp-proxy (src/startHTTPServer.ts)
 *
 * `startHTTPServer({ createServer, port, host, apiKey, authenticate, cors })` listens at once, on `::` unless `host` is
 * given. `apiKey` (in the header X-API-Key) is asked for on both endpoints, `authenticate(request)` on the stream endpoint
 * alone; every new session is made by `createServer(request)`, and what that throws refuses, whatever it returns serves.
 * So on the SSE endpoint `createServer` is the only function of the user's that can refuse. Without any of them it asks
 * for nothing; neither Host nor Origin is looked at; `Access-Control-Allow-Origin: *` with credentials unless `cors` says
 * otherwise.
 */
export const mcpProxy: Framework = {
  id: 'mcp-proxy',
  words: ["'mcp-proxy'", '"mcp-proxy"'],
  read(code, surface) {
    for (const call of code.apiCalls(
      ['startHTTPServer'],
      (module, path) => module === 'mcp-proxy' && path === 'startHTTPServer',
    ))
      readServer(code, surface, call);
  },
};

function readServer(code: Code, surface: Surface, call: ApiCall): void {
  const options = code.argument(call, 0);
  const host = code.setting(code.option(options, 'host'), textOr, {
    value: '::',
    because: 'mcp-proxy listens on every interface unless `host` is given',
  });
  const key = keyGate(code, options);
  const asks = askedGates(code, options);
  const makes = makingGates(code, options, asks.length > 0);
  const ways = [
    {
      name: 'streamEndpoint',
      silent: '/mcp',
      method: '*',
      transport: 'streamable-http',
      gates: [...key, ...asks, ...makes],
    },
    { name: 'sseEndpoint', silent: '/sse', method: 'GET', transport: 'sse', gates: [...key, ...makes] },
  ] as const;
  surface.listenings.push({ on: call.thing, via: 'mcp-proxy', host, call, probe: false });
  surface.served.push({
    thing: call.thing,
    via: 'mcp-proxy',
    at: call.node,
    call,
    host,
    ways: ways
      .map(way => ({ ...way, endpoint: code.option(options, way.name) }))
      .filter(({ endpoint }) => !endpoint.values.every(value => value.is === 'literal' && value.value === null))
      .map(({ endpoint, silent, method, transport, gates }) => ({
        method,
        path: pathOption(code, endpoint, silent),
        transport,
        gates,
      })),
    cors: corsOf(code, options),
  });
}

function keyGate(code: Code, options: Given): ServedGate[] {
  const key = code.option(options, 'apiKey');
  return isGiven(key) ? [{ gate: { is: 'secret', carrier: 'custom-header' }, at: writtenAt(key), name: 'apiKey' }] : [];
}

function askedGates(code: Code, options: Given): ServedGate[] {
  const asks = code.option(options, 'authenticate');
  return asks.values.flatMap((value): ServedGate[] => {
    if (value.is === 'function') return [{ gate: asked(value), at: value.node, name: 'authenticate' }];
    if (isNullish(value)) return [];
    return [unread('authenticate', writtenAt(asks))];
  });
}

/**
 * What makes the sessions, where it takes a request that it could refuse. One that could not be read is counted only
 * where callers are asked who they are: elsewhere it has nothing to refuse for.
 */
function makingGates(code: Code, options: Given, asksCallers: boolean): ServedGate[] {
  const makes = code.option(options, 'createServer');
  return makes.values.flatMap((value): ServedGate[] => {
    if (value.is !== 'function') return asksCallers ? [unread('createServer', writtenAt(makes))] : [];
    if (value.node.parameters.length === 0) return [];
    return [{ gate: asked(value, true), at: value.node, name: 'createServer' }];
  });
}

function unread(name: string, at: ServedGate['at']): ServedGate {
  return { gate: { is: 'unclear', why: `\`${name}\` could not be read` }, at, name };
}

/** Whatever `cors` leaves out stays: `*`, with credentials. */
export function corsOf(code: Code, options: Given): SelfServed['cors'] {
  const cors = code.option(options, 'cors');
  if (cors.values.length > 0 && cors.values.every(value => value.is === 'literal' && value.value === false))
    return undefined;
  const credentials: Setting<boolean> = code.setting(
    code.option(cors, 'credentials'),
    value => (typeof value === 'boolean' ? value : undefined),
    { value: true, because: 'mcp-proxy sends Access-Control-Allow-Credentials unless `cors` says otherwise' },
  );
  return {
    origin: code.option(cors, 'origin'),
    silent: '*',
    credentials,
    because: 'mcp-proxy answers every origin with `*` unless `cors` says otherwise',
  };
}
