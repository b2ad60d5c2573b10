import type { Code } from './code.js';
import { isChoice, propertyName, unwrap } from './module.js';
import { ts } from './ts.js';
import type { FunctionValue } from './value.js';

/** What tells one user from another: a claim, or a field of an account. */
export const identityFields =
  /^(client|user|account|tenant|owner|principal|subject|customer|member|org|team)_?(id|key)$|^(sub|uid|oid|email)$/i;
/** Where a middleware leaves the user: the MCP SDK's `req.auth`, passport's `req.user`. */
export const identityHolders = /^(auth|authInfo|user|currentUser|principal|claims|jwtPayload)$/;

/** Whether an own function that checks credentials answers with a user: not with yes or no, nor with one name for all. */
export function answersUsers(code: Code, { node, env }: FunctionValue): boolean {
  const answers = code.values.returnsOf(node, env).filter(({ is }) => is !== 'literal' && is !== 'env');
  return answers.some(answer => (answer.is === 'object' ? tellsApart(code, answer.node) : answer.is !== 'global'));
}

/** Whether what is written as the user differs from user to user. */
export function tellsApart(code: Code, expression: ts.Expression): boolean {
  const node = unwrap(expression);
  if (!ts.isObjectLiteralExpression(node)) return !isForAll(code, node);
  return node.properties.some(each => {
    if (ts.isSpreadAssignment(each)) return tellsApart(code, each.expression);
    const name = each.name && propertyName(each.name);
    if (name === undefined) return false;
    if (ts.isShorthandPropertyAssignment(each)) return isTelling(name) && !isForAll(code, each.name);
    if (!ts.isPropertyAssignment(each)) return false;
    const value = unwrap(each.initializer);
    if (ts.isObjectLiteralExpression(value)) return tellsApart(code, value);
    return isTelling(name) && !isForAll(code, value);
  });
}

/** What the source or the configuration says is the same for all. */
export function isForAll(code: Code, expression: ts.Expression): boolean {
  const node = unwrap(expression);
  // Of a choice every part counts: what a request does not bring is no constant.
  if (ts.isBinaryExpression(node) && isChoice(node.operatorToken.kind))
    return isForAll(code, node.left) && isForAll(code, node.right);
  return code.values.of(node).every(({ is }) => is === 'literal' || is === 'env');
}

function isTelling(name: string): boolean {
  return identityFields.test(name) || identityHolders.test(name) || /^(id|name|user_?name)$/i.test(name);
}
