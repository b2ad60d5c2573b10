import { assignmentsIn } from './assignments.js';
import type { Code } from './code.js';
import { encloses, outermost, returnExpressions } from './functions.js';
import { enclosingClass, enclosingFunction, type FunctionNode, lastName, unwrap } from './module.js';
import type { RequestParts } from './request-parts.js';
import { ts } from './ts.js';

/** Where an identifier may come from. `none`: there is no identifier, as for stateless transports. */
export type IdSource = 'random' | 'math-random' | 'clock' | 'counter' | 'constant' | 'client' | 'none' | 'unknown';

/** One place an identifier may come from. */
export interface IdOrigin {
  readonly is: IdSource;
  readonly node: ts.Node;
  /** The expressions that held it on the way, innermost last: where it can have been checked. */
  readonly through: readonly ts.Expression[];
}

/** From the unguessable to the guessed: what a text put together of several pieces is worth. */
const worth: readonly IdSource[] = ['random', 'client', 'unknown', 'math-random', 'clock', 'counter', 'constant'];

const farthest = 12;
const secure =
  /^(random(UUID|Bytes|Int|Fill|FillSync|Values)|getRandomValues|uuid(v[1-7])?|v4|v7|nanoid|ulid|cuid2?|createId|ksuid)$/i;
/** Calls that answer another form of what they are called on. */
const forms =
  /^(toString|toUpperCase|toLowerCase|slice|substring|substr|replace|replaceAll|trim|padStart|padEnd|concat|join|map|toFixed|valueOf|getTime|normalize|digest|at|pop|split)$/;
/** Functions that answer another form of what they are given. */
const wrappers = /^(String|Number|Buffer|from|floor|round|ceil|abs|trunc|encodeURIComponent|btoa|toString|hexlify)$/;

/** Follows identifiers back to where they were made or read. */
export class IdOrigins {
  constructor(
    private readonly code: Code,
    private readonly parts: RequestParts,
  ) {}

  of(expression: ts.Expression): IdOrigin[] {
    return this.#of(expression, [], new Set());
  }

