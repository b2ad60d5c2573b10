import { constructorOf } from '../classes.js';
import { enclosingClass, lastName, unwrap } from '../module.js';
import { ts } from '../ts.js';
import type { Value } from '../value.js';
import {
  drawnByChance,
  isApi,
  isArr,
  isClassRef,
  isClosure,
  isNative,
  isObj,
  isPrimitive,
  isRegex,
  isUnknown,
  objectOf,
  type Scope,
  type Unknown,
  unknown,
  type V,
} from './domain.js';
import { Thrown } from './effects.js';
import { areFixed } from './invoke.js';
import { keyOf } from './keys.js';
import type { Machine } from './machine.js';
import { isOptional } from './members.js';
import { selfOf } from './names.js';
import { shorten } from './source-text.js';

/** `some`, `every` and `find` over a list that is not known: one element speaks for all. */
function representative(machine: Machine, of: Unknown, name: string, callback: V, node: ts.Node): V {
  const element = unknown(of.unknown, of.why, `${of.key}[]`, of.node);
  const verdict = machine.call(callback, [element, 0], undefined, node);
  if (name === 'some' || name === 'every') return verdict;
  const isFound = machine.truth(verdict, node);
  return name === 'find' ? (isFound ? element : undefined) : isFound ? 0 : -1;
}

/** The arguments of a call, with spreads laid out. */
export function argumentsOf(machine: Machine, list: readonly ts.Expression[] | undefined, scope: Scope): V[] {
  const args: V[] = [];
  for (const argument of list ?? []) {
    if (!ts.isSpreadElement(argument)) {
      args.push(machine.eval(argument, scope));
      continue;
    }
    const spread = machine.eval(argument.expression, scope);
    args.push(...machine.itemsOf(spread));
  }
  return args;
}

/** Runs a call: of a function, or of a method of whatever stands before the dot. */
export function callExpression(machine: Machine, node: ts.CallExpression, scope: Scope): V {
  if (machine.watch) machine.reached.add(node);
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword) {
    argumentsOf(machine, node.arguments, scope);
    return undefined;
  }
  if (
    node.expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(node.expression) && node.expression.text === 'require')
  ) {
    return machine.fromStatic(machine.values.of(node, scope.env), node);
  }
  const callee = unwrap(node.expression);
  if (ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee)) {
    const of =
      callee.expression.kind === ts.SyntaxKind.SuperKeyword
        ? superOf(machine, callee, scope)
        : machine.eval(callee.expression, scope);
    if ((isOptional(callee) || node.questionDotToken) && of == null) return undefined;
    const name = ts.isPropertyAccessExpression(callee)
      ? callee.name.text
      : machine.eval(callee.argumentExpression, scope);
    if (!isPrimitive(name)) return machine.unfollowed(of, argumentsOf(machine, node.arguments, scope), of, node);
    return methodCall(machine, of, String(name), node, scope);
  }
  const fn = machine.eval(callee, scope);
  if (fn == null) {
    if (node.questionDotToken) return undefined;
    throw new Thrown({ error: `${shorten(callee)} is not a function` });
  }
  return machine.call(fn, argumentsOf(machine, node.arguments, scope), undefined, node);
}

