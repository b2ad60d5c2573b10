import { unwrap } from '../module.js';
import { ts } from '../ts.js';
import { credentialName } from './credentials.js';
import { isObj, isPrimitive, isUnknown, joinTags, type Scope, type Unknown, unknown, type V } from './domain.js';
import { keyOf, lastKey } from './keys.js';
import type { Machine } from './machine.js';
import { assign } from './names.js';

/** `left operator right`, with the short circuits of `&&`, `||` and `??`. */
export function binary(machine: Machine, node: ts.BinaryExpression, scope: Scope): V {
  const operator = node.operatorToken.kind;
  switch (operator) {
    case ts.SyntaxKind.AmpersandAmpersandToken: {
      const left = machine.eval(node.left, scope);
      const truth = machine.truth(left, node.left);
      machine.mark(node.left, truth);
      return truth ? machine.eval(node.right, scope) : left;
    }
    case ts.SyntaxKind.BarBarToken: {
      const left = machine.eval(node.left, scope);
      if (isDefaulted(machine, left, node)) return machine.eval(node.right, scope);
      const truth = machine.truth(left, node.left);
      machine.mark(node.left, truth);
      return truth ? left : machine.eval(node.right, scope);
    }
    case ts.SyntaxKind.QuestionQuestionToken: {
      const left = machine.eval(node.left, scope);
      if (isDefaulted(machine, left, node)) return machine.eval(node.right, scope);
      if (isUnknown(left) && !left.truthy) {
        return machine.choose(left, 2, node.left, 'nullish') === 0
          ? { ...left, key: `${left.key}!` }
          : machine.eval(node.right, scope);
      }
      return left ?? machine.eval(node.right, scope);
    }
    case ts.SyntaxKind.EqualsToken: {
      const value = machine.eval(node.right, scope);
      assign(machine, node.left, value, scope);
      return value;
    }
    case ts.SyntaxKind.PlusEqualsToken:
    case ts.SyntaxKind.MinusEqualsToken: {
      const value = arithmetic(machine, node, machine.eval(node.left, scope), machine.eval(node.right, scope));
      assign(machine, node.left, value, scope);
      return value;
    }
    case ts.SyntaxKind.AmpersandEqualsToken:
    case ts.SyntaxKind.BarEqualsToken: {
      const value = bitwise(machine, node, machine.eval(node.left, scope), machine.eval(node.right, scope));
      assign(machine, node.left, value, scope);
      return value;
    }
    case ts.SyntaxKind.AmpersandAmpersandEqualsToken:
    case ts.SyntaxKind.QuestionQuestionEqualsToken:
    case ts.SyntaxKind.BarBarEqualsToken: {
      const before = machine.eval(node.left, scope);
      const isKept =
        operator === ts.SyntaxKind.BarBarEqualsToken
          ? machine.truth(before, node)
          : operator === ts.SyntaxKind.AmpersandAmpersandEqualsToken
            ? !machine.truth(before, node)
            : before != null;
      if (isKept) return before;
      const value = machine.eval(node.right, scope);
      assign(machine, node.left, value, scope);
      return value;
    }
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
    case ts.SyntaxKind.EqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsToken: {
      const left = machine.eval(node.left, scope);
      const right = machine.eval(node.right, scope);
      const isLoose = operator === ts.SyntaxKind.EqualsEqualsToken || operator === ts.SyntaxKind.ExclamationEqualsToken;
      const isNegated =
        operator === ts.SyntaxKind.ExclamationEqualsEqualsToken || operator === ts.SyntaxKind.ExclamationEqualsToken;
      const same =
        isLoose && (left == null || right == null) && !isUnknown(left) && !isUnknown(right)
          ? left == null && right == null
          : equal(machine, left, right, node);
      if (isUnknown(same)) return isNegated ? { ...same, key: `!${same.key}`, negated: same } : same;
      return isNegated ? !same : same;
    }
    case ts.SyntaxKind.CommaToken:
      machine.eval(node.left, scope);
      return machine.eval(node.right, scope);
    case ts.SyntaxKind.InstanceOfKeyword:
    case ts.SyntaxKind.InKeyword: {
      const left = machine.eval(node.left, scope);
      const right = machine.eval(node.right, scope);
      if (operator === ts.SyntaxKind.InKeyword && isObj(right) && !right.rest && isPrimitive(left))
        return right.props.has(String(left)) || right.lazy?.(String(left)) !== undefined;
      const isResponse = ts.isIdentifier(node.right) && node.right.text === 'Response';
      if (operator === ts.SyntaxKind.InstanceOfKeyword && isResponse && !isUnknown(left))
        return isObj(left) && left.props.has('isResponse');
      return unknown(machine.tagOf([left, right]), 'a type test', `${machine.keyAt(node)}(${keyOf(left)})`, node);
    }
    default:
      return arithmetic(machine, node, machine.eval(node.left, scope), machine.eval(node.right, scope));
  }
}

