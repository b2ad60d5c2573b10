import type { Code } from './code.js';
import { catcherOf } from './fallout.js';
import { isTransparent } from './functions.js';
import { enclosingFunction, type FunctionNode, isFunctionNode, lastName, unwrap } from './module.js';
import { namesIn, referencesTo } from './references.js';
import { entered } from './sockets.js';
import { ts } from './ts.js';

/** Where the text of a message becomes data, with the calls that lead there from the listener. */
export interface Reading {
  readonly parse: ts.CallExpression;
  /** Outermost first: the listener's own call into a helper, that helper's, and so on. */
  readonly path: readonly ts.CallExpression[];
  /** Where the same text is passed on as it came, parsed or not. */
  readonly relays: readonly ts.Node[];
}

/** What of a listener's parameters holds the message. */
export interface Given {
  readonly fn: FunctionNode;
  readonly index: number;
  /** An event object, whose `data` is the message. */
  readonly asEvent: boolean;
}

interface Carrier {
  readonly node: ts.Expression;
  readonly path: readonly ts.CallExpression[];
  /** Still the event object. */
  readonly isEvent: boolean;
}

const farthest = 5;
const most = 300;
/** Methods that answer the same text in another form. */
const forms =
  /^(toString|trim|slice|subarray|substring|replace|replaceAll|split|concat|from|decode|String|toString|join|text|valueOf|filter|rawDataToString|alloc)$/;
/** Methods that send a text on to somebody else. */
const relaying = /^(send|write|publish|postMessage|emit|broadcast)$/;
const iterations = /^(forEach|map|flatMap|some|every|filter|reduce)$/;

/** The places where a message that a listener is given is parsed as JSON. */
export function readingsOf(code: Code, given: Given): Reading[] {
  return new Following(code).from(given);
}

class Following {
  readonly #found: Omit<Reading, 'relays'>[] = [];
  readonly #relays: ts.Node[] = [];
  readonly #queue: Carrier[] = [];
  readonly #seen = new Set<ts.Node>();

  constructor(private readonly code: Code) {}

  from({ fn, index, asEvent }: Given): Reading[] {
    const parameter = fn.parameters[index];
    if (!parameter) return [];
    // `({ data }) => …` opens the event where it comes in.
    if (asEvent && ts.isObjectBindingPattern(parameter.name)) {
      for (const name of namesIn(parameter.name)) if (name.text === 'data') this.#bind(name, [], false);
    } else this.#bind(parameter.name, [], asEvent);
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#step(next);
    // What is passed on is told with the reading nearest to the listener: one deep in a helper may only serve a log.
    const nearest = Math.min(...this.#found.map(({ path }) => path.length));
    return this.#found.map(reading => ({ ...reading, relays: reading.path.length === nearest ? this.#relays : [] }));
  }

  #carry(carrier: Carrier): void {
    if (this.#seen.has(carrier.node) || this.#seen.size > most || carrier.path.length > farthest) return;
    this.#seen.add(carrier.node);
    this.#queue.push(carrier);
  }

  #bind(name: ts.BindingName, path: Carrier['path'], isEvent: boolean): void {
    for (const identifier of namesIn(name))
      for (const node of referencesTo(this.code, identifier)) this.#carry({ node, path, isEvent });
  }

  #step(from: Carrier): void {
    const { node, path, isEvent } = from;
    const { parent } = node;
    const on = (next: ts.Node) => this.#carry({ node: next as ts.Expression, path, isEvent });
    if (ts.isVariableDeclaration(parent) && parent.initializer === node) this.#declare(parent.name, from);
    else if (ts.isPropertyAccessExpression(parent) && parent.expression === node) this.#member(parent, from);
    else if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) this.#pass(parent, from);
    else if (ts.isBinaryExpression(parent)) this.#operand(parent, from);
    else if (
      ts.isForOfStatement(parent) &&
      parent.expression === node &&
      ts.isVariableDeclarationList(parent.initializer)
    )
      for (const each of parent.initializer.declarations) this.#bind(each.name, path, false);
    else if (ts.isPropertyAssignment(parent) && parent.name.getText() === 'body') this.#relays.push(parent);
    else if (ts.isTemplateSpan(parent)) on(parent.parent);
    else if (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === node)) this.#return(from);
    else if (isTransparent(parent, node)) on(parent);
  }

  #declare(name: ts.BindingName, { path, isEvent }: Carrier): void {
    if (isEvent && !ts.isIdentifier(name)) {
      for (const each of namesIn(name)) if (each.text === 'data') this.#bind(each, path, false);
    } else this.#bind(name, path, isEvent);
  }

  #member(access: ts.PropertyAccessExpression, { path, isEvent }: Carrier): void {
    const name = access.name.text;
    if (isEvent) {
      if (name === 'data') this.#carry({ node: access, path, isEvent: false });
      return;
    }
    const call = access.parent;
    if (!ts.isCallExpression(call) || call.expression !== access) return;
    if (forms.test(name)) this.#carry({ node: call, path, isEvent });
    const [callback] = call.arguments;
    if (iterations.test(name) && callback && isFunctionNode(callback) && callback.parameters[0])
      this.#bind(callback.parameters[0].name, path, false);
  }

  #pass(call: ts.CallExpression | ts.NewExpression, { node, path, isEvent }: Carrier): void {
    const index = call.arguments?.indexOf(node) ?? -1;
    if (index < 0) return;
    if (!isEvent && ts.isCallExpression(call) && isJsonParse(call)) {
      this.#found.push({ parse: call, path });
      return;
    }
    const own = ts.isCallExpression(call) ? entered(this.code, call) : [];
    for (const fn of own) {
      const parameter = fn.parameters[index];
      // A function may be entered by several calls: the first to be followed speaks for all.
      if (parameter) this.#bind(parameter.name, [...path, call as ts.CallExpression], isEvent);
    }
    if (!own.length && relaying.test(lastName(call.expression))) this.#relays.push(call);
    if (!own.length && forms.test(lastName(call.expression))) this.#carry({ node: call, path, isEvent });
  }

  #operand(parent: ts.BinaryExpression, { path, isEvent, node }: Carrier): void {
    const operator = parent.operatorToken.kind;
    const isWrite = operator === ts.SyntaxKind.EqualsToken || operator === ts.SyntaxKind.PlusEqualsToken;
    const target = unwrap(parent.left);
    if (isWrite && parent.right === node && ts.isIdentifier(target)) {
      const declared = this.code.values.declarationOf(target);
      if (declared?.is === 'variable') this.#bind(declared.name, path, isEvent);
    } else if (
      operator === ts.SyntaxKind.PlusToken ||
      operator === ts.SyntaxKind.BarBarToken ||
      operator === ts.SyntaxKind.QuestionQuestionToken
    )
      this.#carry({ node: parent, path, isEvent });
  }

  /** A helper hands the text back to the call that led into it. */
  #return({ path, isEvent }: Carrier): void {
    const call = path.at(-1);
    if (call) this.#carry({ node: call, path: path.slice(0, -1), isEvent });
  }
}

