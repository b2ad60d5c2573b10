import { conditionsAround } from './climb.js';
import type { Code } from './code.js';
import { unwrap } from './module.js';
import { isReceivedRequest } from './requests.js';
import { ts } from './ts.js';

/** What texts are asked for. */
const methods = [
  'split',
  'startsWith',
  'endsWith',
  'toLowerCase',
  'toUpperCase',
  'replace',
  'slice',
  'substring',
  'trim',
  'match',
  'includes',
  'indexOf',
];

/**
 * Calls of a text's method on a header of a received request that the client may leave out: `undefined` has no methods. Node
 * itself answers 400 to HTTP/1.1 without a Host: https://nodejs.org/api/http.html#httpcreateserveroptions-requestlistener
 */
export function callsOnMissingHeaders(code: Code): ts.CallExpression[] {
  return code.modules().flatMap(module =>
    methods.flatMap(method =>
      (module.calls.get(method) ?? []).filter(call => {
        const callee = unwrap(call.expression);
        if (!ts.isPropertyAccessExpression(callee) || isOptional(callee)) return false;
        const of = unwrap(callee.expression);
        const read = ts.isIdentifier(of) ? initializerOf(code, of) : of;
        return read !== undefined && isHeader(code, read) && !isAskedFor(call, [of.getText(), read.getText()]);
      }),
    ),
  );
}

function isOptional(node: ts.Node): boolean {
  return (node.flags & ts.NodeFlags.OptionalChain) !== 0;
}

/** What a constant stands for; a variable may have been given something else since. */
function initializerOf(code: Code, name: ts.Identifier): ts.Expression | undefined {
  const decl = code.values.declarationOf(name);
  if (decl?.is !== 'variable' || !decl.init || decl.path.length || decl.each) return undefined;
  const isConstant = (ts.getCombinedNodeFlags(decl.name) & ts.NodeFlags.Const) !== 0;
  return isConstant ? unwrap(decl.init) : undefined;
}

/** `req.headers.name` or `req.headers['name']`, without a default. */
function isHeader(code: Code, node: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return false;
  if (isOptional(node)) return false;
  const key = ts.isPropertyAccessExpression(node) ? node.name : node.argumentExpression;
  if (!ts.isIdentifier(key) && !ts.isStringLiteralLike(key)) return false;
  if (ts.isElementAccessExpression(node) && ts.isIdentifier(key)) return false;
  const headers = unwrap(node.expression);
  return (
    key.text !== 'host' &&
    ts.isPropertyAccessExpression(headers) &&
    headers.name.text === 'headers' &&
    isReceivedRequest(code, headers.expression)
  );
}

/** Whether something before asked whether the header is there. */
function isAskedFor(call: ts.Node, names: readonly string[]): boolean {
  return conditionsAround(call).some(({ node }) => {
    const text = node.getText();
    return names.some(name => text.includes(name));
  });
}
