import type { Code, Node } from './code.js';
import { enclosingFunction, type FunctionNode, isFunctionNode, lastName, propertyName, unwrap } from './module.js';
import { ts } from './ts.js';

/** One thing that is done with a value on its way. */
export interface Use {
  readonly node: Node;
  readonly is: 'named' | 'compared' | 'passed' | 'returned';
  /** What it is called there: the variable, the other side of the comparison, the function it is passed to or returned by. */
  readonly name: string;
}

/** Where a value goes from one place, over own functions, as far as names and calls show. */
export interface Uses {
  readonly uses: readonly Use[];
  /** The call that takes the value, or what was looked up by it, out of a store on the way of those who are let in. */
  readonly removedAt: Node | undefined;
}

/** An expression that holds the value, or something found under it. */
interface Carrier {
  readonly node: ts.Expression;
  /** The function in which the value is, and the number of own functions entered or left on the way there. */
  readonly home: FunctionNode | undefined;
  readonly depth: number;
  /** The store in which it was found, for what was looked up. */
  readonly store?: string;
}

const farthest = 3;
const most = 120;
/** Methods that answer another form of the same text. */
const texts = /^(trim|toString|toUpperCase|toLowerCase|slice|substring|replace|replaceAll|at|digest|update|normalize)$/;
/** Functions that answer another form of what they are given. */
const forms = /^(String|decodeURIComponent|encodeURIComponent|from|\w*(hash|digest|normali[sz]e|sha256|hmac|update)\w*)$/i;
const lookups = /^(get|find|findOne|findFirst|findUnique|lookup|read|fetch|peek|getItem)$/i;
const removals = /^(delete|del|remove|take|consume|redeem|burn|unlink|get_?(and_?)?del(ete)?)(Item|Key|Token|Ticket|One|Many)?$/i;
/** Things whose `delete` sends a request or mounts a route. */
const notStores = /^(axios|https?|got|ky|app|router|api|server|fastify|headers|searchParams|params|cookies)$/i;
/** Callbacks that run at another time than the use. */
const later = /^(on|once|addListener|addEventListener|setTimeout|setInterval|setImmediate|onAbort)$/;

/** Follows the value that a node reads, or that a name is bound to, to its uses. */
export function usesOf(code: Code, start: Node): Uses {
  const uses: Use[] = [];
  const queue: Carrier[] = [];
  const seen = new Set<ts.Node>();
  let removedAt: ts.Expression | undefined;

  const carry = (carrier: Carrier): void => {
    if (seen.has(carrier.node) || seen.size > most || carrier.depth > farthest) return;
    seen.add(carrier.node);
    queue.push(carrier);
  };
  const remove = (node: ts.Expression, { home }: Carrier): void => {
    if (isOnTheWayIn(node, home)) removedAt ??= node;
  };
  const use = (node: ts.Node, is: Use['is'], name: string): void => {
    if (name) uses.push({ node, is, name });
  };
  const bind = (name: ts.BindingName, from: Carrier): void => {
    for (const identifier of namesIn(name)) {
      use(identifier, 'named', identifier.text);
      for (const reference of referencesTo(code, identifier)) carry({ ...from, node: reference });
    }
  };

  const passed = (call: ts.CallExpression | ts.NewExpression, from: Carrier, index: number): void => {
    const name = lastName(call.expression);
    use(call, 'passed', name);
    const own = code.values.of(call.expression).filter(callee => callee.is === 'function');
    for (const { node: fn } of own) {
      const parameter = fn.parameters[index];
      if (parameter) bind(parameter.name, { ...from, home: fn, depth: from.depth + 1 });
    }
    if (own.length) return;
    if (isRemoval(call, from)) remove(call, from);
    else if (forms.test(name)) carry({ ...from, node: call });
    else if (lookups.test(name)) carry({ ...from, node: call, store: storeOf(call) ?? '' });
  };

  const returned = (from: Carrier): void => {
    const fn = enclosingFunction(from.node);
    if (!fn) return;
    const name = nameOf(fn);
    use(from.node, 'returned', name);
    for (const { node: site } of code.values.callersOf(fn)) {
      const isOwn = ts.isCallExpression(site) && !site.arguments.some(argument => unwrap(argument) === fn);
      if (isOwn && lastName(site.expression) === name) carry({ ...from, node: site, home: enclosingFunction(site), depth: from.depth + 1 });
    }
  };

  const step = (from: Carrier): void => {
    const { node } = from;
    const { parent } = node;
    if (ts.isVariableDeclaration(parent) && parent.initializer === node) bind(parent.name, from);
    else if (ts.isPropertyAssignment(parent)) {
      use(parent, 'named', propertyName(parent.name) ?? '');
      carry({ ...from, node: parent.parent });
    } else if (ts.isShorthandPropertyAssignment(parent)) carry({ ...from, node: parent.parent });
    else if (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === node)) returned(from);
    else if (ts.isPropertyAccessExpression(parent) && parent.expression === node) {
      const isText = ts.isCallExpression(parent.parent) && texts.test(parent.name.text);
      if (isText) carry({ ...from, node: parent.parent });
      else if (from.store || parent.name.text === 'href') carry({ ...from, node: parent });
    } else if (ts.isElementAccessExpression(parent) && parent.argumentExpression === node) {
      if (ts.isDeleteExpression(parent.parent)) remove(parent.parent, from);
      else carry({ ...from, node: parent, store: parent.expression.getText() });
    } else if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
      const index = parent.arguments?.indexOf(node) ?? -1;
      if (index >= 0) passed(parent, from, index);
    } else if (ts.isBinaryExpression(parent)) stepOver(parent, from);
    else if (isTransparent(parent, node)) carry({ ...from, node: parent as ts.Expression });
    else if (ts.isTemplateSpan(parent)) carry({ ...from, node: parent.parent });
  };

  const stepOver = (parent: ts.BinaryExpression, from: Carrier): void => {
    const operator = parent.operatorToken.kind;
    if (operator === ts.SyntaxKind.EqualsToken) {
      if (parent.right !== from.node) return;
      const target = unwrap(parent.left);
      if (ts.isIdentifier(target)) bind(target, from);
      else use(parent, 'named', lastName(target));
    } else if (joins.has(operator)) carry({ ...from, node: parent });
    else if (comparisons.has(operator)) use(parent, 'compared', namesWithin(parent.left === from.node ? parent.right : parent.left).at(-1) ?? '');
  };

  const first: Carrier = { node: start as ts.Expression, home: enclosingFunction(start), depth: 0 };
  if (ts.isIdentifier(start) && !isRead(start)) bind(start, first);
  else carry(first);
  for (let next = queue.shift(); next; next = queue.shift()) step(next);
  return { uses, removedAt: removedAt && isConsumed(removedAt, uses) ? removedAt : undefined };
}

