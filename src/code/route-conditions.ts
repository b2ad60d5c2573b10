import { type FunctionNode, lastName, unwrap } from './module.js';
import { wordOf } from './regex-language.js';
import { ts } from './ts.js';
import type { Values } from './values.js';

/** Whether nothing after a statement runs once it has run. */
export function leaves(statement: ts.Statement): boolean {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  return last !== undefined && (ts.isReturnStatement(last) || ts.isThrowStatement(last));
}

/**
 * The request path under which a place runs, as far as path comparisons around it tell: `if (url.pathname === '/mcp')`,
 * `case '/mcp':`, the early exit `if (url.pathname !== '/mcp') return …`, and a pattern, of which a path that it takes
 * is answered: `const match = /^\/jobs\/(\w+)$/.exec(path); if (match) …`.
 */
export function pathAround(
  values: Values,
  through: readonly ts.Node[],
  top: FunctionNode,
): { readonly path: string; readonly node: ts.Node } | undefined {
  const found = conditionAround(
    through,
    top,
    (condition, holds) => comparedPath(values, condition, holds),
    pathOfClause,
  );
  return found && { path: found.text, node: found.node };
}

/** The HTTP method that comparisons around a place demand, upper case. */
export function methodAround(through: readonly ts.Node[], top: FunctionNode): string | undefined {
  const isMethod = (text: string) => /^(GET|POST|DELETE|PUT|PATCH)$/.test(text);
  const methodOf = (node: ts.Expression): string | undefined =>
    ts.isStringLiteralLike(node) && isMethod(node.text) ? node.text : undefined;
  const named = (condition: ts.Expression, holds: boolean): string | undefined => {
    const node = unwrap(condition);
    if (!ts.isBinaryExpression(node)) return undefined;
    const both = holds ? ts.SyntaxKind.AmpersandAmpersandToken : ts.SyntaxKind.BarBarToken;
    if (node.operatorToken.kind === both) return named(node.left, holds) ?? named(node.right, holds);
    return isComparison(node, holds) ? (methodOf(node.left) ?? methodOf(node.right)) : undefined;
  };
  return conditionAround(
    through,
    top,
    (condition, holds) => named(condition, holds),
    ({ expression }) => methodOf(expression),
  )?.text;
}

interface Told {
  readonly text: string;
  readonly node: ts.Node;
}

/** What the nearest condition around the places tells, outwards from the innermost. */
function conditionAround(
  through: readonly ts.Node[],
  top: FunctionNode,
  tells: (condition: ts.Expression, holds: boolean) => string | undefined,
  tellsClause: (clause: ts.CaseClause) => string | undefined,
): Told | undefined {
  const told = (text: string | undefined, node: ts.Node): Told | undefined =>
    text === undefined ? undefined : { text, node };
  for (const place of through) {
    for (let at = place.parent, child = place; at && at !== top.parent; child = at, at = at.parent) {
      const found =
        ts.isIfStatement(at) && child === at.thenStatement
          ? told(tells(at.expression, true), at.expression)
          : ts.isConditionalExpression(at) && child === at.whenTrue
            ? told(tells(at.condition, true), at.condition)
            : ts.isCaseClause(at)
              ? told(tellsClause(at), at.expression)
              : ts.isBlock(at)
                ? earlyExit(at, child)
                : undefined;
      if (found) return found;
    }
  }
  return undefined;

  function earlyExit(block: ts.Block, before: ts.Node): Told | undefined {
    for (const statement of block.statements) {
      if (statement === before) return undefined;
      if (!ts.isIfStatement(statement) || statement.elseStatement || !leaves(statement.thenStatement)) continue;
      const found = told(tells(statement.expression, false), statement.expression);
      if (found) return found;
    }
    return undefined;
  }
}

function pathOfClause({ expression }: ts.CaseClause): string | undefined {
  return ts.isStringLiteralLike(expression) && expression.text.startsWith('/') ? expression.text : undefined;
}

/** The path that a condition demands where it holds, or where it does not. */
function comparedPath(values: Values, condition: ts.Expression, holds: boolean): string | undefined {
  const node = unwrap(condition);
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.kind;
    if (operator === ts.SyntaxKind.AmpersandAmpersandToken || operator === ts.SyntaxKind.BarBarToken)
      return comparedPath(values, node.left, holds) ?? comparedPath(values, node.right, holds);
    if (isComparison(node, holds)) {
      for (const side of [node.left, node.right])
        if (ts.isStringLiteralLike(side) && side.text.startsWith('/')) return side.text;
    }
    return isComparison(node, !holds) && node.right.kind === ts.SyntaxKind.NullKeyword
      ? matchedPath(values, node.left)
      : undefined;
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return comparedPath(values, node.operand, !holds);
  if (!holds) return undefined;
  if (ts.isCallExpression(node) && lastName(node.expression) === 'startsWith') {
    const prefix = node.arguments[0];
    if (prefix && ts.isStringLiteralLike(prefix) && prefix.text.startsWith('/')) return prefix.text;
  }
  return matchedPath(values, node);
}

/** Whether a comparison that holds, or does not, makes its sides equal. */
function isComparison({ operatorToken: { kind } }: ts.BinaryExpression, holds: boolean): boolean {
  return holds
    ? kind === ts.SyntaxKind.EqualsEqualsEqualsToken || kind === ts.SyntaxKind.EqualsEqualsToken
    : kind === ts.SyntaxKind.ExclamationEqualsEqualsToken || kind === ts.SyntaxKind.ExclamationEqualsToken;
}

/** A path that is matched against a pattern, here or where a name was given the match. */
function matchedPath(values: Values, expression: ts.Expression): string | undefined {
  const node = unwrap(expression);
  if (ts.isIdentifier(node)) {
    const declaration = values.declarationOf(node);
    if (declaration?.is !== 'variable' || !declaration.init || declaration.path.length || declaration.each)
      return undefined;
    const init = unwrap(declaration.init);
    return ts.isCallExpression(init) ? matchedPath(values, init) : undefined;
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const { name, expression: receiver } = node.expression;
  const pattern = name.text === 'match' ? node.arguments[0] : /^(test|exec)$/.test(name.text) ? receiver : undefined;
  if (!pattern) return undefined;
  const [regex] = values.of(pattern);
  // Only a pattern that begins where the path begins says the path.
  return regex?.is === 'regex' && /^\^\\?\//.test(regex.source) ? wordOf(regex.source, regex.flags) : undefined;
}
