import { type World, worldsOf } from '../../code/candidates.js';
import type { Node } from '../../code/code.js';
import { tryRequest } from '../../code/trial/decide.js';
import { isClosure, isObj, native, unknown, type V } from '../../code/trial/domain.js';
import type { Machine } from '../../code/trial/machine.js';
import type { RequestFacts } from '../../code/trial/request.js';
import type { Trial } from '../../facts/index.js';
import { type Bench, port, usualHost } from './bench.js';
import { type DecidingTest, decidingTests, type Tried } from './deciding-tests.js';
import { told } from './telling.js';
import { furtherWorlds } from './worlds.js';

/** What a predicate may be, as the data flow knows it. */
export type Predicate = Parameters<Machine['fromStatic']>[0];

/** Deciding tests of a predicate, as of a door. */
export function predicateTests(
  bench: Bench,
  fn: Predicate,
  position: number,
  node: Node,
): { tests: DecidingTest[]; trials: Trial[] } {
  const tried = outcomesOf(bench, fn, position, node);
  const stranger = tried.find(({ world }) => world.kind === 'unrelated')!.outcome;
  const trials = tried.map(({ world, outcome }) => told(bench, world, outcome, { stranger }));
  return { tests: decidingTests(tried, trials, stranger), trials };
}

/** What a function does when it is called as a predicate on an origin: truthy admits. */
function outcomesOf(bench: Bench, fn: Predicate, position: number, node: Node): Tried[] {
  const ask = (world: World): Tried => {
    const facts: RequestFacts = { world, credentials: 'all', method: 'GET', path: '/', stage: 'http' };
    const outcome = tryRequest(bench.shared, facts, 'shipped', new Set(), machine => {
      const args: V[] = [];
      args[position] = world.origin ?? undefined;
      const callee = machine.fromStatic(fn, node);
      for (let i = 0; i < args.length; i++)
        if (i !== position) args[i] = unknown('config', 'another argument', `arg${i}`, node);
      let called: boolean | undefined;
      if (isClosure(callee) && callee.fn.parameters.length > position + 1) {
        args[position + 1] = native(([error, allowed]) => {
          called ??= error ? false : allowed === undefined ? true : grants(machine, allowed, world.origin, node);
          return undefined;
        });
      }
      const result = machine.call(callee, args, undefined, node);
      const verdict =
        called ??
        (isObj(result) && (result.props.has('ok') || result.props.has('allowed') || result.props.has('valid'))
          ? machine.truth(result.props.get('ok') ?? result.props.get('allowed') ?? result.props.get('valid'), node)
          : grants(machine, result, world.origin, node));
      machine.act(verdict ? 'admits' : 'refuses', node, verdict ? 'answers yes' : 'answers no', true);
    });
    return { world, outcome };
  };
  const base = worldsOf([], port)
    .filter(world => !world.kind.startsWith('rebind'))
    .map(ask);
  return [...base, ...furtherWorlds(bench, base, usualHost).map(ask)];
}

/** Whether an answer allows the origin: a text does so by being that origin, or `*`. */
function grants(machine: Machine, answer: V, origin: string | null, node: Node): boolean {
  return typeof answer === 'string' && origin !== null
    ? answer === origin || answer === '*'
    : machine.truth(answer, node);
}
