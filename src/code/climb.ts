import { encloses } from './functions.js';
import { enclosingFunction, type FunctionNode, lastName, unwrap } from './module.js';
import { ts } from './ts.js';
import { areCompatible, type Env } from './value.js';
import type { Values } from './values.js';

/** A way from a place up to a function that a library was given. */
export interface Ascent {
  /** The registered function at the top, and the frame that it runs in, as far as the way tells. */
  readonly top: FunctionNode;
  readonly env: Env | undefined;
  /** The nodes climbed, innermost first: the place itself, then each call that leads to its function. */
  readonly through: readonly ts.Node[];
}

const furthest = 8;
const mostAscents = 12;

/** Climbs from a place over the callers of its function until a function that `isRegistered` is met. */
export function ascentsFrom(
  values: Values,
  node: ts.Node,
  env: Env | undefined,
  isRegistered: (fn: FunctionNode) => boolean,
): Ascent[] {
  const found: Ascent[] = [];
  const seen = new Map<FunctionNode, Set<Env | undefined>>();
  const climb = (at: ts.Node, through: readonly ts.Node[], env: Env | undefined): void => {
    const fn = enclosingFunction(at);
    if (!fn || through.length > furthest || found.length >= mostAscents) return;
    const frame = values.frameAround(at, env);
    if (seen.get(fn)?.has(frame)) return;
    seen.set(fn, (seen.get(fn) ?? new Set()).add(frame));
    if (isRegistered(fn)) {
      found.push({ top: fn, env: frame, through });
      return;
    }
    const entry = frame && callInto(frame, fn);
    if (entry?.call && entry.callEnv) {
      climb(entry.call, [...through, entry.call], entry.callEnv);
      return;
    }
    const sites = entry?.call ? [{ node: entry.call, enters: true }] : values.callersOf(fn);
    for (const site of sites) {
      // An inline callback runs in the surroundings it is written in.
      const isInline = encloses(site.node, fn);
      const around = isInline && frame ? [frame] : values.contextsOf(site.node);
      for (const callEnv of around) {
        if (isInline || values.entered(fn, site, callEnv).some(each => areCompatible(each, frame)))
          climb(site.node, [...through, site.node], callEnv);
      }
    }
    // A closure that is returned or stored runs when somebody calls it: its maker's surroundings are the best guess.
    if (!sites.length && isClosure(fn)) climb(fn, [...through, fn], frame);
  };
  climb(node, [node], env);
  return found.filter((ascent, i) => found.findIndex(other => isSameWay(ascent, other)) === i);
}

function isSameWay(a: Ascent, b: Ascent): boolean {
  return (
    a.top === b.top &&
    a.env === b.env &&
    a.through.length === b.through.length &&
    a.through.every((node, i) => node === b.through[i])
  );
}

function callInto(env: Env, fn: FunctionNode): Env | undefined {
  for (let at: Env | undefined = env; at; at = at.parent) if (at.owner === fn && at.call) return at;
  return undefined;
}

function isClosure(fn: FunctionNode): boolean {
  return (
    (ts.isArrowFunction(fn) || ts.isFunctionExpression(fn) || ts.isMethodDeclaration(fn)) &&
    enclosingFunction(fn) !== undefined
  );
}

/**
 * The request path under which a place runs, as far as path comparisons around it tell: `if (url.pathname === '/mcp')`,
 * `case '/mcp':`, and the early exit `if (url.pathname !== '/mcp') return …`.
 */
export function pathAround(
  through: readonly ts.Node[],
  top: FunctionNode,
): { readonly path: string; readonly node: ts.Node } | undefined {
  for (const place of through) {
    for (let at = place.parent, child = place; at && at !== top.parent; child = at, at = at.parent) {
      if (ts.isIfStatement(at) && child === at.thenStatement) {
        const path = comparedPath(at.expression, true);
        if (path) return { path, node: at.expression };
      }
      if (ts.isConditionalExpression(at) && child === at.whenTrue) {
        const path = comparedPath(at.condition, true);
        if (path) return { path, node: at.condition };
      }
      if (ts.isCaseClause(at) && ts.isStringLiteralLike(at.expression) && at.expression.text.startsWith('/'))
        return { path: at.expression.text, node: at.expression };
      if (ts.isBlock(at)) {
        const found = earlyExit(at, child);
        if (found) return found;
      }
    }
  }
  return undefined;
}

