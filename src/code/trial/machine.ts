import type { Vouched } from '../../facts/index.js';
import type { Decl, FunctionNode } from '../module.js';
import type { ts } from '../ts.js';
import type { Env, Value } from '../value.js';
import type { Values } from '../values.js';
import { lacksSecret } from './credentials.js';
import { ofDeclaration } from './declarations.js';
import { type Obj, type Scope, type Tag, truthOf, type Unknown, type V } from './domain.js';
import { type Choice, type Effect, type Mark, Spent, Stopped } from './effects.js';
import { condition, evaluate } from './expressions.js';
import type { Inquiry } from './inquiry.js';
import { call, tagOf, unfollowed } from './invoke.js';
import { fromStatic, instanceOf, variableOf } from './known-values.js';
import type { Library } from './library.js';
import { get } from './members.js';
import { itemsOf } from './objects.js';
import type { Request } from './request.js';
import { join } from './start-up.js';

const maxSteps = 4000;
const maxDepth = 48;

/** What stays the same over all runs of one audit: values that do not depend on the request, computed once. */
export interface Shared {
  readonly values: Values;
  readonly library: Library;
  readonly statics: Map<string, V>;
  /** Environment variables without which the server refuses to start. */
  readonly required: ReadonlySet<string>;
  /** Environment variables that the door on trial is only opened with, and their text. */
  readonly pinned?: ReadonlyMap<string, string>;
  /** What the user vouches for. */
  readonly vouched: Vouched;
  /** Texts met so far that may name a host. */
  readonly literals: Set<string>;
  steps: number;
}

/**
 * Runs the user's gates on one concrete request, three-valued: where a value is unknown, the run takes the branch it
 * is told to and notes the choice, so that the caller can replay it with the other one. This is the state of one run
 * and its vocabulary; what the words mean is in the file of each concern.
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
  readonly patterns = new Map<
    string,
    {
      readonly source: string;
      readonly flags: string;
      readonly subject: 'origin' | 'host' | 'hostname';
      readonly node: ts.Node;
    }
  >();
  /** The text that a sink tells the client: an answer counts only where it names the client's own origin, or `*`. */
  tells: ts.Expression | undefined;
  /** What comes after a sink is reached: the connection handlers of an accepted socket. */
  onSink: ((given: readonly V[]) => void) | undefined;
  /** Where the rest of the chain hangs on a library object that user code calls: an app behind an own listener. */
  handOff: { readonly site: ts.Node; readonly run: () => void } | undefined;
  /** A call by which user code hands the request on to another function of its own that a platform runs. */
  through: { readonly node: ts.Node; readonly run: () => void } | undefined;
  /** Calls made since `watch` was switched on. */
  readonly reached = new Set<ts.Node>();
  watch = false;
  /** Whether a library takes all that the generators which are called yield, and so runs them. */
  drains = false;
  /** Callbacks that code which is not followed is running. */
  readonly handedOut = new Set<FunctionNode>();
  effect: Effect | undefined;
  /** Whether a text out of Origin or Host was held against something. */
  comparesNames = false;
  /** Where the client was first refused, served afterwards or not. */
  refusedAt: ts.Node | undefined;
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
    private readonly inquiry?: Inquiry,
  ) {}

  /** A machine for start-up code: it shares what is known, but neither the request nor the choices. */
  apart(script: readonly number[]): Machine {
    return new Machine(this.shared, undefined, this.mode, script);
  }

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

  /** Whether the client is served where a node is evaluated. Start-up code serves nobody. */
  serves(node: ts.Node): boolean {
    return this.inquiry?.serves(node) ?? false;
  }

  /** Remembers which way a condition went. */
  mark(node: ts.Node, truth: boolean, test?: Mark['test']): void {
    if (this.marks.length < 400) this.marks.push({ node, truth, test });
  }

  /** Remembers how a test on the Origin or Host itself went. */
  markTest(node: ts.Node, truth: boolean, test: NonNullable<Mark['test']>): void {
    this.comparesNames = true;
    this.mark(node, truth, test);
  }

  /** Records what the code did; `final` effects end the run at once. */
  act(does: Effect['does'], node: ts.Node, says: string, final: boolean, status?: number): void {
    if (does === 'refuses') this.refusedAt ??= node;
    if (this.effect?.does !== 'refuses' || does === 'admits') this.effect = { does, node, says, status };
    if (final) throw new Stopped(this.effect);
  }

  // ---- budgets ----------------------------------------------------------------------------------------------

  /** Counts a step. */
  tick(node: ts.Node): void {
    this.shared.steps++;
    this.values.deadline.check();
    if (++this.#steps > maxSteps) throw new Spent('too much code to follow', node);
  }

  /** Runs the body of a call, one level deeper. */
  deeper<T>(node: ts.Node, body: () => T): T {
    if (++this.#depth > maxDepth) throw new Spent('calls nested too deeply', node);
    try {
      return body();
    } finally {
      this.#depth--;
    }
  }

  // ---- what this run may change -----------------------------------------------------------------------------

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

  /** What this run has set on an object that it shares with others. */
  overlayOf(of: Obj): ReadonlyMap<string, V> | undefined {
    return this.#overlays.get(of);
  }

  // ---- the language: each word in the file of its concern ---------------------------------------------------

  eval(expression: ts.Expression, scope: Scope): V {
    return evaluate(this, expression, scope);
  }

  condition(expression: ts.Expression, scope: Scope): boolean {
    return condition(this, expression, scope);
  }

  call(callee: V, args: readonly V[], self: V, node: ts.Node): V {
    return call(this, callee, args, self, node);
  }

  unfollowed(callee: V, args: readonly V[], self: V, node: ts.Node): V {
    return unfollowed(this, callee, args, self, node);
  }

  get(of: V, name: string, node: ts.Node): V {
    return get(this, of, name, node);
  }

  itemsOf(list: V): V[] {
    return itemsOf(list);
  }

  tagOf(values: readonly V[]): Tag {
    return tagOf(this, values);
  }

  lacksSecret(values: readonly V[]): false {
    return lacksSecret(this, values);
  }

  // ---- start-up values --------------------------------------------------------------------------------------

  ofDeclaration(decl: Decl, name: ts.Identifier, env: Env | undefined): V {
    return ofDeclaration(this, decl, name, env);
  }

  fromStatic(values: readonly Value[], node: ts.Node): V {
    return fromStatic(this, values, node);
  }

  instanceOf(value: Extract<Value, { is: 'instance' }>, node: ts.Node): Obj {
    return instanceOf(this, value, node);
  }

  variableOf(name: string, node: ts.Node): V {
    return variableOf(this, name, node);
  }

  join(results: readonly V[], key: string, node: ts.Node): V {
    return join(results, key, node);
  }

  /** The key of a value that is known only by its place. */
  keyAt(node: ts.Node): string {
    return `n${this.values.program.idOf(node)}`;
  }
}
