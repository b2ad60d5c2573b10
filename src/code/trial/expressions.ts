import { unwrap } from '../module.js';
import { ts } from '../ts.js';
import { argumentsOf, callExpression, construct } from './calls.js';
import {
  isClassRef,
  isClosure,
  isNative,
  isObj,
  isPrimitive,
  isUnknown,
  isUrl,
  type Scope,
  unknown,
  type V,
} from './domain.js';
import { keyOf } from './keys.js';
import type { Machine } from './machine.js';
import { elementOf, isOptional } from './members.js';
import { selfOf, valueOfName } from './names.js';
import { arrayLiteral, objectLiteral } from './objects.js';
import { binary, postfix, prefix } from './operators.js';
import { readOptions } from './options.js';

function serve(machine: Machine, node: ts.Node, scope: Scope): void {
  const accepted = machine.onSink;
  machine.onSink = undefined;
  accepted?.(ts.isCallExpression(node) ? argumentsOf(machine, node.arguments, scope) : []);
  const told = machine.tells && machine.eval(machine.tells, scope);
  if (machine.tells && !isTold(machine, told, node))
    machine.act('refuses', node, 'the header names somebody else', true);
  machine.act('admits', node, 'the client is served', true);
}

function passOn(machine: Machine, { run }: NonNullable<Machine['through']>, node: ts.Node): V {
  machine.through = undefined;
  run();
  return unknown('config', 'the answer of another function', machine.keyAt(node), node, true);
}

/** Whether a header value speaks of the client: its own origin, or everybody. What is not known may. */
function isTold(machine: Machine, told: V, node: ts.Node): boolean {
  if (isUnknown(told)) return machine.choose({ ...told, unknown: 'opaque' }, 2, node, 'told') === 0;
  return told === '*' || (typeof told === 'string' && told === machine.request?.origin);
}

/** Evaluates a condition and remembers which way it went. */
export function condition(machine: Machine, expression: ts.Expression, scope: Scope): boolean {
  const node = unwrap(expression);
  if (ts.isBinaryExpression(node)) {
    if (node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken)
      return machine.condition(node.left, scope) && machine.condition(node.right, scope);
    if (node.operatorToken.kind === ts.SyntaxKind.BarBarToken)
      return machine.condition(node.left, scope) || machine.condition(node.right, scope);
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    const inner = machine.condition(node.operand, scope);
    machine.mark(node, !inner);
    return !inner;
  }
  const truth = machine.truth(machine.eval(node, scope), node);
  machine.mark(node, truth);
  return truth;
}

