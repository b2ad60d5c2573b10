import type { World } from '../../code/candidates.js';
import type { Code } from '../../code/code.js';
import { type Outcome, tryRequest } from '../../code/trial/decide.js';
import type { Shared } from '../../code/trial/machine.js';
import type { RequestFacts } from '../../code/trial/request.js';
import type { AskedRequest } from '../../facts/index.js';
import { type DoorPlan, drive } from '../drive.js';
import { Memory } from './memory.js';

/** The port that every door is tried on. */
export const port = 3000;
export const usualHost = `localhost:${port}`;

/** Where doors are tried: the user's code, what is known of it, and the one way to run a request through a door. */
export class Bench {
  readonly #pinned = new Map<string, Shared>();
  readonly #memory = new Memory();

  constructor(
    readonly code: Code,
    readonly shared: Shared,
    /** A request of the user's choice, to be tried at every door. */
    readonly asked?: AskedRequest,
  ) {}

  /** What a door does with one request. */
  run(plan: DoorPlan, world: World, credentials: 'all' | 'none', mode: 'shipped' | 'configured' = 'shipped'): Outcome {
    const facts: RequestFacts = {
      world,
      credentials,
      method: methodOf(plan),
      path: plan.path,
      stage: plan.kind === 'websocket' ? 'upgrade' : 'http',
    };
    const shared = this.#sharedFor(plan);
    return this.#memory.outcomeOf(plan, facts, mode, shared, () =>
      tryRequest(shared, facts, mode, plan.sinks, (machine, request) => drive(machine, request, plan)),
    );
  }

  /** What a door that is only opened under certain variables is tried with: values known at start-up hang on them. */
  #sharedFor({ pinned }: DoorPlan): Shared {
    if (!pinned?.size) return this.shared;
    const key = JSON.stringify([...pinned]);
    const known = this.#pinned.get(key) ?? { ...this.shared, statics: new Map(), pinned };
    this.#pinned.set(key, known);
    return known;
  }
}

/** The method that a door is tried with. */
export function methodOf({ method, kind }: DoorPlan): string {
  if (method !== '*') return method;
  return kind === 'websocket' ? 'GET' : 'POST';
}
