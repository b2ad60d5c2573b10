import type { Code, Node } from './code.js';
import { type FunctionNode, lastName, type SourceModule, unwrap } from './module.js';
import { isReceivedRequest } from './requests.js';
import { type SizeTest, sizeTestIn } from './size-tests.js';
import { ts } from './ts.js';

/** A place where own code puts the pieces of a request's body together. */
export interface Gathering {
  readonly node: Node;
  /** As written: `req.on('data')`. */
  readonly via: string;
  /** The test on the size so far that ends it. */
  readonly test: SizeTest | undefined;
}

/** Own code that gathers the body of a received request, piece by piece. */
export function gatherings(code: Code): Gathering[] {
  return code.modules().flatMap(module => [...listenersIn(code, module), ...loopsIn(code, module)]);
}

/** `req.on('data', chunk => { body += chunk; })` */
function listenersIn(code: Code, module: SourceModule): Gathering[] {
  return ['on', 'addListener'].flatMap(name =>
    (module.calls.get(name) ?? []).flatMap(call => {
      const callee = unwrap(call.expression);
      const [event, listener] = call.arguments;
      if (!ts.isPropertyAccessExpression(callee) || !listener || !event) return [];
      if (!ts.isStringLiteralLike(event) || event.text !== 'data') return [];
      const regions = code.values
        .of(listener)
        .flatMap(value => (value.is === 'function' ? piecesGiven(value.node) : []));
      const gathering = regions.filter(({ region, piece }) => gathers(region, piece));
      if (!gathering.length || !isReceivedRequest(code, callee.expression)) return [];
      const tests = gathering.map(({ region }) => sizeTestIn(code, region));
      const test = tests.every(found => found !== undefined) ? tests[0] : undefined;
      return [{ node: call, via: `${callee.expression.getText()}.on('data')`, test }];
    }),
  );
}

function piecesGiven(fn: FunctionNode): { region: ts.Node; piece: string }[] {
  const piece = fn.parameters[0]?.name;
  return fn.body && piece && ts.isIdentifier(piece) ? [{ region: fn.body, piece: piece.text }] : [];
}

/** `for await (const chunk of req) chunks.push(chunk);` */
function loopsIn(code: Code, module: SourceModule): Gathering[] {
  if (!/\bfor\s+await\b/.test(module.source.text)) return [];
  const found: Gathering[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isForOfStatement(node) && node.awaitModifier) {
      const gathering = gatheringLoop(code, node);
      if (gathering) found.push(gathering);
    }
    ts.forEachChild(node, visit);
  };
  visit(module.source);
  return found;
}

function gatheringLoop(code: Code, loop: ts.ForOfStatement): Gathering | undefined {
  const { initializer, expression, statement } = loop;
  const name = ts.isVariableDeclarationList(initializer) ? initializer.declarations[0]?.name : undefined;
  if (!name || !ts.isIdentifier(name) || !gathers(statement, name.text)) return undefined;
  if (!isReceivedRequest(code, expression)) return undefined;
  return { node: loop, via: `for await (… of ${expression.getText()})`, test: sizeTestIn(code, statement) };
}

/** Whether code keeps the pieces: added to a text, pushed to a list, joined with what there was. */
function gathers(region: ts.Node, piece: string): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (found) return;
    if (ts.isBinaryExpression(node)) found = isJoin(node, piece);
    else if (ts.isCallExpression(node) && /^(push|append|add|concat)$/.test(lastName(node.expression)))
      found = node.arguments.some(argument => mentions(argument, piece) && !isSize(argument));
    if (!found) ts.forEachChild(node, visit);
  };
  visit(region);
  return found;
}

function isJoin({ left, operatorToken, right }: ts.BinaryExpression, piece: string): boolean {
  if (!mentions(right, piece) || isSize(right)) return false;
  if (operatorToken.kind === ts.SyntaxKind.PlusEqualsToken) return true;
  return operatorToken.kind === ts.SyntaxKind.EqualsToken && mentions(right, lastName(left));
}

function mentions(node: ts.Node, name: string): boolean {
  if (ts.isIdentifier(node) && node.text === name) return true;
  return ts.forEachChild(node, child => mentions(child, name) || undefined) ?? false;
}

/** A count of bytes, which is no piece. */
function isSize(expression: ts.Expression): boolean {
  return /\.(length|byteLength)\b|\bbyteLength\(/.test(expression.getText());
}
