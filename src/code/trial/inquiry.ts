import type { RequestFacts } from './request.js';

const longest = 300;

type Question<T> = (facts: RequestFacts) => T;

/**
 * What a run has asked about who sends its request, and was told: another request that answers all of it alike fares
 * alike, and need not be run. Most doors never look at the Origin, and are tried once for all candidates.
 */
export class Inquiry {
  readonly #asked = new Map<string, { readonly question: Question<unknown>; readonly answer: unknown }>();

  constructor(private readonly facts: RequestFacts) {}

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

  /** Whether a request with these facts could not be told from this one by anything that was asked. */
  answersAlike(facts: RequestFacts): boolean {
    for (const { question, answer } of this.#asked.values()) if (question(facts) !== answer) return false;
    return true;
  }
}
