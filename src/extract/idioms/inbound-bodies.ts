import type { Code, Node } from '../../code/code.js';
import { bodyMentions, type DispatchedBody, dispatchedBodies } from '../../code/dispatched-bodies.js';
import { type Shape, shapeOfMentions } from '../../code/frame-shapes.js';
import { RequestParts } from '../../code/request-parts.js';
import { RequestTexts } from '../../code/request-texts.js';
import type { InboundBody, McpEndpoint } from '../../facts/index.js';
import type { Station } from '../chains.js';
import type { Opened } from '../doors.js';
import type { Findings, Idiom } from '../idiom.js';
import { validationOf } from '../validation.js';

/** The bodies whose methods own code dispatches, one for each place that parses them, whichever endpoints lead there. */
export const inboundBodies: Idiom = {
  id: 'inbound-bodies',
  words: [],
  read({ code, spots, endpoints }: Findings) {
    const texts = new RequestTexts(code, new RequestParts(code.values, fn => spots.has(fn)));
    const found = new Map<Node, InboundBody>();
    // What an SDK's transport hands out it has validated.
    for (const opened of endpoints.filter(({ door }) => !door.transportAt))
      for (const mark of opened.plan.sinks)
        for (const body of dispatchedBodies(code, mark, texts))
          if (!found.has(body.node)) found.set(body.node, inboundBody(code, opened, body));
    return [...found.values()];
  },
};

function inboundBody(code: Code, { door, plan }: Opened<McpEndpoint>, body: DispatchedBody): InboundBody {
  const shape = shapeOfMentions(code, body.starts, body.path);
  const before = testedBefore(code, plan.stations, shape);
  const validation = validationOf(code, withoutEchoes(before ?? shape));
  return { kind: 'InboundBody', at: code.at(body.node), door: door.at, validation, credential: door.credential };
}

/** What a middleware has held against a schema, the handler need not. */
function testedBefore(code: Code, stations: readonly Station[], { unchecked }: Shape): Shape | undefined {
  if (!unchecked.length) return undefined;
  return stations
    .flatMap(station =>
      'handler' in station && station.handler.value.is === 'function' ? [station.handler.value.node] : [],
    )
    .map(fn => bodyMentions(code, fn))
    .map(starts => shapeOfMentions(code, starts, []))
    .find(({ schemas, unchecked: left }) => schemas.length > 0 && left.length === 0);
}

/** The envelope's own fields are compared, or go back in the answer: either does no harm. */
function withoutEchoes(shape: Shape): Shape {
  return { ...shape, unchecked: shape.unchecked.filter(({ field }) => !/^(id|jsonrpc|method)$/.test(field ?? '')) };
}
