import type { Code, Node } from '../code/code.js';
import { type Liveness, livenessIn, loginTimer } from '../code/heartbeats.js';
import type { FunctionNode } from '../code/module.js';
import { ErrorListening, type SocketState } from '../code/socket-errors.js';
import { followSocket, functionsAmong, homesOf, type SocketStart, type SocketTrace } from '../code/sockets.js';
import type { Care, Location, WebSocketServer } from '../facts/index.js';
import type { Handler, Keeping, SocketServer, UpgradeListener } from './surface.js';

/** A function that is given accepted sockets, and the parameter that takes them. */
interface Receiver {
  readonly fn: FunctionNode;
  readonly index: number;
  /** Where it is registered. */
  readonly node: Node;
}

/** The sockets that one server accepts, followed through the user's code. */
export interface AcceptedSockets {
  readonly trace: SocketTrace;
  /** The listeners of `connection`; all of them get every socket. */
  readonly listeners: readonly Receiver[];
  /** The callbacks of the calls that accept by hand; each gets its own. */
  readonly callbacks: readonly Receiver[];
  readonly keeps: Keeping;
}

const followed = new WeakMap<SocketServer, AcceptedSockets>();

/** Follows the sockets of a server, once for all its doors. */
export function acceptedBy(code: Code, socket: SocketServer): AcceptedSockets {
  const known = followed.get(socket) ?? follow(code, socket);
  followed.set(socket, known);
  return known;
}

function follow(code: Code, socket: SocketServer): AcceptedSockets {
  const { socketKey, keeps = {} } = socket;
  const listeners = socket.connections.filter(({ asks }) => !asks).flatMap(handler => receiverOf(handler));
  const messages = (socket.messages ?? []).flatMap(handler => receiverOf(handler));
  const callbacks = socketKey === undefined ? callbacksOf(code, socket) : [];
  const made = socketKey === undefined ? [] : [{ node: socket.call.node, key: socketKey }];
  const starts: SocketStart[] = [...[...listeners, ...messages, ...callbacks].flatMap(parameterOf), ...made];
  return { trace: followSocket(code, starts), listeners, callbacks, keeps };
}

/** A socket whose frames the user's code reads itself: the one of the upgrade request. */
export function acceptedByHand(code: Code, { handler }: UpgradeListener): AcceptedSockets {
  const listeners = receiverOf(handler).map(receiver => ({ ...receiver, index: 1 }));
  return { trace: followSocket(code, listeners.flatMap(parameterOf)), listeners, callbacks: [], keeps: {} };
}

function receiverOf({ value, node, eventFirst, messageFirst }: Handler): Receiver[] {
  return value.is === 'function' ? [{ fn: value.node, index: eventFirst || messageFirst ? 1 : 0, node }] : [];
}

function callbacksOf(code: Code, { accepts }: SocketServer): Receiver[] {
  return accepts.flatMap(({ node }) => {
    const callback = node.arguments?.[3];
    return callback ? functionsAmong(code, callback).map(fn => ({ fn, index: 0, node })) : [];
  });
}

function parameterOf({ fn, index }: Receiver): SocketStart[] {
  const node = fn.parameters[index];
  return node ? [{ node }] : [];
}

/** What is done for every socket of a door. */
export type Cares = Pick<WebSocketServer, 'errorListener' | 'lastResort' | 'heartbeat' | 'loginTimer'>;

/** Who hears errors, who finds out about lost peers, and who closes those who never say who they are. */
export function caresFor(code: Code, sockets: AcceptedSockets, door: Node, listens: boolean): Cares {
  return {
    errorListener: errorCare(code, sockets, door, listens),
    lastResort: lastResortOf(code),
    heartbeat: heartbeatCare(code, sockets, door),
    loginTimer: loginCare(code, sockets, door),
  };
}

function errorCare(code: Code, sockets: AcceptedSockets, door: Node, listens: boolean): Care {
  const { trace, keeps } = sockets;
  if (keeps.errors) return { is: 'library', because: keeps.errors };
  const heard = trace.listeners.find(({ event }) => event === 'error');
  const elsewhere = heard && code.at(heard.node);
  const found = statesOf(code, sockets, listens);
  const bare = found.find(({ states }) => states.has('bare'));
  if (bare) return { is: 'missing', at: code.at(bare.node ?? door), elsewhere };
  const lost = found.find(({ states }) => states.has('lost'));
  const [call] = trace.handedTo;
  if (lost || !found.length || !elsewhere)
    return {
      is: 'unclear',
      at: code.at(lost && call ? call : door),
      why: lost
        ? 'the socket is handed to code that was not followed'
        : 'no function that is given the sockets was seen',
    };
  return { is: 'there', at: elsewhere };
}

interface Outcome {
  readonly states: ReadonlySet<SocketState>;
  readonly node: Node | undefined;
}

/** How sockets come out of the functions that are given them. */
function statesOf(code: Code, { trace, listeners, callbacks }: AcceptedSockets, listens: boolean): Outcome[] {
  const listening = new ErrorListening(code, trace);
  // All listeners are given every socket: one that hears its errors is enough.
  const each = listeners.map(({ fn, node }) => ({ states: listening.statesAfter(fn), node }));
  const best = each.find(({ states }) => !states.has('bare')) ?? each[0];
  const silent: Outcome = { states: new Set(['bare']), node: undefined };
  const emitted = best ?? (listens || callbacks.length ? silent : undefined);
  if (!callbacks.length) return emitted ? [emitted] : [];
  const accepting = new ErrorListening(code, trace, emitted?.states);
  return callbacks.map(({ fn, node }) => ({
    states: accepting.statesAfter(fn),
    node: best?.states.has('bare') ? best.node : node,
  }));
}

const lastResorts = new WeakMap<Code, { readonly at: Location | undefined }>();

/** A handler for exceptions that nobody caught: one for all sockets, and looked for once. */
function lastResortOf(code: Code): Location | undefined {
  const found = lastResorts.get(code) ?? { at: findLastResort(code) };
  lastResorts.set(code, found);
  return found.at;
}

function findLastResort(code: Code): Location | undefined {
  const call = code
    .callsNamed('on')
    .find(({ node }) => /^process\.on\(\s*['"`]uncaughtException['"`]/.test(node.getText()));
  return call && code.at(call.node);
}

function heartbeatCare(code: Code, { trace, keeps }: AcceptedSockets, door: Node): Care {
  if (keeps.heartbeat) return { is: 'library', because: keeps.heartbeat };
  const files = new Set([door, ...trace.holders].map(node => code.program.moduleOf(node)));
  return (
    careOf(code, livenessIn(code, trace, [...files])) ?? { is: 'missing', at: code.at(door), elsewhere: undefined }
  );
}

function careOf(code: Code, found: Liveness | undefined): Care | undefined {
  if (!found) return undefined;
  const at = code.at(found.node);
  return found.is === 'whole' ? { is: 'there', at } : { is: 'half', at, says: found.says };
}

function loginCare(code: Code, { trace }: AcceptedSockets, door: Node): Care {
  const timer = loginTimer(trace);
  if (timer) return { is: 'there', at: code.at(timer) };
  const [call] = trace.handedTo;
  if (call && !homesOf(trace).size)
    return { is: 'unclear', at: code.at(call), why: 'the socket is handed to code that was not followed' };
  return { is: 'missing', at: code.at(door), elsewhere: undefined };
}
