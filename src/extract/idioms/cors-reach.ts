import type { Code, Node } from '../../code/code.js';
import { isSameThing } from '../../code/value.js';
import { placeOf } from '../../facts/index.js';
import type { Findings } from '../idiom.js';
import type { Registration } from '../surface.js';

/**
 * Whether a middleware is registered after every door and every route of its app, and before nothing but files: routes
 * answer before it is asked, and files anybody may fetch.
 */
export function comesLast({ code, surface, endpoints, webSockets }: Findings, use: Registration): boolean {
  const isOfApp = (root: Registration['router'] | undefined) => root !== undefined && isSameThing(root, use.router);
  const others = surface.registrations.filter(each => isOfApp(each.router) && each.call.node !== use.call.node);
  const routes = others.filter(({ verb }) => verb !== 'use');
  const places = new Set(routes.map(({ call }) => placeOf(code.at(call.node))));
  return (
    use.verb === 'use' &&
    !use.always &&
    routes.length > 0 &&
    !webSockets.some(({ root }) => isOfApp(root)) &&
    endpoints.every(
      ({ door, root }) => !isOfApp(root) || (door.wayIn !== undefined && places.has(placeOf(door.wayIn.at))),
    ) &&
    others.every(each => isBefore(code, each.call.node, use.call.node) || servesFiles(each))
  );
}

/** `app.use(express.static('public'))`, `app.use('/*', serveStatic({ root: './dist' }))`: known by what the library calls it. */
function servesFiles({ verb, handlers }: Registration): boolean {
  return (
    verb === 'use' &&
    handlers.length > 0 &&
    handlers.every(({ value }) => value.is === 'thing' && /static\(\)$/i.test(value.made))
  );
}

/** Whether one place stands before another in the same function of the same file: the only order that is sure. */
function isBefore(code: Code, one: Node, other: Node): boolean {
  return (
    one.getSourceFile() === other.getSourceFile() &&
    one.end <= other.pos &&
    code.functionAround(one) === code.functionAround(other)
  );
}
