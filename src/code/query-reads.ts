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

/** Calls that answer one parameter, by what they are called on. */
const getters = { params: /^(get|getAll)$/, request: /^(query|queries|getQuery)$/ } as const;

/** Every read of a parameter whose name `isWanted`. `isEntry` knows the functions that libraries call with requests. */
export function queryReadsOf(code: Code, isWanted: (name: string) => boolean, isEntry: (fn: FunctionNode) => boolean): QueryRead[] {
  const parts = new RequestParts(code.values, isEntry);
  const found: QueryRead[] = [];
  const add = (node: Node, names: readonly string[]): void => {
    const wanted = [...new Set(names)].filter(isWanted);
    if (wanted.length && !found.some(read => read.node === node)) found.push({ node, names: wanted });
  };

  const addComputed = (node: ts.Node, key: ts.Expression): void => {
    const callers = argumentsFor(code, key);
    if (!callers.length) add(node, textsOf(code, key));
    // `param(url, 'token')`: it is the caller who names the parameter and has use for it.
    for (const { site, argument } of callers) add(site, textsOf(code, argument));
  };

  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) {
      if (isWanted(node.name.text) && parts.of(node.expression) === 'query' && !isWritten(node)) add(node, [node.name.text]);
    } else if (ts.isElementAccessExpression(node)) {
      if (parts.of(node.expression) === 'query' && !isWritten(node)) addComputed(node, node.argumentExpression);
    } else if (ts.isCallExpression(node)) {
      const callee = unwrap(node.expression);
      const [first] = node.arguments;
      if (first && ts.isPropertyAccessExpression(callee)) {
        const name = callee.name.text;
        const of = getters.params.test(name) || getters.request.test(name) ? parts.of(callee.expression) : undefined;
        if ((of === 'params' || of === 'request') && getters[of].test(name)) addComputed(node, first);
        const pattern = patternOf(code, parts, callee, first);
        if (pattern !== undefined) add(node, [pattern]);
      }
    } else if (ts.isParameter(node)) {
      const named = ts.getDecorators(node)?.map(({ expression }) => expression).find(isQueryDecorator)?.arguments[0];
      if (named) add(node.name, textsOf(code, named));
    }
    ts.forEachChild(node, visit);
  };

  for (const module of code.modules()) {
    if (!/query|searchparams|[?&][\])|]*[\w-]+=/i.test(module.source.text)) continue;
    visit(module.source);
    for (const { name, key } of destructured(module, parts)) add(name, [key]);
  }
  return found;
}

/** Names that are taken out of a query by destructuring. */
function* destructured(module: SourceModule, parts: RequestParts): Generator<{ name: ts.Identifier; key: string }> {
  for (const decls of module.scopes.values()) {
    for (const decl of decls.values()) {
      if (decl.is !== 'variable' && decl.is !== 'parameter') continue;
      const last = decl.path.at(-1);
      if (last && 'key' in last && parts.ofName(decl, decl.path.slice(0, -1)) === 'query') yield { name: decl.name, key: last.key };
    }
  }
}

/** The parameter that a regular expression finds in the URL's text: `/[?&]token=([^&]+)/.exec(request.url)`. */
function patternOf(code: Code, parts: RequestParts, callee: ts.PropertyAccessExpression, argument: ts.Expression): string | undefined {
  const [text, pattern] = callee.name.text === 'match' ? [callee.expression, argument] : callee.name.text === 'exec' ? [argument, callee.expression] : [];
  if (!text || !pattern || parts.of(text) !== 'text') return undefined;
  const regex = code.values.one(pattern);
  return regex?.is === 'regex' ? /([\w-]+)=/.exec(regex.source.replace(/\\[a-z]/gi, ' '))?.[1] : undefined;
}

function isQueryDecorator(node: ts.Expression): node is ts.CallExpression {
  return ts.isCallExpression(node) && lastName(node.expression) === 'Query';
}

/** The constant texts that an expression may be. */
function textsOf(code: Code, expression: ts.Expression): string[] {
  return code.values.of(expression).flatMap(value => (value.is === 'literal' && typeof value.value === 'string' ? [value.value] : []));
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
  return ts.isBinaryExpression(parent) && parent.left === node && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}
