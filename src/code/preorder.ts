import { ts } from './ts.js';

/**
 * Goes through a tree, parents before what is in them, in the order of the text. It climbs without recursion: what
 * could still be parsed can still be gone through, however deeply it is nested.
 * @param enter what stands in a node that is to be gone on with, in order; nothing where there is no need
 */
export function preorder(top: ts.Node, enter: (node: ts.Node) => readonly ts.Node[]): void {
  const pending = [top];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const inner = enter(node);
    for (let index = inner.length - 1; index >= 0; index--) pending.push(inner[index]!);
  }
}

/** The nodes directly in a node. */
export function childrenOf(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  ts.forEachChild(node, child => {
    found.push(child);
  });
  return found;
}
