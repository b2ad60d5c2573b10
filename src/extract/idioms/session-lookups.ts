import { ascentsFrom } from '../../code/climb.js';
import type { Node } from '../../code/code.js';
import { IdOrigins } from '../../code/id-origins.js';
import { Identities } from '../../code/identities.js';
import { enclosingFunction, type FunctionNode } from '../../code/module.js';
import { RequestParts } from '../../code/request-parts.js';
import { bindingOf } from '../../code/session-bindings.js';
import { type SessionRead, sessionReads } from '../../code/session-lookups.js';
import type { Thing } from '../../code/value.js';
import { placeOf, type SessionLookup } from '../../facts/index.js';
import { chainsTo } from '../chains.js';
import type { Findings, Idiom } from '../idiom.js';

/** Places where a request takes up the session that its client names, at servers that know their users apart. */
export const sessionLookups: Idiom = {
  id: 'session-lookups',
  words: [],
  read(findings) {
    const { code, spots } = findings;
    const parts = new RequestParts(code.values, fn => spots.has(fn));
    const origins = new IdOrigins(code, parts);
    const identities = new Identities(code, parts);
    return code.modules().flatMap(module => {
      const reads = sessionReads(code, origins, parts, module);
      return reads.flatMap((read): SessionLookup[] => {
        const way = wayTo(findings, read);
        const identity = way.isOpen ? undefined : identityOn(findings, identities, way);
        if (!identity) return [];
        const binding = bindingOf(code, read, way.functions);
        const first = reads.find(({ name }) => name === read.name) ?? read;
        return [
          {
            kind: 'SessionLookup',
            at: code.at(read.node),
            name: read.name,
            storeAt: code.at(first.node),
            identity: identity.name,
            identifiedAt: code.at(identity.node),
            boundBy: binding && code.at(binding),
          },
        ];
      });
    });
  },
};

interface Way {
  /** Own functions that run for the request: the one that looks up, its callers, and what stands before them. */
  readonly functions: readonly FunctionNode[];
  /** Middleware of libraries before them. */
  readonly things: readonly Thing[];
  /** Somebody without any credential gets there: no users are kept apart. */
  readonly isOpen: boolean;
}

function wayTo({ code, spots, surface, endpoints }: Findings, { node }: SessionRead): Way {
  const ascents = ascentsFrom(code.values, node, undefined, fn => spots.has(fn));
  const around = (at: Node) => enclosingFunction(at) ?? [];
  const functions = new Set<FunctionNode>([node, ...ascents.flatMap(({ through }) => through)].flatMap(around));
  const things: Thing[] = [];
  const routes = new Set<string>();
  for (const { top, env } of ascents) {
    for (const spot of spots.of(top, env)) {
      if (spot.is !== 'route') continue;
      routes.add(placeOf(code.at(spot.registration.call.node)));
      const stations = chainsTo(code, surface, spot.registration, spot.index).flatMap(chain => chain.stations);
      for (const station of stations) {
        if (station.is !== 'middleware') continue;
        const { value } = station.handler;
        if (value.is === 'function') functions.add(value.node);
        else if (value.is === 'thing') things.push(value);
      }
    }
  }
  const isOpen = endpoints.some(
    ({ door: { wayIn, credential } }) => wayIn && credential.answer === 'admits' && routes.has(placeOf(wayIn.at)),
  );
  return { functions: [...functions], things, isOpen };
}

function identityOn({ tellsUsers }: Findings, identities: Identities, { functions, things }: Way) {
  for (const fn of functions) {
    const node = identities.in(fn);
    if (node) return { node: node as Node, name: node.getText() };
  }
  const thing = things.find(tellsUsers);
  return thing && { node: thing.site, name: thing.made.replace(/^.* /, '') };
}
