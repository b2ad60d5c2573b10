import { type Gathering, gatherings } from '../../code/body-gathering.js';
import type { Code } from '../../code/code.js';
import type { BodyReader } from '../../facts/index.js';
import type { Idiom } from '../idiom.js';

/** Request bodies that own code gathers piece by piece, where no parser of a library counts. */
export const bodyReaders: Idiom = {
  id: 'body-readers',
  words: ["on('data'", 'on("data"', 'of req', "addListener('data'"],
  read: ({ code }) => gatherings(code).map(gathering => bodyReader(code, gathering)),
};

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
