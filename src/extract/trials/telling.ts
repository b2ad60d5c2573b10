import type { World } from '../../code/candidates.js';
import type { Outcome } from '../../code/trial/decide.js';
import { concretePath } from '../../code/trial/request.js';
import { shorten } from '../../code/trial/source-text.js';
import type { Address, Answer, Step, Trial } from '../../facts/index.js';
import type { DoorPlan } from '../drive.js';
import { partingMark } from '../parting.js';
import { type Bench, methodOf, usualHost } from './bench.js';

/** What a trial is told with besides its outcome. */
interface TrialContext {
  /** Where nothing had to be tried. */
  readonly answer?: Answer;
  readonly stranger?: Outcome;
  readonly host?: string;
  readonly plan?: DoorPlan;
}

/** One trial in the words of the facts. */
export function told(bench: Bench, world: World, outcome: Outcome | undefined, context: TrialContext = {}): Trial {
  const { answer, stranger, host = usualHost, plan } = context;
  const given = outcome?.answer ?? answer ?? 'unclear';
  const parting = outcome && stranger && outcome !== stranger ? partingMark(outcome.marks, stranger.marks) : undefined;
  const steps: Step[] = [];
  if (parting)
    steps.push({
      at: bench.code.at(parting.node),
      says: `\`${shorten(parting.node)}\` ${parting.truth ? 'holds' : 'does not hold'} for ${world.origin ?? 'a request without Origin'}`,
    });
  const left = given === 'admits' && outcome?.leftTo ? leftStep(bench, outcome.leftTo) : undefined;
  if (left) steps.push(left);
  if (outcome?.node && given !== 'unclear') steps.push({ at: bench.code.at(outcome.node), says: outcome.says });
  return {
    kind: world.kind,
    origin: world.origin,
    ...(world.host !== host && { host: world.host }),
    answer: given,
    ...(given === 'admits' && plan && { sentTo: addressOf(plan, world) }),
    ...(outcome?.node && { at: bench.code.at(outcome.node) }),
    ...(left && { leftTo: left }),
    ...((given === 'unclear' || given === 'depends') && outcome && { because: outcome.says }),
    trail: steps,
  };
}

function leftStep(bench: Bench, { node, why }: NonNullable<Outcome['leftTo']>): Step {
  return { at: bench.code.at(node), says: `${why}: a caller hands it in, and it is taken to let the client pass` };
}

function addressOf(plan: DoorPlan, { host }: World): Address {
  const path = plan.path === undefined ? plan.clientPath : concretePath(plan.path);
  return { over: plan.kind, method: methodOf(plan), ...(path !== undefined && { path }), host };
}
