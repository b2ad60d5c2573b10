import { isCall } from '../functions.js';
import type { ts } from '../ts.js';
import type { RequestFacts } from './request.js';

const longest = 300;

type Question<T> = (facts: RequestFacts) => T;

/**
 * What a run has asked about who sends its request and where that is served, and was told: another request that answers
 * all of it alike fares alike, and need not be run. Most doors never look at the Origin, and are tried once for all
 * candidates; most of what is served behind the same gates is not reached by those who are refused.
 */
export class Inquiry {
  readonly #asked = new Map<string, { readonly question: Question<unknown>; readonly answer: unknown }>();

  /** The calls that were evaluated. */
  readonly #reached = new Set<ts.Node>();

  constructor(
    private readonly facts: RequestFacts,
    /** Where the client is served. */
    private readonly sinks: ReadonlySet<ts.Node>,
  ) {}

  /** Whether the client is served where a node is evaluated. */
  serves(node: ts.Node): boolean {
    if (isCall(node)) this.#reached.add(node);
    return this.sinks.size > 0 && this.sinks.has(node);
  }

  /** A question by its name; its answer is a primitive. */
  ask<T extends string | boolean | null>(name: string, question: Question<T>): T {
    const known = this.#asked.get(name);
    if (known) return known.answer as T;
    const answer = question(this.facts);
    this.#asked.set(name, { question, answer });
    return answer;
  }

  /** A question about a text. Of long ones the sender is asked as a whole: they are no names to remember. */
  askOf(name: string, text: string, question: Question<boolean>): boolean {
    if (text.length <= longest) return this.ask(`${name} ${text}`, question);
    this.ask('origin', ({ world }) => world.origin);
    this.ask('host', ({ world }) => world.host);
    this.ask('kind', ({ world }) => world.kind);
    return question(this.facts);
  }

  /** Whether a request with these facts, served at these places, could not be told from this one by anything that was asked. */
  answersAlike(facts: RequestFacts, sinks: ReadonlySet<ts.Node>): boolean {
    if (!this.#isReachedAlike(sinks, this.sinks) || !this.#isReachedAlike(this.sinks, sinks)) return false;
    for (const { question, answer } of this.#asked.values()) if (question(facts) !== answer) return false;
    return true;
  }

  /** Whether nothing was reached that serves here and not there; only calls are remembered. */
  #isReachedAlike(here: ReadonlySet<ts.Node>, there: ReadonlySet<ts.Node>): boolean {
    if (here === there) return true;
    for (const sink of here) if (!there.has(sink) && (!isCall(sink) || this.#reached.has(sink))) return false;
    return true;
  }
}