/** As shipped, configuration that could not be read has the default that stands beside it. */
function isDefaulted(machine: Machine, left: V, node: ts.BinaryExpression): boolean {
  if (machine.mode !== 'shipped' || !isUnknown(left) || left.unknown !== 'config' || left.truthy) return false;
  const right = unwrap(node.right);
  if (ts.isCallExpression(right) || ts.isNewExpression(right)) return false;
  return machine.values
    .of(right)
    .every(value => value.is === 'literal' || value.is === 'object' || value.is === 'array' || value.is === 'env');
}

/** Equality; of something unknown, an unknown boolean or what a stranger can be sure of. */
export function equal(machine: Machine, left: V, right: V, node: ts.Node): V {
  if (!isUnknown(left) && !isUnknown(right)) {
    if ([left, right].some(each => typeof each === 'string' && machine.request?.isFromOrigin(each)))
      machine.comparesNames = true;
    const same = isPrimitive(left) && isPrimitive(right) ? left === right : keyOf(left) === keyOf(right);
    if (machine.request && [left, right].some(each => typeof each === 'string' && machine.request?.isOrigin(each)))
      machine.mark(node, same, 'exact');
    return same;
  }
  if (isUnknown(left) && isUnknown(right) && left.key === right.key) return true;
  const [open, other] = isUnknown(left) ? [left, right] : [right as Unknown, left];
  if (open.truthy && (other == null || other === false || other === '')) return false;
  // Once the operator has configured a list, it holds something.
  if (machine.mode === 'configured' && open.unknown === 'config' && other === 0 && /\.(length|size)$/.test(open.key))
    return false;
  const tags = [open.unknown, ...(isUnknown(other) ? [other.unknown] : [])];
  const isMarked = typeof other === 'string' && machine.request?.isMarked(other);
  if (isMarked && open.unknown === 'config') {
    // A fresh domain is not in the operator's list.
    machine.assumptions.push(open.why);
    machine.mark(node, false, 'exact');
    return false;
  }
  if (machine.request?.credentials === 'none' && tags.includes('secret')) return machine.lacksSecret([left, right]);
  if (
    machine.request?.credentials === 'none' &&
    tags.includes('request') &&
    tags.includes('config') &&
    [left, right].some(each => isUnknown(each) && credentialName.test(lastKey(each.key)))
  )
    return false;
  const tag = tags.includes('secret')
    ? 'secret'
    : tags.includes('request')
      ? 'request'
      : isMarked
        ? 'opaque'
        : joinTags(tags);
  return unknown(
    tag,
    tags.length > 1 ? `a comparison` : open.why,
    `(${[keyOf(left), keyOf(right)].sort().join('=')})`,
    node,
  );
}

const endless = Number.POSITIVE_INFINITY;

