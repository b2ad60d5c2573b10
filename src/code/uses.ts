import type { Code, Node } from './code.js';
import { enclosingFunction, type FunctionNode, isEquality, lastName, propertyName, unwrap } from './module.js';
import { isRead, namesIn, namesWithin, referencesTo } from './references.js';
import { isOnTheWayIn, isRemoval, isUnanswered } from './removals.js';
import { ts } from './ts.js';

/** One thing that is done with a value on its way. */
export interface Use {
  readonly node: Node;
  readonly is: 'named' | 'compared' | 'passed' | 'returned';
  /** The variable, the other side of the comparison, or the function that it is passed to or returned by. */
  readonly name: string;
}

/** Where a value goes from one place, over own functions, as far as names and calls show. */
export interface Uses {
  readonly uses: readonly Use[];
  /** What takes the value, or what was looked up by it, out of a store on the way of those who are let in. */
  readonly removedAt: Node | undefined;
}

/** Follows the value that these nodes read, or that names are bound to, to its uses. */
export function usesOf(code: Code, starts: readonly Node[]): Uses {
  return new Pursuit(code).from(starts);
}

/** An expression that holds the value, or something found under it. */
interface Carrier {
  readonly node: ts.Expression;
  /** The function in which the value is. */
  readonly home: FunctionNode | undefined;
  /** Own functions entered or left on the way there. */
  readonly depth: number;
  /** The store in which it was found, for what was looked up. */
  readonly store?: string;
  /** The property that holds it, for an object. */
  readonly key?: string;
}

const farthest = 3;
const most = 120;
/** Methods that answer another form of the same text. */
const texts = /^(trim|toString|toUpperCase|toLowerCase|slice|substring|replace|replaceAll|at|digest|update|normalize)$/;
/** Functions that answer another form of what they are given. */
const forms =
  /^(String|decodeURIComponent|encodeURIComponent|from|\w*(hash|digest|normali[sz]e|sha256|hmac|update)\w*)$/i;
const lookups = /^(get|find|findOne|findFirst|findUnique|lookup|read|fetch|peek|getItem)$/i;
class Pursuit {
  readonly #uses: Use[] = [];
  readonly #queue: Carrier[] = [];
  readonly #seen = new Set<ts.Node>();
  #removedAt: ts.Expression | undefined;

  constructor(private readonly code: Code) {}

  from(starts: readonly Node[]): Uses {
    for (const start of starts) {
      const first: Carrier = { node: start as ts.Expression, home: enclosingFunction(start), depth: 0 };
      if (ts.isIdentifier(start) && !isRead(start)) this.#bind(start, first);
      else this.#carry(first);
    }
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#step(next);
    const removedAt = this.#removedAt;
    // Logging out removes a token, too, and has no other use for it.
    const isConsumed =
      removedAt &&
      (!isUnanswered(removedAt) ||
        this.#uses.some(({ is, node }) => node !== removedAt && (is === 'passed' || is === 'compared')));
    return { uses: this.#uses, removedAt: isConsumed ? removedAt : undefined };
  }

  #carry(carrier: Carrier): void {
    if (this.#seen.has(carrier.node) || this.#seen.size > most || carrier.depth > farthest) return;
    this.#seen.add(carrier.node);
    this.#queue.push(carrier);
  }

  /** What is done with a looked-up entry tells nothing about the value. */
  #use(from: Carrier, node: ts.Node, is: Use['is'], name: string): void {
    if (name && name !== 'undefined' && from.store === undefined) this.#uses.push({ node, is, name });
  }

  #remove(node: ts.Expression, { home }: Carrier): void {
    if (isOnTheWayIn(node, home)) this.#removedAt ??= node;
  }

