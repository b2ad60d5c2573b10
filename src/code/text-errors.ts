import { conditionsAround } from './climb.js';
import type { Code } from './code.js';
import { isShielding } from './error-shields.js';
import { plainErrorType } from './error-types.js';
import { type Decl, unwrap } from './module.js';
import {
  type Inquiry,
  onEach,
  type Path,
  raw,
  safe,
  type TextJudgement,
  unclear,
  type Where,
} from './text-judgement.js';
import { isErrorWording } from './text-origins.js';
import { ts } from './ts.js';

type Parameter = Extract<Decl, { is: 'parameter' }>;

/** Names under which errors are handed on, other people's included. */
const errorName = /^_?(e|er|err|error|ex|exc|exception|cause|reason|thrown)$|(Err|Error|Exception)$/;

/** The text of an error, or of a part of it: free text but for its code and kind. */
export function readError(inquiry: Inquiry, node: ts.Node, path: Path, where: Where): TextJudgement {
  if (!isErrorWording(path)) return unclear(`\`${path.join('.')}\` of an error`);
  if (inquiry.lens.lineBreaks) return raw(inquiry, 'error', node, where);
  // JSON.stringify sees an error's own enumerable properties: neither its message nor its stack.
  if (!path.length) return safe('an error as JSON has no message');
  return raw(inquiry, path.includes('stack') ? 'stack' : 'error', node, where);
}

/** Whether a parameter is given errors, as far as its name and type say: somebody else's, or any where it is about their stack. */
export function takesErrors({ code }: Inquiry, { name, node, path, index, fn }: Parameter, part?: Path): boolean {
  if (path.length || !errorName.test(name.text)) return false;
  return node.type
    ? plainErrorType(code.program, node.type) || (part?.at(-1) === 'stack' && /Error\b/.test(node.type.getText()))
    : // The second of `(resolve, reject)` is a function.
      !(index === 1 && fn.parameters[0]?.name.getText() === 'resolve');
}

/** Whether an expression stands for an error that was caught or handed over. */
export function isError(inquiry: Inquiry, expression: ts.Expression): boolean {
  const node = unwrap(expression);
  if (ts.isPropertyAccessExpression(node)) return node.name.text === 'reason';
  if (!ts.isIdentifier(node)) return false;
  const declaration = inquiry.code.values.declarationOf(node);
  if (declaration?.is === 'opaque') return true;
  return declaration?.is === 'parameter' && takesErrors(inquiry, declaration);
}

/** Whether a function that is not followed makes text of the error that it is given, by its name. */
export function wordsError(name: string): boolean {
  return (
    /err|exception|^inspect$/i.test(name) &&
    !/^(is|has|should|can|log|report|track|capture)[A-Z_]|(status|code|name|type|kind|class|count)$/i.test(name)
  );
}

/** What a function makes of an error is told where it is called: there the error was caught. */
export function toldByCaller(inquiry: Inquiry, found: TextJudgement | undefined, call: ts.CallExpression) {
  if (inquiry.lens.lineBreaks || !call.arguments.some(argument => isError(inquiry, argument))) return found;
  return onEach(found, trace => {
    const [first] = trace.steps;
    return first ? { ...trace, steps: [{ ...first, node: call }] } : trace;
  });
}

/** Whether the text of an error is known, meant for the client, or not sent as shipped, by the conditions around a place. */
export function isShielded(code: Code, node: ts.Node, isStack: boolean): boolean {
  return conditionsAround(node).some(({ node: condition, holds }) =>
    isShielding(code, condition, holds, node, isStack),
  );
}
