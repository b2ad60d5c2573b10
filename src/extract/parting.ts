import type { Node } from '../code/code.js';
import type { Mark } from '../code/trial/effects.js';

/** The first condition that went another way than for a stranger. */
export function partingMark(marks: readonly Mark[], stranger: readonly Mark[]): Mark | undefined {
  const before = new Map<Node, boolean>();
  for (const mark of stranger) if (!before.has(mark.node)) before.set(mark.node, mark.truth);
  return marks.find(mark => before.has(mark.node) && before.get(mark.node) !== mark.truth);
}

/** The first test on the Origin itself that went another way. */
export function testNode(marks: readonly Mark[], stranger: readonly Mark[]): Node | undefined {
  return partingMark(
    marks.filter(mark => mark.test),
    stranger.filter(mark => mark.test),
  )?.node;
}

export function blamed(marks: readonly Mark[], parting: Mark): Mark['test'] {
  return marks.filter(mark => mark.test && mark.truth).at(-1)?.test ?? parting.test;
}
