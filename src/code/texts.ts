import type { SourceModule } from './module.js';
import { ts } from './ts.js';

/** A string literal, or one constant piece of a template. */
export type TextNode = ts.StringLiteralLike | ts.TemplateHead | ts.TemplateMiddle | ts.TemplateTail;

/** The constant texts of a file in which a pattern is found as they are written; comments hold none. */
export function textsWith(module: SourceModule, pattern: RegExp): TextNode[] {
  const found = new Set<TextNode>();
  for (const { index } of module.source.text.matchAll(pattern)) {
    const node = nodeAt(module.source, index);
    if (node && isText(node)) found.add(node);
  }
  return [...found];
}

function nodeAt(source: ts.SourceFile, position: number): ts.Node | undefined {
  let at: ts.Node = source;
  for (;;) {
    const inner: ts.Node | undefined = ts.forEachChild(at, child =>
      child.pos <= position && position < child.end ? child : undefined,
    );
    if (!inner) return at.getStart(source) <= position ? at : undefined;
    at = inner;
  }
}

function isText(node: ts.Node): node is TextNode {
  return ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
}

/** The outermost expression that stands for nothing but this one: parentheses, `as`, `!`, `satisfies` and `await` around it. */
export function wholeOf(node: ts.Node): ts.Node {
  let at = node;
  while (
    ts.isParenthesizedExpression(at.parent) ||
    ts.isAsExpression(at.parent) ||
    ts.isNonNullExpression(at.parent) ||
    ts.isSatisfiesExpression(at.parent) ||
    ts.isAwaitExpression(at.parent)
  ) {
    at = at.parent;
  }
  return at;
}

/** A text as a part of a pattern, in which it stands for itself. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
