import type { Call, Code } from '../../code/code.js';
import { isLeftOut } from '../../code/code.js';
import type { LibraryGate } from '../../code/trial/library.js';
import { startOf } from '../../code/url-building.js';
import { isSameThing, type Thing } from '../../code/value.js';
import type { Setting } from '../../facts/index.js';
import type { Framework } from '../framework.js';
import type { Handler, Surface } from '../surface.js';
import { addRouter } from './express.js';
import { entrance, grpcMethod } from './grpc-js-trial.js';
import { register } from './routing.js';
import { methodNameOf, pathOf } from './rpc.js';

const library = '@grpc/grpc-js';

/**
 * gRPC on node: https://grpc.io/docs/languages/node/basics/, https://github.com/grpc/grpc-node/tree/master/packages/grpc-js
 *
 * - `server.addService(definition, { method(call, callback) { … } })` answers calls; `server.bindAsync('host:port', credentials)`
 *   opens the port, at the address that is written (src/server.ts).
 * - Nothing is asked of a client by default, with `createInsecure()` as with TLS; `createSsl(roots, pairs, true)` asks for a
 *   certificate (src/server-credentials.ts). A method refuses by `callback(error)`, or by the `error` of a stream; what
 *   clients bring stands in `call.metadata`. Interceptors are asked first, and are not followed.
 * - No browser speaks it without a proxy: https://grpc.io/docs/platforms/web/basics/
 */
export const grpcJs: Framework = {
  id: 'grpc-js',
  words: [library],
  read(code, surface) {
    for (const { thing } of code.constructions((module, path) => module === library && path === 'Server'))
      addRouter(surface, thing, library);
    const bindings = readBindings(code, surface);
    for (const call of code.methodCalls(['addService'])) {
      if (isServer(call.receiver)) addService(code, surface, call, call.receiver, bindings);
    }
  },
};

function isServer({ made }: Thing): boolean {
  return made === `${library} new Server` || made === `${library} :Server`;
}

interface Binding {
  readonly on: Thing;
  readonly call: Call;
}

function readBindings(code: Code, surface: Surface): Binding[] {
  return code.methodCalls(['bindAsync']).flatMap(call => {
    const { receiver: on } = call;
    if (!isServer(on)) return [];
    addRouter(surface, on, library);
    const host = hostOf(code, call);
    if (host) surface.listenings.push({ on, via: library, host, call, probe: false });
    return [{ on, call }];
  });
}

/** `0.0.0.0:50051`; undefined where it is no port: `unix:///run/server.sock`. https://github.com/grpc/grpc/blob/master/doc/naming.md */
function hostOf(code: Code, call: Call): Setting<string> | undefined {
  const [address] = call.node.arguments ?? [];
  const at = code.at(address ?? call.node);
  const start = address && startOf(code, address);
  if (start === undefined) return { is: 'unclear', at, why: 'an address that is not constant' };
  if (/^unix(-abstract)?:/.test(start)) return undefined;
  const host = /^(?:dns:(?:\/\/[^/]*\/)?|ipv[46]:)?(\[[^\]]*\]|[^:]*)/.exec(start)?.[1] ?? '';
  return host ? { is: 'set', value: host, at } : { is: 'unclear', at, why: 'an address that is not constant' };
}

function addService(code: Code, surface: Surface, call: Call, router: Thing, bindings: readonly Binding[]): void {
  const own = bindings.filter(({ on }) => isSameThing(on, router));
  const binding = own.find(({ call: bound }) => hostOf(code, bound));
  // A server without a port is none, one on a socket of the file system is for whom that lets in.
  if (!binding && own.length) return;
  const opened = binding?.call ?? call;
  const gate = gateOf(code, router, binding?.call);
  const first: Handler = {
    value: router,
    node: opened.node,
    name: 'credentials',
    convention: entrance(code.conditionsOf(opened), gate),
  };
  for (const { name, given } of code.methods(code.argument(call, 1))) {
    const handlers = given.values.flatMap((value): Handler[] =>
      value.is === 'function' ? [{ value, node: given.node, convention: grpcMethod, gets: 'call' }] : [],
    );
    if (!handlers.length) continue;
    register(code, surface, {
      router,
      via: library,
      verb: 'POST',
      paths: [pathOf(methodNameOf(name))],
      handlers: [first, ...handlers],
      call: opened,
      exclusive: true,
    });
  }
}

/** What the server asks before it calls a method. */
function gateOf(code: Code, { call, env }: Thing, bound: Call | undefined): LibraryGate {
  const gates: LibraryGate[] = [];
  const given = call && code.option(code.argument({ node: call, env }, 0), 'interceptors').values;
  if (given?.some(value => !isLeftOut(value))) gates.push({ is: 'unclear', why: 'its interceptors may refuse a call' });
  for (const value of bound ? code.argument(bound, 1).values : []) {
    const made = value.is === 'thing' ? value.made : '';
    if (/createInsecure\(\)$/.test(made)) gates.push({ is: 'passes' });
    else if (value.is === 'thing' && value.call && /createSsl\(\)$/.test(made))
      gates.push(certificateGate(code, { node: value.call, env: value.env }));
    else gates.push({ is: 'unclear', why: 'credentials that could not be read may ask for a certificate' });
  }
  return { is: 'all', gates };
}

function certificateGate(code: Code, call: Pick<Call, 'node' | 'env'>): LibraryGate {
  const asks = code.argument(call, 2).values;
  if (asks.every(value => value.is === 'literal' && value.value === true)) return { is: 'secret', carrier: 'platform' };
  const isOff = asks.every(value => isLeftOut(value) || (value.is === 'literal' && !value.value));
  return isOff ? { is: 'passes' } : { is: 'unclear', why: 'whether it asks for a certificate is set elsewhere' };
}
