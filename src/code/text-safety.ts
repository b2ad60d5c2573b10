import { constructorOf } from './classes.js';
import type { Code, Node } from './code.js';
import { encloses, returnExpressions } from './functions.js';
import { joinsLines, type LineBreak, lineBreaksTakenBy } from './line-breaks.js';
import { type Decl, enclosingClass, type FunctionNode, lastName, type PathStep, propertyName, type SourceModule, unwrap } from './module.js';
import {
  callOrigin, isErrorWording, isNumberName, isPlainResult, isPlainType, isRequestName, isWording, keepsText, originWords, requestPart, requestRead,
  type TextOrigin,
} from './text-origins.js';
import { ts } from './ts.js';

/** Calls by which functions were entered, innermost first. */
export type Bindings = readonly { readonly fn: FunctionNode; readonly call: ts.CallExpression | ts.NewExpression }[];

/** Whether a text may hold a line break, and the way from where it comes from to where it was asked about. */
export type TextJudgement =
  | { readonly is: 'safe'; readonly because: string }
  | { readonly is: 'raw'; readonly origin: TextOrigin; readonly because: string; readonly steps: readonly { readonly node: Node; readonly says: string }[] }
  | { readonly is: 'unclear'; readonly because: string };

interface Where {
  readonly bindings: Bindings;
  readonly depth: number;
  /** Line breaks that are taken out later on the way. */
  readonly gone: ReadonlySet<LineBreak>;
}

const deepest = 24;
const mostCallers = 16;

const safe = (because: string): TextJudgement => ({ is: 'safe', because });
const unclear = (because: string): TextJudgement => ({ is: 'unclear', because });

/** Follows texts through names, calls, parameters and objects to where they come from. */
export class TextSafety {
  readonly #running = new Set<string>();

  constructor(private readonly code: Code) {}

  /** Whether an expression's text may hold a line break, under the calls that are known to lead to it. */
  judge(expression: ts.Expression, bindings: Bindings = []): TextJudgement {
    const found = this.#of(expression, [], { bindings, depth: 0, gone: new Set() }) ?? unclear('it refers to itself');
    if (found.is !== 'raw') return found;
    const test = this.#testOf([expression, ...found.steps.map(({ node }) => node)]);
    return test ? unclear(`\`${short(test)}\` looks at it first`) : found;
  }

  // ---- expressions ------------------------------------------------------------------------------------------

  /** The judgement of what stands at a path below an expression; undefined where it meets itself. */
  #of(expression: ts.Expression, path: readonly string[], where: Where): TextJudgement | undefined {
    const node = unwrap(expression);
    if (isNumberName(path.at(-1) ?? '')) return safe('a number');
    if (where.depth > deepest) return unclear('it leads too far');
    const key = `${this.code.program.idOf(node)} ${path.join('.')} ${where.bindings.map(({ call }) => this.code.program.idOf(call)).join()}`;
    if (this.#running.has(key)) return undefined;
    this.#running.add(key);
    try {
      return this.#read(node, path, { ...where, depth: where.depth + 1 });
    } finally {
      this.#running.delete(key);
    }
  }

