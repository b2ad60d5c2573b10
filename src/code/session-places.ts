import { conditionsAround } from './climb.js';
import type { Code } from './code.js';
import { namesOf, outermost, returnExpressions } from './functions.js';
import type { IdOrigin, IdOrigins } from './id-origins.js';
import { enclosingFunction, isChoice, lastName, propertyName, type SourceModule, unwrap } from './module.js';
import { namesWithin, referencesTo } from './references.js';
import { escaped } from './texts.js';
import { ts } from './ts.js';

/** A place where a session gets its id, and the expression that gives it. */
export interface SessionPlace {
  readonly place: 'transport' | 'store' | 'choice' | 'made';
  readonly name: string;
  readonly node: ts.Node;
  readonly id: ts.Expression;
}

/** Options that make the ids of sessions: of MCP transports, of express-session, of socket.io's engine. */
const makers = ['sessionIdGenerator', 'genid', 'generateSessionId'];
const storeNames = /session|transport/i;
/** What is kept beside sessions, under their ids. */
const asideNames =
  /time|last|activity|count|limit|rate|timer|lock|queue|pending|cache|metric|stat(s|us)$|listener|log|by(token|user)/i;
const idNames = /^_?(mcp|new|client|user|http|sse|ws)?_?session_?(id|key|token)$|^_?sid$/i;
const pageMembers = ['getElementById', 'querySelector', 'addEventListener', 'createElement', 'runtime', 'tabs'];
const makerNames = /^(generate|create|make|new|build|gen|next|mint)_?\w*session_?(id|key|token)$/i;

/** Whether an origin is the id of something that has one: `extra.sessionId` is no fresh id. */
export function isKept({ is, node }: IdOrigin): boolean {
  return is === 'unknown' && ts.isPropertyAccessExpression(node) && idNames.test(node.name.text);
}

/** Texts that stand for a session that is not there. */
const placeholders =
  /^(unknown|none|n\/?a|anonymous|stateless|sessionless|no-?session|missing|unset|null|undefined|-+|\?+)$/i;

/** Whether an origin beside the client's id makes a new session: what the request holds elsewhere, and words for "none", make none. */
export function isFresh(origin: IdOrigin): boolean {
  const { is, node } = origin;
  if (is === 'client' || is === 'none' || isKept(origin)) return false;
  if (is === 'constant') return !(ts.isStringLiteralLike(node) && placeholders.test(node.text));
  if (is !== 'unknown') return true;
  return !ts.isElementAccessExpression(node) && !namesWithin(node).some(name => requestNames.test(name));
}

const requestNames = /^_?(req|request|headers?|cookies?|query|searchParams)$/;

