import type { Code } from './code.js';
import { encloses } from './functions.js';
import type { LineBreak } from './line-breaks.js';
import { enclosingFunction, type FunctionNode, unwrap } from './module.js';
import type { Program } from './program.js';
import { originWords, type TextOrigin } from './text-origins.js';
import type { ts } from './ts.js';

/** Whether a text holds what is asked about; for `raw`, the ways on which it gets there. */
export type TextJudgement =
  | { readonly is: 'safe'; readonly because: string }
  | { readonly is: 'raw'; readonly traces: readonly [TextTrace, ...TextTrace[]] }
  | { readonly is: 'unclear'; readonly because: string };

/** One way from where a text comes from to where it was asked about. */
export interface TextTrace {
  readonly origin: TextOrigin;
  readonly because: string;
  readonly steps: readonly TextStep[];
}

/** A place on the way. `leaves` is the call or the returned expression by which the text leaves its function there. */
export interface TextStep {
  readonly node: ts.Node;
  readonly says: string;
  readonly leaves?: ts.Node;
}

/** What is asked about texts: which origins matter, and what makes them harmless. */
export interface Lens {
  readonly asks: ReadonlySet<TextOrigin>;
  /** Asked about line breaks, which JSON escapes. Else objects hold what their members hold, and JSON passes it on. */
  readonly lineBreaks: boolean;
  /** How many callers of a function are looked at. */
  readonly mostCallers: number;
  /** Steps that one question may take. */
  readonly mostSteps: number;
  /** Whether a function of this name makes the text harmless. */
  washes(name: string): boolean;
  /** What is known to stand under a name, or below a request, wherever it comes from. */
  named(path: Path): TextOrigin | undefined;
}

/** Calls by which functions were entered, innermost first. */
export type Bindings = readonly { readonly fn: FunctionNode; readonly call: ts.CallExpression | ts.NewExpression }[];

/** What is known on the way to a text. */
export interface Where {
  readonly bindings: Bindings;
  readonly depth: number;
  /** Line breaks that are taken out later on the way. */
  readonly gone: ReadonlySet<LineBreak>;
}

/** Property names below an expression; `[]` for any element of a list. */
export type Path = readonly string[];

/** What those who read one kind of expression ask about others. Undefined where a text meets itself. */
export interface Inquiry {
  readonly code: Code;
  readonly lens: Lens;
  of(expression: ts.Expression, path: Path, where: Where): TextJudgement | undefined;
}

/** The text cannot hold a line break. */
export function safe(because: string): TextJudgement {
  return { is: 'safe', because };
}

/** It could not be told. */
export function unclear(because: string): TextJudgement {
  return { is: 'unclear', because };
}

/** The text comes from outside, and what is taken out later is not enough. */
export function raw({ lens }: Inquiry, origin: TextOrigin, node: ts.Node, { gone }: Where): TextJudgement {
  if (!lens.asks.has(origin)) return safe('it is not what is asked about');
  if (lens.lineBreaks && gone.size === 2) return safe('both line breaks are taken out');
  const half = gone.has('\n')
    ? '; LF is taken out, but a bare CR ends a line as well'
    : gone.has('\r')
      ? '; only CR is taken out'
      : '';
  const says = `${originWords[origin]}${lens.lineBreaks ? half : ''}`;
  return { is: 'raw', traces: [{ origin, because: says, steps: [{ node, says }] }] };
}

/** The same judgement, one step further on the way. */
export function through(
  found: TextJudgement | undefined,
  node: ts.Node,
  says: string,
  leaves?: ts.Node,
): TextJudgement | undefined {
  const step = { node, says, ...(leaves && { leaves }) };
  return onEach(found, trace => ({ ...trace, steps: [...trace.steps, step] }));
}

/** The same judgement, with each of its traces told otherwise. */
export function onEach(
  found: TextJudgement | undefined,
  tell: (trace: TextTrace) => TextTrace,
): TextJudgement | undefined {
  if (found?.is !== 'raw') return found;
  const [first, ...others] = found.traces;
  return { is: 'raw', traces: [tell(first), ...others.map(tell)] };
}

const mostTraces = 200;

/** Known raw text before doubt before safety. What meets itself (undefined) says nothing. */
export function worst(found: readonly (TextJudgement | undefined)[]): TextJudgement | undefined {
  const [first, ...others] = found.flatMap(each => (each?.is === 'raw' ? each.traces : []));
  if (first) return { is: 'raw', traces: [first, ...others.slice(0, mostTraces)] };
  const seen = found.filter(each => each !== undefined);
  return seen.find(({ is }) => is === 'unclear') ?? seen[0];
}

const testing = ['includes', 'has', 'get', 'test', 'safeParse', 'isInteger', 'validate', 'isUUID'];

/** A test or lookup in the functions around that is given one of these texts: `allowed.includes(type)`, `sessions.has(id)`. */
export function testOf(program: Program, nodes: readonly ts.Node[]): ts.Node | undefined {
  const texts = new Set(nodes.map(node => node.getText()).filter(text => text.length > 1));
  const isTold = (call: ts.CallExpression) => call.arguments.some(argument => texts.has(unwrap(argument).getText()));
  for (const node of nodes) {
    const fn = enclosingFunction(node);
    const calls = fn && testing.flatMap(name => program.moduleOf(fn).calls.get(name) ?? []);
    const found = calls?.find(call => encloses(fn!, call) && isTold(call));
    if (found) return found;
  }
  return undefined;
}

/** A piece of source for a message, on one line and cut where it is long. */
export function quoted(node: ts.Node): string {
  const text = node.getText().replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
