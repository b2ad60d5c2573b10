import type { Code, Node } from './code.js';
import { isFunctionNode, lastName, type SourceModule, unwrap } from './module.js';
import type { StreamHead } from './streams.js';
import { textsWith } from './texts.js';
import { ts } from './ts.js';
import { encloses } from './functions.js';

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
  const signs = { isKept: false, lasts: false, ends: false };
  const names = new Set([head.response, 'res', 'response', 'reply', 'controller', 'writer', 'stream'].filter(Boolean));
  for (const place of through) for (const statement of runningWith(place)) readSigns(code, statement, names, signs, 1);
  return signs;
}

const farewells = /^(close|abort|aborted|disconnect|end|finish|error|cancel)$/;
const keepers = /^(add|set|push|unshift|register|subscribe|addClient|addConnection)$/;

function readSigns(code: Code, root: Node, names: ReadonlySet<string>, signs: { -readonly [K in keyof LifeSigns]: boolean }, depth: number): void {
  const isAnswer = (node: ts.Node): boolean => names.has(node.getText());
  const holdsAnswer = (node: ts.Node): boolean =>
    isAnswer(node) ||
    (ts.isObjectLiteralExpression(node) &&
      node.properties.some(
        property => (ts.isShorthandPropertyAssignment(property) && isAnswer(property.name)) || (ts.isPropertyAssignment(property) && isAnswer(property.initializer)),
      ));
  const visit = (node: ts.Node, isFarewell: boolean): void => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken && holdsAnswer(node.right)) {
      // What is written into a name of its own block is no safekeeping.
      if (!ts.isIdentifier(node.left) || isAnswer(node.right)) signs.isKept = true;
    }
    if (!ts.isCallExpression(node)) return ts.forEachChild(node, child => visit(child, isFarewell));
    const name = lastName(node.expression);
    const callee = unwrap(node.expression);
    const receiver = ts.isPropertyAccessExpression(callee) ? callee.expression : undefined;
    const isWaiting = /^(on|once|addListener|addEventListener)$/.test(name) && farewells.test(firstText(node));
    if (isWaiting && /^(close|abort|aborted|disconnect)$/.test(firstText(node))) signs.lasts = true;
    if (name === 'setInterval') signs.lasts = true;
    if (!isFarewell && (name === 'end' || name === 'close') && receiver && isAnswer(receiver)) signs.ends = true;
    if (keepers.test(name) && receiver && !isAnswer(receiver) && node.arguments.some(holdsAnswer)) signs.isKept = true;
    if (depth > 0 && node.arguments.some(isAnswer)) readCalled(code, node, isAnswer, signs, depth - 1);
    ts.forEachChild(node, child => visit(child, isFarewell || isWaiting));
  };
  visit(root, false);
}

function firstText(call: ts.CallExpression): string {
  const first = call.arguments[0];
  return first && ts.isStringLiteralLike(first) ? first.text : '';
}

/** The own functions that a call hands the answer to. */
function readCalled(code: Code, call: ts.CallExpression, isAnswer: (node: ts.Node) => boolean, signs: LifeSigns, depth: number): void {
  const index = call.arguments.findIndex(isAnswer);
  for (const value of code.values.of(call.expression)) {
    const name = value.is === 'function' ? value.node.parameters[index]?.name : undefined;
    if (value.is === 'function' && name && ts.isIdentifier(name) && value.node.body) {
      readSigns(code, value.node.body, new Set([name.text]), signs, depth);
    }
  }
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
    if (!(ts.isBlock(parent) || ts.isCaseOrDefaultClause(parent) || ts.isSourceFile(parent)) || !ts.isStatement(at)) continue;
    const { statements } = parent;
    found.push(...(isWhole ? statements : statements.slice(statements.indexOf(at) + 1)));
    const last = statements.at(-1);
    if (last && (ts.isReturnStatement(last) || ts.isThrowStatement(last)) && !isFunctionNode(parent.parent)) break;
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
