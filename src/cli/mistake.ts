/** Something the user can put right. Its message is one sentence, and all there is to say. */
export interface Mistake extends Error {
  readonly name: 'Mistake';
}

/** A mistake to throw. */
export function mistake(sentence: string): Mistake {
  return Object.assign(new Error(sentence), { name: 'Mistake' } as const);
}

export function isMistake(error: unknown): error is Mistake {
  return error instanceof Error && error.name === 'Mistake';
}
