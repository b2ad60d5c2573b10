import type { Code, Node } from './code.js';
import { enclosingFunction, type FunctionNode, lastName, type SourceModule, unwrap } from './module.js';
import { RequestParts } from './request-parts.js';
import { ts } from './ts.js';

/** One place where a parameter is read from the query of a request that the server answers. */
export interface QueryRead {
  readonly node: Node;
  /** Its names there, as written: one, or those that a loop goes through. */
  readonly names: readonly string[];
}

/** Every read of a parameter whose name `isWanted`. `isEntry` knows the functions that libraries call with requests. */
export function queryReadsOf(
  code: Code,
  isWanted: (name: string) => boolean,
  isEntry: (fn: FunctionNode) => boolean,
): QueryRead[] {
  const parts = new RequestParts(code.values, isEntry);
  const found = new Map<Node, QueryRead>();
  const add = (node: Node, names: readonly string[]): void => {
    const wanted = [...new Set(names)].filter(isWanted);
    if (wanted.length && !found.has(node)) found.set(node, { node, names: wanted });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) {
      if (isWanted(node.name.text) && !isWritten(node) && parts.of(node.expression) === 'query')
        add(node, [node.name.text]);
    } else {
      const key = keyRead(parts, node, isWanted);
      if (key) for (const { reader, names } of namesRead(code, node, key)) add(reader, names);
      if (ts.isCallExpression(node)) add(node, patternRead(code, parts, node));
    }
    ts.forEachChild(node, visit);
  };
  for (const module of code.modules()) {
    if (!/query|searchparams|[?&][\])|]*[\w-]+=/i.test(module.source.text)) continue;
    visit(module.source);
    for (const { name, key } of destructured(module, parts, isWanted)) add(name, [key]);
  }
  return [...found.values()];
}

/** Calls that answer one parameter, by what they are called on. */
const getter = /^(get|getAll|query|queries|getQuery)$/;
const getters = { params: /^(get|getAll)$/, request: /^(query|queries|getQuery)$/ } as const;

/** The expression that names the parameter, where a node reads one: `query[key]`, `params.get(key)`, `c.req.query(key)`, `@Query(key)`. */
function keyRead(parts: RequestParts, node: ts.Node, isWanted: (name: string) => boolean): ts.Expression | undefined {
  // Most keys are constants that nobody asks for: where they are read is then of no interest.
  const mayFit = (key: ts.Expression) => !ts.isStringLiteralLike(key) || isWanted(key.text);
  if (ts.isElementAccessExpression(node)) {
    const key = node.argumentExpression;
    return mayFit(key) && !isWritten(node) && parts.of(node.expression) === 'query' ? key : undefined;
  }
  if (ts.isParameter(node)) {
    const decorators = ts.getDecorators(node)?.map(({ expression }) => expression) ?? [];
    return decorators.find(isQueryDecorator)?.arguments[0];
  }
  const key = ts.isCallExpression(node) ? node.arguments[0] : undefined;
  if (!ts.isCallExpression(node) || !key || !mayFit(key)) return undefined;
  const callee = unwrap(node.expression);
  if (!ts.isPropertyAccessExpression(callee) || !getter.test(callee.name.text)) return undefined;
  const of = parts.of(callee.expression);
  return (of === 'params' || of === 'request') && getters[of].test(callee.name.text) ? key : undefined;
}

/** Who reads which parameters at a node. With `param(url, 'token')` it is the caller who names it and has use for it. */
function namesRead(code: Code, node: ts.Node, key: ts.Expression): { reader: ts.Node; names: string[] }[] {
  const callers = argumentsFor(code, key);
  if (callers.length) return callers.map(({ site, argument }) => ({ reader: site, names: textsOf(code, argument) }));
  return [{ reader: ts.isParameter(node) ? node.name : node, names: textsOf(code, key) }];
}

/** Names that are taken out of a query by destructuring. */
function* destructured(
  module: SourceModule,
  parts: RequestParts,
  isWanted: (name: string) => boolean,
): Generator<{ name: ts.Identifier; key: string }> {
  for (const decls of module.scopes.values()) {
    for (const decl of decls.values()) {
      const last = decl.is === 'variable' || decl.is === 'parameter' ? decl.path.at(-1) : undefined;
      if (!last || !('key' in last) || !isWanted(last.key) || !('path' in decl)) continue;
      if (parts.ofName(decl, decl.path.slice(0, -1)) === 'query') yield { name: decl.name, key: last.key };
    }
  }
}

/** The parameter that a regular expression finds in the URL's text: `/[?&]token=([^&]+)/.exec(request.url)`. */
function patternRead(code: Code, parts: RequestParts, node: ts.CallExpression): string[] {
  const callee = unwrap(node.expression);
  const [first] = node.arguments;
  if (!first || !ts.isPropertyAccessExpression(callee) || !/^(match|exec)$/.test(callee.name.text)) return [];
  const [text, pattern] = callee.name.text === 'match' ? [callee.expression, first] : [first, callee.expression];
  if (parts.of(text) !== 'text') return [];
  const regex = code.values.one(pattern);
  const name = regex?.is === 'regex' && /([\w-]+)=/.exec(regex.source.replace(/\\[a-z]/gi, ' '))?.[1];
  return name ? [name] : [];
}

function isQueryDecorator(node: ts.Expression): node is ts.CallExpression {
  return ts.isCallExpression(node) && lastName(node.expression) === 'Query';
}

/** The constant texts that an expression may be. */
function textsOf(code: Code, expression: ts.Expression): string[] {
  return code.values
    .of(expression)
    .flatMap(value => (value.is === 'literal' && typeof value.value === 'string' ? [value.value] : []));
}

/** What callers pass for a name that is a parameter of its function. */
function argumentsFor(code: Code, name: ts.Expression): { site: ts.Node; argument: ts.Expression }[] {
  const node = unwrap(name);
  const decl = ts.isIdentifier(node) ? code.values.declarationOf(node) : undefined;
  if (decl?.is !== 'parameter' || decl.path.length || decl.fn !== enclosingFunction(node)) return [];
  return code.values.callersOf(decl.fn).flatMap(({ node: site }) => {
    const argument = ts.isForOfStatement(site) ? undefined : site.arguments?.[decl.index];
    return argument ? [{ site, argument }] : [];
  });
}

/** `query.token = …` and `delete query.token` read nothing. */
function isWritten(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isDeleteExpression(parent)) return true;
  return (
    ts.isBinaryExpression(parent) && parent.left === node && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
  );
}
