import { type FunctionNode, isFunctionNode, lastName, unwrap } from './module.js';
import { ts } from './ts.js';

const removals =
  /^(delete|del|remove|take|consume|redeem|burn|unlink|get_?(and_?)?del(ete)?)(Item|Key|Token|Ticket|One|Many)?$/i;
/** Things whose `delete` sends a request, mounts a route or edits a header. */
const notStores = /^(axios|https?|got|ky|app|router|api|server|fastify|headers|searchParams|params|cookies)$/i;
/** Callbacks that run at another time than the code around them. */
const later = /^(on|once|addListener|addEventListener|setTimeout|setInterval|setImmediate|onAbort)$/;

/** Whether a call takes what it is given out of a store; `store` is where the given was looked up, if it was. */
export function isRemoval(call: ts.CallExpression | ts.NewExpression, store: string | undefined): boolean {
  const callee = unwrap(call.expression);
  if (!ts.isPropertyAccessExpression(callee)) return false;
  if (/['"`]\s*DELETE\s+FROM\b/i.test(call.getText())) return true;
  if (!removals.test(callee.name.text) || notStores.test(lastName(callee.expression))) return false;
  return store === undefined || store === callee.expression.getText();
}

/** Whether nobody looks at what a removal answers. */
export function isUnanswered(removal: ts.Expression): boolean {
  let node: ts.Node = removal;
  while (ts.isAwaitExpression(node.parent) || ts.isParenthesizedExpression(node.parent)) node = node.parent;
  return ts.isExpressionStatement(node.parent);
}

/** Whether a removal in `home` is no clean-up: neither in a callback for later, nor on a branch for the expired or the refused. */
export function isOnTheWayIn(node: ts.Node, home: FunctionNode | undefined): boolean {
  for (let at = node.parent, child = node; at && at !== home; child = at, at = at.parent) {
    if (isFunctionNode(at)) {
      const holder = at.parent;
      if (ts.isCallExpression(holder) && later.test(lastName(holder.expression))) return false;
      if (ts.isBinaryExpression(holder) && /^on[a-z]/.test(lastName(holder.left))) return false;
    }
    if (!ts.isIfStatement(at) || child === at.expression) continue;
    if (isRefusal(child) || (child === at.thenStatement && isExpiry(at.expression))) return false;
  }
  return true;
}

/** Whether a branch sends the client away, whatever the branches inside it do. */
function isRefusal(branch: ts.Node): boolean {
  const statements = ts.isBlock(branch) ? branch.statements.filter(each => !ts.isIfStatement(each)) : [branch];
  const last = statements.at(-1);
  if (!last) return false;
  if (ts.isThrowStatement(last)) return true;
  if (ts.isReturnStatement(last) && /^(null|false|undefined)$/.test(last.expression?.getText() ?? '')) return true;
  return statements.some(each => /\b(destroy|close|terminate)\(|\b4(0[0-9]|10)\b/.test(each.getText()));
}

/** Whether a condition holds for what is too old: `entry.expires < Date.now()`, `Date.now() - since > ttl`, `isExpired(entry)`. */
function isExpiry(condition: ts.Expression): boolean {
  const node = unwrap(condition);
  if (!ts.isBinaryExpression(node)) return /expired/i.test(node.getText()) && !ts.isPrefixUnaryExpression(node);
  const { left, right, operatorToken } = node;
  switch (operatorToken.kind) {
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.AmpersandAmpersandToken:
      return isExpiry(left) || isExpiry(right);
    case ts.SyntaxKind.LessThanToken:
    case ts.SyntaxKind.LessThanEqualsToken:
      return /\bnow\b/i.test(right.getText());
    case ts.SyntaxKind.GreaterThanToken:
    case ts.SyntaxKind.GreaterThanEqualsToken:
      return /\bnow\b/i.test(left.getText());
    default:
      return false;
  }
}
