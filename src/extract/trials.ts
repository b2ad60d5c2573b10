import { hostLiterals, type World, worldsOf } from '../code/candidates.js';
import type { Code, Condition, Expression, Node } from '../code/code.js';
import { oddWorlds } from '../code/odd-origins.js';
import { foreignOriginOf } from '../code/regex-language.js';
import { type Outcome, tryRequest } from '../code/trial/decide.js';
import { isClosure, isObj, native, unknown, type V } from '../code/trial/domain.js';
import { type Mark, Spent, Stopped, Thrown } from '../code/trial/effects.js';
import type { Library, LibraryGate } from '../code/trial/library.js';
import { Machine, type Shared } from '../code/trial/machine.js';
import { concretePath, type RequestFacts } from '../code/trial/request.js';
import { calleeName, shorten } from '../code/trial/source-text.js';
import { isTrusted, nothingVouched } from '../code/trial/vouched.js';
import type {
  Address,
  Answer,
  AskedRequest,
  CredentialCarrier,
  CredentialDecision,
  Location,
  OriginDecision,
  OriginKind,
  Step,
  Trial,
  Vouched,
} from '../facts/index.js';
import { type DoorPlan, deliverMessages, drive } from './drive.js';
import { blamed, partingMark, testNode } from './parting.js';

/** What trying a door has shown. */
export interface DoorFindings {
  readonly origin: OriginDecision;
  readonly credential: CredentialDecision;
  readonly servedBeforeCheck: Location | undefined;
  /** Tests on the Origin that decided, with the foreign origin they let in. */
  readonly tests: readonly DecidingTest[];
}

/** A test or condition at which the fate of a candidate parted from that of a stranger. */
export interface DecidingTest {
  readonly node: Node;
  readonly test: 'substring' | 'regex' | 'null' | 'absent' | 'exact';
  readonly trial: Trial | undefined;
  readonly unclear: string | undefined;
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

const port = 3000;
const usualHost = `localhost:${port}`;

/** Tries candidate requests on the user's own gates. */
export class Trials {
  readonly #shared: Shared;
  readonly #pinned = new Map<string, Shared>();

  constructor(
    private readonly code: Code,
    library: Library,
    /** A request of the user's choice, to be tried at every door. */
    private readonly asked?: AskedRequest,
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
    this.#shared = { ...shared, statics: new Map(), required: new Set(required) };
  }

  /** Whether a condition holds in the server as shipped; undefined when that depends. */
  holds({ expression, env }: Condition): boolean | undefined {
    return holdsNow(new Machine(this.#shared, undefined, 'shipped', []), expression, env);
  }

  /** Evaluator steps taken so far: the machine-independent cost. */
  get steps(): number {
    return this.#shared.steps;
  }

  /** Tries every candidate on a door, with and without credentials. */
  findingsOf(plan: DoorPlan): DoorFindings {
    const early = plan.stations.filter(station => station.is !== 'connection' && station.is !== 'messages');
    const handshake: DoorPlan = { ...plan, stations: early };
    const origin = this.#originDecision(handshake, 'before-accept');
    const late =
      plan.kind === 'websocket' && plan.stations.some(station => station.is === 'connection')
        ? this.#lateDecision(plan, origin)
        : undefined;
    const decided = late ?? origin;
    return {
      origin: decided.decision,
      credential: this.#credentialDecision(plan, decided),
      servedBeforeCheck: late?.servedAt && this.code.at(late.servedAt),
      tests: decided.tests,
    };
  }

  /** What a door does with a client that brings no credential, its origin gates left aside. */
  credentialOf(plan: DoorPlan): CredentialDecision {
    const trials = worldsOf([], port)
      .filter(({ kind }) => kind === 'absent' || kind === 'loopback')
      .map(world => this.#trial(world, undefined, { answer: 'admits' }));
    return this.#credentialDecision(plan, {
      decision: { stage: 'before-accept', trials, decidedBy: [] },
      tests: [],
      host: `localhost:${port}`,
      servedAt: undefined,
    });
  }

  // ---- origin -----------------------------------------------------------------------------------------------

  #run(plan: DoorPlan, world: World, credentials: 'all' | 'none', mode: 'shipped' | 'configured' = 'shipped'): Outcome {
    const facts: RequestFacts = {
      world,
      credentials,
      method: methodOf(plan),
      path: plan.path,
      stage: plan.kind === 'websocket' ? 'upgrade' : 'http',
    };
    const shared = this.#sharedFor(plan);
    return tryRequest(shared, facts, mode, plan.sinks, (machine, request) => drive(machine, request, plan));
  }

