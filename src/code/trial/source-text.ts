import { lastName } from '../module.js';
import { ts } from '../ts.js';

const shortened = new WeakMap<ts.Node, string>();

/** Whether a node lies inside another. */
export function contains(outer: ts.Node, inner: ts.Node): boolean {
  return inner.pos >= outer.pos && inner.end <= outer.end && inner.getSourceFile() === outer.getSourceFile();
}

/** The last name of what a call calls. */
export function calleeName(node: ts.Node): string {
  return ts.isCallExpression(node) || ts.isNewExpression(node) ? lastName(node.expression) : '';
}

/** Source text of a node, on one line and short enough for a message. */
export function shorten(node: ts.Node): string {
  let text = shortened.get(node);
  if (text === undefined) {
    const start = node.getStart();
    text = node
      .getSourceFile()
      .text.slice(start, Math.min(node.end, start + 400))
      .replace(/\s+/g, ' ');
    if (text.length > 60) text = `${text.slice(0, 57)}…`;
    shortened.set(node, text);
  }
  return text;
}
