import type { Outcome } from '../../code/trial/decide.js';
import type { LibraryGate } from '../../code/trial/library.js';
import type { RequestFacts } from '../../code/trial/request.js';
import type { DoorPlan } from '../drive.js';

/** What has been tried, by what its outcome depends on: a request that a door cannot tell from an earlier one is not run. */
export class Memory {
  readonly #tried = new Map<string, Outcome[]>();
  readonly #numbers = new WeakMap<object, number>();
  #next = 1;

  /** `shared` is what the run knows beforehand. */
  outcomeOf(plan: DoorPlan, facts: RequestFacts, mode: string, shared: object, run: () => Outcome): Outcome {
    const key = this.#keyOf(plan, facts, mode, shared);
    const tried = this.#tried.get(key) ?? [];
    this.#tried.set(key, tried);
    const alike = tried.find(({ inquiry }) => inquiry.answersAlike(facts, plan.sinks));
    if (alike) return alike;
    const outcome = run();
    tried.push(outcome);
    return outcome;
  }

  #keyOf(plan: DoorPlan, { method, path, stage }: RequestFacts, mode: string, shared: object): string {
    const { stations, sinks, servedAtEnd, answers = false, gate, kind, tells } = plan;
    // Doors that are only reached at a sink run alike wherever they are said to stand.
    const at = servedAtEnd || answers || kind === 'websocket' ? plan.at : undefined;
    return [
      ...[shared, ...stations, gate?.at, at, tells].map(each => this.#numberOf(each)),
      gate && this.#textOf(gate.gate),
      ...[sinks.size > 0, servedAtEnd, answers, kind, method, path, stage, mode],
    ].join();
  }

  /** Gates are read anew for every frame that makes a transport, and mostly say the same. */
  #textOf(gate: LibraryGate): string {
    return JSON.stringify(gate, (_key, part) => (typeof part === 'function' ? this.#numberOf(part) : part));
  }

  #numberOf(object: object | undefined): number {
    if (!object) return 0;
    const known = this.#numbers.get(object) ?? this.#next++;
    this.#numbers.set(object, known);
    return known;
  }
}
