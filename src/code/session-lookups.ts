import type { Code } from './code.js';
import { outermost } from './functions.js';
import type { IdOrigins } from './id-origins.js';
import { enclosingFunction, isChoice, lastName, type SourceModule, unwrap } from './module.js';
import { namesIn, referencesTo } from './references.js';
import type { RequestParts } from './request-parts.js';
import { isStoreName } from './session-places.js';
import { ts } from './ts.js';

/** A read of a store of sessions under the id that the client sends, which then serves the request. */
export interface SessionRead {
  readonly node: ts.CallExpression | ts.ElementAccessExpression;
  readonly store: ts.Expression;
  readonly id: ts.Expression;
  readonly name: string;
}

const farthest = 8;
/** The methods by which the transports of the MCP SDK, and own ones after their pattern, take requests. */
const serving = /^handle(Request|PostMessage|Post|Get|Delete)$/;

/** Every place in a module where a request takes up the session that its client names. */
export function sessionReads(
  code: Code,
  origins: IdOrigins,
  parts: RequestParts,
  module: SourceModule,
): readonly SessionRead[] {
  const found: SessionRead[] = [];
  const visit = (node: ts.Node): void => {
    const read = readAt(node);
    if (read && isStoreName(read.name) && origins.of(read.id).some(({ is }) => is === 'client')) {
      if (serves(code, parts, read.node, 0)) found.push(read);
    }
    ts.forEachChild(node, visit);
  };
  if (/session/i.test(module.source.text) && /handle/.test(module.source.text)) visit(module.source);
  return found;
}

function readAt(node: ts.Node): SessionRead | undefined {
  if (ts.isElementAccessExpression(node)) {
    const { expression: store, argumentExpression: id } = node;
    return { node, store, id, name: lastName(store) };
  }
  if (!ts.isCallExpression(node)) return undefined;
  const callee = unwrap(node.expression);
  const [id] = node.arguments;
  if (!id || !ts.isPropertyAccessExpression(callee) || !/^get(Session|Transport)?$/.test(callee.name.text))
    return undefined;
  return { node, store: callee.expression, id, name: lastName(callee.expression) };
}

/** Whether what stands at a place is given the request to serve, under any name. */
function serves(code: Code, parts: RequestParts, node: ts.Node, depth: number): boolean {
  if (depth > farthest) return false;
  const at = outermost(node);
  const { parent } = at;
  const go = (next: ts.Node) => serves(code, parts, next, depth + 1);
  const named = (name: ts.Identifier) => referencesTo(code, name).some(go);
  if (ts.isPropertyAccessExpression(parent))
    return parent.expression === at && (isServingCall(parent) || (!ts.isCallExpression(parent.parent) && go(parent)));
  if (ts.isCallExpression(parent))
    return parent.expression !== at && parent.arguments.some(each => isRequest(parts, each));
  if (ts.isVariableDeclaration(parent)) return parent.initializer === at && [...namesIn(parent.name)].some(named);
  if (ts.isConditionalExpression(parent)) return parent.condition !== at && go(parent);
  if (ts.isBinaryExpression(parent)) {
    if (parent.operatorToken.kind !== ts.SyntaxKind.EqualsToken)
      return isChoice(parent.operatorToken.kind) && go(parent);
    return parent.right === at && ts.isIdentifier(parent.left) && named(parent.left);
  }
  if (!ts.isReturnStatement(parent)) return false;
  const fn = enclosingFunction(parent);
  return fn !== undefined && code.values.callersOf(fn).some(({ node: call, enters }) => enters && go(call));
}

function isServingCall(member: ts.PropertyAccessExpression): boolean {
  const { parent } = outermost(member);
  return serving.test(member.name.text) && ts.isCallExpression(parent);
}

function isRequest(parts: RequestParts, argument: ts.Expression): boolean {
  return parts.of(argument) === 'request' || /(^|\.)(req|request)(\.raw)?$/.test(argument.getText());
}
