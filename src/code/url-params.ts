import type { Code, Node } from './code.js';
import { lastName, propertyName, type SourceModule, unwrap } from './module.js';
import { referencesTo } from './references.js';
import { ts } from './ts.js';

/** An expression that becomes part of a URL, with the parameter it is the value of. */
export interface Piece {
  readonly node: Node;
  readonly name: string;
  readonly value: ts.Expression;
  /** The whole text or URL object, whose start and uses tell where it goes. */
  readonly url: ts.Expression | undefined;
}

/** `url.searchParams.set('token', token)`, and the same on a `URLSearchParams` that ends up in a URL. */
export function* inSetters(code: Code, module: SourceModule, isWanted: (name: string) => boolean): Generator<Piece> {
  for (const call of [...(module.calls.get('set') ?? []), ...(module.calls.get('append') ?? [])]) {
    const callee = unwrap(call.expression);
    const [key, value] = call.arguments;
    if (!key || !value || !ts.isPropertyAccessExpression(callee)) continue;
    if (ts.isStringLiteralLike(key) && !isWanted(key.text)) continue;
    const url = urlHolding(code, callee.expression);
    const name = url && code.values.one(key);
    if (name?.is === 'literal' && typeof name.value === 'string') yield { node: call, name: name.value, value, url };
  }
}

/** The URL whose parameters an expression holds. */
function urlHolding(code: Code, params: ts.Expression): ts.Expression | undefined {
  const node = unwrap(params);
  if (ts.isPropertyAccessExpression(node)) return node.name.text === 'searchParams' ? node.expression : undefined;
  const decl = ts.isIdentifier(node) ? code.values.declarationOf(node) : undefined;
  const init = decl?.is === 'variable' && decl.init && !decl.path.length ? unwrap(decl.init) : undefined;
  if (!init || decl?.is !== 'variable') return undefined;
  if (ts.isPropertyAccessExpression(init)) return urlHolding(code, init);
  return isParameterList(init)
    ? referencesTo(code, decl.name)
        .map(landing)
        .find(url => url !== undefined)
    : undefined;
}

function isParameterList(node: ts.Expression): node is ts.NewExpression {
  return ts.isNewExpression(node) && lastName(node.expression) === 'URLSearchParams';
}

/** `new URLSearchParams({ token })` that ends up in a URL; as the body of a POST it is none. */
export function* inLists(code: Code, module: SourceModule): Generator<Piece> {
  for (const list of module.constructions.get('URLSearchParams') ?? []) {
    const given = list.arguments?.[0] && unwrap(list.arguments[0]);
    if (!given || !ts.isObjectLiteralExpression(given)) continue;
    const { parent } = list;
    const bound =
      ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) ? referencesTo(code, parent.name) : [list];
    const url = bound.map(landing).find(each => each !== undefined);
    if (!url) continue;
    for (const property of given.properties) {
      const name = property.name && propertyName(property.name);
      if (name === undefined) continue;
      if (ts.isPropertyAssignment(property)) yield { node: property.name, name, value: property.initializer, url };
      else if (ts.isShorthandPropertyAssignment(property))
        yield { node: property.name, name, value: property.name, url };
    }
  }
}

/** The URL that a list of parameters is put into at this place: behind a `?`, or as `url.search`. */
function landing(list: ts.Expression): ts.Expression | undefined {
  const text = textOf(list);
  const { parent } = text;
  if (ts.isTemplateSpan(parent)) {
    const template = parent.parent;
    const before = template.templateSpans[template.templateSpans.indexOf(parent) - 1]?.literal ?? template.head;
    return /[?&]$/.test(before.text) ? template : undefined;
  }
  if (!ts.isBinaryExpression(parent) || parent.right !== text) return undefined;
  if (parent.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return /[?&]['"`]$/.test(parent.left.getText()) ? outermostSum(parent) : undefined;
  }
  const target = unwrap(parent.left);
  return ts.isPropertyAccessExpression(target) && target.name.text === 'search' ? target.expression : undefined;
}

/** The list as text: `list.toString()`, `String(list)`, or itself where a template or a sum makes a text of it. */
function textOf(list: ts.Expression): ts.Expression {
  const { parent } = list;
  if (ts.isParenthesizedExpression(parent)) return textOf(parent);
  if (ts.isCallExpression(parent) && lastName(parent.expression) === 'String') return textOf(parent);
  const isCalled = ts.isPropertyAccessExpression(parent) && ts.isCallExpression(parent.parent);
  return isCalled && parent.name.text === 'toString' ? textOf(parent.parent as ts.CallExpression) : list;
}

/** The whole of a sum that starts with this one. */
export function outermostSum(node: ts.BinaryExpression): ts.Expression {
  const { parent } = node;
  return ts.isBinaryExpression(parent) && parent.left === node && parent.operatorToken.kind === node.operatorToken.kind
    ? outermostSum(parent)
    : node;
}
