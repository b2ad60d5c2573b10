import { isStatic } from '../classes.js';
import { isCall, isDeclared, outermost } from '../functions.js';
import { type FunctionNode, isFunctionNode, unwrap } from '../module.js';
import { ts } from '../ts.js';
import type { Env, FunctionValue, InstanceValue, Value } from '../value.js';
import type { Values } from '../values.js';
import type { CallSite } from './callers.js';
import { ofThis } from './class-members.js';
import { bodyFrame, classOf, constructorFrame, subclassesOf } from './lineage.js';
import { iterations } from './parameters.js';

/** Frames per place that still pay. */
export const mostContexts = 12;

/** What makes names exact for the code inside it. */
export type ContextOwner = FunctionNode | ts.ForOfStatement | ts.ClassLikeDeclaration;

/** The nearest function, loop or class body whose frame could make names at the node exact. */
export function contextOwner(node: ts.Node): ContextOwner | undefined {
  for (let at = node.parent, child = node; at; child = at, at = at.parent) {
    if (isFunctionNode(at)) return at;
    if (ts.isForOfStatement(at) && child === at.statement) return at;
    if (ts.isPropertyDeclaration(at) && child === at.initializer && !isStatic(at)) return at.parent;
  }
  return undefined;
}

/** The frames of a function, loop or class body, looked up afresh; `Values.contextsOf` remembers them. */
export function findContexts(values: Values, owner: ContextOwner, depth: number): readonly (Env | undefined)[] {
  if (ts.isForOfStatement(owner))
    return values.contextsOf(owner, depth).flatMap(outer => perElement(values, owner, owner.expression, outer));
  if (depth === 0) return [undefined];
  if (ts.isClassLike(owner))
    return constructed(values, owner, depth).map(instance => bodyFrame(values, instance, classOf(instance, owner)));
  if (ts.isConstructorDeclaration(owner))
    return constructed(values, owner.parent, depth).map(instance => constructorFrame(values, instance, owner));
  const sites = values.callersOf(owner);
  const holder = outermost(owner).parent;
  if (isCall(holder) && !isDeclared(owner) && unwrap(holder.expression) !== owner) {
    const outer = values.contextsOf(holder, depth);
    const callee = unwrap(holder.expression);
    if (ts.isPropertyAccessExpression(callee) && iterations.has(callee.name.text)) {
      return outer.flatMap(env => perElement(values, owner, callee.expression, env));
    }
    // Handlers and other callbacks run later, but in the same lexical surroundings.
    if (!sites.some(site => site.enters)) return outer;
  }
  const found: (Env | undefined)[] = [];
  for (const site of sites.slice(0, mostContexts)) {
    for (const callEnv of values.contextsOf(site.node, depth - 1)) found.push(...values.entered(owner, site, callEnv));
    if (found.length >= mostContexts) break;
  }
  if (found.length) return found;
  // Nobody is seen to call it: its surroundings are known all the same.
  if (!ts.isClassLike(owner.parent)) return values.contextsOf(owner, depth);
  return constructed(values, owner.parent, depth).map(self => values.frame({ owner, self }));
}

/** The instances of a class or its subclasses, as made in the frames that run each `new`. */
export function constructed(values: Values, type: ts.ClassLikeDeclaration, depth: number): InstanceValue[] {
  const types = [type, ...subclassesOf(values, type)];
  return types
    .flatMap(each => values.constructionsOf(each))
    .slice(0, mostContexts)
    .flatMap(({ node }) =>
      values.contextsOf(node, depth - 1).flatMap(env => values.of(node, env).filter(value => value.is === 'instance')),
    );
}

/** The frames of a function at a call: entered by it, or handed on with what its closure knows. */
export function entered(
  values: Values,
  owner: FunctionNode,
  { node, enters }: CallSite,
  callEnv: Env | undefined,
): (Env | undefined)[] {
  if (ts.isConstructorDeclaration(owner)) {
    const made = ts.isNewExpression(node) ? values.of(node, callEnv) : ofThis(values, node, callEnv);
    return made.filter(value => value.is === 'instance').map(instance => constructorFrame(values, instance, owner));
  }
  const isOwner = (value: Value): value is FunctionValue => value.is === 'function' && value.node === owner;
  if (enters)
    return values
      .of(node.expression, callEnv)
      .filter(isOwner)
      .map(value => values.enter(value, node, callEnv));
  const given = (node.arguments ?? []).flatMap(argument => values.of(argument, callEnv)).filter(isOwner);
  return given.map(({ self, env }) => (self ? values.frame({ owner, self, parent: env }) : env));
}

function perElement(
  values: Values,
  owner: FunctionNode | ts.ForOfStatement,
  list: ts.Expression,
  outer: Env | undefined,
): readonly (Env | undefined)[] {
  const elements = values.of(list, outer).flatMap(value => values.elements(value, list));
  if (!elements.length || elements.length > 16 || elements.some(element => element.is === 'unclear')) return [outer];
  return elements.map(element => values.frame({ owner, element, parent: outer }));
}
