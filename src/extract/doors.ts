import { announcedPaths } from '../code/announced-paths.js';
import { type Ascent, ascentsFrom } from '../code/climb.js';
import type { Call, Code, Node } from '../code/code.js';
import { demandedVariables, isNeverGiven } from '../code/demanded.js';
import { readableNameOf } from '../code/functions.js';
import type { FunctionNode } from '../code/module.js';
import { methodAround, pathAround } from '../code/route-conditions.js';
import type { Thing } from '../code/value.js';
import { isSameThing } from '../code/value.js';
import {
  type Exposure,
  type Gate,
  type Location,
  type McpEndpoint,
  placeOf,
  type Setting,
  type WayIn,
  type WebSocketServer,
} from '../facts/index.js';
import { acceptedBy, acceptedByHand, type Cares, caresFor } from './accepted.js';
import { type Chain, chainsTo, type Spot, type Spots, type Station } from './chains.js';
import type { DoorPlan } from './drive.js';
import type { Entry, Passage, Place, Registration, SelfServed, SocketServer, Surface, Transport } from './surface.js';
import type { DoorFindings, Trials } from './trials.js';

/** A door with what trying it has shown. */
export interface Opened<D> {
  readonly door: D;
  readonly findings: DoorFindings;
  readonly plan: DoorPlan;
  /** The app or server behind which it stands. */
  readonly root: Thing | undefined;
  /** The WebSocket server whose sockets come through it, where a library makes them. */
  readonly socket?: SocketServer;
}

/** A way from a library's entry into user code down to a node. */
export interface Way {
  readonly chain: Chain;
  /** Nodes between the entered function and the node, outermost first. */
  readonly inner: readonly Node[];
  readonly at: Node;
  readonly method: string;
  readonly path: string | undefined;
  readonly bind: Setting<string> | undefined;
}

/** Makes doors of what the frameworks found. */
export class Doors {
  constructor(
    private readonly code: Code,
    private readonly surface: Surface,
    private readonly spots: Spots,
    private readonly trials: Trials,
  ) {}

  // ---- ways in ----------------------------------------------------------------------------------------------

