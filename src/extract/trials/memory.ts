import type { Outcome } from '../../code/trial/decide.js';
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
    const alike = tried.find(({ inquiry }) => inquiry.answersAlike(facts));
    if (alike) return alike;
    const outcome = run();
    tried.push(outcome);
    return outcome;
  }

  #keyOf(plan: DoorPlan, { method, path, stage }: RequestFacts, mode: string, shared: object): string {
    const { stations, sinks, servedAtEnd, answers = false, gate, kind, at, tells } = plan;
    return [
      ...[shared, ...stations, gate?.gate, gate?.at, at, tells].map(each => this.#numberOf(each)),
      Array.from(sinks, sink => this.#numberOf(sink)),
      ...[servedAtEnd, answers, kind, method, path, stage, mode],
    ].join();
  }

  #numberOf(object: object | undefined): number {
    if (!object) return 0;
    const known = this.#numbers.get(object) ?? this.#next++;
    this.#numbers.set(object, known);
    return known;
  }
}
