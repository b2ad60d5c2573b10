import type { FunctionNode } from '../module.js';
import { ts } from '../ts.js';
import {
  type Closure,
  isApi,
  isArr,
  isClassRef,
  isClosure,
  isMade,
  isNative,
  isObj,
  isPrimitive,
  isRegex,
  isUnknown,
  isUrl,
  joinTags,
  type Scope,
  type Tag,
  unknown,
  type V,
} from './domain.js';
import { isForeignHook } from './hooks.js';
import { keyOf } from './keys.js';
import type { Machine } from './machine.js';
import { bindParameters } from './names.js';
import { calleeName, shorten } from './source-text.js';
import { startUpValue } from './start-up.js';
import { block } from './statements.js';
import { vouchedCall } from './vouched.js';

const registers =
  /^(on|once|off|\w*[lL]istener|tool|prompt|resource|addTool|addHook|subscribe|use|all|get|post|put|delete|patch|options|listen|register\w*|set\w*Handler|schedule|define\w*|handle|route)$/;

/** Collections keep what they are given. */
const keeps = /^(push|unshift|splice|add|set|delete|has|get|includes|indexOf|lastIndexOf|remove\w*)$/;

/** Calls whatever a value is; what cannot be followed answers an unknown of the right tag. */
export function call(machine: Machine, callee: V, args: readonly V[], self: V, node: ts.Node): V {
  const vouched = vouchedCall(machine, callee, args, node);
  if (vouched) return vouched.value;
  if (isClosure(callee)) return enter(machine, callee, args, node);
  if (isNative(callee)) return callee.native(args, self, node);
  if (isObj(callee) && callee.call) return callee.call(args, self, node);
  const modelled = machine.shared.library.call(machine, callee, args, self, node);
  if (modelled !== undefined) return modelled.value;
  return machine.unfollowed(callee, args, self, node);
}

/** The result of code without a body: its tag says what the code could see. Functions it is given are called. */
export function unfollowed(machine: Machine, callee: V, args: readonly V[], self: V, node: ts.Node): V {
  const through = [...args, self, callee];
  const seen = machine.tagOf(through);
  const tag = seen === 'opaque' && isForeignHook(machine, callee, node) ? 'hook' : seen;
  const why = `\`${shorten(node)}\` is not followed`;
  const key = `call:${machine.values.program.idOf(node)}(${args.map(keyOf).join()})`;
  const result = unknown(tag, why, key, node);
  // What is only registered for later (a tool, a listener, a route), or kept, does not run now.
  const name = calleeName(node);
  for (const argument of registers.test(name) || keeps.test(name) ? [] : args) {
    // A callback that hands itself on again would never come to an end.
    if (!isClosure(argument) || !isInline(argument.fn) || machine.handedOut.has(argument.fn)) continue;
    machine.handedOut.add(argument.fn);
    machine.call(
      argument,
      argument.fn.parameters.map((_, i) => unknown(tag, why, `${key}#${i}`, node)),
      undefined,
      node,
    );
    machine.handedOut.delete(argument.fn);
  }
  return result;
}

/** What code that is given these values could know. */
export function tagOf(machine: Machine, values: readonly V[]): Tag {
  const tags = values.map((v): Tag => {
    if (isUnknown(v)) return v.unknown;
    if (typeof v === 'string') return machine.request?.isMarked(v) ? 'opaque' : 'config';
    if (isObj(v)) return machine.request?.sees(v) ? 'opaque' : v.rest ? v.rest.unknown : 'config';
    if (isUrl(v)) return machine.request?.isMarked(v.url.href) ? 'opaque' : 'request';
    if (isArr(v)) return v.items.length && v.items.length < 20 ? machine.tagOf(v.items) : 'config';
    return 'config';
  });
  // Configuration says nothing about the request; with a request part in it, the client decides.
  const telling = tags.filter(tag => tag !== 'config');
  return telling.length ? joinTags(telling) : 'config';
}

function enter(machine: Machine, closure: Closure, args: readonly V[], node: ts.Node): V {
  const { fn } = closure;
  const { body } = fn;
  const isGenerator = fn.asteriskToken !== undefined;
  if (!body || (isGenerator && !machine.drains)) return machine.unfollowed(undefined, args, closure.self, node);
  if (machine.request && !closure.scope && areFixed(machine, [...args, closure.self]))
    return startUpCall(machine, closure, args, node);
  return machine.deeper(node, () => {
    const scope: Scope = {
      vars: new Map(),
      self: ts.isArrowFunction(fn) && closure.scope ? closure.scope.self : closure.self,
      parent: closure.scope,
      fn,
      env: closure.env,
    };
    bindParameters(machine, fn, args, scope);
    if (!ts.isBlock(body)) return machine.eval(body, scope);
    const completion = block(machine, body.statements, scope);
    if (isGenerator) return machine.unfollowed(undefined, args, closure.self, node); // what it has yielded
    return completion.is === 'return' ? completion.value : undefined;
  });
}

/**
 * A call that is given nothing of the request (building a server, reading settings) answers the same for every
 * client: it is evaluated once, apart, so that its branches do not multiply those of the gate.
 */
function startUpCall(machine: Machine, closure: Closure, args: readonly V[], node: ts.Node): V {
  const key = `${machine.mode}c${machine.values.program.idOf(closure.fn)}:${closure.env?.id ?? 0}:${keyOf(closure.self)}(${args.map(keyOf).join()})`;
  return startUpValue(machine, key, node, apart => apart.call(closure, args, closure.self, node));
}

/** Values that say nothing about the request. A missing one may be an absent header, so it does not count. */
export function areFixed(machine: Machine, values: readonly V[]): boolean {
  return values.every((v, index) => {
    if (v === undefined) return index === values.length - 1;
    if (isPrimitive(v)) return v !== null && !(typeof v === 'string' && machine.request?.isFromOrigin(v));
    if (isUnknown(v)) return v.unknown === 'config';
    if (isObj(v)) return v.id !== undefined && !machine.overlayOf(v);
    return isApi(v) || isMade(v) || isClassRef(v) || isRegex(v) || (isClosure(v) && !v.scope);
  });
}

function isInline(fn: FunctionNode): boolean {
  return ts.isArrowFunction(fn) || ts.isFunctionExpression(fn);
}