  #of(expression: ts.Expression, through: readonly ts.Expression[], seen: Set<ts.Node>): IdOrigin[] {
    const node = unwrap(expression);
    if (seen.has(node) || through.length > farthest) return [];
    const inside = new Set(seen).add(node);
    const path = [...through, node];
    const go = (next: ts.Expression) => this.#of(next, path, inside);
    const is = (source: IdSource): IdOrigin[] => [{ is: source, node, through: path }];
    const told = this.#told(node);
    if (told) return is(told);
    if (ts.isBinaryExpression(node)) return this.#binary(node, go, is);
    if (ts.isConditionalExpression(node)) return [...go(node.whenTrue), ...go(node.whenFalse)];
    if (ts.isTemplateExpression(node))
      return this.#joined(
        node.templateSpans.map(span => go(span.expression)),
        is,
      );
    if (ts.isIdentifier(node)) return this.#name(node, go, is);
    if (ts.isCallExpression(node)) return this.#call(node, go, is);
    if (ts.isPropertyAccessExpression(node)) return this.#member(node, go, is);
    if (ts.isElementAccessExpression(node)) return holdsMathRandom(node) ? is('math-random') : is('unknown');
    return is(holdsMathRandom(node) ? 'math-random' : 'unknown');
  }

  /** What an expression tells by itself. */
  #told(node: ts.Expression): IdSource | undefined {
    if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return node.text === '' ? 'unknown' : 'constant';
    if (ts.isIdentifier(node) && node.text === 'undefined') return 'none';
    if (node.kind === ts.SyntaxKind.NullKeyword) return 'none';
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node))
      return isStep(node.operator) ? 'counter' : 'unknown';
    if (ts.isNewExpression(node)) return lastName(node.expression) === 'Date' ? 'clock' : 'unknown';
    return this.#isFromClient(node) ? 'client' : undefined;
  }

  #isFromClient(node: ts.Expression): boolean {
    if (ts.isPropertyAccessExpression(node))
      return isCarried(node.name.text) && (this.parts.of(node.expression) === 'query' || isSentTable(node.expression));
    if (ts.isElementAccessExpression(node))
      return this.#isSentUnder(node.expression, node.argumentExpression) && !isOfResponse(node.expression);
    if (!ts.isCallExpression(node)) return false;
    const callee = unwrap(node.expression);
    if (ts.isIdentifier(callee)) {
      const [first, second] = node.arguments;
      if (/^(getCookie|getSignedCookie)$/.test(callee.text)) return true;
      return (
        second !== undefined &&
        first !== undefined &&
        /^get(Request)?(Header|Query)s?$/.test(callee.text) &&
        this.#speaksOfSession(second)
      );
    }
    const [key] = node.arguments;
    if (!ts.isPropertyAccessExpression(callee) || !key || isOfResponse(callee.expression)) return false;
    if (!/^(get|header|getHeader|query|param|getAll)$/.test(callee.name.text)) return false;
    return this.#isSentUnder(callee.expression, key);
  }

  /** Whether what a table of the request holds under a key is the client's to choose. */
  #isSentUnder(table: ts.Expression, key: ts.Expression): boolean {
    const holder = unwrap(table);
    if (/^cookies?(Store|Jar|Map)?$/i.test(lastName(holder) || calleeName(holder))) return true;
    const speaks = this.#speaksOfSession(key);
    // No other header has this name: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management
    if (/^mcp-session-id$/i.test(this.#textOf(key) ?? '')) return true;
    const part = this.parts.of(holder);
    if (part === 'params' || part === 'query') return speaks || this.#textOf(key) === 'id';
    if (isSentTable(holder)) return speaks || this.#textOf(key) === 'id';
    return speaks && (/headers?$/i.test(lastName(holder)) || part === 'request' || isRequestName(holder));
  }

  #speaksOfSession(key: ts.Expression): boolean {
    return /session|^sid$/i.test(this.#textOf(key) ?? lastName(key));
  }

  #textOf(key: ts.Expression): string | undefined {
    if (ts.isStringLiteralLike(key)) return key.text;
    const value = this.code.values.one(key);
    return value?.is === 'literal' && typeof value.value === 'string' ? value.value : undefined;
  }

  #binary(node: ts.BinaryExpression, go: Go, is: Is): IdOrigin[] {
    switch (node.operatorToken.kind) {
      case ts.SyntaxKind.BarBarToken:
      case ts.SyntaxKind.QuestionQuestionToken: {
        const left = go(node.left);
        // Where the platform has no better source, the fallback is not what a server runs.
        return left.some(origin => origin.is === 'random') ? left : [...left, ...go(node.right)];
      }
      case ts.SyntaxKind.AmpersandAmpersandToken:
      case ts.SyntaxKind.EqualsToken:
        return go(node.right);
      case ts.SyntaxKind.PlusToken:
        return this.#joined([go(node.left), go(node.right)], is);
      case ts.SyntaxKind.PlusEqualsToken:
        return is('counter');
      default:
        return is(holdsMathRandom(node) ? 'math-random' : 'unknown');
    }
  }

  /** A text of several pieces is as good as its best piece. */
  #joined(pieces: readonly IdOrigin[][], is: Is): IdOrigin[] {
    const all = pieces.flat();
    for (const source of worth) {
      const found = all.filter(origin => origin.is === source);
      if (found.length) return found;
    }
    return is('constant');
  }

  #name(node: ts.Identifier, go: Go, is: Is): IdOrigin[] {
    const decl = this.code.values.declarationOf(node);
    if (decl?.is === 'parameter') {
      if (decl.path.length) return is('unknown');
      const given = this.#argumentsFor(decl.fn, decl.index);
      const found = [...given, ...(decl.node.initializer ? [decl.node.initializer] : [])].flatMap(go);
      return found.length ? found : is('unknown');
    }
    if (decl?.is !== 'variable' || decl.each) return is('unknown');
    const written = this.#writesTo(node, decl.name);
    if (decl.path.length) {
      const last = decl.path.at(-1)!;
      const from = decl.init && 'key' in last && decl.path.length === 1 ? unwrap(decl.init) : undefined;
      if (from && 'key' in last && isCarried(last.key) && (this.parts.of(from) === 'query' || isSentTable(from)))
        return is('client');
      return is('unknown');
    }
    const found = [...(decl.init ? [decl.init] : []), ...written].flatMap(go);
    // `let id = ''` and the letters that are added to it afterwards.
    return found.length ? withoutPlaceholders(found) : is('unknown');
  }

  /** `id = …` and `id += …` in the function that declares the name. */
  #writesTo(node: ts.Identifier, declared: ts.Identifier): ts.Expression[] {
    const home = enclosingFunction(declared) ?? declared.getSourceFile();
    const decl = this.code.values.declarationOf(node);
    return (assignmentsIn(declared.getSourceFile()).get(declared.text) ?? [])
      .filter(({ left }) => encloses(home, left) && this.code.values.declarationOf(left) === decl)
      .map(({ right }) => right);
  }

  #argumentsFor(fn: FunctionNode, index: number): ts.Expression[] {
    return this.code.values.callersOf(fn).flatMap(({ node: site, enters }) => {
      const argument = enters ? site.arguments?.[index] : undefined;
      return argument && !encloses(argument, fn) && !ts.isSpreadElement(argument) ? [argument] : [];
    });
  }

  #call(node: ts.CallExpression, go: Go, is: Is): IdOrigin[] {
    const callee = unwrap(node.expression);
    const name = lastName(callee);
    const text = callee.getText();
    if (secure.test(name)) return is('random');
    if (/(^|\.)Math\.random$/.test(text)) return is('math-random');
    if (/^(Date|performance)\.now$|^process\.(hrtime|uptime)/.test(text)) return is('clock');
    const own = this.code.values.of(callee).filter(value => value.is === 'function');
    const returned = own.flatMap(value => returnExpressions(value.node)).flatMap(go);
    if (returned.length) return returned;
    const made = this.code.values.of(callee).some(value => value.is === 'thing' && /nanoid|uuid/.test(value.made));
    if (made) return is('random');
    if (holdsMathRandom(node)) return is('math-random');
    if (ts.isPropertyAccessExpression(callee) && forms.test(name)) return go(callee.expression);
    const [first] = node.arguments;
    return first && wrappers.test(name) && !ts.isSpreadElement(first) ? go(first) : is('unknown');
  }

  /** A property: what is written into it in the same class, or under the same name in the same file. */
  #member(node: ts.PropertyAccessExpression, go: Go, is: Is): IdOrigin[] {
    const module = this.code.program.moduleOf(node);
    const type = node.expression.kind === ts.SyntaxKind.ThisKeyword ? enclosingClass(node) : undefined;
    const holder = node.expression.getText();
    const found = (module.propertyWrites.get(node.name.text) ?? [])
      .filter(({ target }) =>
        type
          ? encloses(type, target) && target.expression.getText() === 'this'
          : target.expression.getText() === holder,
      )
      .flatMap(({ right }) => go(right));
    return found.length ? found : is('unknown');
  }
}

