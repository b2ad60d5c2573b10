import type { Code, Condition, Node } from '../code/code.js';
import { readableNameOf } from '../code/functions.js';
import type { FunctionNode } from '../code/module.js';
import { compareStamps } from '../code/order.js';
import { type Env, type FunctionValue, isRunOf, isSameThing, type Thing, type Value } from '../code/value.js';
import type { Role } from '../code/values.js';
import type { Setting } from '../facts/index.js';
import {
  type Entry,
  type EntryGate,
  type Handler,
  type HttpServer,
  type Passage,
  type Registration,
  type Router,
  routerOf,
  type SocketMaker,
  type SocketServer,
  type Surface,
  type UpgradeListener,
  type VerifierProtocol,
} from './surface.js';

/** One station of a request on its way to a door, in the order of execution. */
export type Station =
  | Middleware
  | { readonly is: 'listener'; readonly handler: Handler; readonly app: Thing | undefined }
  | {
      readonly is: 'entry';
      readonly handler: Handler;
      readonly passes: Entry['passes'];
      readonly flavour: Entry['flavour'];
      /** An app that it hands its requests to. */
      readonly app?: Thing;
      /** The call in the station before it that hands on to it. */
      readonly through?: Passage;
    }
  | EntryGate
  | { readonly is: 'verifier'; readonly handler: Handler; readonly protocol: VerifierProtocol }
  | { readonly is: 'upgrade'; readonly handler: Handler }
  | {
      readonly is: 'connection';
      readonly handler: Handler;
      readonly asks: boolean;
      readonly socketOf: SocketMaker | undefined;
      readonly passes?: SocketServer['passes'];
    }
  /** A function that gets the messages of the accepted socket: no gate of the handshake, but of what is dispatched. */
  | { readonly is: 'messages'; readonly handler: Handler; readonly socketOf: SocketMaker | undefined };

interface Middleware {
  readonly is: 'middleware';
  readonly handler: Handler;
  /** Under which it is registered, as far as the door's own registration is not. */
  readonly conditions: readonly Condition[];
  readonly certain: boolean;
  readonly name: string;
}

/** A place where user code is entered by a library. */
export type Spot =
  | { readonly is: 'route'; readonly registration: Registration; readonly index: number }
  | { readonly is: 'listener'; readonly server: HttpServer; readonly handler: Handler }
  | { readonly is: 'upgrade'; readonly upgrade: UpgradeListener }
  | { readonly is: 'connection'; readonly socket: SocketServer; readonly handler: Handler }
  | { readonly is: 'entry'; readonly entry: Entry };

/** Which library enters which function, over the whole surface. */
export class Spots {
  readonly #byFunction = new Map<FunctionNode, { readonly value: FunctionValue; readonly spot: Spot }[]>();

  constructor(surface: Surface) {
    for (const registration of surface.registrations) {
      registration.handlers.forEach((handler, index) => {
        this.#add(handler.value, { is: 'route', registration, index });
      });
    }
    for (const server of surface.servers)
      for (const handler of server.listeners) this.#add(handler.value, { is: 'listener', server, handler });
    for (const upgrade of surface.upgrades) this.#add(upgrade.handler.value, { is: 'upgrade', upgrade });
    for (const socket of surface.sockets)
      for (const handler of socket.connections) this.#add(handler.value, { is: 'connection', socket, handler });
    for (const entry of surface.entries) this.#add(entry.handler.value, { is: 'entry', entry });
  }

  #add(value: Value, spot: Spot): void {
    if (value.is !== 'function') return;
    const spots = this.#byFunction.get(value.node);
    if (spots) spots.push({ value, spot });
    else this.#byFunction.set(value.node, [{ value, spot }]);
  }

  /** Which of the user's parameters take what a client sent, and which what answers it. */
  roles(): ReadonlyMap<FunctionNode['parameters'][number], Role> {
    const found = new Map<FunctionNode['parameters'][number], Role>();
    for (const [{ parameters }, spots] of this.#byFunction) {
      for (const { spot } of spots)
        rolesAt(spot, parameters.length).forEach((role, index) => {
          const parameter = parameters[index];
          if (role && parameter) found.set(parameter, role);
        });
    }
    return found;
  }

  has(fn: FunctionNode): boolean {
    return this.#byFunction.has(fn);
  }

  /** Where a function is entered that runs in this frame: closures of one function may be registered at several places. */
  of(fn: FunctionNode, frame: Env | undefined): readonly Spot[] {
    return (this.#byFunction.get(fn) ?? []).filter(({ value }) => isRunOf(value, frame)).map(({ spot }) => spot);
  }
}

