import { classNames, constructorOf, isStatic, memberOf, superCallOf, thisFunction } from './classes.js';
import {
  encloses,
  holdersOf,
  isCall,
  isDeclared,
  makerOf,
  namesOf,
  outermost,
  returnExpressions,
} from './functions.js';
import {
  type Decl,
  enclosingClass,
  type FunctionNode,
  isFunctionNode,
  lastName,
  type PathStep,
  propertyName,
  type SourceModule,
  unwrap,
} from './module.js';
import type { Program } from './program.js';
import { ts } from './ts.js';
import { memberOfType } from './types.js';
import {
  type ClassValue,
  type Env,
  type FreeOption,
  type FunctionValue,
  type InstanceValue,
  isNullish,
  isSameThing,
  type Primitive,
  type Thing,
  truthOf,
  undefinedValue,
  type Value,
} from './value.js';

const most = 24;
const stepsPerQuestion = 20_000;
const costly = 2_000;
const deepest = 220;
const mostCallers = 60;
const mostContexts = 12;
/** Frames within frames that still pay. */
const deepestFrame = 6;

/** A value that a library passes to a function of the user's. */
export interface Loan {
  readonly to: FunctionNode;
  readonly index: number;
  readonly value: Value;
}

/** A place from which a function is entered. */
export interface CallSite {
  readonly node: ts.CallExpression | ts.NewExpression;
  /** False when the function is only handed on there, to code that is not followed. */
  readonly enters: boolean;
}

type FrameFacts = Pick<Env, 'owner'> & Partial<Omit<Env, 'owner' | 'id' | 'depth'>>;

const globals = new Set([
  'process',
  'console',
  'globalThis',
  'window',
  'self',
  'Object',
  'Array',
  'Promise',
  'Number',
  'String',
  'Boolean',
  'JSON',
  'Math',
  'Date',
  'URL',
  'URLSearchParams',
  'Set',
  'Map',
  'WeakMap',
  'WeakSet',
  'RegExp',
  'Error',
  'Buffer',
  'Response',
  'Request',
  'Headers',
  'fetch',
  'crypto',
  'parseInt',
  'parseFloat',
  'isNaN',
  'setTimeout',
  'setInterval',
  'clearTimeout',
  'clearInterval',
  'encodeURIComponent',
  'decodeURIComponent',
  'require',
  'TextEncoder',
  'TextDecoder',
  'ReadableStream',
  'TransformStream',
  'WritableStream',
  'WebSocketPair',
  'WebSocket',
  'EventSource',
  'AbortController',
  'Symbol',
  'Reflect',
  'Proxy',
  'queueMicrotask',
  'structuredClone',
  'BigInt',
  'atob',
  'btoa',
  'module',
  'exports',
  '__dirname',
  '__filename',
  'Uint8Array',
  'performance',
  'URLPattern',
]);

/** Globals of server runtimes: what they hold is an export like any other, `Bun.serve` that of `import { serve } from 'bun'`. */
const runtimes: Readonly<Record<string, Value>> = {
  Bun: { is: 'api', module: 'bun', path: '' },
  Deno: { is: 'api', module: 'deno', path: '' },
  WebSocketPair: { is: 'api', module: 'cloudflare', path: 'WebSocketPair' },
};

/**
 * Answers what an expression may stand for, by data flow alone: names through scopes, imports and barrels; calls
 * through returns; `this` through classes; parameters through the frame they run in or a join over callers.
 */
export class Values {
  readonly #final = new Map<string, readonly unknown[]>();
  readonly #provisional = new Map<string, readonly unknown[]>();
  readonly #running = new Map<string, number>();
  readonly #envs = new Map<string, Env>();
  readonly #returns = new Map<FunctionNode, readonly ts.Expression[]>();
  readonly #lent = new Map<ts.ParameterDeclaration, readonly Value[]>();
  #lowest = Number.POSITIVE_INFINITY;
  #steps = 0;
  /** Expression evaluations so far: the machine-independent cost of resolution. */
  evaluations = 0;

  constructor(readonly program: Program) {}

  // ---- memo -------------------------------------------------------------------------------------------------

  /** Runs a relation that may meet itself: a result touched by a cycle is kept only until the outermost one ends. */
  #memo<T>(key: string, compute: () => readonly T[], tooDeep: readonly T[]): readonly T[] {
    const known = this.#final.get(key) ?? this.#provisional.get(key);
    if (known) return known as readonly T[];
    const at = this.#running.get(key);
    if (at !== undefined) {
      this.#lowest = Math.min(this.#lowest, at);
      return [];
    }
    const depth = this.#running.size;
    if (depth === 0) this.#steps = 0;
    if (depth > deepest || ++this.#steps > stepsPerQuestion) {
      this.#lowest = Math.min(this.#lowest, 0);
      return tooDeep;
    }
    this.evaluations++;
    this.#running.set(key, depth);
    const outer = this.#lowest;
    this.#lowest = Number.POSITIVE_INFINITY;
    let found: readonly T[];
    try {
      found = compute();
    } finally {
      this.#running.delete(key);
    }
    const isFinal = this.#lowest >= depth;
    (isFinal ? this.#final : this.#provisional).set(key, found);
    this.#lowest = Math.min(outer, isFinal ? Number.POSITIVE_INFINITY : this.#lowest);
    if (depth === 0) {
      // What was costly to learn is kept, though a cycle blurs it: no later question pays for it again.
      if (this.#steps > costly) for (const [each, values] of this.#provisional) this.#final.set(each, values);
      this.#provisional.clear();
      this.#lowest = Number.POSITIVE_INFINITY;
    }
    return found;
  }

  #guarded(key: string, node: ts.Node, compute: () => readonly Value[]): readonly Value[] {
    return this.#memo(key, () => distinct(compute(), this), [{ is: 'unclear', why: 'too deep to follow', node }]);
  }

  /** A text key of a value: equal keys mean the same value. */
  keyOf(value: Value): string {
    switch (value.is) {
      case 'literal':
        return `l:${typeof value.value}:${String(value.value)}`;
      case 'env':
        return `e:${value.name}`;
      case 'api':
        return `a:${value.module}:${value.path}`;
      case 'global':
        return `g:${value.path}`;
      case 'namespace':
        return `n:${value.module.file}`;
      case 'member':
        return `m:${this.keyOf(value.of)}.${value.name}`;
      case 'thing':
        return `t:${value.made}:${this.program.idOf(value.site)}:${value.env?.id ?? 0}`;
      case 'instance':
        return `i:${this.program.idOf(value.of.node)}:${value.site ? this.program.idOf(value.site) : 0}:${value.env?.id ?? 0}`;
      case 'function':
        return `f:${this.program.idOf(value.node)}:${value.env?.id ?? 0}:${value.self ? this.keyOf(value.self) : ''}`;
      case 'class':
      case 'object':
      case 'array':
      case 'container':
        return `${value.is}:${this.program.idOf(value.node)}:${value.env?.id ?? 0}`;
      case 'unclear':
        return `u:${value.why}`;
      default:
        return `${value.is}:${this.program.idOf(value.node)}`;
    }
  }

  /** The frame for these facts, the same object every time. */
  frame({ owner, call, callEnv, element, self, parent }: FrameFacts): Env {
    const idOf = (node: ts.Node | undefined) => (node ? this.program.idOf(node) : 0);
    const keyOf = (value: Value | undefined) => (value ? this.keyOf(value) : '');
    const key = [idOf(owner), idOf(call), callEnv?.id, keyOf(element), keyOf(self), parent?.id].join('|');
    let env = this.#envs.get(key);
    if (!env) {
      const depth = 1 + Math.max(callEnv?.depth ?? 0, parent?.depth ?? 0);
      env = { owner, call, callEnv, element, self, parent, id: this.#envs.size + 1, depth };
      this.#envs.set(key, env);
    }
    return env;
  }

  // ---- expressions ------------------------------------------------------------------------------------------

  /** What an expression may stand for; asked from outside never empty: `unclear` says why where it cannot be told. */
  of(expression: ts.Expression, env?: Env): readonly Value[] {
    const node = unwrap(expression);
    const relevant = this.frameAround(node, env);
    const found = this.#guarded(`x${this.program.idOf(node)}:${relevant?.id ?? 0}`, node, () =>
      this.#evaluate(node, relevant),
    );
    // Inside a question, "nothing on this turn of the cycle" is no answer of its own.
    return found.length || this.#running.size ? found : [{ is: 'unclear', why: 'refers to itself', node }];
  }

  /** The one value an expression stands for, if there is just one. */
  one(expression: ts.Expression, env?: Env): Value | undefined {
    const found = this.of(expression, env);
    return found.length === 1 ? found[0] : undefined;
  }

  /** The innermost frame around a node: those that do not enclose it say nothing about it, and would only swell the memo. */
  frameAround(node: ts.Node, env: Env | undefined): Env | undefined {
    for (let at = env; at; at = at.parent) if (encloses(at.owner, node)) return at;
    return undefined;
  }

