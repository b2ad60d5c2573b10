import type { Code, Given } from '../../code/code.js';
import { isLeftOut } from '../../code/code.js';
import type { LibraryGate } from '../../code/trial/library.js';
import type { Framework } from '../framework.js';
import { addRouter } from './express.js';
import { register, textsOf } from './routing.js';

/**
 * graphql-yoga 3 to 5, and its CORS plugin (@whatwg-node/server):
 * https://the-guild.dev/graphql/yoga-server/docs/features/cors
 *
 * `createYoga({ graphqlEndpoint, cors, context, plugins })` gives one handler that answers on one path, `/graphql` unless
 * said otherwise, as a request listener of node's, as middleware or by its `fetch`. Without a `cors.origin`, with an empty
 * list and with `*` it sends back the Origin of the request, with credentials unless `credentials: false` forbids them;
 * `cors: false` sends nothing. It refuses nobody by itself: that is for plugins, and for a `context` that looks at the request.
 */
export const graphqlYoga: Framework = {
  id: 'graphql-yoga',
  words: ['graphql-yoga'],
  read(code, surface) {
    for (const call of code.apiCalls(['createYoga'], module => module === 'graphql-yoga')) {
      const { thing } = call;
      addRouter(surface, thing, 'graphql-yoga');
      const given = textsOf(code, code.option(code.argument(call, 0), 'graphqlEndpoint'));
      const paths = given.length ? given : ['/graphql'];
      const handlers = [{ value: thing, node: call.node }];
      register(code, surface, { router: thing, via: 'graphql-yoga', verb: 'ALL', paths, handlers, call });
    }
  },
  corsOf(code, { made, call, env }) {
    if (!isYoga(made) || !call) return undefined;
    const options = code.option(code.argument({ node: call, env }, 0), 'cors');
    return isOff(options) ? undefined : { via: 'graphql-yoga', options, reflects: true };
  },
  gateOf(code, { made, call, env }) {
    return isYoga(made) && call ? gateOf(code, code.argument({ node: call, env }, 0)) : undefined;
  },
};

function isYoga(made: string): boolean {
  return made === 'graphql-yoga createYoga()';
}

function isOff({ values }: Given): boolean {
  return values.length > 0 && values.every(value => value.is === 'literal' && value.value === false);
}

function gateOf(code: Code, options: Given): LibraryGate {
  const plugins = code.option(options, 'plugins').values;
  const asks = code
    .option(options, 'context')
    .values.some(
      value =>
        value.is !== 'object' && (value.is !== 'function' || value.node.parameters.length > 0) && !isLeftOut(value),
    );
  if (asks) return { is: 'unclear', why: 'its `context` may refuse a request' };
  return plugins.every(isLeftOut)
    ? { is: 'passes' }
    : { is: 'unclear', why: 'one of its plugins may refuse a request' };
}
