import type { Code, Node } from './code.js';
import { type FunctionNode, isFunctionNode, lastName, type SourceModule, unwrap } from './module.js';
import type { Bindings } from './text-judgement.js';
import { textsWith, wholeOf } from './texts.js';
import { ts } from './ts.js';

/** A part of an SSE frame that is not constant, and the field it stands in. */
export interface FrameHole {
  readonly field: 'data' | 'event' | 'id';
  readonly expression: ts.Expression;
  /** The whole text: a template, a concatenation, or an array of lines that is joined. */
  readonly frame: ts.Expression;
}

/** Where a frame is written, and the calls by which a formatter's result got there. */
export interface FrameWrite {
  readonly node: Node;
  readonly bindings: Bindings;
}

type Part = string | ts.Expression;

/** The non-constant parts of the frames that a file writes by hand. https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */
export function frameHoles(module: SourceModule): FrameHole[] {
  const frames = new Set<ts.Expression>();
  for (const text of textsWith(module, /(?<=['"`\n}]|\\n)(data|event|id):/g)) {
    const frame = frameAround(text);
    if (frame) frames.add(frame);
  }
  const isStreamFile =
    /event-stream/i.test(module.source.text) || [...frames].some(frame => isComplete(partsOf(frame)));
  return [...frames].flatMap(frame => {
    const parts = partsOf(frame);
    if (!isComplete(parts) && !(isStreamFile && isPiece(frame, parts))) return [];
    return holesOf(parts).map(hole => ({ ...hole, frame }));
  });
}

/** The text that a constant piece belongs to: the widest template, concatenation or joined list of lines around it. */
function frameAround(piece: Node): ts.Expression | undefined {
  let frame = ts.isStringLiteralLike(piece) ? (piece as ts.Expression) : templateOf(piece);
  for (;;) {
    const at = wholeOf(optionalAround(frame));
    const { parent } = at;
    if (isSum(parent)) frame = parent;
    else if (ts.isTemplateSpan(parent)) frame = parent.parent;
    else if (ts.isArrayLiteralExpression(parent) && joinOf(parent)) frame = joinOf(parent)!;
    else return ts.isStringLiteralLike(frame) ? undefined : frame;
  }
}

function isSum(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}

/** A condition under which a piece is part of a longer text: `${id ? `id: ${id}\n` : ''}`. */
function optionalAround(node: ts.Expression): ts.Expression {
  const at = wholeOf(node);
  const { parent } = at;
  const isOptional =
    (ts.isConditionalExpression(parent) && parent.condition !== at) || (isChoice(parent) && parent.right === at);
  if (!isOptional) return node;
  const outer = wholeOf(parent).parent;
  return isSum(outer) || ts.isTemplateSpan(outer) || ts.isArrayLiteralExpression(outer)
    ? (parent as ts.Expression)
    : node;
}

function isChoice(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
}

function templateOf(piece: Node): ts.TemplateExpression {
  const { parent } = piece;
  return ts.isTemplateSpan(parent) ? parent.parent : (parent as ts.TemplateExpression);
}

/** An array, or what `[…].filter(Boolean)` leaves of it. */
function filtered(array: ts.ArrayLiteralExpression): ts.Node {
  const whole = wholeOf(array);
  const access = whole.parent;
  const isFiltered = ts.isPropertyAccessExpression(access) && access.name.text === 'filter';
  return isFiltered && ts.isCallExpression(access.parent) ? wholeOf(access.parent) : whole;
}

/** `[…].join('\n')` around an array, when the separator is a constant. */
function joinOf(array: ts.ArrayLiteralExpression): ts.CallExpression | undefined {
  const access = filtered(array).parent;
  const call = ts.isPropertyAccessExpression(access) && access.name.text === 'join' ? access.parent : undefined;
  const separator = call && ts.isCallExpression(call) ? call.arguments[0] : undefined;
  return separator && ts.isStringLiteralLike(separator) ? (call as ts.CallExpression) : undefined;
}

/** A text as constants and expressions in turn; both branches of a condition one after the other. */
function partsOf(expression: ts.Expression): Part[] {
  const node = unwrap(expression);
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node)) {
    return [node.head.text, ...node.templateSpans.flatMap(span => [...partsOf(span.expression), span.literal.text])];
  }
  if (isSum(node)) return [...partsOf(node.left), ...partsOf(node.right)];
  if (ts.isConditionalExpression(node) && [node.whenTrue, node.whenFalse].some(isWritten))
    return [...partsOf(node.whenTrue), ...partsOf(node.whenFalse)];
  if (isChoice(node) && isWritten(node.right)) return partsOf(node.right);
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const receiver = unwrap(node.expression.expression);
    const isFiltered = ts.isCallExpression(receiver) && lastName(receiver.expression) === 'filter';
    const lines = isFiltered ? listOf(receiver) : receiver;
    if (ts.isArrayLiteralExpression(lines) && joinOf(lines) === node) {
      const separator = (node.arguments[0] as ts.StringLiteralLike).text;
      return lines.elements.flatMap((line, index) => [...(index ? [separator] : []), ...partsOf(line)]);
    }
  }
  return [node];
}

function listOf({ expression }: ts.CallExpression): ts.Expression {
  return ts.isPropertyAccessExpression(expression) ? unwrap(expression.expression) : expression;
}

