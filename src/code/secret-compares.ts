import type { Code, Node } from './code.js';
import { lastName, unwrap } from './module.js';
import { namesWithin } from './references.js';
import type { RequestTexts } from './request-texts.js';
import { ts } from './ts.js';

/** A comparison of text that the client sends with something else, letter by letter. */
export interface Comparison {
  readonly node: Node;
  /** As written: `===`, `includes`. */
  readonly by: string;
  /** The names that the other side is put together from. */
  readonly other: readonly string[];
  readonly sent: readonly string[];
}

/** Comparisons that take longer the more letters are right: `===` and `includes` on what a client sends. */
export function comparisonsOf(code: Code, texts: RequestTexts): Comparison[] {
  return code.modules().flatMap(module => [
    ...module.tests.flatMap(test => between(texts, test, test.operatorToken.getText(), test.left, test.right)),
    ...(module.calls.get('includes') ?? []).flatMap(call => {
      const callee = unwrap(call.expression);
      const [sent] = call.arguments;
      if (!sent || !ts.isPropertyAccessExpression(callee)) return [];
      return texts.of(callee.expression) ? [] : between(texts, call, 'includes', sent, callee.expression);
    }),
  ]);
}

function between(texts: RequestTexts, node: Node, by: string, left: ts.Expression, right: ts.Expression): Comparison[] {
  if (isPlain(left) || isPlain(right)) return [];
  const sides = texts.of(left) ? [left, right] : texts.of(right) ? [right, left] : undefined;
  if (!sides || texts.of(sides[1]!)) return [];
  return [{ node, by, sent: namesWithin(sides[0]!), other: namesWithin(sides[1]!) }];
}

/** Constants, kinds and lengths are no secrets. */
function isPlain(side: ts.Expression): boolean {
  const node = unwrap(side);
  if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node) || ts.isTypeOfExpression(node)) return true;
  if (ts.isIdentifier(node) && node.text === 'undefined') return true;
  return (
    /^(length|size|byteLength|method|type)$/.test(lastName(node)) ||
    node.kind === ts.SyntaxKind.NullKeyword ||
    isBoolean(node)
  );
}

function isBoolean(node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword;
}
