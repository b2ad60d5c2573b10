import type { ts } from '../ts.js';
import { isClosure, isUnknown, native, objectOf, unknown, type V } from './domain.js';
import { Thrown } from './effects.js';
import { keyOf } from './keys.js';
import { callable, type Globals, quiet } from './language-globals.js';
import type { Machine } from './machine.js';

function callsNow(machine: Machine): V {
  return native((args, _self, node) =>
    isClosure(args[0]) ? machine.call(args[0], args.slice(1), undefined, node) : undefined,
  );
}

function environmentOf(machine: Machine, node: ts.Node): V {
  return objectOf({}, { lazy: name => machine.variableOf(name, node) });
}

/** The process, the environment as shipped, timers, bytes. Timers never fire; what runs next runs now. */
export const runtimeGlobals: Globals = {
  console: () => objectOf({}, { lazy: () => native(quiet) }),
  process: (machine, node) =>
    objectOf({
      env: environmentOf(machine, node),
      argv: { items: ['node', 'server'], open: undefined },
      exit: native(() => {
        throw new Thrown({ error: 'the process exits' });
      }),
      on: native(quiet),
      once: native(quiet),
      nextTick: callsNow(machine),
      cwd: native(() => '/'),
      platform: unknown('config', 'the platform', 'process.platform', node, true),
      stderr: objectOf({ write: native(quiet) }),
      stdout: objectOf({ write: native(quiet) }),
    }),
  Bun: () => ({ api: 'bun', path: '' }),
  Deno: () => ({ api: 'deno', path: '' }),
  setTimeout: () => callable(() => objectOf({ unref: native(quiet) })),
  setInterval: () => callable(() => objectOf({ unref: native(quiet) })),
  clearTimeout: () => callable(quiet),
  clearInterval: () => callable(quiet),
  setImmediate: machine => callsNow(machine),
  queueMicrotask: machine => callsNow(machine),
  crypto: machine =>
    objectOf(
      {},
      {
        lazy: name =>
          native(
            (args, _self, node) =>
              machine.shared.library.call(machine, { api: 'crypto', path: name }, args, undefined, node)?.value,
          ),
      },
    ),
  Buffer: machine =>
    objectOf({
      from: native(args =>
        typeof args[0] === 'string' || isUnknown(args[0])
          ? args[0]
          : unknown(machine.tagOf(args), 'bytes', `bytes(${args.map(keyOf).join()})`, undefined, true),
      ),
      byteLength: native(args =>
        typeof args[0] === 'string'
          ? args[0].length
          : unknown(machine.tagOf(args), 'a size', `size(${args.map(keyOf).join()})`, undefined),
      ),
      concat: native(args => unknown(machine.tagOf(args), 'bytes', 'concat', undefined, true)),
      isBuffer: native(() => false),
      alloc: native(() => ''),
    }),
};
