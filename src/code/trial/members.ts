import { ts } from '../ts.js';
import { memberOfType } from '../types.js';
import type { Thing } from '../value.js';
import { methodOf } from './builtins.js';
import { credentialName } from './credentials.js';
import {
  isApi,
  isArr,
  isClassRef,
  isClosure,
  isErr,
  isMade,
  isObj,
  isPrimitive,
  isUnknown,
  joinTags,
  native,
  type Obj,
  type Scope,
  type Unknown,
  unknown,
  type V,
} from './domain.js';
import { Thrown } from './effects.js';
import { keyOf } from './keys.js';
import type { Machine } from './machine.js';

/** `value.name`. Reading from null or undefined throws in the user's code, too. */
export function get(machine: Machine, of: V, name: string, node: ts.Node): V {
  if (of === undefined || of === null) throw new Thrown({ error: `cannot read ${name} of ${of}` });
  if (isUnknown(of)) return unknownMember(machine, of, name, node);
  if (isObj(of)) return objectMember(machine, of, name, node);
  if (isErr(of))
    return name === 'message' ? of.error : unknown('config', 'a property of an error', machine.keyAt(node), node);
  if (isClassRef(of)) return machine.fromStatic(machine.values.property(of.type, name, node), node);
  if (isApi(of) && of.api === 'bun' && of.path === 'env') return machine.variableOf(name, node);
  if (isApi(of)) return { api: of.api, path: of.path ? `${of.path}.${name}` : name };
  if (isMade(of)) {
    const modelled = machine.shared.library.member(machine, of.thing, name, node);
    if (modelled) return modelled.value;
    return { native: (args, _self, at) => madeCall(machine, of.thing, name, args, at) };
  }
  return methodOf(machine, of, name, node);
}

function madeCall(machine: Machine, thing: Thing, name: string, args: readonly V[], node: ts.Node): V {
  const modelled = machine.shared.library.method(machine, thing, name, args, node);
  return modelled ? modelled.value : machine.unfollowed(undefined, args, undefined, node);
}

function unknownMember(machine: Machine, of: Unknown, name: string, node: ts.Node): V {
  const key = `${of.key}.${name}`;
  if (of.unknown === 'request' && credentialName.test(name) && machine.request)
    return machine.request.credential(machine, name, 'body', key, node);
  if (/^(then)$/.test(name) && of.unknown !== 'request') {
    return native(args => {
      const [callback] = args;
      return callback === undefined ? of : machine.call(callback, [of], undefined, node);
    });
  }
  if (of.unknown === 'request' && of.key.startsWith('call:') && isKeptSetting(name))
    return unknown('config', `\`${name}\` is kept outside the code`, key, node);
  const member = unknown(of.unknown, of.why, key, node);
  if (!of.free) return member;
  const declared = of.free.type && memberOfType(machine.values.program, of.free.type, name);
  const optional = declared ? declared.optional : of.free.type === undefined;
  if (optional && machine.mode === 'shipped') return undefined;
  return { ...member, free: { type: declared?.type, optional } };
}

/** Whether a field of a record, which the request merely names, tells what the server asks for: `endpoint.requireAuth`. */
function isKeptSetting(name: string): boolean {
  return (
    /auth(?!or)|protected|secured?$|is_?public|is_?private|require/i.test(name) && !/token|header|code/i.test(name)
  );
}

function objectMember(machine: Machine, of: Obj, name: string, node: ts.Node): V {
  const overlay = machine.overlayOf(of);
  if (overlay?.has(name)) return overlay.get(name);
  if (of.props.has(name)) return of.props.get(name);
  const lazy = of.lazy?.(name);
  if (lazy !== undefined) {
    if (isClosure(lazy) && lazy.self === undefined && of.from) return { ...lazy, self: of };
    if (isClosure(lazy) && of.from?.is === 'instance') return { ...lazy, self: of };
    return lazy;
  }
  if (of.rest) return unknownMember(machine, of.rest, name, node);
  if (name === 'hasOwnProperty') return native(args => of.props.has(String(args[0])));
  return undefined;
}

/** `of[key]`. */
export function elementOf(machine: Machine, node: ts.ElementAccessExpression, scope: Scope): V {
  const of = machine.eval(node.expression, scope);
  const key = machine.eval(node.argumentExpression, scope);
  if (isOptional(node) && of == null) return undefined;
  if (isPrimitive(key)) {
    if (typeof key === 'string' && machine.request?.isFromOrigin(key)) machine.comparesNames = true;
    if (isArr(of))
      return (
        of.items[Number(key)] ??
        (of.open && Number(key) >= of.items.length
          ? unknown(of.open.unknown, of.open.why, `${of.open.key}[${String(key)}]`, node)
          : undefined)
      );
    return machine.get(of, String(key), node);
  }
  if (isUnknown(of))
    return unknown(joinTags([of.unknown, machine.tagOf([key])]), of.why, `${of.key}[${keyOf(key)}]`, node);
  if (isObj(of) && of.rest) return unknown('request', of.rest.why, `${of.rest.key}[${keyOf(key)}]`, node);
  return unknown(machine.tagOf([key]), 'an element chosen at run time', `${machine.keyAt(node)}[${keyOf(key)}]`, node);
}

/** Whether an access is part of an optional chain. */
export function isOptional(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): boolean {
  return node.questionDotToken !== undefined || (node.flags & ts.NodeFlags.OptionalChain) !== 0;
}
