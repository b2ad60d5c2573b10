import type { Deadline } from '../deadline.js';

const stepsPerQuestion = 20_000;
/** Steps of a question from which on its answers are kept, blurred by a cycle or not. */
const costly = 2_000;
/** How often such an answer is sought anew first: asked from elsewhere, the cycle may leave it whole. */
const attempts = 3;
/** Questions within questions. */
const deepest = 220;

/** Remembers relations that may meet themselves, such as "what may this name be" in code that calls itself. */
export class Memo {
  readonly #final = new Map<string, readonly unknown[]>();
  readonly #provisional = new Map<string, readonly unknown[]>();
  /** How often the answer to a question was blurred when a costly one ended. */
  readonly #blurred = new Map<string, number>();
  readonly #running = new Map<string, number>();
  /** The depth of the outermost running question that the present one has met again. */
  #lowest = Number.POSITIVE_INFINITY;
  #steps = 0;
  #computed = 0;

  constructor(private readonly deadline: Deadline) {}

  /** Answers computed so far. */
  get computed(): number {
    return this.#computed;
  }

  /** Whether a question is being answered. */
  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** The answer kept under a key, else computed: a result touched by a cycle is kept only until the outermost one ends. */
  of<T>(key: string, compute: () => readonly T[], tooDeep: readonly T[]): readonly T[] {
    const known = this.#final.get(key) ?? this.#provisional.get(key);
    if (known) return known as readonly T[];
    const at = this.#running.get(key);
    if (at !== undefined) {
      this.#lowest = Math.min(this.#lowest, at);
      return [];
    }
    const depth = this.#running.size;
    if (depth === 0) this.#steps = 0;
    if (depth > deepest || ++this.#steps > stepsPerQuestion) {
      this.#lowest = Math.min(this.#lowest, 0);
      return tooDeep;
    }
    this.#computed++;
    this.deadline.check();
    this.#running.set(key, depth);
    const outer = this.#lowest;
    this.#lowest = Number.POSITIVE_INFINITY;
    let found: readonly T[];
    try {
      found = compute();
    } finally {
      this.#running.delete(key);
    }
    const isFinal = this.#lowest >= depth;
    (isFinal ? this.#final : this.#provisional).set(key, found);
    this.#lowest = Math.min(outer, isFinal ? Number.POSITIVE_INFINITY : this.#lowest);
    if (depth === 0) this.#settle();
    return found;
  }

  /** Forgets every answer. */
  clear(): void {
    this.#final.clear();
    this.#provisional.clear();
    this.#blurred.clear();
  }

  /** The outermost question is answered: what only a cycle blurred is asked anew next time. */
  #settle(): void {
    // What was costly to learn again and again is kept, though a cycle blurs it: no later question pays for it.
    if (this.#steps > costly)
      for (const [each, values] of this.#provisional) {
        const times = (this.#blurred.get(each) ?? 0) + 1;
        this.#blurred.set(each, times);
        if (times >= attempts) this.#final.set(each, values);
      }
    this.#provisional.clear();
    this.#lowest = Number.POSITIVE_INFINITY;
  }
}
