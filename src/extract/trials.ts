import type { BodyGuard } from '../code/body-guards.js';
import { worldsOf } from '../code/candidates.js';
import type { Code, Condition, Node } from '../code/code.js';
import type { Library } from '../code/trial/library.js';
import { Machine } from '../code/trial/machine.js';
import { nothingVouched } from '../code/trial/vouched.js';
import type { AskedRequest, CredentialDecision, Location, OriginDecision, Trial, Vouched } from '../facts/index.js';
import type { DoorPlan } from './drive.js';
import { Bench, port, usualHost } from './trials/bench.js';
import { type WayPast, wayPast } from './trials/body-guard.js';
import { holdsNow, variablesDemandedBy } from './trials/conditions.js';
import { credentialDecision, nobodyGetsIn } from './trials/credential-decision.js';
import type { DecidingTest } from './trials/deciding-tests.js';
import { lateDecision, originDecision } from './trials/origin-decision.js';
import { type Predicate, predicateTests } from './trials/predicates.js';
import { told } from './trials/telling.js';

/** What trying a door has shown. */
export interface DoorFindings {
  readonly origin: OriginDecision;
  readonly credential: CredentialDecision;
  readonly servedBeforeCheck: Location | undefined;
  /** Tests on the Origin that decided, with the foreign origin they let in. */
  readonly tests: readonly DecidingTest[];
}

/** Tries candidate requests on the user's own gates. */
export class Trials {
  readonly #bench: Bench;

  constructor(
    code: Code,
    library: Library,
    /** A request of the user's choice, to be tried at every door. */
    asked?: AskedRequest,
    vouched: Vouched = nothingVouched,
  ) {
    const shared = {
      values: code.values,
      library,
      statics: new Map(),
      required: new Set<string>(),
      literals: new Set<string>(vouched.trustedOrigins),
      vouched,
      steps: 0,
    };
    // What the server refuses to start without is there whenever it answers.
    const required = code.startUpExits().flatMap(condition => variablesDemandedBy(shared, condition));
    this.#bench = new Bench(code, { ...shared, statics: new Map(), required: new Set(required) }, asked);
  }

  /** Whether a condition holds in the server as shipped; undefined when that depends. */
  holds({ expression, env }: Condition): boolean | undefined {
    return holdsNow(new Machine(this.#bench.shared, undefined, 'shipped', []), expression, env);
  }

  /** Evaluator steps taken so far: the machine-independent cost. */
  get steps(): number {
    return this.#bench.shared.steps;
  }

  /** Tries every candidate on a door, with and without credentials. */
  findingsOf(plan: DoorPlan): DoorFindings {
    const found = this.#tried(plan);
    const isRoutedByHand = plan.stations.some(({ is }) => is === 'listener' || is === 'entry');
    if (found.credential.because !== nobodyGetsIn || plan.path === undefined || !isRoutedByHand) return found;
    // A path that own code compares may be the rest of a longer one, cut off at the front.
    const moved = this.#tried({ ...plan, path: undefined });
    return moved.credential.because === nobodyGetsIn ? found : moved;
  }

  #tried(plan: DoorPlan): DoorFindings {
    const early = plan.stations.filter(station => station.is !== 'connection' && station.is !== 'messages');
    const handshake: DoorPlan = { ...plan, stations: early };
    const origin = originDecision(this.#bench, handshake, 'before-accept');
    const late =
      plan.kind === 'websocket' && plan.stations.some(station => station.is === 'connection')
        ? lateDecision(this.#bench, plan, origin)
        : undefined;
    const decided = late ?? origin;
    return {
      origin: decided.decision,
      credential: credentialDecision(this.#bench, plan, decided),
      servedBeforeCheck: late?.servedAt && this.#bench.code.at(late.servedAt),
      tests: decided.tests,
    };
  }

  /** What a door does with a client that brings no credential, its origin gates left aside. */
  credentialOf(plan: DoorPlan): CredentialDecision {
    const trials = worldsOf([], port)
      .filter(({ kind }) => kind === 'absent' || kind === 'loopback')
      .map(world => told(this.#bench, world, undefined, { answer: 'admits' }));
    return credentialDecision(this.#bench, plan, {
      decision: { stage: 'before-accept', trials, decidedBy: [] },
      tests: [],
      host: usualHost,
      servedAt: undefined,
    });
  }

  /** Deciding tests of a predicate, as of a door. */
  predicateTests(fn: Predicate, position: number, node: Node): { tests: DecidingTest[]; trials: Trial[] } {
    return predicateTests(this.#bench, fn, position, node);
  }

  /** The way of a body without end past middleware that bounds bodies. */
  wayPast(guard: BodyGuard): WayPast | undefined {
    return wayPast(this.#bench, guard);
  }
}
