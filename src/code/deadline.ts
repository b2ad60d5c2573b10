/** The time of an audit is over. */
export class TimeIsOver extends Error {
  override readonly name = 'TimeIsOver';
}

/** How many questions pass between two looks at the clock. */
const rarely = 64;

/**
 * When the work on a tree has to end. What can take long without end asks on its way; only work that is done `during`
 * it is ever broken off.
 */
export class Deadline {
  readonly #end: number;
  #asked = 0;
  #isWatching = false;
  #isOver = false;

  /** @param limit milliseconds from now */
  constructor(
    limit = Number.POSITIVE_INFINITY,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#end = now() + limit;
  }

  /** Whether work was broken off. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Does a piece of work that `check` may end. */
  during<T>(work: () => T): T {
    this.#isWatching = true;
    try {
      return work();
    } finally {
      this.#isWatching = false;
    }
  }

  /** @throws TimeIsOver in work that has lasted too long. */
  check(): void {
    if (!this.#isWatching || ++this.#asked % rarely !== 0 || this.now() < this.#end) return;
    this.#isOver = true;
    throw new TimeIsOver();
  }
}
