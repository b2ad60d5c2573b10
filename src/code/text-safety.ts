import type { Code } from './code.js';
import { encloses } from './functions.js';
import { enclosingClass, propertyName, unwrap } from './module.js';
import { readCall, readConstruction } from './text-calls.js';
import {
  type Bindings,
  type Inquiry,
  type Path,
  quoted,
  raw,
  safe,
  type TextJudgement,
  testOf,
  unclear,
  type Where,
  worst,
} from './text-judgement.js';
import { readField, readName } from './text-names.js';
import { isNumberName, requestPart } from './text-origins.js';
import { ts } from './ts.js';

const deepest = 30;
const mostSteps = 3_000;

/** Follows texts through names, calls, parameters and objects to where they come from: may they hold a line break? */
export class TextSafety implements Inquiry {
  readonly #running = new Set<string>();
  #steps = 0;

  constructor(readonly code: Code) {}

  /** Whether an expression's text may hold a line break, under the calls that are known to lead to it. */
  judge(expression: ts.Expression, bindings: Bindings = []): TextJudgement {
    this.#steps = 0;
    const found = this.of(expression, [], { bindings, depth: 0, gone: new Set() }) ?? unclear('it refers to itself');
    if (found.is !== 'raw') return found;
    const test = testOf(this.code.program, [expression, ...found.steps.map(({ node }) => node)]);
    return test ? unclear(`\`${quoted(test)}\` looks at it first`) : found;
  }

  of(expression: ts.Expression, path: Path, where: Where): TextJudgement | undefined {
    const node = unwrap(expression);
    if (isNumberName(path.at(-1) ?? '')) return safe('a number');
    if (where.depth > deepest || ++this.#steps > mostSteps) return unclear('it leads too far');
    const { program } = this.code;
    const key = `${program.idOf(node)} ${path.join('.')} ${where.bindings.map(({ call }) => program.idOf(call)).join()}`;
    if (this.#running.has(key)) return undefined;
    this.#running.add(key);
    const found = this.#read(node, path, { ...where, depth: where.depth + 1 });
    this.#running.delete(key);
    return found;
  }

  #read(node: ts.Expression, path: Path, where: Where): TextJudgement | undefined {
    if (ts.isStringLiteralLike(node)) return safe('a constant');
    if (ts.isTemplateExpression(node))
      return this.#all(
        node.templateSpans.map(span => span.expression),
        [],
        where,
      );
    if (ts.isIdentifier(node)) return readName(this, node, path, where);
    if (ts.isPropertyAccessExpression(node)) return this.#property(node, [node.name.text, ...path], where);
    if (ts.isElementAccessExpression(node)) {
      const key = node.argumentExpression;
      return this.#property(node, [ts.isStringLiteralLike(key) ? key.text : '[]', ...path], where);
    }
    if (ts.isCallExpression(node)) return readCall(this, node, path, where);
    if (ts.isNewExpression(node)) return readConstruction(this, node, path, where);
    if (ts.isConditionalExpression(node)) return this.#all([node.whenTrue, node.whenFalse], path, where);
    if (ts.isBinaryExpression(node)) return this.#binary(node, path, where);
    if (ts.isObjectLiteralExpression(node)) return this.#member(node, path, where);
    if (ts.isArrayLiteralExpression(node)) return this.#element(node, path, where);
    return isWithoutText(node) ? safe('no text') : unclear(`\`${quoted(node)}\` could not be followed`);
  }

  #all(expressions: readonly ts.Expression[], path: Path, where: Where): TextJudgement | undefined {
    return worst(expressions.map(each => this.of(each, path, where)));
  }

  #binary(node: ts.BinaryExpression, path: Path, where: Where): TextJudgement | undefined {
    switch (node.operatorToken.kind) {
      case ts.SyntaxKind.PlusToken:
        return this.#all([node.left, node.right], [], where);
      case ts.SyntaxKind.BarBarToken:
      case ts.SyntaxKind.QuestionQuestionToken:
        return this.#all([node.left, node.right], path, where);
      case ts.SyntaxKind.AmpersandAmpersandToken:
      case ts.SyntaxKind.CommaToken:
      case ts.SyntaxKind.EqualsToken:
      case ts.SyntaxKind.QuestionQuestionEqualsToken:
      case ts.SyntaxKind.BarBarEqualsToken:
        return this.of(node.right, path, where);
      default:
        return safe('a number or a truth');
    }
  }

  #property(
    node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
    path: Path,
    where: Where,
  ): TextJudgement | undefined {
    const receiver = unwrap(node.expression);
    if (receiver.kind === ts.SyntaxKind.ThisKeyword) {
      if (/^(ctx|req|request)$/.test(path[0] ?? '') && requestPart(path.slice(1)) === 'client')
        return raw('client', node, where);
      const type = enclosingClass(node);
      return type ? readField(this, type, path, where) : unclear('`this` could not be followed');
    }
    const found = this.of(receiver, path, where);
    if (found?.is !== 'raw' || found.steps.length > 1) return found;
    // `req.body.text` says more than the `req` it begins with.
    return { ...found, steps: found.steps.map(step => (encloses(node, step.node) ? { ...step, node } : step)) };
  }

  #member(object: ts.ObjectLiteralExpression, [key, ...rest]: Path, where: Where): TextJudgement | undefined {
    if (key === undefined) return safe('no text');
    const spreads: ts.Expression[] = [];
    for (const property of [...object.properties].reverse()) {
      if (ts.isSpreadAssignment(property)) spreads.push(property.expression);
      if (!property.name || propertyName(property.name) !== key) continue;
      if (ts.isPropertyAssignment(property)) return this.of(property.initializer, rest, where);
      if (ts.isShorthandPropertyAssignment(property)) return this.of(property.name, rest, where);
      return unclear(`\`${key}\` is a function`);
    }
    return this.#all(spreads, [key, ...rest], where) ?? unclear(`\`${key}\` is set elsewhere`);
  }

  #element(array: ts.ArrayLiteralExpression, [, ...rest]: Path, where: Where): TextJudgement | undefined {
    const found = array.elements.map(element =>
      ts.isSpreadElement(element) ? this.of(element.expression, ['[]', ...rest], where) : this.of(element, rest, where),
    );
    return worst(found) ?? unclear('a list that is filled elsewhere');
  }
}

function isWithoutText(node: ts.Node): boolean {
  switch (node.kind) {
    case ts.SyntaxKind.NumericLiteral:
    case ts.SyntaxKind.BigIntLiteral:
    case ts.SyntaxKind.TrueKeyword:
    case ts.SyntaxKind.FalseKeyword:
    case ts.SyntaxKind.NullKeyword:
    case ts.SyntaxKind.PrefixUnaryExpression:
    case ts.SyntaxKind.PostfixUnaryExpression:
    case ts.SyntaxKind.TypeOfExpression:
    case ts.SyntaxKind.VoidExpression:
    case ts.SyntaxKind.DeleteExpression:
      return true;
    default:
      return false;
  }
}
