import type { Answer } from '../../facts/index.js';
import type { ts } from '../ts.js';
import { type Choice, type Effect, type Mark, Spent, Stopped, Thrown } from './effects.js';
import { Inquiry } from './inquiry.js';
import { Machine, type Shared } from './machine.js';
import { Request, type RequestFacts } from './request.js';

/** What the user's code does with one request, over all that is not known. */
export interface Outcome {
  readonly answer: Answer;
  /** What settled it; for `unclear` and `depends` the first place that could not be decided. */
  readonly node: ts.Node | undefined;
  readonly says: string;
  /** The conditions of the run that settled it, in order. */
  readonly marks: readonly Mark[];
  readonly carriers: ReadonlySet<string>;
  /** Environment variables that the run asked for. */
  readonly environment: ReadonlySet<string>;
  readonly servedAt: ts.Node | undefined;
  /** Where the run refused the client, even if it went on to serve it. */
  readonly refusedAt: ts.Node | undefined;
  /** Whether some branch held a text out of Origin or Host against something. */
  readonly comparesNames: boolean;
  /** Whether some branch refuses after a test on the Origin or Host. */
  readonly refusesByTest: boolean;
  /** Whether a fork on a secret was passed on the way. */
  readonly passedSecret: boolean;
  /** Calls made while messages were handled. */
  readonly reached: ReadonlySet<ts.Node>;
  readonly patterns: Machine['patterns'];
  /** Answered with 5xx: the server says that it cannot serve, not that this client may not be served. */
  readonly isUnable: boolean;
  /** What refused is an error that nobody catches. */
  readonly isError: boolean;
  /** Whether it was asked what the client is told, not whether it gets in. */
  readonly asksTold: boolean;
  /** A budget was spent before the code came to an end. */
  readonly isSpent: boolean;
  /** A hook of a caller outside of the tree, which was taken to let the client pass. */
  readonly leftTo: Pick<Choice, 'node' | 'why'> | undefined;
  /** What was asked about the request: one that answers alike has the same outcome. */
  readonly inquiry: Inquiry;
}

/** Runs the gates once: hands the request through, as the framework would. */
export type Drive = (machine: Machine, request: Request) => void;

type Leaf = 'A' | 'R' | 'X' | 'U' | 'D';
interface Run extends Omit<Outcome, 'answer' | 'inquiry'> {
  readonly leaf: Leaf;
}

const maxRuns = 40;

/** Tries one request on a door: replays the gates for every open choice and folds the answers. */
export function tryRequest(
  shared: Shared,
  facts: RequestFacts,
  mode: 'shipped' | 'configured',
  sinks: ReadonlySet<ts.Node>,
  drive: Drive,
  exhaustive = false,
): Outcome {
  let runs = 0;
  const inquiry = new Inquiry(facts, sinks);
  const explore = (script: readonly number[]): Run => {
    if (runs++ >= maxRuns) return unclear('too many open conditions');
    const { run, choices } = runOnce(shared, facts, inquiry, mode, drive, script);
    let folded = run;
    for (let i = choices.length - 1; i >= script.length; i--) {
      const choice = choices[i]!;
      if (!exhaustive && (choice.tag === 'request' || choice.tag === 'secret') && folded.leaf === 'A') continue;
      const results = [folded];
      const path = choices.slice(0, i).map(each => each.taken);
      for (let other = 1; other < choice.arity; other++) results.push(explore([...path, other]));
      folded = fold(choice, results);
    }
    return folded;
  };
  const { leaf, ...rest } = explore([]);
  const answers: Record<Leaf, Answer> = { A: 'admits', R: 'refuses', X: 'unclear', U: 'unclear', D: 'depends' };
  return {
    ...rest,
    inquiry,
    isSpent: rest.isSpent && leaf === 'U',
    answer: answers[leaf],
    says: leaf === 'X' ? 'the door was not reached by the code that was followed' : rest.says,
  };
}

function unclear(why: string, node?: ts.Node): Run {
  return {
    leaf: 'U',
    node,
    says: why,
    marks: [],
    carriers: new Set(),
    environment: new Set(),
    servedAt: undefined,
    refusedAt: undefined,
    comparesNames: false,
    refusesByTest: false,
    passedSecret: false,
    reached: new Set(),
    patterns: new Map(),
    isUnable: false,
    isError: false,
    asksTold: false,
    isSpent: true,
    leftTo: undefined,
  };
}

