import type { Node } from '../../code/code.js';
import { connectionCapIn } from '../../code/stream-caps.js';
import { handsOn, lifeSigns, retryNear, runsWith } from '../../code/stream-life.js';
import { isTable, type StreamHead, streamHeads } from '../../code/streams.js';
import type { EventStream, Location, Setting } from '../../facts/index.js';
import { placeOf } from '../../facts/index.js';
import { exposureOf, type Way } from '../doors.js';
import type { DoorPlan } from '../drive.js';
import { openest } from '../guarded.js';
import type { Findings, Idiom } from '../idiom.js';
import type { DoorFindings } from '../trials.js';
import { departureOf } from './stream-bodies.js';

const mostWays = 6;

/** Event streams whose head the user's code writes: `Content-Type: text/event-stream` without an SDK behind it. */
export const eventStreams: Idiom = {
  id: 'event-streams',
  words: ['text/event-stream'],
  read(findings) {
    return streamHeads(findings.code).flatMap(head => {
      const ways = findings.doors.waysTo(head.node, undefined).slice(0, mostWays);
      return isManaged(findings, head, ways) ? [] : [eventStream(findings, head, ways)];
    });
  },
};

/** Whether an SDK transport writes the stream, and the head only goes before it. */
function isManaged({ code, surface, endpoints }: Findings, head: StreamHead, ways: readonly Way[]): boolean {
  const served = surface.transports.flatMap(({ call, sinks }) => [call.node, ...sinks.map(({ node }) => node)]);
  if (served.some(node => runsWith(head.node, node))) return true;
  if (!handsOn(code, head)) return false;
  const places = new Set(ways.map(way => placeOf(code.at(way.at))));
  return endpoints.some(({ door }) => door.wayIn && places.has(placeOf(door.wayIn.at)));
}

function eventStream(findings: Findings, head: StreamHead, ways: readonly Way[]): EventStream {
  const { code, doors } = findings;
  const at = code.at(head.node);
  const tried = ways.map(way => tryWay(findings, head.node, way));
  const credential = openest(tried.map(each => each.found.credential));
  const openestWay = tried.find(each => each.found.credential === credential);
  const bind: Setting<string> = openestWay
    ? (openestWay.way.bind ?? doors.bindOf(openestWay.way.chain.root))
    : { is: 'unclear', at, why: unseen };
  const { origin, credential: decided } = openestWay?.found ?? unreached(at);
  const retry = retryNear(code, head.module);
  const half = openestWay && credential?.answer === 'admits' ? halfOf(findings, openestWay.way) : undefined;
  return {
    kind: 'EventStream',
    at,
    anchors: distinct(
      [...ways.map(way => code.at(way.at)), ...ways.flatMap(way => way.inner.map(node => code.at(node)))],
      at,
    ),
    via: 'hand-written',
    bind,
    exposure: exposureOf(bind),
    wayIn: openestWay && wayIn(code.at(openestWay.way.at), openestWay.way),
    gates: openestWay ? doors.gatesOf(openestWay.plan, openestWay.way.inner) : [],
    origin,
    credential: decided,
    retry: retry && code.at(retry),
    life: lifeOf(findings, head, ways),
    connectionCap: connectionCapOf(findings, head, ways),
    departure: departureOf(code, head, placesOf(head, ways)),
    ...(half && { halfOf: half }),
  };
}

/** The head, and the calls that lead to it. */
function placesOf(head: StreamHead, ways: readonly Way[]): Node[] {
  return [...new Set([head.node, ...ways.flatMap(way => way.inner)])];
}

function connectionCapOf({ code }: Findings, head: StreamHead, ways: readonly Way[]): EventStream['connectionCap'] {
  const before = ways.flatMap(({ chain }) =>
    chain.stations.flatMap(station =>
      station.is !== 'library' && station.handler.value.is === 'function' ? [station.handler.value.node] : [],
    ),
  );
  const cap = connectionCapIn(code, placesOf(head, ways), before);
  if (cap) return { is: 'found', at: code.at(cap) };
  if (isTable(head)) return { is: 'unclear', why: 'the head is a table of headers that other code sends' };
  // A Worker is one of many, and its platform counts.
  const isWorker = ways.length > 0 && ways.every(({ chain }) => chain.via === 'fetch handler');
  return isWorker ? { is: 'unclear', why: 'the platform bounds what one worker serves' } : { is: 'none' };
}

/** The open endpoint that is entered where the stream is: one handler for POST and GET. */
function halfOf({ code, endpoints }: Findings, way: Way): Location | undefined {
  const place = placeOf(code.at(way.at));
  return endpoints.find(
    ({ door: { wayIn, transport, credential } }) =>
      (transport === 'hand-written' || transport === 'streamable-http') &&
      credential.answer === 'admits' &&
      wayIn !== undefined &&
      placeOf(wayIn.at) === place,
  )?.door.at;
}

function tryWay({ trials }: Findings, head: Node, way: Way): { way: Way; plan: DoorPlan; found: DoorFindings } {
  const plan: DoorPlan = {
    stations: way.chain.stations,
    sinks: new Set([head]),
    servedAtEnd: false,
    gate: undefined,
    method: way.method === '*' ? 'GET' : way.method,
    path: way.path,
    kind: 'http',
    at: head,
  };
  return { way, plan, found: trials.findingsOf(plan) };
}

function wayIn(at: Location, { method, path }: Way): EventStream['wayIn'] {
  return { at, method, ...(path !== undefined && { path }) };
}

const unseen = 'no route was seen that leads to this stream';

function unreached(at: Location): Pick<DoorFindings, 'origin' | 'credential'> {
  return {
    origin: {
      stage: 'before-accept',
      trials: [
        { kind: 'unrelated', origin: 'https://attacker.example', answer: 'unclear', at, because: unseen, trail: [] },
      ],
      decidedBy: [],
    },
    credential: { answer: 'unclear', carriers: [], at, because: unseen, trail: [] },
  };
}

/** EventSource only sends GET; a POST that ends its own answer is read by a fetch, which does not reconnect. */
function lifeOf({ code }: Findings, head: StreamHead, ways: readonly Way[]): EventStream['life'] {
  const through = ways.length ? [...new Set(ways.flatMap(way => way.inner))] : [head.node];
  const { isKept, lasts, ends } = lifeSigns(code, head, through);
  const methods = new Set(ways.map(way => way.method));
  if (isKept) return 'long-lived';
  if (methods.has('GET')) return ends && !lasts ? 'one-answer' : 'long-lived';
  if (methods.size && !methods.has('*')) return ends ? 'one-answer' : lasts ? 'long-lived' : 'unclear';
  if (ends !== lasts) return lasts ? 'long-lived' : 'one-answer';
  return 'unclear';
}

function distinct(places: readonly Location[], but: Location): Location[] {
  const found = new Map(places.map(at => [placeOf(at), at]));
  found.delete(placeOf(but));
  return [...found.values()];
}
