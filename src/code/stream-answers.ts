import { conditionsAround } from './climb.js';
import type { Code } from './code.js';
import { lastName, propertyName } from './module.js';
import { ts } from './ts.js';

/** Whether a head is that of an answer other than 200, of one to HEAD, or of one without a body: no stream follows it. */
export function isAnsweredOtherwise(code: Code, head: ts.Node): boolean {
  if (ts.isNewExpression(head)) {
    const body = head.arguments?.[0];
    if (body && (body.kind === ts.SyntaxKind.NullKeyword || body.getText() === 'undefined')) return true;
  }
  const status = statusOf(code, head);
  if (status !== undefined && status !== 200) return true;
  return conditionsAround(head).some(({ node, holds }) => holds && /={2,3}\s*['"]HEAD['"]/.test(node.getText()));
}

function statusOf(code: Code, head: ts.Node): number | undefined {
  const read = (expression: ts.Expression | undefined): number | undefined => {
    const value = expression && code.values.one(expression);
    return value?.is === 'literal' && typeof value.value === 'number' ? value.value : undefined;
  };
  const options = ts.isObjectLiteralExpression(head)
    ? head
    : ts.isNewExpression(head) || ts.isCallExpression(head)
      ? head.arguments?.[1]
      : undefined;
  if (options && ts.isObjectLiteralExpression(options)) {
    const status = options.properties.find(property => property.name && propertyName(property.name) === 'status');
    if (status && ts.isPropertyAssignment(status)) return read(status.initializer);
  }
  if (!ts.isCallExpression(head)) return undefined;
  if (lastName(head.expression) === 'writeHead') return read(head.arguments[0]);
  // `res.status(400).type(…)`, and `res.status(400)` or `res.statusCode = 400` among the statements before it.
  for (
    let at: ts.Expression = head;
    ts.isCallExpression(at) && ts.isPropertyAccessExpression(at.expression);
    at = at.expression.expression
  ) {
    if (/^(status|code|sendStatus)$/.test(at.expression.name.text)) return read(at.arguments[0]);
  }
  return statusSetBefore(head, read);
}

function statusSetBefore(head: ts.Node, read: (expression: ts.Expression) => number | undefined): number | undefined {
  const { statement, siblings } = statementOf(head);
  let status: number | undefined;
  for (const each of siblings) {
    if (each === statement) break;
    const expression = ts.isExpressionStatement(each) ? each.expression : undefined;
    if (expression && ts.isBinaryExpression(expression) && /^(statusCode|status)$/.test(lastName(expression.left)))
      status = read(expression.right);
    if (
      expression &&
      ts.isCallExpression(expression) &&
      lastName(expression.expression) === 'status' &&
      expression.arguments[0]
    )
      status = read(expression.arguments[0]);
  }
  return status;
}

function statementOf(node: ts.Node): { statement: ts.Node; siblings: readonly ts.Statement[] } {
  let at = node;
  while (at.parent && !(ts.isStatement(at) && isBlock(at.parent))) at = at.parent;
  return { statement: at, siblings: at.parent && isBlock(at.parent) ? at.parent.statements : [] };
}

type Block = ts.Block | ts.CaseClause | ts.DefaultClause | ts.SourceFile;

function isBlock(node: ts.Node): node is Block {
  return ts.isBlock(node) || ts.isCaseOrDefaultClause(node) || ts.isSourceFile(node);
}

/** The answer that a head belongs to, as written; '' when it has no name. */
export function responseOf(head: ts.Node): string {
  if (ts.isNewExpression(head)) {
    const body = head.arguments?.[0];
    return body && (ts.isIdentifier(body) || ts.isPropertyAccessExpression(body)) ? body.getText() : '';
  }
  let at: ts.Node = head;
  while (ts.isCallExpression(at) && ts.isPropertyAccessExpression(at.expression)) at = at.expression.expression;
  return at !== head &&
    (ts.isIdentifier(at) || ts.isPropertyAccessExpression(at) || at.kind === ts.SyntaxKind.ThisKeyword)
    ? at.getText()
    : '';
}

/** Whether two places stand in the same list of statements. */
export function isSideBySide(a: ts.Node, b: ts.Node): boolean {
  return statementOf(a).siblings === statementOf(b).siblings;
}
