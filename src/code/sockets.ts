import { constructorOf } from './classes.js';
import type { Code } from './code.js';
import { isCall } from './functions.js';
import { enclosingClass, enclosingFunction, type FunctionNode, lastName, propertyName, unwrap } from './module.js';
import { referencesTo } from './references.js';
import { ts } from './ts.js';

/** A function that is given something of a socket, and where the socket was told of it. */
export interface SocketListener {
  readonly event: string;
  readonly node: ts.Node;
  readonly functions: readonly FunctionNode[];
  /** Given an event object that holds the data, as `addEventListener` and `onmessage` have it. */
  readonly asEvent: boolean;
}

/** An accepted socket, followed through the user's code by names, fields and calls. */
export interface SocketTrace {
  /** The expressions that stand for the socket. */
  readonly holders: ReadonlySet<ts.Node>;
  readonly listeners: readonly SocketListener[];
  /** Calls that take the socket where it is not followed. */
  readonly handedTo: readonly (ts.CallExpression | ts.NewExpression)[];
}

/** An expression that is the socket, or an object that holds it under a key. */
interface Carrier {
  readonly node: ts.Expression;
  readonly depth: number;
  readonly key?: string | undefined;
}

const farthest = 5;
const most = 400;
const registrars = /^(on|once|addListener|prependListener|addEventListener)$/;
/** Calls that take a socket without doing anything with its events: collections, logs, and events of its own server. */
const keepers =
  /^(add|set|push|has|get|delete|unshift|indexOf|includes|log|info|warn|error|debug|trace|emit|String|Boolean|acceptWebSocket|getWebSockets|serializeAttachment)$/;

/** Where a library hands out a socket: a parameter's name, or a call whose result holds it under a key. */
export interface SocketStart {
  readonly node: ts.Node;
  readonly key?: string | undefined;
}

/** Follows a socket from where a library hands it out. */
export function followSocket(code: Code, starts: readonly SocketStart[]): SocketTrace {
  return new Following(code).from(starts);
}

class Following {
  readonly #holders = new Set<ts.Node>();
  readonly #listeners: SocketListener[] = [];
  readonly #handedTo: (ts.CallExpression | ts.NewExpression)[] = [];
  readonly #queue: Carrier[] = [];
  readonly #seen = new Set<ts.Node>();

  constructor(private readonly code: Code) {}

  from(starts: readonly SocketStart[]): SocketTrace {
    for (const { node, key } of starts) {
      if (ts.isParameter(node)) this.#bind(node.name, 0, key);
      else if (ts.isExpression(node)) this.#carry({ node, depth: 0, key });
    }
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#step(next);
    return { holders: this.#holders, listeners: this.#listeners, handedTo: this.#handedTo };
  }

  #carry(carrier: Carrier): void {
    if (this.#seen.has(carrier.node) || this.#seen.size > most || carrier.depth > farthest) return;
    this.#seen.add(carrier.node);
    if (carrier.key === undefined) this.#holders.add(carrier.node);
    this.#queue.push(carrier);
  }

  #bind(name: ts.BindingName, depth: number, key?: string): void {
    if (!ts.isIdentifier(name)) {
      this.#unpack(name, depth, key);
      return;
    }
    for (const reference of referencesTo(this.code, name)) this.#carry({ node: reference, depth, key });
    if (ts.isParameter(name.parent) && ts.isParameterPropertyDeclaration(name.parent, name.parent.parent))
      this.#field(name.parent.parent.parent, name.text, depth, key);
  }

