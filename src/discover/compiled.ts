import { readdirSync } from 'node:fs';
import { posix } from 'node:path';
import type { CompilerOptions } from './config.js';
import type { Tree } from './tree.js';

/**
 * True when a `lib` folder is written by a compiler. Many servers keep their hand-written source there, so it takes
 * proof: the tsconfig beside it says so, or everything in it has a namesake in the `src` beside it and nothing is
 * TypeScript.
 */
export function isCompiled(
  lib: string,
  siblings: ReadonlySet<string>,
  tree: Tree,
  optionsOf: (configFile: string) => CompilerOptions,
): boolean {
  const folder = posix.dirname(lib);
  const configs = ['tsconfig.json', 'tsconfig.build.json'].filter(name => siblings.has(name));
  if (configs.some(name => isWithin(optionsOf(posix.join(folder, name)).outDir, lib))) return true;
  if (!siblings.has('src')) return false;
  const written = modulesIn(posix.join(folder, 'src'), tree);
  const made = modulesIn(lib, tree);
  const stems = new Set(written.map(stemOf));
  return made.length > 0 && !made.some(isTypeScript) && made.every(name => stems.has(stemOf(name)));
}

/** `lib/esm` as the output folder makes all of `lib` output. */
function isWithin(outDir: string | undefined, lib: string): boolean {
  return outDir === lib || outDir?.startsWith(`${lib}/`) === true;
}

/** The modules and folders directly in a folder; declarations and data files are no evidence. */
function modulesIn(folder: string, tree: Tree): readonly string[] {
  try {
    if (!tree.isOwnFolder(folder)) return [];
    const entries = readdirSync(tree.pathOf(folder), { withFileTypes: true });
    const counted = entries.filter(entry => entry.isDirectory() || /(?<!\.d)\.[cm]?[jt]sx?$/.test(entry.name));
    return counted.map(entry => entry.name);
  } catch {
    return [];
  }
}

function isTypeScript(name: string): boolean {
  return /\.[cm]?tsx?$/.test(name);
}

function stemOf(name: string): string {
  return name.replace(/\.[cm]?[jt]sx?$/, '');
}
