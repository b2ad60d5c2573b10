import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { rules } from '../../rules/index.js';
import type { PackageData, PathAliases } from '../../src/code/tree.js';
import { type Discovery, discover } from '../../src/discover/discover.js';
import { extract } from '../../src/extract/extract.js';
import type { Facts, Fault } from '../../src/facts/index.js';
import { judge } from '../../src/judge.js';

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

/** What an audit of a server says, places left aside. */
export interface Said {
  /** How often each rule gave each answer, as `rule: flawed high` → 2. */
  readonly verdicts: ReadonlyMap<string, number>;
  readonly faults: readonly Fault[];
  readonly unread: Facts['unread'];
}

/** Audits a server in memory. */
export function saidOf({ sources, packages, aliases }: Server): Said {
  const text = (file: string) => sources.get(file);
  const facts = extract({ files: [...sources.keys()].sort(), only: undefined, packages, aliases, text });
  const { judged, faults } = judge(rules, facts.subjects);
  const verdicts = new Map<string, number>();
  for (const { rule, verdict } of judged) {
    if (verdict.is === 'moot') continue;
    const answer = `${rule.id}: ${verdict.is}${verdict.is === 'flawed' ? ` ${verdict.severity}` : ''}`;
    verdicts.set(answer, (verdicts.get(answer) ?? 0) + 1);
  }
  return { verdicts, faults: [...facts.faults, ...faults], unread: facts.unread };
}

/** What differs between two audits, as `rule: flawed high 1 → 0`; empty when they say the same. */
export function differencesBetween(before: Said, after: Said): string[] {
  const answers = new Set([...before.verdicts.keys(), ...after.verdicts.keys()]);
  return [...answers].sort().flatMap(answer => {
    const [was, is] = [before.verdicts.get(answer) ?? 0, after.verdicts.get(answer) ?? 0];
    return was === is ? [] : [`${answer} ${was} → ${is}`];
  });
}
