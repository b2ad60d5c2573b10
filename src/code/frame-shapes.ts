import type { Code } from './code.js';
import type { Reading } from './frame-readings.js';
import { encloses, isTransparent } from './functions.js';
import { enclosingFunction, type FunctionNode, isFunctionNode, lastName, propertyName, unwrap } from './module.js';
import { namesIn, referencesTo } from './references.js';
import { entered } from './sockets.js';
import { ts } from './ts.js';

/** What is done with the data of a message. */
export interface Shape {
  /** Where the whole of it is held against a schema, or by a guard. */
  readonly schemas: readonly ts.Node[];
  /** Fields whose type is tested. */
  readonly checks: ReadonlyMap<string, ts.Node>;
  /** Uses that nothing was tested before. */
  readonly unchecked: readonly { readonly field: string | undefined; readonly node: ts.Node }[];
  /** Whether it is used at all. */
  readonly isUsed: boolean;
}

/** An expression that is the data, or one of its fields. */
interface Carrier {
  readonly node: ts.Expression;
  readonly field: string | undefined;
  /** Below a field. */
  readonly isDeep: boolean;
  /** The calls that lead here from the listener. */
  readonly path: readonly ts.Node[];
  /** Where it was handed back by helpers: what was tested before that holds on. */
  readonly through?: readonly ts.Node[];
}

const farthest = 6;
const most = 400;
const logs = /^(log|info|warn|error|debug|trace|verbose|silly|group|dir|print\w*|log\w*|debug\w*)$/i;
const iterations = /^(forEach|map|flatMap|some|every|filter|find)$/;
const lookups = /^(get|has|delete|includes|indexOf)$/;
const conversions = /^(String|Number|Boolean|parseInt|parseFloat|BigInt)$/;
const fieldTests = /^(isArray|isInteger|isSafeInteger|isFinite|isString|isNumber|isBuffer|isPlainObject)$/;
/** Methods by which schema libraries are asked: zod, valibot, ajv, typebox, yup, joi, superstruct, io-ts, arktype, effect. */
const schemaMethods =
  /^(safeParse(Async)?|parse(Async|OrThrow)?|spa|validate(Sync|Async)?|isValid(Sync)?|decode\w*|assert|Check|Parse|Decode|Cast|Convert|Errors|is|check|guard|allows|traverse|attempt)$/;
const schemaFunctions = /valid|schema|^(assert|is|safeParse|parse|decode)([A-Z]|$)/;

/** Follows the data of a message from where it was parsed, or from the names under which a listener gets it. */
export function shapeOf(code: Code, reading: Reading): Shape {
  const { parse: node, path, relays } = reading;
  const shape = new Following(code).from([{ node, field: undefined, isDeep: false, path }]);
  // What is sent on as text has been used, too, whatever was looked at in the parsed copy.
  if (!relays.length || shape.schemas.length || shape.checks.size) return shape;
  const relayed = relays.map(relay => ({ field: undefined, node: relay }));
  return { ...shape, unchecked: [...shape.unchecked, ...relayed], isUsed: true };
}

/** The same for a body that is mentioned at several places, all of them at the end of the same calls. */
export function shapeOfMentions(code: Code, starts: readonly ts.Expression[], path: readonly ts.Node[]): Shape {
  return new Following(code).from(starts.map(node => ({ node, field: undefined, isDeep: false, path })));
}

/** The same for a listener that is given data, as socket.io has it. */
export function shapeOfParameters(code: Code, fn: FunctionNode): Shape {
  return new Following(code).fromParameters(fn);
}

class Following {
  readonly #schemas: ts.Node[] = [];
  readonly #checks = new Map<string, ts.Node>();
  readonly #uses: { field: string | undefined; node: ts.Node; places: readonly ts.Node[] }[] = [];
  readonly #queue: Carrier[] = [];
  readonly #seen = new Set<ts.Node>();

  constructor(private readonly code: Code) {}

  fromParameters(fn: FunctionNode): Shape {
    for (const { name } of fn.parameters) {
      const carrier = { field: undefined, isDeep: false, path: [] };
      this.#bind(name, carrier);
    }
    return this.from([]);
  }

  from(starts: readonly Carrier[]): Shape {
    for (const start of starts) this.#carry(start);
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#step(next);
    const unchecked = this.#uses.filter(
      ({ field, places }) =>
        !(field !== undefined && this.#checks.has(field)) &&
        !this.#schemas.some(schema => places.some(place => isBehind(schema, place))),
    );
    return {
      schemas: this.#schemas,
      checks: this.#checks,
      unchecked,
      isUsed: this.#uses.length > 0 || this.#checks.size > 0 || this.#schemas.length > 0,
    };
  }

  #carry(carrier: Carrier): void {
    if (this.#seen.has(carrier.node) || this.#seen.size > most || carrier.path.length > farthest) return;
    this.#seen.add(carrier.node);
    this.#queue.push(carrier);
  }

