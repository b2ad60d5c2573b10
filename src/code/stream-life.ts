import type { Code, Node } from './code.js';
import { encloses } from './functions.js';
import { isFunctionNode, lastName, type SourceModule, unwrap } from './module.js';
import type { StreamHead } from './streams.js';
import { textsWith } from './texts.js';
import { ts } from './ts.js';

/** What the code around a stream's head does with the answer. */
export interface LifeSigns {
  /** The answer, or what writes to it, is kept for later. */
  readonly isKept: boolean;
  /** Timers run, or the client's departure is waited for. */
  readonly lasts: boolean;
  /** The same code ends the answer. */
  readonly ends: boolean;
}

/** The signs of life of a stream, in the code around its head and around the calls that lead there, innermost first. */
export function lifeSigns(code: Code, head: StreamHead, through: readonly Node[]): LifeSigns {
  const names = [head.response, 'res', 'response', 'reply', 'controller', 'writer', 'stream'].filter(Boolean);
  const around = through.flatMap(place =>
    runningWith(place).map(statement => signsIn(code, statement, new Set(names), 1)),
  );
  return together(around);
}

const noSigns: LifeSigns = { isKept: false, lasts: false, ends: false };

function together(all: readonly LifeSigns[]): LifeSigns {
  return {
    isKept: all.some(({ isKept }) => isKept),
    lasts: all.some(({ lasts }) => lasts),
    ends: all.some(({ ends }) => ends),
  };
}

const departures = /^(close|abort|aborted|disconnect)$/;
const keepers = /^(add|set|push|unshift|register|subscribe|addClient|addConnection)$/;

/** The signs in a piece of code that knows the answer, or what writes to it, by these names. */
function signsIn(code: Code, root: Node, names: ReadonlySet<string>, depth: number): LifeSigns {
  const found: LifeSigns[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node)) found.push({ ...noSigns, isKept: isKeptBy(node, names) });
    if (ts.isCallExpression(node)) found.push(signsOfCall(code, node, names, depth));
    // What is done when the client has left ends nothing.
    const isFarewell = ts.isCallExpression(node) && isListener(node) && /^(end|finish|error)$/.test(firstText(node));
    if (!isFarewell && !(ts.isCallExpression(node) && waitsForDeparture(node))) ts.forEachChild(node, visit);
  };
  visit(root);
  return together(found);
}

function signsOfCall(code: Code, call: ts.CallExpression, names: ReadonlySet<string>, depth: number): LifeSigns {
  const name = lastName(call.expression);
  const callee = unwrap(call.expression);
  const receiver = ts.isPropertyAccessExpression(callee) ? callee.expression.getText() : '';
  const isOfAnswer = names.has(receiver);
  const own: LifeSigns = {
    isKept: keepers.test(name) && receiver !== '' && !isOfAnswer && call.arguments.some(each => holds(each, names)),
    lasts: name === 'setInterval' || waitsForDeparture(call),
    ends: isOfAnswer && (name === 'end' || name === 'close'),
  };
  const index = call.arguments.findIndex(argument => names.has(argument.getText()));
  return depth > 0 && index >= 0 ? together([own, ...signsInCalled(code, call, index, depth - 1)]) : own;
}

/** The signs in own functions that are handed the answer. */
function signsInCalled(code: Code, call: ts.CallExpression, index: number, depth: number): LifeSigns[] {
  return code.values.of(call.expression).flatMap(value => {
    const parameter = value.is === 'function' ? value.node.parameters[index]?.name : undefined;
    const body = value.is === 'function' ? value.node.body : undefined;
    return body && parameter && ts.isIdentifier(parameter)
      ? [signsIn(code, body, new Set([parameter.text]), depth)]
      : [];
  });
}

/** `this.client = res`; what is written into a name of the same code is not kept, unless it is the answer itself. */
function isKeptBy(write: ts.BinaryExpression, names: ReadonlySet<string>): boolean {
  if (write.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
  return names.has(write.right.getText()) || (!ts.isIdentifier(write.left) && holds(write.right, names));
}

/** The answer, or a record that holds it. */
function holds(node: ts.Node, names: ReadonlySet<string>): boolean {
  if (names.has(node.getText())) return true;
  if (!ts.isObjectLiteralExpression(node)) return false;
  return node.properties.some(property => {
    if (ts.isShorthandPropertyAssignment(property)) return names.has(property.name.text);
    return ts.isPropertyAssignment(property) && names.has(property.initializer.getText());
  });
}

function isListener(call: ts.CallExpression): boolean {
  return /^(on|once|addListener|addEventListener)$/.test(lastName(call.expression));
}

function waitsForDeparture(call: ts.CallExpression): boolean {
  return isListener(call) && departures.test(firstText(call));
}

function firstText(call: ts.CallExpression): string {
  const [first] = call.arguments;
  return first && ts.isStringLiteralLike(first) ? first.text : '';
}

/**
 * The statements that run together with a place: those of its block, and what follows around it as long as no block
 * ends the function. Other branches are not among them.
 */
export function runningWith(place: Node): Node[] {
  const found: Node[] = [];
  let isWhole = true;
  for (let at = place; at.parent && !isFunctionNode(at); at = at.parent) {
    const { parent } = at;
    if (isFunctionNode(parent) && !ts.isBlock(at)) return [...found, at];
    if (!(ts.isBlock(parent) || ts.isCaseOrDefaultClause(parent) || ts.isSourceFile(parent)) || !ts.isStatement(at))
      continue;
    const { statements } = parent;
    found.push(...(isWhole ? statements : statements.slice(statements.indexOf(at) + 1)));
    const last = statements.at(-1);
    // In a file that lacks a brace, a `return` may stand outside of any function.
    const isBranch = !ts.isSourceFile(parent) && !isFunctionNode(parent.parent);
    if (last && (ts.isReturnStatement(last) || ts.isThrowStatement(last)) && isBranch) break;
    // A `try` and a bare block run with what stands before them; a branch does not.
    isWhole &&= ts.isBlock(parent) && (ts.isTryStatement(parent.parent) || ts.isBlock(parent.parent));
  }
  return found;
}

/** Whether one place runs together with another, in the same function. */
export function runsWith(place: Node, other: Node): boolean {
  return runningWith(place).some(statement => encloses(statement, other));
}

/** Whether the function around a head only prepares the answer, and hands the request on: `next()`. */
export function handsOn(code: Code, head: StreamHead): boolean {
  const next = code.functionAround(head.node)?.parameters[2]?.name;
  if (!next || !ts.isIdentifier(next)) return false;
  return (head.module.calls.get(next.text) ?? []).some(call => runsWith(head.node, call));
}

// ---- retry --------------------------------------------------------------------------------------------------

/** A text that begins a `retry:` field, in the file of a head or in one that it imports. */
export function retryNear(code: Code, module: SourceModule): Node | undefined {
  for (const near of [module, ...importedBy(code, module)]) {
    const [field] = textsWith(near, /(?<=['"`\n]|\\n)retry:/g).filter(({ text }) => /(^|\n)retry: ?(\d|$)/.test(text));
    if (field) return field;
  }
  return undefined;
}

function importedBy(code: Code, module: SourceModule): SourceModule[] {
  const found = new Set<SourceModule>();
  for (const declaration of module.scopes.get(module.source)?.values() ?? []) {
    if (declaration.is !== 'import') continue;
    const target = code.program.resolve(declaration.spec, module.file);
    if (target.is !== 'file' || !code.program.tree.text(target.file)?.includes('retry:')) continue;
    const imported = code.program.module(target.file);
    if (imported) found.add(imported);
  }
  return [...found];
}
