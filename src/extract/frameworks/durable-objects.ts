import type { Code } from '../../code/code.js';
import type { InstanceValue, Value } from '../../code/value.js';
import type { Loan } from '../../code/values.js';
import type { Framework } from '../framework.js';
import type { Handler, Passage, Surface } from '../surface.js';
import { environment, platformEnvironment } from './workers.js';

/**
 * Durable Objects: https://developers.cloudflare.com/durable-objects/
 *
 * A class that extends `DurableObject`, or takes a `DurableObjectState`. Nobody reaches its `fetch(request)` from outside:
 * the Worker hands requests on, by `env.ROOMS.get(id).fetch(request)`, so the Worker's gates stand before the object's
 * own. Sockets that `ctx.acceptWebSocket(socket)` has accepted are served by `webSocketMessage(socket, message)` and its
 * kin: https://developers.cloudflare.com/durable-objects/best-practices/websockets/
 */
export const durableObjects: Framework = {
  id: 'durable-objects',
  words: ['DurableObject', 'idFromName', 'getByName', 'idFromString', 'webSocketMessage'],
  read(code, surface) {
    const objects = objectsIn(code);
    if (!objects.length) return;
    const calls = code.stubCalls().filter(({ hands }) => hands !== 'own');
    for (const object of objects) {
      const leading = calls.filter(call => leadsTo(call, object, objects));
      const behind = leading.map((call): Passage => ({ call, isMoved: call.hands === 'moved', movedTo: call.to }));
      if (behind.length) readObject(code, surface, object, behind);
    }
    const lent = objects.flatMap(({ of }) => constructorLoan(code, of));
    if (lent.length) code.lend(lent);
  },
  members: {
    'cloudflare:workers new DurableObject#env': platformEnvironment,
  },
};

function objectsIn(code: Code): InstanceValue[] {
  return code.classesLike(
    (base, types) =>
      base === 'cloudflare:workers new DurableObject' || types.some(type => /^DurableObject(State)?$/.test(type)),
  );
}

/** A binding leads to the class that it is declared to hold, else to the one it sounds like, else perhaps to any. */
function leadsTo(
  { binding, holds }: { readonly binding: string; readonly holds: string | undefined },
  object: InstanceValue,
  all: readonly InstanceValue[],
): boolean {
  const names = all.map(({ of }) => of.node.name?.text ?? '');
  const own = object.of.node.name?.text ?? '';
  if (holds !== undefined && names.includes(holds)) return own === holds;
  const alike = names.filter(name => soundsLike(binding, name));
  return alike.length ? alike.includes(own) : true;
}

function soundsLike(binding: string, name: string): boolean {
  const [a, b] = [binding, name].map(each => each.replace(/_/g, '').toLowerCase()) as [string, string];
  const stem = b.replace(/(durableobject|do|object|room)$/, '');
  return a.includes(b) || (stem.length > 2 && a.includes(stem));
}

function readObject(code: Code, surface: Surface, object: InstanceValue, behind: readonly Passage[]): void {
  for (const value of code.values.property(object, 'fetch', object.of.node)) {
    if (value.is !== 'function') continue;
    surface.entries.push({
      via: 'durable object',
      handler: { value, node: value.node },
      method: '*',
      path: undefined,
      flavour: 'fetch',
      host: undefined,
      call: undefined,
      passes: [],
      behind,
    });
  }
}

/** `constructor(state, env)` is given the Worker's environment. */
function constructorLoan(code: Code, { node }: InstanceValue['of']): Loan[] {
  const ctor = code.constructorOf(node);
  return ctor ? [{ to: ctor, index: 1, value: environment }] : [];
}

/** `webSocketMessage(socket, message)` of the class that a socket is made in, which wakes up for it. */
export function hibernationHandlers(code: Code, type: InstanceValue | undefined): Handler[] {
  const values: readonly Value[] = type ? code.values.property(type, 'webSocketMessage', type.of.node) : [];
  return values.flatMap(value => (value.is === 'function' ? [{ value, node: value.node }] : []));
}
