import { type Code, type Condition, isLeftOut, type Node } from '../../code/code.js';
import { isConstantAnswer } from '../../code/constant-answers.js';
import {
  type HeaderWrite,
  headerWrites,
  originTold,
  sentHeaders,
  siblingHeader,
  statusOf,
} from '../../code/headers.js';
import type { SourceModule } from '../../code/module.js';
import { foreignOriginOf } from '../../code/regex-language.js';
import { isStarted, isUnused } from '../../code/unused.js';
import type { Thing, Value } from '../../code/value.js';
import type { CorsPolicy, CredentialDecision, Setting, Trial } from '../../facts/index.js';
import type { Station } from '../chains.js';
import type { DoorPlan } from '../drive.js';
import type { CorsOptions } from '../framework.js';
import { leastGuarded, openest, publicPath } from '../guarded.js';
import type { Findings, Idiom } from '../idiom.js';
import type { Registration } from '../surface.js';
import { comesLast } from './cors-reach.js';

/** What pages of other origins are allowed to read: the `cors` middleware and headers written by hand. */
export const corsPolicies: Idiom = {
  id: 'cors-policies',
  words: ['ccess-Control-Allow-Origin', 'access-control-allow-origin'],
  read(findings) {
    const { code, surface } = findings;
    const policies = [...middlewarePolicies(findings), ...headerPolicies(findings)];
    // In a program that starts, what nobody calls does not ship; of a library that is what others call.
    const isProgram = policies.length > 0 && surface.listenings.some(({ call }) => isStarted(code, call.node));
    const used = policies.filter(({ site }) => !(isProgram && isUnused(code, site)));
    return [...used.map(({ policy }) => policy), ...servedPolicies(findings)];
  },
};

// ---- middleware ---------------------------------------------------------------------------------------

/** A policy with the place that sets it. */
interface Placed {
  readonly policy: CorsPolicy;
  readonly site: Node;
}

function middlewarePolicies(findings: Findings): Placed[] {
  const policies = new Map<Node, { thing: Thing; cors: CorsOptions; uses: Registration[] }>();
  for (const use of findings.surface.registrations) {
    for (const { value } of use.handlers) {
      const known = value.is === 'thing' ? policies.get(value.site) : undefined;
      if (known) known.uses.push(use);
      const cors = !known && value.is === 'thing' ? findings.corsOf(value) : undefined;
      if (value.is === 'thing' && cors) policies.set(value.site, { thing: value, cors, uses: [use] });
    }
  }
  return [...policies.values()].map(({ thing, cors, uses }) => ({
    policy: middlewarePolicy(findings, thing, cors, uses),
    site: thing.site,
  }));
}

function middlewarePolicy(
  findings: Findings,
  { site }: Thing,
  cors: CorsOptions,
  uses: readonly Registration[],
): CorsPolicy {
  const { code } = findings;
  const at = code.at(site);
  const { via, options } = cors;
  const credentials = code.setting(
    code.option(options, 'credentials'),
    value => (typeof value === 'boolean' ? value : undefined),
    cors.reflects
      ? { value: true, because: `${via} sends Access-Control-Allow-Credentials unless told not to` }
      : { value: false, because: `${via} sends no Access-Control-Allow-Credentials unless told to` },
  );
  const told = originPolicy(findings, code.option(options, 'origin').values, options.values, site, via);
  const reflectsWithThem = cors.reflectsWithCredentials && credentials.is !== 'unclear' && credentials.value;
  const reflects = told.allows === 'any' && (cors.reflects || reflectsWithThem);
  // Whether each condition of each use is met in the server as shipped; undefined where that cannot be told.
  const held = uses.map(use =>
    ownConditions(code, use.call, [use.router]).map(condition => {
      const holds = findings.trials.holds(condition);
      return holds === undefined ? undefined : holds === condition.holds;
    }),
  );
  const isOff = held.every(each => each.includes(false));
  const isSure = isOff || held.some(each => each.every(met => met === true));
  return {
    kind: 'CorsPolicy',
    at,
    via,
    ...told,
    ...(reflects && {
      allows: 'reflects',
      because: `${cors.reflects ? 'unless origins are named' : 'with credentials'}, ${via} sends the Origin of the request instead of \`*\``,
    }),
    ...(!isSure && { allows: 'unclear', because: 'it is mounted under a condition that could not be decided' }),
    credentials,
    covers: uses.every(
      use => use.paths.every(path => path !== undefined && publicPath.test(path)) || comesLast(findings, use),
    )
      ? 'metadata'
      : 'doors',
    credential:
      behind(
        findings,
        station =>
          station.is === 'middleware' && station.handler.value.is === 'thing' && station.handler.value.site === site,
      ) ??
      openest(uses.map(use => leastGuarded(findings, use.router)).filter(each => each !== undefined)) ??
      unclear(at, 'no door was seen behind it'),
    optIn: isOff,
    trail: [],
  };
}

