import { ts } from '../ts.js';
import { type Env, isNullish, type Primitive, truthOf, type Value } from '../value.js';
import type { Values } from '../values.js';
import { literal } from './making.js';

/** What `a || b`, `a === b`, `a + b`, … may stand for. */
export function ofBinary(values: Values, node: ts.BinaryExpression, env: Env | undefined): readonly Value[] {
  const operator = node.operatorToken.kind;
  switch (operator) {
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.QuestionQuestionToken: {
      const gone = operator === ts.SyntaxKind.BarBarToken ? (value: Value) => negate(truthOf(value)) : isNullish;
      const left = values.of(node.left, env);
      // As shipped, an option that nobody is seen to set has its default.
      const alive = left.filter(value => gone(value) !== true && !(value.is === 'unclear' && value.free));
      if (left.length && left.every(value => gone(value) === false)) return alive;
      return [...alive, ...values.of(node.right, env)];
    }
    case ts.SyntaxKind.AmpersandAmpersandToken: {
      const left = values.of(node.left, env);
      const dead = left.filter(value => truthOf(value) === false);
      if (left.length && dead.length === left.length) return dead;
      return [...dead, ...values.of(node.right, env)];
    }
    case ts.SyntaxKind.CommaToken:
    case ts.SyntaxKind.EqualsToken:
    case ts.SyntaxKind.QuestionQuestionEqualsToken:
    case ts.SyntaxKind.BarBarEqualsToken:
      return values.of(node.right, env);
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
    case ts.SyntaxKind.EqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsToken:
      return ofComparison(values, node, env);
    default:
      return ofArithmetic(values, node, env);
  }
}

function ofComparison(values: Values, node: ts.BinaryExpression, env: Env | undefined): readonly Value[] {
  const same = sameness(values.of(node.left, env), values.of(node.right, env));
  if (same === undefined) return [{ is: 'unclear', why: 'a comparison', node }];
  const operator = node.operatorToken.kind;
  const isNegated =
    operator === ts.SyntaxKind.ExclamationEqualsEqualsToken || operator === ts.SyntaxKind.ExclamationEqualsToken;
  return [literal(isNegated ? !same : same, node)];
}

function sameness(left: readonly Value[], right: readonly Value[]): boolean | undefined {
  const primitive = (side: readonly Value[]) => {
    const value = side.length === 1 ? side[0] : undefined;
    if (value?.is === 'literal') return { value: value.value };
    if (value?.is === 'env' && !value.required) return { value: undefined };
    return undefined;
  };
  const a = primitive(left);
  const b = primitive(right);
  if (a && b) return a.value === b.value;
  return undefined;
}

function ofArithmetic(values: Values, node: ts.BinaryExpression, env: Env | undefined): readonly Value[] {
  const left = values.one(node.left, env);
  const right = values.one(node.right, env);
  if (left?.is !== 'literal' || right?.is !== 'literal') {
    const isText =
      node.operatorToken.kind === ts.SyntaxKind.PlusToken && [left, right].some(value => value && isString(value));
    return [{ is: 'unclear', why: 'a computed value', node, ...(isText && { text: true }) }];
  }
  const result = compute(node.operatorToken.kind, left.value, right.value);
  return [result === undefined ? { is: 'unclear', why: 'a computed value', node } : literal(result, node)];
}

function compute(operator: ts.SyntaxKind, left: Primitive, right: Primitive): Primitive {
  if (operator === ts.SyntaxKind.PlusToken && (typeof left === 'string' || typeof right === 'string'))
    return `${left}${right}`;
  if (typeof left !== 'number' || typeof right !== 'number') return undefined;
  switch (operator) {
    case ts.SyntaxKind.PlusToken:
      return left + right;
    case ts.SyntaxKind.MinusToken:
      return left - right;
    case ts.SyntaxKind.AsteriskToken:
      return left * right;
    case ts.SyntaxKind.SlashToken:
      return left / right;
    case ts.SyntaxKind.AsteriskAsteriskToken:
      return left ** right;
    case ts.SyntaxKind.LessThanLessThanToken:
      return left << right;
    case ts.SyntaxKind.LessThanToken:
      return left < right;
    case ts.SyntaxKind.LessThanEqualsToken:
      return left <= right;
    case ts.SyntaxKind.GreaterThanToken:
      return left > right;
    case ts.SyntaxKind.GreaterThanEqualsToken:
      return left >= right;
    default:
      return undefined;
  }
}

/** What `!a`, `-a` or `+a` may stand for. */
export function ofUnary(values: Values, node: ts.PrefixUnaryExpression, env: Env | undefined): readonly Value[] {
  if (node.operator === ts.SyntaxKind.ExclamationToken) {
    const truth = values.truth(node.operand, env);
    return [truth === undefined ? { is: 'unclear', why: 'a condition', node } : literal(!truth, node)];
  }
  const operand = values.one(node.operand, env);
  if (operand?.is === 'literal') {
    if (node.operator === ts.SyntaxKind.MinusToken) return [literal(-Number(operand.value), node)];
    if (node.operator === ts.SyntaxKind.PlusToken) return [literal(Number(operand.value), node)];
  }
  return [{ is: 'unclear', why: 'a computed value', node }];
}

/** The text of a template whose parts are all constant. */
export function ofTemplate(values: Values, node: ts.TemplateExpression, env: Env | undefined): readonly Value[] {
  let text = node.head.text;
  for (const span of node.templateSpans) {
    const value = values.one(span.expression, env);
    if (value?.is !== 'literal')
      return [{ is: 'unclear', why: 'a text with parts that are not constant', node, text: true }];
    text += String(value.value) + span.literal.text;
  }
  return [literal(text, node)];
}

function isString(value: Value): boolean {
  return (value.is === 'literal' && typeof value.value === 'string') || (value.is === 'unclear' && value.text === true);
}

function negate(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth;
}
