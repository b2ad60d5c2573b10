import type { Location, Step } from './location.js';

/**
 * What the user's own code does with one request.
 * `depends`: it hangs on configuration that the source does not settle; `unclear`: it could not be followed.
 */
export type Answer = 'admits' | 'refuses' | 'depends' | 'unclear';

/** How a candidate origin relates to the origins that the server means to trust. */
export type OriginKind =
  | 'unrelated' // https://attacker.example
  | 'rebind' // Origin and Host both carry the attacker's name, which DNS points at the server
  | 'rebind-absent' // Host is the attacker's, no Origin: a same-origin GET of a rebound page
  | 'null' // sandboxed iframe, file://, data:
  | 'absent' // no Origin header: not a browser, or a same-origin GET
  | 'loopback' // http://localhost:<port>
  | 'trusted' // an origin written in the source
  | 'prefixed' // https://evilmyapp.com
  | 'suffixed' // https://myapp.com.attacker.example
  | 'dot' // https://myappXcom…: an unescaped dot
  | 'tenant' // https://anyone.vercel.app: a suffix where anybody may register
  | 'program' // chrome-extension://…, file://: an installed program, or a file that was opened
  | 'variant' // the trusted host on another scheme or port, or spelled otherwise
  | 'asked' // what the user wants to know about
  | 'word'; // a word of the regex's own language

/** Where a request goes, so that it can be sent to the running server. */
export interface Address {
  readonly over: 'http' | 'websocket';
  readonly method: string;
  /** With what the library's own client adds; undefined when any path will do. */
  readonly path?: string;
  /** The Host header. */
  readonly host: string;
}

/** One request tried on the user's own code. */
export interface Trial {
  readonly kind: OriginKind;
  /** The Origin header as sent; null when the header is absent. */
  readonly origin: string | null;
  /** The Host header, where it is not the server's own. */
  readonly host?: string;
  readonly answer: Answer;
  /** Where a request that gets in was sent; undefined where no door was seen to use the check. */
  readonly sentTo?: Address;
  /** Where the answer was settled: the refusing statement, or the first place that could not be followed. */
  readonly at?: Location;
  /** The configuration or the obstacle, for `depends` and `unclear`. */
  readonly because?: string;
  /** Code outside of the tree that could still refuse, for `admits`. */
  readonly leftTo?: Step;
  /** The comparisons and branches that led there. */
  readonly trail: readonly Step[];
}

/** What a door does with the Origin and Host headers, found by trying candidates on its gates. */
export interface OriginDecision {
  /** The Host that the trials carried, where it is not `localhost:3000` and they do not say otherwise. */
  readonly host?: string;
  /** When the answer falls: before the connection is accepted, or only after. */
  readonly stage: 'before-accept' | 'after-accept';
  readonly trials: readonly Trial[];
  /** The statements that refuse some candidate. Empty when nobody is refused. */
  readonly decidedBy: readonly Location[];
}

/** How a credential travels. A cookie is ambient: a foreign page makes the browser send it. */
export type CredentialCarrier =
  | 'authorization-header'
  | 'custom-header'
  | 'cookie'
  | 'query'
  | 'subprotocol'
  | 'path'
  | 'message'
  | 'body'
  | 'ticket'
  | 'platform'
  | 'middleware';

/** What a door does with a client that brings no credential. */
export interface CredentialDecision {
  readonly answer: Answer;
  /** The carriers whose absence is refused. */
  readonly carriers: readonly CredentialCarrier[];
  /** What refuses, or the place that could not be followed. */
  readonly at?: Location;
  /** For `admits`: the configuration under which the door would refuse. For `depends` and `unclear`: the obstacle. */
  readonly because?: string;
  readonly trail: readonly Step[];
}