/** `JSON.parse(…)`, and the parsers that are called like it. */
function isJsonParse(call: ts.CallExpression): boolean {
  const callee = unwrap(call.expression);
  return (
    ts.isPropertyAccessExpression(callee) &&
    callee.name.text === 'parse' &&
    ts.isIdentifier(callee.expression) &&
    /^(JSON|JSON5|superjson|SuperJSON|JSONbig)$/.test(callee.expression.text)
  );
}

// ---- who catches what the parser throws -----------------------------------------------------------------------

/** What becomes of an error that the parser throws. */
export type Fallout =
  | { readonly is: 'caught'; readonly by: ts.Node }
  /** It leaves the listener: `rejects` as a promise that nobody waits for. */
  | { readonly is: 'escapes'; readonly rejects: boolean };

/** Follows the error from the parser outwards, to a `catch` or out of the listener. */
export function falloutOf(reading: Reading): Fallout {
  let at: ts.Node = reading.parse;
  for (let level = reading.path.length; ; level--) {
    const left = leaving(at);
    if (left.is !== 'leaves') return left;
    const call = reading.path[level - 1];
    if (!call) return { is: 'escapes', rejects: left.rejects };
    if (left.rejects && !isAwaited(call)) {
      const handled = handlerOn(call);
      if (handled) return { is: 'caught', by: handled };
      if (!isHandedOn(call)) return { is: 'escapes', rejects: true };
    }
    at = call;
  }
}

type Leaving = Exclude<Fallout, { is: 'escapes' }> | { readonly is: 'leaves'; readonly rejects: boolean };

/** Out of the function that a place stands in, callbacks that run there and then included. */
function leaving(place: ts.Node): Leaving {
  for (let at = place; ; ) {
    const fn = enclosingFunction(at);
    const guard = catcherOf(at, fn);
    if (guard) return { is: 'caught', by: guard };
    if (!fn) return { is: 'leaves', rejects: false };
    const isAsync = fn.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false;
    const call = fn.parent;
    if (isAsync || !ts.isCallExpression(call) || !call.arguments.some(argument => argument === fn))
      return { is: 'leaves', rejects: isAsync };
    const name = lastName(call.expression);
    if (/^(then|catch|finally)$/.test(name)) {
      const handled = handlerOn(call);
      return handled ? { is: 'caught', by: handled } : { is: 'leaves', rejects: true };
    }
    if (!iterations.test(name)) return { is: 'leaves', rejects: false };
    at = call;
  }
}

function isAwaited(call: ts.Node): boolean {
  let at = call;
  while (ts.isParenthesizedExpression(at.parent)) at = at.parent;
  return ts.isAwaitExpression(at.parent);
}

/** `.catch(…)` behind a call, or the second function of its `.then(…)`. */
function handlerOn(call: ts.Node): ts.Node | undefined {
  for (let at = call; ts.isPropertyAccessExpression(at.parent) && ts.isCallExpression(at.parent.parent); ) {
    const { name } = at.parent;
    const next = at.parent.parent;
    if (name.text === 'catch' || (name.text === 'then' && next.arguments.length > 1)) return next;
    at = next;
  }
  return undefined;
}

/** What a function returns is its caller's: `return handle(data)`, `data => handle(data)`. */
function isHandedOn(call: ts.Node): boolean {
  let at = call;
  while (ts.isParenthesizedExpression(at.parent)) at = at.parent;
  return ts.isReturnStatement(at.parent) || ts.isArrowFunction(at.parent);
}

/** Whether a name is looked at, besides being declared: `isBinary`, the type of the data. */
export function isLookedAt(code: Code, { fn, index }: Given): boolean {
  const binary = fn.parameters[index + 1]?.name;
  if (binary && ts.isIdentifier(binary) && referencesTo(code, binary).length > 0) return true;
  const data = fn.parameters[index]?.name;
  if (!data || !ts.isIdentifier(data)) return false;
  return referencesTo(code, data).some(reference => isTypeTest(reference));
}

function isTypeTest(reference: ts.Identifier): boolean {
  let at: ts.Node = reference;
  if (ts.isPropertyAccessExpression(at.parent) && at.parent.name.text === 'data') at = at.parent;
  const { parent } = at;
  if (ts.isTypeOfExpression(parent)) return true;
  if (ts.isBinaryExpression(parent)) return parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword;
  return ts.isCallExpression(parent) && /^(isBuffer|isView|isArray|isString)$/.test(lastName(parent.expression));
}
