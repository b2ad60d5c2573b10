import type { Code } from './code.js';
import { namesOf, outermost } from './functions.js';
import { isLogCall } from './logs.js';
import { enclosingClass, enclosingFunction, lastName, propertyName } from './module.js';
import { referencesTo } from './references.js';
import { ts } from './ts.js';

const farthest = 4;
/** Functions that count and report what happens, for the people who run the server. */
const watchers =
  /metric|telemetry|analytic|histogram|^(track|audit)[A-Z]|^(inc|observe|startSpan|setAttributes?|addBreadcrumb)$/;

/** Calls that a client makes of another server, and makers of such clients: `fetch(url, { headers })`, `axios.create({ headers })`. */
const clientCalls = /^(fetch|undici|axios|got|ky|superagent|request|create|extend|instance)$/i;

/**
 * Whether an id goes nowhere but to those who watch the server, into logs and metrics, or to another server of which
 * this program is the client, by itself, in a text, or in a record that goes there. Such an id opens nothing here,
 * whoever chose or guessed it.
 */
export function opensNothing(code: Code, id: ts.Node): boolean {
  return goesElsewhere(code, id, 0);
}

function goesElsewhere(code: Code, node: ts.Node, depth: number): boolean {
  if (depth > farthest) return false;
  const all = (uses: readonly ts.Node[]) => uses.length > 0 && uses.every(each => goesElsewhere(code, each, depth + 1));
  if (ts.isPropertyDeclaration(node)) return all(readsOfMember(node, node.name));
  if (isAssignment(node)) return all(usesOfAssigned(node));
  const at = ts.isVariableDeclaration(node) ? node : outermost(node);
  const parent = ts.isVariableDeclaration(at) ? at : at.parent;
  const go = (next: ts.Node) => goesElsewhere(code, next, depth);
  if (ts.isVariableDeclaration(parent)) return ts.isIdentifier(parent.name) && all(referencesTo(code, parent.name));
  if (ts.isPropertyDeclaration(parent) || isAssignment(parent)) return go(parent);
  if (ts.isReturnStatement(node) || ts.isReturnStatement(parent)) return all(callsOfOwn(node));
  if (ts.isCallExpression(parent)) return parent.expression !== at && (isLogCall(parent) || isWatcher(parent));
  if (ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent))
    return isHeaderOfClient(parent) || go(parent.parent);
  if (ts.isTemplateSpan(parent)) return go(parent.parent);
  // A test is no use of what it tests.
  if (ts.isConditionalExpression(parent)) return parent.condition === at || go(parent);
  if (ts.isIfStatement(parent)) return true;
  if (ts.isBinaryExpression(parent)) return go(parent);
  return false;
}

function isAssignment(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

function usesOfAssigned({ left }: ts.BinaryExpression): ts.Node[] {
  const isOwn = ts.isPropertyAccessExpression(left) && left.expression.kind === ts.SyntaxKind.ThisKeyword;
  return isOwn ? readsOfMember(left, left.name) : [];
}

/** Where a class reads one of its members; one that other classes may read has no end of uses. */
function readsOfMember(node: ts.Node, name: ts.Node): ts.Node[] {
  return membersRead(node, name, found => !isWritten(found));
}

/** Where a class calls the method that a `return` stands in. */
function callsOfOwn(node: ts.Node): ts.Node[] {
  const method = enclosingFunction(node);
  const isOwn = method !== undefined && ts.isMethodDeclaration(method) && namesOf(method).length > 0;
  return isOwn ? membersRead(method, method.name, () => true).map(({ parent }) => parent) : [];
}

function membersRead(node: ts.Node, name: ts.Node, isWanted: (found: ts.Node) => boolean): ts.Node[] {
  const type = enclosingClass(node);
  const found: ts.Node[] = [];
  const visit = (at: ts.Node): void => {
    if (ts.isPropertyAccessExpression(at) && at.expression.kind === ts.SyntaxKind.ThisKeyword) {
      if (at.name.text === name.getText() && isWanted(at)) found.push(at);
    } else ts.forEachChild(at, visit);
  };
  if (type) visit(type);
  return found;
}

function isWritten(node: ts.Node): boolean {
  return isAssignment(node.parent) && node.parent.left === node;
}

/** `fetch(url, { headers: { 'X-Session-ID': id } })`: what this program tells the server that it asks. */
function isHeaderOfClient({ parent }: ts.ObjectLiteralElement): boolean {
  const holder = parent.parent;
  if (!ts.isPropertyAssignment(holder) || propertyName(holder.name) !== 'headers') return false;
  const call = holder.parent.parent;
  return ts.isCallExpression(call) && clientCalls.test(lastName(call.expression));
}

function isWatcher(call: ts.CallExpression): boolean {
  return watchers.test(lastName(call.expression)) || watchers.test(call.expression.getText());
}
