import type { Code } from './code.js';
import { enclosingFunction, lastName, unwrap } from './module.js';
import { ts } from './ts.js';

const deepest = 8;
/** Calls that make a text or another list of what they are called on, or given. */
const forms = /^(stringify|map|flatMap|filter|slice|sort|toSorted|join|keys|values|entries|fromEntries|flat|freeze)$/;

/** Whether an answer, `new Response(body, …)` or `Response.json(body, …)`, is made of what stands in the source: everybody may read it there. */
export function isConstantAnswer(code: Code, answer: ts.CallExpression | ts.NewExpression): boolean {
  const isResponse = ts.isNewExpression(answer)
    ? lastName(answer.expression) === 'Response'
    : /^(Next)?Response\.json$/.test(answer.expression.getText());
  const body = answer.arguments?.[0];
  return isResponse && body !== undefined && holdsSomething(body) && isConstant(code, body, 0);
}

/** An empty answer goes before another, which is the one that counts. */
function holdsSomething(body: ts.Expression): boolean {
  const node = unwrap(body);
  return !(ts.isStringLiteralLike(node) && node.text === '') && /\w/.test(node.getText()) && !isNothing(node);
}

function isNothing(node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(node) && node.text === 'undefined');
}

function isConstant(code: Code, expression: ts.Expression, depth: number): boolean {
  const node = unwrap(expression);
  const is = (next: ts.Expression): boolean => isConstant(code, next, depth + 1);
  if (depth > deepest) return false;
  if (ts.isLiteralExpression(node) || isNothing(node)) return true;
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) return true;
  if (ts.isArrayLiteralExpression(node))
    return node.elements.every(each => is(ts.isSpreadElement(each) ? each.expression : each));
  if (ts.isObjectLiteralExpression(node))
    return node.properties.every(each => {
      if (ts.isPropertyAssignment(each)) return is(each.initializer);
      if (ts.isShorthandPropertyAssignment(each)) return is(each.name);
      return ts.isSpreadAssignment(each) && is(each.expression);
    });
  if (ts.isPropertyAccessExpression(node)) return is(node.expression);
  if (ts.isIdentifier(node)) return isConstantName(code, node, depth);
  return ts.isCallExpression(node) && isForm(code, node, is);
}

/** A table at the top of a file, this one or the one that it is imported from. */
function isConstantName(code: Code, name: ts.Identifier, depth: number): boolean {
  const values = code.values.of(name);
  return (
    values.length > 0 &&
    values.every(value => {
      if (value.is === 'literal') return true;
      if (value.is !== 'array' && value.is !== 'object') return false;
      // What starts empty is filled while the server runs.
      const parts = value.is === 'array' ? value.node.elements : value.node.properties;
      return parts.length > 0 && !enclosingFunction(value.node) && isConstant(code, value.node, depth + 1);
    })
  );
}

/** `LIBRARIES.map(publicPart)`, `JSON.stringify(table)` */
function isForm(code: Code, call: ts.CallExpression, is: (next: ts.Expression) => boolean): boolean {
  const callee = unwrap(call.expression);
  if (!ts.isPropertyAccessExpression(callee) || !forms.test(callee.name.text)) return false;
  const isOfLanguage = /^(JSON|Object)$/.test(callee.expression.getText());
  if (!isOfLanguage && !is(callee.expression)) return false;
  return call.arguments.every(given => {
    const own = code.values.of(given);
    return (own.length > 0 && own.every(value => value.is === 'function' && looksAtNothing(value.node))) || is(given);
  });
}

/** A function that only turns one thing into another: it waits for nothing and asks no request or environment. */
function looksAtNothing(fn: ts.Node): boolean {
  return !/\bawait\b|\b(req|request|env|ctx|process|this)\b/.test(fn.getText());
}
