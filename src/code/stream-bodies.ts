import type { Code, Node } from './code.js';
import { runsWith } from './stream-life.js';
import type { StreamHead } from './streams.js';
import type { ts } from './ts.js';

/** A frame of an event stream, or a comment in one. */
const frame = /["'`](data|event|id|retry)?: ?[^"'`]*\\n(\\n)?["'`]/;

/** Streams that are filled with events for as long as they are open, and whose head is written elsewhere. */
export function headlessBodies(code: Code, heads: readonly StreamHead[]): Node[] {
  return code.modules().flatMap(module =>
    (module.constructions.get('ReadableStream') ?? []).filter(body => {
      const text = body.arguments?.[0]?.getText() ?? '';
      return frame.test(text) && /\bsetInterval\(/.test(text) && !heads.some(({ node }) => isNear(node, body));
    }),
  );
}

function isNear(head: Node, body: ts.NewExpression): boolean {
  return head.getSourceFile() === body.getSourceFile() && (runsWith(head, body) || runsWith(body, head));
}
