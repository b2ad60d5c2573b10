import { constructorOf, superCallOf } from '../classes.js';
import { ts } from '../ts.js';
import type { ClassValue, Env, InstanceValue, Thing, Value } from '../value.js';
import type { Values } from '../values.js';
import { mentioning } from './mentions.js';

/** An instance of a class of which nothing else is known. */
export function someInstance(type: ts.ClassLikeDeclaration): InstanceValue {
  return { is: 'instance', of: { is: 'class', node: type, env: undefined }, site: undefined, env: undefined };
}

/** A class and the own classes it descends from, nearest first. */
export function lineOf(values: Values, type: ClassValue): ClassValue[] {
  const line: ClassValue[] = [];
  for (let at: ClassValue | undefined = type; at && line.length < 8; ) {
    line.push(at);
    at = baseOf(values, at).find(value => value.is === 'class');
  }
  return line;
}

/** The class that a class extends: an own one or a library's. */
export function baseOf(values: Values, type: ClassValue): readonly Value[] {
  const clause = type.node.heritageClauses?.find(each => each.token === ts.SyntaxKind.ExtendsKeyword);
  const base = clause?.types[0];
  return base ? values.of(base.expression, type.env).filter(value => value.is === 'class' || value.is === 'api') : [];
}

/** The own classes that extend a class directly, in files that import it. */
export function subclassesOf(values: Values, base: ts.ClassLikeDeclaration): ts.ClassLikeDeclaration[] {
  const name = base.name?.text;
  if (!name) return [];
  const found: ts.ClassLikeDeclaration[] = [];
  for (const file of values.program.importersOf(values.program.moduleOf(base).file)) {
    const module = mentioning(values, file, name);
    for (const type of module?.classes ?? []) {
      if (
        type !== base &&
        baseOf(values, { is: 'class', node: type, env: undefined }).some(
          value => value.is === 'class' && value.node === base,
        )
      )
        found.push(type);
    }
  }
  return found;
}

/** The frame of a class body, where fields get their first values. */
export function bodyFrame(values: Values, instance: InstanceValue, type: ClassValue): Env {
  return values.frame({ owner: type.node, self: instance, parent: type.env });
}

/** The frame of a constructor in an instance's line: entered by the `new`, or by the `super(…)` of the class below. */
export function constructorFrame(values: Values, instance: InstanceValue, ctor: ts.ConstructorDeclaration): Env {
  let entry: { call: Env['call']; callEnv: Env['callEnv'] } = { call: instance.site, callEnv: instance.env };
  for (const type of lineOf(values, instance.of)) {
    const own = constructorOf(type.node);
    if (!own) continue;
    const frame = values.frame({ owner: own, ...entry, self: instance, parent: bodyFrame(values, instance, type) });
    if (own === ctor) return frame;
    entry = { call: superCallOf(own), callEnv: frame };
  }
  return values.frame({ owner: ctor, self: instance });
}

/** The library object that an instance of an own subclass is, if its class descends from a library's. */
export function thingOf(values: Values, instance: InstanceValue): Thing | undefined {
  const line = lineOf(values, instance.of);
  const base = baseOf(values, line.at(-1)!).find(value => value.is === 'api');
  if (base?.is !== 'api') return undefined;
  // The library's constructor is entered by the topmost own constructor, else by the `new` itself.
  const ctor = line.map(type => constructorOf(type.node)).findLast(each => each !== undefined);
  return {
    is: 'thing',
    made: `${base.module} new ${base.path}`,
    site: instance.site ?? instance.of.node,
    from: undefined,
    env: ctor ? constructorFrame(values, instance, ctor) : instance.env,
    call: ctor ? superCallOf(ctor) : instance.site,
    instance,
  };
}

/** An instance's class as one of the classes it descends from. */
export function classOf({ of }: InstanceValue, node: ts.ClassLikeDeclaration): ClassValue {
  return of.node === node ? of : { is: 'class', node, env: undefined };
}
