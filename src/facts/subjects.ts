import type { CredentialDecision, OriginDecision, Trial } from './decision.js';
import type { Location, Step } from './location.js';
import type { Setting } from './setting.js';

/** Who can reach the address: this machine only, other machines as well, or not to be told from the source. */
export type Exposure = 'loopback' | 'network' | 'unclear';

/** A place in the user's code, or in a library's, where a client can still be refused, in the order of execution. */
export interface Gate {
  readonly at: Location;
  /** What stands there, in the reader's words: `verifyClient`, `upgrade handler`, `requireBearerAuth()`, `middleware`. */
  readonly name: string;
  readonly stage: 'before-accept' | 'after-accept';
  /** False when the gate is registered conditionally or its path could not be read: shown, never thanked. */
  readonly certain: boolean;
}

/** One way in: the route, listener or upgrade handler that leads to a door. */
export interface WayIn {
  readonly at: Location;
  /** Upper case; `*` for any method. */
  readonly method: string;
  /** As written, mount prefixes joined; undefined when it is not decided by path or could not be read. */
  readonly path?: string;
}

/** What all doors have in common. */
interface Door {
  readonly at: Location;
  /** Further fair anchors of the same door: the route, the options object, the wrapper's construction. */
  readonly anchors: readonly Location[];
  /** The npm package (or `node:http`, `hand-written`) that opens the door. */
  readonly via: string;
  /** Address it listens on, where a listen call could be tied to it. */
  readonly bind: Setting<string>;
  readonly exposure: Exposure;
  readonly wayIn: WayIn | undefined;
  readonly gates: readonly Gate[];
  readonly origin: OriginDecision;
  readonly credential: CredentialDecision;
}

/** A server that accepts WebSocket connections. */
export interface WebSocketServer extends Door {
  readonly kind: 'WebSocketServer';
  /** Largest message the library lets in, in bytes; Infinity for no limit. */
  readonly maxPayload: Setting<number>;
  /** A size test on the frame before it is parsed, in the message handler. */
  readonly ownSizeLimit: Location | undefined;
  /** Where a message is handled or data is sent before a late Origin check has decided. */
  readonly servedBeforeCheck: Location | undefined;
}

/** An HTTP route behind which MCP is spoken, through an SDK transport or by hand. */
export interface McpEndpoint extends Door {
  readonly kind: 'McpEndpoint';
  readonly transport: 'streamable-http' | 'sse' | 'sse-post' | 'hand-written';
  /** The SDK transport's construction, when there is one. */
  readonly transportAt: Location | undefined;
}

/** The head of a `text/event-stream` answer that the user's code writes by hand. */
export interface EventStream extends Door {
  readonly kind: 'EventStream';
  /** Where a `retry:` field is written, if anywhere in reach of the stream. */
  readonly retry: Location | undefined;
  /** `long-lived`: kept open for later events; `one-answer`: ends when the answer is complete. */
  readonly life: 'long-lived' | 'one-answer' | 'unclear';
}

/** One field of one SSE frame, written with text that is not a constant. */
export interface SseField {
  readonly kind: 'SseField';
  readonly at: Location;
  readonly field: 'data' | 'event' | 'id' | 'retry' | 'frame';
  /** `safe`: cannot hold CR or LF; `raw`: may hold them. */
  readonly text: 'safe' | 'raw' | 'unclear';
  /** Where raw text comes from, as far as it was followed. */
  readonly source: 'client' | 'tool' | 'model' | 'error' | 'server' | 'unknown';
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
  /** What the policy covers: nothing that matters (metadata, health, a 101 answer), or doors. */
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
  readonly trail: readonly Step[];
}

/** Everything that a rule can be asked about. */
export type Subject =
  | WebSocketServer
  | McpEndpoint
  | EventStream
  | SseField
  | CorsPolicy
  | Listener
  | UrlCredential
  | OriginTest;

export type SubjectKind = Subject['kind'];

/** The subject type that belongs to a kind. */
export type SubjectOf<K extends SubjectKind> = Extract<Subject, { readonly kind: K }>;

/** The subjects through which a client gets in. */
export type DoorSubject = WebSocketServer | McpEndpoint | EventStream;