  #use({ field, path, through = [] }: Carrier, node: ts.Node): void {
    this.#uses.push({ field, node, places: [node, ...path, ...through] });
  }

  #check({ field }: Carrier, node: ts.Node): void {
    if (field !== undefined && !this.#checks.has(field)) this.#checks.set(field, node);
  }

  /** Names of a pattern are fields of the whole; below a field they stay what they are. */
  #bind(name: ts.BindingName, from: Omit<Carrier, 'node'>): void {
    for (const identifier of namesIn(name)) {
      const field = ts.isIdentifier(name) ? from.field : (from.field ?? fieldIn(identifier, name));
      const isDeep = from.isDeep || (!ts.isIdentifier(name) && from.field !== undefined);
      for (const node of referencesTo(this.code, identifier)) this.#carry({ ...from, node, field, isDeep });
    }
  }

  #step(from: Carrier): void {
    const { node } = from;
    const { parent } = node;
    const on = (next: ts.Node) => this.#carry({ ...from, node: next as ts.Expression });
    if (ts.isVariableDeclaration(parent) && parent.initializer === node) this.#bind(parent.name, from);
    else if (isAccess(parent) && parent.expression === node) this.#member(parent, from);
    else if (ts.isElementAccessExpression(parent)) this.#use(from, parent);
    else if (ts.isTypeOfExpression(parent)) this.#check(from, parent);
    else if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) this.#pass(parent, from);
    else if (ts.isBinaryExpression(parent)) this.#operand(parent, from);
    else if (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === node)) this.#return(from);
    else if (ts.isSpreadAssignment(parent) || ts.isSpreadElement(parent)) this.#use(from, parent);
    else if (ts.isPropertyAssignment(parent)) this.#put(parent, propertyName(parent.name) ?? '', from);
    else if (ts.isShorthandPropertyAssignment(parent)) this.#put(parent, parent.name.text, from);
    else if (ts.isTemplateSpan(parent)) on(parent.parent);
    else if (ts.isForOfStatement(parent) && parent.expression === node) this.#loop(parent, from);
    else if (isTransparent(parent, node)) on(parent);
  }

  #loop({ initializer }: ts.ForOfStatement, from: Carrier): void {
    if (ts.isVariableDeclarationList(initializer))
      for (const { name } of initializer.declarations) this.#bind(name, from);
  }

  #member(access: ts.PropertyAccessExpression | ts.ElementAccessExpression, from: Carrier): void {
    const name = ts.isPropertyAccessExpression(access) ? access.name.text : textOf(access.argumentExpression);
    const each = from.field === undefined && iterations.test(name ?? '') ? callbackOf(access) : undefined;
    // A batch: what is done with each of its messages counts.
    if (each) this.#bind(each.name, from);
    else if (from.field === undefined && name !== undefined) this.#carry({ ...from, node: access, field: name });
    else if (from.field === undefined || isMethodCall(access)) this.#use(from, access);
    // A field of a field: whatever becomes of it, the field itself has been trusted.
    else this.#carry({ ...from, node: access, isDeep: true });
  }

  #pass(call: ts.CallExpression | ts.NewExpression, from: Carrier): void {
    const index = call.arguments?.indexOf(from.node) ?? -1;
    if (index < 0) {
      if (call.expression === from.node) this.#use(from, call);
      return;
    }
    const name = lastName(call.expression);
    const own = entered(this.code, call);
    for (const fn of own) this.#enter(fn, index, call, from);
    if (own.length || isLogged(call)) return;
    if (fieldTests.test(name)) this.#check(from, call);
    else if (isSchemaCall(call)) this.#validate(call, from);
    else if (ts.isNewExpression(call) && /Error$/.test(name))
      return; // said, not used
    else if (conversions.test(name) || (lookups.test(name) && index === 0)) return;
    else if (name === 'stringify') this.#carry({ ...from, node: call });
    else this.#use(from, call);
  }

  #enter(fn: FunctionNode, index: number, call: ts.Node, from: Carrier): void {
    const parameter = fn.parameters[index];
    if (parameter) this.#bind(parameter.name, { ...from, path: [...from.path, call] });
    // A guard says what it has tested; that it tests is seen from its body.
    if (from.field === undefined && isGuard(fn)) this.#schemas.push(call);
    else if (from.field !== undefined && !from.isDeep && isGuard(fn)) this.#check(from, call);
  }

  #validate(call: ts.Node, from: Carrier): void {
    if (from.field === undefined) this.#schemas.push(call);
    else if (!from.isDeep) this.#check(from, call);
  }

  /** An id that goes back as it came does no harm, nor does what the text of an error repeats. */
  #put(property: ts.Node, name: string, from: Carrier): void {
    if (/^(message|error|detail)$/.test(name) && ts.isTemplateExpression(from.node)) return;
    const isEcho = /^(id|requestId|messageId|message_id|request_id|ref)$/.test(name) && from.field !== undefined;
    if (!isEcho && !isLogged(property)) this.#use(from, property);
  }

  #operand(parent: ts.BinaryExpression, from: Carrier): void {
    const operator = parent.operatorToken.kind;
    const { SyntaxKind } = ts;
    if (operator === SyntaxKind.EqualsToken) {
      if (parent.right !== from.node) return;
      const target = unwrap(parent.left);
      const declared = ts.isIdentifier(target) ? this.code.values.declarationOf(target) : undefined;
      if (declared?.is === 'variable') this.#bind(declared.name, from);
      else this.#use(from, parent);
    } else if (operator === SyntaxKind.InKeyword) {
      const field = parent.right === from.node ? textOf(parent.left) : undefined;
      if (field !== undefined) this.#check({ ...from, field }, parent);
    } else if (operator === SyntaxKind.InstanceOfKeyword) this.#check(from, parent);
    else if (
      operator === SyntaxKind.BarBarToken ||
      operator === SyntaxKind.QuestionQuestionToken ||
      operator === SyntaxKind.PlusToken
    )
      this.#carry({ ...from, node: parent });
    else if (operator === SyntaxKind.AmpersandAmpersandToken && parent.right === from.node)
      this.#carry({ ...from, node: parent });
  }

  /** A helper hands the data back to the call that led into it. */
  #return(from: Carrier): void {
    const call = from.path.at(-1);
    if (!call || !ts.isCallExpression(call)) return;
    this.#carry({ ...from, node: call, path: from.path.slice(0, -1), through: [...(from.through ?? []), from.node] });
  }
}