type Go = (next: ts.Expression) => IdOrigin[];
type Is = (source: IdSource) => IdOrigin[];

/** Names under which a client sends the id of its session. */
function isCarried(name: string): boolean {
  return /session|^(sid|id|clientId|connectionId)$/i.test(name);
}

/** `req.body`, `request.params`, `ctx.request.body`, `req.cookies`. */
function isSentTable(node: ts.Expression): boolean {
  return /^_?(req|request|ctx|context|c)(\.(req|request|raw))?\.(body|params|cookies)$/.test(unwrap(node).getText());
}

function isRequestName(node: ts.Expression): boolean {
  return /^_?(req|request|c\.req|ctx|ctx\.request)$/.test(node.getText());
}

/** Headers of an answer: of the server's own, or of one that this program got as a client. */
function isOfResponse(node: ts.Expression): boolean {
  return /(^|\.)(\w*(Res|Resp|Response|Reply|Answer|Result)|res|resp|response|reply|answer|result|upstream\w*)(\.headers)?$/.test(
    unwrap(node).getText(),
  );
}

function calleeName(node: ts.Expression): string {
  return ts.isCallExpression(node) ? lastName(node.expression) : '';
}

function holdsMathRandom(node: ts.Node): boolean {
  let found = false;
  const visit = (at: ts.Node): void => {
    if (found) return;
    if (ts.isCallExpression(at) && /(^|\.)Math\.random$/.test(at.expression.getText())) found = true;
    else ts.forEachChild(at, visit);
  };
  visit(outermost(node));
  return found;
}

/** Without the empty text and the undefined that a variable starts with. */
function withoutPlaceholders(origins: readonly IdOrigin[]): IdOrigin[] {
  const telling = origins.filter(origin => origin.is !== 'none' && !isEmptyText(origin.node));
  return telling.length ? telling : [...origins];
}

function isEmptyText(node: ts.Node): boolean {
  return ts.isStringLiteralLike(node) && node.text === '';
}

function isStep(operator: ts.SyntaxKind): boolean {
  return operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
}
