import type { Deadline } from './deadline.js';
import { returnExpressions } from './functions.js';
import { type Decl, type FunctionNode, type SourceModule, unwrap } from './module.js';
import type { Program } from './program.js';
import type { ts } from './ts.js';
import type { Env, FunctionValue, InstanceValue, Thing, Value } from './value.js';
import { type CallSite, constructionsOf, findCallers } from './values/callers.js';
import { returnsOf } from './values/calls.js';
import { elementsOf } from './values/collections.js';
import { constructed, contextOwner, entered, findContexts, mostContexts } from './values/contexts.js';
import { evaluate, truthOfCondition } from './values/expressions.js';
import { type FrameFacts, Frames, frameAround } from './values/frames.js';
import { exportOf, importedFrom } from './values/imports.js';
import { distinct, keyOf } from './values/keys.js';
import { someInstance, thingOf } from './values/lineage.js';
import { propertyOf, writesTo } from './values/members.js';
import { Memo } from './values/memo.js';
import { declarationOf, ofDeclaration } from './values/names.js';

export type { CallSite } from './values/callers.js';

/** A value that a library passes to a function of the user's. */
export interface Loan {
  readonly to: FunctionNode;
  readonly index: number;
  readonly value: Value;
}

/**
 * What a handler's parameter takes: a request or response of node's kind, the one object that stands for both, what a
 * library has parsed the client's message into, or the call that such a message came with.
 */
export type Role = 'request' | 'response' | 'context' | 'message' | 'call';

const mostCallers = 60;

/**
 * Answers what an expression may stand for, by data flow alone: names through scopes, imports and barrels; calls
 * through returns; `this` through classes; parameters through the frame they run in or a join over callers.
 *
 * This is the face of it: what is asked, and what is remembered. How each concern is answered stands in `values/`.
 */
export class Values {
  readonly #memo: Memo;
  readonly #frames: Frames;
  readonly #returns = new Map<FunctionNode, readonly ts.Expression[]>();
  readonly #declarations = new Map<ts.Identifier, Decl | undefined>();
  #roles: ReadonlyMap<ts.ParameterDeclaration, Role> = new Map();
  readonly #lent = new Map<ts.ParameterDeclaration, readonly Value[]>();

  constructor(
    readonly program: Program,
    /** Asked before every evaluation. */
    readonly deadline: Deadline,
  ) {
    this.#memo = new Memo(deadline);
    this.#frames = new Frames(program);
  }

  /** Expression evaluations so far: the machine-independent cost of resolution. */
  get evaluations(): number {
    return this.#memo.computed;
  }

  // ---- expressions ------------------------------------------------------------------------------------------

  /** What an expression may stand for; asked from outside never empty: `unclear` says why where it cannot be told. */
  of(expression: ts.Expression, env?: Env): readonly Value[] {
    const node = unwrap(expression);
    const relevant = frameAround(node, env);
    const found = this.guarded(`x${this.program.idOf(node)}:${relevant?.id ?? 0}`, node, () =>
      evaluate(this, node, relevant),
    );
    // Inside a question, "nothing on this turn of the cycle" is no answer of its own.
    return found.length || this.#memo.isBusy ? found : [{ is: 'unclear', why: 'refers to itself', node }];
  }

  /** The one value an expression stands for, if there is just one. */
  one(expression: ts.Expression, env?: Env): Value | undefined {
    const found = this.of(expression, env);
    return found.length === 1 ? found[0] : undefined;
  }

  /** Whether a condition surely holds, surely does not, or depends. */
  truth(condition: ts.Expression, env?: Env): boolean | undefined {
    return truthOfCondition(this, condition, env);
  }