  #evaluate(node: ts.Expression, env: Env | undefined): readonly Value[] {
    switch (node.kind) {
      case ts.SyntaxKind.StringLiteral:
      case ts.SyntaxKind.NoSubstitutionTemplateLiteral:
        return [literal((node as ts.StringLiteralLike).text, node)];
      case ts.SyntaxKind.NumericLiteral:
        return [literal(Number((node as ts.NumericLiteral).text), node)];
      case ts.SyntaxKind.TrueKeyword:
        return [literal(true, node)];
      case ts.SyntaxKind.FalseKeyword:
        return [literal(false, node)];
      case ts.SyntaxKind.NullKeyword:
        return [literal(null, node)];
      case ts.SyntaxKind.RegularExpressionLiteral: {
        const text = (node as ts.RegularExpressionLiteral).text;
        const slash = text.lastIndexOf('/');
        return [{ is: 'regex', node, source: text.slice(1, slash), flags: text.slice(slash + 1) }];
      }
      case ts.SyntaxKind.ArrowFunction:
      case ts.SyntaxKind.FunctionExpression:
        return [{ is: 'function', node: node as ts.ArrowFunction, env, self: undefined }];
      case ts.SyntaxKind.ClassExpression:
        return [{ is: 'class', node: node as ts.ClassExpression, env }];
      case ts.SyntaxKind.ObjectLiteralExpression:
        return [{ is: 'object', node: node as ts.ObjectLiteralExpression, env }];
      case ts.SyntaxKind.ArrayLiteralExpression:
        return [{ is: 'array', node: node as ts.ArrayLiteralExpression, env }];
      case ts.SyntaxKind.Identifier:
        return this.#name(node as ts.Identifier, env);
      case ts.SyntaxKind.ThisKeyword:
        return this.#self(node, env);
      case ts.SyntaxKind.PropertyAccessExpression: {
        const access = node as ts.PropertyAccessExpression;
        return this.#each(access.expression, env, value => this.property(value, access.name.text, access));
      }
      case ts.SyntaxKind.ElementAccessExpression:
        return this.#element(node as ts.ElementAccessExpression, env);
      case ts.SyntaxKind.CallExpression:
        return this.#call(node as ts.CallExpression, env);
      case ts.SyntaxKind.NewExpression:
        return this.#construct(node as ts.NewExpression, env);
      case ts.SyntaxKind.ConditionalExpression:
        return this.#conditional(node as ts.ConditionalExpression, env);
      case ts.SyntaxKind.BinaryExpression:
        return this.#binary(node as ts.BinaryExpression, env);
      case ts.SyntaxKind.PrefixUnaryExpression:
        return this.#unary(node as ts.PrefixUnaryExpression, env);
      case ts.SyntaxKind.TemplateExpression:
        return this.#template(node as ts.TemplateExpression, env);
      case ts.SyntaxKind.VoidExpression:
        return [undefinedValue];
      case ts.SyntaxKind.TypeOfExpression:
        return [{ is: 'unclear', why: 'a type test', node }];
      default:
        return [{ is: 'unclear', why: 'an expression that is not followed', node }];
    }
  }

  #each(expression: ts.Expression, env: Env | undefined, use: (value: Value) => readonly Value[]): readonly Value[] {
    return this.of(expression, env).flatMap(use);
  }

  #conditional(node: ts.ConditionalExpression, env: Env | undefined): readonly Value[] {
    const truth = this.truth(node.condition, env);
    if (truth === true) return this.of(node.whenTrue, env);
    if (truth === false) return this.of(node.whenFalse, env);
    return [...this.of(node.whenTrue, env), ...this.of(node.whenFalse, env)];
  }

  /** Whether a condition surely holds, surely does not, or depends. */
  truth(condition: ts.Expression, env?: Env): boolean | undefined {
    const node = unwrap(condition);
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      const inner = this.truth(node.operand, env);
      return inner === undefined ? undefined : !inner;
    }
    const truths = new Set(this.of(node, env).map(truthOf));
    return truths.size === 1 ? [...truths][0] : undefined;
  }

  #binary(node: ts.BinaryExpression, env: Env | undefined): readonly Value[] {
    const operator = node.operatorToken.kind;
    switch (operator) {
      case ts.SyntaxKind.BarBarToken:
      case ts.SyntaxKind.QuestionQuestionToken: {
        const gone = operator === ts.SyntaxKind.BarBarToken ? (value: Value) => negate(truthOf(value)) : isNullish;
        const left = this.of(node.left, env);
        // As shipped, an option that nobody is seen to set has its default.
        const alive = left.filter(value => gone(value) !== true && !(value.is === 'unclear' && value.free));
        if (left.length && left.every(value => gone(value) === false)) return alive;
        return [...alive, ...this.of(node.right, env)];
      }
      case ts.SyntaxKind.AmpersandAmpersandToken: {
        const left = this.of(node.left, env);
        const dead = left.filter(value => truthOf(value) === false);
        if (left.length && dead.length === left.length) return dead;
        return [...dead, ...this.of(node.right, env)];
      }
      case ts.SyntaxKind.CommaToken:
      case ts.SyntaxKind.EqualsToken:
      case ts.SyntaxKind.QuestionQuestionEqualsToken:
      case ts.SyntaxKind.BarBarEqualsToken:
        return this.of(node.right, env);
      case ts.SyntaxKind.EqualsEqualsEqualsToken:
      case ts.SyntaxKind.EqualsEqualsToken:
      case ts.SyntaxKind.ExclamationEqualsEqualsToken:
      case ts.SyntaxKind.ExclamationEqualsToken: {
        const same = this.#sameness(this.of(node.left, env), this.of(node.right, env));
        if (same === undefined) return [{ is: 'unclear', why: 'a comparison', node }];
        const isNegated =
          operator === ts.SyntaxKind.ExclamationEqualsEqualsToken || operator === ts.SyntaxKind.ExclamationEqualsToken;
        return [literal(isNegated ? !same : same, node)];
      }
      default:
        return this.#arithmetic(node, env);
    }
  }

  #sameness(left: readonly Value[], right: readonly Value[]): boolean | undefined {
    const primitive = (values: readonly Value[]) => {
      const value = values.length === 1 ? values[0] : undefined;
      if (value?.is === 'literal') return { value: value.value };
      if (value?.is === 'env') return { value: undefined };
      return undefined;
    };
    const a = primitive(left);
    const b = primitive(right);
    if (a && b) return a.value === b.value;
    return undefined;
  }

  #arithmetic(node: ts.BinaryExpression, env: Env | undefined): readonly Value[] {
    const left = this.one(node.left, env);
    const right = this.one(node.right, env);
    if (left?.is !== 'literal' || right?.is !== 'literal') {
      const isText =
        node.operatorToken.kind === ts.SyntaxKind.PlusToken && [left, right].some(value => value && isString(value));
      return [{ is: 'unclear', why: 'a computed value', node, ...(isText && { text: true }) }];
    }
    const result = compute(node.operatorToken.kind, left.value, right.value);
    return [result === undefined ? { is: 'unclear', why: 'a computed value', node } : literal(result, node)];
  }

  #unary(node: ts.PrefixUnaryExpression, env: Env | undefined): readonly Value[] {
    if (node.operator === ts.SyntaxKind.ExclamationToken) {
      const truth = this.truth(node.operand, env);
      return [truth === undefined ? { is: 'unclear', why: 'a condition', node } : literal(!truth, node)];
    }
    const operand = this.one(node.operand, env);
    if (operand?.is === 'literal') {
      if (node.operator === ts.SyntaxKind.MinusToken) return [literal(-Number(operand.value), node)];
      if (node.operator === ts.SyntaxKind.PlusToken) return [literal(Number(operand.value), node)];
    }
    return [{ is: 'unclear', why: 'a computed value', node }];
  }

  #template(node: ts.TemplateExpression, env: Env | undefined): readonly Value[] {
    let text = node.head.text;
    for (const span of node.templateSpans) {
      const value = this.one(span.expression, env);
      if (value?.is !== 'literal')
        return [{ is: 'unclear', why: 'a text with parts that are not constant', node, text: true }];
      text += String(value.value) + span.literal.text;
    }
    return [literal(text, node)];
  }

  #element(node: ts.ElementAccessExpression, env: Env | undefined): readonly Value[] {
    const key = this.one(node.argumentExpression, env);
    if (key?.is === 'literal' && (typeof key.value === 'string' || typeof key.value === 'number')) {
      const name = String(key.value);
      return this.#each(node.expression, env, value => this.property(value, name, node));
    }
    return this.#each(node.expression, env, value => this.elements(value, node));
  }

  // ---- names ------------------------------------------------------------------------------------------------

  /** The declaration a name stands for, found by climbing scopes. */
  declarationOf(name: ts.Identifier): Decl | undefined {
    const { scopes } = this.program.moduleOf(name);
    for (let at: ts.Node = name; at; at = at.parent) {
      const found = scopes.get(at)?.get(name.text);
      if (found) return found;
    }
    return undefined;
  }

  #name(name: ts.Identifier, env: Env | undefined): readonly Value[] {
    if (name.text === 'undefined') return [undefinedValue];
    const decl = this.declarationOf(name);
    if (!decl) {
      if (name.text === 'NaN') return [literal(Number.NaN, name)];
      if (name.text === 'Infinity') return [literal(Number.POSITIVE_INFINITY, name)];
      if (Object.hasOwn(runtimes, name.text)) return [runtimes[name.text]!];
      return globals.has(name.text)
        ? [{ is: 'global', path: name.text === 'globalThis' ? '' : name.text }]
        : [{ is: 'unclear', why: `\`${name.text}\` is not declared here`, node: name }];
    }
    return this.ofDeclaration(decl, name, env);
  }

  /** What a declared name may stand for, as seen from a place. */
  ofDeclaration(decl: Decl, name: ts.Identifier, env?: Env): readonly Value[] {
    switch (decl.is) {
      case 'function':
        return [{ is: 'function', node: decl.node, env: this.frameAround(decl.node, env), self: undefined }];
      case 'class':
        return [{ is: 'class', node: decl.node, env: this.frameAround(decl.node, env) }];
      case 'import':
        return this.#import(decl, name);
      case 'variable':
        return this.#variable(decl, env);
      case 'parameter':
        return this.#parameter(decl, env);
      case 'enum':
        return [{ is: 'unclear', why: 'an enum', node: name }];
      case 'opaque':
        return [{ is: 'unclear', why: 'a caught error', node: name }];
    }
  }

  #variable(decl: Extract<Decl, { is: 'variable' }>, env: Env | undefined): readonly Value[] {
    const { name, init, path, each } = decl;
    const at = this.frameAround(name, env);
    const key = `v${this.program.idOf(name)}:${at?.id ?? 0}`;
    return this.#guarded(key, name, () => {
      if (each) {
        const element = frameOf(at, each)?.element;
        if (element) return this.#follow([element], path, at, name);
        const elements = this.of(init!, at).flatMap(value => this.elements(value, name));
        return this.#follow(elements, path, at, name);
      }
      const own = init ? this.#follow(this.of(init, at), path, at, name) : [];
      const { writes } = this.program.moduleOf(name);
      const late = (writes.get(name.text) ?? [])
        .filter(write => this.declarationOf(write.target) === decl)
        .flatMap(write =>
          write.target.pos === name.pos ? [] : this.of(write.right, this.frameAround(write.right, env)),
        );
      const all = [...own, ...late];
      // The server has started by the time anybody asks: an empty first value gives way to the later one.
      const meaningful = all.filter(value => !(value.is === 'literal' && value.value == null));
      const kept = meaningful.length && late.length ? meaningful : all;
      if (kept.length) return kept;
      const typed = decl.type && this.#ofType(decl.type, name);
      return typed
        ? [typed]
        : init
          ? []
          : [{ is: 'unclear', why: `\`${name.text}\` is assigned elsewhere`, node: name }];
    });
  }

  /** From an initialiser's values down the path of a destructuring pattern. */
  #follow(values: readonly Value[], path: readonly PathStep[], env: Env | undefined, node: ts.Node): readonly Value[] {
    let found = values;
    for (const step of path) {
      found = found.flatMap(value => {
        if ('rest' in step)
          return step.rest === 'object' ? [value] : [{ is: 'list' as const, items: this.elements(value, node), node }];
        return 'key' in step ? this.property(value, step.key, node) : this.property(value, String(step.index), node);
      });
      if (!('rest' in step) && step.fallback) {
        const fallback = step.fallback;
        found = found.flatMap(value => {
          const isMissing =
            value.is === 'literal'
              ? value.value === undefined
              : value.is === 'env'
                ? true
                : value.is === 'unclear'
                  ? value.free
                    ? true
                    : undefined
                  : false;
          if (isMissing === false) return [value];
          return isMissing ? this.of(fallback, env) : [value, ...this.of(fallback, env)];
        });
      }
    }
    return found;
  }

  #parameter(decl: Extract<Decl, { is: 'parameter' }>, env: Env | undefined): readonly Value[] {
    const at = this.frameAround(decl.name, env);
    const key = `p${this.program.idOf(decl.name)}:${at?.id ?? 0}`;
    return this.#guarded(key, decl.name, () => {
      const frame = frameOf(at, decl.fn);
      const raw = frame ? this.#argument(decl, frame) : undefined;
      return this.#follow(raw ?? this.#joined(decl), decl.path, at, decl.name);
    });
  }

  /** The argument that a known call passes, with the parameter's default where it passes none. */
  #argument(decl: Extract<Decl, { is: 'parameter' }>, frame: Env): readonly Value[] | undefined {
    const { node, index } = decl;
    if (frame.element && index === 0) return [frame.element];
    if (!frame.call) return undefined;
    const args = frame.call.arguments ?? [];
    if (node.dotDotDotToken) {
      return [
        { is: 'list', items: args.slice(index).flatMap(argument => this.#spreadOf(argument, frame.callEnv)), node },
      ];
    }
    const spread = args.findIndex(ts.isSpreadElement);
    if (spread >= 0 && spread <= index) {
      return args.slice(spread).flatMap(argument => this.#spreadOf(argument, frame.callEnv));
    }
    const argument = args[index];
    const given = argument ? this.of(argument, frame.callEnv) : [undefinedValue];
    return node.initializer ? this.#orDefault(given, node.initializer, frame) : given;
  }

  #orDefault(given: readonly Value[], initializer: ts.Expression, env: Env | undefined): readonly Value[] {
    const isMissing = (value: Value) =>
      (value.is === 'literal' && value.value === undefined) ||
      value.is === 'env' ||
      (value.is === 'unclear' && value.free !== undefined);
    const kept = given.filter(value => !isMissing(value));
    return kept.length === given.length ? kept : [...kept, ...this.of(initializer, env)];
  }

  #spreadOf(argument: ts.Expression, env: Env | undefined): readonly Value[] {
    return ts.isSpreadElement(argument)
      ? this.of(argument.expression, env).flatMap(value => this.elements(value, argument))
      : this.of(argument, env);
  }

  /**
   * Says what a library passes when it calls these functions. What was concluded without that is forgotten.
   */
  lend(given: readonly Loan[]): void {
    for (const { to, index, value } of given) {
      const parameter = to.parameters[index];
      if (parameter) this.#lent.set(parameter, [...(this.#lent.get(parameter) ?? []), value]);
    }
    this.#final.clear();
    this.#provisional.clear();
  }

  /** Without a frame: what a library passes, else the join over all callers seen, else the declared type, else unclear. */
  #joined(decl: Extract<Decl, { is: 'parameter' }>): readonly Value[] {
    const { fn, index, node, name } = decl;
    const lent = this.#lent.get(node);
    if (lent) return lent;
    const sites = this.callersOf(fn);
    const seen = sites.flatMap(({ node: site, enters }): readonly Value[] => {
      const element = this.#iterated(site, fn);
      if (element) return index === 0 ? element : [{ is: 'unclear', why: 'an index', node: name }];
      if (!enters) return [];
      return this.#argument(decl, this.frame({ owner: fn, call: site })) ?? [];
    });
    if (seen.length) return seen;
    const typed = node.type && this.#ofType(node.type, node);
    if (typed) return [typed];
    if (node.initializer) return this.of(node.initializer);
    return [
      {
        is: 'unclear',
        why: `parameter \`${name.text}\` without a seen caller`,
        node: name,
        free: { type: node.type, optional: node.questionToken !== undefined },
      },
    ];
  }

  /** For `list.forEach(fn)` and its kin: the elements that the callback is given. */
  #iterated(site: ts.CallExpression | ts.NewExpression, fn: FunctionNode): readonly Value[] | undefined {
    if (!ts.isCallExpression(site) || !site.arguments.some(argument => unwrap(argument) === fn)) return undefined;
    const callee = unwrap(site.expression);
    if (!ts.isPropertyAccessExpression(callee) || !iterations.has(callee.name.text)) return undefined;
    return this.of(callee.expression).flatMap(value => this.elements(value, site));
  }

  #import(decl: Extract<Decl, { is: 'import' }>, name: ts.Identifier): readonly Value[] {
    const from = this.program.moduleOf(name).file;
    return this.importedFrom(decl.spec, decl.name, from, name);
  }

  /** What a name imported from a specifier stands for. */
  importedFrom(spec: string, name: string, from: string, node: ts.Node): readonly Value[] {
    const resolved = this.program.resolve(spec, from);
    if (resolved.is === 'library') {
      return [{ is: 'api', module: resolved.name, path: name === '*' || name === 'default' ? '' : name }];
    }
    const module = resolved.is === 'file' ? this.program.module(resolved.file) : undefined;
    if (!module) return [{ is: 'unclear', why: `\`${spec}\` is not among the examined files`, node }];
    if (name === '*') return [{ is: 'namespace', module }];
    return this.exportOf(module, name, node);
  }

  /** What a module exports under a name, through barrels and CommonJS alike. */
  exportOf(module: SourceModule, name: string, node: ts.Node): readonly Value[] {
    return this.#guarded(`o${module.file}:${name}`, node, () => {
      const target = module.exports.get(name);
      if (target && 'local' in target) return this.#local(module, target.local);
      if (target && 'expression' in target) return this.of(target.expression);
      if (target) return this.importedFrom(target.spec, target.name, module.file, node);
      const whole = module.exports.get('=');
      if (whole && 'expression' in whole) {
        const values = this.of(whole.expression);
        return name === 'default' ? values : values.flatMap(value => this.property(value, name, node));
      }
      for (const spec of name === 'default' ? [] : module.stars) {
        const found = this.importedFrom(spec, name, module.file, node);
        if (found.some(value => value.is !== 'unclear')) return found;
      }
      return [{ is: 'unclear', why: `\`${name}\` is not exported by ${module.file}`, node }];
    });
  }

  #local(module: SourceModule, name: string): readonly Value[] {
    const decl = module.scopes.get(module.source)?.get(name);
    if (!decl) return [];
    const at = decl.is === 'variable' || decl.is === 'parameter' ? decl.name : undefined;
    if (decl.is === 'import') return this.importedFrom(decl.spec, decl.name, module.file, module.source);
    return this.ofDeclaration(decl, at ?? (module.source as unknown as ts.Identifier));
  }

  // ---- this, members, elements ------------------------------------------------------------------------------

  #self(node: ts.Node, env: Env | undefined): readonly Value[] {
    const fn = thisFunction(node);
    for (let at = env; at; at = at.parent)
      if (at.self && (at.owner === fn || ts.isClassLike(at.owner))) return [at.self];
    if (fn && ts.isMethodDeclaration(fn) && ts.isObjectLiteralExpression(fn.parent)) {
      return [{ is: 'object', node: fn.parent, env: this.frameAround(fn.parent, env) }];
    }
    const type = enclosingClass(node);
    return type ? [this.someInstance(type)] : [{ is: 'unclear', why: '`this` outside a class', node }];
  }

  /** An instance of a class of which nothing else is known. */
  someInstance(type: ts.ClassLikeDeclaration): InstanceValue {
    return { is: 'instance', of: { is: 'class', node: type, env: undefined }, site: undefined, env: undefined };
  }

  /** What `value.name` may stand for. */
  property(value: Value, name: string, node: ts.Node): readonly Value[] {
    switch (value.is) {
      case 'object':
        return this.#guarded(`.${this.keyOf(value)}.${name}`, node, () => this.#objectProperty(value, name, node));
      case 'merged':
        for (const part of [...value.parts].reverse()) {
          const found = part.flatMap(each => this.property(each, name, node));
          if (found.some(each => !(each.is === 'literal' && each.value === undefined))) return found;
        }
        return [undefinedValue];
      case 'instance':
        return this.#guarded(`.${this.keyOf(value)}.${name}`, node, () => this.#instanceProperty(value, name, node));
      case 'class':
        return this.#guarded(`.${this.keyOf(value)}.${name}`, node, () => this.#staticProperty(value, name, node));
      case 'array': {
        const index = Number(name);
        if (Number.isInteger(index) && !value.node.elements.some(ts.isSpreadElement)) {
          const element = value.node.elements[index];
          return element ? this.of(element, value.env) : [undefinedValue];
        }
        if (Number.isInteger(index)) return this.elements(value, node);
        return [{ is: 'member', of: value, name }];
      }
      case 'list': {
        const index = Number(name);
        if (Number.isInteger(index)) return value.items[index] ? [value.items[index]] : [undefinedValue];
        return [{ is: 'member', of: value, name }];
      }
      case 'namespace':
        return this.exportOf(value.module, name, node);
      case 'api':
        if (value.module === 'bun' && value.path === 'env') return [{ is: 'env', name, node }];
        return [
          {
            is: 'api',
            module: value.module,
            path: name === 'default' ? value.path : value.path ? `${value.path}.${name}` : name,
          },
        ];
      case 'global':
        return [globalMember(value.path, name, node)];
      case 'env':
      case 'literal':
        return value.is === 'literal' && value.value == null ? [] : [{ is: 'member', of: value, name }];
      case 'thing':
        return this.#guarded(`.${this.keyOf(value)}.${name}`, node, () => this.#thingProperty(value, name));
      case 'unclear':
        return [value.free ? this.#freeMember(value, value.free, name, node) : { ...value, node }];
      default:
        return [{ is: 'member', of: value, name }];
    }
  }

  /** An option of an object that no caller is seen to pass: left out where its type allows it, or where there is no type. */
  #freeMember(value: Value, free: FreeOption, name: string, node: ts.Node): Value {
    const member = free.type && memberOfType(this.program, free.type, name);
    return {
      ...value,
      node,
      free: { type: member?.type, optional: member ? member.optional : free.type === undefined },
    } as Value;
  }

  /** A property set on a library's object from outside (`wss.shouldHandle = f`) or by an own subclass, else its member. */
  #thingProperty(thing: Thing, name: string): readonly Value[] {
    const { instance } = thing;
    const own = instance ? this.#lineOf(instance.of).flatMap(type => this.#ownProperty(instance, type, name)) : [];
    const found = [...this.writesTo(thing, name).flatMap(({ right }) => this.of(right)), ...own];
    return found.length ? found : [{ is: 'member', of: thing, name }];
  }

  /** Assignments `x.name = e` in parsed files whose `x` is this thing. */
  writesTo(thing: Thing, name: string): { right: ts.Expression }[] {
    return this.program
      .modules()
      .flatMap(module =>
        (module.propertyWrites.get(name) ?? []).filter(write =>
          this.of(write.target.expression).some(value => value.is === 'thing' && isSameThing(value, thing)),
        ),
      );
  }

  #objectProperty(object: Extract<Value, { is: 'object' }>, name: string, node: ts.Node): readonly Value[] {
    const found: Value[] = [];
    let isSure = false;
    for (const property of [...object.node.properties].reverse()) {
      if (ts.isSpreadAssignment(property)) {
        const spread = this.of(property.expression, object.env).flatMap(value =>
          value.is === 'literal' || value.is === 'env' || (value.is === 'unclear' && value.free)
            ? [undefinedValue]
            : this.property(value, name, node),
        );
        const present = spread.filter(value => !(value.is === 'literal' && value.value === undefined && !value.node));
        found.push(...present);
        if (present.length && present.length === spread.length && present.every(value => value.is !== 'unclear'))
          isSure = true;
      } else {
        const key = property.name && propertyName(property.name);
        if (key === undefined && property.name && ts.isComputedPropertyName(property.name)) {
          const computed = this.one(property.name.expression, object.env);
          if (!(computed?.is === 'literal' && String(computed.value) === name)) continue;
        } else if (key !== name) continue;
        isSure = true;
        if (ts.isPropertyAssignment(property)) found.push(...this.of(property.initializer, object.env));
        else if (ts.isShorthandPropertyAssignment(property)) found.push(...this.#shorthand(property, object.env));
        else if (ts.isMethodDeclaration(property))
          found.push({ is: 'function', node: property, env: object.env, self: object });
        else if (ts.isGetAccessorDeclaration(property)) found.push(...this.returnsOf(property, object.env));
      }
      if (isSure) break;
    }
    for (const write of this.program.moduleOf(object.node).propertyWrites.get(name) ?? []) {
      if (this.of(write.target.expression).some(value => value.is === 'object' && value.node === object.node)) {
        found.push(...this.of(write.right));
        isSure = true;
      }
    }
    return isSure && found.length ? found : [...found, undefinedValue];
  }

  #shorthand(property: ts.ShorthandPropertyAssignment, env: Env | undefined): readonly Value[] {
    return this.of(property.name, env);
  }

  #instanceProperty(instance: InstanceValue, name: string, node: ts.Node): readonly Value[] {
    const found: Value[] = [];
    for (const type of this.#lineOf(instance.of)) {
      found.push(...this.#ownProperty(instance, type, name));
      if (found.some(value => value.is === 'function' && ts.isMethodDeclaration(value.node))) break; // it hides those of the bases
    }
    if (!instance.site) {
      // Nothing says which class it is: overrides in subclasses are possible too.
      for (const sub of this.#subclassesOf(instance.of.node)) {
        const of: ClassValue = { is: 'class', node: sub, env: undefined };
        found.push(...this.#ownProperty({ ...instance, of }, of, name));
      }
    }
    const meaningful = found.filter(value => !(value.is === 'literal' && value.value == null));
    if (meaningful.length) return meaningful;
    if (found.length) return found;
    const thing = this.thingOf(instance);
    if (thing) return [{ is: 'member', of: thing, name }];
    const declared = memberOf(instance.of.node, name);
    const typed =
      declared && ts.isPropertyDeclaration(declared) && declared.type && this.#ofType(declared.type, declared);
    if (typed) return [typed];
    return declared ? [undefinedValue] : [{ is: 'unclear', why: `\`${name}\` is not assigned in the class`, node }];
  }

  /** A class and the own classes it descends from, nearest first. */
  #lineOf(type: ClassValue): ClassValue[] {
    const line: ClassValue[] = [];
    for (let at: ClassValue | undefined = type; at && line.length < 8; ) {
      line.push(at);
      at = this.#baseOf(at).find(value => value.is === 'class');
    }
    return line;
  }

  /** The frame of a class body, where fields get their first values. */
  #bodyFrame(instance: InstanceValue, type: ClassValue): Env {
    return this.frame({ owner: type.node, self: instance, parent: type.env });
  }

  /** The frame of a constructor in an instance's line: entered by the `new`, or by the `super(…)` of the class below. */
  #constructorFrame(instance: InstanceValue, ctor: ts.ConstructorDeclaration): Env {
    let entry: { call: Env['call']; callEnv: Env['callEnv'] } = { call: instance.site, callEnv: instance.env };
    for (const type of this.#lineOf(instance.of)) {
      const own = constructorOf(type.node);
      if (!own) continue;
      const frame = this.frame({ owner: own, ...entry, self: instance, parent: this.#bodyFrame(instance, type) });
      if (own === ctor) return frame;
      entry = { call: superCallOf(own), callEnv: frame };
    }
    return this.frame({ owner: ctor, self: instance });
  }

  /** Members and `this.name = …` of one class in an instance's line. */
  #ownProperty(instance: InstanceValue, type: ClassValue, name: string): readonly Value[] {
    const found: Value[] = [];
    const body = this.#bodyFrame(instance, type);
    const inside = (owner: FunctionNode): Env =>
      ts.isConstructorDeclaration(owner)
        ? this.#constructorFrame(instance, owner)
        : this.frame({ owner, self: instance, parent: type.env });
    const member = memberOf(type.node, name);
    if (member && ts.isMethodDeclaration(member) && member.body)
      return [{ is: 'function', node: member, env: type.env, self: instance }];
    if (member && ts.isGetAccessorDeclaration(member)) return this.returnsOf(member, inside(member));
    if (member && ts.isPropertyDeclaration(member) && member.initializer)
      found.push(...this.of(member.initializer, body));
    const ctor = constructorOf(type.node);
    const parameter = ctor?.parameters.find(
      each => ts.isIdentifier(each.name) && each.name.text === name && ts.isParameterPropertyDeclaration(each, ctor),
    );
    if (ctor && parameter && ts.isIdentifier(parameter.name)) found.push(...this.of(parameter.name, inside(ctor)));
    for (const write of this.program.moduleOf(type.node).propertyWrites.get(name) ?? []) {
      if (
        unwrap(write.target.expression).kind !== ts.SyntaxKind.ThisKeyword ||
        enclosingClass(write.target) !== type.node
      )
        continue;
      const fn = thisFunction(write.target);
      found.push(...this.of(write.right, fn ? inside(fn) : body));
    }
    return found;
  }

  #staticProperty(type: ClassValue, name: string, node: ts.Node): readonly Value[] {
    for (const member of type.node.members) {
      if (!member.name || propertyName(member.name as ts.PropertyName) !== name) continue;
      if (ts.isMethodDeclaration(member) && member.body)
        return [{ is: 'function', node: member, env: type.env, self: type }];
      if (ts.isPropertyDeclaration(member) && member.initializer) return this.of(member.initializer, type.env);
    }
    const inherited = this.#baseOf(type).flatMap(base => this.property(base, name, node));
    return inherited.length ? inherited : [{ is: 'unclear', why: `\`${name}\` is not a static member`, node }];
  }

  #baseOf(type: ClassValue): readonly Value[] {
    const clause = type.node.heritageClauses?.find(each => each.token === ts.SyntaxKind.ExtendsKeyword);
    const base = clause?.types[0];
    return base ? this.of(base.expression, type.env).filter(value => value.is === 'class' || value.is === 'api') : [];
  }

  #subclassesOf(base: ts.ClassLikeDeclaration): ts.ClassLikeDeclaration[] {
    const name = base.name?.text;
    if (!name) return [];
    const found: ts.ClassLikeDeclaration[] = [];
    for (const file of this.program.importersOf(this.program.moduleOf(base).file)) {
      const module = this.#mentioning(file, name);
      for (const type of module?.classes ?? []) {
        if (
          type !== base &&
          this.#baseOf({ is: 'class', node: type, env: undefined }).some(
            value => value.is === 'class' && value.node === base,
          )
        )
          found.push(type);
      }
    }
    return found;
  }

  /** The library object that an instance of an own subclass is, if its class descends from a library's. */
  thingOf(instance: InstanceValue): Thing | undefined {
    const line = this.#lineOf(instance.of);
    const base = this.#baseOf(line.at(-1)!).find(value => value.is === 'api');
    if (base?.is !== 'api') return undefined;
    // The library's constructor is entered by the topmost own constructor, else by the `new` itself.
    const ctor = line.map(type => constructorOf(type.node)).findLast(each => each !== undefined);
    return {
      is: 'thing',
      made: `${base.module} new ${base.path}`,
      site: instance.site ?? instance.of.node,
      from: undefined,
      env: ctor ? this.#constructorFrame(instance, ctor) : instance.env,
      call: ctor ? superCallOf(ctor) : instance.site,
      instance,
    };
  }

  /** What may stand in a collection: array elements, what was pushed, set, added or assigned into it. */
  elements(value: Value, node: ts.Node): readonly Value[] {
    switch (value.is) {
      case 'list':
        return value.items;
      case 'array':
        return this.#guarded(`[${this.keyOf(value)}`, node, () => [
          ...value.node.elements.flatMap(element =>
            ts.isOmittedExpression(element) ? [] : this.#spreadOf(element, value.env),
          ),
          ...this.#putInto(value),
        ]);
      case 'container':
        return this.#guarded(`[${this.keyOf(value)}`, node, () => [
          ...(value.node.arguments ?? []).flatMap(argument =>
            this.of(argument, value.env).flatMap(each => this.elements(each, node)),
          ),
          ...this.#putInto(value),
        ]);
      case 'object':
        return this.#guarded(`[${this.keyOf(value)}`, node, () => [
          ...value.node.properties.flatMap(property =>
            ts.isPropertyAssignment(property) ? this.of(property.initializer, value.env) : [],
          ),
          ...this.#putInto(value),
        ]);
      case 'literal':
      case 'env':
        return [];
      case 'unclear':
        return [{ is: 'unclear', why: value.why, node }];
      default:
        return [{ is: 'unclear', why: 'an element of something that is not followed', node }];
    }
  }

  #putInto(target: Value): readonly Value[] {
    if (target.is !== 'array' && target.is !== 'container' && target.is !== 'object') return [];
    const home = this.program.moduleOf(target.node);
    const isTarget = (expression: ts.Expression) =>
      this.of(expression).some(
        value =>
          (value.is === 'array' || value.is === 'container' || value.is === 'object') && value.node === target.node,
      );
    const found: Value[] = [];
    const modules = new Set([
      home,
      ...this.program
        .modules()
        .filter(module => module !== home && this.program.importersOf(home.file).has(module.file)),
    ]);
    for (const module of modules) {
      if (target.is !== 'object') {
        for (const [method, position] of [
          ['push', 0],
          ['unshift', 0],
          ['add', 0],
          ['set', 1],
        ] as const) {
          for (const call of module.calls.get(method) ?? []) {
            const callee = unwrap(call.expression);
            if (!ts.isPropertyAccessExpression(callee) || !call.arguments[position] || !isTarget(callee.expression))
              continue;
            for (const argument of call.arguments.slice(position)) found.push(...this.#spreadOf(argument, undefined));
          }
        }
      }
      for (const write of module.elementWrites)
        if (isTarget(write.target.expression)) found.push(...this.of(write.right));
    }
    return found;
  }

  // ---- calls ------------------------------------------------------------------------------------------------

  #call(node: ts.CallExpression, env: Env | undefined): readonly Value[] {
    if (node.expression.kind === ts.SyntaxKind.ImportKeyword || lastName(node.expression) === 'require') {
      const spec = node.arguments[0] && this.one(node.arguments[0], env);
      if (spec?.is === 'literal' && typeof spec.value === 'string') {
        const from = this.program.moduleOf(node).file;
        const resolved = this.program.resolve(spec.value, from);
        if (resolved.is !== 'file') return this.importedFrom(spec.value, '*', from, node);
        const module = this.program.module(resolved.file);
        const whole = module?.exports.get('=');
        if (module && whole && 'expression' in whole && node.expression.kind !== ts.SyntaxKind.ImportKeyword)
          return this.of(whole.expression);
        return this.importedFrom(spec.value, '*', from, node);
      }
      if (node.expression.kind === ts.SyntaxKind.ImportKeyword)
        return [{ is: 'unclear', why: 'an import with a computed name', node }];
    }
    if (node.expression.kind === ts.SyntaxKind.SuperKeyword) return [undefinedValue];
    const callees = this.of(node.expression, env);
    return callees.flatMap(callee => this.#called(callee, node, env));
  }

  #called(callee: Value, node: ts.CallExpression, env: Env | undefined): readonly Value[] {
    switch (callee.is) {
      case 'function':
        return this.returnsOf(callee.node, this.enter(callee, node, env));
      case 'api':
        return this.#apiCall(callee, node, env);
      case 'member':
        return this.#memberCall(callee, node, env);
      case 'global':
        return this.#globalCall(callee.path, node, env);
      case 'thing':
        return [
          {
            is: 'thing',
            made: `${callee.made}()`,
            site: node,
            env: this.frameAround(node, env),
            call: node,
            from: callee,
          },
        ];
      case 'unclear':
        return [{ is: 'unclear', why: callee.why, node }];
      default:
        return [{ is: 'unclear', why: 'the result of a call that is not followed', node }];
    }
  }

  /** The frame of a function value entered by a call; undefined past the depth that pays. */
  enter(
    fn: FunctionValue,
    call: ts.CallExpression | ts.NewExpression | undefined,
    callEnv: Env | undefined,
  ): Env | undefined {
    const relevantCall = call && this.frameAround(call, callEnv);
    const tooDeep = Math.max(relevantCall?.depth ?? 0, fn.env?.depth ?? 0) >= deepestFrame;
    if (tooDeep) return fn.self ? this.frame({ owner: fn.node, self: fn.self }) : undefined;
    return this.frame({ owner: fn.node, call, callEnv: relevantCall, self: fn.self, parent: fn.env });
  }

  /** What a function may return under a frame; promises are transparent. */
  returnsOf(fn: FunctionNode, env: Env | undefined): readonly Value[] {
    const key = `r${this.program.idOf(fn)}:${env?.id ?? 0}`;
    return this.#guarded(key, fn, () => {
      const expressions = this.#returnExpressions(fn);
      if (!expressions.length) return [undefinedValue];
      return expressions.flatMap(expression => this.of(expression, env));
    });
  }

  #returnExpressions(fn: FunctionNode): readonly ts.Expression[] {
    const found = this.#returns.get(fn) ?? returnExpressions(fn);
    this.#returns.set(fn, found);
    return found;
  }

  #apiCall(callee: Extract<Value, { is: 'api' }>, node: ts.CallExpression, env: Env | undefined): readonly Value[] {
    const { module, path } = callee;
    if (module === 'util' && path === 'promisify') return node.arguments[0] ? this.of(node.arguments[0], env) : [];
    if (module === 'deno' && path === 'env.get') return this.#variableNamed(node, env);
    return [
      {
        is: 'thing',
        made: `${module} ${path}()`,
        site: node,
        env: this.frameAround(node, env),
        call: node,
        from: undefined,
      },
    ];
  }

  #memberCall(
    callee: Extract<Value, { is: 'member' }>,
    node: ts.CallExpression,
    env: Env | undefined,
  ): readonly Value[] {
    const { of, name } = callee;
    if (name === 'bind' || name === 'catch' || name === 'finally') return [of];
    if (name === 'then' && of.is !== 'thing') return [{ is: 'unclear', why: 'the result of a promise', node }];
    if (of.is === 'literal' && typeof of.value === 'string') return this.#textCall(of.value, name, node, env);
    if (of.is === 'env') return [{ is: 'env', name: of.name, node }];
    if (of.is === 'array' || of.is === 'list') return this.#arrayCall(of, name, node, env);
    if (of.is === 'container') {
      if (name === 'get') return this.elements(of, node);
      if (name === 'values' || name === 'entries' || name === 'keys')
        return [{ is: 'list', items: this.elements(of, node), node }];
      return [{ is: 'unclear', why: 'live state', node }];
    }
    if (of.is === 'thing') {
      // Listening, subscribing and configuring return the object itself in every library met.
      if (chained.has(name)) return [of];
      return [
        {
          is: 'thing',
          made: `${of.made}#${name}()`,
          site: node,
          env: this.frameAround(node, env),
          call: node,
          from: of,
        },
      ];
    }
    return [{ is: 'unclear', why: 'the result of a call that is not followed', node }];
  }

  #textCall(text: string, name: string, node: ts.CallExpression, env: Env | undefined): readonly Value[] {
    const args = node.arguments.map(argument => this.one(argument, env));
    const plain = args.map(value => (value?.is === 'literal' ? value.value : undefined));
    if (args.some(value => value?.is !== 'literal') && args.length)
      return [{ is: 'unclear', why: 'a computed text', node, text: true }];
    switch (name) {
      case 'trim':
        return [literal(text.trim(), node)];
      case 'toLowerCase':
        return [literal(text.toLowerCase(), node)];
      case 'toUpperCase':
        return [literal(text.toUpperCase(), node)];
      case 'toString':
        return [literal(text, node)];
      case 'split':
        return [{ is: 'list', items: text.split(String(plain[0])).map(part => literal(part, node)), node }];
      default:
        return [{ is: 'unclear', why: 'a computed text', node, text: true }];
    }
  }

  #arrayCall(of: Value, name: string, node: ts.CallExpression, env: Env | undefined): readonly Value[] {
    switch (name) {
      case 'find':
      case 'at':
      case 'pop':
      case 'shift':
        return this.elements(of, node);
      case 'filter':
      case 'slice':
      case 'reverse':
      case 'sort':
      case 'flat':
        return [{ is: 'list', items: this.elements(of, node), node }];
      case 'concat':
        return [
          {
            is: 'list',
            items: [
              ...this.elements(of, node),
              ...node.arguments.flatMap(argument =>
                this.of(argument, env).flatMap(value =>
                  value.is === 'array' || value.is === 'list' ? this.elements(value, node) : [value],
                ),
              ),
            ],
            node,
          },
        ];
      case 'map':
      case 'flatMap': {
        const callbacks = node.arguments[0] ? this.of(node.arguments[0], env) : [];
        const items = callbacks.flatMap(callback =>
          callback.is === 'function'
            ? this.elements(of, node).flatMap(element =>
                this.returnsOf(
                  callback.node,
                  this.frame({ owner: callback.node, element, self: callback.self, parent: callback.env }),
                ),
              )
            : [],
        );
        return [{ is: 'list', items, node }];
      }
      case 'join': {
        return [{ is: 'unclear', why: 'a computed text', node, text: true }];
      }
      default:
        return [{ is: 'unclear', why: 'the result of a call that is not followed', node }];
    }
  }

  #globalCall(path: string, node: ts.CallExpression, env: Env | undefined): readonly Value[] {
    const first = node.arguments[0];
    switch (path) {
      case 'Object.freeze':
      case 'Object.seal':
      case 'Promise.resolve':
      case 'structuredClone':
      case 'Array.from':
        return first ? this.of(first, env) : [undefinedValue];
      case 'Object.assign':
        return [{ is: 'merged', parts: node.arguments.map(argument => this.of(argument, env)), node }];
      case 'Object.entries':
      case 'Object.values':
        return [
          { is: 'list', items: first ? this.of(first, env).flatMap(value => this.elements(value, node)) : [], node },
        ];
      case 'Promise.all':
        return first ? this.of(first, env) : [];
      case 'Number':
      case 'parseInt':
      case 'parseFloat':
      case 'Number.parseInt':
      case 'Number.parseFloat':
      case 'String':
      case 'Boolean': {
        const value = first && this.one(first, env);
        if (value?.is === 'literal') {
          return [
            literal(
              path === 'String'
                ? String(value.value)
                : path === 'Boolean'
                  ? Boolean(value.value)
                  : path.endsWith('nt')
                    ? Number.parseInt(String(value.value), 10)
                    : Number(value.value),
              node,
            ),
          ];
        }
        if (value?.is === 'env')
          return [
            path === 'Boolean'
              ? literal(false, node)
              : path === 'String'
                ? literal('undefined', node)
                : literal(Number.NaN, node),
          ];
        return [{ is: 'unclear', why: 'a converted value', node }];
      }
      default:
        return [
          {
            is: 'thing',
            made: `global ${path}()`,
            site: node,
            env: this.frameAround(node, env),
            call: node,
            from: undefined,
          },
        ];
    }
  }

  /** The environment variable that the first argument names. */
  #variableNamed(node: ts.CallExpression, env: Env | undefined): readonly Value[] {
    const name = node.arguments[0] && this.one(node.arguments[0], env);
    return name?.is === 'literal'
      ? [{ is: 'env', name: String(name.value), node }]
      : [{ is: 'unclear', why: 'the environment', node }];
  }

  #construct(node: ts.NewExpression, env: Env | undefined): readonly Value[] {
    return this.of(node.expression, env).flatMap((callee): readonly Value[] => {
      switch (callee.is) {
        case 'class': {
          const relevant = this.frameAround(node, env);
          return [
            {
              is: 'instance',
              of: callee,
              site: node,
              env: (relevant?.depth ?? 0) < deepestFrame ? relevant : undefined,
            },
          ];
        }
        case 'api':
          return [
            {
              is: 'thing',
              made: `${callee.module} new ${callee.path}`,
              site: node,
              env: this.frameAround(node, env),
              call: node,
              from: undefined,
            },
          ];
        case 'global':
          if (
            callee.path === 'Map' ||
            callee.path === 'Set' ||
            callee.path === 'WeakMap' ||
            callee.path === 'WeakSet'
          ) {
            return [{ is: 'container', type: callee.path, node, env: this.frameAround(node, env) }];
          }
          if (callee.path === 'Promise') return this.#promised(node, env);
          if (callee.path === 'RegExp') return this.#builtRegex(node, env);
          return [
            {
              is: 'thing',
              made: `global new ${callee.path}`,
              site: node,
              env: this.frameAround(node, env),
              call: node,
              from: undefined,
            },
          ];
        case 'member':
        case 'thing': {
          const made =
            callee.is === 'thing'
              ? callee.made
              : callee.of.is === 'thing'
                ? `${callee.of.made}#${callee.name}`
                : undefined;
          if (made)
            return [
              {
                is: 'thing',
                made: `new ${made}`,
                site: node,
                env: this.frameAround(node, env),
                call: node,
                from: undefined,
              },
            ];
          return [{ is: 'unclear', why: 'an object of an unknown class', node }];
        }
        case 'unclear':
          return [{ is: 'unclear', why: callee.why, node }];
        default:
          return [{ is: 'unclear', why: 'an object of an unknown class', node }];
      }
    });
  }

  #builtRegex(node: ts.NewExpression, env: Env | undefined): readonly Value[] {
    const [pattern, flags] = (node.arguments ?? []).map(argument => this.one(argument, env));
    if (pattern?.is === 'regex') return [pattern];
    if (pattern?.is === 'literal' && typeof pattern.value === 'string') {
      return [{ is: 'regex', node, source: pattern.value, flags: flags?.is === 'literal' ? String(flags.value) : '' }];
    }
    return [{ is: 'unclear', why: 'a pattern built at run time', node }];
  }

  /** `new Promise(resolve => … resolve(x) …)` is x. */
  #promised(node: ts.NewExpression, env: Env | undefined): readonly Value[] {
    const executor = node.arguments?.[0] && unwrap(node.arguments[0]);
    if (!executor || !(ts.isArrowFunction(executor) || ts.isFunctionExpression(executor)))
      return [{ is: 'unclear', why: 'a promise', node }];
    const resolve = executor.parameters[0]?.name;
    if (!resolve || !ts.isIdentifier(resolve)) return [{ is: 'unclear', why: 'a promise', node }];
    const calls = (this.program.moduleOf(node).calls.get(resolve.text) ?? []).filter(
      call => encloses(executor, call) && ts.isIdentifier(call.expression),
    );
    const found = calls.flatMap(call => (call.arguments[0] ? this.of(call.arguments[0], env) : [undefinedValue]));
    return found.length ? found : [{ is: 'unclear', why: 'a promise', node }];
  }

  // ---- types as a last hint ---------------------------------------------------------------------------------

  /** A library object known by its declared type alone: "some express app". */
  #ofType(type: ts.TypeNode, site: ts.Node): Value | undefined {
    if (ts.isUnionTypeNode(type)) {
      for (const each of type.types) {
        const found = this.#ofType(each, site);
        if (found) return found;
      }
      return undefined;
    }
    if (!ts.isTypeReferenceNode(type)) return undefined;
    const name = ts.isIdentifier(type.typeName)
      ? type.typeName
      : ts.isQualifiedName(type.typeName) && ts.isIdentifier(type.typeName.left)
        ? type.typeName.left
        : undefined;
    const decl = name && this.declarationOf(name);
    if (!decl) return undefined;
    const member = ts.isQualifiedName(type.typeName) ? type.typeName.right.text : undefined;
    if (decl.is === 'class' && !member) return this.someInstance(decl.node);
    if (decl.is !== 'import') return undefined;
    for (const value of this.importedFrom(decl.spec, decl.name, this.program.moduleOf(type).file, type)) {
      if (value.is === 'class') return this.someInstance(value.node);
      if (value.is === 'api') {
        const path = member ? (value.path ? `${value.path}.${member}` : member) : value.path;
        return {
          is: 'thing',
          made: `${value.module} :${path}`,
          site,
          env: undefined,
          call: undefined,
          from: undefined,
        };
      }
    }
    return undefined;
  }

  // ---- callers and contexts ---------------------------------------------------------------------------------

  /** The places that enter a function: its calls under any name, its use as a callback, its own place when inline. */
  callersOf(fn: FunctionNode): readonly CallSite[] {
    return this.#memo(`c${this.program.idOf(fn)}`, () => this.#findCallers(fn).slice(0, mostCallers), []);
  }

  #findCallers(fn: FunctionNode): CallSite[] {
    if (ts.isConstructorDeclaration(fn)) return this.#constructorCallers(fn.parent);
    const holder = outermost(fn).parent;
    if (isCall(holder) && !isDeclared(fn))
      return unwrap(holder.expression) === fn ? [{ node: holder, enters: true }] : this.#handedOn(fn);
    // A closure goes by the names that its maker's results are stored under, or is handed on at once.
    const maker = makerOf(fn);
    const made = maker
      ? this.callersOf(maker)
          .filter(site => site.enters)
          .map(site => site.node)
      : [];
    const names = [...namesOf(fn), ...made.flatMap(holdersOf)];
    return [...this.#usesOf(fn, names), ...made.flatMap(call => this.#handedOn(call))];
  }

  /** The calls of a function under these names, and the calls that it is handed to under them. */
  #usesOf(fn: FunctionNode, names: readonly string[]): CallSite[] {
    return this.#mentions(fn, names).flatMap(({ module, name }) => [
      ...(module.calls.get(name) ?? [])
        .filter(site => this.#leadsTo(site.expression, fn))
        .map(node => ({ node, enters: true })),
      ...(module.argumentUses.get(name) ?? []).flatMap(({ call, index }) => {
        const argument = call.arguments?.[index];
        return argument && this.#leadsTo(argument, fn) ? this.#handedTo(call, index) : [];
      }),
    ]);
  }

  /** Where what is written at a place is entered, when that is an argument. */
  #handedOn(node: ts.Node): CallSite[] {
    const whole = outermost(node);
    const call = whole.parent;
    return isCall(call) ? this.#handedTo(call, call.arguments?.indexOf(whole as ts.Expression) ?? -1) : [];
  }

  /** The files and local names under which something declared in a file may be used, aliases on the way included. */
  #mentions(declaration: ts.Node, names: readonly string[]): { module: SourceModule; name: string }[] {
    const home = this.program.moduleOf(declaration);
    const found = new Map<string, { module: SourceModule; name: string }>();
    for (const name of new Set(names)) {
      for (const file of this.#filesThatMayUse(declaration, home.file)) {
        const module = file === home.file ? home : this.#mentioning(file, name);
        for (const local of module ? aliasesOf(module, name) : [])
          found.set(`${file} ${local}`, { module: module!, name: local });
      }
    }
    return [...found.values()];
  }

  /** Importers of its file; for members of a class or object also the files that these bring it together with. */
  #filesThatMayUse(declaration: ts.Node, home: string): ReadonlySet<string> {
    const importers = this.program.importersOf(home);
    return ts.isClassLike(declaration.parent) ||
      ts.isObjectLiteralExpression(outermost(declaration).parent?.parent ?? declaration)
      ? new Set([...importers, ...this.program.companionsOf(home)])
      : importers;
  }

  #mentioning(file: string, word: string): SourceModule | undefined {
    return word === 'default' || this.program.mentions(file, word) ? this.program.module(file) : undefined;
  }

  /** Where a function handed to a call is entered: wherever an own callee calls that parameter, else "there". */
  #handedTo(call: ts.CallExpression | ts.NewExpression, index: number, depth = 0): CallSite[] {
    const callees =
      call.expression.kind === ts.SyntaxKind.SuperKeyword || index < 0 || depth > 2 ? [] : this.of(call.expression);
    const found = callees.flatMap((value): CallSite[] => {
      const target =
        value.is === 'function' ? value.node : value.is === 'class' ? constructorOf(value.node) : undefined;
      const parameter = target?.parameters[index];
      if (!target || !parameter || !ts.isIdentifier(parameter.name)) return [];
      const { text } = parameter.name;
      const module = this.program.moduleOf(target);
      const calls = (module.calls.get(text) ?? []).filter(
        site => encloses(target, site) && ts.isIdentifier(unwrap(site.expression)),
      );
      const onward = (module.argumentUses.get(text) ?? []).filter(
        use => encloses(target, use.call) && ts.isIdentifier(unwrap(use.call.arguments![use.index]!)),
      );
      return [
        ...calls.map(node => ({ node, enters: true })),
        ...onward.flatMap(use => this.#handedTo(use.call, use.index, depth + 1)),
      ];
    });
    return found.length ? found : [{ node: call, enters: false }];
  }

  #constructorCallers(type: ts.ClassLikeDeclaration): CallSite[] {
    const inherited = this.#subclassesOf(type).flatMap(sub => {
      const own = constructorOf(sub);
      const call = own && superCallOf(own);
      return own ? (call ? [{ node: call, enters: true }] : []) : this.#constructorCallers(sub);
    });
    return [...this.constructionsOf(type), ...inherited];
  }

  /** Every `new` of a class itself. */
  constructionsOf(type: ts.ClassLikeDeclaration): CallSite[] {
    return this.#mentions(type, classNames(type)).flatMap(({ module, name }) =>
      (module.constructions.get(name) ?? [])
        .filter(site => this.#leadsToClass(site.expression, type))
        .map(node => ({ node, enters: true })),
    );
  }

  #leadsTo(callee: ts.Expression, fn: FunctionNode): boolean {
    return this.of(callee).some(value => value.is === 'function' && value.node === fn);
  }

  #leadsToClass(callee: ts.Expression, type: ts.ClassLikeDeclaration): boolean {
    return this.of(callee).some(value => value.is === 'class' && value.node === type);
  }

  /**
   * The frames under which a place runs: one per chain of callers, up to a small depth and number; `undefined` alone
   * when nothing more exact than "any caller" is known.
   */
  contextsOf(node: ts.Node, depth = 3): readonly (Env | undefined)[] {
    const owner = contextOwner(node);
    if (!owner) return [undefined];
    const found = this.#memo(
      `k${this.program.idOf(owner)}:${depth}`,
      () => [...new Set(this.#findContexts(owner, depth))].slice(0, mostContexts),
      [undefined],
    );
    return found.length ? found : [undefined];
  }

  #findContexts(owner: ContextOwner, depth: number): readonly (Env | undefined)[] {
    if (ts.isForOfStatement(owner))
      return this.contextsOf(owner, depth).flatMap(outer => this.#perElement(owner, owner.expression, outer));
    if (depth === 0) return [undefined];
    if (ts.isClassLike(owner))
      return this.#constructed(owner, depth).map(instance => this.#bodyFrame(instance, classOf(instance, owner)));
    if (ts.isConstructorDeclaration(owner))
      return this.#constructed(owner.parent, depth).map(instance => this.#constructorFrame(instance, owner));
    const sites = this.callersOf(owner);
    const holder = outermost(owner).parent;
    if (isCall(holder) && !isDeclared(owner) && unwrap(holder.expression) !== owner) {
      const outer = this.contextsOf(holder, depth);
      const callee = unwrap(holder.expression);
      if (ts.isPropertyAccessExpression(callee) && iterations.has(callee.name.text)) {
        return outer.flatMap(env => this.#perElement(owner, callee.expression, env));
      }
      // Handlers and other callbacks run later, but in the same lexical surroundings.
      if (!sites.some(site => site.enters)) return outer;
    }
    const found: (Env | undefined)[] = [];
    for (const site of sites.slice(0, mostContexts)) {
      for (const callEnv of this.contextsOf(site.node, depth - 1)) found.push(...this.entered(owner, site, callEnv));
      if (found.length >= mostContexts) break;
    }
    if (found.length) return found;
    // Nobody is seen to call it: its surroundings are known all the same.
    if (!ts.isClassLike(owner.parent)) return this.contextsOf(owner, depth);
    return this.#constructed(owner.parent, depth).map(self => this.frame({ owner, self }));
  }

  /** The instances of a class or its subclasses that the program is seen to make. */
  instancesOf(type: ts.ClassLikeDeclaration): InstanceValue[] {
    return this.#constructed(type, 4);
  }

  #constructed(type: ts.ClassLikeDeclaration, depth: number): InstanceValue[] {
    const types = [type, ...this.#subclassesOf(type)];
    return types
      .flatMap(each => this.constructionsOf(each))
      .slice(0, mostContexts)
      .flatMap(({ node }) =>
        this.contextsOf(node, depth - 1).flatMap(env => this.of(node, env).filter(value => value.is === 'instance')),
      );
  }

  /** The frames of a function at a call: entered by it, or handed on with what its closure knows. */
  entered(owner: FunctionNode, { node, enters }: CallSite, callEnv: Env | undefined): (Env | undefined)[] {
    if (ts.isConstructorDeclaration(owner)) {
      const made = ts.isNewExpression(node) ? this.of(node, callEnv) : this.#self(node, callEnv);
      return made.filter(value => value.is === 'instance').map(instance => this.#constructorFrame(instance, owner));
    }
    const isOwner = (value: Value): value is FunctionValue => value.is === 'function' && value.node === owner;
    if (enters)
      return this.of(node.expression, callEnv)
        .filter(isOwner)
        .map(value => this.enter(value, node, callEnv));
    const given = (node.arguments ?? []).flatMap(argument => this.of(argument, callEnv)).filter(isOwner);
    return given.map(({ self, env }) => (self ? this.frame({ owner, self, parent: env }) : env));
  }

  #perElement(
    owner: FunctionNode | ts.ForOfStatement,
    list: ts.Expression,
    outer: Env | undefined,
  ): readonly (Env | undefined)[] {
    const elements = this.of(list, outer).flatMap(value => this.elements(value, list));
    if (!elements.length || elements.length > 16 || elements.some(element => element.is === 'unclear')) return [outer];
    return elements.map(element => this.frame({ owner, element, parent: outer }));
  }
}

const iterations = new Set(['forEach', 'map', 'flatMap', 'some', 'every', 'filter', 'find', 'findIndex']);
const chained = new Set([
  'on',
  'once',
  'addListener',
  'use',
  'listen',
  'set',
  'enable',
  'disable',
  'get',
  'post',
  'put',
  'delete',
  'patch',
  'all',
  'options',
  'head',
  'unref',
  'ref',
  'status',
  'setHeader',
  'header',
  'type',
  'prependListener',
  'off',
  'route.get',
]);

/** An instance's class as one of the classes it descends from. */
function classOf({ of }: InstanceValue, node: ts.ClassLikeDeclaration): ClassValue {
  return of.node === node ? of : { is: 'class', node, env: undefined };
}

/** The local names under which a module knows an imported (or own) name, and those under which it hands it on. */
function aliasesOf(module: SourceModule, name: string): Set<string> {
  const found = new Set(name === 'default' ? [] : [name]);
  for (const [local, decl] of module.scopes.get(module.source) ?? []) {
    if (decl.is === 'import' && (decl.name === name || decl.name === 'default')) found.add(local);
    if (
      decl.is === 'variable' &&
      decl.init &&
      ts.isCallExpression(unwrap(decl.init)) &&
      lastName((unwrap(decl.init) as ts.CallExpression).expression) === 'require'
    ) {
      const [step] = decl.path;
      if (!step || ('key' in step && step.key === name)) found.add(local);
    }
  }
  return found;
}

type ContextOwner = FunctionNode | ts.ForOfStatement | ts.ClassLikeDeclaration;

/** The nearest function, loop or class body whose frame could make names at the node exact. */
function contextOwner(node: ts.Node): ContextOwner | undefined {
  for (let at = node.parent, child = node; at; child = at, at = at.parent) {
    if (isFunctionNode(at)) return at;
    if (ts.isForOfStatement(at) && child === at.statement) return at;
    if (ts.isPropertyDeclaration(at) && child === at.initializer && !isStatic(at)) return at.parent;
  }
  return undefined;
}

function frameOf(env: Env | undefined, owner: ts.Node): Env | undefined {
  for (let at = env; at; at = at.parent) if (at.owner === owner) return at;
  return undefined;
}

function isString(value: Value): boolean {
  return (value.is === 'literal' && typeof value.value === 'string') || (value.is === 'unclear' && value.text === true);
}

function literal(value: Primitive, node: ts.Node): Value {
  return { is: 'literal', value, node };
}

function negate(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth;
}

function globalMember(path: string, name: string, node: ts.Node): Value {
  if (path === 'process.env') return { is: 'env', name, node };
  if (path === '' || path === 'globalThis')
    return Object.hasOwn(runtimes, name) ? runtimes[name]! : { is: 'global', path: name };
  return { is: 'global', path: `${path}.${name}` };
}

function compute(operator: ts.SyntaxKind, left: Primitive, right: Primitive): Primitive {
  if (operator === ts.SyntaxKind.PlusToken && (typeof left === 'string' || typeof right === 'string'))
    return `${left}${right}`;
  if (typeof left !== 'number' || typeof right !== 'number') return undefined;
  switch (operator) {
    case ts.SyntaxKind.PlusToken:
      return left + right;
    case ts.SyntaxKind.MinusToken:
      return left - right;
    case ts.SyntaxKind.AsteriskToken:
      return left * right;
    case ts.SyntaxKind.SlashToken:
      return left / right;
    case ts.SyntaxKind.AsteriskAsteriskToken:
      return left ** right;
    case ts.SyntaxKind.LessThanLessThanToken:
      return left << right;
    default:
      return undefined;
  }
}

function distinct(values: readonly Value[], keys: Values): readonly Value[] {
  if (values.length < 2) return values;
  const seen = new Map<string, Value>();
  for (const value of values) {
    const key = keys.keyOf(value);
    if (!seen.has(key)) seen.set(key, value);
  }
  const kept = [...seen.values()];
  return kept.length > most ? kept.slice(0, most) : kept;
}
