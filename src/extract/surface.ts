import type { Call, Given, Node } from '../code/code.js';
import type { FunctionNode } from '../code/module.js';
import type { Stamp } from '../code/order.js';
import type { Obj, V } from '../code/trial/domain.js';
import type { LibraryGate } from '../code/trial/library.js';
import type { Machine } from '../code/trial/machine.js';
import type { Request } from '../code/trial/request.js';
import type { Thing, Value } from '../code/value.js';
import { isSameThing } from '../code/value.js';
import type { Location, Setting, Subject } from '../facts/index.js';
import type { Convention } from './convention.js';

/** A function, library middleware or router that a library was given, and where. */
export interface Handler {
  readonly value: Value;
  readonly node: Node;
  /** What a reader would call it, where it is not known by a name of its own. */
  readonly name?: string;
  /** How it is called; express's way unless said. */
  readonly convention?: Convention;
  /** Given `(event, socket)`, where others get `(socket, message)`. */
  readonly eventFirst?: boolean;
  /** Given `(message, socket)`. */
  readonly messageFirst?: boolean;
  /** A method that clients call: given what they sent, parsed, or a call that holds it as its `request`. */
  readonly gets?: 'message' | 'call';
  /** Where a library runs its functions in stages, whatever the order of registration: the lower first. */
  readonly stage?: number;
}

/** `app.use(…)`, `router.post(…)` and their kin, in one frame. */
export interface Registration {
  readonly router: Thing;
  readonly via: string;
  /** `use` covers everything below its paths; `ALL` every method of its paths. */
  readonly verb: string;
  /** As written; undefined where a path could not be read. */
  readonly paths: readonly (string | undefined)[];
  readonly handlers: readonly Handler[];
  readonly call: Call;
  readonly stamp: Stamp;
  /** False when it stands behind a condition. */
  readonly certain: boolean;
  /** Holds for everything in its router, registered earlier or later. */
  readonly always?: boolean;
  /** Closed when it is made: what is registered later in the same router does not reach into it. */
  readonly closed?: boolean;
  /** The only one to see its requests: it is in nobody else's way. */
  readonly exclusive?: boolean;
}

/** An app or router: what it is given runs in order. */
export interface Router {
  readonly thing: Thing;
  readonly via: string;
  /** A gate that its factory installs, before anything the user adds. */
  readonly bornWith: { readonly gate: LibraryGate; readonly at: Node } | undefined;
}

/** A place in one frame. */
export type Place = Pick<Call, 'env'> & { readonly node: Node };

/** An HTTP server and the functions that answer its requests. */
export interface HttpServer {
  readonly thing: Thing;
  readonly via: string;
  readonly listeners: readonly Handler[];
  readonly call: Place;
  /** Where a platform serves it that no call of the program starts; a listen call is believed first. */
  readonly host?: Setting<string>;
}

/** A call that opens a listening socket, for a server, an app or a WebSocket server. */
export interface Listening {
  readonly on: Thing | undefined;
  readonly via: string;
  readonly host: Setting<string>;
  readonly call: Place;
  readonly probe: boolean;
}

/** A function that is given the sockets of upgrade requests. */
export interface UpgradeListener {
  readonly on: Thing;
  readonly handler: Handler;
  readonly call: Call;
}

/** A WebSocket server as its library knows it. */
export interface SocketServer {
  readonly thing: Thing;
  readonly via: string;
  readonly call: Place;
  /** What it rides on instead of listening itself. */
  readonly rides: readonly Thing[];
  /** Where it listens itself; undefined when it rides on something else. */
  readonly host: Setting<string> | undefined;
  /** Where a platform serves it that no call of the program starts. */
  readonly platform?: Setting<string> | undefined;
  readonly path: string | undefined;
  /** Path and query of the library's own client, where the user's code says nothing of them. */
  readonly clientPath?: string;
  readonly maxPayload: Setting<number>;
  /** Functions asked before acceptance, with the way their answer is read. */
  readonly verifiers: readonly (Handler & { readonly protocol: VerifierProtocol })[];
  /** Functions that are given accepted sockets; one that `asks` is called with `(socket, next)` and may still refuse. */
  readonly connections: readonly (Handler & { readonly asks?: boolean })[];
  /** What they are given besides the socket; node's request unless said. */
  readonly passes?: (request: Request) => readonly V[];
  /** Functions that are given every message, `(socket, message)`, where the library knows them beforehand. */
  readonly messages?: readonly Handler[];
  /** Calls that accept a socket by hand: `wss.handleUpgrade(…)`. */
  readonly accepts: readonly Call[];
  /** The route whose last handler is given the sockets, where the library accepts for a route. */
  readonly route?: Registration;
  /** The call that accepts only makes the socket and its 101 answer: the handshake is over when the handler returns that. */
  readonly acceptsByAnswer?: boolean;
  /** The socket as the library hands it out, where it is not the usual emitter. */
  readonly socketOf?: SocketMaker;
  /** Where the accepting call's result holds the socket: under which key. */
  readonly socketKey?: string;
  /** Whether an event is a message, parsed by the library, and not one of its own. */
  readonly isMessageEvent?: (event: string) => boolean;
  /** What the library looks after by itself. */
  readonly keeps?: Keeping;
}

