import { classNames, constructorOf, superCallOf } from '../classes.js';
import { encloses, holdersOf, isCall, isDeclared, makerOf, namesOf, outermost } from '../functions.js';
import { type FunctionNode, unwrap } from '../module.js';
import { ts } from '../ts.js';
import type { Values } from '../values.js';
import { subclassesOf } from './lineage.js';
import { mentionsOf } from './mentions.js';

/** A place from which a function is entered. */
export interface CallSite {
  readonly node: ts.CallExpression | ts.NewExpression;
  /** False when the function is only handed on there, to code that is not followed. */
  readonly enters: boolean;
}

/** The places that enter a function, looked up afresh; `Values.callersOf` remembers them. */
export function findCallers(values: Values, fn: FunctionNode): CallSite[] {
  if (ts.isConstructorDeclaration(fn)) return constructorCallers(values, fn.parent);
  const holder = outermost(fn).parent;
  if (isCall(holder) && !isDeclared(fn))
    return unwrap(holder.expression) === fn ? [{ node: holder, enters: true }] : handedOn(values, fn);
  // A closure goes by the names that its maker's results are stored under, or is handed on at once.
  const maker = makerOf(fn);
  const made = maker
    ? values
        .callersOf(maker)
        .filter(site => site.enters)
        .map(site => site.node)
    : [];
  const names = [...namesOf(fn), ...made.flatMap(holdersOf)];
  return [...usesOf(values, fn, names), ...made.flatMap(call => handedOn(values, call))];
}

/** The calls of a function under these names, and the calls that it is handed to under them. */
function usesOf(values: Values, fn: FunctionNode, names: readonly string[]): CallSite[] {
  return mentionsOf(values, fn, names).flatMap(({ module, name }) => [
    ...(module.calls.get(name) ?? [])
      .filter(site => leadsTo(values, site.expression, fn))
      .map(node => ({ node, enters: true })),
    ...(module.argumentUses.get(name) ?? []).flatMap(({ call, index }) => {
      const argument = call.arguments?.[index];
      return argument && leadsTo(values, argument, fn) ? handedTo(values, call, index) : [];
    }),
  ]);
}

/** Where what is written at a place is entered, when that is an argument. */
function handedOn(values: Values, node: ts.Node): CallSite[] {
  const whole = outermost(node);
  const call = whole.parent;
  return isCall(call) ? handedTo(values, call, call.arguments?.indexOf(whole as ts.Expression) ?? -1) : [];
}

/** Where a function handed to a call is entered: wherever an own callee calls that parameter, else "there". */
function handedTo(values: Values, call: ts.CallExpression | ts.NewExpression, index: number, depth = 0): CallSite[] {
  const callees =
    call.expression.kind === ts.SyntaxKind.SuperKeyword || index < 0 || depth > 2 ? [] : values.of(call.expression);
  const found = callees.flatMap((value): CallSite[] => {
    const target = value.is === 'function' ? value.node : value.is === 'class' ? constructorOf(value.node) : undefined;
    const parameter = target?.parameters[index];
    if (!target || !parameter || !ts.isIdentifier(parameter.name)) return [];
    const { text } = parameter.name;
    const module = values.program.moduleOf(target);
    const calls = (module.calls.get(text) ?? []).filter(
      site => encloses(target, site) && ts.isIdentifier(unwrap(site.expression)),
    );
    const onward = (module.argumentUses.get(text) ?? []).filter(
      use => encloses(target, use.call) && ts.isIdentifier(unwrap(use.call.arguments![use.index]!)),
    );
    return [
      ...calls.map(node => ({ node, enters: true })),
      ...onward.flatMap(use => handedTo(values, use.call, use.index, depth + 1)),
    ];
  });
  return found.length ? found : [{ node: call, enters: false }];
}

function constructorCallers(values: Values, type: ts.ClassLikeDeclaration): CallSite[] {
  const inherited = subclassesOf(values, type).flatMap(sub => {
    const own = constructorOf(sub);
    const call = own && superCallOf(own);
    return own ? (call ? [{ node: call, enters: true }] : []) : constructorCallers(values, sub);
  });
  return [...values.constructionsOf(type), ...inherited];
}

/** Every `new` of a class itself. */
export function constructionsOf(values: Values, type: ts.ClassLikeDeclaration): CallSite[] {
  return mentionsOf(values, type, classNames(type)).flatMap(({ module, name }) =>
    (module.constructions.get(name) ?? [])
      .filter(site => leadsToClass(values, site.expression, type))
      .map(node => ({ node, enters: true })),
  );
}

function leadsTo(values: Values, callee: ts.Expression, fn: FunctionNode): boolean {
  return values.of(callee).some(value => value.is === 'function' && value.node === fn);
}

function leadsToClass(values: Values, callee: ts.Expression, type: ts.ClassLikeDeclaration): boolean {
  return values.of(callee).some(value => value.is === 'class' && value.node === type);
}
