import type { Code, Node } from './code.js';
import { returnExpressions } from './functions.js';
import { type Decl, type FunctionNode, lastName, unwrap } from './module.js';
import { referencesTo } from './references.js';
import type { RequestTexts } from './request-texts.js';
import { isReceivedRequest } from './requests.js';
import { entered } from './sockets.js';
import { ts } from './ts.js';

/** The parsed body of a request, where own code gets hold of it. */
export interface DispatchedBody {
  readonly node: Node;
  /** Every expression that is the body there: `req.body` is written anew for each use. */
  readonly starts: readonly ts.Expression[];
  /** The calls that lead there from the handler, into the helper that parses it. */
  readonly path: readonly ts.CallExpression[];
}

const farthest = 12;
const iterations = /^(then|forEach|map|flatMap|some|every|filter|find|reduce)$/;
/** Helpers that answer the parsed body of the request they are given, as h3 has it: https://h3.dev/utils/request#readbodyevent */
const readers = /^(read|get|parse|load|receive|collect)\w*(Body|Json|Message|Payload|Request)$|^(json|body)$/i;

/** The bodies whose method is compared at a place that dispatches: `case 'tools/call':`, `method === 'tools/list'`. */
export function dispatchedBodies(code: Code, mark: Node, texts: RequestTexts): DispatchedBody[] {
  const compared = comparedWith(mark);
  return compared ? new Climbing(code, texts).from(compared) : [];
}

function comparedWith({ parent }: Node): ts.Expression | undefined {
  if (ts.isCaseClause(parent)) return parent.parent.parent.expression;
  if (!ts.isBinaryExpression(parent)) return undefined;
  return ts.isStringLiteralLike(unwrap(parent.left)) ? parent.right : parent.left;
}

class Climbing {
  readonly #seen = new Set<Node>();
  readonly #found = new Map<Node, DispatchedBody>();

  constructor(
    private readonly code: Code,
    private readonly texts: RequestTexts,
  ) {}

  from(expression: ts.Expression): DispatchedBody[] {
    this.#climb(expression, []);
    return [...this.#found.values()];
  }

  #climb(expression: ts.Expression, path: DispatchedBody['path']): void {
    const node = unwrap(expression);
    if (this.#seen.has(node) || this.#seen.size > farthest * farthest) return;
    this.#seen.add(node);
    const go = (next: ts.Expression) => this.#climb(next, path);
    if (ts.isIdentifier(node)) this.#name(node, path);
    else if (ts.isPropertyAccessExpression(node)) {
      if (node.name.text === 'body' && isReceivedRequest(this.code, node.expression)) this.#mentioned(node);
      else go(node.expression);
    } else if (ts.isElementAccessExpression(node)) go(node.expression);
    else if (ts.isCallExpression(node)) this.#call(node, path);
    else if (ts.isBinaryExpression(node)) for (const side of [node.left, node.right]) go(side);
    else if (ts.isConditionalExpression(node)) for (const branch of [node.whenTrue, node.whenFalse]) go(branch);
    else if (ts.isArrayLiteralExpression(node)) for (const each of node.elements) go(each);
  }

  #name(node: ts.Identifier, path: DispatchedBody['path']): void {
    const declared = this.code.values.declarationOf(node);
    if (declared?.is === 'parameter') this.#parameter(declared, path);
    if (declared?.is !== 'variable') return;
    const { init, each, name } = declared;
    if (init && isBodyOf(this.code, declared)) this.#put(name, referencesTo(this.code, name), []);
    else if (init) this.#climb(init, path);
    if (each) this.#climb(each.expression, path);
    for (const { parent } of referencesTo(this.code, name))
      if (ts.isBinaryExpression(parent) && isWriteTo(parent, name)) this.#climb(parent.right, path);
  }

  #parameter({ fn, index }: Extract<Decl, { is: 'parameter' }>, path: DispatchedBody['path']): void {
    const call = fn.parent;
    if (ts.isCallExpression(call) && iterations.test(lastName(call.expression))) {
      const callee = unwrap(call.expression);
      if (ts.isPropertyAccessExpression(callee)) this.#climb(callee.expression, path);
    }
    for (const { node, enters } of this.code.values.callersOf(fn)) {
      const argument = enters ? node.arguments?.[index] : undefined;
      if (argument && !ts.isSpreadElement(argument)) this.#climb(argument, path);
    }
  }

  #call(call: ts.CallExpression, path: DispatchedBody['path']): void {
    const callee = unwrap(call.expression);
    const [first] = call.arguments;
    const on = ts.isPropertyAccessExpression(callee) ? callee : undefined;
    const isParse = callee.getText() === 'JSON.parse';
    const isRead = on?.name.text === 'json' && isReceivedRequest(this.code, on.expression);
    if (isRead || (isParse && first && this.texts.of(first) === 'body')) this.#put(call, [call], path);
    if (isRead || isParse) return;
    const before = this.#found.size;
    if (path.length < farthest)
      for (const fn of entered(this.code, call))
        for (const returned of returnExpressions(fn)) this.#climb(returned, [...path, call]);
    if (this.#found.size > before) return;
    if (readers.test(lastName(callee)) && first && isRequestLike(this.code, first)) this.#put(call, [call], path);
    // `Schema.parse(body)`, `structuredClone(body)`: what is answered is made of what is given.
    else for (const argument of call.arguments) if (!ts.isSpreadElement(argument)) this.#climb(argument, path);
  }

  /** `req.body`, with every other mention of it in the same handler. */
  #mentioned(access: ts.PropertyAccessExpression): void {
    const request = unwrap(access.expression);
    const holder = ts.isIdentifier(request) ? this.code.values.declarationOf(request) : undefined;
    const name = holder?.is === 'parameter' ? holder.name : undefined;
    const starts = name ? bodiesOf(this.code, name) : [];
    this.#put(starts[0] ?? access, starts.length ? starts : [access], []);
  }

  #put(node: Node, starts: readonly ts.Expression[], path: DispatchedBody['path']): void {
    if (!this.#found.has(node)) this.#found.set(node, { node, starts, path });
  }
}

/** The mentions of `req.body` in a function that stands before the handler. */
export function bodyMentions(code: Code, fn: FunctionNode): readonly ts.Expression[] {
  return fn.parameters.flatMap(({ name }) => (ts.isIdentifier(name) ? bodiesOf(code, name) : []));
}

function bodiesOf(code: Code, request: ts.Identifier): readonly ts.Expression[] {
  return referencesTo(code, request).flatMap(({ parent }) => (isBody(parent) ? [parent] : []));
}

function isBody(node: Node): node is ts.PropertyAccessExpression {
  return ts.isPropertyAccessExpression(node) && node.name.text === 'body';
}

/** `const { body } = req` */
function isBodyOf(code: Code, { init, path }: Extract<Decl, { is: 'variable' }>): boolean {
  const [step] = path;
  return (
    init !== undefined &&
    path.length === 1 &&
    step !== undefined &&
    'key' in step &&
    step.key === 'body' &&
    isReceivedRequest(code, init)
  );
}

function isWriteTo({ left, operatorToken }: ts.BinaryExpression, name: ts.Identifier): boolean {
  const target = unwrap(left);
  return operatorToken.kind === ts.SyntaxKind.EqualsToken && ts.isIdentifier(target) && target.text === name.text;
}

/** A request, or the event or context that libraries wrap it in. */
function isRequestLike(code: Code, node: ts.Expression): boolean {
  return isReceivedRequest(code, node) || /^(event|ctx|context|c)$/.test(unwrap(node).getText());
}
