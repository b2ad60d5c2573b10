import { constructorOf, memberOf, thisFunction } from '../classes.js';
import { enclosingClass, type FunctionNode, propertyName, unwrap } from '../module.js';
import { ts } from '../ts.js';
import { type ClassValue, type Env, type InstanceValue, undefinedValue, type Value } from '../value.js';
import type { Values } from '../values.js';
import { frameAround } from './frames.js';
import { baseOf, bodyFrame, constructorFrame, lineOf, subclassesOf } from './lineage.js';
import { ofType } from './type-hints.js';

/** What `this` may stand for: what the frame says, else the object or class around it. */
export function ofThis(values: Values, node: ts.Node, env: Env | undefined): readonly Value[] {
  const fn = thisFunction(node);
  for (let at = env; at; at = at.parent) if (at.self && (at.owner === fn || ts.isClassLike(at.owner))) return [at.self];
  if (fn && ts.isMethodDeclaration(fn) && ts.isObjectLiteralExpression(fn.parent)) {
    return [{ is: 'object', node: fn.parent, env: frameAround(fn.parent, env) }];
  }
  const type = enclosingClass(node);
  return type ? [values.someInstance(type)] : [{ is: 'unclear', why: '`this` outside a class', node }];
}

/** What `instance.name` may stand for: methods, fields and assignments along its line of classes. */
export function instanceProperty(
  values: Values,
  instance: InstanceValue,
  name: string,
  node: ts.Node,
): readonly Value[] {
  const found: Value[] = [];
  for (const type of lineOf(values, instance.of)) {
    found.push(...ownProperty(values, instance, type, name));
    if (found.some(value => value.is === 'function' && ts.isMethodDeclaration(value.node))) break; // it hides those of the bases
  }
  if (!instance.site) {
    // Nothing says which class it is: overrides in subclasses are possible too.
    for (const sub of subclassesOf(values, instance.of.node)) {
      const of: ClassValue = { is: 'class', node: sub, env: undefined };
      found.push(...ownProperty(values, { ...instance, of }, of, name));
    }
  }
  const meaningful = found.filter(value => !(value.is === 'literal' && value.value == null));
  if (meaningful.length) return meaningful;
  if (found.length) return found;
  const thing = values.thingOf(instance);
  if (thing) return [{ is: 'member', of: thing, name }];
  const declared = memberOf(instance.of.node, name);
  const typed =
    declared && ts.isPropertyDeclaration(declared) && declared.type && ofType(values, declared.type, declared);
  if (typed) return [typed];
  const filled = declared && ts.isPropertyDeclaration(declared) && filledByLibrary(values, declared, name);
  if (filled) return [filled];
  return declared ? [undefinedValue] : [{ is: 'unclear', why: `\`${name}\` is not assigned in the class`, node }];
}

/**
 * A callback of a library's interface, such as `onmessage` of the SDK's `Transport`: nobody here assigns it, for the
 * library does, once it is given the object.
 */
function filledByLibrary(values: Values, { parent, type }: ts.PropertyDeclaration, name: string): Value | undefined {
  if (!type || !ts.isFunctionTypeNode(type)) return undefined;
  const clauses = parent.heritageClauses?.filter(({ token }) => token === ts.SyntaxKind.ImplementsKeyword) ?? [];
  for (const { expression } of clauses.flatMap(({ types }) => types)) {
    const found = values.of(expression).find(value => value.is === 'api');
    if (found?.is === 'api') return { is: 'api', module: found.module, path: `${found.path}.${name}` };
  }
  return undefined;
}

/** Members and `this.name = …` of one class in an instance's line. */
export function ownProperty(values: Values, instance: InstanceValue, type: ClassValue, name: string): readonly Value[] {
  const found: Value[] = [];
  const body = bodyFrame(values, instance, type);
  const inside = (owner: FunctionNode): Env =>
    ts.isConstructorDeclaration(owner)
      ? constructorFrame(values, instance, owner)
      : values.frame({ owner, self: instance, parent: type.env });
  const member = memberOf(type.node, name);
  if (member && ts.isMethodDeclaration(member) && member.body)
    return [{ is: 'function', node: member, env: type.env, self: instance }];
  if (member && ts.isGetAccessorDeclaration(member)) return values.returnsOf(member, inside(member));
  if (member && ts.isPropertyDeclaration(member) && member.initializer)
    found.push(...values.of(member.initializer, body));
  const ctor = constructorOf(type.node);
  const parameter = ctor?.parameters.find(
    each => ts.isIdentifier(each.name) && each.name.text === name && ts.isParameterPropertyDeclaration(each, ctor),
  );
  if (ctor && parameter && ts.isIdentifier(parameter.name)) found.push(...values.of(parameter.name, inside(ctor)));
  for (const write of values.program.moduleOf(type.node).propertyWrites.get(name) ?? []) {
    if (
      unwrap(write.target.expression).kind !== ts.SyntaxKind.ThisKeyword ||
      enclosingClass(write.target) !== type.node
    )
      continue;
    const fn = thisFunction(write.target);
    found.push(...values.of(write.right, fn ? inside(fn) : body));
  }
  return found;
}

/** What `Class.name` may stand for, inherited members included. */
export function staticProperty(values: Values, type: ClassValue, name: string, node: ts.Node): readonly Value[] {
  for (const member of type.node.members) {
    if (!member.name || propertyName(member.name as ts.PropertyName) !== name) continue;
    if (ts.isMethodDeclaration(member) && member.body)
      return [{ is: 'function', node: member, env: type.env, self: type }];
    if (ts.isPropertyDeclaration(member) && member.initializer) return values.of(member.initializer, type.env);
  }
  const inherited = baseOf(values, type).flatMap(base => values.property(base, name, node));
  return inherited.length ? inherited : [{ is: 'unclear', why: `\`${name}\` is not a static member`, node }];
}
