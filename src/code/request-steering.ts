import type { Code } from './code.js';
import { returnExpressions } from './functions.js';
import {
  type Decl,
  enclosingFunction,
  type FunctionNode,
  lastName,
  type PathStep,
  propertyName,
  unwrap,
} from './module.js';
import { isReceivedRequest } from './requests.js';
import { ts } from './ts.js';

/** The whole request, the call of a method, or a value that its client has chosen: its text, or what was read from it. */
type Steered = 'request' | 'call' | 'choice' | undefined;

/** The calls by which functions were entered on the way to a place. */
export type Entered = ReadonlyMap<FunctionNode, ts.CallExpression | ts.NewExpression>;

const chosenParts = /^(body|rawBody|url|originalUrl|pathname|path|params|query|headers|cookies|files?|nextUrl)$/;
const wholeParts = /^(raw|req|request|node|incoming)$/;
const chosenReads =
  /^(json|text|formData|parseBody|arrayBuffer|blob|bytes|query|queries|param|valid|header|get|body|cookie)$/;
/** Answers about a text, which are none of its text. */
const questions = /^(includes|startsWith|endsWith|test|has|some|every|indexOf|lastIndexOf|findIndex|localeCompare)$/;
/** Functions whose result is made of what they are given. */
const passing =
  /^(parse|parseAsync|safeParse|safeParseAsync|stringify|String|Number|parseInt|parseFloat|decodeURIComponent|decodeURI|encodeURIComponent|atob|btoa|from|concat|decode|entries|keys|values|fromEntries|assign|all|join|resolve|normalize|basename|exec|matchAll|structuredClone)$/;
/** Helpers that answer the parsed body of the request they are given. */
const readers = /body|json|payload|^(read|get|parse|load|receive|collect|query|params?)|request/i;
const piecewise = /^(then|map|forEach|filter|find|flatMap|reduce|some|every)$/;
const farthest = 40;
const mostSteps = 600;

/** Whether the client of a request that led to a place by these calls chooses what an expression holds there. */
export function isSteered(code: Code, expression: ts.Node, entered: Entered): boolean {
  return new Steering(code, entered, { steps: 0 }).of(expression, 0) === 'choice';
}

class Steering {
  readonly #known = new Map<ts.Node, Steered>();

  constructor(
    private readonly code: Code,
    private readonly entered: Entered,
    private readonly cost: { steps: number },
  ) {}

  of(expression: ts.Node, depth: number): Steered {
    const node = unwrap(expression as ts.Expression);
    if (!this.#known.has(node)) {
      this.#known.set(node, undefined); // what refers to itself adds nothing
      if (depth < farthest && ++this.cost.steps < mostSteps) this.#known.set(node, this.#read(node, depth + 1));
    }
    return this.#known.get(node);
  }

  #read(node: ts.Node, depth: number): Steered {
    const any = (nodes: readonly ts.Node[]): Steered =>
      nodes.some(each => this.#chosen(each, depth)) ? 'choice' : undefined;
    if (ts.isIdentifier(node)) return this.#name(node, depth);
    if (ts.isPropertyAccessExpression(node)) {
      if (this.of(node.expression, depth) === 'call') return member('call', node.name.text);
      if (isReceivedRequest(this.code, node)) return /^(body|rawBody)$/.test(node.name.text) ? 'choice' : 'request';
      const written = this.#writtenField(node);
      return written ? this.of(written, depth) : member(this.of(node.expression, depth), node.name.text);
    }
    if (ts.isElementAccessExpression(node)) return this.#chosen(node.expression, depth) ? 'choice' : undefined;
    if (ts.isCallExpression(node)) return this.#call(node, depth);
    if (ts.isNewExpression(node)) return any(node.arguments ?? []);
    if (ts.isTemplateExpression(node)) return any(node.templateSpans.map(span => span.expression));
    if (ts.isConditionalExpression(node)) return any([node.whenTrue, node.whenFalse]);
    if (ts.isArrayLiteralExpression(node)) return any(node.elements);
    if (ts.isSpreadElement(node)) return this.of(node.expression, depth);
    if (ts.isObjectLiteralExpression(node))
      return any(
        node.properties.flatMap(each =>
          ts.isPropertyAssignment(each)
            ? [each.initializer]
            : ts.isShorthandPropertyAssignment(each)
              ? [each.name]
              : ts.isSpreadAssignment(each)
                ? [each.expression]
                : [],
        ),
      );
    if (!ts.isBinaryExpression(node)) return undefined;
    const { kind } = node.operatorToken;
    if (kind === ts.SyntaxKind.AmpersandAmpersandToken) return this.of(node.right, depth);
    const isJoin =
      kind === ts.SyntaxKind.PlusToken ||
      kind === ts.SyntaxKind.BarBarToken ||
      kind === ts.SyntaxKind.QuestionQuestionToken;
    return isJoin ? any([node.left, node.right]) : undefined;
  }

