import type { ts } from '../ts.js';
import { type Box, isArr, isBox, isObj, isPrimitive, isUnknown, native, objectOf, unknown, type V } from './domain.js';
import { Thrown } from './effects.js';
import { keyOf } from './keys.js';
import { callable, type Globals } from './language-globals.js';
import type { Machine } from './machine.js';

function parsed(machine: Machine, of: V, node: ts.Node): V {
  if (typeof of === 'string') {
    try {
      return fromJson(JSON.parse(of));
    } catch {
      throw new Thrown({ error: 'malformed JSON' });
    }
  }
  if (of == null) throw new Thrown({ error: 'malformed JSON' });
  return unknown(machine.tagOf([of]), 'a parsed text', `parsed(${keyOf(of)})`, node, true);
}

/** Whether an object has a property of its own; of an open object or with an unknown name that cannot be told. */
function hasOwn(machine: Machine, of: V, key: V, node: ts.Node): V {
  const isOpen = isUnknown(of) || isUnknown(key) || (isObj(of) && of.rest !== undefined);
  if (isOpen)
    return unknown(machine.tagOf([of, key]), 'whether a table has an entry', `own:${keyOf(of)}.${keyOf(key)}`, node);
  return isObj(of) && (of.props.has(String(key)) || of.lazy?.(String(key)) !== undefined);
}

function fromJson(value: unknown): V {
  if (Array.isArray(value)) return { items: value.map(fromJson), open: undefined };
  if (value && typeof value === 'object')
    return objectOf(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fromJson(each)])));
  return value as V;
}

/** Lists, sets, maps, objects, JSON and promises, which are transparent: `await x` is `x`. */
export const collectionGlobals: Globals = {
  JSON: machine =>
    objectOf({
      stringify: native((args, _self, node) =>
        isPrimitive(args[0])
          ? (JSON.stringify(args[0]) ?? undefined)
          : unknown(machine.tagOf(args), 'a JSON text', `json(${args.map(keyOf).join()})`, node, true),
      ),
      parse: native((args, _self, node) => parsed(machine, args[0], node)),
    }),
  Object: machine =>
    objectOf({
      keys: native(([of]) => ({
        items: isObj(of as V) ? [...(of as { props: Map<string, V> }).props.keys()] : [],
        open: isUnknown(of) ? of : isObj(of) ? of.rest : undefined,
      })),
      values: native(([of]) => ({
        items: isObj(of) ? [...of.props.values()] : [],
        open: isUnknown(of) ? of : isObj(of) ? of.rest : undefined,
      })),
      entries: native(([of]) => ({
        items: isObj(of) ? [...of.props].map(([key, value]): V => ({ items: [key, value], open: undefined })) : [],
        open: isUnknown(of) ? of : isObj(of) ? of.rest : undefined,
      })),
      freeze: native(([of]) => of),
      seal: native(([of]) => of),
      create: native(() => objectOf({})),
      defineProperty: native(([of]) => of),
      assign: native(args => {
        const [target, ...rest] = args;
        if (isObj(target))
          for (const each of rest)
            if (isObj(each)) for (const [key, value] of each.props) machine.set(target, key, value);
        return target;
      }),
      fromEntries: native(([of]) => {
        const object = objectOf({});
        for (const item of isArr(of) ? of.items : [])
          if (isArr(item) && isPrimitive(item.items[0])) object.props.set(String(item.items[0]), item.items[1]);
        return object;
      }),
      hasOwn: native(([of, key], _self, node) => hasOwn(machine, of, key, node)),
      // `Object.prototype.hasOwnProperty.call(table, key)`: the table is its `this`.
      prototype: objectOf({ hasOwnProperty: native(([key], self, node) => hasOwn(machine, self, key, node)) }),
    }),
  Array: () =>
    objectOf({
      isArray: native(([of], _self, node) =>
        isArr(of) ? true : isUnknown(of) ? unknown(of.unknown, of.why, `isArray(${of.key})`, node) : false,
      ),
      from: native(([of]) =>
        isBox(of)
          ? {
              items: of.entries.map(
                ([key, value]): V => (of.box === 'Set' ? key : { items: [key, value], open: undefined }),
              ),
              open: of.open,
            }
          : isUnknown(of)
            ? { items: [], open: of }
            : of,
      ),
      of: native(args => ({ items: [...args], open: undefined })),
    }),
  Set: () =>
    callable(
      ([of]): Box => ({
        box: 'Set',
        entries: (isArr(of)
          ? of.items
          : isBox(of)
            ? of.entries.map(([key]) => key)
            : typeof of === 'string'
              ? [...of]
              : []
        ).map((each): [V, V] => [each, each]),
        open: isUnknown(of) ? of : isArr(of) || isBox(of) ? of.open : undefined,
      }),
    ),
  Map: () =>
    callable(
      ([of]): Box => ({
        box: 'Map',
        entries: isArr(of)
          ? of.items.flatMap((each): [V, V][] => (isArr(each) ? [[each.items[0], each.items[1]]] : []))
          : isBox(of)
            ? of.entries
            : [],
        open: isUnknown(of) ? of : isArr(of) || isBox(of) ? of.open : undefined,
      }),
    ),
  WeakMap: () =>
    callable((): Box => ({ box: 'Map', entries: [], open: unknown('request', 'live state', 'weak', undefined) })),
  WeakSet: () =>
    callable((): Box => ({ box: 'Set', entries: [], open: unknown('request', 'live state', 'weak', undefined) })),
  Promise: machine =>
    callable(
      ([executor], _self, node) => {
        let settled: V;
        let isSettled = false;
        const settle = native(args => {
          if (!isSettled) settled = args[0];
          isSettled = true;
          return undefined;
        });
        const reject = native(args => {
          throw new Thrown(args[0]);
        });
        machine.call(executor, [settle, reject], undefined, node);
        return isSettled
          ? settled
          : unknown('request', 'a promise that is settled later', `promise${node.pos}`, node, true);
      },
      {
        resolve: native(args => args[0]),
        reject: native(args => {
          throw new Thrown(args[0]);
        }),
        all: native(args => args[0]),
        allSettled: native(args => args[0]),
        race: native(args => (isArr(args[0]) ? args[0].items[0] : args[0])),
      },
    ),
};
