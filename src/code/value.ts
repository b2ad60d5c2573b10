import type { FunctionNode, SourceModule } from './module.js';
import type { ts } from './ts.js';

/**
 * One frame of knowledge about where code runs: a function with the call that entered it, a loop with the element it
 * is at, a constructor with its `new`. A chain of frames makes names exact that a join over all callers would blur.
 */
export interface Env {
  readonly id: number;
  readonly owner: FunctionNode | ts.ForOfStatement | ts.ClassLikeDeclaration;
  readonly call: ts.CallExpression | ts.NewExpression | undefined;
  /** Where the call itself stands. */
  readonly callEnv: Env | undefined;
  /** The element that a loop variable, or the first parameter of a callback, takes. */
  readonly element: Value | undefined;
  readonly self: Value | undefined;
  /** The frame of the lexical surroundings. */
  readonly parent: Env | undefined;
  readonly depth: number;
}

export type Primitive = string | number | boolean | null | undefined;

/** What an expression may stand for. A small list of these is the answer to every question about a name. */
export type Value =
  | { readonly is: 'literal'; readonly value: Primitive; readonly node: ts.Node | undefined }
  /** An environment variable: unset in the server as shipped. */
  | {
      readonly is: 'env';
      readonly name: string;
      readonly node: ts.Node;
      /** The server does not start without it. */
      readonly required?: true;
    }
  | { readonly is: 'regex'; readonly node: ts.Node; readonly source: string; readonly flags: string }
  | {
      readonly is: 'function';
      readonly node: FunctionNode;
      readonly env: Env | undefined;
      readonly self: Value | undefined;
    }
  | { readonly is: 'class'; readonly node: ts.ClassLikeDeclaration; readonly env: Env | undefined }
  /** Its identity is its `new`, in the frame where that stands; without a site it is some instance of the class. */
  | {
      readonly is: 'instance';
      readonly of: ClassValue;
      readonly site: ts.NewExpression | undefined;
      readonly env: Env | undefined;
    }
  | { readonly is: 'object'; readonly node: ts.ObjectLiteralExpression; readonly env: Env | undefined }
  /** Objects merged left to right: `Object.assign({}, a, b)`. */
  | { readonly is: 'merged'; readonly parts: readonly (readonly Value[])[]; readonly node: ts.Node }
  | { readonly is: 'array'; readonly node: ts.ArrayLiteralExpression; readonly env: Env | undefined }
  /** Elements known, order and number not: `list.filter(…)`, rest parameters. */
  | {
      readonly is: 'list';
      readonly items: readonly Value[];
      readonly node: ts.Node;
      /** Order and number are known all the same: the command line as shipped. */
      readonly exact?: true;
    }
  | {
      readonly is: 'container';
      readonly type: string;
      readonly node: ts.NewExpression | ts.CallExpression;
      readonly env: Env | undefined;
    }
  /** An export of a library; default and namespace imports meet in the empty path. */
  | { readonly is: 'api'; readonly module: string; readonly path: string }
  | Thing
  /** A member of something that is not followed further: a library object's method, a string's method. */
  | { readonly is: 'member'; readonly of: Value; readonly name: string }
  | { readonly is: 'namespace'; readonly module: SourceModule }
  | { readonly is: 'global'; readonly path: string }
  /** `text` when it is a string all the same, whatever it says. */
  | {
      readonly is: 'unclear';
      readonly why: string;
      readonly node: ts.Node;
      readonly text?: true;
      readonly free?: FreeOption;
    };

/** Marks what callers may choose, where no caller is seen: a default beside it is what ships. */
export interface FreeOption {
  /** Its declared type, which says what may be left out. */
  readonly type: ts.TypeNode | undefined;
  /** It may be left out, so it is. */
  readonly optional: boolean;
}

export type ClassValue = Extract<Value, { is: 'class' }>;
export type InstanceValue = Extract<Value, { is: 'instance' }>;
export type FunctionValue = Extract<Value, { is: 'function' }>;

/**
 * A library's object. Its identity is the place where it was made: `express()` at a node *is* the app, in every
 * file and under every name.
 */
export interface Thing {
  readonly is: 'thing';
  /** What made it, such as `express()`, `ws new WebSocketServer`, `express()#get()`, `express :Router` (by type only). */
  readonly made: string;
  readonly site: ts.Node;
  readonly env: Env | undefined;
  /** The call's arguments stand here; the `super(…)` call for a subclass; undefined when known by type alone. */
  readonly call: ts.CallExpression | ts.NewExpression | undefined;
  /** The object whose method made it. */
  readonly from: Value | undefined;
  /** When an own class extends the library's. */
  readonly instance?: InstanceValue;
}

/** The literal `undefined`. */
export const undefinedValue: Value = { is: 'literal', value: undefined, node: undefined };

/** Whether a value is surely truthy, surely falsy, or undecided. An unset environment variable is falsy. */
export function truthOf(value: Value): boolean | undefined {
  switch (value.is) {
    case 'literal':
      return Boolean(value.value);
    case 'env':
      return value.required === true;
    case 'unclear':
    case 'member':
      return undefined;
    case 'thing':
      return value.made.includes('new ') || /^[^#]*\(\)$/.test(value.made) ? true : undefined;
    case 'global':
      return undefined;
    default:
      return true;
  }
}

/** Whether a value is surely null or undefined, surely not, or undecided. */
export function isNullish(value: Value): boolean | undefined {
  if (value.is === 'literal') return value.value === undefined || value.value === null;
  if (value.is === 'env') return value.required !== true;
  if (value.is === 'unclear' || value.is === 'member' || value.is === 'global') return undefined;
  if (value.is === 'thing') return truthOf(value) === true ? false : undefined;
  return false;
}

/** Two things are one when they were made at the same place, as far as the frames tell. */
export function isSameThing(a: Thing, b: Thing): boolean {
  return a.site === b.site && areCompatible(a.env, b.env);
}

/** Whether two frames may be one run of the same code: nothing that both know differs. */
export function areCompatible(a: Env | undefined, b: Env | undefined): boolean {
  for (let at = a; at && at !== b; at = at.parent) {
    for (let other = b; other; other = other.parent) {
      if (other.owner === at.owner && !isSameEntry(at, other)) return false;
    }
  }
  return true;
}

/** Whether a frame may be a run of this very function value, with what its closure and `this` know. */
export function isRunOf(fn: FunctionValue, frame: Env | undefined): boolean {
  if (!areCompatible(fn.env, frame)) return false;
  for (let at = frame; at; at = at.parent) {
    if (at.owner === fn.node && at.self?.is === 'instance' && fn.self?.is === 'instance')
      return isSameInstance(at.self, fn.self);
  }
  return true;
}

function isSameEntry(a: Env, b: Env): boolean {
  if (a.call && b.call && (a.call !== b.call || !areCompatible(a.callEnv, b.callEnv))) return false;
  if (a.element && b.element && !isSamePlace(a.element, b.element)) return false;
  return !(a.self?.is === 'instance' && b.self?.is === 'instance') || isSameInstance(a.self, b.self);
}

/** An instance of unknown construction may be any. */
function isSameInstance(a: InstanceValue, b: InstanceValue): boolean {
  return !a.site || !b.site || (a.site === b.site && areCompatible(a.env, b.env));
}

function isSamePlace(a: Value, b: Value): boolean {
  return (
    a === b ||
    ('node' in a && 'node' in b && a.node === b.node) ||
    (a.is === 'thing' && b.is === 'thing' && isSameThing(a, b))
  );
}
