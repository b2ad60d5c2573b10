import type { Code, Given } from './code.js';
import { enclosingFunction, lastName, type SourceModule, unwrap } from './module.js';
import { answersWithTable } from './streams.js';
import { ts } from './ts.js';

/** A place where a response header is given a value. */
export interface HeaderWrite {
  /** The call, or the property in a table of headers. */
  readonly node: ts.Node;
  readonly value: ts.Expression;
  /** The response call that a table is written in: `writeHead(200, { … })`, `new Response(body, { headers: … })`. */
  readonly within: ts.CallExpression | ts.NewExpression | undefined;
}

const setters = new Set(['setHeader', 'header', 'set', 'append', 'appendHeader', 'writeHeader']);

/** Every place that writes this response header, by calls and by tables. `name` is lower case. */
export function headerWrites(module: SourceModule, name: string): HeaderWrite[] {
  const found: HeaderWrite[] = [];
  for (const literal of module.marks.get(name) ?? []) {
    const { parent } = literal;
    if (
      ts.isCallExpression(parent) &&
      parent.arguments[0] === literal &&
      parent.arguments[1] &&
      setters.has(lastName(parent.expression))
    ) {
      found.push({ node: parent, value: parent.arguments[1], within: parent });
    } else if (ts.isPropertyAssignment(parent) && parent.name === literal) {
      found.push({ node: parent, value: parent.initializer, within: responseAround(parent) });
    } else if (ts.isComputedPropertyName(parent) && ts.isPropertyAssignment(parent.parent)) {
      found.push({ node: parent.parent, value: parent.parent.initializer, within: responseAround(parent.parent) });
    } else if (
      ts.isElementAccessExpression(parent) &&
      ts.isBinaryExpression(parent.parent) &&
      parent.parent.left === parent
    ) {
      found.push({ node: parent.parent, value: parent.parent.right, within: responseAround(parent.parent) });
    }
  }
  return found;
}

function responseAround(node: ts.Node): ts.CallExpression | ts.NewExpression | undefined {
  for (let at = node.parent; at && !ts.isStatement(at); at = at.parent)
    if (ts.isCallExpression(at) || ts.isNewExpression(at)) return at;
  return undefined;
}

/** The same header where it is sent: a table in a constant is sent by the answers that are given it. */
export function sentHeaders(code: Code, write: HeaderWrite): HeaderWrite[] {
  if (write.within || !ts.isPropertyAssignment(write.node)) return [write];
  const answers = answersWithTable(code, write.node.parent).filter(
    answer => ts.isCallExpression(answer) || ts.isNewExpression(answer),
  );
  return answers.length ? answers.map(node => ({ node, value: write.value, within: node })) : [write];
}

/** What a header's value says about origins: everybody, the asker's own name, or a fixed text. */
export function originTold(code: Code, value: ts.Expression): 'any' | 'reflects' | 'fixed' | 'unclear' {
  const values = code.values.of(value);
  if (values.some(each => each.is === 'literal' && each.value === '*')) return 'any';
  if (comesFromOrigin(code, value, 0)) return 'reflects';
  if (values.length && values.every(each => each.is === 'literal' || each.is === 'env')) return 'fixed';
  return 'unclear';
}

/** Whether an expression is, or may be, the request's own Origin header. */
function comesFromOrigin(code: Code, expression: ts.Expression, depth: number): boolean {
  if (depth > 4) return false;
  const node = unwrap(expression);
  if (ts.isBinaryExpression(node))
    return comesFromOrigin(code, node.left, depth + 1) || comesFromOrigin(code, node.right, depth + 1);
  if (ts.isConditionalExpression(node))
    return comesFromOrigin(code, node.whenTrue, depth + 1) || comesFromOrigin(code, node.whenFalse, depth + 1);
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node))
    return /^origin$/i.test(lastName(node)) && /headers?|req|request|info/i.test(node.expression.getText());
  if (ts.isCallExpression(node)) {
    const [first] = node.arguments;
    if (/^(get|header)$/.test(lastName(node.expression)) && first && ts.isStringLiteralLike(first))
      return /^origin$/i.test(first.text);
    return false;
  }
  if (ts.isIdentifier(node)) {
    const decl = code.values.declarationOf(node);
    if (decl?.is === 'variable') {
      const last = decl.path.at(-1);
      if (last && 'key' in last) return last.key === 'origin' && /headers/.test(decl.init?.getText() ?? '');
      return decl.init !== undefined && comesFromOrigin(code, decl.init, depth + 1);
    }
    if (decl?.is === 'parameter') {
      if (!/origin/i.test(node.text) && decl.path.length === 0) return false;
      return code.values.callersOf(decl.fn).some(({ node: site }) => {
        const argument = ts.isForOfStatement(site) ? undefined : site.arguments?.[decl.index];
        return argument !== undefined && !decl.path.length && comesFromOrigin(code, argument, depth + 1);
      });
    }
  }
  return false;
}

/** The status code of the response that a header table is written in, the least of several; undefined when it cannot be read. */
export function statusOf(code: Code, write: HeaderWrite): number | undefined {
  const { within } = write;
  if (!within) return undefined;
  const name = lastName(within.expression);
  const call = { node: within, env: undefined };
  if (name === 'writeHead') return leastStatus(code.argument(call, 0));
  // `server.upgrade(request, { headers })` answers with 101.
  if (name === 'upgrade') return 101;
  return leastStatus(code.option(code.argument(call, 1), 'status'));
}

/** A helper that writes refusals is told with which of them; between success and refusal there is no telling. */
function leastStatus({ values }: Given): number | undefined {
  const statuses = values.flatMap(value =>
    value.is === 'literal' && typeof value.value === 'number' ? [value.value] : [],
  );
  const least = Math.min(...statuses);
  const areAlike = new Set(statuses).size === 1 || least >= 400;
  return statuses.length && statuses.length === values.length && areAlike ? least : undefined;
}

/** Another header of the same response: in the same table, or set in the same function. */
export function siblingHeader(module: SourceModule, write: HeaderWrite, name: string): HeaderWrite | undefined {
  const others = headerWrites(module, name);
  const table = write.node.parent;
  const fn = enclosingFunction(write.node);
  return (
    others.find(other => other.node.parent === table) ??
    others.find(other => fn !== undefined && enclosingFunction(other.node) === fn)
  );
}

/** Whether the request method around a place is OPTIONS: the answer to a preflight. */
export function isPreflight(node: ts.Node): boolean {
  for (let at = node.parent, child = node; at; child = at, at = at.parent) {
    if (ts.isIfStatement(at) && child === at.thenStatement && /['"]OPTIONS['"]/.test(at.expression.getText()))
      return true;
    if (ts.isFunctionDeclaration(at) && at.name?.text === 'OPTIONS') return true;
    if (ts.isFunctionLike(at)) return false;
  }
  return false;
}