/** The field of the whole that a name in a pattern is taken from. */
function fieldIn(name: ts.Identifier, pattern: ts.BindingName): string | undefined {
  let at: ts.Node = name.parent;
  while (at.parent !== pattern && at.parent) at = at.parent;
  if (!ts.isBindingElement(at) || at.dotDotDotToken) return undefined;
  return at.propertyName ? propertyName(at.propertyName) : ts.isIdentifier(at.name) ? at.name.text : undefined;
}

function isAccess(node: ts.Node): node is ts.PropertyAccessExpression | ts.ElementAccessExpression {
  return (
    ts.isPropertyAccessExpression(node) ||
    (ts.isElementAccessExpression(node) && textOf(node.argumentExpression) !== undefined)
  );
}

function textOf(node: ts.Node): string | undefined {
  return ts.isStringLiteralLike(node) ? node.text : undefined;
}

function isMethodCall(access: ts.Node): boolean {
  return ts.isCallExpression(access.parent) && access.parent.expression === access;
}

/** The parameter of an inline callback: `batch.map(message => …)`. */
function callbackOf({ parent }: ts.Node): ts.ParameterDeclaration | undefined {
  const [callback] = ts.isCallExpression(parent) ? parent.arguments : [];
  return callback && isFunctionNode(callback) ? callback.parameters[0] : undefined;
}

/** Whether a place is an argument of a log, at any depth of its text. */
function isLogged(node: ts.Node): boolean {
  for (let at: ts.Node = node; at && !ts.isStatement(at) && !ts.isFunctionLike(at); at = at.parent)
    if (ts.isCallExpression(at) && logs.test(lastName(at.expression))) return true;
  return false;
}

function isSchemaCall(call: ts.CallExpression | ts.NewExpression): boolean {
  const callee = unwrap(call.expression);
  if (ts.isIdentifier(callee)) return schemaFunctions.test(callee.text);
  if (!ts.isPropertyAccessExpression(callee)) return false;
  const receiver = lastName(callee.expression);
  if (receiver === 'JSON' || receiver === 'Array' || receiver === 'Date') return false;
  return schemaMethods.test(callee.name.text) || schemaFunctions.test(callee.name.text);
}

/** A function that says whether a value is of a type, and looks at it to say so. */
function isGuard(fn: FunctionNode): boolean {
  const isPredicate = fn.type !== undefined && ts.isTypePredicateNode(fn.type);
  if (!isPredicate || !fn.body) return false;
  return /\btypeof\b|\bin\b|===|Array\.isArray|\.(safeParse|parse|test|has|Check)\(/.test(fn.body.getText());
}

/** Whether a place is reached only after a test: behind it in the block that the test stands in, or in the branch it opens. */
function isBehind(test: ts.Node, place: ts.Node): boolean {
  if (place === test || place.getSourceFile() !== test.getSourceFile() || place.pos < test.pos) return false;
  const home = enclosingFunction(test);
  if (home && !encloses(home, place)) return false;
  let at = test;
  while (at.parent && !ts.isBlock(at.parent) && !ts.isSourceFile(at.parent) && !ts.isCaseOrDefaultClause(at.parent)) {
    if (ts.isFunctionLike(at.parent)) break;
    at = at.parent;
  }
  return encloses(at.parent, place);
}
