import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import type { PackageData, PathAliases } from '../../src/code/tree.js';
import { type Discovery, discover } from '../../src/discover/discover.js';

/** A whole small server in memory: its sources by path, and what its data files say. */
export interface Server {
  /** Where it stands under `fixtures/`. */
  readonly name: string;
  readonly sources: ReadonlyMap<string, string>;
  readonly packages: readonly PackageData[];
  readonly aliases: readonly PathAliases[];
}

const fixtures = join(import.meta.dirname, '../../fixtures');

/** Every server under `fixtures/`, of every rule, framework and decision, and the whole ones. */
export function fixtureServers(): Server[] {
  return [
    ...below('rules', 2).filter(path => /\.[cm]?[jt]sx?$/.test(path)),
    ...below('decisions', 1).filter(path => path.endsWith('.ts')),
    ...below('frameworks', 1),
    ...below('servers', 0),
  ].map(serverAt);
}

/** What is in a folder of fixtures so many levels down. */
function below(folder: string, levels: number): string[] {
  const inside = readdirSync(join(fixtures, folder), { withFileTypes: true });
  return inside
    .map(({ name, parentPath }) => relative(fixtures, join(parentPath, name)).split(sep).join('/'))
    .filter(path => levels === 0 || !path.endsWith('.md'))
    .flatMap(path => (levels === 0 ? [path] : below(path, levels - 1)))
    .sort();
}

/** What this repository's own data files say, as every fixture without a package.json finds above it: read once. */
const above = discover([join(fixtures, 'rules/ws-missing-auth/safe')]);

function serverAt(name: string): Server {
  const path = join(fixtures, name);
  if (statSync(path).isFile()) return serverOf(name, path, [posix.basename(name)], above);
  const own = existsSync(join(path, 'package.json')) && discover([path]);
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).map(file => file.split(sep).join('/'));
  return serverOf(
    name,
    path,
    files.filter(file => /\.[cm]?[jt]sx?$/.test(file)),
    own || above,
  );
}

function serverOf(name: string, path: string, files: readonly string[], found: Discovery): Server {
  const isFile = files.length === 1 && path.endsWith(`/${files[0]}`);
  const sources = new Map(files.map(file => [file, readFileSync(isFile ? path : join(path, file), 'utf8')]));
  return { name, sources, packages: found.packages, aliases: found.aliases };
}
