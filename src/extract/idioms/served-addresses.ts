import type { Node } from '../../code/code.js';
import { PaceLimits } from '../../code/pace-limits.js';
import { onlyPlaceOf } from '../../code/single-client.js';
import { streamHeads } from '../../code/streams.js';
import { isSameThing, type Thing } from '../../code/value.js';
import { type Location, placeOf, type ServedAddress } from '../../facts/index.js';
import { chainsTo, type Station } from '../chains.js';
import { exposureOf } from '../doors.js';
import { sameServer } from '../guarded.js';
import type { Findings, Idiom } from '../idiom.js';
import type { Handler, Listening, Registration } from '../surface.js';

/** Servers that listen, and what limits the pace of their clients. */
export const servedAddresses: Idiom = {
  id: 'served-addresses',
  words: [],
  read(findings) {
    const reader = new PaceReader(findings);
    const found = new Map<string, ServedAddress>();
    const listens = new Set<string>();
    for (const listening of listeningsOf(findings)) {
      const served = reader.servedAddress(listening);
      if (!served || listens.has(listening.key)) continue;
      listens.add(listening.key);
      found.set(placeOf(served.at), served);
    }
    return withCauses([...found.values()]);
  },
};

type Listened = Pick<Listening, 'via' | 'host' | 'probe'> & {
  readonly on: Thing;
  readonly at: Node;
  readonly key: string;
};

/** The `key` is that of the call: what it is called on may be one of several, `ssl ? https.createServer(…) : http.createServer(…)`. */
function listeningsOf({ code, surface }: Findings): Listened[] {
  const sockets = surface.sockets.flatMap(({ host, thing, ...rest }) =>
    host ? [{ ...rest, host, on: thing, probe: false }] : [],
  );
  return [...surface.listenings, ...sockets].flatMap(({ on, via, host, probe, call }) => {
    if (!on || /^node:(net|tls)$/.test(via)) return [];
    return [{ on, via, host, probe, at: call.node, key: `${code.program.idOf(call.node)}:${call.env?.id ?? 0}` }];
  });
}

/** Servers of one file without a limit have one thing missing. */
function withCauses(all: readonly ServedAddress[]): ServedAddress[] {
  const first = new Map<string, ServedAddress>();
  for (const each of all) {
    if (each.paceLimit.is === 'none' && each.exposure === 'network' && !first.has(each.at.file))
      first.set(each.at.file, each);
  }
  return all.map(each => ({ ...each, cause: (first.get(each.at.file) ?? each).at }));
}

type PaceLimit = ServedAddress['paceLimit'];

class PaceReader {
  readonly #limits: PaceLimits;
  /** The servers behind which own code writes event streams. */
  readonly #streaming: readonly Thing[];

