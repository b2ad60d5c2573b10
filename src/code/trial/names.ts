import { type FunctionNode, propertyName, unwrap } from '../module.js';
import { ts } from '../ts.js';
import type { Env } from '../value.js';
import { isAutoImported } from '../values/names.js';
import { isArr, isObj, isPrimitive, type Scope, type V } from './domain.js';
import { globalOf } from './globals.js';
import type { Machine } from './machine.js';
import { contains } from './source-text.js';

/** Gives the parameters of a function their arguments, or their defaults. */
export function bindParameters(machine: Machine, fn: FunctionNode, args: readonly V[], scope: Scope): void {
  let index = 0;
  for (const parameter of fn.parameters) {
    if (ts.isIdentifier(parameter.name) && parameter.name.text === 'this') continue;
    const given: V = parameter.dotDotDotToken ? { items: args.slice(index), open: undefined } : args[index];
    const value = given === undefined && parameter.initializer ? machine.eval(parameter.initializer, scope) : given;
    bind(machine, parameter.name, value, scope);
    index++;
  }
}

/** Gives the names of a pattern their parts of a value. */
export function bind(machine: Machine, name: ts.BindingName, value: V, scope: Scope): void {
  if (ts.isIdentifier(name)) {
    const decl = machine.values.declarationOf(name);
    if (decl) scope.vars.set(decl, value);
    return;
  }
  name.elements.forEach((element, index) => {
    if (ts.isOmittedExpression(element)) return;
    let part: V;
    if (ts.isArrayBindingPattern(name))
      part = element.dotDotDotToken ? restOf(value, index) : machine.get(value, String(index), element);
    else if (element.dotDotDotToken) part = value;
    else {
      const key = element.propertyName
        ? (propertyName(element.propertyName) ?? '')
        : ts.isIdentifier(element.name)
          ? element.name.text
          : '';
      part = machine.get(value, key, element);
    }
    if (part === undefined && element.initializer) part = machine.eval(element.initializer, scope);
    bind(machine, element.name, part, scope);
  });
}

function restOf(list: V, from: number): V {
  return isArr(list) ? { items: list.items.slice(from), open: list.open } : list;
}

/** Runs `const`, `let` and `var`. */
export function declare(machine: Machine, list: ts.VariableDeclarationList, scope: Scope): void {
  for (const declaration of list.declarations) {
    const value = declaration.initializer ? machine.eval(declaration.initializer, scope) : undefined;
    bind(machine, declaration.name, value, scope);
  }
}

/** What a name stands for: a variable of the running functions, a global, or a value of the start-up code. */
export function valueOfName(machine: Machine, name: ts.Identifier, scope: Scope): V {
  if (name.text === 'undefined') return undefined;
  const decl = machine.values.declarationOf(name);
  if (!decl && isAutoImported(machine.values.program, name)) return { api: 'h3', path: name.text };
  if (!decl && name.text === 'exports') return machine.fromStatic(machine.values.of(name), name);
  if (!decl) return globalOf(machine, name.text, name);
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    if (at.vars.has(decl)) return at.vars.get(decl);
  }
  let env: Env | undefined;
  for (let at: Scope | undefined = scope; at; at = at.parent) env ??= at.env;
  // A function declared inside one that is running closes over its variables.
  if (decl.is === 'function') {
    let home: Scope | undefined = scope;
    while (home?.fn && !contains(home.fn, decl.node)) home = home.parent;
    return { fn: decl.node, scope: home, self: undefined, env };
  }
  return machine.ofDeclaration(decl, name, env);
}

/** The scope of start-up code: no function is running. */
export function outerScope(env: Env | undefined): Scope {
  return { vars: new Map(), self: undefined, parent: undefined, fn: undefined, env };
}

/** What `this` is. */
export function selfOf(machine: Machine, node: ts.Node, scope: Scope): V {
  for (let at: Scope | undefined = scope; at; at = at.parent) if (at.self !== undefined) return at.self;
  return machine.fromStatic(machine.values.of(node as ts.Expression, scope.env), node);
}

/** Runs `target = value`; what is not known to be a variable or an object keeps its value. */
export function assign(machine: Machine, target: ts.Expression, value: V, scope: Scope): void {
  const left = unwrap(target);
  if (ts.isIdentifier(left)) {
    const decl = machine.values.declarationOf(left);
    for (let at: Scope | undefined = scope; decl && at; at = at.parent) {
      if (at.vars.has(decl)) {
        at.vars.set(decl, value);
        return;
      }
    }
    return;
  }
  if (ts.isPropertyAccessExpression(left)) {
    const of = machine.eval(left.expression, scope);
    if (isObj(of)) {
      machine.set(of, left.name.text, value);
      machine.request?.onSet(machine, of, left.name.text, value);
    }
    return;
  }
  if (ts.isElementAccessExpression(left)) {
    const of = machine.eval(left.expression, scope);
    const key = machine.eval(left.argumentExpression, scope);
    if (isObj(of) && isPrimitive(key)) machine.set(of, String(key), value);
  }
}
