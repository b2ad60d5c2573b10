import type { Code, Node } from './code.js';
import { type FunctionNode, lastName, unwrap } from './module.js';
import { ts } from './ts.js';

/**
 * Where a connection handler keeps the accepted socket in the one place that holds the peer, `this.socket = ws`, and
 * nowhere else: the bridge of one extension or plugin, whose next connection takes the place of the last.
 */
export function onlyPlaceOf(code: Code, handler: FunctionNode, index = 0, depth = 2): Node | undefined {
  const socket = handler.parameters[index]?.name;
  if (!handler.body || !socket || !ts.isIdentifier(socket)) return undefined;
  let place: Node | undefined;
  let isCollected = false;
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && isKeptAlone(node, socket.text, handler)) place ??= node;
    if (ts.isCallExpression(node)) {
      const at = node.arguments.findIndex(argument => isNamed(argument, socket.text));
      if (at >= 0 && /^(add|set|push|unshift)$/.test(lastName(node.expression))) isCollected = true;
      else if (at >= 0 && depth > 0) place ??= inCalled(code, node, at, depth - 1);
    }
    ts.forEachChild(node, visit);
  };
  visit(handler.body);
  return isCollected ? undefined : place;
}

function inCalled(code: Code, call: ts.CallExpression, index: number, depth: number): Node | undefined {
  for (const value of code.values.of(call.expression)) {
    const found = value.is === 'function' ? onlyPlaceOf(code, value.node, index, depth) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** A field, or a variable of the surroundings, that is given the socket. */
function isKeptAlone(
  { left, operatorToken, right }: ts.BinaryExpression,
  name: string,
  handler: FunctionNode,
): boolean {
  if (operatorToken.kind !== ts.SyntaxKind.EqualsToken || !isNamed(right, name)) return false;
  const target = unwrap(left);
  if (ts.isPropertyAccessExpression(target)) return target.expression.getText() !== name;
  return ts.isIdentifier(target) && target.text !== name && !declares(handler, target.text);
}

function isNamed(node: ts.Expression, name: string): boolean {
  const whole = unwrap(node);
  return ts.isIdentifier(whole) && whole.text === name;
}

function declares(handler: FunctionNode, name: string): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.name.text === name) found = true;
    else ts.forEachChild(node, visit);
  };
  if (handler.body) visit(handler.body);
  return found;
}
