import type { Code, Node } from '../../code/code.js';
import { type IdOrigin, IdOrigins } from '../../code/id-origins.js';
import { RequestParts } from '../../code/request-parts.js';
import { isFresh, isPageScript, proofOf, type SessionPlace, sessionPlaces } from '../../code/session-places.js';
import { opensNothing } from '../../code/session-uses.js';
import { placeOf, type SessionId, type Step } from '../../facts/index.js';
import type { Findings, Idiom } from '../idiom.js';

/** Where sessions get their ids: options of transports, keys of session stores, and names that say so. */
export const sessionIds: Idiom = {
  id: 'session-ids',
  words: ['essionId', 'ession-id', 'ession_id'],
  read({ code, spots, surface, webSockets, endpoints }: Findings) {
    const { registrations, entries, servers } = surface;
    const isServer = [webSockets, endpoints, registrations, entries, servers].some(each => each.length > 0);
    const origins = new IdOrigins(code, new RequestParts(code.values, fn => spots.has(fn)));
    const found = code.modules().flatMap(module =>
      sessionPlaces(code, module).flatMap(place => {
        const sources = origins.of(place.id);
        if (!isTelling(place, sources, isServer) || opensNothing(code, place.node)) return [];
        return place.place === 'made' && isPageScript(code, module) ? [] : [{ place, sources }];
      }),
    );
    return withoutConsequences(found).map(({ place, sources }) => sessionId(code, origins, place, sources));
  },
};

interface Found {
  readonly place: SessionPlace;
  readonly sources: readonly IdOrigin[];
}

const telling = ['choice', 'transport', 'store', 'made'] as const;

/** Each origin once, at the place that tells most about it: the entry made for a chosen id is no second choice. */
function withoutConsequences(found: readonly Found[]): Found[] {
  const told = new Set<Node>();
  return telling.flatMap(kind =>
    found
      .filter(({ place }) => place.place === kind)
      .flatMap(({ place, sources }) => {
        const own = sources.filter(({ node }) => !told.has(node));
        for (const { node } of own) told.add(node);
        return own.length || !sources.length ? [{ place, sources: own }] : [];
      }),
  );
}

/** A choice is one only between the client's id and a fresh one; a name alone tells what randomness it is given. */
function isTelling({ place, name }: SessionPlace, found: readonly IdOrigin[], isServer: boolean): boolean {
  const has = (...sources: IdOrigin['is'][]) => found.some(origin => sources.includes(origin.is));
  switch (place) {
    case 'transport':
      return found.length > 0;
    case 'choice':
      return has('client') && found.some(isFresh) && name !== '' && !isNamedOtherwise(name);
    case 'store':
      return has('client') || (isServer && has('math-random', 'clock', 'random'));
    case 'made':
      return isServer && has('math-random', 'clock', 'random') && !has('client');
  }
}

/** Ids of single calls, and credentials, which whoever holds them may bring: `requestId`, `accessToken`. */
function isNamedOtherwise(name: string): boolean {
  return (
    /(request|req|rpc|message|msg|call|correlation|trace|job|task)_?id$|token$|jwt$/i.test(name) &&
    !/session/i.test(name)
  );
}

function sessionId(code: Code, origins: IdOrigins, place: SessionPlace, found: readonly IdOrigin[]): SessionId {
  const proofs = found.flatMap(origin => (origin.is === 'client' ? [proofOf(code, origins, place.node, origin)] : []));
  const isProven = proofs.length > 0 && proofs.every(proof => proof !== undefined);
  const sources = found.map(origin => ({ is: origin.is, at: code.at(origin.node) }));
  return {
    kind: 'SessionId',
    at: code.at(place.node),
    place: place.place,
    name: place.name,
    sources: [...new Map(sources.map(source => [`${source.is} ${placeOf(source.at)}`, source])).values()],
    checkedBy: isProven ? code.at(proofs[0]!) : undefined,
    trail: found.flatMap(origin => stepOf(code, origin)),
  };
}

const words: Readonly<Partial<Record<IdOrigin['is'], string>>> = {
  'math-random': 'made with Math.random()',
  clock: 'made from the time',
  counter: 'counted',
  constant: 'a constant',
  client: 'the client sends it',
};

function stepOf(code: Code, { is, node }: IdOrigin): Step[] {
  const says = words[is];
  return says ? [{ at: code.at(node), says }] : [];
}