  #read(node: ts.Expression, path: readonly string[], where: Where): TextJudgement | undefined {
    if (ts.isStringLiteralLike(node)) return safe('a constant');
    if (ts.isTemplateExpression(node)) return this.#all(node.templateSpans.map(span => this.#of(span.expression, [], where)));
    if (ts.isIdentifier(node)) return this.#name(node, path, where);
    if (ts.isPropertyAccessExpression(node)) return this.#property(node, [node.name.text, ...path], where);
    if (ts.isElementAccessExpression(node)) return this.#property(node, [keyOf(node.argumentExpression), ...path], where);
    if (ts.isCallExpression(node)) return this.#call(node, path, where);
    if (ts.isNewExpression(node)) return this.#made(node, path, where);
    if (ts.isConditionalExpression(node)) return this.#all([node.whenTrue, node.whenFalse].map(each => this.#of(each, path, where)));
    if (ts.isBinaryExpression(node)) return this.#binary(node, path, where);
    if (ts.isObjectLiteralExpression(node)) return this.#member(node, path, where);
    if (ts.isArrayLiteralExpression(node)) return this.#elements(node, path, where);
    return isWithoutText(node) ? safe('no text') : unclear(`\`${short(node)}\` could not be followed`);
  }

  #binary(node: ts.BinaryExpression, path: readonly string[], where: Where): TextJudgement | undefined {
    switch (node.operatorToken.kind) {
      case ts.SyntaxKind.PlusToken:
        return this.#all([this.#of(node.left, [], where), this.#of(node.right, [], where)]);
      case ts.SyntaxKind.BarBarToken:
      case ts.SyntaxKind.QuestionQuestionToken:
        return this.#all([this.#of(node.left, path, where), this.#of(node.right, path, where)]);
      case ts.SyntaxKind.AmpersandAmpersandToken:
      case ts.SyntaxKind.CommaToken:
      case ts.SyntaxKind.EqualsToken:
      case ts.SyntaxKind.QuestionQuestionEqualsToken:
      case ts.SyntaxKind.BarBarEqualsToken:
        return this.#of(node.right, path, where);
      default:
        return safe('a number or a truth');
    }
  }

  /** The worst of several: known raw text before doubt before safety. Those that meet themselves say nothing. */
  #all(found: readonly (TextJudgement | undefined)[]): TextJudgement | undefined {
    const seen = found.filter(each => each !== undefined);
    return seen.find(({ is }) => is === 'raw') ?? seen.find(({ is }) => is === 'unclear') ?? seen[0];
  }

  #raw(origin: TextOrigin, node: Node, where: Where): TextJudgement {
    if (where.gone.size === 2) return safe('both line breaks are taken out');
    const half = where.gone.has('\n') ? '; only LF is taken out, a bare CR ends a line as well' : where.gone.size ? '; only CR is taken out' : '';
    return { is: 'raw', origin, because: `${originWords[origin]}${half}`, steps: [{ node, says: `${originWords[origin]}${half}` }] };
  }

  #through(found: TextJudgement | undefined, node: Node, says: string): TextJudgement | undefined {
    return found?.is === 'raw' ? { ...found, steps: [...found.steps, { node, says }] } : found;
  }

  // ---- names ------------------------------------------------------------------------------------------------

  #name(name: ts.Identifier, path: readonly string[], where: Where): TextJudgement | undefined {
    const declaration = this.code.values.declarationOf(name);
    switch (declaration?.is) {
      case 'variable':
        return this.#variable(declaration, path, where);
      case 'parameter':
        return this.#parameter(declaration, path, where);
      case 'enum':
        return safe('a member of an enum');
      case 'opaque':
        return isErrorWording(path) ? this.#raw('error', name, where) : unclear(`\`${name.text}.${path.join('.')}\` of an error`);
      case 'import':
        return this.#known(name, path, where);
      default:
        return /^(undefined|NaN|Infinity)$/.test(name.text) ? safe('a constant') : unclear(`\`${name.text}\` could not be followed`);
    }
  }

  #variable(declaration: Extract<Decl, { is: 'variable' }>, path: readonly string[], where: Where): TextJudgement | undefined {
    const { name, init, each, type } = declaration;
    const whole = [...stepsOf(declaration.path), ...path];
    const sources: (TextJudgement | undefined)[] = [];
    if (each && ts.isForInStatement(each)) return unclear(`\`${name.text}\` is a key of an object`);
    if (init) sources.push(this.#of(init, each ? ['[]', ...whole] : whole, where));
    const module = this.code.program.moduleOf(name);
    for (const { target, right } of module.writes.get(name.text) ?? []) {
      if (this.code.values.declarationOf(target) === declaration) sources.push(this.#of(right, path, where));
    }
    if (!path.length && !isConstant(name)) for (const right of this.#appended(module, name.text, target => ts.isIdentifier(target) && this.code.values.declarationOf(target) === declaration)) sources.push(this.#of(right, [], where));
    const found = sources.length ? this.#all(sources) : unclear(`\`${name.text}\` is filled elsewhere`);
    return this.#through(this.#orTyped(found, type, path, module), name, `kept as \`${name.text}\``);
  }

  /** What is added to a text: `body += chunk`. */
  #appended(module: SourceModule, name: string, isIt: (target: ts.Expression) => boolean): ts.Expression[] {
    const found: ts.Expression[] = [];
    if (!new RegExp(`\\b${name.replace(/\W/g, '')}\\s*\\+=`).test(module.source.text)) return found;
    const visit = (node: ts.Node): void => {
      if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken && isIt(unwrap(node.left))) found.push(node.right);
      ts.forEachChild(node, visit);
    };
    visit(module.source);
    return found;
  }

  #parameter(declaration: Extract<Decl, { is: 'parameter' }>, path: readonly string[], where: Where): TextJudgement | undefined {
    const { fn, index, name, node } = declaration;
    const whole = [...stepsOf(declaration.path), ...path];
    const part = index === 0 && isRequestName(name.text) ? requestPart(whole) : undefined;
    if (part) return part === 'safe' ? safe('a header or the request line') : this.#raw('client', name, where);
    const at = where.bindings.findIndex(binding => binding.fn === fn);
    const found = at >= 0
      ? this.#argument(where.bindings[at]!.call, declaration, whole, { ...where, bindings: where.bindings.slice(at + 1) })
      : this.#fromCallers(declaration, whole, where);
    return this.#orTyped(found, node.type, whole, this.code.program.moduleOf(name));
  }

  #fromCallers(declaration: Extract<Decl, { is: 'parameter' }>, path: readonly string[], where: Where): TextJudgement | undefined {
    const { fn, index, name } = declaration;
    const found = this.code.values.callersOf(fn).slice(0, mostCallers).map(({ node: site }) => {
      if (ts.isForOfStatement(site)) return unclear(`\`${name.text}\` comes from a loop`);
      const isHandedOn = site.arguments?.some(argument => unwrap(argument) === fn || (ts.isIdentifier(unwrap(argument)) && this.#isFunction(argument, fn)));
      if (isHandedOn) return this.#given(site, fn, index, path, where);
      return this.#argument(site, declaration, path, { ...where, bindings: [] });
    });
    return found.length ? this.#all(found) : unclear(`no caller was seen that passes \`${name.text}\``);
  }

  #isFunction(expression: ts.Expression, fn: FunctionNode): boolean {
    return this.code.values.of(expression).some(value => value.is === 'function' && value.node === fn);
  }

  #argument(call: ts.CallExpression | ts.NewExpression, declaration: Extract<Decl, { is: 'parameter' }>, path: readonly string[], where: Where): TextJudgement | undefined {
    const { index, name, node } = declaration;
    const args = call.arguments ?? ts.factory.createNodeArray<ts.Expression>();
    const spread = args.findIndex(ts.isSpreadElement);
    if (node.dotDotDotToken || (spread >= 0 && spread <= index)) return unclear(`\`${name.text}\` comes from a list of arguments`);
    const given = args[index];
    if (!given) return node.initializer ? this.#of(node.initializer, path, where) : safe('not passed');
    return this.#through(this.#of(given, path, where), given, `passed as \`${name.text}\``);
  }

  /** What a library hands to a function that it was given: an element, an event, a request. */
  #given(site: ts.CallExpression | ts.NewExpression, fn: FunctionNode, index: number, path: readonly string[], where: Where): TextJudgement | undefined {
    const callee = unwrap(site.expression);
    const method = lastName(callee);
    const receiver = ts.isPropertyAccessExpression(callee) ? callee.expression : undefined;
    const from = receiver?.getText() ?? '';
    const first = site.arguments?.[0];
    const event = first && ts.isStringLiteralLike(first) ? first.text : '';
    if (receiver && /^(map|flatMap|forEach|filter|some|every|find)$/.test(method)) return index === 0 ? this.#of(receiver, ['[]', ...path], where) : safe('an index');
    if (method === 'catch' || event === 'error') return isErrorWording(path) ? this.#raw('error', fn.parameters[index] ?? fn, where) : unclear('a part of an error');
    if (method === 'then' && receiver) return this.#of(receiver, path, where);
    if (!/^(on|once|addListener|addEventListener)$/.test(method) || index > 0) return unclear(`\`${method}\` decides what it is`);
    const parameter = fn.parameters[0] ?? fn;
    if (event === 'data' && /\.(stdout|stderr)$/.test(from)) return this.#raw('tool', parameter, where);
    if (event === 'data' && isRequestName(lastName(receiver ?? site.expression))) return this.#raw('client', parameter, where);
    if (event === 'message' && /^(ws|socket|conn|connection|webSocket)$/i.test(from)) return this.#raw('client', parameter, where);
    return unclear(`it is what \`${event || method}\` events bring`);
  }

  // ---- properties -------------------------------------------------------------------------------------------

  #property(node: ts.PropertyAccessExpression | ts.ElementAccessExpression, path: readonly string[], where: Where): TextJudgement | undefined {
    const receiver = unwrap(node.expression);
    if (receiver.kind === ts.SyntaxKind.ThisKeyword) {
      const type = enclosingClass(node);
      const part = path[0] === 'ctx' || path[0] === 'request' || path[0] === 'req' ? requestPart(path) : undefined;
      if (part === 'client') return this.#raw('client', node, where);
      return type ? this.#field(type, path, where) : unclear('`this` could not be followed');
    }
    const found = this.#of(receiver, path, where);
    // The whole expression says more than the name it begins with.
    return found?.is === 'raw' && found.steps.length === 1 && encloses(node, found.steps[0]!.node as ts.Node) ? { ...found, steps: [{ ...found.steps[0]!, node }] } : found;
  }

  #member(object: ts.ObjectLiteralExpression, [key, ...rest]: readonly string[], where: Where): TextJudgement | undefined {
    if (key === undefined) return safe('no text');
    const spreads: ts.Expression[] = [];
    for (const property of [...object.properties].reverse()) {
      if (ts.isSpreadAssignment(property)) spreads.push(property.expression);
      if (!property.name || propertyName(property.name) !== key) continue;
      if (ts.isPropertyAssignment(property)) return this.#of(property.initializer, rest, where);
      if (ts.isShorthandPropertyAssignment(property)) return this.#of(property.name, rest, where);
      return unclear(`\`${key}\` is a function`);
    }
    return spreads.length ? this.#all(spreads.map(spread => this.#of(spread, [key, ...rest], where))) : unclear(`\`${key}\` is set elsewhere`);
  }

  #elements(array: ts.ArrayLiteralExpression, [, ...rest]: readonly string[], where: Where): TextJudgement | undefined {
    const found = array.elements.map(element => (ts.isSpreadElement(element) ? this.#of(element.expression, ['[]', ...rest], where) : this.#of(element, rest, where)));
    return found.length ? this.#all(found) : unclear('a list that is filled elsewhere');
  }

  /** A field of a class: its initialiser, and whatever the class writes into it. */
  #field(type: ts.ClassLikeDeclaration, [key = '', ...rest]: readonly string[], where: Where): TextJudgement | undefined {
    const module = this.code.program.moduleOf(type);
    const isOwn = (target: ts.Expression): boolean => ts.isPropertyAccessExpression(target) && target.name.text === key && target.expression.kind === ts.SyntaxKind.ThisKeyword && enclosingClass(target) === type;
    const within: Where = { ...where, bindings: [] };
    const found: (TextJudgement | undefined)[] = [];
    const member = type.members.find(each => each.name && propertyName(each.name as ts.PropertyName) === key);
    if (member && ts.isPropertyDeclaration(member) && member.initializer) found.push(this.#of(member.initializer, rest, within));
    if (member && ts.isGetAccessorDeclaration(member)) found.push(...returnExpressions(member).map(each => this.#of(each, rest, within)));
    for (const { target, right } of module.propertyWrites.get(key) ?? []) if (isOwn(target)) found.push(this.#of(right, rest, within));
    for (const right of this.#appended(module, key, isOwn)) found.push(this.#of(right, rest, within));
    const parameter = constructorOf(type)?.parameters.find(each => each.modifiers?.length && ts.isIdentifier(each.name) && each.name.text === key);
    if (parameter && ts.isIdentifier(parameter.name)) found.push(this.#of(parameter.name, rest, within));
    const declared = member && ts.isPropertyDeclaration(member) ? member.type : parameter?.type;
    return this.#orTyped(found.length ? this.#all(found) : unclear(`\`${key}\` is set elsewhere`), declared, rest, module);
  }

  /** What data flow knows of a value that is not followed here: constants, objects and instances of other files. */
  #known(expression: ts.Expression, path: readonly string[], where: Where): TextJudgement | undefined {
    return this.#all(
      this.code.values.of(expression).map(value => {
        if (value.is === 'literal') return safe('a constant');
        if (value.is === 'object' || value.is === 'array') return this.#of(value.node, path, { ...where, bindings: [] });
        if (value.is === 'instance' && path.length) return this.#field(value.of.node, path, where);
        if (value.is === 'unclear' && value.why === 'an enum') return safe('a member of an enum');
        return unclear(`\`${short(expression)}\` could not be followed`);
      }),
    );
  }

  // ---- calls ------------------------------------------------------------------------------------------------

  #call(node: ts.CallExpression, path: readonly string[], where: Where): TextJudgement | undefined {
    const callee = unwrap(node.expression);
    const name = lastName(callee);
    const text = callee.getText();
    const [first] = node.arguments;
    if (text === 'JSON.stringify') return isIndented(node) ? unclear('JSON.stringify with an indent breaks lines') : safe('JSON.stringify');
    if (text === 'JSON.parse') return this.#parsed(first, where);
    if (isPlainResult(text, name)) return safe(`\`${name}()\` has no line breaks`);
    if (/^(String|Object\.freeze|structuredClone|Promise\.resolve|decodeURIComponent|unescape)$/.test(text) && first) return this.#of(first, path, where);
    if (ts.isPropertyAccessExpression(callee)) {
      const found = this.#method(node, callee, path, where);
      if (found !== 'not known') return found;
    }
    return this.#result(node, name, path, where);
  }

  #parsed(text: ts.Expression | undefined, where: Where): TextJudgement | undefined {
    const found = text && this.#of(text, [], { ...where, gone: new Set() });
    return found?.is === 'raw' ? found : unclear('what JSON.parse reads could not be followed');
  }

  #method(node: ts.CallExpression, callee: ts.PropertyAccessExpression, path: readonly string[], where: Where): TextJudgement | undefined | 'not known' {
    const name = callee.name.text;
    const receiver = unwrap(callee.expression);
    const [first] = node.arguments;
    const one = (expression: ts.Expression) => this.code.values.one(expression);
    if (keepsText(name)) return path.length ? this.#of(receiver, path, where) : this.#all([receiver, ...(name === 'concat' ? node.arguments : [])].map(each => this.#of(each, [], where)));
    if (name === 'toString' || name === 'digest') {
      const encoding = first && one(first);
      const isCoded = encoding?.is === 'literal' && (typeof encoding.value === 'number' || /^(base64|base64url|hex)$/.test(String(encoding.value)));
      return isCoded ? safe(`\`${name}(${first!.getText()})\``) : name === 'toString' ? this.#of(receiver, path, where) : unclear('a digest');
    }
    if (/^(replace|replaceAll)$/.test(name) || (name === 'split' && path.length)) {
      const gone = new Set([...where.gone, ...lineBreaksTakenBy(node, one)]);
      return gone.size === 2 ? safe('both line breaks are taken out') : this.#of(receiver, [], { ...where, gone });
    }
    if (name === 'join') return joinsLines(node, one) ? this.#of(receiver, ['[]'], where) : unclear('lines are joined by line breaks');
    if (/^(filter|slice|sort|reverse|flat)$/.test(name)) return this.#of(receiver, path, where);
    if (/^(find|at|pop|shift)$/.test(name)) return this.#of(receiver, ['[]', ...path], where);
    if (name === 'map' || name === 'flatMap') return first ? this.#returned(first, undefined, path.slice(1), where) : undefined;
    return this.#requested(node, name, receiver, where);
  }

  /** Reads of a request, its headers and its query by method. */
  #requested(node: ts.CallExpression, name: string, receiver: ts.Expression, where: Where): TextJudgement | 'not known' {
    const from = receiver.getText();
    if (/(^|\.)headers$/i.test(from) && name === 'get') return safe('a header');
    if (/(^|\.)searchParams$/.test(from) && name === 'get') return this.#isOfRequest(receiver) ? this.#raw('client', node, where) : unclear('a parameter of a URL');
    const isRequest = isRequestName(lastName(receiver)) && (requestRead(name) === 'client' || !/^(c|ctx|context)$/.test(from));
    const read = isRequest ? requestRead(name) : undefined;
    if (read === 'client') return this.#raw('client', node, where);
    return read === 'safe' ? safe('a header') : 'not known';
  }

  #isOfRequest(searchParams: ts.Expression): boolean {
    const words = /\b(req|request|ctx|c)\b/;
    if (words.test(searchParams.getText())) return true;
    const url = ts.isPropertyAccessExpression(searchParams) ? unwrap(searchParams.expression) : searchParams;
    const declaration = ts.isIdentifier(url) ? this.code.values.declarationOf(url) : undefined;
    return declaration?.is === 'variable' && words.test(declaration.init?.getText() ?? '');
  }

  /** The result of an own function, or of a call that is known by its name alone. */
  #result(node: ts.CallExpression, name: string, path: readonly string[], where: Where): TextJudgement | undefined {
    const found = this.#returned(node.expression, node, path, where);
    if (found && found.is !== 'unclear') return found;
    const origin = callOrigin(name, isAwaited(node));
    if (origin && isWording(path)) return this.#raw(origin, node, where);
    return found ?? unclear(`what \`${name}()\` gives back could not be followed`);
  }

  #returned(callee: ts.Expression, call: ts.CallExpression | undefined, path: readonly string[], where: Where): TextJudgement | undefined {
    const functions = this.code.values.of(callee).flatMap(value => (value.is === 'function' ? [value.node] : []));
    const found = functions.flatMap(fn => {
      const bindings = call ? [{ fn, call }, ...where.bindings].slice(0, 6) : where.bindings;
      return returnExpressions(fn).map(each => this.#of(each, path, { ...where, bindings }));
    });
    return found.length ? this.#all(found) : unclear(`\`${short(callee)}\` could not be followed`);
  }

  #made(node: ts.NewExpression, path: readonly string[], where: Where): TextJudgement | undefined {
    const name = lastName(node.expression);
    if (name === 'Date' || (name === 'URL' && path[0] !== 'searchParams')) return safe(`a ${name}`);
    const [first] = node.arguments ?? [];
    if (/Error$/.test(name) && first && isErrorWording(path)) return this.#of(first, [], where);
    return path.length ? this.#known(node, path, where) : unclear(`\`${short(node)}\` could not be followed`);
  }

  // ---- types and tests --------------------------------------------------------------------------------------

  /** A declared type decides only what data flow leaves open: it is a promise, and `as` breaks it. */
  #orTyped(found: TextJudgement | undefined, type: ts.TypeNode | undefined, path: readonly string[], module: SourceModule): TextJudgement | undefined {
    if (found?.is !== 'unclear' || !type) return found;
    const [declared, home] = this.#typeAt(type, path, module) ?? [];
    const named = (reference: ts.TypeReferenceNode) => this.#typeNamed(reference, home ?? module)?.[0];
    return declared && isPlainType(declared, named) ? safe(`declared as \`${short(declared)}\``) : found;
  }

  #typeAt(type: ts.TypeNode, path: readonly string[], module: SourceModule): readonly [ts.TypeNode, SourceModule] | undefined {
    const [key, ...rest] = path;
    if (key === undefined) return [type, module];
    if (key === '[]') return ts.isArrayTypeNode(type) ? this.#typeAt(type.elementType, rest, module) : undefined;
    if (ts.isTypeLiteralNode(type)) return this.#typeOfMember(type.members, key, rest, module);
    if (!ts.isTypeReferenceNode(type)) return undefined;
    const [declaration, home] = this.#typeNamed(type, module) ?? [];
    if (!declaration || !home) return undefined;
    if (ts.isTypeAliasDeclaration(declaration)) return this.#typeAt(declaration.type, path, home);
    return ts.isInterfaceDeclaration(declaration) ? this.#typeOfMember(declaration.members, key, rest, home) : undefined;
  }

  #typeOfMember(members: ts.NodeArray<ts.TypeElement>, key: string, rest: readonly string[], module: SourceModule): readonly [ts.TypeNode, SourceModule] | undefined {
    const member = members.find(each => each.name && propertyName(each.name) === key);
    return member && ts.isPropertySignature(member) && member.type ? this.#typeAt(member.type, rest, module) : undefined;
  }

  #typeNamed(reference: ts.TypeReferenceNode, module: SourceModule): readonly [ts.Node, SourceModule] | undefined {
    const name = reference.typeName.getText();
    const own = module.source.statements.find(statement => (ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement) || ts.isEnumDeclaration(statement)) && statement.name.text === name);
    if (own) return [own, module];
    const declaration = module.scopes.get(module.source)?.get(name);
    const target = declaration?.is === 'import' ? this.code.program.resolve(declaration.spec, module.file) : undefined;
    const home = target?.is === 'file' ? this.code.program.module(target.file) : undefined;
    return home && home !== module && home.source.text.includes(name) ? this.#typeNamed(reference, home) : undefined;
  }

  /** A test or lookup in the same functions that is given the text: `allowed.includes(type)`, `sessions.has(id)`. */
  #testOf(nodes: readonly Node[]): Node | undefined {
    const texts = new Set(nodes.map(node => node.getText()).filter(text => text.length > 1));
    for (const node of nodes) {
      const fn = this.code.functionAround(node);
      if (!fn) continue;
      const { calls } = this.code.program.moduleOf(fn);
      for (const name of ['includes', 'has', 'get', 'test', 'safeParse', 'isInteger', 'validate', 'isUUID']) {
        const found = (calls.get(name) ?? []).find(call => encloses(fn, call) && call.arguments.some(argument => texts.has(unwrap(argument).getText())));
        if (found) return found;
      }
    }
    return undefined;
  }
}

function isConstant(name: ts.Identifier): boolean {
  const list = name.parent.parent;
  return list !== undefined && ts.isVariableDeclarationList(list) && (list.flags & ts.NodeFlags.Const) !== 0;
}

function stepsOf(path: readonly PathStep[]): string[] {
  return path.flatMap(step => ('rest' in step ? [] : 'key' in step ? [step.key] : ['[]']));
}

function keyOf(key: ts.Expression): string {
  return ts.isStringLiteralLike(key) ? key.text : '[]';
}

function isIndented({ arguments: [, , space] }: ts.CallExpression): boolean {
  return space !== undefined && space.getText() !== '0' && space.getText() !== 'undefined';
}

function isAwaited(node: ts.Node): boolean {
  let at = node.parent;
  while (ts.isParenthesizedExpression(at)) at = at.parent;
  return ts.isAwaitExpression(at);
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

function short(node: ts.Node): string {
  const text = node.getText().replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
