import { basename, posix } from 'node:path';
import { isTable, readTable, type Table } from './config.js';
import type { Dependency, PackageData } from './discovery.js';
import type { Ledger } from './ledger.js';
import { type Lockfile, lockfileNames, readLockfile } from './lockfiles.js';
import { ancestorsOf, isBelow } from './paths.js';
import type { Tree } from './tree.js';

const largest = 1_000_000;

/** Every package.json found, the root's package first. A root without one belongs to the nearest package above. */
export function readPackages(dataFiles: ReadonlySet<string>, tree: Tree, ledger: Ledger): readonly PackageData[] {
  const lockfileFor = lockfileFinder(dataFiles, tree, ledger);
  const hasManifest = (folder: string) => dataFiles.has(posix.join(folder, 'package.json'));
  const packageAt = (folder: string, home = folder): PackageData => {
    const file = posix.join(home, 'package.json');
    const manifest = (hasManifest(home) && readTable(file, largest, tree, ledger)) || {};
    const declared = typeof manifest.name === 'string' && manifest.name;
    return {
      name: declared || `${folder === '.' ? basename(tree.root) : folder}/`,
      folder,
      entryPoints: home === folder ? entryPointsOf(manifest) : {},
      dependencies: dependenciesOf(manifest, home, lockfileFor(home)),
    };
  };
  const folders = [...dataFiles].filter(file => posix.basename(file) === 'package.json').map(posix.dirname);
  const nested = folders.filter(folder => folder !== '.' && isBelow(folder)).sort();
  const home = ['.', ...tree.above].find(hasManifest) ?? '.';
  return [packageAt('.', home), ...nested.map(folder => packageAt(folder))];
}

function entryPointsOf(manifest: Table): PackageData['entryPoints'] {
  const { main, module, types = manifest.typings, source, exports, bin } = manifest;
  return {
    ...(typeof main === 'string' && { main }),
    ...(typeof module === 'string' && { module }),
    ...(typeof types === 'string' && { types }),
    ...(typeof source === 'string' && { source }),
    ...(exports !== undefined && { exports }),
    ...(bin !== undefined && { bin }),
  };
}

/** From weakest to strongest: the later range stays. */
const kinds = ['devDependencies', 'peerDependencies', 'optionalDependencies', 'dependencies'];

function dependenciesOf(manifest: Table, home: string, lockfile: Lockfile | undefined): Record<string, Dependency> {
  const ranges = new Map<string, string>();
  for (const kind of kinds) {
    const declared = manifest[kind];
    for (const [name, range] of isTable(declared) ? Object.entries(declared) : []) {
      if (typeof range === 'string') ranges.set(name, range);
    }
  }
  const rows = [...ranges]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, range]) => {
      const resolved = lockfile?.installed(home, name, range);
      return [name, { range, ...(resolved !== undefined && { resolved }) }] as const;
    });
  return Object.fromEntries(rows);
}

/** Finds the lockfile that governs a folder: in the folder itself or the nearest one above. Each is read once. */
function lockfileFinder(dataFiles: ReadonlySet<string>, tree: Tree, ledger: Ledger) {
  const known = new Map<string, Lockfile | undefined>();
  return (folder: string): Lockfile | undefined => {
    const upward = isBelow(folder)
      ? [folder, ...ancestorsOf(folder), ...tree.above]
      : tree.above.slice(tree.above.indexOf(folder));
    const candidates = upward.flatMap(up => lockfileNames.map(name => posix.join(up, name)));
    const file = candidates.find(candidate => dataFiles.has(candidate));
    if (file === undefined) return undefined;
    if (!known.has(file)) known.set(file, readLockfile(file, tree, ledger));
    return known.get(file);
  };
}
