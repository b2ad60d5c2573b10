import { type Gathering, gatherings } from '../../code/body-gathering.js';
import { bodyGuards } from '../../code/body-guards.js';
import type { Code } from '../../code/code.js';
import { wholeBodies } from '../../code/whole-bodies.js';
import type { BodyReader } from '../../facts/index.js';
import type { Findings, Idiom } from '../idiom.js';

const wholeReads = ['json', 'text', 'formData', 'arrayBuffer'].flatMap(name => [`req.${name}()`, `request.${name}()`]);

/** Request bodies that own code gathers piece by piece, where no parser of a library counts. */
export const bodyReaders: Idiom = {
  id: 'body-readers',
  words: ["on('data'", 'on("data"', 'of req', "addListener('data'", 'body.getReader(', ...wholeReads],
  read: findings => [
    ...gatherings(findings.code).map(gathering => bodyReader(findings.code, gathering)),
    ...readWhole(findings),
    ...guarded(findings),
  ],
};

/** Bodies that own code lets the platform read to the end: as much as the platform lets in. */
function readWhole({ code, spots }: Findings): BodyReader[] {
  return wholeBodies(code, fn => spots.has(fn)).flatMap(({ node, ways }): BodyReader[] => {
    const entries = ways
      .flatMap(({ top, env }) => spots.of(top, env))
      .flatMap(spot => (spot.is === 'entry' && spot.entry.bodyLimit ? [spot.entry] : []));
    const [entry] = entries;
    if (!entry?.bodyLimit) return [];
    const { bodyLimit: limit, call, handler } = entry;
    const via = node.getText();
    return [
      {
        kind: 'BodyReader',
        at: code.at(node),
        via,
        limit,
        endedBy: undefined,
        cause: code.at(call?.node ?? handler.node),
      },
    ];
  });
}

/** Own middleware that bounds bodies, where a body without end gets past it. */
function guarded({ code, trials }: Findings): BodyReader[] {
  return bodyGuards(code).map(guard => {
    const past = trials.wayPast(guard);
    const endedBy = code.at(guard.test.node);
    const limit = limitOf(guard.test.limit, endedBy);
    const at = past ? code.at(past.node) : endedBy;
    return { kind: 'BodyReader', at, via: 'body.getReader()', limit, endedBy, ...(past && { passes: past.framing }) };
  });
}

function bodyReader(code: Code, { node, via, test }: Gathering): BodyReader {
  const at = code.at(node);
  const endedBy = test && code.at(test.node);
  return { kind: 'BodyReader', at, via, limit: limitOf(test?.limit, endedBy), endedBy };
}

function limitOf(limit: number | undefined, endedBy: BodyReader['endedBy']): BodyReader['limit'] {
  if (!endedBy) return { is: 'default', value: Number.POSITIVE_INFINITY, because: 'nothing counts the bytes' };
  if (limit === undefined) return { is: 'unclear', at: endedBy, why: 'a limit that is not constant' };
  return { is: 'set', value: limit, at: endedBy };
}
