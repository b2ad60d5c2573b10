import type { Code } from '../code/code.js';
import { isSameThing, type Thing } from '../code/value.js';
import { type Location, type McpEndpoint, placeOf } from '../facts/index.js';
import { chainsTo } from './chains.js';
import type { Opened } from './doors.js';
import { forStrangers, publicPath, routePlan, sameServer } from './guarded.js';
import type { Surface } from './surface.js';
import type { Trials } from './trials.js';

const mostRoutes = 12;

/** The endpoints, with the other routes of the same app that are as open as they are: nothing there asks who comes. */
export function withOpenRoutes(
  code: Code,
  surface: Surface,
  trials: Trials,
  endpoints: readonly Opened<McpEndpoint>[],
): Opened<McpEndpoint>[] {
  const told: Thing[] = [];
  const taken = new Set(endpoints.flatMap(({ door }) => (door.wayIn ? [placeOf(door.wayIn.at)] : [])));
  return endpoints.map(opened => {
    const { door, root } = opened;
    const isOpen = door.credential.answer === 'admits' && !/^sse/.test(door.transport);
    if (!root || !isOpen || told.some(thing => isSameThing(thing, root))) return opened;
    told.push(root);
    const besides = openRoutes(code, surface, trials, root).filter(at => !taken.has(placeOf(at)));
    return besides.length ? { ...opened, door: { ...door, besides } } : opened;
  });
}

/** Where routes are registered behind an app that change something for whoever asks. */
function openRoutes(code: Code, surface: Surface, trials: Trials, root: Thing): Location[] {
  const roots = sameServer(surface, root);
  const found: Location[] = [];
  for (const registration of surface.registrations) {
    if (found.length >= mostRoutes || !/^(POST|PUT|PATCH|DELETE)$/.test(registration.verb)) continue;
    const { call, handlers } = registration;
    const isOpen = chainsTo(code, surface, registration, handlers.length - 1).some(
      ({ stations, method, path = '', root: top }) => {
        if (!top || !roots.some(thing => isSameThing(thing, top)) || publicPath.test(path) || forStrangers.test(path))
          return false;
        return trials.credentialOf(routePlan(call.node, stations, method, path)).answer === 'admits';
      },
    );
    if (isOpen) found.push(code.at(call.node));
  }
  return found;
}
