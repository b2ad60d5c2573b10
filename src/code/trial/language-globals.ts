import type { ts } from '../ts.js';
import {
  isPrimitive,
  isRegex,
  isUnknown,
  isUrl,
  type Native,
  native,
  objectOf,
  truthOf,
  type Unknown,
  unknown,
  type V,
} from './domain.js';
import { Thrown } from './effects.js';
import { keyOf } from './keys.js';
import type { Machine } from './machine.js';

/** Models by name; each makes its value when the name is read. */
export type Globals = Readonly<Record<string, (machine: Machine, node: ts.Node) => V>>;

/** A function without an effect that counts. */
export const quiet: Native = () => undefined;

/** A global that is called or constructed, with its static members. */
export function callable(call: Native, props: Readonly<Record<string, V>> = {}): V {
  return objectOf(props, { call });
}

function safely(compute: () => string): V {
  try {
    return compute();
  } catch {
    throw new Thrown({ error: 'malformed' });
  }
}

/** Texts, numbers, patterns, dates, errors: what a plain computation needs. */
export const languageGlobals: Globals = {
  String: machine =>
    callable(args => (isPrimitive(args[0]) ? String(args[0]) : isUrl(args[0]) ? args[0].url.href : args[0]), {
      fromCharCode: native(args =>
        args.every(isPrimitive)
          ? String.fromCharCode(...args.map(Number))
          : unknown(machine.tagOf(args), 'a text', 'chars', undefined),
      ),
    }),
  Number: machine =>
    callable(
      ([of], _self, node) =>
        isPrimitive(of) ? Number(of) : unknown(machine.tagOf([of]), 'a number', `number(${keyOf(of)})`, node),
      {
        isFinite: native(([of]) => (isPrimitive(of) ? Number.isFinite(of) : true)),
        isInteger: native(([of]) => (isPrimitive(of) ? Number.isInteger(of) : true)),
        isNaN: native(([of]) => (isPrimitive(of) ? Number.isNaN(of) : false)),
        parseInt: native(([of]) => (isPrimitive(of) ? Number.parseInt(String(of), 10) : of)),
        MAX_SAFE_INTEGER: Number.MAX_SAFE_INTEGER,
      },
    ),
  Boolean: machine =>
    callable(
      ([of], _self, node) =>
        truthOf(of) ?? unknown(machine.tagOf([of]), (of as Unknown).why, `truth:${keyOf(of)}`, node),
    ),
  parseInt: () =>
    callable(([of], _self, node) =>
      isPrimitive(of)
        ? Number.parseInt(String(of), 10)
        : isUnknown(of)
          ? unknown(of.unknown, of.why, `int(${of.key})`, node)
          : Number.NaN,
    ),
  parseFloat: () => callable(([of]) => (isPrimitive(of) ? Number.parseFloat(String(of)) : of)),
  isNaN: () => callable(([of]) => (isPrimitive(of) ? Number.isNaN(Number(of)) : false)),
  encodeURIComponent: () => callable(([of]) => (isPrimitive(of) ? encodeURIComponent(String(of)) : of)),
  decodeURIComponent: () => callable(([of]) => (isPrimitive(of) ? safely(() => decodeURIComponent(String(of))) : of)),
  decodeURI: () => callable(([of]) => (isPrimitive(of) ? safely(() => decodeURI(String(of))) : of)),
  Math: machine =>
    objectOf(
      {},
      {
        lazy: name =>
          native((args, _self, node) =>
            args.every(isPrimitive) && name !== 'random' && typeof Math[name as 'max'] === 'function'
              ? Math[name as 'max'](...args.map(Number))
              : unknown(name === 'random' ? 'secret' : machine.tagOf(args), 'a number', `math${node.pos}`, node),
          ),
      },
    ),
  Date: () =>
    callable(() => unknown('config', 'the time', 'now', undefined, true), {
      now: native(() => unknown('config', 'the time', 'now', undefined, true)),
    }),
  Symbol: () => callable(args => `@@${String(args[0])}`),
  RegExp: machine =>
    callable((args, _self, node): V => {
      const [source, flags] = args;
      if (isRegex(source as V)) return source;
      return {
        regex:
          typeof source === 'string'
            ? source
            : isUnknown(source)
              ? source
              : unknown(machine.tagOf([source]), 'a pattern built at run time', keyOf(source), node),
        flags: typeof flags === 'string' ? flags : '',
        node,
      };
    }),
  Error: () => callable(args => ({ error: args[0] })),
  TypeError: () => callable(args => ({ error: args[0] })),
  RangeError: () => callable(args => ({ error: args[0] })),
  SyntaxError: () => callable(args => ({ error: args[0] })),
};