function earlyExit(block: ts.Block, before: ts.Node): { readonly path: string; readonly node: ts.Node } | undefined {
  for (const statement of block.statements) {
    if (statement === before) return undefined;
    if (ts.isIfStatement(statement) && !statement.elseStatement) {
      const path = comparedPath(statement.expression, false);
      if (path && endsPath(statement.thenStatement)) return { path, node: statement.expression };
    }
  }
  return undefined;
}

function endsPath(statement: ts.Statement): boolean {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  return last !== undefined && (ts.isReturnStatement(last) || ts.isThrowStatement(last));
}

/** The path that a condition demands (`positive`) or excludes. */
function comparedPath(condition: ts.Expression, positive: boolean): string | undefined {
  const node = unwrap(condition);
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.kind;
    if (operator === ts.SyntaxKind.AmpersandAmpersandToken || operator === ts.SyntaxKind.BarBarToken) {
      return comparedPath(node.left, positive) ?? comparedPath(node.right, positive);
    }
    const isEqual = operator === ts.SyntaxKind.EqualsEqualsEqualsToken || operator === ts.SyntaxKind.EqualsEqualsToken;
    const isUnequal =
      operator === ts.SyntaxKind.ExclamationEqualsEqualsToken || operator === ts.SyntaxKind.ExclamationEqualsToken;
    if ((positive && isEqual) || (!positive && isUnequal)) {
      for (const side of [node.left, node.right])
        if (ts.isStringLiteralLike(side) && side.text.startsWith('/')) return side.text;
    }
    return undefined;
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return comparedPath(node.operand, !positive);
  if (positive && ts.isCallExpression(node) && lastName(node.expression) === 'startsWith') {
    const prefix = node.arguments[0];
    if (prefix && ts.isStringLiteralLike(prefix) && prefix.text.startsWith('/')) return prefix.text;
  }
  return undefined;
}

/** The HTTP method that path comparisons around a place demand, upper case. */
export function methodAround(through: readonly ts.Node[], top: FunctionNode): string | undefined {
  const named = (condition: ts.Expression): string | undefined => {
    const node = unwrap(condition);
    if (!ts.isBinaryExpression(node)) return undefined;
    const operator = node.operatorToken.kind;
    if (operator === ts.SyntaxKind.AmpersandAmpersandToken) return named(node.left) ?? named(node.right);
    if (operator !== ts.SyntaxKind.EqualsEqualsEqualsToken && operator !== ts.SyntaxKind.EqualsEqualsToken)
      return undefined;
    for (const side of [node.left, node.right])
      if (ts.isStringLiteralLike(side) && /^(GET|POST|DELETE|PUT)$/.test(side.text)) return side.text;
    return undefined;
  };
  for (const place of through) {
    for (let at = place.parent, child = place; at && at !== top.parent; child = at, at = at.parent) {
      if (ts.isIfStatement(at) && child === at.thenStatement) {
        const method = named(at.expression);
        if (method) return method;
      }
      if (
        ts.isCaseClause(at) &&
        ts.isStringLiteralLike(at.expression) &&
        /^(GET|POST|DELETE|PUT)$/.test(at.expression.text)
      )
        return at.expression.text;
    }
  }
  return undefined;
}

/** The conditions around a place within its function, with whether they must hold; early exits before it count too. */
export function conditionsAround(node: ts.Node): { readonly node: ts.Expression; readonly holds: boolean }[] {
  const found: { node: ts.Expression; holds: boolean }[] = [];
  for (let at = node.parent, child = node; at; child = at, at = at.parent) {
    if (ts.isIfStatement(at) && child !== at.expression)
      found.push({ node: at.expression, holds: child === at.thenStatement });
    if (ts.isConditionalExpression(at) && child !== at.condition)
      found.push({ node: at.condition, holds: child === at.whenTrue });
    if (ts.isBinaryExpression(at) && child === at.right) {
      const operator = at.operatorToken.kind;
      if (operator === ts.SyntaxKind.AmpersandAmpersandToken) found.push({ node: at.left, holds: true });
      if (operator === ts.SyntaxKind.BarBarToken) found.push({ node: at.left, holds: false });
    }
    if (ts.isBlock(at)) {
      for (const statement of at.statements) {
        if (statement === child) break;
        if (ts.isIfStatement(statement) && !statement.elseStatement && endsPath(statement.thenStatement))
          found.push({ node: statement.expression, holds: false });
      }
    }
    if (ts.isFunctionLike(at)) break;
  }
  return found;
}

/** Whether a node stands inside a function, at any depth. */
export function standsIn(fn: FunctionNode, node: ts.Node): boolean {
  return encloses(fn, node);
}
