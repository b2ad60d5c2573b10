import type { Code } from './code.js';
import { outermost } from './functions.js';
import { type FunctionNode, lastName, propertyName, unwrap } from './module.js';
import { isRead } from './references.js';
import type { RequestParts } from './request-parts.js';
import { ts } from './ts.js';
import { answersUsers, identityFields, identityHolders, isForAll, tellsApart } from './user-answers.js';
import type { FunctionValue } from './value.js';

/** Calls that answer whose a token is: of jose and jsonwebtoken, of the SDK's providers, and own ones after their pattern. */
const askers =
  /^(jwtVerify|verify|authenticate\w*|introspect\w*|(verify|validate|resolve)\w*(token|jwt|bearer|user|key)|(get|find|load|resolve|look_?up|require|fetch)\w*(user|account|principal|identity|claims|auth_?info)((from|of|by|for)\w*)?|(user|account|principal|identity|claims)(from|of|by|for)\w*)$/i;
/** Own functions that are given the user to say who it is: `userIdOf(req.auth)`. */
const isIdentityCall = /user|client|account|tenant|owner|subject|identity/i;
const farthest = 12;

/** Whether a name says whose something is. */
export function isIdentityName(name: string): boolean {
  return (
    identityFields.test(name) ||
    identityHolders.test(name) ||
    /^(owner|user_?name|identity|tenant)$|owner$|ownerId$/i.test(name)
  );
}

/** Finds what tells the users of a server apart. One secret that all share, and one name given to all, tell nobody apart. */
export class Identities {
  readonly #known = new Map<ts.Node, boolean>();

  constructor(
    private readonly code: Code,
    private readonly parts: RequestParts,
  ) {}

  /** The first expression in a function that tells its users apart. */
  in(fn: FunctionNode): ts.Expression | undefined {
    let found: ts.Expression | undefined;
    const visit = (node: ts.Node): void => {
      if (found) return;
      if (this.#isIdentity(node)) found = node;
      else ts.forEachChild(node, visit);
    };
    if (fn.body) visit(fn.body);
    return found;
  }

  #isIdentity(node: ts.Node): node is ts.Expression {
    if (ts.isPropertyAccessExpression(node)) {
      if (isAssigned(node)) return false;
      if (this.#isLeft(node)) return isLookedInto(node);
      return isField(node) && this.#isKnown(node.expression, 0) && !isForAll(this.code, node);
    }
    if (!ts.isIdentifier(node) || !isRead(node) || !identityFields.test(node.text)) return false;
    const { parent } = node;
    if (ts.isPropertyAccessExpression(parent) || (ts.isPropertyAssignment(parent) && parent.name === node))
      return false;
    return this.#isKnown(node, 0) && !isForAll(this.code, node);
  }

  /** `req.user`, `ctx.state.user`, `c.get('user')`: what stands there may be of one user as of many, as what is written there tells. */
  #isLeft(node: ts.PropertyAccessExpression): boolean {
    const { name, expression } = node;
    if (!identityHolders.test(name.text)) return false;
    const holder = unwrap(expression);
    const isOfRequest =
      this.parts.of(holder) === 'request' ||
      (ts.isPropertyAccessExpression(holder) &&
        /^(state|var|locals|raw)$/.test(holder.name.text) &&
        (this.parts.of(holder.expression) === 'request' || /^(res|c|ctx)$/.test(lastName(holder.expression))));
    if (!isOfRequest) return false;
    const writes = this.code.modules().flatMap(module => module.propertyWrites.get(name.text) ?? []);
    if (writes.length) return writes.some(({ right }) => tellsApart(this.code, right));
    return (
      !/^auth/.test(name.text) || !this.#verifiers.length || this.#verifiers.some(fn => answersUsers(this.code, fn))
    );
  }

