import type { Location, Step } from './location.js';

/** The text of errors that clients are sent, as far as it is taken from errors in one file. */
export interface ErrorAnswer {
  readonly kind: 'ErrorAnswer';
  /** Where the text leaves for the client: the response call, or the call or return by which a helper gets it. */
  readonly at: Location;
  readonly detail: 'message' | 'stack';
  /** The other places of the same file. */
  readonly others: readonly Location[];
  readonly trail: readonly Step[];
}

/** A log call that writes a credential. */
export interface LogCall {
  readonly kind: 'LogCall';
  readonly at: Location;
  readonly what: 'credential' | 'headers';
  /** The credential as written. */
  readonly name: string;
  /** Below the level that is written as shipped, as far as the name of the call says. */
  readonly isDetail: boolean;
  /** Further log calls of the same file. */
  readonly others: readonly Location[];
  readonly trail: readonly Step[];
}
