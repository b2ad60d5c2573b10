import type { CredentialDecision, OriginDecision } from './decision.js';
import type { Location, Step } from './location.js';

/** Where the id of a session may come from. `none`: there is none, as for stateless transports. */
export interface IdSource {
  readonly is: 'random' | 'math-random' | 'clock' | 'counter' | 'constant' | 'client' | 'none' | 'unknown';
  readonly at: Location;
}

/** A place where a session gets its id. */
export interface SessionId {
  readonly kind: 'SessionId';
  readonly at: Location;
  /** `transport`: an option of a transport; `store`: the key of a new entry; `choice`: the client's id or else a fresh one; `made`: a name or function that says so. */
  readonly place: 'transport' | 'store' | 'choice' | 'made';
  /** The name of the id, the option or the store, as written. */
  readonly name: string;
  /** An id that the client brings counts only where nothing proves beforehand that it is known or its own. */
  readonly sources: readonly IdSource[];
  /** What proves that a client's id is known or its own, where something does. */
  readonly checkedBy: Location | undefined;
  readonly trail: readonly Step[];
}

/** A place where a request takes up the session that its client names, at a server that knows its users apart. */
export interface SessionLookup {
  readonly kind: 'SessionLookup';
  readonly at: Location;
  /** The store, as written. */
  readonly name: string;
  /** The first place of its file where a session is looked up in that store. */
  readonly storeAt: Location;
  /** What tells users apart, as written, and where. */
  readonly identity: string;
  readonly identifiedAt: Location;
  /** What ties the session to its user: a comparison, or a key or store of the user's own. */
  readonly boundBy: Location | undefined;
}

/** A door, or a route that changes something, of which a cookie is the only credential. */
export interface CookieDoor {
  readonly kind: 'CookieDoor';
  readonly at: Location;
  readonly isMcp: boolean;
  /** The SDK's transports refuse bodies that are not announced as JSON, which a foreign page may send only after CORS has agreed. */
  readonly readsJsonOnly: boolean;
  readonly origin: OriginDecision;
  readonly credential: CredentialDecision;
  /** Where cookies are made that foreign pages do not send along. */
  readonly keptHome: Location | undefined;
}

/** A collection in memory that holds sessions by id. */
export interface SessionStore {
  readonly kind: 'SessionStore';
  /** The first place that adds an entry. */
  readonly at: Location;
  readonly name: string;
  readonly removedAt: Location | undefined;
}
