import type { Code } from '../../code/code.js';
import type { V } from '../../code/trial/domain.js';
import { Thrown } from '../../code/trial/effects.js';
import type { LibraryGate } from '../../code/trial/library.js';
import type { Thing, Value } from '../../code/value.js';
import type { Framework } from '../framework.js';
import type { EntryGate } from '../surface.js';

const made = /^(mcp-handler|@vercel\/mcp-adapter|@vercel\/mcp-handler) /;

/**
 * mcp-handler 1 and 2, formerly @vercel/mcp-adapter: https://github.com/vercel/mcp-handler
 *
 * - `createMcpHandler(initialize, serverOptions, config)` is a function from `Request` to `Response`, exported as `GET` and `POST`
 *   from a route file. It looks at neither Origin nor Host (src/handler/mcp-api-handler.ts). The SDK and Cloudflare's agents have
 *   functions of the same name.
 * - `withMcpAuth(handler, verifyToken, { required })` asks `verifyToken(request, bearerToken)`: an exception is 401, no answer is 401
 *   only with `required: true`; `required` is false unless given (src/auth/auth-wrapper.ts).
 * - better-auth's and clerk's `withMcpAuth`, `auth` wrappers of a handler refuse without a session.
 */
export const mcpHandler: Framework = {
  id: 'mcp-handler',
  words: ['mcp-handler', '@vercel/mcp-adapter'],
  read(code, surface) {
    const calls = code.apiCalls(
      ['createMcpHandler', 'default', 'createMcpRouteHandler'],
      (module, path) => made.test(`${module} `) && /^(createMcpHandler|createMcpRouteHandler)?$/.test(path),
    );
    for (const call of calls) {
      const { thing } = call;
      const sinks = code.callsOfThing(thing).map(({ node, env }) => ({ node, env, part: 'all' as const }));
      surface.transports.push({
        thing,
        via: 'mcp-handler',
        call,
        protocol: 'streamable-http',
        gate: { is: 'passes' },
        sinks,
      });
    }
  },
};

/** An exported handler without the wrappers around it, which are gates in front of it. */
export function guardedHandler(code: Code, value: Value): { handler: Value; gates: EntryGate[] } {
  const gates: EntryGate[] = [];
  let handler = value;
  for (let depth = 0; depth < 4 && handler.is === 'thing' && handler.call; depth++) {
    const gate = wrapperGate(code, handler);
    if (!gate) break;
    gates.push({ is: 'library', gate, at: handler.call, name: 'withMcpAuth()' });
    const inner = code
      .argumentsFrom({ node: handler.call, env: handler.env }, 0)
      .flatMap(({ values }) => values)
      .find(each => each.is === 'function' || (each.is === 'thing' && /andler|withMcpAuth/.test(each.made)));
    if (!inner) break;
    handler = inner;
  }
  return { handler, gates };
}

function wrapperGate(code: Code, thing: Thing): LibraryGate | undefined {
  if (/^(better-auth\S*|@better-auth\S*) withMcpAuth\(\)$/.test(thing.made))
    return { is: 'secret', carrier: 'authorization-header' };
  if (!/ (experimental_)?withMcpAuth\(\)$/.test(thing.made) || !thing.call) return undefined;
  const call = { node: thing.call, env: thing.env };
  const required = code.option(code.argument(call, 2), 'required').values;
  const verify = code.argument(call, 1);
  const isRequired = required.some(value => value.is === 'literal' && value.value === true);
  if (required.some(value => value.is !== 'literal' && value.is !== 'env'))
    return { is: 'unclear', why: '`required` of withMcpAuth() could not be read' };
  return {
    is: 'asks',
    ask: (machine, node) => {
      const { request } = machine;
      const token: V = request?.credential(
        machine,
        'bearer token',
        'authorization-header',
        'header.authorization',
        node,
      );
      if (token !== undefined) return 'passes';
      try {
        const identity = machine.call(
          machine.fromStatic(verify.values, node),
          [request?.fetchRequest(), token],
          undefined,
          node,
        );
        return isRequired && !machine.truth(identity, node) ? 'refuses' : 'passes';
      } catch (error) {
        if (error instanceof Thrown) return 'refuses';
        throw error;
      }
    },
  };
}