/** The conditions of a place that are not those of its apps as well: a policy is there whenever its server is. */
function ownConditions(code: Code, place: Parameters<Code['conditionsOf']>[0], apps: readonly Thing[]): Condition[] {
  const shared = apps.map(({ site, env }) => code.conditionsOf({ node: site, env }));
  return code
    .conditionsOf(place)
    .filter(
      ({ expression, holds }) =>
        !shared.length ||
        !shared.every(conditions => conditions.some(each => each.expression === expression && each.holds === holds)),
    );
}

/** What libraries tell that serve MCP by themselves. */
function servedPolicies(findings: Findings): CorsPolicy[] {
  return findings.surface.served.flatMap(({ thing, via, at, cors }): CorsPolicy[] => {
    if (!cors) return [];
    const { code } = findings;
    const doors = findings.endpoints.filter(({ root, plan }) => plan.at === at && root);
    const silent: Told = {
      allows: cors.silent === '*' ? 'any' : 'reflects',
      witness: undefined,
      because: cors.because,
    };
    const { values } = cors.origin;
    const told = values.every(isLeftOut) ? silent : originPolicy(findings, values, [], thing.site, via);
    return [
      {
        kind: 'CorsPolicy',
        at: code.at(at),
        via,
        ...told,
        credentials: cors.credentials,
        covers: 'doors',
        credential: openest(doors.map(({ door }) => door.credential)) ?? unclear(code.at(at), 'no door was seen'),
        optIn: false,
        trail: [],
      },
    ];
  });
}

type Told = Pick<CorsPolicy, 'allows' | 'witness' | 'because'>;

function originPolicy(
  findings: Findings,
  origin: readonly Value[],
  options: readonly Value[],
  node: Node,
  via: string,
): Told {
  const plain = (allows: CorsPolicy['allows'], because: string): Told => ({ allows, witness: undefined, because });
  if (options.some(value => value.is === 'unclear')) return plain('unclear', 'its options could not be read');
  const isMissing = (value: Value) => value.is === 'env' || (value.is === 'literal' && value.value === undefined);
  if (origin.some(isMissing)) return plain('any', `no \`origin\` option: ${via} answers \`*\``);
  if (origin.some(value => value.is === 'literal' && value.value === '*')) return plain('any', '`origin` is `*`');
  if (origin.some(value => value.is === 'literal' && value.value === true))
    return plain('reflects', '`origin: true` sends back whatever Origin asks');
  if (origin.every(value => value.is === 'literal' && value.value === false)) return plain('none', '`origin: false`');
  const callback = origin.find(value => value.is === 'function');
  if (callback) return byPredicate(findings, callback, node);
  const elements = origin.flatMap(value =>
    value.is === 'array' || value.is === 'list' ? findings.code.values.elements(value, node) : [value],
  );
  return byList(elements);
}

function byPredicate({ trials }: Findings, callback: Value, node: Node): Told {
  const { trials: tried } = trials.predicateTests([callback], 0, node);
  const stranger = tried.find(trial => trial.kind === 'unrelated');
  if (stranger?.answer === 'admits')
    return { allows: 'reflects', witness: stranger, because: 'its callback allows every origin' };
  if (stranger?.answer !== 'refuses')
    return {
      allows: 'unclear',
      witness: undefined,
      because: stranger?.because ?? 'its callback could not be followed',
    };
  const foreign = tried.find(
    trial =>
      ['prefixed', 'suffixed', 'dot', 'tenant', 'word', 'null'].includes(trial.kind) && trial.answer === 'admits',
  );
  return { allows: 'list', witness: foreign, because: 'its callback allows some origins' };
}

function byList(elements: readonly Value[]): Told {
  if (elements.some(value => value.is === 'literal' && value.value === '*'))
    return { allows: 'any', witness: undefined, because: 'its list holds `*`' };
  for (const value of elements) {
    if (value.is !== 'regex') continue;
    const found = foreignOriginOf(value.source, value.flags, 'origin');
    if (found && 'word' in found)
      return {
        allows: 'list',
        witness: { kind: found.kind, origin: found.word, answer: 'admits', trail: [] },
        because: `the pattern /${value.source}/ allows a foreign origin`,
      };
  }
  if (elements.some(value => value.is === 'unclear' || value.is === 'thing' || value.is === 'member'))
    return { allows: 'unclear', witness: undefined, because: 'its list could not be read' };
  return { allows: 'list', witness: undefined, because: 'a list of origins' };
}

// ---- headers written by hand --------------------------------------------------------------------------------

function headerPolicies(findings: Findings): Placed[] {
  return findings.code.modules().flatMap(module =>
    headerWrites(module, 'access-control-allow-origin').flatMap(write => {
      // A page that may read a refusal learns nothing.
      const sent = sentHeaders(findings.code, write).filter(each => !((statusOf(findings.code, each) ?? 0) >= 400));
      const policies = sent.flatMap(each => headerPolicy(findings, module, each) ?? []);
      // One table is one policy, told where it stands open, if anywhere.
      const open = policies.filter(policy => policy.credential.answer === 'admits');
      const told = open.find(policy => policy.covers !== 'metadata') ?? open[0] ?? policies[0];
      return told ? [{ policy: told, site: write.node }] : [];
    }),
  );
}

