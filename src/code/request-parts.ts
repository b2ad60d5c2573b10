import { encloses, returnExpressions } from './functions.js';
import { type Decl, enclosingClass, type FunctionNode, lastName, type PathStep, unwrap } from './module.js';
import { globalMakers, makers, members, methods, type RequestPart } from './request-members.js';
import { ts } from './ts.js';
import type { Values } from './values.js';

type Parameter = Extract<Decl, { is: 'parameter' }>;

const requestTypes = /(Request|IncomingMessage|Context|H3Event|APIGatewayProxyEvent(V2)?)$/;
/** Packages whose `Request` is one that a browser or a client sends. */
const clients = /^(playwright|puppeteer|axios|got|@modelcontextprotocol\/)/;
const requestNames = /^_?(req|request|ctx|context|c|event|(http|node|raw|incoming|upgrade)_?(req|request|message))$/i;
const iterations = /^(forEach|map|flatMap|some|every|filter|find|findIndex|reduce|sort)$/;

/** Tells which expressions hold the URL or query of a request that the server answers, and no other URL. */
export class RequestParts {
  readonly #known = new Map<ts.Node, RequestPart | undefined>();

  /** `isEntry` knows the functions that libraries call with requests. */
  constructor(
    private readonly values: Values,
    private readonly isEntry: (fn: FunctionNode) => boolean,
  ) {}

  of(expression: ts.Expression): RequestPart | undefined {
    const node = unwrap(expression);
    if (!this.#known.has(node)) {
      this.#known.set(node, undefined); // what refers to itself adds nothing
      this.#known.set(node, this.#read(node));
    }
    return this.#known.get(node);
  }

  /** What stands under a name, at the given end of its destructuring path or before it. */
  ofName(decl: Decl | undefined, path: readonly PathStep[]): RequestPart | undefined {
    if (decl?.is === 'variable')
      return along(decl.init && !decl.each ? this.of(decl.init) : undefined, path) ?? this.#assigned(decl);
    if (decl?.is !== 'parameter') return undefined;
    const whole = along(this.#parameter(decl), path);
    // A destructured `req` is named by the library that hands it in.
    return whole ?? (path.length > 0 && decl.name.text === 'req' ? 'request' : undefined);
  }

  #read(node: ts.Expression): RequestPart | undefined {
    if (ts.isIdentifier(node)) {
      const decl = this.values.declarationOf(node);
      return this.ofName(decl, decl && 'path' in decl ? decl.path : []);
    }
    if (ts.isPropertyAccessExpression(node)) return this.#member(node);
    if (ts.isElementAccessExpression(node)) return this.of(node.expression) === 'text' ? 'text' : undefined;
    if (ts.isCallExpression(node)) return this.#call(node);
    if (ts.isNewExpression(node)) return this.#made(node);
    if (ts.isConditionalExpression(node)) return this.of(node.whenTrue) ?? this.of(node.whenFalse);
    if (ts.isTemplateExpression(node))
      return node.templateSpans.some(span => this.of(span.expression) === 'text') ? 'text' : undefined;
    if (!ts.isBinaryExpression(node) || !isJoin(node.operatorToken.kind)) return undefined;
    return this.of(node.left) ?? this.of(node.right);
  }