function arithmetic(machine: Machine, node: ts.BinaryExpression, left: V, right: V): V {
  if (isPrimitive(left) && isPrimitive(right)) {
    const result = calculate(node.operatorToken.kind, left, right);
    if (result !== undefined) return result;
  }
  // What has no end is larger than whatever is set as a limit.
  if ((left === endless && isUnknown(right)) || (isUnknown(left) && right === endless)) {
    const result = calculate(node.operatorToken.kind, left === endless ? left : 0, right === endless ? right : 0);
    if (typeof result === 'boolean') return result;
  }
  return unknown(
    machine.tagOf([left, right]),
    'a computed value',
    `(${keyOf(left)}${node.operatorToken.getText()}${keyOf(right)})`,
    node,
    (node.operatorToken.kind === ts.SyntaxKind.PlusToken ||
      node.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken) &&
      [left, right].some(each => typeof each === 'string' && each !== ''),
  );
}

/** `allowed &= ok` and `|=`: of booleans, a number that holds as they do. */
function bitwise(machine: Machine, node: ts.BinaryExpression, left: V, right: V): V {
  if (!isPrimitive(left) || !isPrimitive(right)) return arithmetic(machine, node, left, right);
  return node.operatorToken.kind === ts.SyntaxKind.AmpersandEqualsToken
    ? Number(left) & Number(right)
    : Number(left) | Number(right);
}

/** `x++` and `x--`. */
export function postfix(machine: Machine, node: ts.PostfixUnaryExpression, scope: Scope): V {
  return step(machine, node, scope).before;
}

function step(
  machine: Machine,
  node: ts.PostfixUnaryExpression | ts.PrefixUnaryExpression,
  scope: Scope,
): { before: V; after: V } {
  const before = machine.eval(node.operand, scope);
  const by = node.operator === ts.SyntaxKind.PlusPlusToken ? 1 : -1;
  const after = isPrimitive(before)
    ? Number(before) + by
    : unknown(machine.tagOf([before]), 'a computed value', `(${keyOf(before)}+${by})`, node);
  assign(machine, node.operand, after, scope);
  return { before, after };
}

/** `!x`, `-x`, `+x`, `++x` and `--x`. */
export function prefix(machine: Machine, node: ts.PrefixUnaryExpression, scope: Scope): V {
  if (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
    return step(machine, node, scope).after;
  if (node.operator === ts.SyntaxKind.ExclamationToken) {
    const value = machine.eval(node.operand, scope);
    const truth = machine.truth(value, node.operand);
    machine.mark(node, !truth);
    return !truth;
  }
  const value = machine.eval(node.operand, scope);
  if (isPrimitive(value)) {
    if (node.operator === ts.SyntaxKind.MinusToken) return -Number(value);
    if (node.operator === ts.SyntaxKind.PlusToken) return Number(value);
  }
  return unknown(machine.tagOf([value]), 'a computed value', `${machine.keyAt(node)}`, node);
}

function calculate(
  operator: ts.SyntaxKind,
  left: string | number | boolean | null | undefined | bigint,
  right: typeof left,
): V {
  const a = left as number;
  const b = right as number;
  switch (operator) {
    case ts.SyntaxKind.PlusToken:
    case ts.SyntaxKind.PlusEqualsToken:
      return typeof left === 'string' || typeof right === 'string' ? `${String(left)}${String(right)}` : a + b;
    case ts.SyntaxKind.MinusToken:
    case ts.SyntaxKind.MinusEqualsToken:
      return a - b;
    case ts.SyntaxKind.AsteriskToken:
      return a * b;
    case ts.SyntaxKind.SlashToken:
      return a / b;
    case ts.SyntaxKind.PercentToken:
      return a % b;
    case ts.SyntaxKind.LessThanToken:
      return a < b;
    case ts.SyntaxKind.LessThanEqualsToken:
      return a <= b;
    case ts.SyntaxKind.GreaterThanToken:
      return a > b;
    case ts.SyntaxKind.GreaterThanEqualsToken:
      return a >= b;
    default:
      return undefined;
  }
}
