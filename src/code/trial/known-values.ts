import { enclosingClass } from '../module.js';
import { ts } from '../ts.js';
import type { Value } from '../value.js';
import { areOptions, holdsOptions } from '../values/options/options.js';
import { isArr, isBox, isObj, isUnknown, type Obj, objectOf, truthOf, unknown, type V } from './domain.js';
import { globalOf } from './globals.js';
import { isLive } from './live.js';
import type { Machine } from './machine.js';
import { outerScope } from './names.js';
import { startUpValue } from './start-up.js';

/** Turns what the data flow knows into a value of the run. */
export function fromStatic(machine: Machine, values: readonly Value[], node: ts.Node): V {
  return machine.join(
    values.map(value => convert(machine, value, node)),
    machine.keyAt(node),
    node,
  );
}

function convert(machine: Machine, value: Value, node: ts.Node): V {
  switch (value.is) {
    case 'literal':
      return value.value;
    case 'env':
      return value.required
        ? unknown('secret', `environment variable ${value.name}`, `env:${value.name}`, value.node, true)
        : machine.variableOf(value.name, value.node);
    case 'regex':
      return { regex: value.source, flags: value.flags, node: value.node };
    case 'function':
      return {
        fn: value.node,
        scope: undefined,
        self: value.self ? convert(machine, value.self, node) : undefined,
        env: value.env,
      };
    case 'class':
      return { type: value };
    case 'instance':
      return machine.instanceOf(value, node);
    case 'object':
      return machine.mode === 'configured' && isDefaultOfOptions(value.node)
        ? unknown('config', 'options of a caller', `options:${machine.values.program.idOf(value.node)}`, node, true)
        : machine.eval(value.node, outerScope(value.env));
    case 'merged':
      return objectOf(
        {},
        { lazy: name => machine.fromStatic(machine.values.property(value, name, node), node), from: value },
      );
    case 'array':
      return machine.eval(value.node, outerScope(value.env));
    case 'list':
      return { items: value.items.map(item => convert(machine, item, node)), open: undefined };
    case 'container':
      return machine.eval(value.node, outerScope(value.env));
    case 'api':
      return { api: value.module, path: value.path };
    case 'thing':
      return holdsOptions(machine.values, value) ? optionsOf(machine, value, node) : { thing: value };
    case 'namespace':
      return objectOf(
        {},
        { lazy: name => machine.fromStatic(machine.values.exportOf(value.module, name, node), node) },
      );
    case 'global':
      return value.path
        .split('.')
        .reduce<V>(
          (at, part, index) => (index === 0 ? globalOf(machine, part, node) : machine.get(at, part, node)),
          undefined,
        );
    case 'member':
      if (areOptions(machine.values, value)) return optionsOf(machine, value, node);
      if (value.of.is === 'thing') return machine.get({ thing: value.of }, value.name, node);
      return unknown('config', 'a value that is not followed', machine.keyAt(node), node);
    case 'unclear':
      if (value.free?.optional && machine.mode === 'shipped') return undefined;
      return {
        ...unknown('config', value.why, `u${machine.values.program.idOf(value.node)}:${value.why}`, value.node),
        ...(value.free && { free: value.free }),
      };
  }
}

/** The `{}` of `(options = {})`: it stands for whatever a caller may set. */
function isDefaultOfOptions(node: ts.ObjectLiteralExpression): boolean {
  return !node.properties.length && ts.isParameter(node.parent) && node.parent.initializer === node;
}

/** Options that a library has read from outside: looked up by name. */
function optionsOf(machine: Machine, value: Value, node: ts.Node): Obj {
  return objectOf(
    {},
    { lazy: name => machine.fromStatic(machine.values.property(value, name, node), node), from: value },
  );
}

/** An environment variable: unset as shipped, unless the server refuses to start without it. */
export function variableOf(machine: Machine, name: string, node: ts.Node): V {
  const pinned = machine.shared.pinned?.get(name);
  if (pinned !== undefined) return pinned;
  if (machine.shared.required.has(name))
    return unknown('secret', `environment variable ${name}`, `env:${name}`, node, true);
  machine.environment.add(name);
  return machine.mode === 'shipped'
    ? undefined
    : unknown('config', `environment variable ${name}`, `env:${name}`, node, true);
}

/** An instance as an object whose members are looked up on demand. Its constructor is not run. */
export function instanceOf(machine: Machine, value: Extract<Value, { is: 'instance' }>, node: ts.Node): Obj {
  const self: Obj = {
    obj: true,
    props: new Map(),
    from: value,
    id: machine.values.keyOf(value),
    lazy: name => {
      const found = machine.values.property(value, name, node);
      const key = `${machine.mode}i${machine.values.keyOf(value)}.${name}`;
      return startUpValue(machine, key, node, apart => fieldOf(apart, found, value, name, node));
    },
  };
  return self;
}

function fieldOf(machine: Machine, found: readonly Value[], of: Value, name: string, node: ts.Node): V {
  const value = machine.fromStatic(found, node);
  const isOpen = truthOf(value) === undefined && isUnknown(value) && value.unknown === 'config';
  if (isOpen && of.is === 'instance' && isWrittenLive(machine, of.of.node, name))
    return unknown('request', changes(name), `live:${machine.values.keyOf(of)}.${name}`, node);
  // A collection in a field that is filled somewhere is live.
  if (isBox(value) || (isArr(value) && !value.items.length) || (isObj(value) && !value.from && !value.props.size)) {
    const isFilled = found.some(
      each =>
        (each.is === 'container' || each.is === 'array' || each.is === 'object') &&
        machine.values.elements(each, node).length > (isBox(value) ? value.entries.length : 0),
    );
    const open = unknown('request', changes(name), `live:${machine.values.keyOf(of)}.${name}`, node);
    if (isFilled) return isObj(value) ? { ...value, rest: open } : { ...value, open };
  }
  return value;
}

function changes(name: string): string {
  return `\`${name}\` changes while the server runs`;
}

/** Whether a field holds what clients bring about; one that tells who has logged in is no client's to choose. */
function isWrittenLive(machine: Machine, type: ts.ClassLikeDeclaration, name: string): boolean {
  if (/auth|token|secret|key|login|verif|trust|allow/i.test(name)) return false;
  const writes = machine.values.program.moduleOf(type).propertyWrites.get(name) ?? [];
  return writes.some(({ target }) => enclosingClass(target) === type && isLive(machine, target));
}
