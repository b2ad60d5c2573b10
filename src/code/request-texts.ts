import type { Code } from './code.js';
import { enclosingFunction, lastName, unwrap } from './module.js';
import { referencesTo } from './references.js';
import type { RequestParts } from './request-parts.js';
import { isReceivedRequest } from './requests.js';
import { ts } from './ts.js';

/** What of a request a text is. */
export type RequestText = 'body' | 'url' | 'header';

const farthest = 8;
/** Methods that answer the same text, or a piece of it. */
const forms =
  /^(toString|trim|slice|substring|substr|replace|replaceAll|split|concat|join|at|pop|shift|toLowerCase|toUpperCase|get|decode|subarray|match)$/;
const wrappers = /^(String|concat|from|decodeURIComponent|decodeURI|decode|atob|stripBom|Buffer)$/;

/** Tells which expressions hold text that the client of a received request has chosen. */
export class RequestTexts {
  readonly #known = new Map<ts.Node, RequestText | undefined>();

  constructor(
    private readonly code: Code,
    private readonly parts: RequestParts,
  ) {}

  of(expression: ts.Expression, depth = 0): RequestText | undefined {
    const node = unwrap(expression);
    if (!this.#known.has(node)) {
      this.#known.set(node, undefined); // what refers to itself adds nothing
      if (depth <= farthest) this.#known.set(node, this.#read(node, depth + 1));
    }
    return this.#known.get(node);
  }

  #read(node: ts.Expression, depth: number): RequestText | undefined {
    const go = (next: ts.Expression) => this.of(next, depth);
    if (ts.isBinaryExpression(node)) return go(node.left) ?? go(node.right);
    if (ts.isConditionalExpression(node)) return go(node.whenTrue) ?? go(node.whenFalse);
    if (ts.isTemplateExpression(node)) return first(node.templateSpans, span => go(span.expression));
    const part = this.parts.of(node);
    if (part === 'text') return 'url';
    if (ts.isIdentifier(node)) return this.#name(node, depth);
    if (ts.isPropertyAccessExpression(node)) return this.#member(node, depth);
    if (ts.isElementAccessExpression(node)) return go(node.expression);
    return ts.isCallExpression(node) ? this.#call(node, depth) : undefined;
  }

  #member(node: ts.PropertyAccessExpression, depth: number): RequestText | undefined {
    const name = node.name.text;
    const of = this.parts.of(node.expression);
    if (of === 'url' && /^(pathname|path|search|href|hash)$/.test(name)) return 'url';
    if (of === 'query') return 'url';
    if (isReceivedRequest(this.code, node.expression)) {
      if (name === 'headers') return 'header';
      return /^(body|rawBody)$/.test(name)
        ? 'body'
        : /^(url|originalUrl|params|query|path)$/.test(name)
          ? 'url'
          : undefined;
    }
    return this.of(node.expression, depth) === 'header' ? 'header' : undefined;
  }

  #name(node: ts.Identifier, depth: number): RequestText | undefined {
    const decl = this.code.values.declarationOf(node);
    if (decl?.is === 'parameter') {
      if (this.#isPiece(decl.fn, decl.index)) return 'body';
      if (decl.path.length) return undefined;
      return first(this.code.values.callersOf(decl.fn), ({ node: site, enters }) => {
        const argument = enters ? site.arguments?.[decl.index] : undefined;
        return argument && !ts.isSpreadElement(argument) ? this.of(argument, depth) : undefined;
      });
    }
    if (decl?.is !== 'variable') return undefined;
    if (decl.each) return isReceivedRequest(this.code, decl.each.expression) ? 'body' : undefined;
    if (decl.init && !decl.path.length) {
      const found = this.of(decl.init, depth);
      if (found) return found;
    }
    if (decl.init && decl.path.length === 1 && 'key' in decl.path[0]!) {
      const holder = unwrap(decl.init);
      if (this.parts.of(holder) === 'url' && /^(pathname|search|href|path)$/.test(decl.path[0].key)) return 'url';
      if (decl.path[0].key === 'body' && isReceivedRequest(this.code, holder)) return undefined; // parsed already
    }
    return first(referencesTo(this.code, decl.name), reference => this.#filled(reference, depth));
  }

  /** `body += chunk`, `chunks.push(chunk)`, `body = await read(request)`. */
  #filled(reference: ts.Identifier, depth: number): RequestText | undefined {
    const { parent } = reference;
    if (ts.isBinaryExpression(parent) && parent.left === reference) {
      const { kind } = parent.operatorToken;
      const isWrite = kind === ts.SyntaxKind.EqualsToken || kind === ts.SyntaxKind.PlusEqualsToken;
      return isWrite ? this.of(parent.right, depth) : undefined;
    }
    const call = ts.isPropertyAccessExpression(parent) && parent.expression === reference ? parent.parent : undefined;
    if (!call || !ts.isCallExpression(call) || lastName(call.expression) !== 'push') return undefined;
    return first(call.arguments, argument => this.of(argument, depth));
  }

  /** The parameter of a listener for the pieces of a body. */
  #isPiece(fn: ts.Node, index: number): boolean {
    const call = fn.parent;
    if (index !== 0 || !call || !ts.isCallExpression(call)) return false;
    const [event] = call.arguments;
    const callee = unwrap(call.expression);
    return (
      event !== undefined &&
      ts.isStringLiteralLike(event) &&
      event.text === 'data' &&
      ts.isPropertyAccessExpression(callee) &&
      isReceivedRequest(this.code, callee.expression)
    );
  }

  #call(node: ts.CallExpression, depth: number): RequestText | undefined {
    const callee = unwrap(node.expression);
    const name = lastName(callee);
    if (ts.isPropertyAccessExpression(callee)) {
      if (/^(text|arrayBuffer)$/.test(name) && isReceivedRequest(this.code, callee.expression)) return 'body';
      if (this.parts.of(callee.expression) === 'params' && /^(get|getAll)$/.test(name)) return 'url';
      if (/^(get|header)$/.test(name) && isReceivedRequest(this.code, callee.expression)) return 'header';
      if (forms.test(name))
        return this.of(callee.expression, depth) ?? first(node.arguments, each => this.of(each, depth));
    }
    if (wrappers.test(name)) return first(node.arguments, each => this.of(each, depth));
    // Whatever reads the body is given the request, and answers text: what it parses it parses itself.
    const isReader =
      /(read|get|collect|raw|gather|load|receive|consume|buffer|^text).*|body/i.test(name) && !/json|parse/i.test(name);
    return isReader && node.arguments.some(each => isReceivedRequest(this.code, each)) && enclosingFunction(node)
      ? 'body'
      : undefined;
  }
}

function first<A, B>(list: readonly A[], answer: (item: A) => B | undefined): B | undefined {
  for (const item of list) {
    const found = answer(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
