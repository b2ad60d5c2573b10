import type { Code, Node } from './code.js';
import { ts } from './ts.js';

/** A comparison of a size with a limit, on which something is given up. */
export interface SizeTest {
  readonly node: Node;
  /** The limit, where it is a constant. */
  readonly limit: number | undefined;
}

const sizes = /length|size|total|bytes|received|count|\blen\b/i;
/** What gives a body up: leaving, refusing, cutting the connection, or noting that it is too large. */
const leaving =
  /\b(return|throw|break|continue)\b|\b(destroy|reject|abort|cancel|close|end|unpipe|pause|off|removeListener|fail)\b\w*\(|\b413\b|=\s*true\b/;

/** The test on a running size in a piece of code, or in an own function that it calls. */
export function sizeTestIn(code: Code, region: Node, depth = 1): SizeTest | undefined {
  let found: SizeTest | undefined;
  const visit = (node: ts.Node): void => {
    if (found) return;
    if (ts.isIfStatement(node)) found = testOf(code, node.expression, node.thenStatement, node.elseStatement);
    else if (ts.isConditionalExpression(node)) found = testOf(code, node.condition, node.whenTrue, node.whenFalse);
    else if (ts.isCallExpression(node) && depth > 0) found = testInCalled(code, node, depth - 1);
    if (!found) ts.forEachChild(node, visit);
  };
  visit(region);
  return found;
}

function testOf(
  code: Code,
  condition: ts.Expression,
  then: ts.Node,
  otherwise: ts.Node | undefined,
): SizeTest | undefined {
  const test = comparisonIn(condition);
  if (!test) return undefined;
  const { over, limit } = test;
  // `if (size > max) return …`, or `if (size <= max) chunks.push(chunk)`.
  if (over ? leaving.test(then.getText()) || otherwise !== undefined : true)
    return { node: condition, limit: numberOf(code, limit) };
  return undefined;
}

/** A comparison of a size with something, `over` when it holds for what is too large. */
function comparisonIn(condition: ts.Expression): { over: boolean; limit: ts.Expression } | undefined {
  if (ts.isParenthesizedExpression(condition)) return comparisonIn(condition.expression);
  if (!ts.isBinaryExpression(condition)) return undefined;
  const { left, right, operatorToken } = condition;
  switch (operatorToken.kind) {
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.BarBarToken:
      return comparisonIn(left) ?? comparisonIn(right);
    case ts.SyntaxKind.GreaterThanToken:
    case ts.SyntaxKind.GreaterThanEqualsToken:
      return sized(left, right, true) ?? sized(right, left, false);
    case ts.SyntaxKind.LessThanToken:
    case ts.SyntaxKind.LessThanEqualsToken:
      return sized(right, left, true) ?? sized(left, right, false);
    default:
      return undefined;
  }
}

/** A size compared with a limit; `size > 0` asks whether there is anything at all. */
function sized(
  size: ts.Expression,
  limit: ts.Expression,
  over: boolean,
): { over: boolean; limit: ts.Expression } | undefined {
  return sizes.test(size.getText()) && !/^[01]$/.test(limit.getText()) ? { over, limit } : undefined;
}

function numberOf(code: Code, expression: ts.Expression): number | undefined {
  const value = code.values.one(expression);
  return value?.is === 'literal' && typeof value.value === 'number' ? value.value : undefined;
}

function testInCalled(code: Code, call: ts.CallExpression, depth: number): SizeTest | undefined {
  for (const value of code.values.of(call.expression)) {
    const found = value.is === 'function' && value.node.body && sizeTestIn(code, value.node.body, depth);
    if (found) return found;
  }
  return undefined;
}
