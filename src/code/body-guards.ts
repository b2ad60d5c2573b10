import type { Code } from './code.js';
import { enclosingFunction, type FunctionNode, lastName, unwrap } from './module.js';
import { type SizeTest, sizeTestIn } from './size-tests.js';
import { ts } from './ts.js';

/** Own middleware that measures bodies for whatever comes behind it: `(c, next)`. */
export interface BodyGuard {
  readonly fn: FunctionNode;
  readonly test: SizeTest;
}

/** Middleware that looks at what is announced, and counts for itself what is not: `request.body.getReader()`. */
export function bodyGuards(code: Code): BodyGuard[] {
  const readers = code.modules().flatMap(module => module.calls.get('getReader') ?? []);
  const around = readers.filter(readsBody).map(middlewareAround);
  return [...new Set(around)].flatMap((fn): BodyGuard[] => {
    const test = fn?.body && /['"`]content-length['"`]/i.test(fn.body.getText()) && sizeTestIn(code, fn.body);
    return fn && test ? [{ fn, test }] : [];
  });
}

function readsBody({ expression }: ts.CallExpression): boolean {
  const callee = unwrap(expression);
  return ts.isPropertyAccessExpression(callee) && lastName(callee.expression) === 'body';
}

/** The function around a place that is given what comes next, and calls it. */
function middlewareAround(node: ts.Node): FunctionNode | undefined {
  for (let fn = enclosingFunction(node); fn; fn = enclosingFunction(fn)) {
    const next = fn.parameters[1]?.name;
    if (next && ts.isIdentifier(next) && new RegExp(`\\b${next.text}\\(\\)`).test(fn.body?.getText() ?? '')) return fn;
  }
  return undefined;
}
