import type { Code } from './code.js';
import { outermost } from './functions.js';
import { isLogCall } from './logs.js';
import { enclosingFunction, lastName, propertyName } from './module.js';
import { referencesTo } from './references.js';
import { ts } from './ts.js';

const farthest = 4;
/** Functions that count and report what happens, for the people who run the server. */
const watchers =
  /metric|telemetry|analytic|histogram|^(track|audit)[A-Z]|^(inc|observe|startSpan|setAttributes?|addBreadcrumb)$/;

/** Calls that a client makes of another server, and makers of such clients: `fetch(url, { headers })`, `axios.create({ headers })`. */
const clientCalls = /^(fetch|axios|got|ky|request|create|extend)$/i;

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
  if (ts.isPropertyDeclaration(node)) return all(readsOfMember(code, node, node.name));
  if (isAssignment(node)) return all(usesOfAssigned(code, node));
  const at = ts.isVariableDeclaration(node) ? node : outermost(node);
  const parent = ts.isVariableDeclaration(at) ? at : at.parent;
  const go = (next: ts.Node) => goesElsewhere(code, next, depth);
  if (ts.isVariableDeclaration(parent)) return ts.isIdentifier(parent.name) && all(referencesTo(code, parent.name));
  if (ts.isPropertyDeclaration(parent) || isAssignment(parent)) return go(parent);
  if (ts.isReturnStatement(node) || ts.isReturnStatement(parent)) return all(callsOfOwn(code, node));
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

function usesOfAssigned(code: Code, { left }: ts.BinaryExpression): ts.Node[] {
  const isOwn = ts.isPropertyAccessExpression(left) && left.expression.kind === ts.SyntaxKind.ThisKeyword;
  return isOwn ? readsOfMember(code, left, left.name) : [];
}

function readsOfMember(code: Code, node: ts.Node, name: ts.Node): ts.Node[] {
  return membersUsed(code, node, name).filter(found => !isWritten(found));
}

/** Where the method is called that a `return` stands in. */
function callsOfOwn(code: Code, node: ts.Node): ts.Node[] {
  const method = enclosingFunction(node);
  return method && ts.isMethodDeclaration(method)
    ? membersUsed(code, method, method.name).map(({ parent }) => parent)
    : [];
}

/** Where a member of a class is used: by the class, and by all else under its name in the files that know the class. */
function membersUsed(code: Code, node: ts.Node, name: ts.Node): ts.Node[] {
  const { program } = code;
  const files = program.importersOf(node.getSourceFile().fileName);
  return [...files].flatMap(file => program.module(file)?.reads.get(name.getText()) ?? []);
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
