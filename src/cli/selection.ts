import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Machine } from './main.js';
import { mistake } from './mistake.js';
import type { AuditRequest } from './request.js';
import { folderOf } from './settings.js';

/**
 * The files (absolute) to which a request narrows the report; undefined when it does not.
 * @throws Mistake when git or the list cannot be asked.
 */
export function filesSelected(request: AuditRequest, machine: Machine): readonly string[] | undefined {
  const { since, staged, filesFrom, touching } = request;
  const lists = [
    ...(touching ? [touching.map(file => resolve(file))] : []),
    ...(since === undefined ? [] : [changedSince(since, folderOf(request.targets[0]!))]),
    ...(staged ? [stagedFiles(folderOf(request.targets[0]!))] : []),
    ...(filesFrom === undefined ? [] : [listed(filesFrom, machine)]),
  ];
  if (lists.length === 0) return undefined;
  return lists.flat();
}

/** Files that differ from where the branch left `ref`, those that git does not track among them. */
function changedSince(ref: string, cwd: string): readonly string[] {
  const changed = git(['diff', '--name-only', '-z', '--merge-base', '--end-of-options', ref, '--'], cwd);
  return inRepository(
    [...changed, ...git(['ls-files', '-z', '--others', '--exclude-standard', '--full-name'], cwd)],
    cwd,
  );
}

function stagedFiles(cwd: string): readonly string[] {
  return inRepository(git(['diff', '--name-only', '-z', '--cached', '--'], cwd), cwd);
}

function inRepository(files: readonly string[], cwd: string): readonly string[] {
  const [top = cwd] = git(['rev-parse', '--show-toplevel'], cwd);
  return files.map(file => resolve(top.trimEnd(), file));
}

/** Nothing that the repository's own configuration names is run: no monitor, hook, pager or external diff. */
const harmless = ['-c', 'core.fsmonitor=', '-c', 'core.hooksPath=/dev/null', '--no-pager', '--no-optional-locks'];

function git([command = '', ...args]: readonly string[], cwd: string): readonly string[] {
  const guards = command === 'diff' ? ['--no-ext-diff', '--no-textconv'] : [];
  const { stdout, stderr, error, status } = spawnSync('git', [...harmless, command, ...guards, ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 ** 2,
  });
  if (error) throw mistake(`git could not be run: ${error.message}.`);
  if (status !== 0)
    throw mistake(
      `git ${command}: ${
        stderr
          .trim()
          .split('\n')[0]
          ?.replace(/^fatal: /, '') ?? status
      }.`,
    );
  return stdout.split('\0').filter(file => file !== '');
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
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw mistake(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

/** A path without links, so that both sides of a comparison go by one name; a file that is gone keeps its own. */
export function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
