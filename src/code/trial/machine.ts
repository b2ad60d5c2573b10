import { type Decl, enclosingClass, type FunctionNode, isFunctionNode, lastName, type PathStep, propertyName, unwrap } from '../module.js';
import { ts } from '../ts.js';
import type { Env, Thing, Value } from '../value.js';
import { constructorOf } from '../classes.js';
import type { Values } from '../values.js';
import { memberOfType } from '../types.js';
import { globalOf, methodOf } from './builtins.js';
import {
  type Arr, type Closure, isApi, isArr, isBox, isClassRef, isClosure, isErr, isMade, isNative, isObj, isPrimitive, isRegex, isUnknown, isUrl,
  joinTags, native, type Obj, objectOf, type Scope, type Tag, truthOf, type Unknown, unknown, type V,
} from './domain.js';
import type { Library } from './library.js';
import type { Request } from './request.js';

/** A modelled exception of the user's code. */
export class Thrown {
  constructor(readonly value: V) {}
}
/** The answer has fallen: nothing after it matters. */
export class Stopped {
  constructor(readonly effect: Effect) {}
}
/** A budget is spent, at this place. */
export class Spent {
  constructor(readonly why: string, readonly node: ts.Node) {}
}

/** What the code did with the client. `passes`: handed on to the next gate; `neutral`: answered something else. */
export interface Effect {
  readonly does: 'admits' | 'refuses' | 'neutral';
  readonly node: ts.Node;
  readonly says: string;
}

/** A fork that was taken on an unknown value. */
export interface Choice {
  readonly tag: Tag;
  readonly why: string;
  readonly node: ts.Node;
  readonly arity: number;
  taken: number;
}

/** One condition or test that was evaluated, in order. */
export interface Mark {
  readonly node: ts.Node;
  readonly truth: boolean;
  /** A test on the Origin or Host itself, rather than a branch on its result. */
  readonly test: 'substring' | 'regex' | 'exact' | undefined;
}

type Completion = { readonly is: 'normal' } | { readonly is: 'return'; readonly value: V } | { readonly is: 'break' | 'continue'; readonly label?: string | undefined };
const normal: Completion = { is: 'normal' };

