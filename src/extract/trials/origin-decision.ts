import { worldsOf } from '../../code/candidates.js';
import type { Node } from '../../code/code.js';
import type { Location, OriginDecision } from '../../facts/index.js';
import type { DoorPlan } from '../drive.js';
import { type Bench, port, usualHost } from './bench.js';
import { type DecidingTest, decidingTests, idlePasses, type Tried } from './deciding-tests.js';
import { told } from './telling.js';
import { askedWorlds, furtherWorlds, ownHost, withHost } from './worlds.js';

/** A decision on the Origin, with what the credentials are then tried under. */
export interface Decided {
  readonly decision: OriginDecision;
  readonly tests: readonly DecidingTest[];
  readonly host: string;
  readonly servedAt: Node | undefined;
}

/** What a door does with every candidate, at one stage. */
export function originDecision(bench: Bench, plan: DoorPlan, stage: OriginDecision['stage']): Decided {
  if (!plan.stations.length && !plan.gate)
    return {
      decision: {
        stage,
        trials: [...worldsOf([], port), ...askedWorlds(bench, usualHost)].map(world =>
          told(bench, world, undefined, { answer: 'admits', plan }),
        ),
        decidedBy: [],
      },
      tests: [],
      host: `localhost:${port}`,
      servedAt: undefined,
    };
  const host = ownHost(bench, plan);
  const base = worldsOf([], port).map(world => withHost(world, host));
  const unrelated = bench.run(plan, base.find(world => world.kind === 'unrelated')!, 'all');
  // A door whose code could not be followed for one candidate is not tried on five more.
  const tried: Tried[] = base.map(world => ({
    world,
    outcome: world.kind === 'unrelated' || unrelated.isSpent ? unrelated : bench.run(plan, world, 'all'),
  }));
  const isDecided =
    new Set(tried.map(({ outcome }) => outcome.answer)).size > 1 ||
    tried.some(({ outcome }) => outcome.patterns.size > 0 || outcome.marks.some(mark => mark.test));
  if (isDecided) {
    for (const world of furtherWorlds(bench, tried, host))
      tried.push({ world, outcome: bench.run(plan, world, 'all') });
  }
  for (const world of askedWorlds(bench, host)) tried.push({ world, outcome: bench.run(plan, world, 'all') });
  // Code that ends in an error whoever asks was not followed as it runs: it decides about nobody.
  if (tried.every(({ outcome }) => outcome.isError))
    for (const each of tried)
      each.outcome = { ...each.outcome, answer: 'unclear', says: 'the code that was followed ends in an error' };
  const stranger = tried.find(({ world }) => world.kind === 'unrelated')!.outcome;
  const trials = tried.map(({ world, outcome }) => told(bench, world, outcome, { stranger, host, plan }));
  const decidedBy = unique(
    tried
      .filter(({ outcome }) => outcome.answer === 'refuses' && outcome.node)
      .map(({ outcome }) => bench.code.at(outcome.node!)),
  );
  return {
    decision: { ...(host !== usualHost && { host }), stage, trials, decidedBy },
    tests: [...decidingTests(tried, trials, stranger), ...idlePasses(bench, plan, tried, trials, stranger)],
    host,
    servedAt: tried.find(({ outcome }) => outcome.answer === 'refuses' && outcome.servedAt)?.outcome.servedAt,
  };
}

/** A check in the connection handler: too late, but a check. */
export function lateDecision(
  bench: Bench,
  plan: DoorPlan,
  early: Decided,
): (Decided & { servedAt: Node | undefined }) | undefined {
  const isRefused = early.decision.trials.some(trial => trial.kind === 'unrelated' && trial.answer === 'refuses');
  if (isRefused) return undefined;
  const late = originDecision(bench, { ...plan, path: plan.path }, 'after-accept');
  const refuses = late.decision.trials.some(trial => trial.kind === 'unrelated' && trial.answer === 'refuses');
  const welcomes = late.decision.trials.some(trial => trial.kind !== 'unrelated' && trial.answer === 'admits');
  return refuses && welcomes ? late : undefined;
}

function unique(locations: readonly Location[]): Location[] {
  const seen = new Map<string, Location>();
  for (const at of locations) seen.set(`${at.file}:${at.line}:${at.column}`, at);
  return [...seen.values()];
}
