import type { Code } from '../../code/code.js';
import { type ControlEffect, controlEffects } from '../../code/control-effects.js';
import { encloses, isCall } from '../../code/functions.js';
import { type Entered, isSteered } from '../../code/request-steering.js';
import { toolHandlers } from '../../code/tools.js';
import type { ControlEndpoint } from '../../facts/index.js';
import { placeOf } from '../../facts/index.js';
import { chainsTo } from '../chains.js';
import type { Way } from '../doors.js';
import type { DoorPlan } from '../drive.js';
import { isForAll, routePlan } from '../guarded.js';
import type { Findings, Idiom } from '../idiom.js';

/** A way in, and all that its client steers there. */
interface Control {
  readonly way: Way;
  readonly effects: [ControlEffect, ...ControlEffect[]];
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
  for (const effect of controlEffects(code)) {
    for (const way of doors.everyWayTo(effect.node)) {
      // Who calls a stored function is a guess, and what MCP calls stands behind MCP's own doors.
      if (!way.inner.every(node => isCall(node) && !tools.has(code.functionAround(node)!))) continue;
      if (taken.has(placeOf(code.at(way.at))) || !isControl(effect, way)) continue;
      const entered = enteredOn(code, way);
      if (effect.deed !== 'secret' && !effect.steers.some(each => isSteered(code, each, entered))) continue;
      const key = `${code.program.idOf(way.at)} ${way.method} ${way.path}`;
      const known = found.get(key);
      if (known) known.effects.push(effect);
      else found.set(key, { way, effects: [effect] });
    }
  }
  return [...found.values()];
}

/** Whether a way is one for clients that should be known. */
function isControl({ deed }: ControlEffect, { chain, method, path }: Way): boolean {
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

function controlEndpoint({ code, doors }: Findings, { way, effects }: Control): ControlEndpoint {
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
  const { door } = doors.openEndpoint(plan, way, 'hand-written', at, chain.via, []);
  const { transport: _, transportAt: __, ...common } = door;
  const [{ deed, node }] = effects;
  return {
    ...common,
    kind: 'ControlEndpoint',
    deed,
    doneAt: code.at(node),
    server: chain.root && code.at(chain.root.site),
  };
}

/** One such service for each place where one is opened, unless what it does was seen. */
function openCalls(findings: Findings, known: readonly ControlEndpoint[]): ControlEndpoint[] {
  const { code, surface, doors } = findings;
  const taken = new Set(known.flatMap(({ wayIn }) => (wayIn ? [placeOf(wayIn.at)] : [])));
  const found: ControlEndpoint[] = [];
  for (const registration of surface.registrations) {
    const { call, handlers } = registration;
    const last = handlers.length - 1;
    const at = placeOf(code.at(call.node));
    if (last < 1 || !handlers[last]!.gets || taken.has(at)) continue;
    for (const chain of chainsTo(code, surface, registration, last)) {
      const { stations, method, path, bind, root, via } = chain;
      if (isForAll(path)) continue;
      const plan = routePlan(call.node, stations, method, path);
      const way: Way = { chain, inner: [], at: call.node, method, path, bind };
      const { door } = doors.openEndpoint(plan, way, 'hand-written', call.node, via, []);
      if (door.credential.answer !== 'admits' || !door.credential.because) continue;
      const { transport: _, transportAt: __, ...common } = door;
      const doneAt = code.at(handlers[last]!.node);
      taken.add(at);
      found.push({ ...common, kind: 'ControlEndpoint', deed: 'call', doneAt, server: root && code.at(root.site) });
      break;
    }
  }
  return found;
}
