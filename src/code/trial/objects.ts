import { propertyName } from '../module.js';
import { ts } from '../ts.js';
import {
  type Arr,
  isArr,
  isBox,
  isClosure,
  isObj,
  isPrimitive,
  isUnknown,
  type Obj,
  type Scope,
  type Unknown,
  unknown,
  type V,
} from './domain.js';
import type { Machine } from './machine.js';
import { valueOfName } from './names.js';

/** `{ … }`, with spreads; getters are read at once. */
export function objectLiteral(machine: Machine, node: ts.ObjectLiteralExpression, scope: Scope): V {
  const props = new Map<string, V>();
  let rest: Unknown | undefined;
  const lazies: Obj[] = [];
  for (const property of node.properties) {
    if (ts.isSpreadAssignment(property)) {
      const spread = machine.eval(property.expression, scope);
      if (isObj(spread)) {
        for (const [name, value] of spread.props) props.set(name, value);
        if (spread.lazy) lazies.push(spread);
        rest ??= spread.rest;
      } else if (isUnknown(spread)) rest ??= spread;
      continue;
    }
    const computed = ts.isComputedPropertyName(property.name)
      ? machine.eval(property.name.expression, scope)
      : undefined;
    const name =
      computed === undefined ? propertyName(property.name) : isPrimitive(computed) ? String(computed) : undefined;
    if (name === undefined) continue;
    if (ts.isPropertyAssignment(property)) props.set(name, machine.eval(property.initializer, scope));
    else if (ts.isShorthandPropertyAssignment(property)) props.set(name, valueOfName(machine, property.name, scope));
    else if (ts.isMethodDeclaration(property))
      props.set(name, { fn: property, scope, self: undefined, env: scope.env });
    else if (ts.isGetAccessorDeclaration(property))
      props.set(name, machine.call({ fn: property, scope, self: undefined, env: scope.env }, [], undefined, property));
  }
  const object: Obj = {
    obj: true,
    props,
    rest,
    ...(lazies.length && {
      lazy: (name: string) => {
        for (const each of lazies) {
          const found = each.lazy?.(name);
          if (found !== undefined) return found;
        }
        return undefined;
      },
    }),
  };
  for (const [name, value] of props)
    if (isClosure(value) && ts.isMethodDeclaration(value.fn) && value.fn.parent === node)
      props.set(name, { ...value, self: object });
  return object;
}

/** `[ … ]`, with spreads: of something unknown, the list is open. */
export function arrayLiteral(machine: Machine, node: ts.ArrayLiteralExpression, scope: Scope): V {
  const items: V[] = [];
  let open: Unknown | undefined;
  for (const element of node.elements) {
    if (ts.isOmittedExpression(element)) items.push(undefined);
    else if (ts.isSpreadElement(element)) {
      const spread = machine.eval(element.expression, scope);
      if (isArr(spread)) {
        items.push(...spread.items);
        open ??= spread.open;
      } else if (isBox(spread)) {
        items.push(...spread.entries.map(([key]) => key));
        open ??= spread.open;
      } else if (isUnknown(spread)) open ??= spread;
    } else items.push(machine.eval(element, scope));
  }
  return { items, open } satisfies Arr;
}

/** The elements to iterate over; of an open collection one unknown stands for the rest. */
export function itemsOf(list: V): V[] {
  if (isArr(list)) return list.open ? [...list.items, list.open] : list.items;
  if (isBox(list)) {
    const items = list.entries.map(
      ([key, value]): V => (list.box === 'Set' ? key : { items: [key, value], open: undefined }),
    );
    return list.open ? [...items, list.open] : items;
  }
  if (typeof list === 'string') return [...list];
  if (isUnknown(list)) return [unknown(list.unknown, list.why, `${list.key}[]`, list.node)];
  return [];
}
