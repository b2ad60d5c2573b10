import type { Decl, FunctionNode } from '../module.js';
import type { ts } from '../ts.js';
import type { Env, FreeOption, Thing, Value } from '../value.js';

/**
 * Where an unknown value comes from, which decides how a fork on it is folded:
 * `request` the client chooses it; `secret` only the rightful client knows it; `config` the operator sets it;
 * `hook` a caller's function outside of the tree, named after an event, which is taken to let everybody pass;
 * `origin` the attacker's origin met configuration that could not be read; `opaque` code that was not followed and
 * could see the request; `limit` a budget.
 */
export type Tag = 'request' | 'secret' | 'config' | 'hook' | 'origin' | 'opaque' | 'limit';

/** A value that is not known; equal keys mean the same unknown, so that one path answers one question once. */
export interface Unknown {
  readonly unknown: Tag;
  readonly why: string;
  readonly key: string;
  readonly node: ts.Node | undefined;
  /** Known to be truthy (an object, a non-empty text), though not which. */
  readonly truthy?: boolean;
  /** This is the opposite of that: both ask the same question. */
  readonly negated?: Unknown;
  /** What callers may choose, where no caller is seen. */
  readonly free?: FreeOption;
}

/** An object: known properties, a lazy source for the others, and what an unlisted property is. */
export interface Obj {
  readonly obj: true;
  readonly props: Map<string, V>;
  readonly lazy?: (name: string) => V | undefined;
  readonly rest?: Unknown | undefined;
  /** The static value that it mirrors, for class instances and library objects. */
  readonly from?: Value;
  /** Identity of a start-up object, the same in every run. */
  readonly id?: string;
  readonly call?: Native;
}

export interface Arr {
  readonly items: V[];
  /** Elements beyond the known ones, if any are possible. */
  readonly open: Unknown | undefined;
}

export interface Box {
  readonly box: 'Set' | 'Map';
  readonly entries: [V, V][];
  readonly open: Unknown | undefined;
}

export interface Closure {
  readonly fn: FunctionNode;
  readonly scope: Scope | undefined;
  readonly self: V;
  readonly env: Env | undefined;
}

export type Native = (args: readonly V[], self: V, node: ts.Node) => V;
export interface NativeFn {
  readonly native: Native;
}
export interface Regex {
  readonly regex: string | Unknown;
  readonly flags: string;
  readonly node: ts.Node;
}
export interface Url {
  readonly url: URL;
  /** The query of the request's own URL: unknown, the client writes it. */
  readonly query: Obj | undefined;
}
/** A library object or export that is known by its maker only. */
export interface Made {
  readonly thing: Thing;
}
export interface Api {
  readonly api: string;
  readonly path: string;
}
export interface ClassRef {
  readonly type: Extract<Value, { is: 'class' }>;
}
export interface Err {
  readonly error: V;
}

export type V =
  | string
  | number
  | boolean
  | null
  | undefined
  | bigint
  | Unknown
  | Obj
  | Arr
  | Box
  | Closure
  | NativeFn
  | Regex
  | Url
  | Made
  | Api
  | ClassRef
  | Err;

/** The variables of one activation. */
export interface Scope {
  readonly vars: Map<Decl, V>;
  readonly self: V;
  readonly parent: Scope | undefined;
  readonly fn: FunctionNode | undefined;
  readonly env: Env | undefined;
}

const isObject = (v: V): v is Exclude<V, string | number | boolean | null | undefined | bigint> =>
  typeof v === 'object' && v !== null;

export const isUnknown = (v: V): v is Unknown => isObject(v) && 'unknown' in v;
export const isObj = (v: V): v is Obj => isObject(v) && 'obj' in v;
export const isArr = (v: V): v is Arr => isObject(v) && 'items' in v;
export const isBox = (v: V): v is Box => isObject(v) && 'box' in v;
export const isClosure = (v: V): v is Closure => isObject(v) && 'fn' in v && 'scope' in v;
export const isNative = (v: V): v is NativeFn => isObject(v) && 'native' in v;
export const isRegex = (v: V): v is Regex => isObject(v) && 'regex' in v;
export const isUrl = (v: V): v is Url => isObject(v) && 'url' in v;
export const isMade = (v: V): v is Made => isObject(v) && 'thing' in v;
export const isApi = (v: V): v is Api => isObject(v) && 'api' in v;
export const isClassRef = (v: V): v is ClassRef => isObject(v) && 'type' in v;
export const isErr = (v: V): v is Err => isObject(v) && 'error' in v;
export const isPrimitive = (v: V): v is string | number | boolean | null | undefined | bigint => !isObject(v);

/** An unknown value. The key is its identity: pass one only when two places mean the same value. */
/** What is said of a value that was drawn by chance: never empty, in whatever form. */
export const drawnByChance = 'a random value';

export function unknown(tag: Tag, why: string, key: string, node?: ts.Node, truthy?: boolean): Unknown {
  return { unknown: tag, why, key: bounded(key), node, ...(truthy && { truthy }) };
}

const longestKey = 240;

/** Keys are made of the keys of parts, which doubles them again and again: a long one ends in a digest of itself. */
function bounded(key: string): string {
  if (key.length <= longestKey) return key;
  let digest = 5381;
  for (let i = 0; i < key.length; i++) digest = (Math.imul(digest, 33) ^ key.charCodeAt(i)) | 0;
  return `${key.slice(0, longestKey - 40)}…${key.length}:${digest}`;
}

export function native(fn: Native): NativeFn {
  return { native: fn };
}

export function objectOf(
  props: Readonly<Record<string, V>>,
  more: { lazy?: (name: string) => V | undefined; rest?: Unknown | undefined; from?: Value; call?: Native } = {},
): Obj {
  return { obj: true, props: new Map(Object.entries(props)), ...more };
}

const worst: readonly Tag[] = ['request', 'secret', 'config', 'hook', 'origin', 'opaque', 'limit'];

/** The tag of something made of several: the worst of theirs. */
export function joinTags(tags: readonly Tag[]): Tag {
  return tags.reduce((a, b) => (worst.indexOf(a) >= worst.indexOf(b) ? a : b), 'request');
}

/** Whether a value is surely truthy or falsy. */
export function truthOf(v: V): boolean | undefined {
  if (isUnknown(v)) return v.truthy ? true : undefined;
  return isPrimitive(v) ? Boolean(v) : true;
}
