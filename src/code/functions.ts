import { enclosingFunction, type FunctionNode, isFunctionNode, lastName, propertyName } from './module.js';
import { ts } from './ts.js';

/** Whether a node stands inside another (or is it). */
export function encloses(outer: ts.Node, inner: ts.Node): boolean {
  return inner.pos >= outer.pos && inner.end <= outer.end && inner.getSourceFile() === outer.getSourceFile();
}

/** The expression with the parentheses, casts and `await` around it. */
export function outermost(node: ts.Node): ts.Node {
  let at = node;
  while (
    ts.isParenthesizedExpression(at.parent) ||
    ts.isAsExpression(at.parent) ||
    ts.isSatisfiesExpression(at.parent) ||
    ts.isNonNullExpression(at.parent) ||
    ts.isAwaitExpression(at.parent)
  ) {
    at = at.parent;
  }
  return at;
}

/** Whether a function is declared rather than written as an expression. */
export function isDeclared(fn: FunctionNode): boolean {
  return !ts.isArrowFunction(fn) && !ts.isFunctionExpression(fn);
}

/** Whether a node is a call or a construction. */
export function isCall(node: ts.Node): node is ts.CallExpression | ts.NewExpression {
  return ts.isCallExpression(node) || ts.isNewExpression(node);
}

/** The names under which a function may be called from elsewhere, its own first; `default` last. */
export function namesOf(fn: FunctionNode): string[] {
  const names = fn.name && !ts.isComputedPropertyName(fn.name) ? [propertyName(fn.name as ts.PropertyName) ?? ''] : [];
  names.push(...holdersOf(wrapped(fn)));
  if (fn.kind === ts.SyntaxKind.FunctionDeclaration && isDefaultExport(fn)) names.push('default');
  return names.filter(name => name !== '' && name !== 'exports');
}

/** The names that an expression's value is stored under where it is written. */
export function holdersOf(node: ts.Node): string[] {
  const whole = outermost(node);
  const holder = whole.parent;
  if (ts.isVariableDeclaration(holder) && ts.isIdentifier(holder.name)) return [holder.name.text];
  if (ts.isPropertyAssignment(holder) || ts.isPropertyDeclaration(holder)) return [propertyName(holder.name) ?? ''];
  if (ts.isBinaryExpression(holder) && holder.right === whole) return [lastName(holder.left), ...holdersOf(holder)];
  return [];
}

/** The function that makes this one: a closure is returned. */
export function makerOf(fn: FunctionNode): FunctionNode | undefined {
  const holder = outermost(fn).parent;
  return ts.isReturnStatement(holder) || ts.isArrowFunction(holder) ? enclosingFunction(fn) : undefined;
}

/** What a reader would call a function: its name, or its maker's. */
export function readableNameOf(fn: FunctionNode): string | undefined {
  const maker = makerOf(fn);
  return namesOf(fn).find(name => name !== 'default') ?? (maker && readableNameOf(maker));
}

/** `f.bind(this)` and `wrap(f)` around an inline function keep its place. */
function wrapped(fn: ts.Node): ts.Node {
  const at = outermost(fn);
  if (
    ts.isPropertyAccessExpression(at.parent) &&
    at.parent.name.text === 'bind' &&
    ts.isCallExpression(at.parent.parent)
  )
    return at.parent.parent;
  return at;
}

/** Whether a declaration is its module's default export. */
export function isDefaultExport(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node)?.some(each => each.kind === ts.SyntaxKind.DefaultKeyword) ?? false)
  );
}

/** The expressions that a function returns; those of nested functions are theirs. */
export function returnExpressions(fn: FunctionNode): readonly ts.Expression[] {
  if (!fn.body) return [];
  if (!ts.isBlock(fn.body)) return [fn.body];
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (isFunctionNode(node) || ts.isClassLike(node)) return;
    if (ts.isReturnStatement(node)) {
      if (node.expression) found.push(node.expression);
      return;
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(fn.body, visit);
  return found;
}

/** Whether an expression's value goes through the one around it: brackets, casts, `await`, a branch, a list. */
export function isTransparent(parent: ts.Node, node: ts.Node): boolean {
  if (ts.isConditionalExpression(parent)) return parent.condition !== node;
  return (
    ts.isParenthesizedExpression(parent) ||
    ts.isAsExpression(parent) ||
    ts.isTypeAssertionExpression(parent) ||
    ts.isNonNullExpression(parent) ||
    ts.isSatisfiesExpression(parent) ||
    ts.isAwaitExpression(parent) ||
    ts.isArrayLiteralExpression(parent)
  );
}