  /**
   * The ways on which a node is reached from the network.
   * @param passed the calls that hand on to it: one that is met again leads in a circle, and nobody comes by that way
   */
  waysTo(node: Node, from: Call['env'], passed: readonly Node[] = []): Way[] {
    return this.#waysOf(
      ascentsFrom(this.code.values, node, from, fn => this.spots.has(fn)),
      passed,
    );
  }

  /** The same for those to whom it matters by which calls: one way for each chain of them. */
  everyWayTo(node: Node): Way[] {
    return this.#waysOf(
      ascentsFrom(this.code.values, node, undefined, fn => this.spots.has(fn), 'every'),
      [],
    );
  }

  #waysOf(ascents: readonly Ascent[], passed: readonly Node[]): Way[] {
    return ascents.flatMap(({ top, env, through }) =>
      this.spots.of(top, env).flatMap(spot => this.#waysThrough(spot, top, through, passed)),
    );
  }

  #waysThrough(spot: Spot, top: FunctionNode, through: readonly Node[], passed: readonly Node[]): Way[] {
    const inner = [...through].reverse();
    const compared = pathAround(this.code.values, through, top);
    const path = compared?.path;
    const method = methodAround(through, top);
    switch (spot.is) {
      case 'route': {
        const { registration, index } = spot;
        return chainsTo(this.code, this.surface, registration, index).map(chain => ({
          chain,
          inner,
          at: registration.call.node,
          method: registration.verb === 'use' || registration.verb === 'ALL' ? (method ?? '*') : chain.method,
          path: registration.verb === 'use' && path ? path : chain.path,
          bind: chain.bind,
        }));
      }
      case 'listener': {
        if (this.#isIdle(spot.server.call)) return [];
        const chain: Chain = {
          stations: [{ is: 'listener', handler: spot.handler, app: undefined }],
          path,
          method: method ?? '*',
          root: spot.server.thing,
          via: spot.server.via,
        };
        return [
          { chain, inner, at: compared?.node ?? spot.server.call.node, method: method ?? '*', path, bind: undefined },
        ];
      }
      case 'entry': {
        const { entry } = spot;
        if (entry.behind)
          return entry.behind
            .filter(({ call }) => !passed.includes(call.node))
            .flatMap(passage => this.#waysBehind(passage, spot.entry, path, inner, passed));
        const chain: Chain = {
          stations: [...(entry.before ?? []), entryStation(entry)],
          path: entry.path ?? path,
          method: entry.method,
          root: entry.server,
          via: entry.via,
        };
        const registered = entry.call?.node ?? entry.handler.node;
        return [
          {
            chain,
            inner,
            at: (entry.path === undefined ? compared?.node : undefined) ?? registered,
            method: entry.method === '*' ? (method ?? '*') : entry.method,
            path: entry.path ?? path,
            bind: entry.host,
          },
        ];
      }
      case 'upgrade': {
        const chain: Chain = {
          stations: [{ is: 'upgrade', handler: spot.upgrade.handler }],
          path,
          method: 'GET',
          root: spot.upgrade.on,
          via: 'node:http',
        };
        return [{ chain, inner, at: spot.upgrade.call.node, method: 'GET', path, bind: undefined }];
      }
      case 'connection':
        return [];
    }
  }

  /** Whether a call stands under an argument that no caller gives. */
  #isIdle(call: Place): boolean {
    return this.code
      .conditionsOf(call)
      .some(({ expression, holds }) => holds && isNeverGiven(this.code.values, expression));
  }

  /** The ways to the call that hands on to an entry, each with that entry at its end. */
  #waysBehind(
    passage: Passage,
    entry: Entry,
    path: string | undefined,
    inner: readonly Node[],
    passed: readonly Node[],
  ): Way[] {
    const { handler, passes, flavour } = entry;
    const station: Station = { is: 'entry', handler, passes, flavour, through: passage };
    if (path !== undefined && passage.movedTo !== undefined && !passage.movedTo.startsWith(path)) return [];
    return this.waysTo(passage.call.node, passage.call.env, [...passed, passage.call.node]).map(way => ({
      ...way,
      path: way.path ?? (passage.isMoved ? undefined : path),
      inner: [...way.inner, ...inner],
      bind: way.bind ?? way.chain.bind,
      chain: { ...way.chain, stations: [...way.chain.stations, station] },
    }));
  }

  // ---- MCP endpoints ----------------------------------------------------------------------------------------

  endpoints(): Opened<McpEndpoint>[] {
    return [
      ...this.surface.transports.flatMap(transport => this.#endpointsOf(transport)),
      ...this.surface.served.flatMap(served => this.#servedBy(served)),
    ];
  }

  #endpointsOf(transport: Transport): Opened<McpEndpoint>[] {
    const found: Opened<McpEndpoint>[] = [];
    const seen = new Set<string>();
    for (const sink of transport.sinks) {
      for (const way of this.waysTo(sink.node, sink.env)) {
        const part = transport.protocol === 'sse' ? (sink.part === 'post' ? 'sse-post' : 'sse') : 'streamable-http';
        const key = `${part} ${way.method} ${way.path} ${this.code.program.idOf(way.at)} ${way.chain.root ? this.code.values.keyOf(way.chain.root) : ''}`;
        if (seen.has(key)) continue;
        seen.add(key);
        found.push(this.#endpoint(transport, part, way, new Set(transport.sinks.map(each => each.node)), false));
      }
    }
    for (const registration of this.surface.registrations) {
      const index = registration.handlers.findIndex(
        ({ value }) => value.is === 'thing' && isSameThing(value, transport.thing),
      );
      if (index < 0) continue;
      for (const chain of chainsTo(this.code, this.surface, registration, index)) {
        const stations = chain.stations.slice(0, -1);
        const way: Way = {
          chain: { ...chain, stations },
          inner: [],
          at: registration.call.node,
          method: chain.method,
          path: chain.path,
          bind: chain.bind,
        };
        const part = transport.protocol === 'sse' ? 'sse' : 'streamable-http';
        found.push(this.#endpoint(transport, part, way, new Set(), true));
      }
    }
    for (const entry of this.surface.entries) {
      const { value, node } = entry.handler;
      if (value.is !== 'thing' || !isSameThing(value, transport.thing)) continue;
      const { path, method, via } = entry;
      const chain: Chain = { stations: entry.before ?? [], path, method, root: entry.server, via };
      const way: Way = { chain, inner: [], at: entry.call?.node ?? node, method, path, bind: entry.host };
      found.push(this.#endpoint(transport, 'streamable-http', way, new Set(), true));
    }
    for (const server of this.surface.servers) {
      if (!server.listeners.some(({ value }) => value.is === 'thing' && isSameThing(value, transport.thing))) continue;
      const chain: Chain = { stations: [], path: undefined, method: '*', root: server.thing, via: server.via };
      found.push(
        this.#endpoint(
          transport,
          'streamable-http',
          { chain, inner: [], at: server.call.node, method: '*', path: undefined, bind: undefined },
          new Set(),
          true,
        ),
      );
    }
    if (!found.length && !transport.isAdapter) found.push(this.#unreached(transport));
    return found;
  }

  /** The ways into a server that a library makes and runs: all that is asked there is known beforehand. */
  #servedBy(served: SelfServed): Opened<McpEndpoint>[] {
    const { via, at, call, thing, root = thing } = served;
    const pinned = demandedVariables(this.code.values, this.code.conditionsOf(call));
    return served.ways.map(({ method, path, transport, gates }) => {
      const stations = gates.map((gate): Station => ({ is: 'library', ...gate }));
      const chain: Chain = { stations, path, method, root, via };
      const way: Way = { chain, inner: [], at: call.node, method, path, bind: served.host };
      const plan: DoorPlan = {
        stations,
        sinks: new Set(),
        servedAtEnd: true,
        gate: undefined,
        pinned,
        method: method === '*' ? 'POST' : method,
        path,
        kind: 'http',
        at,
      };
      return this.openEndpoint(plan, way, transport, at, via, []);
    });
  }

  #endpoint(
    transport: Transport,
    part: McpEndpoint['transport'],
    towards: Way,
    sinks: ReadonlySet<Node>,
    servedAtEnd: boolean,
  ): Opened<McpEndpoint> {
    const way = { ...towards, path: towards.path ?? transport.path };
    const method = way.method === '*' && part === 'sse' ? 'GET' : way.method;
    const plan: DoorPlan = {
      stations: way.chain.stations,
      sinks,
      servedAtEnd,
      method: method === '*' && part === 'streamable-http' ? 'POST' : method,
      path: way.path,
      kind: 'http',
      at: transport.call.node,
      gate: { gate: transport.gate, at: transport.call.node },
    };
    return this.openEndpoint(plan, way, part, transport.call.node, transport.via, [transport.call.node]);
  }

  /** An endpoint of which every gate is known, tried and described. */
  openEndpoint(
    plan: DoorPlan,
    way: Way,
    transport: McpEndpoint['transport'],
    at: Node,
    via: string,
    anchors: readonly Node[],
  ): Opened<McpEndpoint> {
    const findings = this.trials.findingsOf(plan);
    const bind = way.bind ?? this.bindOf(way.chain.root);
    const door: McpEndpoint = {
      kind: 'McpEndpoint',
      at: this.code.at(at),
      anchors: this.#anchors([...anchors, way.at, ...plan.sinks]),
      via,
      bind,
      exposure: exposureOf(bind),
      wayIn: this.#wayIn(way),
      gates: this.gatesOf(plan, way.inner),
      origin: findings.origin,
      credential: findings.credential,
      transport,
      transportAt: this.code.at(at),
    };
    return { door, findings, plan, root: way.chain.root };
  }

  /** Routes whose own code dispatches MCP methods, without an SDK's transport. */
  handWritten(known: readonly Opened<McpEndpoint>[]): Opened<McpEndpoint>[] {
    const taken = new Set(known.map(({ door }) => door.wayIn && placeOf(door.wayIn.at)));
    const found = new Map<string, { way: Way; sinks: Set<Node> }>();
    for (const mark of this.code.dispatchedMethods()) {
      for (const way of this.waysTo(mark, undefined)) {
        const key = `${this.code.program.idOf(way.at)} ${way.method} ${way.path}`;
        if (taken.has(placeOf(this.code.at(way.at)))) continue;
        const entry = found.get(key);
        if (entry) entry.sinks.add(mark);
        else found.set(key, { way, sinks: new Set([mark]) });
      }
    }
    const ways = [...found.values()];
    const announced = announcedPaths(this.code);
    return ways.map(({ way, sinks }) => {
      const method = way.method === '*' ? 'POST' : way.method;
      const plan: DoorPlan = {
        stations: way.chain.stations,
        sinks,
        servedAtEnd: false,
        gate: undefined,
        method,
        path: way.path,
        kind: 'http',
        at: way.at,
      };
      // Several adapters in front of one dispatcher are one endpoint: the function that dispatches.
      const [mark] = sinks;
      const sharing = mark ? ways.filter(other => other.sinks.has(mark)) : [];
      const dispatcher = mark && sharing.length > 1 ? this.code.functionAround(mark) : undefined;
      const at = dispatcher ?? (way.inner.length > 1 ? way.inner[0]! : way.at);
      const part = method === 'POST' && way.path && announced.has(way.path) ? 'sse-post' : 'hand-written';
      const opened = this.openEndpoint(plan, way, part, at, way.chain.via, [way.at]);
      const isAdapted = dispatcher && sharing.some(other => !isSameRoot(other.way.chain.root, way.chain.root));
      const door = { ...opened.door, transportAt: undefined };
      return { ...opened, door: isAdapted ? { ...door, dispatcher: this.code.at(dispatcher) } : door };
    });
  }

  /** A transport that no seen route leads to: its gates are not known, which is said instead of guessed. */
  #unreached(transport: Transport): Opened<McpEndpoint> {
    const why = 'no route was seen that leads to this transport';
    const at = this.code.at(transport.call.node);
    const findings = unknownFindings(at, why);
    const bind: Setting<string> = { is: 'unclear', at, why };
    const door: McpEndpoint = {
      kind: 'McpEndpoint',
      at,
      anchors: [],
      via: transport.via,
      bind,
      exposure: 'unclear',
      wayIn: undefined,
      gates: [],
      origin: findings.origin,
      credential: findings.credential,
      transport: transport.protocol,
      transportAt: at,
    };
    const plan: DoorPlan = {
      stations: [],
      sinks: new Set(),
      servedAtEnd: true,
      gate: undefined,
      method: 'POST',
      path: undefined,
      kind: 'http',
      at: transport.call.node,
    };
    return { door, findings, plan, root: undefined };
  }

  // ---- WebSocket servers ------------------------------------------------------------------------------------

  webSockets(): Opened<WebSocketServer>[] {
    return [...this.surface.sockets.flatMap(socket => this.#webSocketsOf(socket)), ...this.#handMade()];
  }

  #webSocketsOf(socket: SocketServer): Opened<WebSocketServer>[] {
    const verifiers: Station[] = socket.verifiers.map(({ protocol, ...handler }) => ({
      is: 'verifier',
      handler,
      protocol,
    }));
    const { socketOf, passes } = socket;
    const connections: Station[] = socket.connections.map(({ asks = false, ...handler }) => ({
      is: 'connection',
      handler,
      asks,
      socketOf,
      ...(passes && { passes }),
    }));
    const messages: Station[] = (socket.messages ?? []).map(handler => ({ is: 'messages', handler, socketOf }));
    const after = [...verifiers, ...connections, ...messages];
    if (socket.route) return this.#webSocketsBehind(socket, socket.route, after);
    const ways = this.#waysInto(socket);
    const distinct = ways.filter(
      ({ way }, i) => ways.findIndex(other => other.way.at === way.at && other.way.path === way.path) === i,
    );
    if (distinct.length) {
      return distinct.map(({ way }) => {
        const sinks = new Set(socket.acceptsByAnswer ? [] : socket.accepts.map(call => call.node));
        return this.#webSocket(
          socket,
          {
            stations: [...way.chain.stations, ...after],
            sinks,
            servedAtEnd: true,
            gate: undefined,
            method: 'GET',
            path: way.path,
            clientPath: socket.clientPath,
            kind: 'websocket',
            at: socket.call.node,
          },
          { ...way, method: 'GET' },
          way.bind ?? this.bindOf(way.chain.root),
          way.chain.root,
        );
      });
    }
    if (socket.acceptsByAnswer || (socket.accepts.length && !socket.rides.length && !socket.host))
      return [this.#unreachedSocket(socket)];
    const bind = socket.host ?? socket.platform ?? this.#bindAmong(socket.rides);
    const plan: DoorPlan = {
      stations: after,
      sinks: new Set(),
      servedAtEnd: true,
      gate: undefined,
      method: 'GET',
      path: socket.path,
      clientPath: socket.clientPath,
      kind: 'websocket',
      at: socket.call.node,
    };
    const chain: Chain = {
      stations: after,
      path: socket.path,
      method: 'GET',
      root: socket.rides[0] ?? socket.thing,
      via: socket.via,
    };
    return [
      this.#webSocket(
        socket,
        plan,
        { chain, inner: [], at: socket.call.node, method: 'GET', path: socket.path, bind },
        bind,
        socket.rides[0] ?? socket.thing,
      ),
    ];
  }

  /** The ways to the calls that accept sockets. A server with entries of its own is entered by these alone. */
  #waysInto(socket: SocketServer): { way: Way; sink: Node }[] {
    const ways = socket.accepts.flatMap(call =>
      this.waysTo(call.node, call.env).map(way => ({ way, sink: call.node })),
    );
    const entry = this.surface.entries.find(({ server }) => server && isSameThing(server, socket.thing));
    if (!entry) return ways;
    const own = ways.filter(({ way }) => way.chain.root && isSameThing(way.chain.root, socket.thing));
    if (own.length || entry.handler.value.is !== 'function') return own;
    // No call was seen that leads there; a table of handlers may still, which shows when the request is tried.
    return this.#waysThrough({ is: 'entry', entry }, entry.handler.value.node, [], []).map(way => ({
      way,
      sink: socket.call.node,
    }));
  }

  /** A socket that no seen handler makes: what stands before it is not known. */
  #unreachedSocket(socket: SocketServer): Opened<WebSocketServer> {
    const why = 'no handler was seen that leads to this call';
    const at = this.code.at(socket.call.node);
    const findings = unknownFindings(at, why);
    const bind: Setting<string> = { is: 'unclear', at, why };
    const door: WebSocketServer = {
      kind: 'WebSocketServer',
      at,
      anchors: [],
      via: socket.via,
      bind,
      exposure: 'unclear',
      wayIn: undefined,
      gates: [],
      origin: findings.origin,
      credential: findings.credential,
      maxPayload: socket.maxPayload,
      ownSizeLimit: undefined,
      servedBeforeCheck: undefined,
      ...this.#cares(socket),
    };
    const plan: DoorPlan = {
      stations: [],
      sinks: new Set(),
      servedAtEnd: true,
      gate: undefined,
      method: 'GET',
      path: undefined,
      clientPath: socket.clientPath,
      kind: 'websocket',
      at: socket.call.node,
    };
    return { door, findings, plan, root: undefined, socket };
  }

  #cares(socket: SocketServer): Cares {
    const listens = socket.host !== undefined || socket.rides.length > 0;
    return caresFor(this.code, acceptedBy(this.code, socket), socket.call.node, listens);
  }

  /** A route that accepts sockets: what stands before its last handler decides. */
  #webSocketsBehind(socket: SocketServer, route: Registration, after: readonly Station[]): Opened<WebSocketServer>[] {
    return chainsTo(this.code, this.surface, route, route.handlers.length - 1).map(chain => {
      const stations = [...chain.stations.slice(0, -1), ...after];
      const bind = chain.bind ?? this.bindOf(chain.root);
      const plan: DoorPlan = {
        stations,
        sinks: new Set(),
        servedAtEnd: true,
        gate: undefined,
        method: 'GET',
        path: chain.path,
        kind: 'websocket',
        at: socket.call.node,
      };
      return this.#webSocket(
        socket,
        plan,
        { chain: { ...chain, stations }, inner: [], at: route.call.node, method: 'GET', path: chain.path, bind },
        bind,
        chain.root,
      );
    });
  }

  #webSocket(
    socket: SocketServer,
    plan: DoorPlan,
    way: Way,
    bind: Setting<string>,
    root: Thing | undefined,
  ): Opened<WebSocketServer> {
    const findings = this.trials.findingsOf(plan);
    const hasWay = way.at !== socket.call.node || way.path !== undefined;
    const door: WebSocketServer = {
      kind: 'WebSocketServer',
      at: this.code.at(socket.call.node),
      anchors: this.#anchors([socket.thing.call ?? socket.thing.site, way.at]),
      via: socket.via,
      bind,
      exposure: exposureOf(bind),
      wayIn: hasWay ? this.#wayIn(way) : undefined,
      gates: this.gatesOf(plan, way.inner),
      origin: findings.origin,
      credential: findings.credential,
      maxPayload: socket.maxPayload,
      ownSizeLimit: this.#ownSizeLimit(socket),
      servedBeforeCheck: findings.servedBeforeCheck,
      ...this.#cares(socket),
    };
    return { door, findings, plan, root, socket };
  }

  /** Where every message listener tests the size before it parses. */
  #ownSizeLimit(socket: SocketServer): Location | undefined {
    const listeners = socket.connections.flatMap(({ value }) =>
      value.is === 'function' ? this.code.messageListenersIn(value.node) : [],
    );
    const tests = listeners.map(listener => this.code.sizeTestIn(listener));
    const [first] = tests;
    return first && tests.every(test => test !== undefined) ? this.code.at(first) : undefined;
  }

  /** `upgrade` listeners that accept by writing the 101 themselves. */
  #handMade(): Opened<WebSocketServer>[] {
    const claimed = new Set(
      this.surface.sockets.flatMap(socket =>
        socket.accepts.flatMap(call => this.waysTo(call.node, call.env).map(way => way.at)),
      ),
    );
    return this.surface.upgrades
      .filter(upgrade => !claimed.has(upgrade.call.node) && this.code.answersUpgradeByHand(upgrade.call.module))
      .map(upgrade => {
        const stations: Station[] = [{ is: 'upgrade', handler: upgrade.handler }];
        const bind = this.bindOf(upgrade.on);
        const at = this.code.at(upgrade.call.node);
        const plan: DoorPlan = {
          stations,
          sinks: new Set(),
          servedAtEnd: false,
          gate: undefined,
          method: 'GET',
          path: undefined,
          kind: 'websocket',
          at: upgrade.call.node,
        };
        const findings = this.trials.findingsOf(plan);
        const door: WebSocketServer = {
          kind: 'WebSocketServer',
          at,
          anchors: [],
          via: 'hand-written',
          bind,
          exposure: exposureOf(bind),
          wayIn: { at, method: 'GET' },
          gates: this.gatesOf(plan, []),
          origin: findings.origin,
          credential: findings.credential,
          maxPayload: { is: 'default', value: 0, because: 'a hand-written frame reader limits nothing by itself' },
          ownSizeLimit: undefined,
          servedBeforeCheck: undefined,
          ...caresFor(this.code, acceptedByHand(this.code, upgrade), upgrade.call.node, true),
        };
        return { door, findings, plan, root: upgrade.on };
      });
  }

  // ---- descriptions -----------------------------------------------------------------------------------------

  #wayIn(way: Way): WayIn {
    return { at: this.code.at(way.at), method: way.method, ...(way.path !== undefined && { path: way.path }) };
  }

  #anchors(nodes: readonly Node[]): Location[] {
    const seen = new Map<string, Location>();
    for (const node of nodes) {
      const at = this.code.at(node);
      seen.set(`${at.file}:${at.line}:${at.column}`, at);
    }
    return [...seen.values()];
  }

  /** The places that can refuse, in order; functions between the handler and the door count, too. */
  gatesOf(plan: DoorPlan, inner: readonly Node[]): Gate[] {
    const gates: Gate[] = [];
    const add = (node: Node, name: string, stage: Gate['stage'], certain: boolean) => {
      const at = this.code.at(node);
      if (!gates.some(gate => gate.at.file === at.file && gate.at.line === at.line && gate.at.column === at.column))
        gates.push({ at, name, stage, certain });
    };
    for (const station of plan.stations) {
      if (station.is === 'library') {
        add(station.at, station.name, 'before-accept', true);
        continue;
      }
      if (station.is === 'messages') continue;
      const { value, node } = station.handler;
      const place = value.is === 'function' ? value.node : value.is === 'thing' ? value.site : node;
      const names = {
        middleware: 'middleware',
        listener: 'request listener',
        entry: 'fetch handler',
        before: 'middleware',
        verifier: 'verifyClient',
        upgrade: 'upgrade handler',
        connection: 'connection handler',
      } as const;
      const stage = station.is === 'connection' ? 'after-accept' : 'before-accept';
      if (stage === 'after-accept') this.#addInner(inner, add);
      add(
        place,
        station.is === 'middleware' ? station.name : nameOf(station, names[station.is]),
        stage,
        (station.is !== 'middleware' && station.is !== 'before') || station.certain,
      );
    }
    this.#addInner(inner, add);
    return gates;
  }

  #addInner(
    inner: readonly Node[],
    add: (node: Node, name: string, stage: Gate['stage'], certain: boolean) => void,
  ): void {
    for (const node of inner) {
      const fn = this.code.functionAround(node);
      if (fn && !this.spots.has(fn)) add(fn, readableNameOf(fn) ?? 'helper', 'before-accept', true);
    }
  }

  /** The address of an app or server: what its listen calls say. */
  bindOf(root: Thing | undefined): Setting<string> {
    return this.#bindAmong(root ? [root] : []);
  }

  #bindAmong(things: readonly Thing[]): Setting<string> {
    const servers = this.surface.servers.filter(
      server =>
        things.some(thing => isSameThing(thing, server.thing)) ||
        server.listeners.some(
          ({ value }) => value.is === 'thing' && things.some(thing => isSameThing(thing, value as Thing)),
        ),
    );
    const roots = [...things, ...servers.map(({ thing }) => thing)];
    const listening = this.surface.listenings
      .filter(({ on }) => on && roots.some(root => isSameThing(root, on)))
      .map(({ host }) => host);
    const hosts = listening.length ? listening : servers.flatMap(({ host }) => host ?? []);
    const distinct = [
      ...new Map(hosts.map(host => [host.is === 'unclear' ? `?${host.why}` : host.value, host])).values(),
    ];
    if (distinct.length === 1) return distinct[0]!;
    if (distinct.length > 1) {
      const open = distinct.find(host => host.is !== 'unclear' && exposureOf(host) === 'network') ?? distinct[0]!;
      return open;
    }
    const site = things[0]?.site;
    return {
      is: 'unclear',
      at: site ? this.code.at(site) : { file: '', line: 1, column: 1, endLine: 1, endColumn: 1 },
      why: 'no listen call was seen for it',
    };
  }
}

