import type { World } from '../../code/candidates.js';
import type { Node } from '../../code/code.js';
import { type Outcome, tryRequest } from '../../code/trial/decide.js';
import type { RequestFacts } from '../../code/trial/request.js';
import { calleeName } from '../../code/trial/source-text.js';
import type { CredentialCarrier, CredentialDecision } from '../../facts/index.js';
import { type DoorPlan, deliverMessages, drive } from '../drive.js';
import type { Bench } from './bench.js';
import type { Decided } from './origin-decision.js';

/** Said of a door that opens for no request at all, as far as its code was followed. */
export const nobodyGetsIn = 'no request that was tried gets in';

/** What a door does with a client that brings no credential. */
export function credentialDecision(bench: Bench, plan: DoorPlan, decided: Decided): CredentialDecision {
  const worlds = welcome(decided);
  const without = worlds.map(world => bench.run(plan, world, 'none'));
  const best =
    without.find(outcome => outcome.answer === 'admits') ??
    without.find(outcome => outcome.answer !== 'refuses') ??
    without[0]!;
  if (best.answer === 'admits') return openDoor(bench, plan, worlds[without.indexOf(best)]!, best);
  if (best.answer !== 'refuses') {
    return {
      answer: best.answer,
      carriers: carriersOf(best),
      ...(best.node && { at: bench.code.at(best.node) }),
      because: best.says,
      trail: [],
    };
  }
  const withAll = worlds.map(world => bench.run(plan, world, 'all'));
  const admitted = withAll.find(outcome => outcome.answer === 'admits');
  const at = best.node && bench.code.at(best.node);
  if (admitted)
    return {
      answer: 'refuses',
      carriers: carriersOf(best),
      ...(at && { at }),
      trail: at ? [{ at, says: best.says }] : [],
    };
  const carriers = carriersOf(best);
  if (carriers.length && withAll.some(outcome => outcome.answer !== 'refuses'))
    return { answer: 'refuses', carriers, ...(at && { at }), trail: at ? [{ at, says: best.says }] : [] };
  const demanded = demandedOnceConfigured(bench, plan, worlds);
  if (demanded.length)
    return { answer: 'refuses', carriers: demanded, ...(at && { at }), trail: at ? [{ at, says: best.says }] : [] };
  return { answer: 'unclear', carriers, ...(at && { at }), because: nobodyGetsIn, trail: [] };
}

/** The carriers of a door that fails closed: shut until its secret is set, and then open for those who bring it. */
function demandedOnceConfigured(bench: Bench, plan: DoorPlan, worlds: readonly World[]): readonly CredentialCarrier[] {
  const outcomes = (credentials: 'all' | 'none') =>
    worlds.map(world => bench.run(plan, world, credentials, 'configured'));
  const without = outcomes('none');
  if (without.some(({ answer }) => answer !== 'refuses')) return [];
  return outcomes('all').some(({ answer }) => answer === 'admits') ? carriersOf(without[0]!) : [];
}

/** Requests that the origin gates let through, whose credentials are the only question left. */
function welcome(decided: Decided): World[] {
  const admitted = decided.decision.trials.filter(trial => trial.answer === 'admits' && !trial.host);
  const order = ['absent', 'loopback', 'trusted', 'unrelated', 'null'];
  const sorted = [...admitted].sort((a, b) => rank(order, a.kind) - rank(order, b.kind)).slice(0, 2);
  const worlds = sorted.map(trial => ({ kind: trial.kind, origin: trial.origin, host: decided.host }));
  return worlds.length ? worlds : [{ kind: 'absent', origin: null, host: decided.host }];
}

/** Variables that are read on the way and open or shut no door. */
const besides = /(^|_)(LOG|LOGS|LOGGING|LEVEL|DEBUG|VERBOSE|COLOR|TZ|VERSION|PORT|TIMEOUT|ENDPOINT|REGION)(_|$)/i;

function openDoor(bench: Bench, plan: DoorPlan, world: World, best: Outcome): CredentialDecision {
  const messages = plan.kind === 'websocket' ? firstMessage(bench, plan, world) : undefined;
  if (messages) return messages;
  const configured = bench.run(plan, world, 'none', 'configured');
  const names = [...configured.environment, ...best.environment].filter(
    (name, index, all) => all.indexOf(name) === index,
  );
  const telling = names.filter(name => /TOKEN|KEY|SECRET|AUTH|PASS|OAUTH|JWT/i.test(name));
  const possible = telling.length ? telling : names.filter(name => !besides.test(name));
  const because =
    configured.answer === 'refuses' && possible.length
      ? `unless ${possible.slice(0, 3).join(' or ')} is set`
      : undefined;
  return {
    answer: 'admits',
    carriers: [],
    ...(best.node && { at: bench.code.at(best.node) }),
    ...(because && { because }),
    trail: [],
  };
}

/**
 * Authentication by message: with the right credential the message handler gets further than without, and two
 * messages without one lead nowhere.
 */
function firstMessage(bench: Bench, plan: DoorPlan, world: World): CredentialDecision | undefined {
  const run = (credentials: 'all' | 'none') => {
    const facts: RequestFacts = { world, credentials, method: 'GET', path: plan.path, stage: 'upgrade' };
    return tryRequest(
      bench.shared,
      facts,
      'shipped',
      plan.sinks,
      (machine, request) => drive(machine, request, plan, () => deliverMessages(machine, request)),
      true,
    );
  };
  const rightful = run('all');
  if (!rightful.passedSecret) return undefined;
  const stranger = run('none');
  const further = [...rightful.reached].filter(node => !stranger.reached.has(node));
  const isServed = [...stranger.reached].some(node => !isHarmless(node));
  if (!further.length || isServed || !stranger.carriers.has('body')) return undefined;
  const at = stranger.node ? bench.code.at(stranger.node) : bench.code.at(further[0]!);
  return {
    answer: 'refuses',
    carriers: ['message'],
    at,
    trail: [{ at, says: 'messages before authentication lead here' }],
  };
}

function rank(order: readonly string[], kind: string): number {
  const at = order.indexOf(kind);
  return at < 0 ? order.length : at;
}

function carriersOf(outcome: Outcome): CredentialCarrier[] {
  return [...outcome.carriers].sort() as CredentialCarrier[];
}

const harmless =
  /^(parse|stringify|toString|String|Number|Boolean|send|emit|ack|callback|close|terminate|disconnect|destroy|end|write|log|warn|error|info|debug|trace|safeParse|from|byteLength|timingSafeEqual|createHash|createHmac|update|digest|has|get|set|add|delete|includes|startsWith|endsWith|trim|slice|split|replace|now|isArray|setTimeout|clearTimeout|clearInterval|(verify|auth|validate|check|compare|parse|is|reject|deny|fail)\w*)$/i;

/** Calls that answer, log or verify; anything else counts as serving the client. */
function isHarmless(node: Node): boolean {
  return harmless.test(calleeName(node));
}
