import type { Condition } from './code.js';
import { unwrap } from './module.js';
import { ts } from './ts.js';
import type { Values } from './values.js';

/**
 * The environment variables that conditions demand, with the text that they demand: what runs under
 * `process.env.HOSTED === 'true'` is tried as it runs, not as if the variable were unset.
 */
export function demandedVariables(values: Values, conditions: readonly Condition[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const read = (expression: ts.Expression, holds: boolean, env: Condition['env']): void => {
    const node = unwrap(expression);
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
      read(node.operand, !holds, env);
    if (ts.isIdentifier(node)) {
      const declared = values.declarationOf(node);
      if (declared?.is === 'variable' && declared.init) read(declared.init, holds, undefined);
    }
    if (!ts.isBinaryExpression(node)) return;
    const operator = node.operatorToken.kind;
    if (operator === (holds ? ts.SyntaxKind.AmpersandAmpersandToken : ts.SyntaxKind.BarBarToken)) {
      read(node.left, holds, env);
      read(node.right, holds, env);
    }
    if (!(holds ? isEqual(operator) : isUnequal(operator))) return;
    const sides = [values.one(node.left, env), values.one(node.right, env)];
    const variable = sides.find(side => side?.is === 'env');
    const text = sides.find(side => side?.is === 'literal');
    if (variable?.is === 'env' && text?.is === 'literal' && typeof text.value === 'string')
      found.set(variable.name, text.value);
  };
  for (const { expression, holds, env } of conditions) read(expression, holds, env);
  return found;
}

/** Whether a condition is a parameter without a default that every caller of the program leaves out. */
export function isNeverGiven(values: Values, condition: ts.Expression): boolean {
  const node = unwrap(condition);
  const declared = ts.isIdentifier(node) ? values.declarationOf(node) : undefined;
  if (declared?.is !== 'parameter' || declared.path.length || declared.node.initializer) return false;
  const callers = values.everyCallerOf(declared.fn);
  return (
    callers.length > 0 &&
    callers.every(({ node: { arguments: given = [] }, enters }) => {
      const argument = given[declared.index];
      const isLeftOut = !argument || (ts.isIdentifier(argument) && argument.text === 'undefined');
      return enters && isLeftOut && !given.some(ts.isSpreadElement);
    })
  );
}

function isEqual(operator: ts.SyntaxKind): boolean {
  return operator === ts.SyntaxKind.EqualsEqualsEqualsToken || operator === ts.SyntaxKind.EqualsEqualsToken;
}

function isUnequal(operator: ts.SyntaxKind): boolean {
  return operator === ts.SyntaxKind.ExclamationEqualsEqualsToken || operator === ts.SyntaxKind.ExclamationEqualsToken;
}