function isWritten(expression: ts.Expression): boolean {
  const node = unwrap(expression);
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

const hole = '\u0000';

function flat(parts: readonly Part[]): string {
  return parts.map(part => (typeof part === 'string' ? part : hole)).join('');
}

/** A whole event: it has data, and the empty line that ends it. */
function isComplete(parts: readonly Part[]): boolean {
  const text = flat(parts);
  return /(^|[\n\0])data:/.test(text) && /\r?\n\r?\n$/.test(text);
}

/** A line of an event that is written, or gathered, by itself. A `data:` URL is none. */
function isPiece(frame: ts.Expression, parts: readonly Part[]): boolean {
  const text = flat(parts);
  if (!/^(data|event|id):/.test(text) || /^data:[\w.+-]*[/;,]/.test(text)) return false;
  if (writeAround(frame)) return true;
  const { parent } = wholeOf(frame);
  const isGathered = ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken;
  if (/\r?\n\r?\n$/.test(text)) return true;
  const isResult = isFunctionNode(parent) || ts.isReturnStatement(parent);
  return (isGathered && text.endsWith('\n')) || (text.startsWith('data:') && isResult);
}

/** The expressions that stand in a line of a field. What follows an expression at the start of a line may begin a line, too. */
function holesOf(parts: readonly Part[]): Omit<FrameHole, 'frame'>[] {
  const found: Omit<FrameHole, 'frame'>[] = [];
  let line = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      const [last = ''] = part.split(/\r\n|\r|\n/).slice(-1);
      line = last === part && line !== hole ? line + part : last;
      continue;
    }
    const field = /^(data|event|id):/.exec(line)?.[1] as FrameHole['field'] | undefined;
    if (field && !(field === 'data' && /^data:[\w.+-]+\/[\w.+-]+;/.test(line))) found.push({ field, expression: part });
    line += hole;
  }
  return found;
}

// ---- where it is written ------------------------------------------------------------------------------------

const writers = new Set(['write', 'enqueue', 'send', 'push', 'end', 'writeln', 'writeRaw', 'sendRaw', 'safeWrite']);
const encoders = new Set(['encode', 'from', 'concat', 'trim', 'join', 'map']);
const mostWrites = 12;

/** The calls that write a frame: directly, encoded, through a name, or as the result of a formatter. */
export function writesOf(code: Code, frame: ts.Expression): FrameWrite[] {
  const found = new Map<Node, FrameWrite>();
  const follow = (node: ts.Node, bindings: Bindings, depth: number): void => {
    const at = wholeOf(node);
    const next = depth < 6 ? nextAfter(code, at) : [];
    for (const each of next) {
      const call = each.entered;
      follow(each.node, call ? [call, ...bindings] : bindings, depth + 1);
    }
    if (next.length || found.size >= mostWrites) return;
    const call = writeAround(at);
    found.set(call ?? frame, { node: call ?? frame, bindings: call ? bindings : [] });
  };
  follow(frame, [], 0);
  const written = [...found.values()];
  return written.length > 1 ? written.filter(({ node }) => node !== frame) : written;
}

/** The call that a text is an argument of, when it is one that writes. */
function writeAround(node: ts.Node): ts.CallExpression | undefined {
  const at = wholeOf(node);
  const { parent } = at;
  if (!ts.isCallExpression(parent) || !parent.arguments.some(argument => argument === at)) return undefined;
  const callee = unwrap(parent.expression);
  const isConsole =
    ts.isPropertyAccessExpression(callee) &&
    /^(process\.(stdout|stderr)|console|fs)$/.test(callee.expression.getText());
  return writers.has(lastName(callee)) && !isConsole ? parent : undefined;
}

interface Next {
  readonly node: ts.Node;
  readonly entered?: Bindings[number];
}

/** What a text becomes a part of, or stands for, before it is written. */
function nextAfter(code: Code, at: ts.Node): Next[] {
  const { parent } = at;
  if (ts.isTemplateSpan(parent)) return [{ node: parent.parent }];
  if (ts.isConditionalExpression(parent) && parent.condition !== at) return [{ node: parent }];
  if (ts.isPropertyAccessExpression(parent) && ts.isCallExpression(parent.parent) && encoders.has(parent.name.text))
    return [{ node: parent.parent }];
  if (
    ts.isCallExpression(parent) &&
    !writeAround(at) &&
    encoders.has(lastName(parent.expression)) &&
    parent.expression !== at
  )
    return [{ node: parent }];
  if (ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)) return usesAsArgument(code, parent.name);
  const maker = makerOf(at);
  if (!maker) return [];
  return code.values.callersOf(maker).flatMap(({ node }): Next[] => {
    if (ts.isForOfStatement(node)) return [];
    const isEntered = !node.arguments?.some(argument => unwrap(argument) === maker);
    return [isEntered ? { node, entered: { fn: maker, call: node } } : { node }];
  });
}

function usesAsArgument(code: Code, name: ts.Identifier): Next[] {
  const uses = code.program.moduleOf(name).argumentUses.get(name.text) ?? [];
  return uses.flatMap(({ call, index }) => {
    const argument = call.arguments?.[index];
    const use = argument && unwrap(argument);
    const declaration = use && ts.isIdentifier(use) ? code.values.declarationOf(use) : undefined;
    return argument && declaration?.is === 'variable' && declaration.name === name ? [{ node: argument }] : [];
  });
}

/** The function whose result a text is. */
function makerOf(at: ts.Node): FunctionNode | undefined {
  const { parent } = at;
  if (ts.isArrowFunction(parent) && parent.body === at) return parent;
  if (!ts.isReturnStatement(parent)) return undefined;
  for (let outer: ts.Node = parent; outer; outer = outer.parent) if (isFunctionNode(outer)) return outer;
  return undefined;
}