  /** What a door that is only opened under certain variables is tried with: values known at start-up hang on them. */
  #sharedFor({ pinned }: DoorPlan): Shared {
    if (!pinned?.size) return this.#shared;
    const key = JSON.stringify([...pinned]);
    const known = this.#pinned.get(key) ?? { ...this.#shared, statics: new Map(), pinned };
    this.#pinned.set(key, known);
    return known;
  }

  #originDecision(plan: DoorPlan, stage: OriginDecision['stage']): Decided {
    if (!plan.stations.length && !plan.gate)
      return {
        decision: {
          stage,
          trials: [...worldsOf([], port), ...this.#askedWorlds(usualHost)].map(world =>
            this.#trial(world, undefined, { answer: 'admits', plan }),
          ),
          decidedBy: [],
        },
        tests: [],
        host: `localhost:${port}`,
        servedAt: undefined,
      };
    const host = this.#ownHost(plan);
    const base = worldsOf([], port).map(world => withHost(world, host));
    const unrelated = this.#run(plan, base.find(world => world.kind === 'unrelated')!, 'all');
    // A door whose code could not be followed for one candidate is not tried on five more.
    const tried: { world: World; outcome: Outcome }[] = base.map(world => ({
      world,
      outcome: world.kind === 'unrelated' || unrelated.isSpent ? unrelated : this.#run(plan, world, 'all'),
    }));
    const isDecided =
      new Set(tried.map(({ outcome }) => outcome.answer)).size > 1 ||
      tried.some(({ outcome }) => outcome.patterns.size > 0 || outcome.marks.some(mark => mark.test));
    if (isDecided) {
      for (const world of this.#furtherWorlds(tried, host))
        tried.push({ world, outcome: this.#run(plan, world, 'all') });
    }
    for (const world of this.#askedWorlds(host)) tried.push({ world, outcome: this.#run(plan, world, 'all') });
    const stranger = tried.find(({ world }) => world.kind === 'unrelated')!.outcome;
    const trials = tried.map(({ world, outcome }) => this.#trial(world, outcome, { stranger, host, plan }));
    const decidedBy = unique(
      tried
        .filter(({ outcome }) => outcome.answer === 'refuses' && outcome.node)
        .map(({ outcome }) => this.code.at(outcome.node!)),
    );
    return {
      decision: { ...(host !== usualHost && { host }), stage, trials, decidedBy },
      tests: [...this.#decidingTests(tried, trials, stranger), ...this.#idlePasses(plan, tried, trials, stranger)],
      host,
      servedAt: tried.find(({ outcome }) => outcome.answer === 'refuses' && outcome.servedAt)?.outcome.servedAt,
    };
  }

  #askedWorlds(host: string): World[] {
    return this.asked ? [{ kind: 'asked', origin: this.asked.origin, host: this.asked.host ?? host }] : [];
  }

  /** A check in the connection handler: too late, but a check. */
  #lateDecision(plan: DoorPlan, early: Decided): (Decided & { servedAt: Node | undefined }) | undefined {
    const isRefused = early.decision.trials.some(trial => trial.kind === 'unrelated' && trial.answer === 'refuses');
    if (isRefused) return undefined;
    const late = this.#originDecision({ ...plan, path: plan.path }, 'after-accept');
    const refuses = late.decision.trials.some(trial => trial.kind === 'unrelated' && trial.answer === 'refuses');
    const welcomes = late.decision.trials.some(trial => trial.kind !== 'unrelated' && trial.answer === 'admits');
    return refuses && welcomes ? late : undefined;
  }

  /** The Host that the server itself goes by: one under which some client gets in. */
  #ownHost(plan: DoorPlan): string {
    const usual = [`localhost:${port}`, `127.0.0.1:${port}`] as const;
    const candidates = () =>
      [
        ...usual.slice(1),
        ...this.#gateHosts(plan),
        ...[...this.#shared.literals].flatMap(hostLiterals).map(text => text.replace(/^[\w-]+:\/\//, '')),
      ].slice(0, 16);
    const tries = (host: string) =>
      [null, `http://${host}`].map(origin => this.#run(plan, { kind: 'loopback', origin, host }, 'all').answer);
    // Only a plain refusal can be the Host's fault; what could not be followed will not be under another name either.
    const first = tries(usual[0]);
    if (first.some(answer => answer !== 'refuses')) return usual[0];
    return candidates().find(host => tries(host).includes('admits')) ?? usual[0];
  }

  #gateHosts(plan: DoorPlan): readonly string[] {
    const hosts: string[] = [];
    const collect = (gate: LibraryGate) => {
      if (gate.is === 'all') gate.gates.forEach(collect);
      if (gate.is === 'allow' && gate.header === 'host') hosts.push(...(gate.list ?? []));
    };
    if (plan.gate) collect(plan.gate.gate);
    for (const station of plan.stations) if (station.is === 'library') collect(station.gate);
    return hosts;
  }

  #furtherWorlds(tried: readonly { outcome: Outcome }[], host: string): World[] {
    const trusted = [...this.#shared.literals].flatMap(text => hostLiterals(text)).slice(0, 40);
    const known = new Set(['unrelated', 'null', 'absent', 'loopback', 'rebind', 'rebind-absent']);
    const worlds = worldsOf(trusted, port)
      .filter(world => !known.has(world.kind))
      .map(world => (world.kind === 'trusted' ? world : withHost(world, host)));
    for (const { outcome } of tried) {
      for (const { source, flags, subject } of outcome.patterns.values()) {
        const found = foreignOriginOf(source, flags, subject);
        if (!found || 'unclear' in found) continue;
        const origin = subject === 'origin' ? found.word : `https://${found.word}`;
        if (!worlds.some(world => world.origin === origin)) worlds.push({ kind: found.kind, origin, host });
      }
    }
    const odd = oddWorlds(trusted, port).map(world => withHost(world, host));
    const all = [...worlds.slice(0, 24), ...odd.filter(({ origin }) => !worlds.some(world => world.origin === origin))];
    // What belongs to the user by their own word is no stranger, whatever suffix it lies below.
    const { vouched } = this.#shared;
    return all.filter(({ kind, origin }) => kind === 'trusted' || origin === null || !isTrusted(origin, vouched));
  }

  #trial(world: World, outcome: Outcome | undefined, told: TrialContext = {}): Trial {
    const { answer, stranger, host = usualHost, plan } = told;
    const given = outcome?.answer ?? answer ?? 'unclear';
    const parting =
      outcome && stranger && outcome !== stranger ? partingMark(outcome.marks, stranger.marks) : undefined;
    const steps: Step[] = [];
    if (parting)
      steps.push({
        at: this.code.at(parting.node),
        says: `\`${shorten(parting.node)}\` ${parting.truth ? 'holds' : 'does not hold'} for ${world.origin ?? 'a request without Origin'}`,
      });
    if (outcome?.node && given !== 'unclear') steps.push({ at: this.code.at(outcome.node), says: outcome.says });
    return {
      kind: world.kind,
      origin: world.origin,
      ...(world.host !== host && { host: world.host }),
      answer: given,
      ...(given === 'admits' && plan && { sentTo: addressOf(plan, world) }),
      ...(outcome?.node && { at: this.code.at(outcome.node) }),
      ...((given === 'unclear' || given === 'depends') && outcome && { because: outcome.says }),
      trail: steps,
    };
  }

  /** The tests on which it hangs that a foreign origin gets in where a stranger does not. */
  #decidingTests(
    tried: readonly { world: World; outcome: Outcome }[],
    trials: readonly Trial[],
    stranger: Outcome,
  ): DecidingTest[] {
    const found: DecidingTest[] = [];
    const isRefused = stranger.answer === 'refuses';
    tried.forEach(({ world, outcome }, index) => {
      const isForeign = !notForeign.includes(world.kind);
      if (isForeign && isRefused && outcome.answer === 'admits') {
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
  #idlePasses(
    plan: DoorPlan,
    tried: readonly { world: World; outcome: Outcome }[],
    trials: readonly Trial[],
    stranger: Outcome,
  ): DecidingTest[] {
    if (stranger.answer !== 'admits') return [];
    const unrelated = tried.find(({ outcome }) => outcome === stranger)!.world;
    return tried.flatMap(({ world, outcome }, index): DecidingTest[] => {
      if (world.kind !== 'null' && world.kind !== 'absent') return [];
      const mark = partingMark(outcome.marks, stranger.marks);
      if (!mark || outcome.answer !== 'admits' || outcome.refusedAt) return [];
      const configured = (each: World) => this.#run(plan, each, 'all', 'configured');
      const isMeant =
        stranger.refusedAt !== undefined ||
        (configured(unrelated).refusesByTest &&
          [configured(world)].every(({ answer, refusesByTest }) => answer !== 'refuses' && !refusesByTest));
      return isMeant ? [{ node: mark.node, test: world.kind, trial: trials[index], unclear: undefined }] : [];
    });
  }

  // ---- credentials ------------------------------------------------------------------------------------------

  #credentialDecision(plan: DoorPlan, decided: Decided): CredentialDecision {
    const worlds = this.#welcome(decided);
    const without = worlds.map(world => this.#run(plan, world, 'none'));
    const best =
      without.find(outcome => outcome.answer === 'admits') ??
      without.find(outcome => outcome.answer !== 'refuses') ??
      without[0]!;
    if (best.answer === 'admits') return this.#openDoor(plan, worlds[without.indexOf(best)]!, best);
    if (best.answer !== 'refuses') {
      return {
        answer: best.answer,
        carriers: carriersOf(best),
        ...(best.node && { at: this.code.at(best.node) }),
        because: best.says,
        trail: [],
      };
    }
    const withAll = worlds.map(world => this.#run(plan, world, 'all'));
    const admitted = withAll.find(outcome => outcome.answer === 'admits');
    const at = best.node && this.code.at(best.node);
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
    const demanded = this.#demandedOnceConfigured(plan, worlds);
    if (demanded.length)
      return { answer: 'refuses', carriers: demanded, ...(at && { at }), trail: at ? [{ at, says: best.says }] : [] };
    return { answer: 'unclear', carriers, ...(at && { at }), because: 'no request that was tried gets in', trail: [] };
  }

  /** The carriers of a door that fails closed: shut until its secret is set, and then open for those who bring it. */
  #demandedOnceConfigured(plan: DoorPlan, worlds: readonly World[]): readonly CredentialCarrier[] {
    const outcomes = (credentials: 'all' | 'none') =>
      worlds.map(world => this.#run(plan, world, credentials, 'configured'));
    const without = outcomes('none');
    if (without.some(({ answer }) => answer !== 'refuses')) return [];
    return outcomes('all').some(({ answer }) => answer === 'admits') ? carriersOf(without[0]!) : [];
  }

  /** Requests that the origin gates let through, whose credentials are the only question left. */
  #welcome(decided: Decided): World[] {
    const admitted = decided.decision.trials.filter(trial => trial.answer === 'admits' && !trial.host);
    const order = ['absent', 'loopback', 'trusted', 'unrelated', 'null'];
    const sorted = [...admitted].sort((a, b) => rank(order, a.kind) - rank(order, b.kind)).slice(0, 2);
    const worlds = sorted.map(trial => ({ kind: trial.kind, origin: trial.origin, host: decided.host }));
    return worlds.length ? worlds : [{ kind: 'absent', origin: null, host: decided.host }];
  }

  #openDoor(plan: DoorPlan, world: World, best: Outcome): CredentialDecision {
    const messages = plan.kind === 'websocket' ? this.#firstMessage(plan, world) : undefined;
    if (messages) return messages;
    const configured = this.#run(plan, world, 'none', 'configured');
    const names = [...configured.environment, ...best.environment].filter(
      (name, index, all) => all.indexOf(name) === index,
    );
    const telling = names.filter(name => /TOKEN|KEY|SECRET|AUTH|PASS|OAUTH|JWT/i.test(name));
    const because =
      configured.answer === 'refuses' && names.length
        ? `unless ${(telling.length ? telling : names).slice(0, 3).join(' or ')} is set`
        : undefined;
    return {
      answer: 'admits',
      carriers: [],
      ...(best.node && { at: this.code.at(best.node) }),
      ...(because && { because }),
      trail: [],
    };
  }

  /**
   * Authentication by message: with the right credential the message handler gets further than without, and two
   * messages without one lead nowhere.
   */
  #firstMessage(plan: DoorPlan, world: World): CredentialDecision | undefined {
    const run = (credentials: 'all' | 'none') => {
      const facts: RequestFacts = { world, credentials, method: 'GET', path: plan.path, stage: 'upgrade' };
      return tryRequest(
        this.#shared,
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
    const at = stranger.node ? this.code.at(stranger.node) : this.code.at(further[0]!);
    return {
      answer: 'refuses',
      carriers: ['message'],
      at,
      trail: [{ at, says: 'messages before authentication lead here' }],
    };
  }

  /** What a function does when it is called as a predicate on an origin: truthy admits. */
  predicate(
    fn: Parameters<Machine['fromStatic']>[0],
    position: number,
    node: Node,
  ): { outcomes: { world: World; answer: Answer; marks: readonly Mark[]; patterns: Outcome['patterns'] }[] } {
    const ask = (world: World) => {
      const facts: RequestFacts = { world, credentials: 'all', method: 'GET', path: '/', stage: 'http' };
      const outcome = tryRequest(this.#shared, facts, 'shipped', new Set(), machine => {
        const args: V[] = [];
        args[position] = world.origin ?? undefined;
        const callee = machine.fromStatic(fn, node);
        for (let i = 0; i < args.length; i++)
          if (i !== position) args[i] = unknown('config', 'another argument', `arg${i}`, node);
        let called: boolean | undefined;
        if (isClosure(callee) && callee.fn.parameters.length > position + 1) {
          args[position + 1] = native(([error, allowed]) => {
            called ??= error ? false : allowed === undefined ? true : grants(machine, allowed, world.origin, node);
            return undefined;
          });
        }
        const result = machine.call(callee, args, undefined, node);
        const verdict =
          called ??
          (isObj(result) && (result.props.has('ok') || result.props.has('allowed') || result.props.has('valid'))
            ? machine.truth(result.props.get('ok') ?? result.props.get('allowed') ?? result.props.get('valid'), node)
            : grants(machine, result, world.origin, node));
        machine.act(verdict ? 'admits' : 'refuses', node, verdict ? 'answers yes' : 'answers no', true);
      });
      return { world, answer: outcome.answer, marks: outcome.marks, patterns: outcome.patterns, outcome };
    };
    const base = worldsOf([], port)
      .filter(world => !world.kind.startsWith('rebind'))
      .map(ask);
    const further = this.#furtherWorlds(
      base.map(({ outcome }) => ({ outcome })),
      `localhost:${port}`,
    ).map(ask);
    return { outcomes: [...base, ...further] };
  }

  /** Deciding tests of a predicate, as of a door. */
  predicateTests(
    fn: Parameters<Machine['fromStatic']>[0],
    position: number,
    node: Node,
  ): { tests: DecidingTest[]; trials: Trial[] } {
    const { outcomes } = this.predicate(fn, position, node);
    const stranger = outcomes.find(({ world }) => world.kind === 'unrelated') as unknown as { outcome: Outcome };
    const tried = outcomes.map(each => ({
      world: each.world,
      outcome: (each as unknown as { outcome: Outcome }).outcome,
    }));
    const trials = tried.map(({ world, outcome }) => this.#trial(world, outcome, { stranger: stranger.outcome }));
    return { tests: this.#decidingTests(tried, trials, stranger.outcome), trials };
  }
}

/** Whether an answer allows the origin: a text does so by being that origin, or `*`. */
function grants(machine: Machine, answer: V, origin: string | null, node: Node): boolean {
  return typeof answer === 'string' && origin !== null
    ? answer === origin || answer === '*'
    : machine.truth(answer, node);
}

/** The environment variables whose absence makes a start-up condition hold, which ends the start. */
function variablesDemandedBy(shared: Shared, condition: Expression): readonly string[] {
  const machine = new Machine(shared, undefined, 'shipped', []);
  if (holdsNow(machine, condition, undefined) !== true) return [];
  return [...machine.environment].filter(name => {
    const present = { ...shared, statics: new Map(), required: new Set([name]) };
    const holds = holdsNow(new Machine(present, undefined, 'shipped', []), condition, undefined);
    // Whether a secret is long enough, say, cannot be told; that it has to be there can.
    return holds === false || (holds === undefined && /TOKEN|SECRET|KEY|PASS|AUTH/i.test(name));
  });
}

/** Whether a start-up condition holds; undefined when it depends on what is not known. */
function holdsNow(machine: Machine, expression: Expression, env: Condition['env']): boolean | undefined {
  try {
    const holds = machine.condition(expression, {
      vars: new Map(),
      self: undefined,
      parent: undefined,
      fn: undefined,
      env,
    });
    return machine.choices.length ? undefined : holds;
  } catch (error) {
    if (error instanceof Thrown || error instanceof Spent || error instanceof Stopped) return undefined;
    throw error;
  }
}

interface Decided {
  readonly decision: OriginDecision;
  readonly tests: readonly DecidingTest[];
  readonly host: string;
  readonly servedAt: Node | undefined;
}

/** What a trial is told with besides its outcome. */
interface TrialContext {
  /** Where nothing had to be tried. */
  readonly answer?: Answer;
  readonly stranger?: Outcome;
  readonly host?: string;
  readonly plan?: DoorPlan;
}

function addressOf(plan: DoorPlan, { host }: World): Address {
  const path = plan.path === undefined ? plan.clientPath : concretePath(plan.path);
  return { over: plan.kind, method: methodOf(plan), ...(path !== undefined && { path }), host };
}

/** The method that a door is tried with. */
function methodOf({ method, kind }: DoorPlan): string {
  if (method !== '*') return method;
  return kind === 'websocket' ? 'GET' : 'POST';
}

function rank(order: readonly string[], kind: string): number {
  const at = order.indexOf(kind);
  return at < 0 ? order.length : at;
}

function withHost(world: World, host: string): World {
  return world.kind === 'rebind' || world.kind === 'rebind-absent' ? world : { ...world, host };
}

function carriersOf(outcome: Outcome): CredentialCarrier[] {
  return [...outcome.carriers].sort() as CredentialCarrier[];
}

function unique(locations: readonly Location[]): Location[] {
  const seen = new Map<string, Location>();
  for (const at of locations) seen.set(`${at.file}:${at.line}:${at.column}`, at);
  return [...seen.values()];
}

const harmless =
  /^(parse|stringify|toString|String|Number|Boolean|send|emit|ack|callback|close|terminate|disconnect|destroy|end|write|log|warn|error|info|debug|trace|safeParse|from|byteLength|timingSafeEqual|createHash|createHmac|update|digest|has|get|set|add|delete|includes|startsWith|endsWith|trim|slice|split|replace|now|isArray|setTimeout|clearTimeout|clearInterval|(verify|auth|validate|check|compare|parse|is|reject|deny|fail)\w*)$/i;

/** Calls that answer, log or verify; anything else counts as serving the client. */
function isHarmless(node: Node): boolean {
  return harmless.test(calleeName(node));
}