/** What a library does for every accepted socket, said as a reason: absent where the user's code must. */
export interface Keeping {
  /** It hears the `error` event. */
  readonly errors?: string;
  /** It finds out that a peer is gone. */
  readonly heartbeat?: string;
  /** An exception in a listener ends no more than that listener. */
  readonly exceptions?: string;
}

/**
 * How a verifier answers: `info` and `request` by what they return, `info` with a second parameter by
 * `callback(verdict)`, `errback` by `callback(error, verdict)`, `answer` by the `Response` that they return, if any.
 */
export type VerifierProtocol = 'info' | 'request' | 'protocols' | 'errback' | 'answer';

/** Makes an accepted socket inside a trial; `accepted` is what the accepting call was given. */
export type SocketMaker = (request: Request, accepted: readonly V[]) => Obj;

/** An MCP transport of a library, or a factory of handlers that speak MCP. */
export interface Transport {
  readonly thing: Thing;
  readonly via: string;
  readonly call: Call;
  readonly protocol: 'streamable-http' | 'sse';
  /** Only stands before another transport, whose door it is. */
  readonly isAdapter?: boolean;
  /** The only path that it answers, where it looks at the path itself. */
  readonly path?: string | undefined;
  /** Gates in the transport's own options. Where they cover POSTs only, a stream alone runs nothing. */
  readonly gate: LibraryGate;
  /** Nodes at which the client is served, with what is served there. */
  readonly sinks: readonly {
    readonly node: Node;
    readonly env: Call['env'];
    readonly part: 'stream' | 'post' | 'all';
  }[];
}

/** What stands before an entry: a library's check, or a function of the user's that may answer instead. */
export type EntryGate =
  | { readonly is: 'library'; readonly gate: LibraryGate; readonly at: Node; readonly name: string }
  | { readonly is: 'before'; readonly handler: Handler; readonly certain: boolean };

/** What a library tells pages of other origins, where it serves by itself. */
export interface ToldOrigins {
  /** The origins that the source names. */
  readonly origin: Given;
  /** What it answers where the source names none. */
  readonly silent: '*' | 'reflects';
  readonly credentials: Setting<boolean>;
  readonly because: string;
}

/** A server that a library makes and runs all by itself: MCP is served on each of its ways. */
export interface SelfServed {
  readonly thing: Thing;
  readonly via: string;
  /** Where the server is made; its door stands there. */
  readonly at: Node;
  /** Where it starts to listen. */
  readonly call: Place;
  readonly host: Setting<string> | undefined;
  /** The app or server that listens for it, where it does not listen itself. */
  readonly root?: Thing;
  readonly ways: readonly {
    readonly method: string;
    readonly path: string | undefined;
    readonly transport: 'streamable-http' | 'sse' | 'sse-post';
    readonly gates: readonly ServedGate[];
  }[];
  /** Undefined where it tells pages of other origins nothing. */
  readonly cors: ToldOrigins | undefined;
}

/** What such a library asks before it serves. */
export interface ServedGate {
  readonly gate: LibraryGate;
  readonly at: Node;
  readonly name: string;
}

/** A function that a platform calls with requests: an exported route handler, a Worker's `fetch`, `Bun.serve({ fetch })`. */
export interface Entry {
  readonly via: string;
  readonly handler: Handler;
  readonly method: string;
  readonly path: string | undefined;
  readonly flavour: 'node' | 'fetch';
  readonly host: Setting<string> | undefined;
  readonly call: Call | undefined;
  /** The largest body that the platform itself lets in, in bytes, where own code reads it whole. */
  readonly bodyLimit?: Setting<number>;
  /** The server that calls it, where the program makes one. */
  readonly server?: Thing;
  readonly before?: readonly EntryGate[];
  /** What it is called with besides the request. */
  readonly passes?: readonly V[] | ((machine: Machine) => readonly V[]);
  /** The calls by which other functions of the program hand it their requests; a platform does not by itself. */
  readonly behind?: readonly Passage[];
}

/** A call that hands a request on to a function which the platform runs elsewhere: `stub.fetch(request)`. */
export interface Passage {
  readonly call: Place;
  /** Under another URL, which the code behind it looks at. */
  readonly isMoved: boolean;
  /** The path of that URL, where it is constant. */
  readonly movedTo: string | undefined;
}

/** Everything that the frameworks have found, before doors are made of it. */
export interface Surface {
  readonly routers: Router[];
  readonly registrations: Registration[];
  readonly servers: HttpServer[];
  readonly listenings: Listening[];
  readonly upgrades: UpgradeListener[];
  readonly sockets: SocketServer[];
  readonly transports: Transport[];
  readonly entries: Entry[];
  readonly served: SelfServed[];
  readonly subjects: Subject[];
  readonly stdio: Location[];
  /** Apps that a request listener hands its requests to, by the listener's function: where each app was made. */
  handOffs?: ReadonlyMap<FunctionNode, readonly Node[]>;
}

/** An empty surface, to be filled by the frameworks in turn. */
export function emptySurface(): Surface {
  return {
    routers: [],
    registrations: [],
    servers: [],
    listenings: [],
    upgrades: [],
    sockets: [],
    transports: [],
    entries: [],
    served: [],
    subjects: [],
    stdio: [],
  };
}

/** The router that a thing is, if a framework has claimed it. */
export function routerOf(surface: Surface, thing: Thing): Router | undefined {
  return surface.routers.find(router => isSameThing(router.thing, thing));
}
