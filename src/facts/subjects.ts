import type { CredentialDecision, Trial } from './decision.js';
import type { ControlEndpoint, EventStream, Exposure, McpEndpoint, WebSocketServer } from './doors.js';
import type { PlainUrl, SecretComparison } from './exposure.js';
import type { InboundBody, InboundFrame } from './frames.js';
import type { ErrorAnswer, LogCall } from './leaks.js';
import type { BodyReader, ServedAddress, StreamBody } from './limits.js';
import type { Location, Step } from './location.js';
import type { RequestParse } from './parses.js';
import type { CookieDoor, SessionId, SessionLookup, SessionStore } from './sessions.js';
import type { Setting } from './setting.js';

/** One field of one SSE frame, written with text that is not a constant. */
export interface SseField {
  readonly kind: 'SseField';
  readonly at: Location;
  readonly field: 'data' | 'event' | 'id' | 'retry' | 'frame';
  /** `safe`: cannot hold CR or LF; `raw`: may hold them. */
  readonly text: 'safe' | 'raw' | 'unclear';
  /** Where raw text comes from, as far as it was followed; `caller`: a program that uses this one as a library. */
  readonly source: 'client' | 'tool' | 'model' | 'error' | 'caller' | 'server' | 'unknown';
  /** Why it is safe, or what could not be followed. */
  readonly because: string;
  readonly trail: readonly Step[];
}

/** A CORS policy: a middleware, or the hand-written `Access-Control-Allow-Origin` header. */
export interface CorsPolicy {
  readonly kind: 'CorsPolicy';
  readonly at: Location;
  readonly via: string;
  /** What foreign origins are told: any (`*`), their own name back, some of them, none. */
  readonly allows: 'any' | 'reflects' | 'list' | 'none' | 'unclear';
  readonly credentials: Setting<boolean>;
  /** A foreign origin that is reflected, for `reflects` and for lists that a witness gets through. */
  readonly witness: Trial | undefined;
  /** What the policy covers: nothing that matters (metadata, health, files of a site, a 101 answer), or doors. */
  readonly covers: 'doors' | 'metadata' | 'handshake' | 'unclear';
  /** What the least guarded covered door does without a credential. */
  readonly credential: CredentialDecision;
  /** Only switched on by configuration that is off as shipped. */
  readonly optIn: boolean;
  readonly because: string;
  readonly trail: readonly Step[];
}

/** A call that opens a listening socket. */
export interface Listener {
  readonly kind: 'Listener';
  readonly at: Location;
  readonly via: string;
  readonly host: Setting<string>;
  readonly exposure: Exposure;
  /** Closes as soon as it listens: a test whether the port is free. */
  readonly probe: boolean;
  /** What the least guarded door behind it does without a credential; `admits` when no guard was found. */
  readonly credential: CredentialDecision;
  /** A tool behind it that runs commands or writes files. */
  readonly reachesDangerousTools: Location | undefined;
  readonly trail: readonly Step[];
}

/** A credential that travels in a URL's query string. */
export interface UrlCredential {
  readonly kind: 'UrlCredential';
  readonly at: Location;
  readonly variant: 'server-read' | 'client-url' | 'outbound-api';
  /** The parameter's name, as written. */
  readonly parameter: string;
  /** Read on the way into a WebSocket or SSE door. */
  readonly onStream: boolean;
  /** A ticket that is deleted when used: where it is deleted. */
  readonly singleUse: Location | undefined;
  readonly trail: readonly Step[];
}

/** One test on an Origin (or Host), wherever it stands, with the foreign origin that it lets in, if any. */
export interface OriginTest {
  readonly kind: 'OriginTest';
  readonly at: Location;
  readonly test: 'substring' | 'regex' | 'null' | 'absent' | 'exact';
  /** The test as written, shortened. */
  readonly text: string;
  /** The admitted foreign origin; undefined when every candidate was refused. */
  readonly witness: Trial | undefined;
  /** Set when the test could not be decided. */
  readonly unclear: string | undefined;
  /** What the door that hangs on the test does without a credential. */
  readonly credential: CredentialDecision;
  /** Whether only handshakes of WebSockets are tested, in which browsers never leave the Origin out. */
  readonly isOfSockets: boolean;
  readonly trail: readonly Step[];
}

/** Everything that a rule can be asked about. */
export type Subject =
  | WebSocketServer
  | McpEndpoint
  | ControlEndpoint
  | EventStream
  | SessionId
  | SessionLookup
  | CookieDoor
  | RequestParse
  | SessionStore
  | PlainUrl
  | SecretComparison
  | SseField
  | InboundFrame
  | InboundBody
  | CorsPolicy
  | Listener
  | UrlCredential
  | OriginTest
  | BodyReader
  | ErrorAnswer
  | LogCall
  | ServedAddress
  | StreamBody;

export type SubjectKind = Subject['kind'];

/** The subject type that belongs to a kind. */
export type SubjectOf<K extends SubjectKind> = Extract<Subject, { readonly kind: K }>;
