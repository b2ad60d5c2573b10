import type { Code, Node } from '../../code/code.js';
import { controlEffects } from '../../code/control-effects.js';
import { encloses, isCall } from '../../code/functions.js';
import { handedSecrets } from '../../code/handed-secrets.js';
import { type Entered, isSteered } from '../../code/request-steering.js';
import { toolHandlers } from '../../code/tools.js';
import type { ControlEndpoint } from '../../facts/index.js';
import { placeOf } from '../../facts/index.js';
import { chainsTo } from '../chains.js';
import type { Way } from '../doors.js';
import type { DoorPlan } from '../drive.js';
import { isForAll, routePlan } from '../guarded.js';
import type { Findings, Idiom } from '../idiom.js';
import { meaningOf } from './credential-words.js';

type Deed = ControlEndpoint['deed'];

/** What is done for a client; `steers` is what it has to choose for that, undefined where it need not choose anything. */
interface Effect {
  readonly node: Node;
  readonly deed: Deed;
  readonly steers: readonly Node[] | undefined;
}

/** A way in, and all that is done there for its client. */
interface Control {
  readonly way: Way;
  readonly effects: [Effect, ...Effect[]];
}

/**
 * HTTP routes beside MCP whose client steers the server: it runs commands, calls tools, answers what waits for an answer.
 * Of services that are called remotely those count, too, that ask for a credential as soon as one is set: what they do
 * may stand in another package, and the check says that it is not for everybody.
 */
export const controlDoors: Idiom = {
  id: 'control-doors',
  words: [],
  read(findings) {
    const controls = controlsOf(findings).map(control => controlEndpoint(findings, control));
    return [...controls, ...openCalls(findings, controls)];
  },
};

function controlsOf({ code, doors, endpoints }: Findings): Control[] {
  const told = endpoints.flatMap(({ door: { wayIn, besides = [] } }) => [...(wayIn ? [wayIn.at] : []), ...besides]);
  const taken = new Set(told.map(placeOf));
  const tools = toolHandlers(code);
  const found = new Map<string, Control>();
  for (const effect of effectsIn(code)) {
    for (const way of doors.everyWayTo(effect.node)) {
      // Who calls a stored function is a guess, and what MCP calls stands behind MCP's own doors.
      if (!way.inner.every(node => isCall(node) && !tools.has(code.functionAround(node)!))) continue;
      if (taken.has(placeOf(code.at(way.at))) || !isControl(effect, way)) continue;
      const entered = enteredOn(code, way);
      if (effect.steers && !effect.steers.some(each => isSteered(code, each, entered))) continue;
      const key = `${code.program.idOf(way.at)} ${way.method} ${way.path}`;
      const known = found.get(key);
      if (known) known.effects.push(effect);
      else found.set(key, { way, effects: [effect] });
    }
  }
  return [...found.values()];
}

function effectsIn(code: Code): Effect[] {
  const told = handedSecrets(code, name => meaningOf(name) === 'credential');
  return [...controlEffects(code), ...told.map((node): Effect => ({ node, deed: 'secret', steers: undefined }))];
}

/** Whether a way is one for clients that should be known. */
function isControl({ deed }: Effect, { chain, method, path }: Way): boolean {
  if (chain.stations.some(({ is }) => is === 'upgrade') || isForAll(path)) return false;
  // A link that is followed brings an answer by a ticket of its own, such as the state of OAuth.
  return method !== 'GET' || (deed !== 'answer' && deed !== 'socket');
}

/** The calls of a way, by the functions that they enter; an inline callback runs where it is written. */
function enteredOn(code: Code, { inner }: Way): Entered {
  const entered = new Map<Parameters<Entered['get']>[0], NonNullable<ReturnType<Entered['get']>>>();
  inner.slice(1).forEach((node, i) => {
    const call = inner[i]!;
    const fn = code.functionAround(node);
    if (fn && isCall(call) && !encloses(call, fn)) entered.set(fn, call);
  });
  return entered;
}

function controlEndpoint(findings: Findings, { way, effects }: Control): ControlEndpoint {
  const { chain, at, path } = way;
  const plan: DoorPlan = {
    stations: chain.stations,
    sinks: new Set(effects.map(({ node }) => node)),
    servedAtEnd: false,
    gate: undefined,
    method: way.method === '*' ? 'POST' : way.method,
    path,
    kind: 'http',
    at,
  };
  const [effect] = effects;
  return opened(findings, plan, way, effect);
}

function opened(
  { code, doors }: Findings,
  plan: DoorPlan,
  way: Way,
  { deed, node }: Pick<Effect, 'deed' | 'node'>,
): ControlEndpoint {
  const { root, via } = way.chain;
  const { door } = doors.openEndpoint(plan, way, 'hand-written', way.at, via, []);
  const { transport: _, transportAt: __, ...common } = door;
  return { ...common, kind: 'ControlEndpoint', deed, doneAt: code.at(node), server: root && code.at(root.site) };
}

/** One such service for each place where one is opened, unless what it does was seen. */
function openCalls(findings: Findings, known: readonly ControlEndpoint[]): ControlEndpoint[] {
  const { code, surface } = findings;
  const taken = new Set(known.flatMap(({ wayIn }) => (wayIn ? [placeOf(wayIn.at)] : [])));
  const found: ControlEndpoint[] = [];
  for (const registration of surface.registrations) {
    const { call, handlers } = registration;
    const last = handlers.length - 1;
    const at = placeOf(code.at(call.node));
    if (last < 1 || !handlers[last]!.gets || taken.has(at)) continue;
    for (const chain of chainsTo(code, surface, registration, last)) {
      const { stations, method, path, bind } = chain;
      if (isForAll(path)) continue;
      const plan = routePlan(call.node, stations, method, path);
      const way: Way = { chain, inner: [], at: call.node, method, path, bind };
      const endpoint = opened(findings, plan, way, { deed: 'call', node: handlers[last]!.node });
      if (endpoint.credential.answer !== 'admits' || !endpoint.credential.because) continue;
      taken.add(at);
      found.push(endpoint);
      break;
    }
  }
  return found;
}
