import { lastName, unwrap } from '../module.js';
import { ts } from '../ts.js';
import type { Env, Value } from '../value.js';
import type { Values } from '../values.js';

/** What may stand in a collection: array elements, what was pushed, set, added or assigned into it. */
export function elementsOf(values: Values, value: Value, node: ts.Node): readonly Value[] {
  switch (value.is) {
    case 'list':
      return value.items;
    case 'array':
      return values.guarded(`[${values.keyOf(value)}`, node, () => [
        ...value.node.elements.flatMap(element =>
          ts.isOmittedExpression(element) ? [] : spreadOf(values, element, value.env),
        ),
        ...putInto(values, value),
      ]);
    case 'container':
      return values.guarded(`[${values.keyOf(value)}`, node, () => [
        ...(value.type === 'Object' ? [] : (value.node.arguments ?? [])).flatMap(argument =>
          values.of(argument, value.env).flatMap(each => values.elements(each, node)),
        ),
        ...putInto(values, value),
      ]);
    case 'object':
      return values.guarded(`[${values.keyOf(value)}`, node, () => [
        ...value.node.properties.flatMap(property =>
          ts.isPropertyAssignment(property) ? values.of(property.initializer, value.env) : [],
        ),
        ...putInto(values, value),
      ]);
    case 'literal':
    case 'env':
      return [];
    case 'unclear':
      return [{ is: 'unclear', why: value.why, node }];
    default:
      return [{ is: 'unclear', why: 'an element of something that is not followed', node }];
  }
}

/** What an argument or array element stands for, `...list` included. */
export function spreadOf(values: Values, argument: ts.Expression, env: Env | undefined): readonly Value[] {
  return ts.isSpreadElement(argument)
    ? values.of(argument.expression, env).flatMap(value => values.elements(value, argument))
    : values.of(argument, env);
}

/** Methods that put something into a collection, and the argument from which on it stands. */
const putting = [
  ['push', 0],
  ['unshift', 0],
  ['add', 0],
  ['set', 1],
] as const;

type Collection = Extract<Value, { is: 'array' | 'container' | 'object' }>;

/** The variable, field or property that an expression is put in; '' when it has no name. */
function nameOfPlace(node: ts.Node): string {
  for (let at = node.parent; at && !ts.isStatement(at) && !ts.isFunctionLike(at); at = at.parent) {
    if (ts.isVariableDeclaration(at) || ts.isPropertyDeclaration(at) || ts.isPropertyAssignment(at)) {
      return ts.isIdentifier(at.name) || ts.isPrivateIdentifier(at.name) ? at.name.text : '';
    }
    if (ts.isBinaryExpression(at)) return lastName(at.left);
  }
  return '';
}

/** What its own file, and those that import it and know it by name, put into a collection. */
function putInto(values: Values, target: Collection): readonly Value[] {
  // The same in every frame: what is put in is found by the place of the collection alone.
  return values.guarded(`+${values.program.idOf(target.node)}`, target.node, () => whatIsPutInto(values, target));
}

function whatIsPutInto(values: Values, target: Collection): readonly Value[] {
  const home = values.program.moduleOf(target.node);
  const name = nameOfPlace(target.node);
  const importers =
    name === ''
      ? []
      : [...values.program.importersOf(home.file)].filter(
          file => file !== home.file && values.program.mentions(file, name),
        );
  const isTarget = (expression: ts.Expression) =>
    values
      .of(expression)
      .some(
        value =>
          (value.is === 'array' || value.is === 'container' || value.is === 'object') && value.node === target.node,
      );
  const found: Value[] = [];
  for (const file of [home.file, ...importers]) {
    const module = values.program.isParsed(file) ? values.program.module(file) : undefined;
    for (const [method, position] of target.is === 'object' ? [] : putting) {
      for (const call of module?.calls.get(method) ?? []) {
        const callee = unwrap(call.expression);
        if (!ts.isPropertyAccessExpression(callee) || !call.arguments[position] || !isTarget(callee.expression))
          continue;
        for (const argument of call.arguments.slice(position)) found.push(...spreadOf(values, argument, undefined));
      }
    }
    for (const write of module?.elementWrites ?? [])
      if (isTarget(write.target.expression)) found.push(...values.of(write.right));
  }
  return found;
}
