import type { Code } from './code.js';
import { declaredBooleans } from './declared-booleans.js';
import { encloses } from './functions.js';
import { enclosingClass, lastName, propertyName, unwrap } from './module.js';
import { asText, readCall, readConstruction } from './text-calls.js';
import { isShielded } from './text-errors.js';
import {
  type Bindings,
  type Inquiry,
  type Lens,
  onEach,
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

const deepest = 40;

/** Follows texts backwards, through names, calls, parameters and objects, to where they come from. */
export class TextFlow implements Inquiry {
  readonly #running = new Set<string>();
  readonly #known = new Map<string, TextJudgement | undefined>();
  #steps = 0;
  /** How often a question has met itself: what was answered meanwhile is not the whole answer. */
  #cuts = 0;

  constructor(
    readonly code: Code,
    readonly lens: Lens,
  ) {}

  /** What an expression's text holds, or what stands at a path below it, under the calls that are known to lead to it. */
  judge(expression: ts.Expression, bindings: Bindings = [], path: Path = []): TextJudgement {
    this.#steps = 0;
    const found = this.of(expression, path, { bindings, depth: 0, gone: new Set() }) ?? unclear('it refers to itself');
    if (found.is !== 'raw' || !this.lens.lineBreaks) return found;
    const test = testOf(this.code.program, [expression, ...found.traces[0].steps.map(({ node }) => node)]);
    return test ? unclear(`\`${quoted(test)}\` looks at it first`) : found;
  }

  of(expression: ts.Expression, path: Path, where: Where): TextJudgement | undefined {
    const node = unwrap(expression);
    if (isNumberName((path.at(-1) === 'toString' ? path.at(-2) : path.at(-1)) ?? '')) return safe('a number');
    const { program } = this.code;
    const key = `${program.idOf(node)} ${path.join('.')} ${where.bindings.map(({ call }) => program.idOf(call)).join()} ${[...where.gone].length}`;
    if (this.#known.has(key)) return this.#known.get(key);
    if (where.depth > deepest || ++this.#steps > this.lens.mostSteps) {
      this.#cuts++;
      return unclear('it leads too far');
    }
    if (this.#running.has(key)) {
      this.#cuts++;
      return undefined;
    }
    const cuts = this.#cuts;
    this.#running.add(key);
    const found = this.#shielded(node, this.#read(node, path, { ...where, depth: where.depth + 1 }));
    this.#running.delete(key);
    if (cuts === this.#cuts) this.#known.set(key, found);
    return found;
  }

  /** The text of errors of a known kind is no secret, wherever on its way that is made sure. */
  #shielded(node: ts.Expression, found: TextJudgement | undefined): TextJudgement | undefined {
    if (found?.is !== 'raw' || this.lens.lineBreaks || !(ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)))
      return found;
    const left = found.traces.filter(({ origin }) => !isShielded(this.code, node, origin === 'stack'));
    const [first, ...others] = left;
    return first ? { is: 'raw', traces: [first, ...others] } : safe('its text is known');
  }

  #read(node: ts.Expression, path: Path, where: Where): TextJudgement | undefined {
    if (ts.isStringLiteralLike(node)) return safe('a constant');
    if (ts.isTemplateExpression(node))
      return this.#all(
        node.templateSpans.map(span => span.expression),
        asText(this, []),
        where,
      );
    const origin = this.lens.named([...namesOf(node), ...path]);
    if (ts.isIdentifier(node) && !this.lens.lineBreaks && isNamedClean(node.text)) return safe('it is cleaned');
    if (origin && isOfConstantTable(this.code, node)) return safe('an entry of a table of constants');
    if (origin && !this.lens.lineBreaks && isYesOrNo(this.code, node)) return safe('a truth');
    if (origin && !isPiece(this.code, node)) return raw(this, origin, node, where);
    if (ts.isIdentifier(node)) return readName(this, node, path, where);
    if (ts.isPropertyAccessExpression(node)) return this.#property(node, [node.name.text, ...path], where);
    if (ts.isElementAccessExpression(node)) {
      const key = node.argumentExpression;
      // A token that is added to a list somewhere is hardly what stands first in it.
      const isPlace = ts.isNumericLiteral(key) && !this.lens.lineBreaks;
      return this.#property(node, [ts.isStringLiteralLike(key) || isPlace ? key.text : '[]', ...path], where);
    }
    if (ts.isCallExpression(node)) return readCall(this, node, path, where);
    if (ts.isNewExpression(node)) return readConstruction(this, node, path, where);
    if (ts.isConditionalExpression(node)) return this.#choice(node, path, where);
    if (ts.isBinaryExpression(node)) return this.#binary(node, path, where);
    if (ts.isObjectLiteralExpression(node)) return this.#member(node, path, where);
    if (ts.isArrayLiteralExpression(node)) return this.#element(node, path, where);
    return isWithoutText(node) ? safe('no text') : unclear(`\`${quoted(node)}\` could not be followed`);
  }

  #all(expressions: readonly ts.Expression[], path: Path, where: Where): TextJudgement | undefined {
    return worst(expressions.map(each => this.of(each, path, where)));
  }

  /** `config.noMasking ? request : mask(request)`: a setting decides whether one text is cleaned. */
  #choice({ whenTrue, whenFalse }: ts.ConditionalExpression, path: Path, where: Where): TextJudgement | undefined {
    const branches = [whenTrue, whenFalse].map(unwrap);
    const isCleaned = (one: ts.Expression | undefined, other: ts.Expression | undefined) =>
      one !== undefined &&
      ts.isCallExpression(one) &&
      this.lens.washes(lastName(one.expression)) &&
      one.arguments.some(argument => unwrap(argument).getText() === other?.getText());
    if (isCleaned(branches[0], branches[1]) || isCleaned(branches[1], branches[0]))
      return unclear('a setting decides whether it is cleaned');
    return this.#all(branches, path, where);
  }

  #binary(node: ts.BinaryExpression, path: Path, where: Where): TextJudgement | undefined {
    switch (node.operatorToken.kind) {
      case ts.SyntaxKind.PlusToken:
        return this.#all([node.left, node.right], asText(this, []), where);
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
        return raw(this, 'client', node, where);
      const type = enclosingClass(node);
      return type ? readField(this, type, path, where) : unclear('`this` could not be followed');
    }
    return onEach(this.of(receiver, path, where), trace => {
      // `req.body.text` says more than the `req` it begins with.
      if (trace.steps.length > 1) return trace;
      return { ...trace, steps: trace.steps.map(step => (encloses(node, step.node) ? { ...step, node } : step)) };
    });
  }

  #member(object: ts.ObjectLiteralExpression, path: Path, where: Where): TextJudgement | undefined {
    const [key, ...rest] = path;
    if (key === undefined || (!this.lens.lineBreaks && isToolResult(object))) return this.#members(object, where);
    const spreads: ts.Expression[] = [];
    for (const property of [...object.properties].reverse()) {
      if (ts.isSpreadAssignment(property)) spreads.push(property.expression);
      if (!property.name || propertyName(property.name) !== key) continue;
      if (ts.isPropertyAssignment(property)) return this.of(property.initializer, rest, where);
      if (ts.isShorthandPropertyAssignment(property)) return this.of(property.name, rest, where);
      return unclear(`\`${key}\` is a function`);
    }
    return this.#all(spreads, path, where) ?? unclear(`\`${key}\` is set elsewhere`);
  }

  /** All that an object holds, as JSON has it. What a tool answers is made for the model that called it. */
  #members(object: ts.ObjectLiteralExpression, where: Where): TextJudgement | undefined {
    if (this.lens.lineBreaks) return safe('no text');
    if (isToolResult(object)) return safe('the result of a tool');
    const found = object.properties.map(property => {
      if (ts.isSpreadAssignment(property)) return this.of(property.expression, [], where);
      if (ts.isPropertyAssignment(property)) return this.of(property.initializer, [], where);
      return ts.isShorthandPropertyAssignment(property) ? this.of(property.name, [], where) : safe('a function');
    });
    return worst(found) ?? safe('no text');
  }

  #element(array: ts.ArrayLiteralExpression, [key, ...rest]: Path, where: Where): TextJudgement | undefined {
    const place = /^\d+$/.test(key ?? '') ? Number(key) : undefined;
    if (place !== undefined) {
      const spread = array.elements.findIndex(ts.isSpreadElement);
      const from = array.elements[spread];
      // Behind a spread the places are those of what is spread, as far as it goes.
      if (from && ts.isSpreadElement(from) && spread <= place)
        return this.of(from.expression, [String(place - spread), ...rest], where);
      const element = array.elements[place];
      return element ? this.of(element, rest, where) : unclear('a list that is filled elsewhere');
    }
    const found = array.elements.map(element =>
      ts.isSpreadElement(element) ? this.of(element.expression, ['[]', ...rest], where) : this.of(element, rest, where),
    );
    return worst(found) ?? unclear('a list that is filled elsewhere');
  }
}

