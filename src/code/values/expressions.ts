import { unwrap } from '../module.js';
import { ts } from '../ts.js';
import { type Env, truthOf, undefinedValue, type Value } from '../value.js';
import type { Values } from '../values.js';
import { ofCall } from './calls.js';
import { ofThis } from './class-members.js';
import { ofConstruction } from './constructions.js';
import { literal } from './making.js';
import { ofName } from './names.js';
import { ofBinary, ofTemplate, ofUnary } from './operators.js';

/** What an expression may stand for, by its kind; `Values.of` remembers it. */
export function evaluate(values: Values, node: ts.Expression, env: Env | undefined): readonly Value[] {
  switch (node.kind) {
    case ts.SyntaxKind.StringLiteral:
    case ts.SyntaxKind.NoSubstitutionTemplateLiteral:
      return [literal((node as ts.StringLiteralLike).text, node)];
    case ts.SyntaxKind.NumericLiteral:
      return [literal(Number((node as ts.NumericLiteral).text), node)];
    case ts.SyntaxKind.TrueKeyword:
      return [literal(true, node)];
    case ts.SyntaxKind.FalseKeyword:
      return [literal(false, node)];
    case ts.SyntaxKind.NullKeyword:
      return [literal(null, node)];
    case ts.SyntaxKind.RegularExpressionLiteral: {
      const text = (node as ts.RegularExpressionLiteral).text;
      const slash = text.lastIndexOf('/');
      return [{ is: 'regex', node, source: text.slice(1, slash), flags: text.slice(slash + 1) }];
    }
    case ts.SyntaxKind.ArrowFunction:
    case ts.SyntaxKind.FunctionExpression:
      return [{ is: 'function', node: node as ts.ArrowFunction, env, self: undefined }];
    case ts.SyntaxKind.ClassExpression:
      return [{ is: 'class', node: node as ts.ClassExpression, env }];
    case ts.SyntaxKind.ObjectLiteralExpression:
      return [{ is: 'object', node: node as ts.ObjectLiteralExpression, env }];
    case ts.SyntaxKind.ArrayLiteralExpression:
      return [{ is: 'array', node: node as ts.ArrayLiteralExpression, env }];
    case ts.SyntaxKind.Identifier:
      return ofName(values, node as ts.Identifier, env);
    case ts.SyntaxKind.ThisKeyword:
      return ofThis(values, node, env);
    case ts.SyntaxKind.PropertyAccessExpression: {
      const access = node as ts.PropertyAccessExpression;
      const of = values.of(access.expression, env);
      if (access.questionDotToken && of.length && of.every(value => value.is === 'literal' && value.value == null))
        return [undefinedValue];
      return of.flatMap(value => values.property(value, access.name.text, access));
    }
    case ts.SyntaxKind.ElementAccessExpression:
      return ofElementAccess(values, node as ts.ElementAccessExpression, env);
    case ts.SyntaxKind.CallExpression:
      return ofCall(values, node as ts.CallExpression, env);
    case ts.SyntaxKind.NewExpression:
      return ofConstruction(values, node as ts.NewExpression, env);
    case ts.SyntaxKind.ConditionalExpression:
      return ofConditional(values, node as ts.ConditionalExpression, env);
    case ts.SyntaxKind.BinaryExpression:
      return ofBinary(values, node as ts.BinaryExpression, env);
    case ts.SyntaxKind.PrefixUnaryExpression:
      return ofUnary(values, node as ts.PrefixUnaryExpression, env);
    case ts.SyntaxKind.TemplateExpression:
      return ofTemplate(values, node as ts.TemplateExpression, env);
    case ts.SyntaxKind.VoidExpression:
      return [undefinedValue];
    case ts.SyntaxKind.TypeOfExpression:
      return [{ is: 'unclear', why: 'a type test', node }];
    default:
      return [{ is: 'unclear', why: 'an expression that is not followed', node }];
  }
}

function ofConditional(values: Values, node: ts.ConditionalExpression, env: Env | undefined): readonly Value[] {
  const truth = values.truth(node.condition, env);
  if (truth === true) return values.of(node.whenTrue, env);
  if (truth === false) return values.of(node.whenFalse, env);
  return [...values.of(node.whenTrue, env), ...values.of(node.whenFalse, env)];
}

/** Whether a condition surely holds, surely does not, or depends. */
export function truthOfCondition(values: Values, condition: ts.Expression, env?: Env): boolean | undefined {
  const node = unwrap(condition);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    const inner = values.truth(node.operand, env);
    return inner === undefined ? undefined : !inner;
  }
  const truths = new Set(values.of(node, env).map(truthOf));
  return truths.size === 1 ? [...truths][0] : undefined;
}

function ofElementAccess(values: Values, node: ts.ElementAccessExpression, env: Env | undefined): readonly Value[] {
  const key = values.one(node.argumentExpression, env);
  if (key?.is === 'literal' && (typeof key.value === 'string' || typeof key.value === 'number')) {
    const name = String(key.value);
    return values.of(node.expression, env).flatMap(value => values.property(value, name, node));
  }
  return values
    .of(node.expression, env)
    .flatMap(value =>
      value.is === 'list' && value.exact && !value.items.length ? [undefinedValue] : values.elements(value, node),
    );
}