/** The value of an expression. Reaching a sink ends the run: the client is served. */
export function evaluate(machine: Machine, expression: ts.Expression, scope: Scope): V {
  const node = unwrap(expression);
  machine.tick(node);
  if (machine.serves(node)) serve(machine, node, scope);
  if (machine.through?.node === node) return passOn(machine, machine.through, node);
  switch (node.kind) {
    case ts.SyntaxKind.StringLiteral:
    case ts.SyntaxKind.NoSubstitutionTemplateLiteral: {
      const { text } = node as ts.StringLiteralLike;
      if (text.length < 200 && /\.|localhost|:\/\//.test(text)) machine.shared.literals.add(text);
      return text;
    }
    case ts.SyntaxKind.NumericLiteral:
      return Number((node as ts.NumericLiteral).text);
    case ts.SyntaxKind.TrueKeyword:
      return true;
    case ts.SyntaxKind.FalseKeyword:
      return false;
    case ts.SyntaxKind.NullKeyword:
      return null;
    case ts.SyntaxKind.Identifier:
      return valueOfName(machine, node as ts.Identifier, scope);
    case ts.SyntaxKind.ThisKeyword:
      return selfOf(machine, node, scope);
    case ts.SyntaxKind.RegularExpressionLiteral: {
      const { text } = node as ts.RegularExpressionLiteral;
      const slash = text.lastIndexOf('/');
      return { regex: text.slice(1, slash), flags: text.slice(slash + 1), node };
    }
    case ts.SyntaxKind.ArrowFunction:
    case ts.SyntaxKind.FunctionExpression:
      return { fn: node as ts.ArrowFunction, scope, self: scope.self, env: scope.env };
    case ts.SyntaxKind.ObjectLiteralExpression:
      return machine.own(objectLiteral(machine, node as ts.ObjectLiteralExpression, scope));
    case ts.SyntaxKind.ArrayLiteralExpression:
      return machine.own(arrayLiteral(machine, node as ts.ArrayLiteralExpression, scope));
    case ts.SyntaxKind.PropertyAccessExpression: {
      const access = node as ts.PropertyAccessExpression;
      const options = access.name.text === 'argv' ? readOptions(machine, node, scope) : undefined;
      if (options !== undefined) return options;
      const of = machine.eval(access.expression, scope);
      if (isOptional(access) && of == null) return undefined;
      return machine.get(of, access.name.text, node);
    }
    case ts.SyntaxKind.ElementAccessExpression:
      return elementOf(machine, node as ts.ElementAccessExpression, scope);
    case ts.SyntaxKind.CallExpression:
      return readOptions(machine, node, scope) ?? callExpression(machine, node as ts.CallExpression, scope);
    case ts.SyntaxKind.NewExpression:
      return construct(machine, node as ts.NewExpression, scope);
    case ts.SyntaxKind.ConditionalExpression: {
      const ternary = node as ts.ConditionalExpression;
      return machine.eval(machine.condition(ternary.condition, scope) ? ternary.whenTrue : ternary.whenFalse, scope);
    }
    case ts.SyntaxKind.BinaryExpression:
      return binary(machine, node as ts.BinaryExpression, scope);
    case ts.SyntaxKind.PrefixUnaryExpression:
      return prefix(machine, node as ts.PrefixUnaryExpression, scope);
    case ts.SyntaxKind.TemplateExpression:
      return template(machine, node as ts.TemplateExpression, scope);
    case ts.SyntaxKind.TypeOfExpression:
      return typeOf(machine.eval((node as ts.TypeOfExpression).expression, scope));
    case ts.SyntaxKind.VoidExpression:
      machine.eval((node as ts.VoidExpression).expression, scope);
      return undefined;
    case ts.SyntaxKind.PostfixUnaryExpression:
      return postfix(machine, node as ts.PostfixUnaryExpression, scope);
    case ts.SyntaxKind.YieldExpression: {
      const { expression } = node as ts.YieldExpression;
      if (expression) machine.eval(expression, scope);
      return unknown('config', 'what a generator is given', machine.keyAt(node), node);
    }
    case ts.SyntaxKind.DeleteExpression:
      return unknown('config', 'a value that is not followed', machine.keyAt(node), node);
    case ts.SyntaxKind.ClassExpression:
      return { type: { is: 'class', node: node as ts.ClassExpression, env: scope.env } };
    default:
      return unknown('config', 'an expression that is not followed', machine.keyAt(node), node);
  }
}

function template(machine: Machine, node: ts.TemplateExpression, scope: Scope): V {
  let text = node.head.text;
  const parts: V[] = [];
  let isOpen = false;
  for (const span of node.templateSpans) {
    const value = machine.eval(span.expression, scope);
    parts.push(value);
    if (isPrimitive(value)) text += String(value);
    else if (isUrl(value)) text += value.url.href;
    else isOpen = true;
    text += span.literal.text;
  }
  if (!isOpen) return text;
  return unknown(
    machine.tagOf(parts),
    'a text with parts that are not known',
    `\`${node.head.text}${parts.map(keyOf).join()}\``,
    node,
    text !== '',
  );
}

function typeOf(v: V): V {
  if (isUnknown(v)) return unknown(v.unknown, v.why, `typeof ${v.key}`, v.node, true);
  if (isClosure(v) || isNative(v) || isClassRef(v) || (isObj(v) && v.call)) return 'function';
  return typeof v;
}
