import type { Expression, Node } from '../code/code.js';
import { isObj, native, objectOf, unknown, type V } from '../code/trial/domain.js';
import { applyGate, type LibraryGate } from '../code/trial/library.js';
import type { Machine } from '../code/trial/machine.js';
import type { Request } from '../code/trial/request.js';
import type { Station } from './chains.js';
import { nodeStyle } from './convention.js';

/** A door as it is tried: its stations, the nodes at which the client is served, and the transport's own gate. */
export interface DoorPlan {
  readonly stations: readonly Station[];
  readonly sinks: ReadonlySet<Node>;
  /** Serves as soon as all stations are passed, where no sink can be named (a library's handler). */
  readonly servedAtEnd: boolean;
  /** An answer below 400 counts as served: for ordinary routes. */
  readonly answers?: boolean;
  readonly gate: { readonly gate: LibraryGate; readonly at: Node } | undefined;
  /** Environment variables without which the door is not opened, and their text. */
  readonly pinned?: ReadonlyMap<string, string>;
  readonly method: string;
  readonly path: string | undefined;
  /** Path and query of the library's own client, where the user's code says nothing of them. */
  readonly clientPath?: string | undefined;
  readonly kind: 'http' | 'websocket';
  /** The door itself. */
  readonly at: Node;
  /** For a header at the sink: its value, which counts only where it names the client's own origin, or `*`. */
  readonly tells?: Expression;
}

/** Hands the request from station to station, as the library would; `afterAccept` goes on with an accepted connection. */
export function drive(machine: Machine, request: Request, plan: DoorPlan, afterAccept?: () => void): void {
  const served = (node: Node) => {
    afterAccept?.();
    if (plan.gate) applyGate(machine, plan.gate.gate, plan.gate.at);
    if (machine.effect?.does === 'refuses') return;
    machine.act('admits', node, 'the client is served', true);
  };
  const from = (index: number): void => {
    const station = plan.stations[index];
    if (!station) {
      if (plan.servedAtEnd) served(plan.at);
      return;
    }
    const isLast = index === plan.stations.length - 1;
    const next = () => from(index + 1);
    const following = plan.stations[index + 1];
    const through = following?.is === 'entry' ? following.through : undefined;
    if (through) machine.through = { node: through.call.node, run: next };
    switch (station.is) {
      case 'library':
        applyGate(machine, station.gate, station.at);
        if (machine.effect?.does !== 'refuses') next();
        return;
      case 'middleware':
        runMiddleware(machine, request, station, isLast && !plan.servedAtEnd, through ? () => {} : next);
        return;
      case 'listener':
        if (station.app) machine.handOff = { site: station.app.site, run: next };
        machine.call(
          machine.fromStatic([station.handler.value], station.handler.node),
          [request.nodeRequest, request.nodeResponse],
          undefined,
          station.handler.node,
        );
        request.deliverBody(machine);
        return;
      case 'before':
        runBefore(machine, request, station, next);
        return;
      case 'entry':
        runEntry(machine, request, station, plan, through ? () => {} : next);
        return;
      case 'verifier':
        runVerifier(machine, request, station, next);
        return;
      case 'upgrade':
        runUpgrade(machine, request, station.handler, next);
        return;
      case 'connection':
        runConnection(machine, request, station, next);
        return;
      case 'messages':
        request.onMessage(
          station.handler.node,
          machine.fromStatic([station.handler.value], station.handler.node),
          data => received(station.handler, socketOf(request, station), data),
        );
        next();
        return;
    }
  };
  machine.tells = plan.tells;
  if (plan.gate && plan.sinks.size) applyGate(machine, plan.gate.gate, plan.gate.at);
  if (isRefused(machine)) return;
  from(0);
  if (plan.answers && !isRefused(machine))
    machine.act('admits', machine.effect?.node ?? plan.at, 'the client is answered', true);
}

function isRefused(machine: Machine): boolean {
  return machine.effect?.does === 'refuses';
}

function holds(machine: Machine, station: Extract<Station, { is: 'middleware' }>): boolean {
  return station.conditions.every(
    condition =>
      machine.condition(condition.expression, {
        vars: new Map(),
        self: undefined,
        parent: undefined,
        fn: undefined,
        env: condition.env,
      }) === condition.holds,
  );
}

function runMiddleware(
  machine: Machine,
  request: Request,
  station: Extract<Station, { is: 'middleware' }>,
  isLast: boolean,
  next: () => void,
): void {
  if (station.conditions.length && !holds(machine, station)) {
    next();
    return;
  }
  const { value, node, convention = nodeStyle } = station.handler;
  convention({ machine, request, callee: machine.fromStatic([value], node), at: node, isLast, next });
}

function runEntry(
  machine: Machine,
  request: Request,
  station: Extract<Station, { is: 'entry' }>,
  plan: DoorPlan,
  next: () => void,
): void {
  const { handler, app, through, passes = [objectOf({}), objectOf({})] } = station;
  const isHandshake = plan.kind === 'websocket';
  if (app) machine.handOff = { site: app.site, run: next };
  else if (isHandshake) {
    machine.onSink = accepted => {
      request.accepted = accepted;
      next();
    };
  }
  if (station.flavour === 'node') {
    const seen = [request.nodeRequest, request.nodeResponse];
    machine.call(machine.fromStatic([handler.value], handler.node), seen, undefined, handler.node);
    request.deliverBody(machine);
    return;
  }
  const result = machine.call(
    machine.fromStatic([handler.value], handler.node),
    [request.fetchRequest(through?.isMoved), ...(typeof passes === 'function' ? passes(machine) : passes)],
    undefined,
    handler.node,
  );
  if (isRefused(machine)) return;
  const given = isObj(result) && result.props.has('isResponse') ? result.props.get('status') : undefined;
  const status = typeof given === 'number' ? given : undefined;
  // An answer that could not be followed is the one that was made for this socket, if one was.
  if (isHandshake && request.upgradedAt === plan.at && (status === undefined || status === 101)) {
    next();
    return;
  }
  if (status === undefined) return;
  // Whoever asks for a WebSocket and gets a page has been refused.
  const does = status >= 400 || isHandshake ? 'refuses' : plan.servedAtEnd ? 'admits' : 'neutral';
  machine.act(does, request.madeAt(result) ?? handler.node, `answered with ${status}`, false, status);
}
type Handler = Extract<Station, { is: 'entry' }>['handler'];

