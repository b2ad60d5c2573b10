import type { Code, Node } from './code.js';
import { lastName, unwrap } from './module.js';
import { ts } from './ts.js';

/** Names that servers give to the request they received. */
const requestNames = /^_?(req|request|(raw|http|node|incoming|in)_?req(uest)?|incoming(Message)?)$/i;
const requestTypes = /\b(IncomingMessage|Http2ServerRequest|\w*Request)\b/;
/** Answers of other servers have node's type for requests, too. */
const answerNames = /res(p|ponse)?$/i;
/** Where libraries keep node's request, or its body: `request.raw`, `c.req.raw`, `event.node.req`, `request.body`. */
const holders = /^(raw|req|request|body|node|incoming)$/;
const furthest = 3;

/**
 * Whether an expression is a request that this program received; what decides is the object, not the event's name.
 * @param behind the variables that the question came through, which may lead to one another in a circle
 */
export function isReceivedRequest(code: Code, expression: Node, depth = 0, behind: readonly Node[] = []): boolean {
  const node = unwrap(expression as ts.Expression);
  if (ts.isPropertyAccessExpression(node)) {
    if (!holders.test(node.name.text)) return false;
    return requestNames.test(node.name.text) || isReceivedRequest(code, node.expression, depth, behind);
  }
  if (!ts.isIdentifier(node)) return false;
  const declaration = code.values.declarationOf(node);
  if (declaration?.is === 'variable') {
    const { init } = declaration;
    if (!init || behind.includes(init) || isSent(code, init)) return false;
    return requestNames.test(node.text) || isReceivedRequest(code, init, depth, [...behind, init]);
  }
  if (declaration?.is !== 'parameter') return false;
  if (!declaration.path.length && code.values.roleOf(declaration.node) === 'request') return true;
  if (isGivenAnswer(code, declaration.fn)) return false;
  if (requestNames.test(node.text)) return true;
  const type = declaration.node.type?.getText() ?? '';
  if (requestTypes.test(type)) return !answerNames.test(node.text);
  return depth < furthest && isPassedRequest(code, declaration, depth);
}

/** A helper takes any stream; its callers know which. */
function isPassedRequest(
  code: Code,
  { fn, index, path }: { fn: Parameters<Code['values']['callersOf']>[0]; index: number; path: readonly unknown[] },
  depth: number,
): boolean {
  if (path.length) return false;
  return code.values.callersOf(fn).some(({ node, enters }) => {
    const argument = enters ? node.arguments?.[index] : undefined;
    return argument !== undefined && isReceivedRequest(code, argument, depth + 1);
  });
}

/** `const req = https.request(…)` is a request of our own. */
function isSent(code: Code, init: ts.Expression): boolean {
  const call = unwrap(init);
  if (ts.isNewExpression(call)) return true;
  return ts.isCallExpression(call) && isClientCall(code, call);
}

/** Functions that are given the answers of other servers: `http.get(url, res => …)`, `req.on('response', res => …)`. */
function isGivenAnswer(code: Code, fn: ts.Node): boolean {
  const { parent } = fn;
  if (!ts.isCallExpression(parent)) return false;
  const [first] = parent.arguments;
  return (first && ts.isStringLiteralLike(first) && first.text === 'response') || isClientCall(code, parent);
}

function isClientCall(code: Code, call: ts.CallExpression): boolean {
  if (!/^(request|get|fetch)$/.test(lastName(call.expression))) return false;
  const callee = unwrap(call.expression);
  if (
    ts.isPropertyAccessExpression(callee) &&
    /^(https?|client|transport|lib|proto|protocol|mod)$/.test(callee.expression.getText())
  )
    return true;
  return code.values
    .of(call.expression)
    .some(
      value => value.is === 'api' && /^(https?|http2|undici|axios|got|node-fetch|follow-redirects)$/.test(value.module),
    );
}