/** Whether a module is the script of a page or of an extension, which imports nothing from elsewhere: it serves nobody. */
export function isPageScript(code: Code, { source, reads }: SourceModule): boolean {
  const isOfPage = [...pageMembers].some(name =>
    (reads.get(name) ?? []).some(({ expression }) => isPageGlobal(code, expression)),
  );
  return isOfPage && !/\b(from|require\()\s*['"`][^.'"`]/.test(source.text);
}

function isPageGlobal(code: Code, expression: ts.Expression): boolean {
  const node = unwrap(expression);
  return (
    ts.isIdentifier(node) &&
    /^(document|chrome|window)$/.test(node.text) &&
    code.values.declarationOf(node) === undefined
  );
}

/** Every place in a module where a session gets its id. */
export function sessionPlaces(code: Code, module: SourceModule): SessionPlace[] {
  return [...options(code, module), ...storeEntries(module), ...choices(module), ...made(module)];
}

/** What `sessionIdGenerator` and its kin return. */
function options(code: Code, module: SourceModule): SessionPlace[] {
  const assigned = (module.propertyWrites.get('generateId') ?? [])
    .filter(({ target }) => /engine$/.test(target.expression.getText()))
    .map(({ target, right }) => ({ name: 'generateId', node: target as ts.Node, given: right }));
  const named = makers.flatMap(name =>
    (module.objectProperties.get(name) ?? []).flatMap(node => {
      if (ts.isPropertyAssignment(node)) return [{ name, node: node as ts.Node, given: node.initializer }];
      if (ts.isShorthandPropertyAssignment(node))
        return [{ name, node: node as ts.Node, given: node.name as ts.Expression }];
      return [];
    }),
  );
  return [...assigned, ...named].flatMap(({ name, node, given }) =>
    returnedBy(code, given).map(id => ({ place: 'transport' as const, name, node, id })),
  );
}

function returnedBy(code: Code, given: ts.Expression): readonly ts.Expression[] {
  const node = unwrap(given);
  if (ts.isConditionalExpression(node))
    return [...returnedBy(code, node.whenTrue), ...returnedBy(code, node.whenFalse)];
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return returnExpressions(node);
  const own = code.values.of(node).filter(value => value.is === 'function');
  return own.flatMap(value => returnExpressions(value.node));
}

/** A new entry of a store of sessions. */
export interface StoreEntry extends SessionPlace {
  readonly store: ts.Expression;
}

/** New entries of the stores of sessions: `sessions.set(id, …)`, `transports[id] = …`. */
export function storeEntries(module: SourceModule): StoreEntry[] {
  const sets = (module.calls.get('set') ?? []).flatMap((call): StoreEntry[] => {
    const callee = unwrap(call.expression);
    const [id, entry] = call.arguments;
    if (!ts.isPropertyAccessExpression(callee) || !id || !entry) return [];
    return storeEntry(callee.expression, call, id, entry);
  });
  const writes = module.elementWrites.flatMap(({ target, right }) =>
    storeEntry(target.expression, target, target.argumentExpression, right),
  );
  return [...sets, ...writes];
}

/** Whether a collection of this name holds sessions, and not what is kept beside them. */
export function isStoreName(name: string): boolean {
  return storeNames.test(name) && !asideNames.test(name);
}

function storeEntry(store: ts.Expression, node: ts.Node, id: ts.Expression, entry: ts.Expression): StoreEntry[] {
  const name = lastName(store);
  if (!isStoreName(name) || isNoSession(entry)) return [];
  // A table of settings is keyed by constants, and what is kept by token or user is found by those.
  if (ts.isStringLiteralLike(id) || ts.isNumericLiteral(id) || /token|user|name|origin|path|type/i.test(lastName(id)))
    return [];
  return [{ place: 'store', name, node, id, store }];
}

/** Times, numbers and timers are kept beside a session; they are none. */
function isNoSession(entry: ts.Expression): boolean {
  const node = unwrap(entry);
  if (ts.isNumericLiteral(node) || ts.isStringLiteralLike(node)) return true;
  return /^(Date\.now|set(Timeout|Interval|Immediate)|new Date)\b/.test(node.getText());
}

/** The client's id or else a fresh one: `request.headers['mcp-session-id'] ?? randomUUID()`. */
function choices(module: SourceModule): SessionPlace[] {
  const found: SessionPlace[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && isChoice(node.operatorToken.kind) && !isOperand(node) && !isEmpty(node.right))
      found.push({
        place: 'choice',
        name: holderOf(node),
        node,
        id: node,
      });
    else if (ts.isConditionalExpression(node)) found.push({ place: 'choice', name: holderOf(node), node, id: node });
    ts.forEachChild(node, visit);
  };
  if (/session/i.test(module.source.text)) visit(module.source);
  return found;
}

/** Whether it is the left part of a longer choice. */
function isOperand(node: ts.BinaryExpression): boolean {
  const { parent } = outermost(node);
  return ts.isBinaryExpression(parent) && isChoice(parent.operatorToken.kind);
}

function holderOf(node: ts.Node): string {
  const { parent } = outermost(node);
  if (ts.isVariableDeclaration(parent)) return parent.name.getText();
  // The `id` of a JSON-RPC message is its call's.
  if (ts.isPropertyAssignment(parent)) return isOfJsonRpc(parent) ? '' : (propertyName(parent.name) ?? '');
  return ts.isBinaryExpression(parent) ? lastName(parent.left) : '';
}

function isOfJsonRpc({ name, parent }: ts.PropertyAssignment): boolean {
  return (
    propertyName(name) === 'id' && parent.properties.some(each => each.name && propertyName(each.name) === 'jsonrpc')
  );
}

/** What stands for nothing: `?? ''`, `?? []`. */
function isEmpty(node: ts.Expression): boolean {
  const inner = unwrap(node);
  return (
    (ts.isStringLiteralLike(inner) && inner.text === '') ||
    ts.isArrayLiteralExpression(inner) ||
    ts.isObjectLiteralExpression(inner)
  );
}

/** Names that say that they hold the id of a session, and functions that say that they make one. */
function made(module: SourceModule): SessionPlace[] {
  const found: SessionPlace[] = [];
  const add = (name: string, node: ts.Node, id: ts.Expression | undefined): void => {
    if (id && idNames.test(name)) found.push({ place: 'made', name, node, id });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name)) add(node.name.text, node, node.initializer);
    else if (ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node))
      add(propertyName(node.name) ?? '', node, node.initializer);
    else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken)
      add(lastName(node.left), node, node.right);
    else if (ts.isReturnStatement(node) && node.expression) addReturned(node, node.expression);
    else if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) addReturned(node.body, node.body);
    ts.forEachChild(node, visit);
  };
  const addReturned = (node: ts.Node, id: ts.Expression): void => {
    const fn = enclosingFunction(node);
    const name = fn && namesOf(fn).find(each => makerNames.test(each));
    if (name) found.push({ place: 'made', name, node, id });
  };
  if (/session|\bsid\b/i.test(module.source.text)) visit(module.source);
  return found;
}