/** A function asked before an entry: a `Response` of its own ends the request, unless it only says to go on. */
function runBefore(
  machine: Machine,
  request: Request,
  { handler }: Extract<Station, { is: 'before' }>,
  next: () => void,
): void {
  const callee = machine.fromStatic([handler.value], handler.node);
  const result = machine.call(callee, [request.fetchRequest(), objectOf({})], undefined, handler.node);
  if (isRefused(machine)) return;
  const isAnswer = isObj(result) && result.props.has('isResponse') && !result.props.has('goesOn');
  if (isAnswer) machine.act('refuses', request.madeAt(result) ?? handler.node, 'answered before the handler', false);
  else next();
}

function runVerifier(
  machine: Machine,
  request: Request,
  station: Extract<Station, { is: 'verifier' }>,
  next: () => void,
): void {
  const { handler } = station;
  const callee = machine.fromStatic([handler.value], handler.node);
  if (station.protocol === 'info') {
    let answered: boolean | undefined;
    let answeredAt: Node = handler.node;
    const callback = native(([verdict], _self, node) => {
      if (answered === undefined) {
        answered = machine.truth(verdict, node);
        answeredAt = node;
      }
      return undefined;
    });
    const info = objectOf({ origin: request.header('origin', undefined), req: request.nodeRequest, secure: false });
    const asks = handler.value.is === 'function' && handler.value.node.parameters.length >= 2;
    const result = machine.call(callee, asks ? [info, callback] : [info], undefined, handler.node);
    const verdict = asks ? (answered ?? false) : machine.truth(result, handler.node);
    if (!verdict) machine.act('refuses', answeredAt, 'verifyClient refuses', true);
    next();
    return;
  }
  if (station.protocol === 'errback') {
    let answer: { admits: boolean; node: Node } | undefined;
    const callback = native(([, verdict], _self, node) => {
      answer ??= { admits: machine.truth(verdict, node), node };
      return undefined;
    });
    machine.call(callee, [request.nodeRequest, callback], undefined, handler.node);
    if (!answer?.admits) machine.act('refuses', answer?.node ?? handler.node, 'the handshake is refused', true);
    next();
    return;
  }
  if (station.protocol === 'answer') {
    const result = machine.call(callee, [request.fetchRequest(), objectOf({})], undefined, handler.node);
    const answeredAt = request.madeAt(result);
    if (answeredAt) machine.act('refuses', answeredAt, 'answered before the handshake', true);
    next();
    return;
  }
  const verdict = machine.truth(machine.call(callee, [request.nodeRequest], undefined, handler.node), handler.node);
  if (!verdict) machine.act('refuses', handler.node, 'shouldHandle refuses', true);
  next();
}

function runUpgrade(machine: Machine, request: Request, handler: Handler, next: () => void): void {
  machine.handOff = undefined;
  machine.onSink = next;
  machine.call(
    machine.fromStatic([handler.value], handler.node),
    [request.nodeRequest, request.socket, unknown('request', 'the first packet', 'head', handler.node)],
    undefined,
    handler.node,
  );
  if (!machine.effect) machine.act('refuses', handler.node, 'the handler neither accepts nor answers', true);
}

function received({ eventFirst, messageFirst }: Handler, socket: V, what: V): V[] {
  if (messageFirst) return [what, socket];
  return eventFirst ? [objectOf({ data: what }), socket] : [socket, what];
}

function runConnection(
  machine: Machine,
  request: Request,
  station: Extract<Station, { is: 'connection' }>,
  next: () => void,
): void {
  const { handler, asks } = station;
  machine.watch = false;
  const callee = machine.fromStatic([handler.value], handler.node);
  if (!asks) {
    const socket = socketOf(request, station);
    const given = station.passes
      ? [socket, ...station.passes(request)]
      : received(handler, socket, request.nodeRequest);
    machine.call(callee, given, undefined, handler.node);
    next();
    return;
  }
  const proceed = native(([error], _self, node) => {
    if (error !== undefined && error !== null) machine.act('refuses', node, 'the connection is refused', true);
    next();
    return undefined;
  });
  machine.call(callee, [socketOf(request, station), proceed], undefined, handler.node);
}

function socketOf(request: Request, station: Extract<Station, { is: 'connection' | 'messages' }>): V {
  return station.socketOf?.(request, request.accepted) ?? request.webSocket();
}

/** Two messages of a client, to every listener: the first may authenticate, the second is dispatched. */
export function deliverMessages(machine: Machine, request: Request): void {
  machine.watch = true;
  for (let turn = 0; turn < 2; turn++) {
    for (const { listener, node, argumentsOf } of request.messageListeners.slice(0, 3)) {
      const data = unknown('request', 'a message', `message${turn}`, node, true);
      machine.call(listener, argumentsOf(data), undefined, node);
    }
  }
}
