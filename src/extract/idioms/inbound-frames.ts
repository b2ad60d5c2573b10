import type { Code, Node } from '../../code/code.js';
import { falloutOf, type Given, isLookedAt, type Reading, readingsOf } from '../../code/frame-readings.js';
import { shapeOf, shapeOfParameters } from '../../code/frame-shapes.js';
import type { FunctionNode } from '../../code/module.js';
import type { InboundFrame, WebSocketServer } from '../../facts/index.js';
import { acceptedBy } from '../accepted.js';
import type { Opened } from '../doors.js';
import type { Findings, Idiom } from '../idiom.js';
import type { SocketServer } from '../surface.js';
import { validationOf } from '../validation.js';

/** The places where messages of accepted sockets become data, one for each, whichever doors lead there. */
export const inboundFrames: Idiom = {
  id: 'inbound-frames',
  words: [],
  read({ code, webSockets }: Findings) {
    const found = new Map<Node, InboundFrame>();
    for (const opened of webSockets) {
      if (!opened.socket) continue;
      for (const [node, frame] of framesOf(code, opened, opened.socket)) if (!found.has(node)) found.set(node, frame);
    }
    return [...found.values()];
  },
};

/** A listener for messages, and what it is given. */
interface Listener extends Given {
  /** Given data that the library has parsed. */
  readonly isParsed: boolean;
  readonly node: Node;
}

function framesOf(code: Code, { door }: Opened<WebSocketServer>, socket: SocketServer): [Node, InboundFrame][] {
  return listenersOf(code, socket).flatMap(listener => {
    const frames = readingsOf(code, listener).map((reading): [Node, InboundFrame] => [
      reading.parse,
      { ...common(code, door, listener), ...parsed(code, reading, socket) },
    ]);
    if (!listener.isParsed) return frames;
    return [...frames, [listener.node, { ...common(code, door, listener), ...handedOut(code, listener, socket) }]];
  });
}

function listenersOf(code: Code, socket: SocketServer): Listener[] {
  const { trace } = acceptedBy(code, socket);
  const isMessage = socket.isMessageEvent ?? (event => event === 'message');
  const isParsed = socket.isMessageEvent !== undefined;
  const own = trace.listeners
    .filter(({ event }) => isMessage(event))
    .flatMap(({ functions, node, asEvent }) => functions.map(fn => ({ fn, index: 0, asEvent, isParsed, node })));
  const given = (socket.messages ?? []).flatMap(({ value, node, eventFirst = false, messageFirst = false }) =>
    value.is === 'function'
      ? [{ fn: value.node, index: eventFirst || messageFirst ? 0 : 1, asEvent: eventFirst, isParsed: false, node }]
      : [],
  );
  return [...own, ...given];
}

function common(code: Code, { at, via, credential }: WebSocketServer, listener: Listener) {
  const test = isLookedAt(code, listener) ? listener.fn : undefined;
  return { kind: 'InboundFrame', door: at, via, credential, binaryTest: test && code.at(test) } as const;
}

function parsed(code: Code, reading: Reading, { keeps }: SocketServer): Pick<InboundFrame, Told> {
  const fallout = falloutOf(reading);
  const rejects = fallout.is === 'escapes' && fallout.rejects;
  return {
    at: code.at(reading.parse),
    parse: fallout.is === 'caught' ? { is: 'guarded', by: code.at(fallout.by) } : { is: 'unguarded', rejects },
    endsProcess: !keeps?.exceptions,
    validation: validationOf(code, shapeOf(code, reading)),
  };
}
type Told = 'at' | 'parse' | 'endsProcess' | 'validation';

function handedOut(
  code: Code,
  { fn, node }: { readonly fn: FunctionNode; readonly node: Node },
  { keeps, via }: SocketServer,
): Pick<InboundFrame, Told> {
  return {
    at: code.at(node),
    parse: { is: 'library', because: `${via} parses messages itself` },
    endsProcess: !keeps?.exceptions,
    validation: validationOf(code, shapeOfParameters(code, fn)),
  };
}
