import type { ts } from '../ts.js';
import type { Tag, V } from './domain.js';

/** What the code did with the client. `passes`: handed on to the next gate; `neutral`: answered something else. */
export interface Effect {
  readonly does: 'admits' | 'refuses' | 'neutral';
  readonly node: ts.Node;
  readonly says: string;
  /** The status of the answer, where it was one. */
  readonly status?: number | undefined;
}

/** A fork that was taken on an unknown value. */
export interface Choice {
  readonly tag: Tag;
  readonly why: string;
  readonly node: ts.Node;
  readonly arity: number;
  taken: number;
}

/** One condition or test that was evaluated, in order. */
export interface Mark {
  readonly node: ts.Node;
  readonly truth: boolean;
  /** A test on the Origin or Host itself, rather than a branch on its result. */
  readonly test: 'substring' | 'regex' | 'exact' | undefined;
}

/** A modelled exception of the user's code. */
export class Thrown {
  constructor(readonly value: V) {}
}

/** The answer has fallen: nothing after it matters. */
export class Stopped {
  constructor(readonly effect: Effect) {}
}

/** A budget is spent, at this place. */
export class Spent {
  constructor(
    readonly why: string,
    readonly node: ts.Node,
  ) {}
}
