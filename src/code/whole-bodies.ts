import { type Ascent, ascentsFrom } from './climb.js';
import type { Code } from './code.js';
import { enclosingFunction, type FunctionNode, unwrap } from './module.js';
import { isReceivedRequest } from './requests.js';
import { sizeTestIn } from './size-tests.js';
import { ts } from './ts.js';

const readers = ['json', 'text', 'formData', 'arrayBuffer', 'blob', 'bytes'];

/** A call that reads the body of a fetch-style request to its end, with the ways to it that no test on a size guards. */
export interface WholeBody {
  readonly node: ts.CallExpression;
  readonly ways: readonly Ascent[];
}

/** `await request.json()` and its kin, below the functions that a platform calls. */
export function wholeBodies(code: Code, isRegistered: (fn: FunctionNode) => boolean): WholeBody[] {
  return code.modules().flatMap(module =>
    readers.flatMap(name =>
      (module.calls.get(name) ?? []).flatMap((node): WholeBody[] => {
        const callee = unwrap(node.expression);
        if (node.arguments.length || !ts.isPropertyAccessExpression(callee)) return [];
        if (!isReceivedRequest(code, callee.expression)) return [];
        const ways = ascentsFrom(code.values, node, undefined, isRegistered);
        const open = ways.filter(({ through }) => !through.some(at => isMeasured(code, at)));
        return open.length ? [{ node, ways: open }] : [];
      }),
    ),
  );
}

/** Whether the function around a place holds the size of something against a limit, by what is announced or by counting. */
function isMeasured(code: Code, node: ts.Node): boolean {
  const body = enclosingFunction(node)?.body;
  return (
    body !== undefined &&
    /content-length|getReader|\b413\b/i.test(body.getText()) &&
    sizeTestIn(code, body) !== undefined
  );
}
