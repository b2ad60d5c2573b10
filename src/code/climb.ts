import { encloses } from './functions.js';
import { enclosingFunction, type FunctionNode } from './module.js';
import { leaves } from './route-conditions.js';
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
const mostWays = 40;
const mostSteps = 1_000;

/**
 * Climbs from a place over the callers of its function until a function that `isRegistered` is met. Which calls lead to
 * it there matters to those who ask for `every` way; to others one way from each function is as good as another.
 */
export function ascentsFrom(
  values: Values,
  node: ts.Node,
  env: Env | undefined,
  isRegistered: (fn: FunctionNode) => boolean,
  ways: 'some' | 'every' = 'some',
): Ascent[] {
  const found: Ascent[] = [];
  const seen = new Map<FunctionNode, Set<Env | undefined>>();
  let steps = 0;
  const isKnown = (fn: FunctionNode, frame: Env | undefined, through: readonly ts.Node[]): boolean => {
    if (seen.get(fn)?.has(frame)) return true;
    if (ways === 'every')
      return ++steps > mostSteps || through.slice(0, -1).some(node => enclosingFunction(node) === fn);
    seen.set(fn, (seen.get(fn) ?? new Set()).add(frame));
    return false;
  };
  const climb = (at: ts.Node, through: readonly ts.Node[], env: Env | undefined): void => {
    const fn = enclosingFunction(at);
    if (!fn || through.length > furthest || found.length >= (ways === 'every' ? mostWays : mostAscents)) return;
    const frame = values.frameAround(at, env);
    if (isKnown(fn, frame, through)) return;
    if (isRegistered(fn)) {
      found.push({ top: fn, env: frame, through });
      return;
    }
    const before = found.length;
    climbOn(fn, frame, through);
    // From where nothing was found, nothing is looked for again.
    if (found.length === before) seen.set(fn, (seen.get(fn) ?? new Set()).add(frame));
  };
  const climbOn = (fn: FunctionNode, frame: Env | undefined, through: readonly ts.Node[]): void => {
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
        if (ts.isIfStatement(statement) && !statement.elseStatement && leaves(statement.thenStatement))
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