/** How a part of the request travels, by the key of its unknown. */
const secretCarriers: readonly (readonly [RegExp, string])[] = [
  [/header\.protocol/, 'subprotocol'], [/^(.*[(`,])?header\./, 'custom-header'], [/query\./, 'query'], [/request\.(url|path)/, 'path'], [/request\.(body|chunk)|message\d/, 'body'],
];
const registers =
  /^(on|once|off|\w*[lL]istener|tool|prompt|resource|addTool|addHook|subscribe|use|all|get|post|put|delete|patch|options|listen|register\w*|set\w*Handler|schedule|define\w*|handle|route)$/;
const maxSteps = 6000;
const maxDepth = 48;
const maxIterations = 64;
/** Names of parameters, headers and properties that carry a credential. */
export const credentialName = /^(x-)?((access|auth|api|bearer|id|secret|client|session|shared|bridge|mcp|admin|app|jwt|hub|otp|login|launch|user)[-_]?)*(tokens?|keys?|secrets?|password|passwd|pwd|passphrase|jwt|apikey|auth|authorization|credentials?|signature|hmac|sig|ticket|otp|pin|nonce)$/i;

/** What stays the same over all runs of one audit: values that do not depend on the request, computed once. */
export interface Shared {
  readonly values: Values;
  readonly library: Library;
  readonly statics: Map<string, V>;
  /** Environment variables without which the server refuses to start. */
  readonly required: ReadonlySet<string>;
  /** Texts met so far that may name a host. */
  readonly literals: Set<string>;
  steps: number;
}

/**
 * Runs the user's gates on one concrete request, three-valued: where a value is unknown, the run takes the branch it
 * is told to and notes the choice, so that the caller can replay it with the other one.
 */
export class Machine {
  readonly choices: Choice[] = [];
  readonly marks: Mark[] = [];
  readonly environment = new Set<string>();
  readonly carriers = new Set<string>();
  readonly assumptions: string[] = [];
  /** Whether a library has verified a credential on this run. */
  hasProof = false;
  /** Patterns that the Origin or Host was held against, with what of it they saw. */
  readonly patterns = new Map<string, { readonly source: string; readonly flags: string; readonly subject: 'origin' | 'host' | 'hostname'; readonly node: ts.Node }>();
  /** What comes after a sink is reached: the connection handlers of an accepted socket. */
  onSink: ((given: readonly V[]) => void) | undefined;
  /** Where the rest of the chain hangs on a library object that user code calls: an app behind an own listener. */
  handOff: { readonly site: ts.Node; readonly run: () => void } | undefined;
  /** Calls made since `watch` was switched on. */
  readonly reached = new Set<ts.Node>();
  watch = false;
  effect: Effect | undefined;
  readonly #own = new WeakSet<object>();
  /** Properties that this run has set on objects it shares with others: start-up values stay as they are. */
  readonly #overlays = new Map<Obj, Map<string, V>>();
  #memo = new Map<string, number>();
  #steps = 0;
  #depth = 0;

  constructor(
    readonly shared: Shared,
    /** The request on trial; undefined while start-up code is evaluated. */
    readonly request: Request | undefined,
    readonly mode: 'shipped' | 'configured',
    private readonly script: readonly number[],
    readonly sinks: ReadonlySet<ts.Node> = new Set(),
  ) {}

  get values(): Values {
    return this.shared.values;
  }

  // ---- choices and effects ----------------------------------------------------------------------------------

  /** Takes one of several branches: as scripted, as chosen before for the same unknown, else the first. */
  choose(on: Unknown, arity: number, node: ts.Node, question: string): number {
    const key = `${on.key}?${question}`;
    const known = this.#memo.get(key);
    if (known !== undefined) return known;
    if (this.choices.length >= 60) throw new Spent('too many open conditions', node);
    const taken = this.script[this.choices.length] ?? 0;
    this.choices.push({ tag: on.unknown, why: on.why, node, arity, taken });
    this.#memo.set(key, taken);
    return taken;
  }

  /** Whether a value holds as a condition; an unknown one forks. */
  truth(v: V, node: ts.Node): boolean {
    const known = truthOf(v);
    if (known !== undefined) return known;
    const open = v as Unknown;
    if (open.negated) return !this.truth(open.negated, node);
    return this.choose(open, 2, node, 'truth') === 0;
  }

  #mark(node: ts.Node, truth: boolean, test?: Mark['test']): void {
    if (this.marks.length < 400) this.marks.push({ node, truth, test });
  }

  markTest(node: ts.Node, truth: boolean, test: NonNullable<Mark['test']>): void {
    this.#mark(node, truth, test);
  }

  /** Records what the code did; `final` effects end the run at once. */
  act(does: Effect['does'], node: ts.Node, says: string, final: boolean): void {
    if (this.effect?.does !== 'refuses' || does === 'admits') this.effect = { does, node, says };
    if (final) throw new Stopped(this.effect);
  }

  #serve(node: ts.Node, scope: Scope): void {
    const accepted = this.onSink;
    this.onSink = undefined;
    accepted?.(ts.isCallExpression(node) ? this.#arguments(node.arguments, scope) : []);
    this.act('admits', node, 'the client is served', true);
  }

  #tick(node: ts.Node): void {
    this.shared.steps++;
    if (++this.#steps > maxSteps) throw new Spent('too much code to follow', node);
  }

  /** Marks a value as made in this run: only such values may be changed in place. */
  own<T extends V>(v: T): T {
    if (typeof v === 'object' && v !== null) this.#own.add(v);
    return v;
  }

  owns(v: object): boolean {
    return this.#own.has(v);
  }

  /** Sets a property, in place where the object belongs to this run. */
  set(of: Obj, name: string, value: V): void {
    if (this.owns(of) || this.request?.sees(of)) {
      of.props.set(name, value);
      return;
    }
    const overlay = this.#overlays.get(of);
    if (overlay) overlay.set(name, value);
    else this.#overlays.set(of, new Map([[name, value]]));
  }

  // ---- functions --------------------------------------------------------------------------------------------

  /** Calls whatever a value is; what cannot be followed answers an unknown of the right tag. */
  call(callee: V, args: readonly V[], self: V, node: ts.Node): V {
    if (isClosure(callee)) return this.#enter(callee, args, node);
    if (isNative(callee)) return callee.native(args, self, node);
    if (isObj(callee) && callee.call) return callee.call(args, self, node);
    const modelled = this.shared.library.call(this, callee, args, self, node);
    if (modelled !== undefined) return modelled.value;
    return this.unfollowed(callee, args, self, node);
  }

  /** The result of code without a body: its tag says what the code could see. Functions it is given are called. */
  unfollowed(callee: V, args: readonly V[], self: V, node: ts.Node): V {
    const through = [...args, self, callee];
    const tag = this.tagOf(through);
    const why = `\`${shorten(node)}\` is not followed`;
    const key = `call:${this.values.program.idOf(node)}(${args.map(keyOf).join()})`;
    const result = unknown(tag, why, key, node);
    // What is only registered for later (a tool, a listener, a route) does not run now.
    for (const argument of registers.test(calleeName(node)) ? [] : args) {
      if (isClosure(argument) && isInline(argument.fn)) this.call(argument, argument.fn.parameters.map((_, i) => unknown(tag, why, `${key}#${i}`, node)), undefined, node);
    }
    return result;
  }

  /** What code that is given these values could know. */
  tagOf(values: readonly V[]): Tag {
    const tags = values.map((v): Tag => {
      if (isUnknown(v)) return v.unknown;
      if (typeof v === 'string') return this.request?.isMarked(v) ? 'opaque' : 'config';
      if (isObj(v)) return this.request?.sees(v) ? 'opaque' : v.rest ? v.rest.unknown : 'config';
      if (isUrl(v)) return this.request?.isMarked(v.url.href) ? 'opaque' : 'request';
      if (isArr(v)) return v.items.length && v.items.length < 20 ? this.tagOf(v.items) : 'config';
      return 'config';
    });
    // Configuration says nothing about the request; with a request part in it, the client decides.
    const telling = tags.filter(tag => tag !== 'config');
    return telling.length ? joinTags(telling) : 'config';
  }

  #enter(closure: Closure, args: readonly V[], node: ts.Node): V {
    const { fn } = closure;
    if (!fn.body) return this.unfollowed(undefined, args, closure.self, node);
    if (this.request && !closure.scope && this.#areFixed([...args, closure.self])) return this.#startUpCall(closure, args, node);
    if (++this.#depth > maxDepth) throw new Spent('calls nested too deeply', node);
    try {
      const scope: Scope = { vars: new Map(), self: ts.isArrowFunction(fn) && closure.scope ? closure.scope.self : closure.self, parent: closure.scope, fn, env: closure.env };
      this.#bindParameters(fn, args, scope);
      if (!ts.isBlock(fn.body)) return this.eval(fn.body, scope);
      const completion = this.#block(fn.body.statements, scope);
      return completion.is === 'return' ? completion.value : undefined;
    } finally {
      this.#depth--;
    }
  }

  /**
   * A call that is given nothing of the request (building a server, reading settings) answers the same for every
   * client: it is evaluated once, apart, so that its branches do not multiply those of the gate.
   */
  #startUpCall(closure: Closure, args: readonly V[], node: ts.Node): V {
    const key = `${this.mode}c${this.values.program.idOf(closure.fn)}:${closure.env?.id ?? 0}:${keyOf(closure.self)}(${args.map(keyOf).join()})`;
    return this.#static(key, node, machine => machine.call(closure, args, closure.self, node));
  }

  /** Values that say nothing about the request. A missing one may be an absent header, so it does not count. */
  #areFixed(values: readonly V[]): boolean {
    return values.every((v, index) => {
      if (v === undefined) return index === values.length - 1;
      if (isPrimitive(v)) return v !== null && !(typeof v === 'string' && this.request?.isFromOrigin(v));
      if (isUnknown(v)) return v.unknown === 'config';
      if (isObj(v)) return v.id !== undefined && !this.#overlays.has(v);
      return isApi(v) || isMade(v) || isClassRef(v) || isRegex(v) || (isClosure(v) && !v.scope);
    });
  }

  #bindParameters(fn: FunctionNode, args: readonly V[], scope: Scope): void {
    let index = 0;
    for (const parameter of fn.parameters) {
      if (ts.isIdentifier(parameter.name) && parameter.name.text === 'this') continue;
      const given: V = parameter.dotDotDotToken ? { items: args.slice(index), open: undefined } : args[index];
      const value = given === undefined && parameter.initializer ? this.eval(parameter.initializer, scope) : given;
      this.#bind(parameter.name, value, scope);
      index++;
    }
  }

  #bind(name: ts.BindingName, value: V, scope: Scope): void {
    if (ts.isIdentifier(name)) {
      const decl = this.values.declarationOf(name);
      if (decl) scope.vars.set(decl, value);
      return;
    }
    name.elements.forEach((element, index) => {
      if (ts.isOmittedExpression(element)) return;
      let part: V;
      if (ts.isArrayBindingPattern(name)) part = element.dotDotDotToken ? value : this.get(value, String(index), element);
      else if (element.dotDotDotToken) part = value;
      else {
        const key = element.propertyName ? (propertyName(element.propertyName) ?? '') : ts.isIdentifier(element.name) ? element.name.text : '';
        part = this.get(value, key, element);
      }
      if (part === undefined && element.initializer) part = this.eval(element.initializer, scope);
      this.#bind(element.name, part, scope);
    });
  }

  // ---- statements -------------------------------------------------------------------------------------------

  #block(statements: readonly ts.Statement[], scope: Scope): Completion {
    for (const statement of statements) {
      const completion = this.#statement(statement, scope);
      if (completion.is !== 'normal') return completion;
    }
    return normal;
  }

  #statement(node: ts.Statement, scope: Scope): Completion {
    this.#tick(node);
    switch (node.kind) {
      case ts.SyntaxKind.ExpressionStatement:
        this.eval((node as ts.ExpressionStatement).expression, scope);
        return normal;
      case ts.SyntaxKind.VariableStatement:
        this.#declare((node as ts.VariableStatement).declarationList, scope);
        return normal;
      case ts.SyntaxKind.ReturnStatement: {
        const { expression } = node as ts.ReturnStatement;
        return { is: 'return', value: expression ? this.eval(expression, scope) : undefined };
      }
      case ts.SyntaxKind.IfStatement: {
        const branch = node as ts.IfStatement;
        if (this.condition(branch.expression, scope)) return this.#statement(branch.thenStatement, scope);
        return branch.elseStatement ? this.#statement(branch.elseStatement, scope) : normal;
      }
      case ts.SyntaxKind.Block:
        return this.#block((node as ts.Block).statements, scope);
      case ts.SyntaxKind.TryStatement:
        return this.#try(node as ts.TryStatement, scope);
      case ts.SyntaxKind.ThrowStatement:
        throw new Thrown(this.eval((node as ts.ThrowStatement).expression, scope));
      case ts.SyntaxKind.SwitchStatement:
        return this.#switch(node as ts.SwitchStatement, scope);
      case ts.SyntaxKind.ForOfStatement:
      case ts.SyntaxKind.ForInStatement:
        return this.#forOf(node as ts.ForOfStatement, scope);
      case ts.SyntaxKind.ForStatement:
      case ts.SyntaxKind.WhileStatement:
      case ts.SyntaxKind.DoStatement:
        return this.#loop(node as ts.ForStatement | ts.WhileStatement | ts.DoStatement, scope);
      case ts.SyntaxKind.BreakStatement:
        return { is: 'break', label: (node as ts.BreakStatement).label?.text };
      case ts.SyntaxKind.ContinueStatement:
        return { is: 'continue', label: (node as ts.ContinueStatement).label?.text };
      case ts.SyntaxKind.LabeledStatement:
        return this.#statement((node as ts.LabeledStatement).statement, scope);
      default:
        return normal;
    }
  }

  #declare(list: ts.VariableDeclarationList, scope: Scope): void {
    for (const declaration of list.declarations) {
      const value = declaration.initializer ? this.eval(declaration.initializer, scope) : undefined;
      this.#bind(declaration.name, value, scope);
    }
  }

  #try(node: ts.TryStatement, scope: Scope): Completion {
    let completion: Completion = normal;
    try {
      completion = this.#statement(node.tryBlock, scope);
    } catch (error) {
      if (!(error instanceof Thrown) || !node.catchClause) throw error;
      const clause = node.catchClause;
      const inner: Scope = { vars: new Map(), self: scope.self, parent: scope, fn: scope.fn, env: scope.env };
      if (clause.variableDeclaration) this.#bindCaught(clause.variableDeclaration.name, error.value, inner);
      completion = this.#statement(clause.block, inner);
    }
    if (node.finallyBlock) {
      const last = this.#statement(node.finallyBlock, scope);
      if (last.is !== 'normal') return last;
    }
    return completion;
  }

  #bindCaught(name: ts.BindingName, value: V, scope: Scope): void {
    this.#bind(name, value, scope);
  }

  #switch(node: ts.SwitchStatement, scope: Scope): Completion {
    const subject = this.eval(node.expression, scope);
    let isOpen = false;
    const run = (clauses: readonly ts.CaseOrDefaultClause[]): Completion | undefined => {
      for (const clause of clauses) {
        const completion = this.#block(clause.statements, scope);
        if (completion.is === 'break') return normal;
        if (completion.is !== 'normal') return completion;
      }
      return normal;
    };
    const { clauses } = node.caseBlock;
    for (const [index, clause] of clauses.entries()) {
      if (ts.isDefaultClause(clause)) continue;
      const same = this.#equal(subject, this.eval(clause.expression, scope), clause);
      if (this.truth(same, clause)) {
        isOpen = true;
        return run(clauses.slice(index)) ?? normal;
      }
    }
    const fallback = clauses.findIndex(ts.isDefaultClause);
    if (!isOpen && fallback >= 0) return run(clauses.slice(fallback)) ?? normal;
    return normal;
  }

  #forOf(node: ts.ForOfStatement, scope: Scope): Completion {
    const list = this.eval(node.expression, scope);
    const items = ts.isForInStatement(node) ? keysOf(list) : this.itemsOf(list, node);
    for (const item of items.slice(0, maxIterations)) {
      const inner: Scope = { vars: new Map(), self: scope.self, parent: scope, fn: scope.fn, env: scope.env };
      const declared = ts.isVariableDeclarationList(node.initializer) ? node.initializer.declarations[0] : undefined;
      if (declared) this.#bind(declared.name, item, inner);
      const completion = this.#statement(node.statement, inner);
      if (completion.is === 'break') break;
      if (completion.is === 'return') return completion;
    }
    return normal;
  }

  #loop(node: ts.ForStatement | ts.WhileStatement | ts.DoStatement, scope: Scope): Completion {
    if (ts.isForStatement(node) && node.initializer) {
      if (ts.isVariableDeclarationList(node.initializer)) this.#declare(node.initializer, scope);
      else this.eval(node.initializer, scope);
    }
    const condition = ts.isForStatement(node) ? node.condition : node.expression;
    for (let turn = 0; turn < maxIterations; turn++) {
      if ((turn > 0 || !ts.isDoStatement(node)) && condition) {
        const value = this.eval(condition, scope);
        // A loop over an unknown number of turns is entered once.
        if (isUnknown(value) ? turn > 0 : !truthOf(value)) break;
      }
      const completion = this.#statement(node.statement, scope);
      if (completion.is === 'break') break;
      if (completion.is === 'return') return completion;
      if (ts.isForStatement(node) && node.incrementor) this.eval(node.incrementor, scope);
      if (!condition && turn > 2) break;
    }
    return normal;
  }

  // ---- expressions ------------------------------------------------------------------------------------------

  /** Evaluates a condition and remembers which way it went. */
  condition(expression: ts.Expression, scope: Scope): boolean {
    const node = unwrap(expression);
    if (ts.isBinaryExpression(node)) {
      if (node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) return this.condition(node.left, scope) && this.condition(node.right, scope);
      if (node.operatorToken.kind === ts.SyntaxKind.BarBarToken) return this.condition(node.left, scope) || this.condition(node.right, scope);
    }
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      const inner = this.condition(node.operand, scope);
      this.#mark(node, !inner);
      return !inner;
    }
    const truth = this.truth(this.eval(node, scope), node);
    this.#mark(node, truth);
    return truth;
  }

  eval(expression: ts.Expression, scope: Scope): V {
    const node = unwrap(expression);
    this.#tick(node);
    if (this.sinks.size && this.sinks.has(node)) this.#serve(node, scope);
    switch (node.kind) {
      case ts.SyntaxKind.StringLiteral:
      case ts.SyntaxKind.NoSubstitutionTemplateLiteral: {
        const { text } = node as ts.StringLiteralLike;
        if (text.length < 200 && /\.|localhost|:\/\//.test(text)) this.shared.literals.add(text);
        return text;
      }
      case ts.SyntaxKind.NumericLiteral:
        return Number((node as ts.NumericLiteral).text);
      case ts.SyntaxKind.TrueKeyword:
        return true;
      case ts.SyntaxKind.FalseKeyword:
        return false;
      case ts.SyntaxKind.NullKeyword:
        return null;
      case ts.SyntaxKind.Identifier:
        return this.#name(node as ts.Identifier, scope);
      case ts.SyntaxKind.ThisKeyword:
        return this.#self(node, scope);
      case ts.SyntaxKind.RegularExpressionLiteral: {
        const { text } = node as ts.RegularExpressionLiteral;
        const slash = text.lastIndexOf('/');
        return { regex: text.slice(1, slash), flags: text.slice(slash + 1), node };
      }
      case ts.SyntaxKind.ArrowFunction:
      case ts.SyntaxKind.FunctionExpression:
        return { fn: node as ts.ArrowFunction, scope, self: scope.self, env: scope.env };
      case ts.SyntaxKind.ObjectLiteralExpression:
        return this.own(this.#objectLiteral(node as ts.ObjectLiteralExpression, scope));
      case ts.SyntaxKind.ArrayLiteralExpression:
        return this.own(this.#arrayLiteral(node as ts.ArrayLiteralExpression, scope));
      case ts.SyntaxKind.PropertyAccessExpression: {
        const access = node as ts.PropertyAccessExpression;
        const of = this.eval(access.expression, scope);
        if (isOptional(access) && of == null) return undefined;
        return this.get(of, access.name.text, node);
      }
      case ts.SyntaxKind.ElementAccessExpression:
        return this.#element(node as ts.ElementAccessExpression, scope);
      case ts.SyntaxKind.CallExpression:
        return this.#call(node as ts.CallExpression, scope);
      case ts.SyntaxKind.NewExpression:
        return this.#construct(node as ts.NewExpression, scope);
      case ts.SyntaxKind.ConditionalExpression: {
        const ternary = node as ts.ConditionalExpression;
        return this.eval(this.condition(ternary.condition, scope) ? ternary.whenTrue : ternary.whenFalse, scope);
      }
      case ts.SyntaxKind.BinaryExpression:
        return this.#binary(node as ts.BinaryExpression, scope);
      case ts.SyntaxKind.PrefixUnaryExpression:
        return this.#prefix(node as ts.PrefixUnaryExpression, scope);
      case ts.SyntaxKind.TemplateExpression:
        return this.#template(node as ts.TemplateExpression, scope);
      case ts.SyntaxKind.TypeOfExpression:
        return typeOf(this.eval((node as ts.TypeOfExpression).expression, scope));
      case ts.SyntaxKind.VoidExpression:
        this.eval((node as ts.VoidExpression).expression, scope);
        return undefined;
      case ts.SyntaxKind.PostfixUnaryExpression:
      case ts.SyntaxKind.YieldExpression:
      case ts.SyntaxKind.DeleteExpression:
        return unknown('config', 'a value that is not followed', this.#key(node), node);
      case ts.SyntaxKind.ClassExpression:
        return { type: { is: 'class', node: node as ts.ClassExpression, env: scope.env } };
      default:
        return unknown('config', 'an expression that is not followed', this.#key(node), node);
    }
  }

  #key(node: ts.Node): string {
    return `n${this.values.program.idOf(node)}`;
  }

  #name(name: ts.Identifier, scope: Scope): V {
    if (name.text === 'undefined') return undefined;
    const decl = this.values.declarationOf(name);
    if (!decl) return globalOf(this, name.text, name);
    for (let at: Scope | undefined = scope; at; at = at.parent) {
      if (at.vars.has(decl)) return at.vars.get(decl);
    }
    let env: Env | undefined;
    for (let at: Scope | undefined = scope; at; at = at.parent) env ??= at.env;
    // A function declared inside one that is running closes over its variables.
    if (decl.is === 'function') {
      let home: Scope | undefined = scope;
      while (home && home.fn && !contains(home.fn, decl.node)) home = home.parent;
      return { fn: decl.node, scope: home, self: undefined, env };
    }
    return this.ofDeclaration(decl, name, env);
  }

  // ---- start-up values --------------------------------------------------------------------------------------

  /** What a name outside the running functions stands for: start-up code, evaluated once, joined over its branches. */
  ofDeclaration(decl: Decl, name: ts.Identifier, env: Env | undefined): V {
    switch (decl.is) {
      case 'class':
        return { type: { is: 'class', node: decl.node, env: undefined } };
      case 'function':
        return { fn: decl.node, scope: undefined, self: undefined, env };
      case 'variable':
        return this.#static(`${this.mode}v${this.values.program.idOf(decl.name)}:${this.#envOf(decl.name, env)}`, decl.name, machine => machine.#variable(decl, env));
      case 'parameter':
        return this.#static(`${this.mode}p${this.values.program.idOf(decl.name)}:${this.#envOf(decl.name, env)}`, decl.name, machine => machine.#outerParameter(decl, env));
      case 'import':
        return this.#imported(decl.spec, decl.name, name);
      default:
        return unknown('config', `\`${name.text}\` is not followed`, this.#key(name), name);
    }
  }

  #envOf(node: ts.Node, env: Env | undefined): number {
    for (let at = env; at; at = at.parent) if (contains(at.owner, node)) return at.id;
    return 0;
  }

  /** Evaluates start-up code apart from the request: forks are searched privately and joined. */
  #static(key: string, node: ts.Node, compute: (machine: Machine) => V): V {
    const { statics } = this.shared;
    if (statics.has(key)) return this.#noteEnvironment(key, statics.get(key));
    statics.set(key, unknown('config', 'refers to itself', key, node));
    const results: V[] = [];
    const names = new Set<string>();
    let thrown: Thrown | undefined;
    const scripts: number[][] = [[]];
    for (let runs = 0; scripts.length && runs < 8; runs++) {
      const script = scripts.pop()!;
      const machine = new Machine(this.shared, undefined, this.mode, script);
      try {
        results.push(compute(machine));
      } catch (error) {
        if (error instanceof Spent) results.push(unknown('limit', error.why, key, error.node));
        else if (error instanceof Thrown) thrown = error;
        else if (!(error instanceof Stopped)) throw error;
      }
      for (const each of machine.environment) names.add(each);
      for (let i = script.length; i < machine.choices.length; i++) {
        const path = machine.choices.slice(0, i).map(choice => choice.taken);
        for (let other = 1; other < machine.choices[i]!.arity; other++) scripts.push([...path, other]);
      }
    }
    // Start-up code that fails on every branch fails whenever it is asked.
    if (!results.length && thrown) {
      statics.delete(key);
      throw thrown;
    }
    const value = this.join(results, key, node);
    statics.set(key, value);
    if (names.size) statics.set(`${key}$env`, [...names].join(' '));
    return this.#noteEnvironment(key, value);
  }

  #noteEnvironment(key: string, value: V): V {
    const names = this.shared.statics.get(`${key}$env`);
    if (typeof names === 'string') for (const name of names.split(' ')) this.environment.add(name);
    return value;
  }

  /** One value for several possible ones: the same if they agree, else an unknown of configuration. */
  join(results: readonly V[], key: string, node: ts.Node): V {
    const distinct = [...new Map(results.map(each => [keyOf(each), each])).values()];
    if (distinct.length === 1) return distinct[0];
    if (distinct.length > 1 && distinct.every(isArr)) {
      return { items: distinct[0]!.items.filter(item => distinct.every(each => each.items.some(other => keyOf(other) === keyOf(item)))), open: unknown('config', 'a list that depends on configuration', `${key}[]`, node) };
    }
    if (distinct.length > 1 && distinct.every(isBox)) {
      return { box: distinct[0]!.box, entries: distinct[0]!.entries.filter(([item]) => distinct.every(each => each.entries.some(([other]) => keyOf(other) === keyOf(item)))), open: unknown('config', 'a set that depends on configuration', `${key}[]`, node) };
    }
    const alive = distinct.filter(each => each !== undefined && each !== null);
    if (alive.length === 1 && (isClosure(alive[0]) || isMade(alive[0]) || isObj(alive[0]))) return alive[0];
    const worst = distinct.filter(isUnknown).map(each => each.unknown);
    const tag = worst.includes('limit') ? 'limit' : worst.includes('secret') ? 'secret' : 'config';
    return unknown(tag, distinct.find(isUnknown)?.why ?? 'it has one of several values', key, node, distinct.length > 0 && distinct.every(each => truthOf(each) === true));
  }

  #outer(env: Env | undefined): Scope {
    return { vars: new Map(), self: undefined, parent: undefined, fn: undefined, env };
  }

  #variable(decl: Extract<Decl, { is: 'variable' }>, env: Env | undefined): V {
    const { name, init, path, each } = decl;
    if (each) return this.fromStatic(this.values.of(name, env), name);
    const own = init ? this.#follow(this.eval(init, this.#outer(env)), path, name, env) : undefined;
    const writes = (this.values.program.moduleOf(name).writes.get(name.text) ?? []).filter(write => this.values.declarationOf(write.target) === decl && write.target.pos !== name.pos);
    if (!writes.length) return this.#alive(own, name);
    const late = writes.map(write => this.eval(write.right, this.#outer(env)));
    const all = (init ? [own, ...late] : late).filter(value => value != null && !(isArr(value) && !value.items.length));
    // Written while requests are served: live state, the client's doing.
    if (writes.some(write => isLive(write.target))) return unknown('request', `\`${name.text}\` changes while the server runs`, this.#key(name), name);
    return this.join(all.length ? all : [own], this.#key(name), name);
  }

  /** A collection that the program fills later is open; one that nobody fills stays as written. */
  #alive(value: V, name: ts.Identifier): V {
    if (!(isArr(value) || isBox(value) || (isObj(value) && !value.from))) return value;
    const module = this.values.program.moduleOf(name);
    const decl = this.values.declarationOf(name);
    const isSame = (expression: ts.Expression) => {
      const target = unwrap(expression);
      return ts.isIdentifier(target) && this.values.declarationOf(target) === decl;
    };
    const open = unknown('request', `\`${name.text}\` changes while the server runs`, `${this.#key(name)}[]`, name);
    if (isObj(value)) {
      return module.elementWrites.some(write => isSame(write.target.expression)) ? { ...value, rest: open } : value;
    }
    for (const method of ['push', 'add', 'set', 'unshift']) {
      for (const call of module.calls.get(method) ?? []) {
        const callee = unwrap(call.expression);
        if (!ts.isPropertyAccessExpression(callee) || !isSame(callee.expression)) continue;
        const added = isLive(call) ? undefined : call.arguments.map(argument => this.eval(argument, this.#outer(undefined)));
        if (!added || added.some(each => !isPrimitive(each)) || method === 'set') return isArr(value) ? { ...value, open } : { ...value, open };
        for (const each of added) if (isArr(value)) value.items.push(each);
        else value.entries.push([each, each]);
      }
    }
    return value;
  }

  #follow(value: V, path: readonly PathStep[], node: ts.Node, env: Env | undefined): V {
    let at = value;
    for (const step of path) {
      if ('rest' in step) continue;
      at = this.get(at, 'key' in step ? step.key : String(step.index), node);
      if (at === undefined && step.fallback) at = this.eval(step.fallback, this.#outer(env));
    }
    return at;
  }

  #outerParameter(decl: Extract<Decl, { is: 'parameter' }>, env: Env | undefined): V {
    for (let at = env; at; at = at.parent) {
      if (at.owner !== decl.fn || !at.call) continue;
      const args = at.call.arguments ?? [];
      if (args.some(ts.isSpreadElement) || decl.node.dotDotDotToken) break;
      const argument = args[decl.index];
      let value = argument ? this.eval(argument, this.#outer(at.callEnv)) : undefined;
      if (value === undefined && decl.node.initializer) value = this.eval(decl.node.initializer, this.#outer(at));
      return this.#follow(value, decl.path, decl.name, at);
    }
    const sites = this.values.callersOf(decl.fn).filter(({ node }) => !ts.isForOfStatement(node) && !(node.arguments ?? []).some(argument => unwrap(argument) === decl.fn || ts.isSpreadElement(argument)));
    if (sites.length && sites.length <= 6) {
      const results = sites.map(({ node }) => {
        const call = node as ts.CallExpression;
        const argument = call.arguments?.[decl.index];
        let value = argument ? this.eval(argument, this.#outer(undefined)) : undefined;
        if (value === undefined && decl.node.initializer) value = this.eval(decl.node.initializer, this.#outer(env));
        return this.#follow(value, decl.path, decl.name, env);
      });
      return this.join(results, this.#key(decl.name), decl.name);
    }
    if (!sites.length && decl.node.initializer) return this.#follow(this.eval(decl.node.initializer, this.#outer(env)), decl.path, decl.name, env);
    return this.fromStatic(this.values.of(decl.name, env), decl.name);
  }

  #imported(spec: string, exported: string, node: ts.Identifier): V {
    const from = this.values.program.moduleOf(node).file;
    const resolved = this.values.program.resolve(spec, from);
    if (resolved.is === 'file' && exported !== '*') {
      const module = this.values.program.module(resolved.file);
      const target = module?.exports.get(exported);
      if (module && target && 'local' in target) {
        const decl = module.scopes.get(module.source)?.get(target.local);
        if (decl && (decl.is === 'variable' || decl.is === 'function' || decl.is === 'class')) {
          const at = decl.is === 'variable' ? decl.name : (node as ts.Identifier);
          return this.ofDeclaration(decl, at, undefined);
        }
      }
    }
    return this.fromStatic(this.values.importedFrom(spec, exported, from, node), node);
  }

  /** Turns what the data flow knows into a value of the run. */
  fromStatic(values: readonly Value[], node: ts.Node): V {
    return this.join(values.map(value => this.#convert(value, node)), this.#key(node), node);
  }

  #convert(value: Value, node: ts.Node): V {
    switch (value.is) {
      case 'literal':
        return value.value;
      case 'env':
        return this.variableOf(value.name, value.node);
      case 'regex':
        return { regex: value.source, flags: value.flags, node: value.node };
      case 'function':
        return { fn: value.node, scope: undefined, self: value.self ? this.#convert(value.self, node) : undefined, env: value.env };
      case 'class':
        return { type: value };
      case 'instance':
        return this.instanceOf(value, node);
      case 'object':
        return this.eval(value.node, this.#outer(value.env));
      case 'merged':
        return objectOf({}, { lazy: name => this.fromStatic(this.values.property(value, name, node), node), from: value });
      case 'array':
        return this.eval(value.node, this.#outer(value.env));
      case 'list':
        return { items: value.items.map(item => this.#convert(item, node)), open: undefined };
      case 'container':
        return this.eval(value.node, this.#outer(value.env));
      case 'api':
        return { api: value.module, path: value.path };
      case 'thing':
        return { thing: value };
      case 'namespace':
        return objectOf({}, { lazy: name => this.fromStatic(this.values.exportOf(value.module, name, node), node) });
      case 'global':
        return value.path.split('.').reduce<V>((at, part, index) => (index === 0 ? globalOf(this, part, node) : this.get(at, part, node)), undefined);
      case 'member':
        if (value.of.is === 'thing') return this.get({ thing: value.of }, value.name, node);
        return unknown('config', 'a value that is not followed', this.#key(node), node);
      case 'unclear':
        if (value.free?.optional && this.mode === 'shipped') return undefined;
        return { ...unknown('config', value.why, `u${this.values.program.idOf(value.node)}:${value.why}`, value.node), ...(value.free && { free: value.free }) };
    }
  }

  /** An environment variable: unset as shipped, unless the server refuses to start without it. */
  variableOf(name: string, node: ts.Node): V {
    if (this.shared.required.has(name)) return unknown('secret', `environment variable ${name}`, `env:${name}`, node, true);
    this.environment.add(name);
    return this.mode === 'shipped' ? undefined : unknown('config', `environment variable ${name}`, `env:${name}`, node, true);
  }

  /** An instance as an object whose members are looked up on demand. Its constructor is not run. */
  instanceOf(value: Extract<Value, { is: 'instance' }>, node: ts.Node): Obj {
    const self: Obj = {
      obj: true,
      props: new Map(),
      from: value,
      id: this.values.keyOf(value),
      lazy: name => {
        const found = this.values.property(value, name, node);
        const key = `${this.mode}i${this.values.keyOf(value)}.${name}`;
        return this.#static(key, node, machine => machine.#member(found, value, name, node));
      },
    };
    return self;
  }

  #member(found: readonly Value[], of: Value, name: string, node: ts.Node): V {
    const value = this.fromStatic(found, node);
    // A collection in a field that is filled somewhere is live.
    if (isBox(value) || (isArr(value) && !value.items.length) || (isObj(value) && !value.from && !value.props.size)) {
      const isFilled = found.some(each => (each.is === 'container' || each.is === 'array' || each.is === 'object') && this.values.elements(each, node).length > (isBox(value) ? value.entries.length : 0));
      const open = unknown('request', `\`${name}\` changes while the server runs`, `live:${this.values.keyOf(of)}.${name}`, node);
      if (isFilled) return isObj(value) ? { ...value, rest: open } : { ...value, open };
    }
    return value;
  }

  #self(node: ts.Node, scope: Scope): V {
    for (let at: Scope | undefined = scope; at; at = at.parent) if (at.self !== undefined) return at.self;
    return this.fromStatic(this.values.of(node as ts.Expression, scope.env), node);
  }

  // ---- objects ----------------------------------------------------------------------------------------------

  #objectLiteral(node: ts.ObjectLiteralExpression, scope: Scope): V {
    const props = new Map<string, V>();
    let rest: Unknown | undefined;
    const lazies: Obj[] = [];
    for (const property of node.properties) {
      if (ts.isSpreadAssignment(property)) {
        const spread = this.eval(property.expression, scope);
        if (isObj(spread)) {
          for (const [name, value] of spread.props) props.set(name, value);
          if (spread.lazy) lazies.push(spread);
          rest ??= spread.rest;
        } else if (isUnknown(spread)) rest ??= spread;
        continue;
      }
      const computed = ts.isComputedPropertyName(property.name) ? this.eval(property.name.expression, scope) : undefined;
      const name = computed === undefined ? propertyName(property.name) : isPrimitive(computed) ? String(computed) : undefined;
      if (name === undefined) continue;
      if (ts.isPropertyAssignment(property)) props.set(name, this.eval(property.initializer, scope));
      else if (ts.isShorthandPropertyAssignment(property)) props.set(name, this.#name(property.name, scope));
      else if (ts.isMethodDeclaration(property)) props.set(name, { fn: property, scope, self: undefined, env: scope.env });
      else if (ts.isGetAccessorDeclaration(property)) props.set(name, this.call({ fn: property, scope, self: undefined, env: scope.env }, [], undefined, property));
    }
    const object: Obj = {
      obj: true, props, rest,
      ...(lazies.length && { lazy: (name: string) => { for (const each of lazies) { const found = each.lazy?.(name); if (found !== undefined) return found; } return undefined; } }),
    };
    for (const [name, value] of props) if (isClosure(value) && ts.isMethodDeclaration(value.fn) && value.fn.parent === node) props.set(name, { ...value, self: object });
    return object;
  }

  #arrayLiteral(node: ts.ArrayLiteralExpression, scope: Scope): V {
    const items: V[] = [];
    let open: Unknown | undefined;
    for (const element of node.elements) {
      if (ts.isOmittedExpression(element)) items.push(undefined);
      else if (ts.isSpreadElement(element)) {
        const spread = this.eval(element.expression, scope);
        if (isArr(spread)) { items.push(...spread.items); open ??= spread.open; }
        else if (isBox(spread)) { items.push(...spread.entries.map(([key]) => key)); open ??= spread.open; }
        else if (isUnknown(spread)) open ??= spread;
      } else items.push(this.eval(element, scope));
    }
    return { items, open } satisfies Arr;
  }

  /** The elements to iterate over; of an open collection one unknown stands for the rest. */
  itemsOf(list: V, _node: ts.Node): V[] {
    if (isArr(list)) return list.open ? [...list.items, list.open] : list.items;
    if (isBox(list)) {
      const items = list.entries.map(([key, value]): V => (list.box === 'Set' ? key : { items: [key, value], open: undefined }));
      return list.open ? [...items, list.open] : items;
    }
    if (typeof list === 'string') return [...list];
    if (isUnknown(list)) return [unknown(list.unknown, list.why, `${list.key}[]`, list.node)];
    return [];
  }

  /** `value.name`. Reading from null or undefined throws in the user's code, too. */
  get(of: V, name: string, node: ts.Node): V {
    if (of === undefined || of === null) throw new Thrown({ error: `cannot read ${name} of ${of}` });
    if (isUnknown(of)) return this.#unknownMember(of, name, node);
    if (isObj(of)) return this.#objectMember(of, name, node);
    if (isErr(of)) return name === 'message' ? of.error : unknown('config', 'a property of an error', this.#key(node), node);
    if (isClassRef(of)) return this.fromStatic(this.values.property(of.type, name, node), node);
    if (isApi(of) && of.api === 'bun' && of.path === 'env') return this.variableOf(name, node);
    if (isApi(of)) return { api: of.api, path: of.path ? `${of.path}.${name}` : name };
    if (isMade(of)) {
      const modelled = this.shared.library.member(this, of.thing, name, node);
      if (modelled) return modelled.value;
      return { native: (args, _self, at) => this.#madeCall(of.thing, name, args, at) };
    }
    return methodOf(this, of, name, node);
  }

  #madeCall(thing: Thing, name: string, args: readonly V[], node: ts.Node): V {
    const modelled = this.shared.library.method(this, thing, name, args, node);
    return modelled ? modelled.value : this.unfollowed(undefined, args, undefined, node);
  }

  #unknownMember(of: Unknown, name: string, node: ts.Node): V {
    const key = `${of.key}.${name}`;
    if (of.unknown === 'request' && credentialName.test(name) && this.request) return this.request.credential(this, name, 'body', key, node);
    if (/^(then)$/.test(name) && of.unknown !== 'request') {
      return native(args => { const [callback] = args; return callback === undefined ? of : this.call(callback, [of], undefined, node); });
    }
    const member = unknown(of.unknown, of.why, key, node);
    if (!of.free) return member;
    const declared = of.free.type && memberOfType(this.values.program, of.free.type, name);
    const optional = declared ? declared.optional : of.free.type === undefined;
    if (optional && this.mode === 'shipped') return undefined;
    return { ...member, free: { type: declared?.type, optional } };
  }

  #objectMember(of: Obj, name: string, node: ts.Node): V {
    const overlay = this.#overlays.get(of);
    if (overlay?.has(name)) return overlay.get(name);
    if (of.props.has(name)) return of.props.get(name);
    const lazy = of.lazy?.(name);
    if (lazy !== undefined) {
      if (isClosure(lazy) && lazy.self === undefined && of.from) return { ...lazy, self: of };
      if (isClosure(lazy) && of.from?.is === 'instance') return { ...lazy, self: of };
      return lazy;
    }
    if (of.rest) return this.#unknownMember(of.rest, name, node);
    if (name === 'hasOwnProperty') return native(args => of.props.has(String(args[0])));
    return undefined;
  }

  #element(node: ts.ElementAccessExpression, scope: Scope): V {
    const of = this.eval(node.expression, scope);
    const key = this.eval(node.argumentExpression, scope);
    if (isOptional(node) && of == null) return undefined;
    if (isPrimitive(key)) {
      if (isArr(of)) return of.items[Number(key)] ?? (of.open && Number(key) >= of.items.length ? unknown(of.open.unknown, of.open.why, `${of.open.key}[${String(key)}]`, node) : undefined);
      return this.get(of, String(key), node);
    }
    if (isUnknown(of)) return unknown(joinTags([of.unknown, this.tagOf([key])]), of.why, `${of.key}[${keyOf(key)}]`, node);
    if (isObj(of) && of.rest) return unknown('request', of.rest.why, `${of.rest.key}[${keyOf(key)}]`, node);
    return unknown(this.tagOf([key]), 'an element chosen at run time', `${this.#key(node)}[${keyOf(key)}]`, node);
  }

  // ---- operators --------------------------------------------------------------------------------------------

  #binary(node: ts.BinaryExpression, scope: Scope): V {
    const operator = node.operatorToken.kind;
    switch (operator) {
      case ts.SyntaxKind.AmpersandAmpersandToken: {
        const left = this.eval(node.left, scope);
        const truth = this.truth(left, node.left);
        this.#mark(node.left, truth);
        return truth ? this.eval(node.right, scope) : left;
      }
      case ts.SyntaxKind.BarBarToken: {
        const left = this.eval(node.left, scope);
        if (this.#isDefaulted(left, node)) return this.eval(node.right, scope);
        const truth = this.truth(left, node.left);
        this.#mark(node.left, truth);
        return truth ? left : this.eval(node.right, scope);
      }
      case ts.SyntaxKind.QuestionQuestionToken: {
        const left = this.eval(node.left, scope);
        if (this.#isDefaulted(left, node)) return this.eval(node.right, scope);
        if (isUnknown(left) && !left.truthy) {
          return this.choose(left, 2, node.left, 'nullish') === 0 ? { ...left, key: `${left.key}!` } : this.eval(node.right, scope);
        }
        return left ?? this.eval(node.right, scope);
      }
      case ts.SyntaxKind.EqualsToken: {
        const value = this.eval(node.right, scope);
        this.#assign(node.left, value, scope);
        return value;
      }
      case ts.SyntaxKind.QuestionQuestionEqualsToken:
      case ts.SyntaxKind.BarBarEqualsToken: {
        const before = this.eval(node.left, scope);
        const isKept = operator === ts.SyntaxKind.BarBarEqualsToken ? this.truth(before, node) : before != null;
        if (isKept) return before;
        const value = this.eval(node.right, scope);
        this.#assign(node.left, value, scope);
        return value;
      }
      case ts.SyntaxKind.EqualsEqualsEqualsToken:
      case ts.SyntaxKind.EqualsEqualsToken:
      case ts.SyntaxKind.ExclamationEqualsEqualsToken:
      case ts.SyntaxKind.ExclamationEqualsToken: {
        const left = this.eval(node.left, scope);
        const right = this.eval(node.right, scope);
        const isLoose = operator === ts.SyntaxKind.EqualsEqualsToken || operator === ts.SyntaxKind.ExclamationEqualsToken;
        const isNegated = operator === ts.SyntaxKind.ExclamationEqualsEqualsToken || operator === ts.SyntaxKind.ExclamationEqualsToken;
        const same = isLoose && (left == null || right == null) && !isUnknown(left) && !isUnknown(right) ? left == null && right == null : this.#equal(left, right, node);
        if (isUnknown(same)) return isNegated ? { ...same, key: `!${same.key}`, negated: same } : same;
        return isNegated ? !same : same;
      }
      case ts.SyntaxKind.CommaToken:
        this.eval(node.left, scope);
        return this.eval(node.right, scope);
      case ts.SyntaxKind.InstanceOfKeyword:
      case ts.SyntaxKind.InKeyword: {
        const left = this.eval(node.left, scope);
        const right = this.eval(node.right, scope);
        if (operator === ts.SyntaxKind.InKeyword && isObj(right) && !right.rest && isPrimitive(left)) return right.props.has(String(left)) || right.lazy?.(String(left)) !== undefined;
        return unknown(this.tagOf([left, right]), 'a type test', `${this.#key(node)}(${keyOf(left)})`, node);
      }
      default:
        return this.#arithmetic(node, this.eval(node.left, scope), this.eval(node.right, scope));
    }
  }

  /** A stranger's part of the request is held against a secret: it does not match. Notes how it travelled. */
  lacksSecret(values: readonly V[]): false {
    for (const v of values) {
      const key = isUnknown(v) && v.unknown === 'request' ? v.key : '';
      const [, carrier] = secretCarriers.find(([pattern]) => pattern.test(key)) ?? [];
      if (carrier) this.carriers.add(carrier);
    }
    return false;
  }

  /** `some`, `every` and `find` over a list that is not known: one element speaks for all. */
  #representative(of: Unknown, name: string, callback: V, node: ts.Node): V {
    const element = unknown(of.unknown, of.why, `${of.key}[]`, of.node);
    const verdict = this.call(callback, [element, 0], undefined, node);
    if (name === 'some' || name === 'every') return verdict;
    const isFound = this.truth(verdict, node);
    return name === 'find' ? (isFound ? element : undefined) : isFound ? 0 : -1;
  }

  /** As shipped, configuration that could not be read has the default that stands beside it. */
  #isDefaulted(left: V, node: ts.BinaryExpression): boolean {
    if (this.mode !== 'shipped' || !isUnknown(left) || left.unknown !== 'config' || left.truthy) return false;
    const right = unwrap(node.right);
    if (ts.isCallExpression(right) || ts.isNewExpression(right)) return false;
    return this.values.of(right).every(value => value.is === 'literal' || value.is === 'object' || value.is === 'array' || value.is === 'env');
  }

  /** Equality; of something unknown, an unknown boolean or what a stranger can be sure of. */
  #equal(left: V, right: V, node: ts.Node): V {
    if (!isUnknown(left) && !isUnknown(right)) {
      const same = isPrimitive(left) && isPrimitive(right) ? left === right : keyOf(left) === keyOf(right);
      if (this.request && [left, right].some(each => typeof each === 'string' && this.request?.isOrigin(each))) this.#mark(node, same, 'exact');
      return same;
    }
    if (isUnknown(left) && isUnknown(right) && left.key === right.key) return true;
    const [open, other] = isUnknown(left) ? [left, right] : [right as Unknown, left];
    if (open.truthy && (other == null || other === false || other === '')) return false;
    const tags = [open.unknown, ...(isUnknown(other) ? [other.unknown] : [])];
    const isMarked = typeof other === 'string' && this.request?.isMarked(other);
    if (isMarked && open.unknown === 'config') {
      // A fresh domain is not in the operator's list.
      this.assumptions.push(open.why);
      this.#mark(node, false, 'exact');
      return false;
    }
    if (this.request?.credentials === 'none' && tags.includes('secret')) return this.lacksSecret([left, right]);
    if (this.request?.credentials === 'none' && tags.includes('request') && tags.includes('config') && [left, right].some(each => isUnknown(each) && credentialName.test(lastKey(each.key)))) return false;
    const tag = tags.includes('secret') ? 'secret' : tags.includes('request') ? 'request' : isMarked ? 'opaque' : joinTags(tags);
    return unknown(tag, tags.length > 1 ? `a comparison` : open.why, `(${[keyOf(left), keyOf(right)].sort().join('=')})`, node);
  }

  #arithmetic(node: ts.BinaryExpression, left: V, right: V): V {
    if (isPrimitive(left) && isPrimitive(right)) {
      const result = calculate(node.operatorToken.kind, left, right);
      if (result !== undefined) return result;
    }
    return unknown(this.tagOf([left, right]), 'a computed value', `(${keyOf(left)}${node.operatorToken.getText()}${keyOf(right)})`, node, node.operatorToken.kind === ts.SyntaxKind.PlusToken && [left, right].some(each => typeof each === 'string' && each !== ''));
  }

  #prefix(node: ts.PrefixUnaryExpression, scope: Scope): V {
    if (node.operator === ts.SyntaxKind.ExclamationToken) {
      const value = this.eval(node.operand, scope);
      const truth = this.truth(value, node.operand);
      this.#mark(node, !truth);
      return !truth;
    }
    const value = this.eval(node.operand, scope);
    if (isPrimitive(value)) {
      if (node.operator === ts.SyntaxKind.MinusToken) return -Number(value);
      if (node.operator === ts.SyntaxKind.PlusToken) return Number(value);
    }
    return unknown(this.tagOf([value]), 'a computed value', `${this.#key(node)}`, node);
  }

  #template(node: ts.TemplateExpression, scope: Scope): V {
    let text = node.head.text;
    const parts: V[] = [];
    let isOpen = false;
    for (const span of node.templateSpans) {
      const value = this.eval(span.expression, scope);
      parts.push(value);
      if (isPrimitive(value)) text += String(value);
      else if (isUrl(value)) text += value.url.href;
      else isOpen = true;
      text += span.literal.text;
    }
    if (!isOpen) return text;
    return unknown(this.tagOf(parts), 'a text with parts that are not known', `\`${node.head.text}${parts.map(keyOf).join()}\``, node, text !== '');
  }

  #assign(target: ts.Expression, value: V, scope: Scope): void {
    const left = unwrap(target);
    if (ts.isIdentifier(left)) {
      const decl = this.values.declarationOf(left);
      for (let at: Scope | undefined = scope; decl && at; at = at.parent) {
        if (at.vars.has(decl)) {
          at.vars.set(decl, value);
          return;
        }
      }
      return;
    }
    if (ts.isPropertyAccessExpression(left)) {
      const of = this.eval(left.expression, scope);
      if (isObj(of)) {
        this.set(of, left.name.text, value);
        this.request?.onSet(this, of, left.name.text, value);
      }
      return;
    }
    if (ts.isElementAccessExpression(left)) {
      const of = this.eval(left.expression, scope);
      const key = this.eval(left.argumentExpression, scope);
      if (isObj(of) && isPrimitive(key)) this.set(of, String(key), value);
    }
  }

  // ---- calls ------------------------------------------------------------------------------------------------

  #arguments(list: readonly ts.Expression[] | undefined, scope: Scope): V[] {
    const args: V[] = [];
    for (const argument of list ?? []) {
      if (!ts.isSpreadElement(argument)) {
        args.push(this.eval(argument, scope));
        continue;
      }
      const spread = this.eval(argument.expression, scope);
      args.push(...this.itemsOf(spread, argument));
    }
    return args;
  }

  #call(node: ts.CallExpression, scope: Scope): V {
    if (this.watch) this.reached.add(node);
    if (node.expression.kind === ts.SyntaxKind.SuperKeyword) {
      this.#arguments(node.arguments, scope);
      return undefined;
    }
    if (node.expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(node.expression) && node.expression.text === 'require')) {
      return this.fromStatic(this.values.of(node, scope.env), node);
    }
    const callee = unwrap(node.expression);
    if (ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee)) {
      const of = callee.expression.kind === ts.SyntaxKind.SuperKeyword ? this.#superOf(callee, scope) : this.eval(callee.expression, scope);
      if ((isOptional(callee) || node.questionDotToken) && of == null) return undefined;
      const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : this.eval(callee.argumentExpression, scope);
      if (!isPrimitive(name)) return this.unfollowed(of, this.#arguments(node.arguments, scope), of, node);
      return this.#methodCall(of, String(name), node, scope);
    }
    const fn = this.eval(callee, scope);
    if (fn == null) {
      if (node.questionDotToken) return undefined;
      throw new Thrown({ error: `${shorten(callee)} is not a function` });
    }
    return this.call(fn, this.#arguments(node.arguments, scope), undefined, node);
  }

  #superOf(callee: ts.Expression, scope: Scope): V {
    const type = enclosingClass(callee);
    const self = this.#self(callee, scope);
    if (!type || !isObj(self) || self.from?.is !== 'instance') return unknown('config', 'a base class that is not followed', this.#key(callee), callee);
    const clause = type.heritageClauses?.find(each => each.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
    const base = clause && this.values.of(clause.expression).find(each => each.is === 'class');
    return base?.is === 'class' ? this.instanceOf({ ...self.from, of: base }, callee) : unknown('config', 'a base class that is not followed', this.#key(callee), callee);
  }

  #methodCall(of: V, name: string, node: ts.CallExpression, scope: Scope): V {
    if (of == null) throw new Thrown({ error: `cannot call ${name} of ${String(of)}` });
    if (name === 'bind' || name === 'call' || name === 'apply') {
      const args = this.#arguments(node.arguments, scope);
      if (isClosure(of)) {
        if (name === 'bind') return { ...of, self: of.self ?? args[0] };
        if (name === 'call') return this.call({ ...of, self: args[0] ?? of.self }, args.slice(1), args[0], node);
        return this.call({ ...of, self: args[0] ?? of.self }, isArr(args[1]) ? args[1].items : [], args[0], node);
      }
      if (isNative(of) || isObj(of)) return name === 'bind' ? of : this.call(of, name === 'call' ? args.slice(1) : isArr(args[1]) ? args[1].items : [], args[0], node);
    }
    if (isUnknown(of)) {
      const args = this.#arguments(node.arguments, scope);
      return this.#unknownCall(of, name, args, node);
    }
    const method = this.get(of, name, node.expression);
    const args = this.#arguments(node.arguments, scope);
    if (method === undefined) {
      if (node.questionDotToken) return undefined;
      if ((name === 'then' || name === 'catch' || name === 'finally')) return name === 'then' && args[0] !== undefined ? this.call(args[0], [of], undefined, node) : of;
      return this.unfollowed(of, args, of, node);
    }
    const closure = isClosure(method) && method.self === undefined && isObj(of) && !ts.isArrowFunction(method.fn) ? { ...method, self: of } : method;
    return this.call(closure, args, of, node);
  }

  #unknownCall(of: Unknown, name: string, args: readonly V[], node: ts.CallExpression): V {
    if (name === 'then') return args[0] === undefined ? of : this.call(args[0], [of], undefined, node);
    if (name === 'catch' || name === 'finally') return of;
    const marked = args.some(each => typeof each === 'string' && this.request?.isMarked(each));
    if (marked && of.unknown === 'config') {
      if (name === 'includes' || name === 'has' || name === 'indexOf' || name === 'get') {
        this.assumptions.push(of.why);
        this.#mark(node, false, 'exact');
        return name === 'indexOf' ? -1 : name === 'get' ? undefined : false;
      }
      return unknown('origin', of.why, `${of.key}.${name}(${args.map(keyOf).join()})`, node);
    }
    if (this.request?.credentials === 'none' && (of.unknown === 'secret' || args.some(each => isUnknown(each) && each.unknown === 'secret')) && /^(startsWith|endsWith|includes|has|equals|test)$/.test(name)) return this.lacksSecret([of, ...args]);
    if (/^(some|every|find|findIndex)$/.test(name) && isClosure(args[0] as V)) return this.#representative(of, name, args[0] as V, node);
    const result = this.unfollowed(of, args, of, node);
    const alone = args.every(each => isPrimitive(each) || isRegex(each));
    if (isUnknown(result) && alone) return { ...result, unknown: of.unknown, why: of.why, key: `${of.key}.${name}(${args.map(keyOf).join()})` };
    return result;
  }

  #construct(node: ts.NewExpression, scope: Scope): V {
    const callee = this.eval(node.expression, scope);
    const args = this.#arguments(node.arguments, scope);
    if (isClassRef(callee)) return this.#instantiate(callee.type.node, args, node, scope);
    if (isNative(callee)) return callee.native(args, undefined, node);
    if (isObj(callee) && callee.call) return this.own(callee.call(args, undefined, node));
    if (isApi(callee)) {
      const modelled = this.shared.library.construct(this, callee, args, node);
      if (modelled) return modelled.value;
      return unknown(this.tagOf(args), `\`new ${shorten(node.expression)}\` is not followed`, `new${this.values.program.idOf(node)}`, node, true);
    }
    return unknown(this.tagOf([...args, callee]), `\`new ${shorten(node.expression)}\` is not followed`, `new${this.values.program.idOf(node)}`, node, true);
  }

  /** An instance made while the request runs: its constructor is run too. */
  #instantiate(type: ts.ClassLikeDeclaration, args: readonly V[], node: ts.NewExpression, scope: Scope): V {
    const found = this.values.of(node, scope.env).find(each => each.is === 'instance');
    const value: Value = found ?? this.values.someInstance(type);
    const base = this.own(value.is === 'instance' ? this.instanceOf(value, node) : objectOf({}));
    if (this.#isError(type)) return { error: args.find(each => typeof each === 'string') ?? 'an error' };
    const ctor = constructorOf(type);
    if (ctor && !(this.request && this.#areFixed([...args, undefined]))) this.call({ fn: ctor, scope: undefined, self: base, env: undefined }, args, base, node);
    return base;
  }

  #isError(type: ts.ClassLikeDeclaration): boolean {
    const base = type.heritageClauses?.[0]?.types[0]?.expression;
    return base !== undefined && /Error$/.test(lastName(base));
  }
}

/** A key under which equal values meet. */
export function keyOf(v: V): string {
  if (isPrimitive(v)) return `${typeof v}:${String(v)}`;
  if (isUnknown(v)) return v.key;
  if (isRegex(v)) return `/${typeof v.regex === 'string' ? v.regex : v.regex.key}/${v.flags}`;
  if (isUrl(v)) return `url:${v.url.href}`;
  if (isArr(v)) return `[${v.items.map(keyOf).join()}${v.open ? '…' : ''}]`;
  if (isBox(v)) return `{${v.entries.map(([key]) => keyOf(key)).join()}${v.open ? '…' : ''}}`;
  if (isClosure(v)) return `fn:${v.fn.getSourceFile().fileName}:${v.fn.pos}:${v.env?.id ?? 0}`;
  if (isMade(v)) return `made:${v.thing.made}:${v.thing.site.pos}`;
  if (isApi(v)) return `api:${v.api}:${v.path}`;
  if (isObj(v) && v.id !== undefined) return `@${v.id}`;
  if (isObj(v)) return identityOf(v);
  return identityOf(v);
}

const identities = new WeakMap<object, number>();
let nextIdentity = 1;
function identityOf(v: object): string {
  let id = identities.get(v);
  if (id === undefined) identities.set(v, (id = nextIdentity++));
  return `#${id}`;
}

function lastKey(key: string): string {
  return /[\w-]+$/.exec(key.replace(/[^\w-]+$/, ''))?.[0] ?? '';
}

function keysOf(v: V): V[] {
  return isObj(v) ? [...v.props.keys()] : [];
}

function typeOf(v: V): V {
  if (isUnknown(v)) return unknown(v.unknown, v.why, `typeof ${v.key}`, v.node, true);
  if (isClosure(v) || isNative(v) || isClassRef(v) || (isObj(v) && v.call)) return 'function';
  return typeof v;
}

function isOptional(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): boolean {
  return node.questionDotToken !== undefined || (node.flags & ts.NodeFlags.OptionalChain) !== 0;
}

function contains(outer: ts.Node, inner: ts.Node): boolean {
  return inner.pos >= outer.pos && inner.end <= outer.end && inner.getSourceFile() === outer.getSourceFile();
}

/** Whether a place runs while requests are served: inside a function with a request or response among its parameters. */
function isLive(node: ts.Node): boolean {
  for (let at = node.parent; at; at = at.parent) {
    if (isFunctionNode(at) && at.parameters.some(parameter => ts.isIdentifier(parameter.name) && /^_?(req|request|res|response|socket|ws|ctx|c|context|message|msg|data|next|reply|sessionId|sid)$/.test(parameter.name.text))) return true;
    if (ts.isMethodDeclaration(at) && /^(on|handle)[A-Z]/.test(at.name.getText())) return true;
  }
  return false;
}

function isInline(fn: FunctionNode): boolean {
  return ts.isArrowFunction(fn) || ts.isFunctionExpression(fn);
}

/** The last name of what a call calls. */
export function calleeName(node: ts.Node): string {
  return ts.isCallExpression(node) || ts.isNewExpression(node) ? lastName(node.expression) : '';
}

/** Source text of a node, on one line and short enough for a message. */
export function shorten(node: ts.Node): string {
  let text = shortened.get(node);
  if (text === undefined) {
    const start = node.getStart();
    text = node.getSourceFile().text.slice(start, Math.min(node.end, start + 400)).replace(/\s+/g, ' ');
    if (text.length > 60) text = `${text.slice(0, 57)}…`;
    shortened.set(node, text);
  }
  return text;
}
const shortened = new WeakMap<ts.Node, string>();

function calculate(operator: ts.SyntaxKind, left: string | number | boolean | null | undefined | bigint, right: typeof left): V {
  const a = left as number;
  const b = right as number;
  switch (operator) {
    case ts.SyntaxKind.PlusToken:
      return typeof left === 'string' || typeof right === 'string' ? `${String(left)}${String(right)}` : a + b;
    case ts.SyntaxKind.MinusToken:
      return a - b;
    case ts.SyntaxKind.AsteriskToken:
      return a * b;
    case ts.SyntaxKind.SlashToken:
      return a / b;
    case ts.SyntaxKind.PercentToken:
      return a % b;
    case ts.SyntaxKind.LessThanToken:
      return a < b;
    case ts.SyntaxKind.LessThanEqualsToken:
      return a <= b;
    case ts.SyntaxKind.GreaterThanToken:
      return a > b;
    case ts.SyntaxKind.GreaterThanEqualsToken:
      return a >= b;
    default:
      return undefined;
  }
}
