import { ts } from '../ts.js';
import { memberOfType } from '../types.js';
import { type FreeOption, isSameThing, type Thing, undefinedValue, type Value } from '../value.js';
import type { Values } from '../values.js';
import { instanceProperty, ownProperty, staticProperty } from './class-members.js';
import { globalMember, globals } from './globals.js';
import { keptGlobally } from './kept-globals.js';
import { lineOf } from './lineage.js';
import { objectProperty } from './object-members.js';
import { optionNamed } from './options/options.js';

/** What `value.name` may stand for. */
export function propertyOf(values: Values, value: Value, name: string, node: ts.Node): readonly Value[] {
  const option = value.is === 'thing' || value.is === 'member' ? optionNamed(values, value, name, node) : undefined;
  if (option) return option;
  switch (value.is) {
    case 'object':
      return values.guarded(`.${values.keyOf(value)}.${name}`, node, () => objectProperty(values, value, name, node));
    case 'merged':
      for (const part of [...value.parts].reverse()) {
        const found = part.flatMap(each => values.property(each, name, node));
        if (found.some(each => !(each.is === 'literal' && each.value === undefined))) return found;
      }
      return [undefinedValue];
    case 'instance':
      return values.guarded(`.${values.keyOf(value)}.${name}`, node, () => instanceProperty(values, value, name, node));
    case 'class':
      return values.guarded(`.${values.keyOf(value)}.${name}`, node, () => staticProperty(values, value, name, node));
    case 'array':
    case 'list':
      return elementAt(values, value, name, node);
    case 'namespace':
      return values.exportOf(value.module, name, node);
    case 'api':
      if (value.module === 'bun' && value.path === 'env') return [{ is: 'env', name, node }];
      return [
        {
          is: 'api',
          module: value.module,
          path: name === 'default' ? value.path : value.path ? `${value.path}.${name}` : name,
        },
      ];
    case 'global': {
      if (value.path === 'module' && name === 'exports') return ownExports(values, node);
      const kept = value.path === '' && !globals.has(name) ? keptGlobally(values, name, node) : [];
      return kept.length ? kept : [globalMember(value.path, name, node)];
    }
    case 'env':
    case 'literal':
      return value.is === 'literal' && value.value == null ? [] : [{ is: 'member', of: value, name }];
    case 'thing':
      return values.guarded(`.${values.keyOf(value)}.${name}`, node, () => thingProperty(values, value, name));
    case 'unclear':
      return [value.free ? freeMember(values, value, value.free, name, node) : { ...value, node }];
    default:
      return [{ is: 'member', of: value, name }];
  }
}

/** `module.exports`, seen from inside: what it is set to, else the exports that are set one by one. */
function ownExports(values: Values, node: ts.Node): readonly Value[] {
  const module = values.program.moduleOf(node);
  const whole = module.exports.get('=');
  return whole && 'expression' in whole ? values.of(whole.expression) : [{ is: 'namespace', module }];
}

function elementAt(
  values: Values,
  list: Extract<Value, { is: 'array' | 'list' }>,
  name: string,
  node: ts.Node,
): readonly Value[] {
  if (list.is === 'list' && list.exact && name === 'length') return [{ is: 'literal', value: list.items.length, node }];
  const index = Number(name);
  if (!Number.isInteger(index)) return [{ is: 'member', of: list, name }];
  if (list.is === 'list') return list.items[index] ? [list.items[index]] : [undefinedValue];
  if (list.node.elements.some(ts.isSpreadElement)) return values.elements(list, node);
  const element = list.node.elements[index];
  return element ? values.of(element, list.env) : [undefinedValue];
}

/** An option of an object that no caller is seen to pass: left out where its type allows it, or where there is no type. */
function freeMember(values: Values, value: Value, free: FreeOption, name: string, node: ts.Node): Value {
  const member = free.type && memberOfType(values.program, free.type, name);
  return {
    ...value,
    node,
    free: { type: member?.type, optional: member ? member.optional : free.type === undefined },
  } as Value;
}

/** A property set on a library's object from outside (`wss.shouldHandle = f`) or by an own subclass, else its member. */
function thingProperty(values: Values, thing: Thing, name: string): readonly Value[] {
  const { instance } = thing;
  const own = instance ? lineOf(values, instance.of).flatMap(type => ownProperty(values, instance, type, name)) : [];
  const found = [...values.writesTo(thing, name).flatMap(({ right }) => values.of(right)), ...own];
  return found.length ? found : [{ is: 'member', of: thing, name }];
}

/** Assignments `x.name = e` in parsed files whose `x` is this thing. */
export function writesTo(values: Values, thing: Thing, name: string): { right: ts.Expression }[] {
  return values.program
    .propertyWrites(name)
    .filter(write =>
      values.of(write.target.expression).some(value => value.is === 'thing' && isSameThing(value, thing)),
    );
}
