import type { Code } from './code.js';
import { enclosingFunction, unwrap } from './module.js';
import { matches } from './regex-language.js';
import { ts } from './ts.js';

/** The test before a place that turns texts with line breaks away: `if (/[\r\n]/.test(message.id)) throw …`. */
export function breaksRefusedBefore(code: Code, place: ts.Node, text: ts.Expression): ts.Node | undefined {
  const fn = enclosingFunction(place);
  if (!fn) return undefined;
  return (code.program.moduleOf(place).calls.get('test') ?? []).find(call => {
    if (call.pos > place.pos || enclosingFunction(call) !== fn || !ts.isPropertyAccessExpression(call.expression))
      return false;
    const pattern = code.values.one(call.expression.expression);
    const [tested] = call.arguments;
    if (pattern?.is !== 'regex' || !tested || !isOf(unwrap(tested), unwrap(text))) return false;
    const flags = pattern.flags.replace(/[gy]/g, '');
    const isBoth = ['\r', '\n'].every(lineBreak => matches(pattern.source, flags, `a${lineBreak}a`) === true);
    return isBoth && leaves(call);
  });
}

/** The same text, or any member of the object that it is a member of. */
function isOf(tested: ts.Expression, text: ts.Expression): boolean {
  if (tested.getText() === text.getText()) return true;
  const isAny = ts.isElementAccessExpression(tested) && !ts.isStringLiteralLike(tested.argumentExpression);
  return isAny && ts.isPropertyAccessExpression(text) && tested.expression.getText() === text.expression.getText();
}

/** Whether the condition that a test is part of ends the function where it holds. */
function leaves(call: ts.Node): boolean {
  let at = call;
  while (ts.isBinaryExpression(at.parent) || ts.isParenthesizedExpression(at.parent)) at = at.parent;
  return (
    ts.isIfStatement(at.parent) &&
    at.parent.expression === at &&
    /^\{?\s*(throw|return)\b/.test(at.parent.thenStatement.getText())
  );
}
