import type { Code, Node } from './code.js';
import { encloses, outermost } from './functions.js';
import { enclosingFunction, type FunctionNode, lastName, unwrap } from './module.js';
import { isReceivedRequest } from './requests.js';
import { ts } from './ts.js';

/** What becomes of an error that is thrown at a place. */
export type Fallout =
  | { readonly is: 'caught'; readonly by: Node }
  /** It leaves a listener on the request's stream: nobody is there to catch it. */
  | { readonly is: 'leaves-stream'; readonly at: Node; readonly rejects: boolean }
  /** It leaves a function that a library was given. */
  | { readonly is: 'leaves-entry'; readonly fn: FunctionNode; readonly rejects: boolean }
  /** It leaves as a rejected promise that nobody waits for. */
  | { readonly is: 'unawaited'; readonly at: Node; readonly top: FunctionNode | undefined }
  | { readonly is: 'unknown' };

const farthest = 6;
const iterations = /^(forEach|map|flatMap|some|every|filter|find|reduce)$/;

/** Follows an error outwards, over the calls that lead to it, to everywhere it may end. */
export function falloutsOf(code: Code, place: Node, isEntry: (fn: FunctionNode) => boolean): Fallout[] {
  return new Falling(code, isEntry).from(place, false, 0);
}

class Falling {
  readonly #seen = new Set<Node>();

  constructor(
    private readonly code: Code,
    private readonly isEntry: (fn: FunctionNode) => boolean,
  ) {}

  from(place: Node, rejects: boolean, depth: number): Fallout[] {
    if (depth > farthest || this.#seen.has(place)) return [];
    this.#seen.add(place);
    const fn = enclosingFunction(place);
    const by = catcherOf(place, fn);
    if (by) return [{ is: 'caught', by }];
    if (!fn) return [{ is: 'unknown' }];
    const isAsync = fn.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false;
    return this.#out(fn, rejects || isAsync, depth);
  }

  #out(fn: FunctionNode, rejects: boolean, depth: number): Fallout[] {
    if (this.isEntry(fn)) return [{ is: 'leaves-entry', fn, rejects }];
    const call = outermost(fn).parent;
    if (ts.isNewExpression(call) && lastName(call.expression) === 'Promise') return this.#promised(call, depth);
    if (ts.isCallExpression(call) && call.arguments.some(argument => encloses(argument, fn))) {
      const name = lastName(call.expression);
      if (this.#isStreamListener(call)) return [{ is: 'leaves-stream', at: call, rejects }];
      if (/^(then|catch|finally)$/.test(name)) return this.#promised(call, depth);
      if (iterations.test(name) && !rejects) return this.from(call, false, depth + 1);
    }
    const sites = this.code.values.callersOf(fn).filter(({ enters }) => enters);
    if (!sites.length) return [{ is: 'unknown' }];
    return sites.flatMap(({ node }) => (rejects ? this.#promised(node, depth) : this.from(node, false, depth + 1)));
  }

  #isStreamListener(call: ts.CallExpression): boolean {
    const [event] = call.arguments;
    const callee = unwrap(call.expression);
    return (
      /^(on|once|addListener)$/.test(lastName(call.expression)) &&
      event !== undefined &&
      ts.isStringLiteralLike(event) &&
      /^(data|end|readable|close)$/.test(event.text) &&
      ts.isPropertyAccessExpression(callee) &&
      isReceivedRequest(this.code, callee.expression)
    );
  }

  /** A promise that is rejected goes to whoever waits for it. */
  #promised(call: ts.Node, depth: number): Fallout[] {
    let at = call;
    for (;;) {
      const { parent } = at;
      if (ts.isParenthesizedExpression(parent) || ts.isNonNullExpression(parent) || ts.isAsExpression(parent))
        at = parent;
      else if (ts.isPropertyAccessExpression(parent) && ts.isCallExpression(parent.parent)) {
        const { name } = parent;
        const next = parent.parent;
        if (name.text === 'catch' || (name.text === 'then' && next.arguments.length > 1))
          return [{ is: 'caught', by: next }];
        at = next;
      } else break;
    }
    const { parent } = at;
    if (ts.isAwaitExpression(parent)) return this.from(parent, true, depth + 1);
    const fn = enclosingFunction(at);
    if (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === at))
      return fn ? this.#out(fn, true, depth + 1) : [{ is: 'unknown' }];
    if (ts.isExpressionStatement(parent) || ts.isVoidExpression(parent))
      return [{ is: 'unawaited', at: call, top: fn }];
    // A promise in a variable or a list is waited for elsewhere, mostly.
    return [{ is: 'unknown' }];
  }
}

/** The `try` around a place, in its function, whose `catch` does not throw anew. */
export function catcherOf(place: Node, fn: FunctionNode | undefined): ts.TryStatement | undefined {
  for (let at = place; at.parent && at !== fn; at = at.parent) {
    const { parent } = at;
    if (ts.isTryStatement(parent) && parent.tryBlock === at && parent.catchClause && !throwsAnew(parent.catchClause))
      return parent;
  }
  return undefined;
}

function throwsAnew({ block }: ts.CatchClause): boolean {
  return block.statements.some(ts.isThrowStatement);
}

/** Where the program listens for errors that nobody caught, and goes on: `process.on('uncaughtException', …)`. */
export function lastResort(code: Code, event: 'uncaughtException' | 'unhandledRejection'): Node | undefined {
  for (const module of code.program.modules()) {
    for (const call of [...(module.calls.get('on') ?? []), ...(module.calls.get('once') ?? [])]) {
      const [name, listener] = call.arguments;
      if (!name || !ts.isStringLiteralLike(name) || name.text !== event || !listener) continue;
      const bodies = code.values.of(listener).map(value => (value.is === 'function' ? value.node : listener));
      if (!bodies.some(body => /\bexit\s*\(|shutdown|\bthrow\b/i.test(body.getText()))) return call;
    }
  }
  return undefined;
}
