import { posix } from 'node:path';
import type { CompilerOptions, Table } from './config.js';
import type { PathAliases } from './discovery.js';
import { isBelow } from './paths.js';
import type { Tree } from './tree.js';

/** The aliases of every folder that has a tsconfig.json or, failing that, a jsconfig.json; folders in order. */
export function readAliases(
  dataFiles: ReadonlySet<string>,
  tree: Tree,
  optionsOf: (file: string) => CompilerOptions,
): readonly PathAliases[] {
  const configIn = (folder: string) =>
    ['tsconfig.json', 'jsconfig.json'].map(name => posix.join(folder, name)).find(file => dataFiles.has(file));
  const folders = new Set([...dataFiles].map(file => posix.dirname(file)));
  const below = [...folders].filter(folder => isBelow(folder) && configIn(folder)).sort();
  // A root inside a package, such as its src folder, lives by the package's configuration.
  const around = below.includes('.') ? undefined : tree.above.find(folder => configIn(folder));
  const applying = around === undefined ? below : [around, ...below];
  return applying.flatMap(folder => aliasesOf(folder, optionsOf(configIn(folder) as string), tree) ?? []);
}

function aliasesOf(configFolder: string, options: CompilerOptions, tree: Tree): PathAliases | undefined {
  const { baseUrl, paths = {}, pathsFrom = configFolder } = options;
  const folder = isBelow(configFolder) ? configFolder : '.';
  const isUsable = baseUrl !== undefined && isBelow(baseUrl);
  const moved = targetsOf(paths, baseUrl ?? pathsFrom, isUsable ? baseUrl : folder, tree);
  if (!isUsable && Object.keys(moved).length === 0) return undefined;
  return { folder, ...(isUsable && { baseUrl }), paths: moved };
}

/** Turns targets that count from `written` into targets that count from `wanted`; those above the root are dropped. */
function targetsOf(paths: Table, written: string, wanted: string, tree: Tree): PathAliases['paths'] {
  const moved = (target: unknown) => {
    if (typeof target !== 'string') return [];
    const place = tree.placeOf(posix.join(written, target));
    return isBelow(place) ? [posix.relative(`/${wanted}`, `/${place}`) || '.'] : [];
  };
  const rows = Object.entries(paths).map(([pattern, targets]) => [pattern, [targets].flat().flatMap(moved)] as const);
  return Object.fromEntries(rows.filter(([, targets]) => targets.length > 0));
}