function superOf(machine: Machine, callee: ts.Expression, scope: Scope): V {
  const type = enclosingClass(callee);
  const self = selfOf(machine, callee, scope);
  if (!type || !isObj(self) || self.from?.is !== 'instance')
    return unknown('config', 'a base class that is not followed', machine.keyAt(callee), callee);
  const clause = type.heritageClauses?.find(each => each.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  const base = clause && machine.values.of(clause.expression).find(each => each.is === 'class');
  return base?.is === 'class'
    ? machine.instanceOf({ ...self.from, of: base }, callee)
    : unknown('config', 'a base class that is not followed', machine.keyAt(callee), callee);
}

function methodCall(machine: Machine, of: V, name: string, node: ts.CallExpression, scope: Scope): V {
  if (of == null) throw new Thrown({ error: `cannot call ${name} of ${String(of)}` });
  if (name === 'bind' || name === 'call' || name === 'apply') {
    const args = argumentsOf(machine, node.arguments, scope);
    if (isClosure(of)) {
      if (name === 'bind') return { ...of, self: of.self ?? args[0] };
      if (name === 'call') return machine.call({ ...of, self: args[0] ?? of.self }, args.slice(1), args[0], node);
      return machine.call({ ...of, self: args[0] ?? of.self }, isArr(args[1]) ? args[1].items : [], args[0], node);
    }
    if (isNative(of) || isObj(of))
      return name === 'bind'
        ? of
        : machine.call(of, name === 'call' ? args.slice(1) : isArr(args[1]) ? args[1].items : [], args[0], node);
  }
  if (isUnknown(of)) {
    const args = argumentsOf(machine, node.arguments, scope);
    return unknownCall(machine, of, name, args, node);
  }
  const method = machine.get(of, name, node.expression);
  const args = argumentsOf(machine, node.arguments, scope);
  if (method === undefined) {
    if (node.questionDotToken) return undefined;
    if (name === 'then' || name === 'catch' || name === 'finally')
      return name === 'then' && args[0] !== undefined ? machine.call(args[0], [of], undefined, node) : of;
    return machine.unfollowed(of, args, of, node);
  }
  const closure =
    isClosure(method) && method.self === undefined && isObj(of) && !ts.isArrowFunction(method.fn)
      ? { ...method, self: of }
      : method;
  return machine.call(closure, args, of, node);
}

function unknownCall(machine: Machine, of: Unknown, name: string, args: readonly V[], node: ts.CallExpression): V {
  if (name === 'then') return args[0] === undefined ? of : machine.call(args[0], [of], undefined, node);
  if (name === 'catch' || name === 'finally') return of;
  const marked = args.some(each => typeof each === 'string' && machine.request?.isMarked(each));
  if (marked && of.unknown === 'config') {
    if (name === 'includes' || name === 'has' || name === 'indexOf' || name === 'get') {
      machine.assumptions.push(of.why);
      machine.mark(node, false, 'exact');
      return name === 'indexOf' ? -1 : name === 'get' ? undefined : false;
    }
    return unknown('origin', of.why, `${of.key}.${name}(${args.map(keyOf).join()})`, node);
  }
  if (
    machine.request?.credentials === 'none' &&
    (of.unknown === 'secret' || args.some(each => isUnknown(each) && each.unknown === 'secret')) &&
    /^(startsWith|endsWith|includes|has|equals|test)$/.test(name)
  )
    return machine.lacksSecret([of, ...args]);
  if (/^(some|every|find|findIndex)$/.test(name) && isClosure(args[0] as V))
    return representative(machine, of, name, args[0] as V, node);
  const result = machine.unfollowed(of, args, of, node);
  const alone = args.every(each => isPrimitive(each) || isRegex(each));
  if (isUnknown(result) && alone) {
    // `randomBytes(32).toString('hex')` is as little empty as the bytes.
    const isText =
      of.why === drawnByChance && /^(toString|toUpperCase|toLowerCase|slice|substring|replace|replaceAll)$/.test(name);
    const key = `${of.key}.${name}(${args.map(keyOf).join()})`;
    return { ...result, unknown: of.unknown, why: of.why, key, ...(isText && { truthy: true }) };
  }
  return result;
}

/** `new X(…)`: a class of the tree, a modelled built-in, or something unknown. */
export function construct(machine: Machine, node: ts.NewExpression, scope: Scope): V {
  const callee = machine.eval(node.expression, scope);
  const args = argumentsOf(machine, node.arguments, scope);
  if (isClassRef(callee)) return instantiate(machine, callee.type.node, args, node, scope);
  if (isNative(callee)) return callee.native(args, undefined, node);
  if (isObj(callee) && callee.call) return machine.own(callee.call(args, undefined, node));
  if (isApi(callee)) {
    const modelled = machine.shared.library.construct(machine, callee, args, node);
    if (modelled) return modelled.value;
    return unknown(
      machine.tagOf(args),
      `\`new ${shorten(node.expression)}\` is not followed`,
      `new${machine.values.program.idOf(node)}`,
      node,
      true,
    );
  }
  return unknown(
    machine.tagOf([...args, callee]),
    `\`new ${shorten(node.expression)}\` is not followed`,
    `new${machine.values.program.idOf(node)}`,
    node,
    true,
  );
}

/** An instance made while the request runs: its constructor is run too. */
function instantiate(
  machine: Machine,
  type: ts.ClassLikeDeclaration,
  args: readonly V[],
  node: ts.NewExpression,
  scope: Scope,
): V {
  const found = machine.values.of(node, scope.env).find(each => each.is === 'instance');
  const value: Value = found ?? machine.values.someInstance(type);
  const base = machine.own(value.is === 'instance' ? machine.instanceOf(value, node) : objectOf({}));
  if (isError(type)) return { error: args.find(each => typeof each === 'string') ?? 'an error' };
  const ctor = constructorOf(type);
  if (ctor && !(machine.request && areFixed(machine, [...args, undefined])))
    machine.call({ fn: ctor, scope: undefined, self: base, env: undefined }, args, base, node);
  return base;
}

function isError(type: ts.ClassLikeDeclaration): boolean {
  const base = type.heritageClauses?.[0]?.types[0]?.expression;
  return base !== undefined && /Error$/.test(lastName(base));
}
