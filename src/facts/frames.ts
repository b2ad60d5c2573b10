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
  readonly validation: Validation;
  /** Where text is told from binary data. */
  readonly binaryTest: Location | undefined;
  /** What the door does without a credential. */
  readonly credential: CredentialDecision;
}

/** A place where the body of a request becomes a message that own code dispatches, without an SDK's transport. */
export interface InboundBody {
  readonly kind: 'InboundBody';
  readonly at: Location;
  /** The endpoint that it comes in at. */
  readonly door: Location;
  readonly validation: Validation;
  /** What the endpoint does without a credential. */
  readonly credential: CredentialDecision;
}

/** What the data of a message is held against before it is used. */
export type Validation =
  | { readonly is: 'schema' | 'checks'; readonly at: Location }
  | { readonly is: 'none'; readonly uses: readonly FieldUse[] }
  | { readonly is: 'unused' };

/** A use of the data that no test came before. */
export interface FieldUse {
  readonly at: Location;
  /** The top-level field; undefined where the whole is handed on. */
  readonly field: string | undefined;
}