  /** The own functions by which the SDK's `requireBearerAuth` finds out what it leaves in `req.auth`. */
  get #verifiers(): FunctionValue[] {
    const { values } = this.code;
    const name = 'verifyAccessToken';
    return this.code.modules().flatMap(module => [
      ...(module.objectProperties.get(name) ?? []).flatMap(each => {
        if (ts.isMethodDeclaration(each))
          return [{ is: 'function' as const, node: each, env: undefined, self: undefined }];
        return ts.isPropertyAssignment(each)
          ? values.of(each.initializer).filter(value => value.is === 'function')
          : [];
      }),
      ...module.classes.flatMap(({ members }) =>
        members.flatMap(each =>
          ts.isMethodDeclaration(each) && propertyName(each.name) === name
            ? [{ is: 'function' as const, node: each, env: undefined, self: undefined }]
            : [],
        ),
      ),
    ]);
  }

  /** Whether an expression holds what a verified credential says, or the account that it belongs to. */
  #isKnown(expression: ts.Expression, depth: number): boolean {
    const node = unwrap(expression);
    const known = this.#known.get(node);
    if (known !== undefined || depth > farthest) return known ?? false;
    this.#known.set(node, false); // what refers to itself adds nothing
    const found = this.#readKnown(node, depth);
    this.#known.set(node, found);
    return found;
  }

  #readKnown(node: ts.Expression, depth: number): boolean {
    const go = (next: ts.Expression) => this.#isKnown(next, depth + 1);
    if (ts.isPropertyAccessExpression(node)) {
      if (this.#isLeft(node)) return true;
      // `req.session.userId`: of the library that keeps the session, which the user's login has filled.
      return (node.name.text === 'session' && this.parts.of(node.expression) === 'request') || go(node.expression);
    }
    if (ts.isCallExpression(node)) return this.#asks(node) || this.#passesOn(node, go);
    if (ts.isObjectLiteralExpression(node))
      return node.properties.some(each => ts.isPropertyAssignment(each) && go(each.initializer));
    if (ts.isBinaryExpression(node)) return go(node.left) || go(node.right);
    if (ts.isConditionalExpression(node)) return go(node.whenTrue) || go(node.whenFalse);
    if (!ts.isIdentifier(node)) return false;
    const decl = this.code.values.declarationOf(node);
    if (decl?.is === 'parameter')
      return (
        /^AuthInfo$/.test(decl.node.type?.getText() ?? '') ||
        this.code.values
          .callersOf(decl.fn)
          .some(({ node: call, enters }) => enters && call.arguments?.[decl.index] && go(call.arguments[decl.index]!))
      );
    if (decl?.is !== 'variable' || decl.each) return false;
    const written = this.code.program.moduleOf(decl.name).writes.get(decl.name.text) ?? [];
    return (
      (decl.init !== undefined && go(decl.init)) ||
      written.some(({ target, right }) => this.code.values.declarationOf(target) === decl && go(right))
    );
  }

  /** `String(claims.sub)`, `identify(request).catch(…)`, and own functions that answer with what they were told. */
  #passesOn(call: ts.CallExpression, go: (next: ts.Expression) => boolean): boolean {
    const callee = unwrap(call.expression);
    const [first] = call.arguments;
    if (ts.isIdentifier(callee) && callee.text === 'String') return first !== undefined && go(first);
    if (ts.isPropertyAccessExpression(callee) && /^(catch|then|finally)$/.test(callee.name.text))
      return go(callee.expression);
    return this.code.values
      .of(callee)
      .some(value => value.is === 'function' && this.code.values.returnExpressionsOf(value.node).some(go));
  }

  #asks(call: ts.CallExpression): boolean {
    const name = lastName(call.expression);
    const [first] = call.arguments;
    // Hono's `c.get('user')`.
    if (name === 'get' && first && ts.isStringLiteralLike(first))
      return (
        identityHolders.test(first.text) &&
        this.parts.of((unwrap(call.expression) as ts.PropertyAccessExpression).expression) === 'request'
      );
    // Without anything of the request it is the server's own account that is asked for.
    if (!askers.test(name) || call.arguments.every(each => isForAll(this.code, each))) return false;
    const own = this.code.values.of(call.expression).filter(value => value.is === 'function');
    return own.length === 0 || own.some(value => answersUsers(this.code, value));
  }
}

/** Whether the user is asked for more than being there: what only goes on to the transport says of nobody that he is known. */
function isLookedInto(node: ts.Expression): boolean {
  const at = outermost(node);
  const { parent } = at;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === at;
  if (ts.isVariableDeclaration(parent)) return ts.isObjectBindingPattern(parent.name);
  return ts.isCallExpression(parent) && parent.expression !== at && isIdentityCall.test(lastName(parent.expression));
}

/** `claims.sub`, `user.id`. */
function isField({ name, expression }: ts.PropertyAccessExpression): boolean {
  if (name.text === 'id') return /(user|account|principal|client|member)$/i.test(lastName(expression));
  return identityFields.test(name.text);
}

function isAssigned(node: ts.Node): boolean {
  return (
    ts.isBinaryExpression(node.parent) &&
    node.parent.left === node &&
    node.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
  );
}