/** What a library gives a function in a place, argument by argument. */
function rolesAt(spot: Spot, parameters: number): readonly (Role | undefined)[] {
  switch (spot.is) {
    case 'route': {
      const { gets, convention } = spot.registration.handlers[spot.index]!;
      if (gets) return [gets, 'context'];
      if (convention) return ['context'];
      // An error handler of express has the error in front.
      return parameters === 4 ? [undefined, 'request', 'response'] : ['request', 'response'];
    }
    case 'listener':
      return ['request', 'response'];
    case 'upgrade':
      return ['request'];
    case 'connection':
      return spot.handler.eventFirst || spot.handler.messageFirst ? [] : [undefined, 'request'];
    case 'entry':
      return spot.entry.flavour === 'node' ? ['request', 'response'] : ['request'];
  }
}

/** A way through routers to a handler: what stands before it, and the whole path. */
export interface Chain {
  readonly stations: readonly Station[];
  /** Mount prefixes joined with the route's own path; undefined where a part could not be read. */
  readonly path: string | undefined;
  readonly method: string;
  /** The outermost app or server, which listens. */
  readonly root: Thing | undefined;
  readonly via: string;
  /** Where it is served, when the function in front of it says so. */
  readonly bind?: Setting<string> | undefined;
}

/** A chain before its method is said: mounts add to the path, never to the method. */
type Route = Omit<Chain, 'method'>;

/** All chains that lead to the handler at an index of a registration: one per path and mount. */
export function chainsTo(code: Code, surface: Surface, registration: Registration, index: number): readonly Chain[] {
  // Doors, listeners and policies ask again and again; what the frameworks have read does not change any more.
  const known = chains.get(registration) ?? new Map<number, readonly Chain[]>();
  chains.set(registration, known);
  const found = known.get(index) ?? findChains(code, surface, registration, index);
  known.set(index, found);
  return found;
}

const chains = new WeakMap<Registration, Map<number, readonly Chain[]>>();

function findChains(code: Code, surface: Surface, registration: Registration, index: number): readonly Chain[] {
  return registration.paths.slice(0, 8).flatMap(path => {
    const own = registration.handlers.slice(0, index + 1).map(handler => ownStation(registration, handler));
    const method = registration.verb === 'ALL' || registration.verb === 'use' ? '*' : registration.verb;
    return chainsInto(code, surface, registration.router, registration, path, own, new Set()).map(chain => ({
      ...chain,
      stations: inStages(chain.stations),
      method,
    }));
  });
}

/** Stations in the order of their stages; within a stage they stay as they are. */
function inStages(stations: readonly Station[]): readonly Station[] {
  const stageOf = (station: Station) => (station.is === 'middleware' ? (station.handler.stage ?? 0) : 0);
  return stations.toSorted((a, b) => stageOf(a) - stageOf(b));
}

/** What runs in a router before a registration, then outwards through mounts to the listener. */
function chainsInto(
  code: Code,
  surface: Surface,
  thing: Thing,
  target: Registration,
  path: string | undefined,
  own: readonly Station[],
  seen: Set<Node>,
): Route[] {
  if (seen.has(thing.site)) return [];
  const inside = new Set(seen).add(thing.site);
  const router = routerOf(surface, thing);
  const entries = surface.registrations
    .filter(
      each =>
        each !== target && isSameThing(each.router, thing) && isInForce(each, target) && covers(each, target, path),
    )
    .sort((a, b) => compareStamps(a.stamp, b.stamp));
  const doorConditions = code.conditionsOf(target.call);
  const before = entries.flatMap(entry => {
    const conditions = code
      .conditionsOf(entry.call)
      .filter(each => !doorConditions.some(door => door.expression === each.expression && door.holds === each.holds));
    return entry.handlers
      .filter(handler => !isRouter(surface, handler.value))
      .map(handler => earlierStation(entry, handler, conditions));
  });
  const born: Station[] = router?.bornWith
    ? [{ is: 'library', gate: router.bornWith.gate, at: router.bornWith.at, name: nameOf(thing) ?? 'app factory' }]
    : [];
  const stations = [...born, ...before, ...own];
  const mounts = surface.registrations.filter(each =>
    each.handlers.some(handler => handler.value.is === 'thing' && isSameThing(handler.value, thing)),
  );
  const found = mounts.flatMap(mount =>
    mount.paths.slice(0, 8).flatMap(prefix => {
      const position = mount.handlers.findIndex(
        handler => handler.value.is === 'thing' && isSameThing(handler.value, thing),
      );
      const beside = mount.handlers.slice(0, position).map(handler => ownStation(mount, handler));
      return chainsInto(code, surface, mount.router, mount, joinPaths(prefix, path), [...beside, ...stations], inside);
    }),
  );
  if (found.length) return found;
  return atTop(surface, thing, router, stations, path);
}