  #member(node: ts.PropertyAccessExpression): RequestPart | undefined {
    const name = node.name.text;
    if (node.expression.kind === ts.SyntaxKind.ThisKeyword) return this.#field(node);
    const of = this.of(node.expression);
    return of && own(members, `${of}.${name}`);
  }

  /** A field that is assigned in its class: `this.url = new URL(request.url)`. */
  #field(node: ts.PropertyAccessExpression): RequestPart | undefined {
    const type = enclosingClass(node);
    const writes = this.values.program.moduleOf(node).propertyWrites.get(node.name.text) ?? [];
    return firstOf(
      writes.filter(
        ({ target }) => type && encloses(type, target) && target.expression.kind === ts.SyntaxKind.ThisKeyword,
      ),
      ({ right }) => this.of(right),
    );
  }

  /** `let url; try { url = new URL(req.url) }`. */
  #assigned(decl: Extract<Decl, { is: 'variable' }>): RequestPart | undefined {
    const writes = this.values.program.moduleOf(decl.name).writes.get(decl.name.text) ?? [];
    return firstOf(
      writes.filter(({ target }) => this.values.declarationOf(target) === decl),
      ({ right }) => this.of(right),
    );
  }

  #call(node: ts.CallExpression): RequestPart | undefined {
    const callee = unwrap(node.expression);
    const [first] = node.arguments;
    if (ts.isPropertyAccessExpression(callee)) {
      const of = this.of(callee.expression);
      const answered = of && own(methods, `${of}.${callee.name.text}`);
      if (answered && (of !== 'request' || !first)) return answered;
      if (callee.getText() === 'Object.fromEntries') return first && this.of(first) === 'params' ? 'query' : undefined;
    }
    if (ts.isIdentifier(callee) && /^(String|decodeURI)$/.test(callee.text)) return first && this.of(first);
    return firstOf(this.values.of(node.expression), value => {
      if (value.is === 'api') return first && this.of(first) && own(makers, `${value.module} ${value.path}`);
      if (value.is !== 'function') return undefined;
      return firstOf(returnExpressions(value.node), expression => this.of(expression));
    });
  }

  /** `new URL(request.url, base)`, `new URLSearchParams(url.search)`. */
  #made(node: ts.NewExpression): RequestPart | undefined {
    const [first] = node.arguments ?? [];
    if (!first || !this.of(first)) return undefined;
    return firstOf(this.values.of(node.expression), value => {
      if (value.is === 'global') return own(globalMakers, value.path);
      return value.is === 'api' ? own(makers, `${value.module} ${value.path}`) : undefined;
    });
  }

  #parameter(decl: Parameter): RequestPart | undefined {
    const key = decl.node;
    if (!this.#known.has(key)) {
      this.#known.set(key, undefined);
      this.#known.set(key, this.#given(decl));
    }
    return this.#known.get(key);
  }

  /** What a parameter is given: told by the library that calls, by its type, by callers, and last by its name. */
  #given({ fn, node, index }: Parameter): RequestPart | undefined {
    if (this.isEntry(fn)) return 'request';
    const type = this.#typeOf(node);
    if (type === 'request' || type === 'foreign') return type === 'request' ? type : undefined;
    const given = this.values.callersOf(fn).flatMap(({ node: site }) => {
      const argument = ts.isForOfStatement(site) || isHanded(site, fn) ? undefined : site.arguments?.[index];
      return argument ? [argument] : [];
    });
    if (given.length) return firstOf(given, argument => this.of(argument));
    if (type) return fn.parameters.some(other => other !== node && this.#looksLikeRequest(other)) ? type : undefined;
    return this.#looksLikeRequest(node) ? 'request' : undefined;
  }

  #typeOf(node: ts.ParameterDeclaration): RequestPart | 'foreign' | undefined {
    if (!node.type || !ts.isTypeReferenceNode(node.type)) return undefined;
    const name = ts.isIdentifier(node.type.typeName) ? node.type.typeName : node.type.typeName.right;
    if (name.text === 'URL') return 'url';
    if (name.text === 'URLSearchParams') return 'params';
    if (!requestTypes.test(name.text)) return undefined;
    const decl = this.values.declarationOf(name);
    return decl?.is === 'import' && clients.test(decl.spec) ? 'foreign' : 'request';
  }

  #looksLikeRequest(node: ts.ParameterDeclaration): boolean {
    const type = this.#typeOf(node);
    if (type) return type === 'request';
    const isPlain =
      !node.type || node.type.kind === ts.SyntaxKind.AnyKeyword || node.type.kind === ts.SyntaxKind.UnknownKeyword;
    if (!isPlain || !ts.isIdentifier(node.name) || !requestNames.test(node.name.text)) return false;
    const holder = node.parent.parent;
    return !(ts.isCallExpression(holder) && iterations.test(lastName(holder.expression)));
  }
}

/** Whether the function is an argument of the call, so that the call's other arguments are not its own. */
function isHanded(site: ts.CallExpression | ts.NewExpression, fn: FunctionNode): boolean {
  return (site.arguments ?? []).some(argument => unwrap(argument) === fn);
}

function isJoin(operator: ts.SyntaxKind): boolean {
  const { BarBarToken, QuestionQuestionToken, AmpersandAmpersandToken, PlusToken } = ts.SyntaxKind;
  return (
    operator === BarBarToken ||
    operator === QuestionQuestionToken ||
    operator === AmpersandAmpersandToken ||
    operator === PlusToken
  );
}

function along(part: RequestPart | undefined, path: readonly PathStep[]): RequestPart | undefined {
  let found = part;
  for (const step of path) {
    if (!found) return undefined;
    if ('key' in step) found = own(members, `${found}.${step.key}`);
    else if (found !== 'text') return undefined;
  }
  return found;
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function firstOf<A, B>(list: readonly A[], answer: (item: A) => B | undefined): B | undefined {
  for (const item of list) {
    const found = answer(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