  #bind(name: ts.BindingName, from: Carrier): void {
    for (const identifier of namesIn(name)) {
      if (from.key !== undefined && keyOf(identifier) !== from.key) continue;
      const { key: _, ...unpacked } = from;
      this.#use(from, identifier, 'named', identifier.text);
      for (const reference of referencesTo(this.code, identifier)) this.#carry({ ...unpacked, node: reference });
    }
  }

  #step(from: Carrier): void {
    const { node } = from;
    const { parent } = node;
    if (ts.isVariableDeclaration(parent) && parent.initializer === node) this.#bind(parent.name, from);
    else if (ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent)) {
      const key = propertyName(parent.name) ?? '';
      this.#use(from, parent, 'named', key);
      this.#carry({ ...from, node: parent.parent, key });
    } else if (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === node)) this.#return(from);
    else if (ts.isPropertyAccessExpression(parent) && parent.expression === node) this.#member(parent, from);
    else if (ts.isElementAccessExpression(parent) && parent.argumentExpression === node) {
      if (ts.isDeleteExpression(parent.parent)) this.#remove(parent.parent, from);
      else this.#carry({ ...from, node: parent, store: parent.expression.getText() });
    } else if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
      const index = parent.arguments?.indexOf(node) ?? -1;
      if (index >= 0) this.#pass(parent, from, index);
    } else if (ts.isBinaryExpression(parent)) this.#operand(parent, from);
    else if (isTransparent(parent, node)) this.#carry({ ...from, node: parent as ts.Expression });
    else if (ts.isTemplateSpan(parent)) this.#carry({ ...from, node: parent.parent });
  }

  #member(access: ts.PropertyAccessExpression, from: Carrier): void {
    const isText = ts.isCallExpression(access.parent) && texts.test(access.name.text);
    if (isText) this.#carry({ ...from, node: access.parent as ts.CallExpression });
    else if (from.store !== undefined || access.name.text === 'href') this.#carry({ ...from, node: access });
  }

  #operand(parent: ts.BinaryExpression, from: Carrier): void {
    const operator = parent.operatorToken.kind;
    if (operator === ts.SyntaxKind.EqualsToken && parent.right === from.node) {
      const target = unwrap(parent.left);
      if (ts.isIdentifier(target)) this.#bind(target, from);
      else this.#use(from, parent, 'named', lastName(target));
    } else if (isJoin(operator)) this.#carry({ ...from, node: parent });
    else if (isEquality(operator)) {
      const other = parent.left === from.node ? parent.right : parent.left;
      this.#use(from, parent, 'compared', namesWithin(other).at(-1) ?? '');
    }
  }

  #pass(call: ts.CallExpression | ts.NewExpression, from: Carrier, index: number): void {
    const name = lastName(call.expression);
    this.#use(from, call, 'passed', name);
    const own = this.code.values.of(call.expression).filter(callee => callee.is === 'function');
    for (const { node: fn } of own) {
      const parameter = fn.parameters[index];
      if (parameter) this.#bind(parameter.name, { ...from, home: fn, depth: from.depth + 1 });
    }
    if (own.length) return;
    const callee = unwrap(call.expression);
    const store = ts.isPropertyAccessExpression(callee) ? callee.expression.getText() : '';
    if (isRemoval(call, from.store)) this.#remove(call, from);
    else if (forms.test(name)) this.#carry({ ...from, node: call });
    else if (lookups.test(name)) this.#carry({ ...from, node: call, store });
  }

  #return(from: Carrier): void {
    const fn = enclosingFunction(from.node);
    if (!fn) return;
    const name = nameOf(fn);
    this.#use(from, from.node, 'returned', name);
    for (const { node: site } of this.code.values.callersOf(fn)) {
      if (!ts.isCallExpression(site) || lastName(site.expression) !== name) continue;
      this.#carry({ ...from, node: site, home: enclosingFunction(site), depth: from.depth + 1 });
    }
  }
}

/** The property that a destructured name is taken from; its own name where it is not destructured. */
function keyOf(name: ts.Identifier): string {
  const { parent } = name;
  return ts.isBindingElement(parent) && parent.propertyName ? (propertyName(parent.propertyName) ?? '') : name.text;
}

function isJoin(operator: ts.SyntaxKind): boolean {
  return (
    operator === ts.SyntaxKind.BarBarToken ||
    operator === ts.SyntaxKind.QuestionQuestionToken ||
    operator === ts.SyntaxKind.PlusToken
  );
}

function isTransparent(parent: ts.Node, node: ts.Node): boolean {
  if (ts.isConditionalExpression(parent)) return parent.condition !== node;
  return (
    ts.isParenthesizedExpression(parent) ||
    ts.isAsExpression(parent) ||
    ts.isNonNullExpression(parent) ||
    ts.isAwaitExpression(parent) ||
    ts.isSatisfiesExpression(parent) ||
    ts.isArrayLiteralExpression(parent) ||
    ts.isSpreadElement(parent)
  );
}

function nameOf(fn: FunctionNode): string {
  const { parent } = fn;
  const name =
    fn.name ?? (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) ? parent.name : undefined);
  return name?.getText() ?? '';
}