function runOnce(
  shared: Shared,
  facts: RequestFacts,
  inquiry: Inquiry,
  mode: 'shipped' | 'configured',
  drive: Drive,
  script: readonly number[],
): { run: Run; choices: readonly Choice[] } {
  const request = new Request(facts, inquiry);
  const machine = new Machine(shared, request, mode, script, inquiry);
  request.attach(machine);
  let leaf: Leaf;
  let node: ts.Node | undefined;
  let says = '';
  let isUnable = false;
  let isError = false;
  try {
    drive(machine, request);
    ({ leaf, node, says, isUnable } = leafOf(machine.effect));
  } catch (error) {
    if (error instanceof Stopped) ({ leaf, node, says, isUnable } = leafOf(error.effect));
    else if (error instanceof Thrown) {
      isError = !machine.effect;
      ({ leaf, node, says } = machine.effect
        ? leafOf(machine.effect)
        : { leaf: 'R' as const, node: undefined, says: 'the code throws' });
    } else if (error instanceof Spent)
      ({ leaf, node, says } = { leaf: 'U' as const, node: error.node, says: error.why });
    else if (error instanceof RangeError)
      ({ leaf, node, says } = { leaf: 'U' as const, node: undefined, says: 'nested too deeply' });
    else throw error;
  }
  const isSpent = leaf === 'U';
  const run: Run = {
    isSpent,
    isUnable,
    isError,
    asksTold: machine.tells !== undefined,
    leaf,
    node,
    says,
    marks: machine.marks,
    carriers: machine.carriers,
    environment: machine.environment,
    servedAt: request.servedAt,
    refusedAt: machine.refusedAt,
    comparesNames: machine.comparesNames,
    refusesByTest: leaf === 'R' && machine.marks.some(mark => mark.test),
    passedSecret: machine.hasProof || machine.choices.some(choice => choice.tag === 'secret'),
    reached: machine.reached,
    patterns: machine.patterns,
    leftTo: undefined,
  };
  return { run, choices: machine.choices };
}

function leafOf(effect: Effect | undefined): Pick<Run, 'leaf' | 'node' | 'says' | 'isUnable'> {
  if (!effect) return { leaf: 'X', node: undefined, says: '', isUnable: false };
  return {
    isUnable: effect.does === 'refuses' && (effect.status ?? 0) >= 500,
    leaf: effect.does === 'admits' ? 'A' : effect.does === 'refuses' ? 'R' : 'X',
    node: effect.node,
    says: effect.says,
  };
}

const forTheAttacker: readonly Leaf[] = ['A', 'D', 'U', 'R', 'X'];

/** Folds the branches of one choice, by who makes it: the client picks the best for itself, configuration must agree. */
function fold(choice: Choice, results: readonly Run[]): Run {
  const plainFirst = results.toSorted((a, b) => Number(a.leftTo !== undefined) - Number(b.leftTo !== undefined));
  const first = (leaf: Leaf) => plainFirst.find(result => result.leaf === leaf);
  if (choice.tag === 'request' || choice.tag === 'secret' || choice.tag === 'hook') {
    for (const leaf of forTheAttacker) {
      const found = first(leaf);
      if (!found) continue;
      const isLeft = choice.tag === 'hook' && leaf === 'A' && results.some(result => result.leaf !== 'A');
      return merged(isLeft ? { ...found, leftTo: choice } : found, results);
    }
  }
  const able = results.filter(result => result.leaf !== 'X' && !result.isUnable);
  const telling = able.length ? able : results.filter(result => result.leaf !== 'X');
  const kinds = new Set(telling.map(result => result.leaf));
  if (kinds.size === 0) return merged(results[0]!, results);
  const depends = choice.tag === 'config' || choice.tag === 'origin';
  // Whoever is not told is turned away as well: the header is what lets in.
  const isHeldBack = depends && kinds.has('A') && results.some(result => result.asksTold && result.leaf === 'X');
  if (kinds.size === 1 && !isHeldBack) return merged(telling.find(result => result.leftTo) ?? telling[0]!, results);
  const obstacle = first('U');
  if (obstacle) return merged(obstacle, results);
  return merged({ ...telling[0]!, leaf: depends ? 'D' : 'U', node: choice.node, says: choice.why }, results);
}

/** What any branch asked for counts: carriers and variables tell where to look. */
function merged(run: Run, results: readonly Run[]): Run {
  return {
    ...run,
    carriers: union(results.map(result => result.carriers)),
    environment: union(results.map(result => result.environment)),
    servedAt: run.servedAt,
    comparesNames: results.some(result => result.comparesNames),
    refusesByTest: results.some(result => result.refusesByTest),
    passedSecret: results.some(result => result.passedSecret),
    reached: union(results.map(result => result.reached)),
    patterns: new Map(results.flatMap(result => [...result.patterns])),
  };
}

function union<T>(sets: readonly ReadonlySet<T>[]): ReadonlySet<T> {
  if (sets.length === 1) return sets[0]!;
  const all = new Set<T>();
  for (const set of sets) for (const item of set) all.add(item);
  return all;
}