/** The outermost app: perhaps behind an own request listener, or a platform's entry. */
function atTop(
  surface: Surface,
  thing: Thing,
  router: Router | undefined,
  stations: readonly Station[],
  path: string | undefined,
): Route[] {
  const via = router?.via ?? 'express';
  const plain: Route = { stations, path, root: thing, via };
  const served = surface.servers.flatMap(server =>
    server.listeners.flatMap((handler): Route[] => {
      if (handler.value.is === 'thing' && isSameThing(handler.value, thing)) return [{ ...plain, root: server.thing }];
      if (handler.value.is !== 'function' || !handsTo(surface, handler.value.node, thing)) return [];
      return [{ ...plain, stations: [{ is: 'listener', handler, app: thing }, ...stations], root: server.thing }];
    }),
  );
  const entered = surface.entries.flatMap((entry): Route[] => {
    const { handler, passes, flavour, server, host } = entry;
    if (handler.value.is !== 'function' || !handsTo(surface, handler.value.node, thing)) return [];
    const station: Station = { is: 'entry', handler, passes, flavour, app: thing };
    return [{ ...plain, stations: [station, ...stations], root: server ?? thing, bind: host }];
  });
  const all = [...served, ...entered];
  return all.length ? all : [plain];
}

/** Whether a listener calls the app: `app(request, response)`. */
function handsTo(surface: Surface, fn: FunctionNode, app: Thing): boolean {
  return (surface.handOffs?.get(fn) ?? []).some(site => site === app.site);
}

/** A handler as it stands before another one: it may be missing where it is registered under conditions, or for paths that could not be read. */
function earlierStation(entry: Registration, handler: Handler, conditions: readonly Condition[]): Station {
  return {
    ...ownStation(entry, handler),
    conditions,
    certain: conditions.length === 0 && !entry.paths.includes(undefined),
  };
}

/** A handler of the registration that is looked at: where that is, it is. */
function ownStation({ verb }: Registration, handler: Handler): Middleware {
  return {
    is: 'middleware',
    handler,
    conditions: [],
    certain: true,
    name: nameOf(handler.value) ?? handler.name ?? (verb === 'use' ? 'middleware' : 'route handler'),
  };
}

/** What a reader would call a function or library object: `requireKey`, `cors()`, `requireBearerAuth()`. */
function nameOf(value: Value): string | undefined {
  switch (value.is) {
    case 'function':
      return readableNameOf(value.node);
    case 'member':
      return value.name;
    case 'thing': {
      const [, library = '', made = ''] = /^(?:new )?(\S+) (?:new )?(.*)$/.exec(value.made) ?? [];
      return /^\(|^$/.test(made) ? `${library.split('/').at(-1)}${made}` : made.replace(/^:.*/, '') || undefined;
    }
    default:
      return undefined;
  }
}

function isRouter(surface: Surface, value: Value): boolean {
  return value.is === 'thing' && routerOf(surface, value) !== undefined;
}

/** Whether an entry is there when a request for another entry of the same router arrives. */
function isInForce(entry: Registration, target: Registration): boolean {
  if (entry.exclusive) return false;
  return (entry.always && !target.closed) || compareStamps(entry.stamp, target.stamp) < 0;
}

/** Whether an earlier entry of the same router also sees the request of a later one. */
function covers(entry: Registration, target: Registration, path: string | undefined): boolean {
  if (
    entry.verb !== 'use' &&
    entry.verb !== 'ALL' &&
    target.verb !== 'ALL' &&
    target.verb !== 'use' &&
    entry.verb !== target.verb
  )
    return false;
  // A route answers its own requests only: one whose path is not known to be this one is not in the way.
  if (entry.verb !== 'use' && path === undefined)
    return entry.paths.some(own => own !== undefined && isSamePath(own, '*'));
  return entry.paths.some(own =>
    entry.verb === 'use'
      ? own === undefined || path === undefined || isPrefix(own, path)
      : own !== undefined && path !== undefined && isSamePath(own, path),
  );
}

/** `/mcp` covers `/mcp` and `/mcp/x`, not `/mcpx`; parameters and wildcards match any segment. */
export function isPrefix(prefix: string, path: string): boolean {
  const a = segments(prefix);
  const b = segments(path);
  if (a.at(-1)?.startsWith('*')) a.pop();
  return a.length <= b.length && a.every((segment, i) => isSameSegment(segment, b[i]!));
}

function isSamePath(a: string, b: string): boolean {
  if (a === '*' || /^\/?\*/.test(a) || a === '(.*)') return true;
  const left = segments(a);
  const right = segments(b);
  return left.length === right.length && left.every((segment, i) => isSameSegment(segment, right[i]!));
}

function isSameSegment(a: string, b: string): boolean {
  return a === b || /^[:*{]/.test(a) || /^[:*{]/.test(b) || a === '*';
}

function segments(path: string): string[] {
  return path.split('/').filter(segment => segment !== '');
}

/** Joins a mount's prefix and a path; undefined when either is not known. */
export function joinPaths(prefix: string | undefined, path: string | undefined): string | undefined {
  if (prefix === undefined || path === undefined) return undefined;
  const joined = [...segments(prefix), ...segments(path)].join('/');
  return `/${joined}`;
}