  /**
   * The distinct values computed under a key, asked for once and safe from cycles.
   * @internal
   */
  guarded(key: string, node: ts.Node, compute: () => readonly Value[]): readonly Value[] {
    return this.#memo.of(key, () => distinct(this.program, compute()), [
      { is: 'unclear', why: 'too deep to follow', node },
    ]);
  }

  // ---- names ------------------------------------------------------------------------------------------------

  /** The declaration a name stands for, found by climbing scopes. */
  declarationOf(name: ts.Identifier): Decl | undefined {
    if (!this.#declarations.has(name)) this.#declarations.set(name, declarationOf(this, name));
    return this.#declarations.get(name);
  }

  /** What a declared name may stand for, as seen from a place. */
  ofDeclaration(decl: Decl, name: ts.Identifier, env?: Env): readonly Value[] {
    return ofDeclaration(this, decl, name, env);
  }

  /** What a name imported from a specifier stands for. */
  importedFrom(spec: string, name: string, from: string, node: ts.Node): readonly Value[] {
    return importedFrom(this, spec, name, from, node);
  }

  /** What a module exports under a name, through barrels and CommonJS alike. */
  exportOf(module: SourceModule, name: string, node: ts.Node): readonly Value[] {
    return exportOf(this, module, name, node);
  }

  /**
   * Says what a library passes when it calls these functions. What was concluded without that is forgotten.
   */
  lend(given: readonly Loan[]): void {
    for (const { to, index, value } of given) {
      const parameter = to.parameters[index];
      if (parameter) this.#lent.set(parameter, [...(this.#lent.get(parameter) ?? []), value]);
    }
    this.#memo.clear();
  }

  /** Says which parameters take what a client sent, or what answers it, whatever they are called. */
  assign(roles: ReadonlyMap<ts.ParameterDeclaration, Role>): void {
    this.#roles = roles;
  }

  /** What a library gives for a parameter. */
  roleOf(parameter: ts.ParameterDeclaration): Role | undefined {
    return this.#roles.get(parameter);
  }

  /**
   * What a library is said to pass for a parameter.
   * @internal
   */
  lentTo(parameter: ts.ParameterDeclaration): readonly Value[] | undefined {
    return this.#lent.get(parameter);
  }

  // ---- members and elements ---------------------------------------------------------------------------------

  /** What `value.name` may stand for. */
  property(value: Value, name: string, node: ts.Node): readonly Value[] {
    return propertyOf(this, value, name, node);
  }

  /** Assignments `x.name = e` in parsed files whose `x` is this thing. */
  writesTo(thing: Thing, name: string): { right: ts.Expression }[] {
    return writesTo(this, thing, name);
  }

  /** What may stand in a collection: array elements, what was pushed, set, added or assigned into it. */
  elements(value: Value, node: ts.Node): readonly Value[] {
    return elementsOf(this, value, node);
  }

  /** An instance of a class of which nothing else is known. */
  someInstance(type: ts.ClassLikeDeclaration): InstanceValue {
    return someInstance(type);
  }

  /** The library object that an instance of an own subclass is, if its class descends from a library's. */
  thingOf(instance: InstanceValue): Thing | undefined {
    return thingOf(this, instance);
  }

  // ---- calls and callers ------------------------------------------------------------------------------------

  /** What a function may return under a frame; promises are transparent. */
  returnsOf(fn: FunctionNode, env: Env | undefined): readonly Value[] {
    return returnsOf(this, fn, env);
  }

  /**
   * The expressions that a function returns, read once for all frames.
   * @internal
   */
  returnExpressionsOf(fn: FunctionNode): readonly ts.Expression[] {
    const found = this.#returns.get(fn) ?? returnExpressions(fn);
    this.#returns.set(fn, found);
    return found;
  }

  /** The places that enter a function: its calls under any name, its use as a callback, its own place when inline. */
  callersOf(fn: FunctionNode): readonly CallSite[] {
    return this.#memo.of(`c${this.program.idOf(fn)}`, () => findCallers(this, fn).slice(0, mostCallers), []);
  }

  /** The same without a limit on their number: for those who look at each once. */
  everyCallerOf(fn: FunctionNode): readonly CallSite[] {
    const some = this.callersOf(fn);
    return some.length < mostCallers
      ? some
      : this.#memo.of(`C${this.program.idOf(fn)}`, () => findCallers(this, fn), []);
  }

  /** Every `new` of a class itself. */
  constructionsOf(type: ts.ClassLikeDeclaration): CallSite[] {
    return constructionsOf(this, type);
  }

  /** The instances of a class or its subclasses that the program is seen to make. */
  instancesOf(type: ts.ClassLikeDeclaration): InstanceValue[] {
    return constructed(this, type, 4);
  }

  // ---- frames -----------------------------------------------------------------------------------------------

  /**
   * The frames under which a place runs: one per chain of callers, up to a small depth and number; `undefined` alone
   * when nothing more exact than "any caller" is known.
   */
  contextsOf(node: ts.Node, depth = 3): readonly (Env | undefined)[] {
    const owner = contextOwner(node);
    if (!owner) return [undefined];
    const found = this.#memo.of(
      `k${this.program.idOf(owner)}:${depth}`,
      () => [...new Set(findContexts(this, owner, depth))].slice(0, mostContexts),
      [undefined],
    );
    return found.length ? found : [undefined];
  }

  /** The frame for these facts, the same object every time. */
  frame(facts: FrameFacts): Env {
    return this.#frames.of(facts);
  }

  /** The innermost frame around a node: those that do not enclose it say nothing about it, and would only swell the memo. */
  frameAround(node: ts.Node, env: Env | undefined): Env | undefined {
    return frameAround(node, env);
  }

  /** The frame of a function value entered by a call; undefined past the depth that pays. */
  enter(fn: FunctionValue, call: Env['call'], callEnv: Env | undefined): Env | undefined {
    return this.#frames.enter(fn, call, callEnv);
  }

  /** The frames of a function at a call: entered by it, or handed on with what its closure knows. */
  entered(owner: FunctionNode, site: CallSite, callEnv: Env | undefined): (Env | undefined)[] {
    return entered(this, owner, site, callEnv);
  }

  /** A text key of a value: equal keys mean the same value. */
  keyOf(value: Value): string {
    return keyOf(this.program, value);
  }
}