const joins = new Set([ts.SyntaxKind.BarBarToken, ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.PlusToken]);
const comparisons = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.EqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsToken,
]);

/** The names that an expression is put together from, in order: `process`, `env`, `API_KEY`. */
export function namesWithin(expression: Node): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) found.push(node.text);
    else if (ts.isStringLiteralLike(node) && ts.isElementAccessExpression(node.parent)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(expression);
  return found;
}

/** Whether an identifier is an expression, not the name of a declaration. */
function isRead(node: ts.Identifier): boolean {
  const { parent } = node;
  return !(ts.isBindingElement(parent) || ts.isVariableDeclaration(parent) || ts.isParameter(parent)) || parent.initializer === node;
}

function isTransparent(parent: ts.Node, node: ts.Node): boolean {
  if (ts.isConditionalExpression(parent)) return parent.condition !== node;
  return (
    ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isNonNullExpression(parent) || ts.isAwaitExpression(parent) ||
    ts.isSatisfiesExpression(parent) || ts.isArrayLiteralExpression(parent) || ts.isObjectLiteralExpression(parent) || ts.isSpreadElement(parent)
  );
}

function* namesIn(name: ts.BindingName): Generator<ts.Identifier> {
  if (ts.isIdentifier(name)) yield name;
  else for (const element of name.elements) if (!ts.isOmittedExpression(element)) yield* namesIn(element.name);
}

/** The places that read a name, within the function or file that declares it. */
export function referencesTo(code: Code, name: ts.Identifier): ts.Identifier[] {
  const decl = code.values.declarationOf(name);
  const home = enclosingFunction(name) ?? name.getSourceFile();
  const found: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === name.text && node !== name && isReference(node) && code.values.declarationOf(node) === decl) found.push(node);
    ts.forEachChild(node, visit);
  };
  if (decl) visit(decl.is === 'variable' || decl.is === 'parameter' ? (enclosingFunction(decl.name) ?? home) : home);
  return found;
}

function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return isRead(node);
}

function nameOf(fn: ts.Node): string {
  const named = isFunctionNode(fn) && fn.name ? fn.name : ts.isVariableDeclaration(fn.parent) || ts.isPropertyAssignment(fn.parent) ? fn.parent.name : undefined;
  return named?.getText() ?? '';
}

function storeOf(call: ts.CallExpression | ts.NewExpression): string | undefined {
  const callee = unwrap(call.expression);
  return ts.isPropertyAccessExpression(callee) ? callee.expression.getText() : undefined;
}

function isRemoval(call: ts.CallExpression | ts.NewExpression, { store }: Carrier): boolean {
  const callee = unwrap(call.expression);
  if (!ts.isPropertyAccessExpression(callee)) return false;
  if (/['"`]\s*DELETE\s+FROM\b/i.test(call.getText())) return true;
  if (!removals.test(callee.name.text) || notStores.test(lastName(callee.expression))) return false;
  return store === undefined || store === callee.expression.getText();
}

/** Whether a removal takes what is also asked for: logging out removes a token that it has no other use for. */
function isConsumed(removal: ts.Expression, uses: readonly Use[]): boolean {
  let node: ts.Node = removal;
  while (ts.isAwaitExpression(node.parent) || ts.isParenthesizedExpression(node.parent)) node = node.parent;
  return !ts.isExpressionStatement(node.parent) || uses.some(use => use.node !== removal && (use.is === 'passed' || use.is === 'compared'));
}

/** Not a clean-up: neither in a callback for later, nor on a branch for the expired or the refused. */
function isOnTheWayIn(node: ts.Node, home: FunctionNode | undefined): boolean {
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

/** The innermost statement that a node stands in, or the body of an arrow function without statements. */
export function statementAround(node: Node): Node {
  let at = node;
  while (!ts.isStatement(at) && !ts.isFunctionLike(at.parent) && !ts.isSourceFile(at.parent)) at = at.parent;
  return at;
}
