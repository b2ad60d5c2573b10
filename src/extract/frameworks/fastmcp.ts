import type { Code, Given, MethodCall, Node } from '../../code/code.js';
import { isNullish } from '../../code/value.js';
import type { Framework } from '../framework.js';
import type { ServedGate, Surface } from '../surface.js';
import { isOlder } from '../versions.js';
import { corsOf } from './mcp-proxy.js';
import { asked, constructedWith, isGiven, pathOption, textOr, writtenAt } from './self-served.js';

/**
 * fastmcp: https://github.com/punkpeye/fastmcp (src/FastMCP.ts), which serves through mcp-proxy (src/startHTTPServer.ts)
 *
 * - `new FastMCP({ authenticate, auth }).start({ transportType: 'httpStream', httpStream: { port, host, endpoint, cors } })`
 *   listens at once; `sse` is the transport of the versions before 2.2. Without a transport it is stdio.
 * - The host is `localhost` since 3.15, before that mcp-proxy's `::`.
 * - `authenticate(request)` is asked for every request: what it throws refuses. A falsy answer, or `{ authenticated:
 *   false }`, refuses since 3.32 (mcp-proxy 6); before that only without sessions, else the session is made all the same.
 * - Neither Host nor Origin is looked at; `Access-Control-Allow-Origin: *` with credentials unless `cors` says otherwise.
 */
export const fastmcp: Framework = {
  id: 'fastmcp',
  words: ["'fastmcp'", '"fastmcp"'],
  read(code, surface) {
    for (const call of code.methodCalls(['start'])) {
      if (call.receiver.made === 'fastmcp new FastMCP') readStart(code, surface, call);
    }
  },
};

function readStart(code: Code, surface: Surface, call: MethodCall): void {
  const options = code.argument(call, 0);
  const transports = code.option(options, 'transportType').values;
  const isStdio = transports.every(value => (value.is === 'literal' && value.value === 'stdio') || isNullish(value));
  if (isStdio) {
    surface.stdio.push(code.at(call.node));
    return;
  }
  const { receiver } = call;
  const isSse = transports.every(value => value.is === 'literal' && value.value === 'sse');
  const http = code.option(options, isSse ? 'sse' : 'httpStream');
  const host = code.setting(code.option(http, 'host'), textOr, hostOf(code, call.node));
  surface.listenings.push({ on: receiver, via: 'fastmcp', host, call, probe: false });
  surface.served.push({
    thing: receiver,
    via: 'fastmcp',
    at: receiver.site,
    call,
    host,
    ways: [
      {
        method: isSse ? 'GET' : '*',
        path: pathOption(code, code.option(http, 'endpoint'), isSse ? '/sse' : '/mcp'),
        transport: isSse ? 'sse' : 'streamable-http',
        gates: gatesOf(code, constructedWith(code, receiver), http, call.node),
      },
    ],
    cors: corsOf(code, http),
  });
}

function hostOf(code: Code, node: Node): { value: string; because: string } {
  return isOlder(code, 'fastmcp', node, [3, 15])
    ? { value: '::', because: 'fastmcp listens on every interface before version 3.15' }
    : { value: 'localhost', because: 'fastmcp listens on localhost unless `host` is given' };
}

function gatesOf(code: Code, settings: Given, http: Given, node: Node): ServedGate[] {
  const own = code.option(settings, 'authenticate');
  const admitsFalsy = isOlder(code, 'fastmcp', node, [3, 32]) && !isStateless(code, http);
  const asks = own.values.flatMap((value): ServedGate[] =>
    value.is === 'function'
      ? [{ gate: asked(value, admitsFalsy), at: value.node, name: 'authenticate' }]
      : isNullish(value)
        ? []
        : [
            {
              gate: { is: 'unclear', why: '`authenticate` could not be read' },
              at: writtenAt(own),
              name: 'authenticate',
            },
          ],
  );
  if (asks.length) return asks;
  // A provider of the library's checks a bearer token: src/auth/providers/AuthProvider.ts
  const provider = code.option(settings, 'auth');
  return isGiven(provider)
    ? [{ gate: { is: 'secret', carrier: 'authorization-header' }, at: writtenAt(provider), name: 'auth' }]
    : [];
}

function isStateless(code: Code, http: Given): boolean {
  return code.option(http, 'stateless').values.some(value => value.is === 'literal' && value.value === true);
}