  /** What an object literal, kept under a name, holds as the property that is read: not all it holds is chosen. */
  #writtenField({ expression, name }: ts.PropertyAccessExpression): ts.Node | undefined {
    const holder = unwrap(expression);
    const decl = ts.isIdentifier(holder) ? this.code.values.declarationOf(holder) : undefined;
    const init = decl?.is === 'variable' && !decl.path.length && decl.init ? unwrap(decl.init) : undefined;
    if (!init || !ts.isObjectLiteralExpression(init)) return undefined;
    const property = init.properties.find(each => each.name && propertyName(each.name) === name.text);
    if (property && ts.isPropertyAssignment(property)) return property.initializer;
    return property && ts.isShorthandPropertyAssignment(property) ? property.name : undefined;
  }

  #chosen(node: ts.Node, depth: number): boolean {
    return this.of(node, depth) === 'choice';
  }

  // ---- names ------------------------------------------------------------------------------------------------

  #name(node: ts.Identifier, depth: number): Steered {
    const decl = this.code.values.declarationOf(node);
    if (decl?.is === 'parameter') {
      const role = this.code.values.roleOf(decl.node);
      if (role === 'message') return along('choice', decl.path);
      if (role === 'call') return along('call', decl.path);
      // Who calls is known: then what it hands over is, too, whatever it is called here.
      if (!this.entered.has(decl.fn) && isReceivedRequest(this.code, node)) return 'request';
      return along(this.#parameter(decl, depth), decl.path);
    }
    if (decl?.is !== 'variable') return undefined;
    if (decl.each && this.of(decl.each.expression, depth)) return 'choice'; // a piece of the body, or of what it holds
    const first = decl.init && !decl.each ? along(this.of(decl.init, depth), decl.path) : undefined;
    // What outlives the request may hold what another one has brought.
    const isLocal = enclosingFunction(decl.name) !== undefined;
    return first ?? (isLocal && this.#isFilled(decl, depth) ? 'choice' : undefined);
  }

  /** `body += chunk`, `chunks.push(chunk)`, `command = body.command`. */
  #isFilled(decl: Extract<Decl, { is: 'variable' }>, depth: number): boolean {
    const { values, program } = this.code;
    const module = program.moduleOf(decl.name);
    const isIt = (target: ts.Expression) => ts.isIdentifier(target) && values.declarationOf(target) === decl;
    const written = (module.writes.get(decl.name.text) ?? []).filter(({ target }) => isIt(target));
    if (written.some(({ right }) => this.#chosen(right, depth))) return true;
    const pushed = (module.calls.get('push') ?? []).filter(
      ({ expression }) => ts.isPropertyAccessExpression(expression) && isIt(unwrap(expression.expression)),
    );
    return pushed.some(call => call.arguments.some(each => this.#chosen(each, depth))) || this.#isGathered(decl, depth);
  }

  #isGathered(decl: Extract<Decl, { is: 'variable' }>, depth: number): boolean {
    const home = enclosingFunction(decl.name) ?? decl.name.getSourceFile();
    let found = false;
    const visit = (node: ts.Node): void => {
      if (found) return;
      if (
        ts.isBinaryExpression(node) &&
        node.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken &&
        ts.isIdentifier(node.left) &&
        node.left.text === decl.name.text &&
        this.code.values.declarationOf(node.left) === decl
      )
        found = this.#chosen(node.right, depth);
      ts.forEachChild(node, visit);
    };
    if (new RegExp(`\\b${decl.name.text.replace(/\W/g, '')}\\s*\\+=`).test(home.getText())) visit(home);
    return found;
  }

  #parameter({ fn, index, node }: Extract<Decl, { is: 'parameter' }>, depth: number): Steered {
    const call = this.entered.get(fn);
    if (call) return this.#argument(call, index, node, depth);
    const { parent } = fn;
    if (ts.isCallExpression(parent) && parent.arguments.some(each => each === fn))
      return this.#handed(parent, index, depth);
    for (const { node: site, enters } of this.code.values.callersOf(fn)) {
      const found = enters ? this.#argument(site, index, node, depth) : undefined;
      if (found) return found;
    }
    return undefined;
  }

  #argument(
    call: ts.CallExpression | ts.NewExpression,
    index: number,
    parameter: ts.ParameterDeclaration,
    depth: number,
  ): Steered {
    const given = call.arguments?.[index];
    if (given) return this.of(given, depth);
    return parameter.initializer && this.of(parameter.initializer, depth);
  }

  /** What an inline callback is given: a piece of the body, an element, what a promise brings. */
  #handed(call: ts.CallExpression, index: number, depth: number): Steered {
    const callee = unwrap(call.expression);
    if (index !== 0 || !ts.isPropertyAccessExpression(callee)) return undefined;
    const name = callee.name.text;
    if (piecewise.test(name)) return this.#chosen(callee.expression, depth) ? 'choice' : undefined;
    const [event] = call.arguments;
    const isPiece = name === 'on' && event && ts.isStringLiteralLike(event) && event.text === 'data';
    if (!isPiece) return undefined;
    const isSent = this.of(callee.expression, depth) === 'call' || isReceivedRequest(this.code, callee.expression);
    return isSent ? 'choice' : undefined;
  }

  // ---- calls ------------------------------------------------------------------------------------------------

  #call(node: ts.CallExpression, depth: number): Steered {
    const callee = unwrap(node.expression);
    const name = lastName(callee);
    if (questions.test(name)) return undefined;
    if (ts.isPropertyAccessExpression(callee)) {
      const of = this.of(callee.expression, depth);
      if (of === 'request') return chosenReads.test(name) ? 'choice' : undefined;
      if (of === 'choice') return 'choice';
    }
    const given = node.arguments.map(each => this.of(each, depth));
    if (given.includes('request') && readers.test(name)) return 'choice';
    if (passing.test(name) && given.includes('choice')) return 'choice';
    for (const value of this.code.values.of(node.expression)) {
      if (value.is !== 'function' || this.entered.has(value.node)) continue;
      const inside = new Steering(this.code, new Map([...this.entered, [value.node, node]]), this.cost);
      if (returnExpressions(value.node).some(each => inside.of(each, depth) === 'choice')) return 'choice';
    }
    return undefined;
  }
}

function member(of: Steered, name: string): Steered {
  if (of === 'choice') return name === 'length' ? undefined : 'choice';
  if (of === 'call') return /^(request|metadata)$/.test(name) ? 'choice' : undefined;
  if (of !== 'request') return undefined;
  if (chosenParts.test(name)) return 'choice';
  return wholeParts.test(name) ? 'request' : undefined;
}

function along(of: Steered, path: readonly PathStep[]): Steered {
  let found = of;
  for (const step of path) found = 'key' in step ? member(found, step.key) : found === 'choice' ? 'choice' : undefined;
  return found;
}