function headerPolicy(findings: Findings, module: SourceModule, write: HeaderWrite): CorsPolicy | undefined {
  const { code, doors, trials } = findings;
  const told = originTold(code, write.value);
  const at = code.at(write.node);
  const all = doors.waysTo(write.node, undefined);
  // A preflight carries no credential; what it permits is told by the door that it goes before.
  const ways = all.filter(({ method }) => method !== 'OPTIONS');
  const sink = code.expressionAround(write.node);
  let witness: Trial | undefined;
  let allows: CorsPolicy['allows'] = told === 'any' ? 'any' : told === 'fixed' ? 'list' : told;
  let credential: CredentialDecision | undefined;
  let because = told === 'any' ? 'the header says `*`' : 'the header repeats the Origin of the request';
  for (const way of told === 'fixed' ? [] : ways.slice(0, 4)) {
    const plan: DoorPlan = {
      stations: way.chain.stations,
      sinks: new Set([sink]),
      servedAtEnd: false,
      gate: undefined,
      method: way.method === '*' ? 'GET' : way.method,
      path: way.path,
      kind: 'http',
      at: write.node,
    };
    credential = openest([...(credential ? [credential] : []), trials.credentialOf(plan)]);
    if (told === 'any') continue;
    const { origin } = trials.findingsOf({ ...plan, tells: write.value });
    const stranger = origin.trials.find(trial => trial.kind === 'unrelated');
    const foreign = origin.trials.find(
      trial =>
        ['prefixed', 'suffixed', 'dot', 'tenant', 'word', 'null'].includes(trial.kind) && trial.answer === 'admits',
    );
    if (stranger?.answer === 'admits') {
      witness ??= stranger;
      allows = 'reflects';
    } else if (stranger?.answer === 'refuses') {
      allows = 'list';
      witness ??= foreign;
      because = 'the header repeats origins that pass a test';
    } else {
      allows = 'unclear';
      because = stranger?.because ?? 'the test before it could not be followed';
    }
  }
  if (told !== 'any' && told !== 'fixed' && !ways.length) {
    allows = 'unclear';
    because = 'what decides before it could not be followed';
  }
  const sibling = siblingHeader(module, write, 'access-control-allow-credentials');
  const credentials: Setting<boolean> = sibling
    ? code.setting(
        { values: code.values.of(sibling.value), node: sibling.node },
        value => value === true || value === 'true',
        { value: false, because: 'the header is not sent' },
      )
    : { is: 'default', value: false, because: 'Access-Control-Allow-Credentials is not sent' };
  const fn = code.functionAround(write.node);
  const doorsBehind = behind(
    findings,
    station => 'handler' in station && station.handler.value.is === 'function' && station.handler.value.node === fn,
  );
  return {
    kind: 'CorsPolicy',
    at,
    via: 'hand-written',
    allows,
    credentials,
    witness,
    covers:
      statusOf(code, write) === 101
        ? 'handshake'
        : (all.length && all.every(way => publicPath.test(way.path ?? ''))) ||
            (write.within && isConstantAnswer(code, write.within)) ||
            (fn && !doorsBehind && servesFiles(fn))
          ? 'metadata'
          : 'doors',
    credential:
      doorsBehind ?? credential ?? sameFile(findings, module) ?? unclear(at, 'no route was seen that sends it'),
    optIn: ownConditions(
      code,
      { node: write.node, env: undefined },
      ways.flatMap(({ chain }) => chain.root ?? []),
    ).some(
      condition =>
        // What is asked of each request was tried with the request.
        !(credential?.answer === 'admits' && doors.waysTo(condition.expression, undefined).length) &&
        trials.holds(condition) === !condition.holds,
    ),
    because,
    trail: [],
  };
}

/** Whether a listener answers with the files of a folder, by the kinds that their names tell, and with no data of its own. */
function servesFiles(fn: Node): boolean {
  const text = fn.getText();
  return /\bextname\(/.test(text) && /\b(createReadStream|readFile(Sync)?)\(/.test(text) && !/\bJSON\./.test(text);
}

/** What the openest door does that has a station like this one. */
function behind(findings: Findings, isIt: (station: Station) => boolean): CredentialDecision | undefined {
  const doors = [...findings.endpoints, ...findings.webSockets].filter(({ plan }) => plan.stations.some(isIt));
  return openest(doors.map(({ door }) => door.credential));
}

/** A header table that is used all over a file speaks for the doors of that file. */
function sameFile(findings: Findings, module: SourceModule): CredentialDecision | undefined {
  return openest(
    findings.endpoints
      .filter(({ door }) => [door.at, ...door.anchors].some(at => at.file === module.file))
      .map(({ door }) => door.credential),
  );
}

function unclear(at: CorsPolicy['at'], because: string): CredentialDecision {
  return { answer: 'unclear', carriers: [], at, because, trail: [] };
}
