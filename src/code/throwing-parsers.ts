import { conditionsAround } from './climb.js';
import type { Code } from './code.js';
import { callsOnMissingHeaders } from './missing-headers.js';
import { lastName, unwrap } from './module.js';
import type { RequestText, RequestTexts } from './request-texts.js';
import { ts } from './ts.js';

/** A call that throws when the text it is given, or called on, is not what it should be. */
export interface ThrowingParse {
  readonly node: ts.CallExpression | ts.NewExpression;
  readonly parser: string;
  readonly text: RequestText | 'missing-header';
  /** Only an odd path such as `//` is refused: nothing gets there that was compared with a path before. */
  readonly needsOddPath: boolean;
}

/** Every place where text of a request is given to `JSON.parse`, `new URL` or `decodeURIComponent`, or may be missing. */
export function throwingParses(code: Code, texts: RequestTexts): ThrowingParse[] {
  const onMissing = callsOnMissingHeaders(code).map(
    (node): ThrowingParse => ({
      node,
      parser: unwrap(node.expression).getText(),
      text: 'missing-header',
      needsOddPath: false,
    }),
  );
  const parses = code.modules().flatMap(module => {
    const json = (module.calls.get('parse') ?? []).filter(call => unwrap(call.expression).getText() === 'JSON.parse');
    const decoders = ['decodeURIComponent', 'decodeURI'].flatMap(name => module.calls.get(name) ?? []);
    const found = [...json, ...decoders].flatMap((node): ThrowingParse[] => {
      const [argument] = node.arguments;
      const text = argument && !ts.isSpreadElement(argument) ? texts.of(argument) : undefined;
      return text ? [{ node, parser: unwrap(node.expression).getText(), text, needsOddPath: false }] : [];
    });
    const urls = (module.constructions.get('URL') ?? []).flatMap((node): ThrowingParse[] => {
      const text = refusableText(texts, node);
      const base = node.arguments?.[1];
      const needsOddPath = text === 'url' && base !== undefined && texts.of(base) === undefined;
      return text && !(needsOddPath && isPathCompared(node)) ? [{ node, parser: 'new URL', text, needsOddPath }] : [];
    });
    return [...found, ...urls];
  });
  return [...parses, ...onMissing];
}

/**
 * The client's part in a URL that the constructor may refuse. `new URL('//', base)` throws, and so does a host made of the
 * Host header; what follows a constant host does not: https://url.spec.whatwg.org/#concept-basic-url-parser
 */
function refusableText(texts: RequestTexts, node: ts.NewExpression): RequestText | undefined {
  const [given, base] = node.arguments ?? [];
  if (!given) return undefined;
  const whole = unwrap(given);
  if (ts.isTemplateExpression(whole) || isSum(whole)) {
    const start = startOf(whole);
    if (/^[a-z]+:\/\/[^/]+/i.test(start)) return base && texts.of(base) === 'header' ? 'header' : undefined;
    const host = ts.isTemplateExpression(whole) ? whole.templateSpans[0]?.expression : undefined;
    if (/^[a-z]+:\/\/$/i.test(start)) return host && texts.of(host);
    return base ? undefined : texts.of(whole);
  }
  // Only a parsed URL is sure to be one: `url.href`.
  if (ts.isPropertyAccessExpression(whole) && lastName(whole) === 'href') return undefined;
  return texts.of(whole) ?? (base && texts.of(base) === 'header' ? 'header' : undefined);
}

const comparedPath = /\burl\b[^&|]*(===?|startsWith\()\s*['"`]\/\w/;
const otherPath = /^!\s*[\w.?]*\burl\b[^&|]*startsWith\(\s*['"`]\/\w|\burl\b[^&|]*!==?\s*['"`]\/\w/;

/** Whether the path was compared before: `if (req.url?.startsWith('/mcp')) …`, `if (req.url !== '/mcp') return …`. */
function isPathCompared(node: ts.Node): boolean {
  return conditionsAround(node).some(({ node: condition, holds }) =>
    (holds ? comparedPath : otherPath).test(condition.getText()),
  );
}

function isSum(node: ts.Expression): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}

function startOf(node: ts.Expression): string {
  const inner = unwrap(node);
  if (ts.isTemplateExpression(inner)) return inner.head.text;
  if (ts.isBinaryExpression(inner)) return startOf(inner.left);
  return ts.isStringLiteralLike(inner) ? inner.text : '';
}
