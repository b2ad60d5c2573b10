import { ts } from '../ts.js';
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
  globalThis: machine => objectOf({}, { lazy: name => globals[name]?.(machine, ts.factory.createNull()) }),
};

/** A global of JavaScript or of a server runtime; what is not modelled is configuration. */
export function globalOf(machine: Machine, name: string, node: ts.Node): V {
  const known = globals[name];
  if (known) return known(machine, node);
  if (name === 'NaN') return Number.NaN;
  if (name === 'Infinity') return Number.POSITIVE_INFINITY;
  return unknown('config', `\`${name}\` is not followed`, `global:${name}`, node, true);
}
