import { ts } from '../ts.js';
import { type Env, type Primitive, undefinedValue, type Value } from '../value.js';
import type { Values } from '../values.js';
import { frameAround } from './frames.js';
import { literal, thingMade } from './making.js';

/** What a method of a constant text gives. */
export function textCall(
  values: Values,
  text: string,
  name: string,
  node: ts.CallExpression,
  env: Env | undefined,
): readonly Value[] {
  const args = node.arguments.map(argument => values.one(argument, env));
  const plain = args.map(value => (value?.is === 'literal' ? value.value : undefined));
  if (args.some(value => value?.is !== 'literal') && args.length)
    return [{ is: 'unclear', why: 'a computed text', node, text: true }];
  switch (name) {
    case 'trim':
      return [literal(text.trim(), node)];
    case 'toLowerCase':
      return [literal(text.toLowerCase(), node)];
    case 'toUpperCase':
      return [literal(text.toUpperCase(), node)];
    case 'toString':
      return [literal(text, node)];
    case 'split':
      return [{ is: 'list', items: text.split(String(plain[0])).map(part => literal(part, node)), node }];
    default:
      return [{ is: 'unclear', why: 'a computed text', node, text: true }];
  }
}

/** What a method of an array gives: its elements, or a list of them. */
export function arrayCall(
  values: Values,
  of: Value,
  name: string,
  node: ts.CallExpression,
  env: Env | undefined,
): readonly Value[] {
  if (of.is === 'list' && of.exact) return exactCall(values, of, name, node, env);
  switch (name) {
    case 'find':
    case 'at':
    case 'pop':
    case 'shift':
      return values.elements(of, node);
    case 'filter':
    case 'slice':
    case 'reverse':
    case 'sort':
    case 'flat':
      return [{ is: 'list', items: values.elements(of, node), node }];
    case 'concat':
      return [{ is: 'list', items: [...values.elements(of, node), ...appended(values, node, env)], node }];
    case 'map':
    case 'flatMap':
      return [{ is: 'list', items: mapped(values, of, node, env), node }];
    case 'join':
      return [{ is: 'unclear', why: 'a computed text', node, text: true }];
    default:
      return [{ is: 'unclear', why: 'the result of a call that is not followed', node }];
  }
}

/** What a method of the command line gives: nothing that is searched for is there. */
function exactCall(
  values: Values,
  of: Extract<Value, { is: 'list' }>,
  name: string,
  node: ts.CallExpression,
  env: Env | undefined,
): readonly Value[] {
  const [first] = node.arguments.map(argument => values.one(argument, env));
  switch (name) {
    case 'includes':
    case 'some':
      return [literal(false, node)];
    case 'indexOf':
    case 'findIndex':
    case 'lastIndexOf':
      return [literal(-1, node)];
    case 'slice':
      return [{ ...of, items: of.items.slice(first?.is === 'literal' ? Number(first.value) : 0), node }];
    case 'filter':
    case 'map':
    case 'flatMap':
      return [{ ...of, items: [], node }];
    case 'find':
    case 'shift':
    case 'pop':
      return [undefinedValue];
    case 'join':
      return [{ is: 'unclear', why: 'a computed text', node, text: true }];
    default:
      return [{ is: 'unclear', why: 'the command line', node }];
  }
}

/** What `concat` puts behind a list: the elements of lists among its arguments, the others as they are. */
function appended(values: Values, node: ts.CallExpression, env: Env | undefined): readonly Value[] {
  return node.arguments
    .flatMap(argument => values.of(argument, env))
    .flatMap(value => (value.is === 'array' || value.is === 'list' ? values.elements(value, node) : [value]));
}

/** What the callback of `list.map(…)` returns, for one element after another. */
function mapped(values: Values, list: Value, node: ts.CallExpression, env: Env | undefined): readonly Value[] {
  const callbacks = node.arguments[0] ? values.of(node.arguments[0], env) : [];
  return callbacks.flatMap(callback => {
    if (callback.is !== 'function') return [];
    const { node: owner, self, env: parent } = callback;
    return values
      .elements(list, node)
      .flatMap(element => values.returnsOf(owner, values.frame({ owner, element, self, parent })));
  });
}

function isNull(node: ts.Node | undefined): boolean {
  return node?.kind === ts.SyntaxKind.NullKeyword;
}

/** What a call of a global function gives. */
export function globalCall(
  values: Values,
  path: string,
  node: ts.CallExpression,
  env: Env | undefined,
): readonly Value[] {
  const first = node.arguments[0];
  switch (path) {
    case 'Object.freeze':
    case 'Object.seal':
    case 'Promise.resolve':
    case 'structuredClone':
    case 'Array.from':
      return first ? values.of(first, env) : [undefinedValue];
    // A table without a prototype, filled by its elements.
    case 'Object.create':
      return isNull(first)
        ? [{ is: 'container', type: 'Object', node, env: frameAround(node, env) }]
        : [thingMade(`global ${path}()`, node, env)];
    case 'Object.assign':
      return [{ is: 'merged', parts: node.arguments.map(argument => values.of(argument, env)), node }];
    case 'Object.entries':
    case 'Object.values':
      return [
        { is: 'list', items: first ? values.of(first, env).flatMap(value => values.elements(value, node)) : [], node },
      ];
    case 'Promise.all':
      return first ? values.of(first, env) : [];
    case 'Number':
    case 'parseInt':
    case 'parseFloat':
    case 'Number.parseInt':
    case 'Number.parseFloat':
    case 'String':
    case 'Boolean':
      return converted(values, path, node, env);
    default:
      return [thingMade(`global ${path}()`, node, env)];
  }
}

/** A constant converted by a global function; an environment variable is unset, so it converts like `undefined`. */
function converted(values: Values, path: string, node: ts.CallExpression, env: Env | undefined): readonly Value[] {
  const value = node.arguments[0] && values.one(node.arguments[0], env);
  if (value?.is === 'literal') return [literal(convert(path, value.value), node)];
  if (value?.is === 'env' && !value.required) return [literal(convert(path, undefined), node)];
  return [{ is: 'unclear', why: 'a converted value', node }];
}

function convert(path: string, value: Primitive): Primitive {
  if (path === 'String') return String(value);
  if (path === 'Boolean') return Boolean(value);
  return path.endsWith('parseInt') ? Number.parseInt(String(value), 10) : Number(value);
}
