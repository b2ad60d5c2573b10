import type { ApiCall, Code, Given, Node } from '../../code/code.js';
import { isSameThing } from '../../code/value.js';
import type { Framework } from '../framework.js';
import type { SelfServed, ServedGate, Surface } from '../surface.js';
import { isOlder } from '../versions.js';
import { asked, isGiven, pathOption, textOr, textsIn, writtenAt } from './self-served.js';

/**
 * mcp-framework: https://github.com/QuantGeekDev/mcp-framework (src/core/MCPServer.ts, src/transports)
 *
 * - `new MCPServer({ transport: { type: 'http-stream' | 'sse', options, auth } })`, or several `transports`; stdio unless
 *   said. The host is 127.0.0.1 since 0.2.20, before that every interface.
 * - `options.cors.allowedOrigins` refuses other origins since 0.2.20, absent ones pass; without it nothing is refused.
 * - `options.auth.provider` asks for a credential, unless `auth.endpoints.messages` is false; when an SSE stream is opened
 *   only with `auth.endpoints.sse` (src/transports/sse/server.ts).
 * - SSE always sends `Access-Control-Allow-Origin`, `*` unless `cors.allowOrigin` is given; Streamable HTTP only with `cors`.
 */
export const mcpFramework: Framework = {
  id: 'mcp-framework',
  words: ["'mcp-framework'", '"mcp-framework"'],
  read(code, surface) {
    for (const call of code.constructions((module, path) => module === 'mcp-framework' && path === 'MCPServer'))
      readServer(code, surface, call);
  },
};

function readServer(code: Code, surface: Surface, call: ApiCall): void {
  const options = code.argument(call, 0);
  const several = code.flattened(code.option(options, 'transports')).filter(isGiven);
  const single = code.option(options, 'transport');
  const transports = several.length ? several : isGiven(single) ? [single] : [];
  if (!transports.length) surface.stdio.push(code.at(call.node));
  for (const transport of transports) readTransport(code, surface, call, transport);
}

function readTransport(code: Code, surface: Surface, call: ApiCall, transport: Given): void {
  const types = code.option(transport, 'type').values;
  const isOnly = (type: string) => types.every(value => value.is === 'literal' && value.value === type);
  if (isOnly('stdio')) {
    surface.stdio.push(code.at(call.node));
    return;
  }
  const options = code.option(transport, 'options');
  const host = code.setting(code.option(options, 'host'), textOr, hostBySilence(code, call.node));
  const start = code
    .methodCalls(['start'])
    .find(({ receiver }) => receiver.made.startsWith('mcp-framework ') && isSameThing(receiver, call.thing));
  const place = start ?? call;
  const isSse = isOnly('sse');
  surface.listenings.push({ on: call.thing, via: 'mcp-framework', host, call: place, probe: false });
  surface.served.push({
    thing: call.thing,
    via: 'mcp-framework',
    at: call.node,
    call: place,
    host,
    ways: waysOf(code, transport, options, isSse, call.node),
    cors: corsOf(code, options, isSse),
  });
}

function hostBySilence(code: Code, node: Node): { value: string; because: string } {
  return isOlder(code, 'mcp-framework', node, [0, 2, 20])
    ? { value: '::', because: 'mcp-framework listens on every interface before version 0.2.20' }
    : { value: '127.0.0.1', because: 'mcp-framework listens on 127.0.0.1 unless `host` is given' };
}

function waysOf(code: Code, transport: Given, options: Given, isSse: boolean, node: Node): SelfServed['ways'] {
  const path = (name: string, silent: string) => pathOption(code, code.option(options, name), silent);
  const origins = originGates(code, options, node);
  const auth = [code.option(options, 'auth'), code.option(transport, 'auth')].find(isGiven);
  const is = (endpoint: string, wanted: boolean) =>
    auth &&
    code
      .option(code.option(auth, 'endpoints'), endpoint)
      .values.some(value => value.is === 'literal' && value.value === wanted);
  const provider = auth ? code.option(auth, 'provider') : undefined;
  const asks = provider && isGiven(provider) ? [providerGate(code, provider)] : [];
  const gates = is('messages', false) ? origins : [...origins, ...asks];
  if (!isSse) return [{ method: '*', path: path('endpoint', '/mcp'), transport: 'streamable-http', gates }];
  return [
    {
      method: 'GET',
      path: path('endpoint', '/sse'),
      transport: 'sse',
      gates: is('sse', true) ? [...origins, ...asks] : origins,
    },
    { method: 'POST', path: path('messageEndpoint', '/messages'), transport: 'sse-post', gates },
  ];
}

function originGates(code: Code, options: Given, node: Node): ServedGate[] {
  const origins = code.option(code.option(options, 'cors'), 'allowedOrigins');
  return isGiven(origins) && !isOlder(code, 'mcp-framework', node, [0, 2, 20])
    ? [
        {
          gate: { is: 'allow', header: 'origin', compares: 'whole', list: textsIn(code, origins), absent: 'passes' },
          at: writtenAt(origins),
          name: 'allowedOrigins',
        },
      ]
    : [];
}

/** The library's own providers look for a key or token; what the user wrote is asked. */
function providerGate(code: Code, provider: Given): ServedGate {
  const [value] = provider.values;
  const place = { at: writtenAt(provider), name: 'auth.provider' };
  if (value?.is === 'thing' && value.made.startsWith('mcp-framework new ')) {
    const carrier = value.made.endsWith('APIKeyAuthProvider') ? 'custom-header' : 'authorization-header';
    return { gate: { is: 'secret', carrier }, ...place };
  }
  const authenticate = code.option(provider, 'authenticate').values.find(each => each.is === 'function');
  return authenticate
    ? { gate: asked(authenticate), ...place }
    : { gate: { is: 'unclear', why: 'the provider of `auth` could not be read' }, ...place };
}

function corsOf(code: Code, options: Given, isSse: boolean): SelfServed['cors'] {
  const cors = code.option(options, 'cors');
  if (!isSse && !isGiven(cors)) return undefined;
  return {
    origin: code.option(cors, 'allowOrigin'),
    silent: '*',
    credentials: { is: 'default', value: false, because: 'mcp-framework sends no Access-Control-Allow-Credentials' },
    because: 'mcp-framework answers `*` unless `cors.allowOrigin` is given',
  };
}
