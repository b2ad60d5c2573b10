import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { readBytes, readNamed } from '../discover/read.js';
import { type Repository, repositoryAround } from './git.js';
import type { Machine } from './main.js';
import { mistake } from './mistake.js';
import type { AuditRequest } from './request.js';
import { folderOf } from './settings.js';

/** Files by their absolute path. */
type Files = Pick<ReadonlySet<string>, 'has'>;

/**
 * The files to which a request narrows the report; undefined when it does not.
 * @throws Mistake when git or the list cannot be asked.
 */
export function filesSelected(request: AuditRequest, machine: Machine): Files | undefined {
  const { since, staged, filesFrom, touching } = request;
  const repository = () => repositoryAround(folderOf(request.targets[0]!), machine.env);
  const selections = [
    ...(touching ? [named(touching.map(file => resolve(file)))] : []),
    ...(since === undefined ? [] : [changedSince(since, repository())]),
    ...(staged ? [stagedIn(repository())] : []),
    ...(filesFrom === undefined ? [] : [named(listed(filesFrom, machine))]),
  ];
  return selections.length === 0 ? undefined : { has: path => selections.some(files => files.has(path)) };
}

function named(files: readonly string[]): Files {
  return new Set(files.map(realPath));
}

/**
 * Files that differ from where the branch left `ref`, those that git does not track among them. The work tree is compared
 * here, since git would run the repository's filters on it.
 */
function changedSince(ref: string, repository: Repository): Files {
  const ofCommits = new Set(repository.ask('diff-index', ...comparing, '--merge-base', '--end-of-options', ref, '--'));
  const index = indexOf(repository);
  return {
    has(path) {
      const file = relative(repository.top, path).split(sep).join('/');
      const module = index.modules.find(folder => file.startsWith(`${folder}/`));
      if (ofCommits.has(module ?? file)) return true;
      const id = index.files.get(file);
      return module === undefined && (id === undefined || !holds(path, id));
    },
  };
}

const comparing = ['--cached', '--name-only', '-z', '--no-renames', '--ignore-submodules=dirty'];

function stagedIn(repository: Repository): Files {
  const files = repository.ask('diff-index', ...comparing, lastCommit(repository), '--');
  return named(files.map(file => join(repository.top, file)));
}

/** HEAD; before the first commit, the tree without a file, whose id is the hash of just that. */
function lastCommit({ ask }: Repository): string {
  const [hash = 'sha1'] = ask('rev-parse', '--show-object-format').map(text => text.trimEnd());
  try {
    ask('rev-parse', '--verify', 'HEAD^{commit}');
    return 'HEAD';
  } catch {
    return createHash(hash).update('tree 0\0').digest('hex');
  }
}

/** The ids of the files that git tracks, where no merge is open, and the folders of submodules. */
function indexOf(repository: Repository) {
  const files = new Map<string, string>();
  const modules: string[] = [];
  for (const entry of repository.ask('ls-files', '--stage', '-z')) {
    const [, mode, id, stage, file] = /^(\d+) (\w+) (\d)\t(.*)$/s.exec(entry) ?? [];
    if (mode === '160000') modules.push(file!);
    else if (stage === '0') files.set(file!, id!);
  }
  return { files, modules };
}

/** Bytes; no file that is audited is larger. */
const largest = 16_000_000;

/**
 * Whether a file holds what git knows by an id, be it that line ends were changed on the way out.
 * https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
 */
function holds(path: string, id: string): boolean {
  const bytes = readBytes(path, largest);
  if (bytes?.is !== 'bytes') return false;
  const idOf = (text: Buffer) =>
    createHash(id.length === 64 ? 'sha256' : 'sha1')
      .update(`blob ${text.length}\0`)
      .update(text)
      .digest('hex');
  return (
    idOf(bytes.bytes) === id ||
    idOf(Buffer.from(bytes.bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')) === id
  );
}

/** Paths, one per line or between NULs. */
function listed(file: string, machine: Machine): readonly string[] {
  const text = file === '-' ? machine.input() : read(file);
  return text
    .split(text.includes('\0') ? '\0' : /\r?\n/)
    .filter(line => line.trim() !== '')
    .map(line => resolve(line));
}

function read(file: string): string {
  const reading = readNamed(file, largest);
  if (reading.is === 'text') return reading.text;
  throw mistake(`cannot read ${file}: ${reading.why}.`);
}

/** A path without links, so that both sides of a comparison go by one name; a file that is gone keeps its own. */
export function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