  constructor(private readonly findings: Findings) {
    const { code, doors } = findings;
    this.#limits = new PaceLimits(code);
    this.#streaming = streamHeads(code).flatMap(({ node }) =>
      doors.waysTo(node, undefined).flatMap(({ chain }) => (chain.root ? [chain.root] : [])),
    );
  }

  servedAddress({ on, via, host, probe, at }: Listened): ServedAddress | undefined {
    const { code, surface } = this.findings;
    const things = sameServer(surface, on);
    if (probe || !this.#matters(things)) return undefined;
    const router = surface.routers.find(({ thing }) => isAmong(things, thing));
    const served = router?.thing ?? on;
    const place = code.at(served.call ?? served.site ?? at);
    return {
      kind: 'ServedAddress',
      at: place,
      via: router?.via ?? via,
      exposure: exposureOf(host),
      host,
      paceLimit: this.#paceLimit(things),
      oneClient: this.#oneClient(things),
      cause: place,
    };
  }

  /** Where the only client of a WebSocket server is kept, if that is all that listens there. */
  #oneClient(things: readonly Thing[]): Location | undefined {
    const { code, surface } = this.findings;
    const sockets = surface.sockets.filter(({ thing }) => isAmong(things, thing));
    if (!sockets.length || this.#routes(things).length || surface.servers.some(({ thing }) => isAmong(things, thing)))
      return undefined;
    const places = sockets.flatMap(({ connections }) =>
      connections.map(({ value }) => (value.is === 'function' ? onlyPlaceOf(code, value.node) : undefined)),
    );
    const [place] = places;
    return place && places.every(each => each !== undefined) ? code.at(place) : undefined;
  }

  /** Whether anything is done for clients there: a door, a stream, or a route that changes something. */
  #matters(things: readonly Thing[]): boolean {
    const { webSockets, endpoints } = this.findings;
    const roots = [...webSockets, ...endpoints].map(({ root }) => root);
    return (
      [...roots, ...this.#streaming].some(root => root && isAmong(things, root)) ||
      this.#routes(things).some(({ verb }) => !/^(use|GET|HEAD|OPTIONS)$/.test(verb))
    );
  }

  #routes(things: readonly Thing[]): Registration[] {
    const { code, surface } = this.findings;
    return surface.registrations.filter(registration =>
      chainsTo(code, surface, registration, 0).some(({ root }) => root && isAmong(things, root)),
    );
  }

  /** What is found on the way to MCP endpoints, where there are any; else anywhere on the server. */
  #paceLimit(things: readonly Thing[]): PaceLimit {
    const { endpoints } = this.findings;
    const behind = endpoints.filter(({ root }) => root && isAmong(things, root));
    const stations = behind.flatMap(({ plan }) => plan.stations);
    const found = [
      ...stations.map(station => this.#atStation(station)),
      ...this.#handlers(things, behind.length > 0).map(handler => this.#atHandler(handler)),
    ];
    return found.find(each => each?.is === 'found') ?? found.find(each => each?.is === 'unclear') ?? { is: 'none' };
  }

  /** Functions that see requests or messages of a server; its routes are left out where their stations are known. */
  #handlers(things: readonly Thing[], isRouted: boolean): Handler[] {
    const { surface } = this.findings;
    const isOf = (thing: Thing | undefined) => thing !== undefined && isAmong(things, thing);
    const sockets = surface.sockets.filter(({ thing, rides }) => isOf(thing) || rides.some(isOf));
    return [
      ...surface.servers.flatMap(({ thing, listeners }) => (isOf(thing) ? listeners : [])),
      ...surface.upgrades.flatMap(({ on, handler }) => (isOf(on) ? [handler] : [])),
      ...surface.entries.flatMap(({ server, handler }) => (isOf(server) ? [handler] : [])),
      ...sockets.flatMap(({ verifiers, connections, messages = [] }) => [...verifiers, ...connections, ...messages]),
      ...(isRouted ? [] : this.#routes(things).flatMap(({ handlers }) => handlers)),
    ];
  }

  #atStation(station: Station): PaceLimit | undefined {
    if (station.is === 'library') return undefined;
    const found = this.#atHandler(station.handler);
    if (!found || station.is !== 'middleware') return found;
    const answers = station.conditions.map(condition => this.findings.trials.holds(condition) === condition.holds);
    const isOff = station.conditions.some(condition => this.findings.trials.holds(condition) === !condition.holds);
    if (isOff) return undefined;
    return answers.every(Boolean)
      ? found
      : { is: 'unclear', at: this.findings.code.at(station.handler.node), why: 'it is only used under a condition' };
  }

  #atHandler({ value, node }: Handler): PaceLimit | undefined {
    const { code } = this.findings;
    if (value.is === 'function') {
      const mark = this.#limits.in(value.node);
      return mark && { is: 'found', at: code.at(mark), name: 'own limit' };
    }
    const thing = value.is === 'member' ? value.of : value;
    if (thing.is !== 'thing') return undefined;
    const isLimit = this.findings.limitsPace(thing) || /rate-?limit|throttl|slow-?down/i.test(thing.made);
    return isLimit ? { is: 'found', at: code.at(node), name: thing.made.split(' ')[0]! } : undefined;
  }
}

function isAmong(things: readonly Thing[], thing: Thing): boolean {
  return things.some(each => isSameThing(each, thing));
}
