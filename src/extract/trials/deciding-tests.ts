import type { World } from '../../code/candidates.js';
import type { Node } from '../../code/code.js';
import type { Outcome } from '../../code/trial/decide.js';
import type { OriginKind, Trial } from '../../facts/index.js';
import type { DoorPlan } from '../drive.js';
import { blamed, partingMark, testNode } from '../parting.js';
import type { Bench } from './bench.js';

/** A test or condition at which the fate of a candidate parted from that of a stranger. */
export interface DecidingTest {
  readonly node: Node;
  readonly test: 'substring' | 'regex' | 'null' | 'absent' | 'exact';
  readonly trial: Trial | undefined;
  readonly unclear: string | undefined;
}

/** A request, with what became of it. */
export interface Tried {
  readonly world: World;
  outcome: Outcome;
}

/** Who is not a stranger with a name of his own: the test at which his fate parts from a stranger's lets nobody foreign in. */
const notForeign: readonly OriginKind[] = [
  'unrelated',
  'rebind',
  'rebind-absent',
  'loopback',
  'trusted',
  'variant',
  'program',
  'asked',
];

/** The tests on which it hangs that a foreign origin gets in where a stranger does not. */
export function decidingTests(tried: readonly Tried[], trials: readonly Trial[], stranger: Outcome): DecidingTest[] {
  const found: DecidingTest[] = [];
  const isRefused = stranger.answer === 'refuses';
  // A rebound page sends no Origin with a GET: where its Host is refused, only programs are left.
  const isKeptOutByHost = trials.some(({ kind, answer }) => kind === 'rebind-absent' && answer === 'refuses');
  tried.forEach(({ world, outcome }, index) => {
    const isForeign = !notForeign.includes(world.kind) && !(world.kind === 'absent' && isKeptOutByHost);
    if (isForeign && isRefused && outcome.answer === 'admits' && !outcome.leftTo) {
      const mark = partingMark(outcome.marks, stranger.marks);
      if (!mark) return;
      const test =
        world.kind === 'null'
          ? 'null'
          : world.kind === 'absent'
            ? 'absent'
            : (mark.test ?? blamed(outcome.marks, mark) ?? 'exact');
      const node =
        test === 'null' || test === 'absent' ? mark.node : (testNode(outcome.marks, stranger.marks) ?? mark.node);
      if (!found.some(each => each.node === node && each.test === test))
        found.push({ node, test, trial: trials[index], unclear: undefined });
    }
  });
  // Tests that were made and let no foreigner in are thanked.
  for (const { outcome } of tried) {
    for (const mark of outcome.marks) {
      if (mark.test && !found.some(each => each.node === mark.node))
        found.push({ node: mark.node, test: mark.test, trial: undefined, unclear: undefined });
    }
  }
  return found;
}

/**
 * Passes written for a client without an origin of its own, where as shipped everybody gets in: the stranger is turned
 * away and served all the same, or would be once the operator names the origins.
 */
export function idlePasses(
  bench: Bench,
  plan: DoorPlan,
  tried: readonly Tried[],
  trials: readonly Trial[],
  stranger: Outcome,
): DecidingTest[] {
  if (stranger.answer !== 'admits') return [];
  const unrelated = tried.find(({ outcome }) => outcome === stranger)!.world;
  return tried.flatMap(({ world, outcome }, index): DecidingTest[] => {
    if (world.kind !== 'null' && world.kind !== 'absent') return [];
    const mark = partingMark(outcome.marks, stranger.marks);
    if (!mark || outcome.answer !== 'admits' || outcome.refusedAt) return [];
    const configured = (each: World) => bench.run(plan, each, 'all', 'configured');
    const isMeant =
      stranger.refusedAt !== undefined ||
      (configured(unrelated).refusesByTest &&
        [configured(world)].every(({ answer, refusesByTest }) => answer !== 'refuses' && !refusesByTest));
    return isMeant ? [{ node: mark.node, test: world.kind, trial: trials[index], unclear: undefined }] : [];
  });
}
