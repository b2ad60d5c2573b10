import type { Code, Node } from './code.js';
import { enclosingFunction, type FunctionNode, lastName } from './module.js';
import { ts } from './ts.js';

/** What is counted where connections are counted. */
const counted =
  /(conn\w*|clients?|streams?|sessions?|subscri\w*|listeners?|watchers?|sockets?|transports?|responses?|readers?|sse\w*|active\w*|open\w*|count(er)?)\b/i;
const counts = /\b(size|length|count|total)\b|count\b|connections|clients|streams|active|open|current/i;
const limits = /max|most|limit|\bcap\b|capacity|allowed|quota|^\d{1,6}$/i;
/** `canAccept(ip)`, `tooManyStreams()`, `isAtCapacity` */
const asked =
  /too_?many|capacity|limit_?(reached|exceeded)|can_?(accept|connect|open|create)|has_?room|try_?(acquire|add|open)|is_?full|connection_?limit|max_?conn/i;

/** Where the functions that open a stream, those before them or those they call count connections and stop at some number. */
export function connectionCapIn(
  code: Code,
  places: readonly Node[],
  before: readonly FunctionNode[],
): Node | undefined {
  const functions = [...places.map(enclosingFunction), ...before].filter(fn => fn !== undefined);
  for (const fn of new Set(functions)) {
    const found = fn.body && capIn(code, fn.body, 2);
    if (found) return found;
  }
  return code.program.propertyWrites('maxConnections')[0]?.target;
}

function capIn(code: Code, region: Node, depth: number): Node | undefined {
  let found: Node | undefined;
  const visit = (node: ts.Node): void => {
    if (found) return;
    if ((ts.isIfStatement(node) || ts.isWhileStatement(node)) && isCap(node.expression)) found = node.expression;
    else if (ts.isIfStatement(node) && isTurnedAway(node)) found = node.expression;
    else if (ts.isConditionalExpression(node) && isCap(node.condition)) found = node.condition;
    else if (ts.isCallExpression(node) && depth > 0 && counted.test(lastName(node.expression)))
      found = inCalled(code, node, depth - 1);
    if (!found) ts.forEachChild(node, visit);
  };
  visit(region);
  return found;
}

function inCalled(code: Code, call: ts.CallExpression, depth: number): Node | undefined {
  for (const value of code.values.of(call.expression)) {
    const found = value.is === 'function' && value.node.body && capIn(code, value.node.body, depth);
    if (found) return found;
  }
  return undefined;
}

/** `clients.size >= MAX_CLIENTS`, `!canAccept(user)` */
function isCap(condition: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(condition)) return isCap(condition.expression);
  if (ts.isPrefixUnaryExpression(condition)) return isCap(condition.operand);
  if (ts.isCallExpression(condition) || ts.isIdentifier(condition)) return asked.test(condition.getText());
  if (!ts.isBinaryExpression(condition)) return false;
  const { left, right, operatorToken } = condition;
  switch (operatorToken.kind) {
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.BarBarToken:
      return isCap(left) || isCap(right);
    case ts.SyntaxKind.GreaterThanToken:
    case ts.SyntaxKind.GreaterThanEqualsToken:
      return isCount(left, right);
    case ts.SyntaxKind.LessThanToken:
    case ts.SyntaxKind.LessThanEqualsToken:
      return isCount(right, left) || isCount(left, right);
    default:
      return false;
  }
}

function isCount(count: ts.Expression, limit: ts.Expression): boolean {
  const text = count.getText();
  // How many entries a Set or Map has is asked to bound them, unless it is asked whether there are any.
  if (/\.size$/.test(text)) return !/^[01]$/.test(limit.getText());
  if (/body|bytes|text|message|param|query|url|header|token|name|input|args|chunk|buffer|data/i.test(text))
    return false;
  return counts.test(text) && counted.test(text) && limits.test(limit.getText()) && !/^0$/.test(limit.getText());
}

/** A client that is sent away with 429, or with 409 where one stream is all there may be; not for asking too often. */
function isTurnedAway({ expression, thenStatement }: ts.IfStatement): boolean {
  const text = thenStatement.getText();
  if (/rate|request|throttl/i.test(expression.getText())) return false;
  return /\b429\b|TOO_MANY/.test(text) || (/\b409\b/.test(text) && counted.test(expression.getText()));
}
