import { isEquality, lastName, type SourceModule, unwrap } from './module.js';
import { childrenOf, preorder } from './preorder.js';
import { ts } from './ts.js';

/** A text that is written down in the source, and the name it goes by. */
export interface NamedText {
  /** Its letters in the file, without quotes: UTF-16 units from 0, `end` behind the last. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** What it is given to, is the default of, or is compared with: `apiKey`, `x-api-key`; undefined where nothing says. */
  readonly name: string | undefined;
  readonly isCompared: boolean;
}

/** Every text that is written down in a file, whole or between the expressions of a template, in order. */
export function namedTextsIn({ source }: SourceModule): NamedText[] {
  const found: NamedText[] = [];
  preorder(source, node => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      const closing = ts.isTemplateHead(node) || ts.isTemplateMiddle(node) ? 2 : 1;
      const start = node.getStart(source, false) + 1;
      const end = Math.max(start, node.end - (isOpen(node) ? 0 : closing));
      found.push({ start, end, text: node.text, ...nameOf(node) });
      return [];
    }
    return childrenOf(node);
  });
  return found;
}

function isOpen(node: ts.Node): boolean {
  return (node as { readonly isUnterminated?: boolean }).isUnterminated === true;
}

type Named = Pick<NamedText, 'name' | 'isCompared'>;

const unnamed: Named = { name: undefined, isCompared: false };

/** Climbs from a text through what hands it on unchanged, to what names it. */
function nameOf(text: ts.Node): Named {
  for (let node = text; ; node = node.parent) {
    const { parent } = node;
    if (!parent) return unnamed;
    if (ts.isBinaryExpression(parent)) {
      const { kind } = parent.operatorToken;
      const other = parent.left === node ? parent.right : parent.left;
      if (isEquality(kind)) return { name: nameIn(other), isCompared: true };
      if (kind === ts.SyntaxKind.EqualsToken) return { name: nameIn(parent.left), isCompared: false };
      const isFallback = kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.QuestionQuestionToken;
      if (isFallback && parent.right === node && nameIn(other)) return { name: nameIn(other), isCompared: false };
      continue;
    }
    if (ts.isPropertyAssignment(parent)) {
      const name = keyOf(parent.name);
      // `{ token: { type: 'string', default: '…' } }`
      if (name === undefined || !/^(default|value|defaultValue)$/.test(name)) return { name, isCompared: false };
      node = parent;
      continue;
    }
    if (
      ts.isVariableDeclaration(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isBindingElement(parent) ||
      ts.isEnumMember(parent) ||
      ts.isJsxAttribute(parent)
    ) {
      const of = ts.isBindingElement(parent) ? (parent.propertyName ?? parent.name) : parent.name;
      return { name: keyOf(of), isCompared: false };
    }
    if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
      const given: readonly ts.Expression[] = parent.arguments ?? [];
      const index = given.indexOf(node as ts.Expression);
      const callee = lastName(parent.expression);
      if (index < 0) {
        // The text is part of the callee, such as `'…'.trim()`.
        continue;
      }
      if (/^(timingSafeEqual|safeCompare|safeEqual|constantTimeEqual)$/i.test(callee))
        return { name: 'secret', isCompared: true };
      const [first] = given;
      if (
        index === 1 &&
        first &&
        ts.isStringLiteralLike(first) &&
        /^(set|append|header|setHeader|option)$/.test(callee)
      ) {
        return { name: first.text, isCompared: false };
      }
      if (/^(from|of|String|encode|Set|default|hash|update)$/.test(callee)) continue;
      return unnamed;
    }
    if (isTransparent(parent)) continue;
    return unnamed;
  }
}

function isTransparent(node: ts.Node): boolean {
  return (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isConditionalExpression(node) ||
    ts.isArrayLiteralExpression(node) ||
    ts.isTemplateExpression(node) ||
    ts.isTemplateSpan(node) ||
    ts.isPropertyAccessExpression(node) ||
    ts.isAwaitExpression(node)
  );
}

/** The last name of an expression: of a variable, a property, or what is asked of a request by `header('x-api-key')`. */
function nameIn(expression: ts.Expression | undefined): string | undefined {
  if (!expression) return undefined;
  const node = unwrap(expression);
  if (ts.isTypeOfExpression(node)) return undefined;
  if (ts.isCallExpression(node)) {
    const asked = node.arguments.find(ts.isStringLiteralLike);
    if (asked) return asked.text;
    const inner =
      node.arguments[0] ?? (ts.isPropertyAccessExpression(node.expression) ? node.expression.expression : undefined);
    return nameIn(inner) ?? (lastName(node.expression) || undefined);
  }
  if (ts.isBinaryExpression(node)) return nameIn(node.left);
  return lastName(node) || undefined;
}

function keyOf(name: ts.Node): string | undefined {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isPrivateIdentifier(name) ? name.text : undefined;
}
