import type { ts } from '../ts.js';
import { type Arr, isArr, isPrimitive, isUnknown, joinTags, native, type Unknown, unknown, type V } from './domain.js';
import { keyOf } from './keys.js';
import type { Machine } from './machine.js';

/** A property or method of a list. */
export function listMethod(machine: Machine, list: Arr, name: string): V {
  if (name === 'length')
    return list.open
      ? unknown(list.open.unknown, list.open.why, `${keyOf(list)}.length`, undefined)
      : list.items.length;
  if (/^\d+$/.test(name)) return list.items[Number(name)] ?? list.open;
  return native((args, _self, node) => listCall(machine, list, name, args, node));
}

function listCall(machine: Machine, list: Arr, name: string, args: readonly V[], node: ts.Node): V {
  const [first] = args;
  const each = (item: V, index: number) => machine.call(first, [item, index], undefined, node);
  const all = list.open
    ? [...list.items, unknown(list.open.unknown, list.open.why, `${list.open.key}[]`, list.open.node)]
    : list.items;
  switch (name) {
    case 'includes':
    case 'indexOf': {
      const found = memberOf(machine, list.items, list.open, first, node);
      return name === 'includes'
        ? found
        : typeof found === 'boolean'
          ? found
            ? list.items.findIndex(item => keyOf(item) === keyOf(first))
            : -1
          : found;
    }
    case 'some':
    case 'every':
    case 'find':
    case 'findIndex': {
      for (const [index, item] of all.entries()) {
        const truth = machine.truth(each(item, index), node);
        if (name === 'every' ? !truth : truth)
          return name === 'find' ? item : name === 'findIndex' ? index : name === 'some';
      }
      return name === 'every' ? true : name === 'some' ? false : name === 'find' ? undefined : -1;
    }
    case 'map':
      return {
        items: list.items.map(each),
        open: list.open && unknown(list.open.unknown, list.open.why, `${list.open.key}.map`, list.open.node),
      };
    case 'flatMap':
      return {
        items: list.items.flatMap((item, index) => {
          const result = each(item, index);
          return isArr(result) ? result.items : [result];
        }),
        open: list.open,
      };
    case 'filter':
      return { items: list.items.filter((item, index) => machine.truth(each(item, index), node)), open: list.open };
    case 'forEach':
      all.forEach(each);
      return undefined;
    case 'reduce':
      return list.items.reduce<V>((total, item) => machine.call(first, [total, item], undefined, node), args[1]);
    case 'join':
      return list.open || !list.items.every(isPrimitive)
        ? unknown(machine.tagOf([...list.items, list.open]), 'a joined text', `${keyOf(list)}.join`, node)
        : list.items.join(first === undefined ? ',' : String(first));
    case 'push':
    case 'unshift':
      // A list of the start-up code is filled while the server runs: live state, as good as not there.
      if (machine.owns(list)) list.items.push(...args);
      return list.items.length;
    case 'concat':
      return {
        items: [...list.items, ...args.flatMap(arg => (isArr(arg) ? arg.items : [arg]))],
        open: list.open ?? args.filter(isArr).find(arg => arg.open)?.open,
      };
    case 'slice':
      return {
        items: list.items.slice(...(args.filter(isPrimitive).map(Number) as [number, number])),
        open: list.open,
      };
    case 'flat':
      return { items: list.items.flatMap(item => (isArr(item) ? item.items : [item])), open: list.open };
    case 'at':
      return list.items.at(Number(first));
    case 'pop':
    case 'shift':
      return list.items[name === 'pop' ? list.items.length - 1 : 0] ?? list.open;
    case 'reverse':
    case 'sort':
    case 'values':
      return list;
    case 'toString':
      return list.items.every(isPrimitive) ? list.items.join() : undefined;
    default:
      return undefined;
  }
}

/** Membership. A stranger's fresh domain is in no list of the operator's that could not be read. */
export function memberOf(
  machine: Machine,
  items: readonly V[],
  open: Unknown | undefined,
  wanted: V,
  node: ts.Node,
): V {
  const isCertain = items.some(item => !isUnknown(item) && keyOf(item) === keyOf(wanted));
  const note = (truth: boolean) => {
    if (typeof wanted === 'string' && machine.request?.isFromOrigin(wanted)) machine.markTest(node, truth, 'exact');
    return truth;
  };
  if (isCertain) return note(true);
  const unsure = open ?? items.find(isUnknown);
  if (!unsure && !isUnknown(wanted)) return note(false);
  if (typeof wanted === 'string' && machine.request?.isMarked(wanted) && (!unsure || unsure.unknown === 'config')) {
    if (unsure) machine.assumptions.push(unsure.why);
    return note(false);
  }
  const tags = [...(unsure ? [unsure.unknown] : []), ...(isUnknown(wanted) ? [wanted.unknown] : [])];
  if (machine.request?.credentials === 'none' && tags.includes('secret')) return machine.lacksSecret([wanted]);
  if (wanted === undefined && unsure?.unknown !== 'request') return note(false);
  return unknown(
    tags.includes('request') ? 'request' : joinTags(tags),
    unsure?.why ?? (wanted as Unknown).why,
    `${items.map(keyOf).join()}∋${keyOf(wanted)}${unsure?.key ?? ''}`,
    node,
  );
}
