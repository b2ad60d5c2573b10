import type { CredentialDecision } from './decision.js';
import type { Location } from './location.js';

/** A place where the message of an accepted socket becomes data. */
export interface InboundFrame {
  readonly kind: 'InboundFrame';
  /** The parser's call, or the listener that a library gives parsed messages. */
  readonly at: Location;
  /** The door that its sockets come through. */
  readonly door: Location;
  readonly via: string;
  /** Who catches what the parser throws. */
  readonly parse:
    | { readonly is: 'guarded'; readonly by: Location }
    /** `rejects`: as a promise that nobody waits for. */
    | { readonly is: 'unguarded'; readonly rejects: boolean }
    | { readonly is: 'library'; readonly because: string };
  /** What an error that leaves the listener ends: the process, or no more than this turn of the listener. */
  readonly endsProcess: boolean;
  /** What the data is held against before it is used. */
  readonly validation:
    | { readonly is: 'schema' | 'checks'; readonly at: Location }
    | { readonly is: 'none'; readonly uses: readonly FieldUse[] }
    | { readonly is: 'unused' };
  /** Where text is told from binary data. */
  readonly binaryTest: Location | undefined;
  /** What the door does without a credential. */
  readonly credential: CredentialDecision;
}

/** A use of the data that no test came before. */
export interface FieldUse {
  readonly at: Location;
  /** The top-level field; undefined where the whole is handed on. */
  readonly field: string | undefined;
}
