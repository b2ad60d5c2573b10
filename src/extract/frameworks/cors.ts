import type { Code } from '../../code/code.js';
import { isUnknown, native, type V } from '../../code/trial/domain.js';
import type { LibraryGate } from '../../code/trial/library.js';
import type { Value } from '../../code/value.js';
import type { Framework } from '../framework.js';

/**
 * cors: https://github.com/expressjs/cors
 *
 * Sets headers and refuses nobody, with one exception: when the `origin` callback answers with an error, the error
 * goes to `next` and the request is refused. `cors()` alone sends `*`; `origin: true` reflects.
 * @koa/cors sends the Origin of the request instead of `*` when `credentials` is set: https://github.com/koajs/cors
 */
export const cors: Framework = {
  id: 'cors',
  words: ["cors'", 'cors"', 'cors('],
  corsOf(code, thing) {
    if (!thing.call || !/^(@koa\/)?cors \(\)$/.test(thing.made)) return undefined;
    const via = thing.made.split(' ')[0]!;
    return {
      via,
      options: code.argument({ node: thing.call, env: thing.env }, 0),
      reflectsWithCredentials: via === '@koa/cors',
    };
  },
  gateOf(code, thing) {
    if (!/^cors \(\)$/.test(thing.made) || !thing.call) return undefined;
    return originCallback(originOption(code, thing.call, thing.env));
  },
};

/** What an `origin` option decides about the request: a callback that answers with an error refuses it. */
export function originCallback(option: readonly Value[]): LibraryGate {
  const callback = option.find(value => value.is === 'function');
  if (!callback) return { is: 'passes' };
  return {
    is: 'asks',
    ask: (machine, node) => {
      let refused = false;
      const answer = native(([error]) => {
        refused = isUnknown(error as V) ? machine.truth(error, node) : Boolean(error);
        return undefined;
      });
      const origin = machine.request?.header('origin', undefined);
      machine.call(machine.fromStatic([callback], node), [origin, answer], undefined, node);
      return refused ? 'refuses' : 'passes';
    },
  };
}

/** What the `origin` option of a `cors(…)` call may be. */
export function originOption(
  code: Code,
  node: Parameters<Code['argument']>[0]['node'],
  env: Parameters<Code['argument']>[0]['env'],
) {
  return code.option(code.argument({ node, env }, 0), 'origin').values;
}