/** The `token` of a parser: a piece of a text that is split, whatever the text is. */
function isPiece({ values }: Code, node: ts.Expression): boolean {
  if (!ts.isIdentifier(node) || !/^tok(en)?$/.test(node.text)) return false;
  const declaration = values.declarationOf(node);
  return (
    declaration?.is === 'variable' &&
    declaration.each !== undefined &&
    /\.(split|match|matchAll)\(/.test(declaration.init?.getText() ?? '')
  );
}

/** `options.randomPassword`, which the file declares to be `boolean`. */
function isYesOrNo({ program }: Code, node: ts.Expression): boolean {
  return ts.isPropertyAccessExpression(node) && declaredBooleans(program.moduleOf(node)).has(node.name.text);
}

/** `redactedArgs`, `maskedToken`. */
function isNamedClean(name: string): boolean {
  return /^_?(redacted|masked|sanitized|sanitised|scrubbed|obfuscated)(?=[A-Z_]|$)/.test(name);
}

/** `LogId.invalidToken`: what a table of constants holds under the name is no credential. */
function isOfConstantTable({ values }: Code, node: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(unwrap(node.expression))) return false;
  const tables = values.of(node.expression);
  return (
    tables.length > 0 &&
    tables.every(table => {
      if (table.is !== 'object' || !ts.isObjectLiteralExpression(table.node)) return false;
      const entry = table.node.properties.find(each => each.name && propertyName(each.name) === node.name.text);
      return entry !== undefined && ts.isPropertyAssignment(entry) && isMadeOfConstants(entry.initializer);
    })
  );
}

