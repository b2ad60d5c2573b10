import type { Code, Node } from '../../code/code.js';
import { headlessBodies } from '../../code/stream-bodies.js';
import { departureIn } from '../../code/stream-departures.js';
import { runningWith } from '../../code/stream-life.js';
import { isTable, type StreamHead, streamHeads } from '../../code/streams.js';
import type { Departure } from '../../facts/index.js';
import type { Idiom } from '../idiom.js';

/** Bodies of event streams whose head comes from elsewhere: `new ReadableStream(…)` under headers that a function was given. */
export const streamBodies: Idiom = {
  id: 'stream-bodies',
  words: ['new ReadableStream'],
  read: ({ code }) =>
    headlessBodies(code, streamHeads(code)).map(node => ({
      kind: 'StreamBody',
      at: code.at(node),
      departure: departureAt(code, [node]),
    })),
};

/** What is done when the client of a stream with this head leaves. */
export function departureOf(code: Code, head: StreamHead, places: readonly Node[]): Departure {
  const departure = departureAt(code, places);
  if (departure.is !== 'ignored' || !isTable(head)) return departure;
  return { is: 'unclear', at: code.at(head.node), why: 'the head is a table of headers that other code sends' };
}

function departureAt(code: Code, places: readonly Node[]): Departure {
  const found = departureIn(code, places.flatMap(runningWith));
  switch (found.is) {
    case 'watched':
      return { is: 'watched', at: code.at(found.node) };
    case 'ignored':
      return { is: 'ignored', left: found.left && code.at(found.left) };
    case 'unclear':
      return { is: 'unclear', at: code.at(found.node), why: 'it is handed to code that could not be followed' };
  }
}
