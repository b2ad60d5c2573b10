import { isFunctionNode, unwrap } from '../module.js';
import { ts } from '../ts.js';
import type { Values } from '../values.js';
import { iterations } from './parameters.js';

/** Whether a place does not run in the server as shipped: it reads arguments of a command line that has none. */
export function isIdle(values: Values, node: ts.Node): boolean {
  for (let at = node; at.parent && !ts.isSourceFile(at.parent); at = at.parent) {
    const { parent } = at;
    if (isFunctionNode(at)) return isCallbackOfNothing(values, at);
    if (ts.isForOfStatement(parent) && parent.statement === at && isNothing(values, parent.expression)) return true;
    const condition =
      (ts.isIfStatement(parent) && parent.thenStatement === at && parent.expression) ||
      (ts.isWhileStatement(parent) && parent.statement === at && parent.expression) ||
      (ts.isForStatement(parent) && parent.statement === at && parent.condition);
    if (condition && asksArguments.test(condition.getText()) && values.truth(condition) === false) return true;
  }
  return false;
}

/** Only such conditions are asked: others are nearly never settled, and may ask about the very thing in question. */
const asksArguments = /\barg|Arg|\bflag|\bopt/;

function isNothing(values: Values, expression: ts.Expression): boolean {
  const found = values.of(expression);
  return found.length > 0 && found.every(value => value.is === 'list' && value.exact && !value.items.length);
}

function isCallbackOfNothing(values: Values, fn: ts.Node): boolean {
  const call = fn.parent;
  const callee = ts.isCallExpression(call) ? unwrap(call.expression) : undefined;
  return (
    callee !== undefined &&
    ts.isPropertyAccessExpression(callee) &&
    iterations.has(callee.name.text) &&
    isNothing(values, callee.expression)
  );
}
