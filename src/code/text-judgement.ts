import type { Code } from './code.js';
import { encloses } from './functions.js';
import type { LineBreak } from './line-breaks.js';
import { enclosingFunction, type FunctionNode, unwrap } from './module.js';
import type { Program } from './program.js';
import { originWords, type TextOrigin } from './text-origins.js';
import type { ts } from './ts.js';

/** Whether a text may hold a line break, and the way from where it comes from to where it was asked about. */
export type TextJudgement =
  | { readonly is: 'safe'; readonly because: string }
  | {
      readonly is: 'raw';
      readonly origin: TextOrigin;
      readonly because: string;
      readonly steps: readonly { readonly node: ts.Node; readonly says: string }[];
    }
  | { readonly is: 'unclear'; readonly because: string };

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
export function raw(origin: TextOrigin, node: ts.Node, { gone }: Where): TextJudgement {
  if (gone.size === 2) return safe('both line breaks are taken out');
  const half = gone.has('\n')
    ? '; LF is taken out, but a bare CR ends a line as well'
    : gone.has('\r')
      ? '; only CR is taken out'
      : '';
  const says = `${originWords[origin]}${half}`;
  return { is: 'raw', origin, because: says, steps: [{ node, says }] };
}

/** The same judgement, one step further on the way. */
export function through(found: TextJudgement | undefined, node: ts.Node, says: string): TextJudgement | undefined {
  return found?.is === 'raw' ? { ...found, steps: [...found.steps, { node, says }] } : found;
}

/** Known raw text before doubt before safety. What meets itself (undefined) says nothing. */
export function worst(found: readonly (TextJudgement | undefined)[]): TextJudgement | undefined {
  const seen = found.filter(each => each !== undefined);
  return seen.find(({ is }) => is === 'raw') ?? seen.find(({ is }) => is === 'unclear') ?? seen[0];
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
