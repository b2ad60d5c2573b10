import type { Code } from './code.js';
import { isIdentityName } from './identities.js';
import { enclosingFunction, type FunctionNode, isEquality, lastName, unwrap } from './module.js';
import { namesWithin } from './references.js';
import type { SessionRead } from './session-lookups.js';
import { ts } from './ts.js';
import { isForAll } from './user-answers.js';

/** Functions elsewhere that say that they hold a session against its user. */
const checkers =
  /own|belong|bound|match|assert|ensure|authori[sz]e|permit|canAccess|(verify|validate|check)\w*(session|access|user|client)/i;
const equals = /^(timingSafeEqual|isEqual|equals?|safeEqual|safeCompare|timingSafeCompare)$/i;
const memberships = /^(has|includes)$/;
/** What is kept of the credential itself, for later comparison. */
const kept = /token|hash|fingerprint|digest/i;
const farthest = 3;

/** What ties a session that is read under the client's id to the user of the request, in one of the functions on the way. */
export function bindingOf(code: Code, read: SessionRead, way: readonly FunctionNode[]): ts.Node | undefined {
  const keyed = [read.id, read.store].find(each => speaksOfUser(code, each, 0));
  if (keyed) return keyed;
  if (ts.isCallExpression(read.node)) {
    const [, ...others] = read.node.arguments;
    if (others.some(each => speaksOfUser(code, each, 0))) return read.node;
  }
  const own = enclosingFunction(read.node);
  for (const fn of way) {
    // Who compares users without a word of sessions decides about tokens.
    if (fn !== own && !/session|transport/i.test(fn.getText())) continue;
    const found = bindingIn(code, fn, read, 0);
    if (found) return found;
  }
  return undefined;
}

/** Whether an expression is put together with what says whose it is, in its own words or those of the names in it. */
function speaksOfUser(code: Code, expression: ts.Node, depth: number): boolean {
  if (namesWithin(expression).some(isIdentityName)) return true;
  let found = false;
  const visit = (node: ts.Node): void => {
    if (found || depth > farthest) return;
    if (ts.isIdentifier(node)) {
      const decl = code.values.declarationOf(node);
      if (decl?.is === 'variable' && decl.init && !ts.isFunctionLike(unwrap(decl.init)))
        found = speaksOfUser(code, decl.init, depth + 1);
    }
    ts.forEachChild(node, visit);
  };
  visit(expression);
  return found;
}

function bindingIn(code: Code, fn: FunctionNode, read: SessionRead, depth: number): ts.Node | undefined {
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (found) return;
    if (isComparison(code, node) || (ts.isCallExpression(node) && isCheck(code, node, read, depth))) found = node;
    else ts.forEachChild(node, visit);
  };
  if (fn.body) visit(fn.body);
  return found;
}

/** `session.owner !== user.id`, `timingSafeEqual(entry.tokenHash, hash)`, `entry.members.has(userId)`. */
function isComparison(code: Code, node: ts.Node): boolean {
  if (ts.isBinaryExpression(node))
    return isEquality(node.operatorToken.kind) && isOfUsers(code, [node.left, node.right]);
  if (!ts.isCallExpression(node)) return false;
  const name = lastName(node.expression);
  if (equals.test(name)) return isOfUsers(code, node.arguments);
  const callee = unwrap(node.expression);
  const [first] = node.arguments;
  return (
    memberships.test(name) &&
    first !== undefined &&
    ts.isPropertyAccessExpression(callee) &&
    /session|entry|owner|member/i.test(callee.expression.getText()) &&
    speaksOfUser(code, first, farthest)
  );
}

/** Whether two things that differ from user to user are compared: a constant is the same for all. */
function isOfUsers(code: Code, sides: readonly ts.Expression[]): boolean {
  if (sides.some(side => isPlain(code, side))) return false;
  return sides.some(side => {
    const name = lastName(side);
    return isIdentityName(name) || kept.test(name) || namesWithin(side).some(isIdentityName);
  });
}

function isPlain(code: Code, side: ts.Expression): boolean {
  const node = unwrap(side);
  if (ts.isTypeOfExpression(node)) return true;
  return isForAll(code, node);
}

/** A call that is given the session, or its id, and compares: in its own body, or by its name where that is elsewhere. */
function isCheck(code: Code, call: ts.CallExpression, read: SessionRead, depth: number): boolean {
  if (depth >= farthest || !call.arguments.some(each => isOfSession(each, read))) return false;
  const own = code.values.of(call.expression).filter(value => value.is === 'function');
  if (own.length) return own.some(value => bindingIn(code, value.node, read, depth + 1) !== undefined);
  const hasUser = call.arguments.some(
    each => speaksOfUser(code, each, 0) || /^(req|request|c|ctx)$/.test(each.getText()),
  );
  return hasUser && checkers.test(lastName(call.expression));
}

function isOfSession(argument: ts.Expression, read: SessionRead): boolean {
  const ids = namesWithin(read.id);
  return namesWithin(argument).some(name => ids.includes(name) || /session|^entry$|transport/i.test(name));
}