/** A number, a symbol, or a call that is given constants alone; a text may be the credential itself. */
function isMadeOfConstants(expression: ts.Expression): boolean {
  const node = unwrap(expression);
  if (ts.isStringLiteralLike(node)) return /\s|^[A-Z][A-Z0-9_]*$/.test(node.text);
  if (ts.isCallExpression(node))
    return node.arguments.length > 0 && node.arguments.every(each => ts.isLiteralExpression(unwrap(each)));
  return ts.isNumericLiteral(node);
}

/** https://modelcontextprotocol.io/specification/2026-07-28/server/tools#tool-result */
function isToolResult(object: ts.ObjectLiteralExpression): boolean {
  return object.properties.some(property => {
    const name = property.name && propertyName(property.name);
    if (name === 'isError') return true;
    return (
      name === 'content' &&
      ts.isPropertyAssignment(property) &&
      /^\[\s*\{\s*["']?type\b/.test(property.initializer.getText())
    );
  });
}

/** The names that a chain of accesses is made of: `req`, `headers`, `authorization`. */
function namesOf(node: ts.Expression): string[] {
  if (ts.isIdentifier(node)) return [node.text];
  if (node.kind === ts.SyntaxKind.ThisKeyword) return ['this'];
  if (ts.isPropertyAccessExpression(node)) return [...namesOf(unwrap(node.expression)), node.name.text];
  if (!ts.isElementAccessExpression(node)) return [];
  const key = node.argumentExpression;
  return [...namesOf(unwrap(node.expression)), ts.isStringLiteralLike(key) ? key.text : '[]'];
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
