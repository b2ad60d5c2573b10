import type { Code, Node } from './code.js';
import { lastName, type SourceModule, unwrap } from './module.js';
import { namesWithin } from './references.js';
import { ts } from './ts.js';
import { inLists, inSetters, outermostSum, type Piece } from './url-params.js';
import { usesOf } from './uses.js';

/** A parameter that is written into the query of a URL. */
export interface UrlParameter {
  readonly node: Node;
  readonly name: string;
  /** The names that its value is put together from, in order: `process`, `env`, `MAPS_KEY`. */
  readonly value: readonly string[];
  /** What the URL starts with, as far as it is constant; undefined when it is not known at all. */
  readonly base: string | undefined;
  /** The functions and constructors that the URL is handed to. */
  readonly handedTo: readonly string[];
}

/** Every parameter whose name `isWanted` and which is written into a URL's query with a value that is not constant. */
export function urlParametersOf(code: Code, isWanted: (name: string) => boolean): UrlParameter[] {
  const pieces = code
    .modules()
    .flatMap(module => [
      ...inTemplates(code, module, isWanted),
      ...inSums(module),
      ...inSetters(code, module, isWanted),
      ...inLists(code, module),
    ]);
  return pieces
    .filter(({ name, value }) => isWanted(name) && isVariable(value))
    .map(({ node, name, value, url }) => ({
      node,
      name,
      value: namesWithin(value),
      base: url && startOf(code, url),
      handedTo: url ? handedTo(code, url) : [],
    }));
}

/** `…?token=${token}`; the separator may itself be a variable. */
function* inTemplates(code: Code, module: SourceModule, isWanted: (name: string) => boolean): Generator<Piece> {
  for (const template of module.templates) {
    let before = template.head.text;
    let separator: ts.Expression | undefined;
    for (const { expression, literal } of template.templateSpans) {
      const [, mark, name] = /([?&]|^)([\w-]+)=$/.exec(before) ?? [];
      if (name && isWanted(name) && (mark || (separator && isSeparator(code, separator)))) {
        yield { node: expression, name, value: expression, url: template };
      }
      before = literal.text;
      separator = expression;
    }
  }
}

function isSeparator(code: Code, expression: ts.Expression): boolean {
  const values = code.values.of(expression);
  return values.length > 0 && values.every(value => value.is === 'literal' && /^[?&]$/.test(String(value.value)));
}

/** `'…?token=' + token`. */
function* inSums(module: SourceModule): Generator<Piece> {
  if (!/[?&][\w-]+=['"`]\s*\+/.test(module.source.text)) return;
  const found: Piece[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
      const left = ts.isBinaryExpression(node.left) ? node.left.right : node.left;
      const name =
        ts.isStringLiteralLike(left) || ts.isTemplateExpression(left)
          ? /[?&]([\w-]+)=['"`]$/.exec(left.getText())?.[1]
          : undefined;
      if (name) found.push({ node: node.right, name, value: node.right, url: outermostSum(node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(module.source);
  yield* found;
}

/** Whether a value is more than a constant, a flag or a text that hides it. */
function isVariable(value: ts.Expression): boolean {
  const node = unwrap(value);
  if (ts.isCallExpression(node) && /redact|mask|obfuscate|hide|censor/i.test(lastName(node.expression))) return false;
  if (ts.isConditionalExpression(node)) return isVariable(node.whenTrue) || isVariable(node.whenFalse);
  return namesWithin(node).length > 0;
}

/** The constant text that a URL or address starts with. */
export function startOf(code: Code, url: ts.Expression, depth = 0): string | undefined {
  const node = unwrap(url);
  if (depth > 6) return undefined;
  if (ts.isTemplateExpression(node))
    return node.head.text || startOf(code, node.templateSpans[0]!.expression, depth + 1);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return startOf(code, node.left, depth + 1);
  for (const value of code.values.of(node)) {
    if (value.is === 'literal' && typeof value.value === 'string') return value.value;
    if (value.is !== 'thing' || !value.made.endsWith('new URL')) continue;
    const [path, base] = value.call?.arguments ?? [];
    const start = path && startOf(code, path, depth + 1);
    if (start !== undefined && (/^\w+:/.test(start) || !base)) return start;
    if (base) return startOf(code, base, depth + 1);
  }
  const decl = ts.isIdentifier(node) ? code.values.declarationOf(node) : undefined;
  const init = decl?.is === 'variable' && !decl.path.length && decl.init ? unwrap(decl.init) : undefined;
  return init && (ts.isTemplateExpression(init) || ts.isBinaryExpression(init))
    ? startOf(code, init, depth + 1)
    : undefined;
}

/** What the URL is passed to, by name; through `url.toString()` and `url.href`, too. */
function handedTo(code: Code, url: ts.Expression): string[] {
  const node = unwrap(url);
  const decl = ts.isIdentifier(node) ? code.values.declarationOf(node) : undefined;
  const { uses } = usesOf(code, [decl?.is === 'variable' ? decl.name : node]);
  return uses.filter(use => use.is === 'passed').map(use => use.name);
}
