import type { CredentialDecision, OriginDecision } from './decision.js';
import type { Location } from './location.js';
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

/** Who looks after one thing that every accepted socket needs. */
export type Care =
  | { readonly is: 'there'; readonly at: Location }
  /** Something is done, which is not enough; `says` what, and what is left. */
  | { readonly is: 'half'; readonly at: Location; readonly says: string }
  /** `elsewhere`: other sockets of the same server have it. */
  | { readonly is: 'missing'; readonly at: Location; readonly elsewhere: Location | undefined }
  | { readonly is: 'library'; readonly because: string }
  | { readonly is: 'unclear'; readonly at: Location; readonly why: string };

/** A server that accepts WebSocket connections. */
export interface WebSocketServer extends Door {
  readonly kind: 'WebSocketServer';
  /** Largest message the library lets in, in bytes; Infinity for no limit. */
  readonly maxPayload: Setting<number>;
  /** A size test on the frame before it is parsed, in the message handler. */
  readonly ownSizeLimit: Location | undefined;
  /** Where a message is handled or data is sent before a late Origin check has decided. */
  readonly servedBeforeCheck: Location | undefined;
  /** Who hears the `error` event of an accepted socket. */
  readonly errorListener: Care;
  /** A handler for what nobody caught, which keeps the process alive: `process.on('uncaughtException', …)`. */
  readonly lastResort: Location | undefined;
  /** Who finds out that a peer is gone without a word. */
  readonly heartbeat: Care;
  /** Who closes a socket that does not authenticate. */
  readonly loginTimer: Care;
}

/** An HTTP route behind which MCP is spoken, through an SDK transport or by hand. */
export interface McpEndpoint extends Door {
  readonly kind: 'McpEndpoint';
  readonly transport: 'streamable-http' | 'sse' | 'sse-post' | 'hand-written';
  /** The SDK transport's construction, when there is one. */
  readonly transportAt: Location | undefined;
  /** Other routes of the same app that change something for whoever asks, where this endpoint is open, too. */
  readonly besides?: readonly Location[];
  /** The function that dispatches for several servers of the program: the adapters in front of it are one endpoint. */
  readonly dispatcher?: Location;
}

/** An HTTP route beside MCP by which a client steers the server. */
export interface ControlEndpoint extends Door {
  readonly kind: 'ControlEndpoint';
  /**
   * What the server does as the client says: run a command or code, call a tool, drive a browser, write into a process or
   * a socket, answer what waits; or hand out the secret that it asks for at another door. A `call` does what was not seen,
   * for which the server asks for a credential once it has been told one.
   */
  readonly deed: 'command' | 'code' | 'tool' | 'browser' | 'input' | 'socket' | 'answer' | 'secret' | 'call';
  readonly doneAt: Location;
  /** The app or server behind which it stands: what is open there is open for one reason. */
  readonly server: Location | undefined;
}

/** The head of a `text/event-stream` answer that the user's code writes by hand. */
export interface EventStream extends Door {
  readonly kind: 'EventStream';
  /** Where a `retry:` field is written, if anywhere in reach of the stream. */
  readonly retry: Location | undefined;
  /** `long-lived`: kept open for later events; `one-answer`: ends when the answer is complete. */
  readonly life: 'long-lived' | 'one-answer' | 'unclear';
  readonly connectionCap: ConnectionCap;
  readonly departure: Departure;
  /** The MCP endpoint, as open as the stream, whose handler serves both: the stream is its GET half. */
  readonly halfOf?: Location;
}

/** What bounds the number of streams that are open at a time, in all or per client. */
export type ConnectionCap =
  | { readonly is: 'found'; readonly at: Location }
  | { readonly is: 'none' }
  | { readonly is: 'unclear'; readonly why: string };

/** What is done when the client of a stream leaves. */
export type Departure =
  | { readonly is: 'watched'; readonly at: Location }
  /** Nothing; `left` is the timer, entry or subscription that goes on. */
  | { readonly is: 'ignored'; readonly left: Location | undefined }
  | { readonly is: 'unclear'; readonly at: Location; readonly why: string };

/** The subjects through which a client gets in. */
export type DoorSubject = WebSocketServer | McpEndpoint | ControlEndpoint | EventStream;
