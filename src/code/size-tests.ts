import type { Code, Node } from './code.js';
import { type FunctionNode, lastName } from './module.js';
import { entered } from './sockets.js';
import { ts } from './ts.js';

/** A comparison of a size with a limit, on which something is given up. */
export interface SizeTest {
  readonly node: Node;
  /** The limit, where it is a constant. */
  readonly limit: number | undefined;
}

const sizes = /length|size|total|bytes|received|count|\blen\b/i;
/** Names of what a size is held against. */
const limits = /^max|^limit|[a-z]Max([A-Z]|$)|[a-z]Limit$|(^|_)(MAX|LIMIT)(_|$)/;
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

interface Comparison {
  readonly over: boolean;
  readonly size: ts.Expression;
  readonly limit: ts.Expression;
}

/** A comparison of a size with something, `over` when it holds for what is too large. */
function comparisonIn(condition: ts.Expression): Comparison | undefined {
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

/** A size compared with a limit; `size > 0` asks whether there is anything at all, and `MAX_BYTES` is no size. */
function sized(size: ts.Expression, limit: ts.Expression, over: boolean): Comparison | undefined {
  const [name, bound] = [lastName(size), limit.getText()];
  const isSize = sizes.test(size.getText()) && !limits.test(name);
  return isSize && !/^[01]$/.test(bound) ? { over, size, limit } : undefined;
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

const parsing = /JSON\.parse|\.parse\(/;
const ofMessage = /(length|size|bytes|\blen)\b/i;

/** A test on the size of a message that leaves before anything is parsed, in a listener or in what it hands the message to. */
export function sizeTestBeforeParsing(code: Code, fn: FunctionNode, depth = 2): ts.Node | undefined {
  if (!fn.body) return undefined;
  return inStatements(code, ts.isBlock(fn.body) ? fn.body.statements : [fn.body], depth);
}

function inStatements(code: Code, statements: readonly ts.Node[], depth: number): ts.Node | undefined {
  for (const statement of statements) {
    if (ts.isTryStatement(statement)) return inStatements(code, statement.tryBlock.statements, depth);
    if (ts.isIfStatement(statement) && isOnMessage(statement)) return statement.expression;
    const call = calledBy(statement);
    const called = call && depth > 0 ? entered(code, call) : [];
    const tests = called.map(each => sizeTestBeforeParsing(code, each, depth - 1));
    if (tests.length && tests.every(test => test !== undefined)) return tests[0];
    if (parsing.test(statement.getText())) return undefined;
  }
  return undefined;
}

function isOnMessage({ expression, thenStatement }: ts.IfStatement): boolean {
  const test = comparisonIn(expression);
  return (
    test?.over === true && ofMessage.test(test.size.getText()) && /\breturn\b|\bthrow\b/.test(thenStatement.getText())
  );
}

/** The call that a statement is. */
function calledBy(statement: ts.Node): ts.CallExpression | undefined {
  let node = ts.isExpressionStatement(statement) || ts.isReturnStatement(statement) ? statement.expression : statement;
  while (node && (ts.isAwaitExpression(node) || ts.isVoidExpression(node))) node = node.expression;
  return node && ts.isCallExpression(node) ? node : undefined;
}