// ---- what proves a client's id --------------------------------------------------------------------------------

/** Tests of a text's form: a well-formed id is still the client's. */
const ofForm =
  /format|uuid|regex|pattern|wellformed|^(test|match|isString|isArray|String|Boolean|trim|isInitializeRequest)$/i;

/** The condition that holds only for ids that are known, or the caller's own, on the way from a client's id to a place. */
export function proofOf(code: Code, origins: IdOrigins, place: ts.Node, origin: IdOrigin): ts.Node | undefined {
  for (const at of [place, ...origin.through]) {
    for (const { node, holds } of conditionsAround(at)) {
      const proof = provenBy(code, origins, node, holds, origin);
      if (proof) return proof;
    }
  }
  return undefined;
}

function provenBy(
  code: Code,
  origins: IdOrigins,
  condition: ts.Expression,
  holds: boolean,
  origin: IdOrigin,
): ts.Node | undefined {
  const node = unwrap(condition);
  const go = (next: ts.Expression, truth: boolean) => provenBy(code, origins, next, truth, origin);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return go(node.operand, !holds);
  if (ts.isBinaryExpression(node)) {
    const {
      operatorToken: { kind },
    } = node;
    const isAnd = kind === ts.SyntaxKind.AmpersandAmpersandToken;
    // Of a conjunction that holds both parts hold; of a disjunction that fails both parts fail.
    if ((isAnd && holds) || (kind === ts.SyntaxKind.BarBarToken && !holds))
      return go(node.left, holds) ?? go(node.right, holds);
    // `if (store && id && !store.has(id)) return`: without a store there is no session to take, without an id none is taken.
    if (isAnd && !holds) {
      return isPresence(node.left, node.right) ? go(node.right, holds) : undefined;
    }
    const isEqual = kind === ts.SyntaxKind.EqualsEqualsEqualsToken || kind === ts.SyntaxKind.EqualsEqualsToken;
    const isUnequal =
      kind === ts.SyntaxKind.ExclamationEqualsEqualsToken || kind === ts.SyntaxKind.ExclamationEqualsToken;
    const nothing = isNothing(node.right);
    if (isEqual || isUnequal)
      return isEqual === nothing
        ? holds
          ? undefined
          : go(node.left, true)
        : holds === isEqual
          ? sameAsKept(node, origins, origin)
          : undefined;
    return undefined;
  }
  // Where the client has sent no id, the one in use is not the client's.
  const isAbsent = holds ? isToldAbsent(code, node, origin) : isOwn(node, origin);
  if (isAbsent) return condition;
  return holds && isLookupOf(code, node, origin, 0) ? condition : undefined;
}

