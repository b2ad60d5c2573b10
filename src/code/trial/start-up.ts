import type { ts } from '../ts.js';
import { isArr, isBox, isClosure, isMade, isObj, isUnknown, truthOf, unknown, type V } from './domain.js';
import { Spent, Stopped, Thrown } from './effects.js';
import { keyOf } from './keys.js';
import type { Machine } from './machine.js';

/** Evaluates start-up code apart from the request: forks are searched privately and joined. */
export function startUpValue(
  machine: Machine,
  key: string,
  node: ts.Node,
  compute: (machine: Machine) => V,
  /** Whether a server that runs has the value: it would not have started without. */
  isOfRunning = false,
): V {
  const { statics } = machine.shared;
  if (statics.has(key)) return noteEnvironment(machine, key, statics.get(key));
  statics.set(key, unknown('config', 'refers to itself', key, node));
  const results: V[] = [];
  const names = new Set<string>();
  let thrown: Thrown | undefined;
  const scripts: number[][] = [[]];
  for (let runs = 0; scripts.length && runs < 8; runs++) {
    const script = scripts.pop()!;
    const apart = machine.apart(script);
    try {
      results.push(compute(apart));
    } catch (error) {
      if (error instanceof Spent) results.push(unknown('limit', error.why, key, error.node));
      else if (error instanceof Thrown) thrown = error;
      else if (!(error instanceof Stopped)) throw error;
    }
    for (const each of apart.environment) names.add(each);
    for (let i = script.length; i < apart.choices.length; i++) {
      const path = apart.choices.slice(0, i).map(choice => choice.taken);
      for (let other = 1; other < apart.choices[i]!.arity; other++) scripts.push([...path, other]);
    }
  }
  // What cannot be made until a variable is set is there in every server that runs, whatever it is.
  if (!results.length && thrown && isOfRunning && names.size)
    results.push(unknown('config', 'it cannot be made until it is configured', key, node, true));
  // Other start-up code that fails on every branch fails whenever it is asked.
  if (!results.length && thrown) {
    statics.delete(key);
    throw thrown;
  }
  const value = join(results, key, node);
  statics.set(key, value);
  if (names.size) statics.set(`${key}$env`, [...names].join(' '));
  return noteEnvironment(machine, key, value);
}

function noteEnvironment(machine: Machine, key: string, value: V): V {
  const names = machine.shared.statics.get(`${key}$env`);
  if (typeof names === 'string') for (const name of names.split(' ')) machine.environment.add(name);
  return value;
}

/** One value for several possible ones: the same if they agree, else an unknown of configuration. */
export function join(results: readonly V[], key: string, node: ts.Node): V {
  const distinct = [...new Map(results.map(each => [keyOf(each), each])).values()];
  if (distinct.length === 1) return distinct[0];
  if (distinct.length > 1 && distinct.every(isArr)) {
    return {
      items: distinct[0]!.items.filter(item =>
        distinct.every(each => each.items.some(other => keyOf(other) === keyOf(item))),
      ),
      open: unknown('config', 'a list that depends on configuration', `${key}[]`, node),
    };
  }
  if (distinct.length > 1 && distinct.every(isBox)) {
    return {
      box: distinct[0]!.box,
      entries: distinct[0]!.entries.filter(([item]) =>
        distinct.every(each => each.entries.some(([other]) => keyOf(other) === keyOf(item))),
      ),
      open: unknown('config', 'a set that depends on configuration', `${key}[]`, node),
    };
  }
  const alive = distinct.filter(each => each !== undefined && each !== null);
  if (alive.length === 1 && (isClosure(alive[0]) || isMade(alive[0]) || isObj(alive[0]))) return alive[0];
  const worst = distinct.filter(isUnknown).map(each => each.unknown);
  const tag = worst.includes('limit') ? 'limit' : worst.includes('secret') ? 'secret' : 'config';
  return unknown(
    tag,
    distinct.find(isUnknown)?.why ?? 'it has one of several values',
    key,
    node,
    distinct.length > 0 && distinct.every(each => truthOf(each) === true),
  );
}
