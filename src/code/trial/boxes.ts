import { type Box, isUnknown, native, unknown, type V } from './domain.js';
import { keyOf } from './keys.js';
import { memberOf } from './lists.js';
import type { Machine } from './machine.js';

/** What a client gives that names nothing: it finds nothing in a store. */
function isNothing(key: V): boolean {
  return key === undefined || key === null || key === '' || key === 'undefined' || key === 'null';
}

/** A property or method of a Set or Map. */
export function boxMethod(machine: Machine, box: Box, name: string): V {
  if (name === 'size')
    return box.open ? unknown(box.open.unknown, box.open.why, `${box.open.key}.size`, undefined) : box.entries.length;
  return native((args, _self, node) => {
    const [key, value] = args;
    switch (name) {
      case 'has':
        if (box.open && isNothing(key)) return false;
        return memberOf(
          machine,
          box.entries.map(([item]) => item),
          box.open,
          key,
          node,
        );
      case 'get': {
        const entry = box.entries.find(([item]) => keyOf(item) === keyOf(key));
        if (entry) return entry[1];
        // A table of handlers: whoever chooses the key chooses among them, or none.
        if (isUnknown(key) && !box.open && box.entries.length)
          return box.entries[machine.choose(key, box.entries.length + 1, node, 'entry')]?.[1];
        return box.open && !isNothing(key)
          ? unknown(box.open.unknown, box.open.why, `${box.open.key}.get(${keyOf(key)})`, node)
          : undefined;
      }
      case 'add':
        if (machine.owns(box)) box.entries.push([key, key]);
        return box;
      case 'set':
        if (machine.owns(box)) box.entries.push([key, value]);
        return box;
      case 'delete':
        return true;
      case 'values':
      case 'keys':
      case 'entries':
        return {
          items: box.entries.map(
            ([item, held]): V =>
              name === 'keys' ? item : name === 'values' ? held : { items: [item, held], open: undefined },
          ),
          open: box.open,
        };
      case 'forEach':
        for (const [item, held] of box.entries) machine.call(key, [held, item], undefined, node);
        return undefined;
      default:
        return undefined;
    }
  });
}