/** Tests whether things are there that the other test is made with, and nothing else: a switch is another thing. */
function isPresence(condition: ts.Expression, other: ts.Expression): boolean {
  const node = unwrap(condition);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken)
    return isPresence(node.left, other) && isPresence(node.right, other);
  const isName = ts.isIdentifier(node) || ts.isPropertyAccessExpression(node);
  return isName && new RegExp(`(^|[^\\w.])${escaped(node.getText())}\\b`).test(other.getText());
}

/** `session.id === sessionId`: compared with what the server keeps. */
function sameAsKept(node: ts.BinaryExpression, origins: IdOrigins, origin: IdOrigin): ts.Node | undefined {
  const sides = [node.left, node.right];
  if (
    sides.some(side => ts.isStringLiteralLike(unwrap(side)) || ts.isTypeOfExpression(unwrap(side)) || isNothing(side))
  )
    return undefined;
  return sides.some(side => origins.of(side).some(each => each.node === origin.node)) ? node : undefined;
}

function isNothing(node: ts.Expression): boolean {
  const inner = unwrap(node);
  return (
    inner.kind === ts.SyntaxKind.NullKeyword ||
    (ts.isIdentifier(inner) && inner.text === 'undefined') ||
    inner.kind === ts.SyntaxKind.FalseKeyword
  );
}

/** `const isNew = !sessionId`: a name that tells that there is no id. */
function isToldAbsent(code: Code, node: ts.Expression, origin: IdOrigin): boolean {
  const decl = ts.isIdentifier(node) ? code.values.declarationOf(node) : undefined;
  const init = decl?.is === 'variable' && decl.init ? unwrap(decl.init) : undefined;
  return (
    init !== undefined &&
    ts.isPrefixUnaryExpression(init) &&
    init.operator === ts.SyntaxKind.ExclamationToken &&
    isOwn(init.operand, origin)
  );
}

/** Whether an expression is the id: as the client sends it, or a name that held it on the way. */
function isOwn(expression: ts.Expression, { node, through }: IdOrigin): boolean {
  const inner = unwrap(expression);
  if (inner.getText() === node.getText()) return true;
  return ts.isIdentifier(inner) && through.some(each => ts.isIdentifier(each) && each.text === inner.text);
}

/** A call that is given the id, an entry under it, or a name that holds the result of one. */
function isLookupOf(code: Code, expression: ts.Expression, origin: IdOrigin, depth: number): boolean {
  const node = unwrap(expression);
  const isId = (argument: ts.Expression) => isOwn(argument, origin);
  if (ts.isCallExpression(node)) return node.arguments.some(isId) && !ofForm.test(lastName(node.expression));
  if (ts.isElementAccessExpression(node)) return isId(node.argumentExpression);
  if (ts.isPropertyAccessExpression(node)) return isLookupOf(code, node.expression, origin, depth);
  if (!ts.isIdentifier(node) || depth > 2) return false;
  const decl = code.values.declarationOf(node);
  if (decl?.is !== 'variable') return false;
  const held = decl.init ? [decl.init] : assignmentsTo(code, node);
  return held.some(each => isLookupOf(code, each, origin, depth + 1));
}

/** What is assigned to a name that was declared without a value. */
function assignmentsTo(code: Code, name: ts.Identifier): ts.Expression[] {
  return referencesTo(code, name).flatMap(reference => {
    const { parent } = reference;
    const isTarget =
      ts.isBinaryExpression(parent) &&
      parent.left === reference &&
      parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
    return isTarget ? [parent.right] : [];
  });
}
