import { posix } from 'node:path';
import { commentedTableOf, isTable, tableOf } from './config.js';
import type { Ledger } from './ledger.js';
import { ancestorsOf, posixBelow } from './paths.js';
import type { Tree } from './tree.js';

/** What a lockfile tells about installed versions. */
export interface Lockfile {
  /** The version installed for a package in `folder` (relative to the root) that asks for `name` at `range`. */
  installed(folder: string, name: string, range: string): string | undefined;
}

/** The same, with folders relative to the lockfile's own. */
type Installed = Lockfile['installed'];

const readers: Readonly<Record<string, (text: string) => Installed | undefined>> = {
  'npm-shrinkwrap.json': npmVersions,
  'package-lock.json': npmVersions,
  'pnpm-lock.yaml': pnpmVersions,
  'yarn.lock': yarnVersions,
  'bun.lock': bunVersions,
};

/** The first of these in a folder is believed. */
export const lockfileNames: readonly string[] = Object.keys(readers);

const largest = 32_000_000;

/** Reads a lockfile; undefined, and noted in the ledger, when it cannot be made out. */
export function readLockfile(file: string, tree: Tree, ledger: Ledger): Lockfile | undefined {
  const reading = tree.readData(file, largest);
  if (reading.is !== 'text') {
    ledger.miss(file, reading.is === 'unreadable' ? reading.why : reading.is);
    return undefined;
  }
  const versions = readers[posix.basename(file)]?.(reading.text);
  if (!versions) {
    ledger.miss(file, 'not a lockfile of a known format');
    return undefined;
  }
  const top = tree.pathOf(posix.dirname(file));
  return { installed: (folder, name, range) => versions(posixBelow(top, tree.pathOf(folder)), name, range) };
}

/**
 * package-lock.json, version 2 and 3: packages by where they lie in node_modules, found as node finds them.
 * https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json#packages
 */
function npmVersions(text: string): Installed | undefined {
  const packages = tableOf(text)?.packages;
  if (!isTable(packages)) return undefined;
  return (folder, name) => {
    const places = [folder, ...ancestorsOf(folder)].map(up => packages[posix.join(up, 'node_modules', name)]);
    return versionIn(places.find(isTable)?.version);
  };
}

const pnpmKinds = new Set(['dependencies', 'devDependencies', 'optionalDependencies']);

/**
 * pnpm-lock.yaml, read line by line by its indentation, as far as the list of all packages, which is not needed.
 * Up to version 5 a version stands beside the name, later below it; a lone package has no `importers`.
 * https://github.com/pnpm/spec/tree/master/lockfile
 */
function pnpmVersions(text: string): Installed | undefined {
  if (!/^lockfileVersion:/m.test(text)) return undefined;
  const end = text.search(/^(packages|snapshots):/m);
  const versions = new Map<string, string>();
  const trail: string[] = [];
  for (const line of (end < 0 ? text : text.slice(0, end)).split(/\r?\n/)) {
    const [, indent = '', quoted, plain, value] =
      /^( *)(?:['"]([^'"]+)['"]|([^\s:'"#][^:]*)):(?: +(.*))?$/.exec(line) ?? [];
    const key = quoted ?? plain;
    if (key === undefined) continue;
    trail.splice(indent.length / 2, trail.length, key);
    const [folder = '', kind = '', name = '', detail = 'version'] =
      trail[0] === 'importers' ? trail.slice(1) : ['.', ...trail];
    const version = value === undefined ? undefined : versionIn(value.replace(/^['"]/, ''));
    if (version && pnpmKinds.has(kind) && detail === 'version') versions.set(`${folder} ${name}`, version);
  }
  return (folder, name) => versions.get(`${folder} ${name}`);
}

/**
 * yarn.lock, of yarn 1 and of later ones: blocks headed by every `name@range` that one version answers.
 * https://classic.yarnpkg.com/lang/en/docs/yarn-lock/
 */
function yarnVersions(text: string): Installed | undefined {
  const versions = new Map<string, string>();
  let asked: readonly string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (/^["\w@]/.test(line) && line.endsWith(':')) asked = line.slice(0, -1).replaceAll('"', '').split(', ');
    const version = /^ {2}version:? "?([^"\s]+)/.exec(line)?.[1];
    for (const ask of version === undefined ? [] : asked) versions.set(ask, version as string);
  }
  if (versions.size === 0) return undefined;
  return (_, name, range) => versionIn(versions.get(`${name}@${range}`) ?? versions.get(`${name}@npm:${range}`));
}

/**
 * bun.lock: packages by name, `dependent/name` where a dependent has a version of its own.
 * https://bun.com/docs/pm/lockfile
 */
function bunVersions(text: string): Installed | undefined {
  const lock = commentedTableOf(text);
  const { workspaces, packages } = lock ?? {};
  if (!isTable(workspaces) || !isTable(packages)) return undefined;
  return (folder, name) => {
    const workspace = workspaces[folder === '.' ? '' : folder];
    const dependent = isTable(workspace) ? workspace.name : undefined;
    const entry = packages[`${dependent}/${name}`] ?? packages[name];
    const spec: unknown = Array.isArray(entry) ? entry[0] : undefined;
    return typeof spec === 'string' ? versionIn(spec.slice(spec.lastIndexOf('@') + 1)) : undefined;
  };
}

/**
 * The version that a text begins with, such as `8.5.0` in `8.5.0(bufferutil@4.0.8)`; undefined for links, paths and
 * yarn's `0.0.0-use.local`.
 */
function versionIn(text: unknown): string | undefined {
  const version = typeof text === 'string' ? /^\d+\.\d+\.\d+(?:[-+][\w.+-]*)?/.exec(text)?.[0] : undefined;
  return version === '0.0.0-use.local' ? undefined : version;
}