function isSameRoot(a: Thing | undefined, b: Thing | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && isSameThing(a, b));
}

/** An entry as a station of a request. */
function entryStation({ handler, passes, flavour }: Entry): Station {
  return { is: 'entry', handler, passes, flavour };
}

/** What a hook is called that answers for itself; all other functions go by the place where they stand. */
function nameOf(station: Station, usual: string): string {
  if (station.is !== 'verifier' || station.protocol !== 'answer' || station.handler.value.is !== 'function')
    return usual;
  return readableNameOf(station.handler.value.node) ?? usual;
}

/** For a door of which no gate is known. */
function unknownFindings(at: Location, why: string): DoorFindings {
  return {
    origin: {
      stage: 'before-accept',
      trials: [
        { kind: 'unrelated', origin: 'https://attacker.example', answer: 'unclear', at, because: why, trail: [] },
      ],
      decidedBy: [],
    },
    credential: { answer: 'unclear', carriers: [], at, because: why, trail: [] },
    servedBeforeCheck: undefined,
    tests: [],
  };
}

/** Who can reach an address. */
export function exposureOf(bind: Setting<string>): Exposure {
  if (bind.is === 'unclear') return 'unclear';
  return /^(localhost|127(\.\d+){3}|::1|\[::1\]|ip6-localhost)$/i.test(bind.value) ? 'loopback' : 'network';
}