  /** `{ ws }` or `[, ws]` of what holds it under that key; other names of a pattern are not the socket. */
  #unpack(pattern: ts.BindingPattern, depth: number, key: string | undefined): void {
    pattern.elements.forEach((element, index) => {
      if (ts.isOmittedExpression(element)) return;
      const own = ts.isArrayBindingPattern(pattern)
        ? String(index)
        : propertyName(element.propertyName ?? (element.name as ts.Identifier));
      if (own === key) this.#bind(element.name, depth);
    });
  }

  /** The reads of a field in the class that keeps the socket there. */
  #field(type: ts.Node, name: string, depth: number, key?: string): void {
    for (const read of this.code.program.moduleOf(type).reads.get(name) ?? []) {
      if (unwrap(read.expression).kind === ts.SyntaxKind.ThisKeyword && enclosingClass(read) === type)
        this.#carry({ node: read, depth: depth + 1, key });
    }
  }

  #step(from: Carrier): void {
    const { node, depth, key } = from;
    const { parent } = node;
    if (ts.isVariableDeclaration(parent) && parent.initializer === node) this.#bind(parent.name, depth, key);
    else if (ts.isPropertyAssignment(parent) && parent.initializer === node)
      this.#record(parent.parent, propertyName(parent.name), from);
    else if (ts.isShorthandPropertyAssignment(parent)) this.#record(parent.parent, parent.name.text, from);
    else if (ts.isPropertyAccessExpression(parent) && parent.expression === node) this.#member(parent, from);
    else if (ts.isElementAccessExpression(parent) && key !== undefined && parent.argumentExpression.getText() === key)
      this.#carry({ node: parent, depth });
    else if (isCall(parent)) this.#pass(parent, from, parent.arguments?.indexOf(node) ?? -1);
    else if (ts.isBinaryExpression(parent)) this.#operand(parent, from);
    else if (isTransparent(parent, node)) this.#carry({ node: parent as ts.Expression, depth, key });
  }

  #record(object: ts.ObjectLiteralExpression, name: string | undefined, { depth, key }: Carrier): void {
    if (name !== undefined && key === undefined) this.#carry({ node: object, depth, key: name });
  }

  #member(access: ts.PropertyAccessExpression, { depth, key }: Carrier): void {
    const name = access.name.text;
    if (key !== undefined) {
      if (name === key) this.#carry({ node: access, depth });
      return;
    }
    const { parent } = access;
    if (ts.isCallExpression(parent) && parent.expression === access && registrars.test(name))
      this.#listen(parent, name);
    else if (ts.isBinaryExpression(parent) && parent.left === access && /^on[a-z]+$/.test(name))
      this.#listeners.push({
        event: name.slice(2),
        node: parent,
        functions: functionsAmong(this.code, parent.right),
        asEvent: true,
      });
  }

  #listen(call: ts.CallExpression, registrar: string): void {
    const [event, listener] = call.arguments;
    if (!event) return;
    const events = this.code.values.of(event).flatMap(value => (value.is === 'literal' ? [String(value.value)] : []));
    const functions = listener ? functionsAmong(this.code, listener) : [];
    for (const name of events)
      this.#listeners.push({ event: name, node: call, functions, asEvent: registrar === 'addEventListener' });
    // `socket.on(…).on(…)` is the socket again.
    if (registrar !== 'addEventListener') this.#carry({ node: call, depth: 0 });
  }

  #pass(call: ts.CallExpression | ts.NewExpression, { depth, key }: Carrier, index: number): void {
    if (index < 0) return;
    const own = entered(this.code, call);
    for (const fn of own) {
      const parameter = fn.parameters[index];
      if (parameter) this.#bind(parameter.name, depth + 1, key);
    }
    // `const [client, server] = Object.values(new WebSocketPair())`
    if (key !== undefined && lastName(call.expression) === 'values') this.#carry({ node: call, depth, key });
    if (!own.length && key === undefined && !keepers.test(lastName(call.expression))) this.#handedTo.push(call);
  }

  #operand(parent: ts.BinaryExpression, { node, depth, key }: Carrier): void {
    const operator = parent.operatorToken.kind;
    if (operator === ts.SyntaxKind.EqualsToken && parent.right === node) {
      const target = unwrap(parent.left);
      if (ts.isIdentifier(target)) this.#assign(target, depth, key);
      const type = enclosingClass(target);
      if (type && ts.isPropertyAccessExpression(target) && target.expression.kind === ts.SyntaxKind.ThisKeyword)
        this.#field(type, target.name.text, depth, key);
    } else if (operator === ts.SyntaxKind.BarBarToken || operator === ts.SyntaxKind.QuestionQuestionToken)
      this.#carry({ node: parent, depth, key });
  }

  /** A variable that is declared first and set later. */
  #assign(target: ts.Identifier, depth: number, key: string | undefined): void {
    const declared = this.code.values.declarationOf(target);
    if (declared?.is === 'variable' && ts.isIdentifier(declared.name)) this.#bind(declared.name, depth + 1, key);
  }
}

/** The own functions that a call enters; for a construction, its constructor. */
export function entered(code: Code, call: ts.CallExpression | ts.NewExpression): FunctionNode[] {
  if (call.expression.kind === ts.SyntaxKind.SuperKeyword) return superConstructor(code, call);
  return code.values.of(call.expression).flatMap(value => {
    if (value.is === 'function') return value.node.body ? [value.node] : [];
    const own = value.is === 'class' ? constructorOf(value.node) : undefined;
    return own ? [own] : [];
  });
}

function superConstructor(code: Code, call: ts.Node): FunctionNode[] {
  const base = enclosingClass(call)?.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  const [type] = base?.types ?? [];
  return type
    ? code.values.of(type.expression).flatMap(value => {
        const own = value.is === 'class' ? constructorOf(value.node) : undefined;
        return own ? [own] : [];
      })
    : [];
}

/** The functions that an expression may be; those inside a wrapper that is not followed, else. */
export function functionsAmong(code: Code, expression: ts.Expression): FunctionNode[] {
  const found = code.values.of(expression).flatMap(value => (value.is === 'function' ? [value.node] : []));
  const node = unwrap(expression);
  if (found.length || !ts.isCallExpression(node)) return found;
  return node.arguments.flatMap(argument =>
    code.values.of(argument).flatMap(value => (value.is === 'function' ? [value.node] : [])),
  );
}

function isTransparent(parent: ts.Node, node: ts.Node): boolean {
  if (ts.isConditionalExpression(parent)) return parent.condition !== node;
  return (
    ts.isParenthesizedExpression(parent) ||
    ts.isAsExpression(parent) ||
    ts.isTypeAssertionExpression(parent) ||
    ts.isNonNullExpression(parent) ||
    ts.isSatisfiesExpression(parent) ||
    ts.isAwaitExpression(parent)
  );
}

/** The functions in which the socket is at hand. */
export function homesOf({ holders }: SocketTrace): ReadonlySet<FunctionNode> {
  return new Set([...holders].flatMap(node => enclosingFunction(node) ?? []));
}
