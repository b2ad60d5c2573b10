import { ts } from '../ts.js';
import { keptGlobally } from '../values/kept-globals.js';
import { collectionGlobals } from './collection-globals.js';
import { objectOf, unknown, type V } from './domain.js';
import { type Globals, languageGlobals } from './language-globals.js';
import type { Machine } from './machine.js';
import { runtimeGlobals } from './runtime-globals.js';
import { webGlobals } from './web-globals.js';

const globals: Globals = {
  ...languageGlobals,
  ...collectionGlobals,
  ...runtimeGlobals,
  ...webGlobals,
  globalThis: (machine, node) =>
    objectOf(
      {},
      {
        lazy: name =>
          (Object.hasOwn(globals, name) ? globals[name]!(machine, ts.factory.createNull()) : undefined) ??
          kept(machine, name, node),
      },
    ),
};

/** What the program keeps there itself. */
function kept(machine: Machine, name: string, node: ts.Node): V {
  const found = keptGlobally(machine.values, name, node);
  return found.length ? machine.fromStatic(found, node) : undefined;
}

/** A global of JavaScript or of a server runtime; what is not modelled is configuration. */
export function globalOf(machine: Machine, name: string, node: ts.Node): V {
  if (Object.hasOwn(globals, name)) return globals[name]!(machine, node);
  if (name === 'NaN') return Number.NaN;
  if (name === 'Infinity') return Number.POSITIVE_INFINITY;
  return unknown('config', `\`${name}\` is not followed`, `global:${name}`, node, true);
}
