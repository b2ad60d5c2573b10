import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { lockfileNames } from './lockfiles.js';
import { climb, isInside, posixBelow } from './paths.js';

/** Where the audit stands, made out from the targets. All paths are real: no link is left in them. */
export interface Site {
  /** Absolute. */
  readonly root: string;
  /** Top of the git repository that the root lies in, absolute. */
  readonly gitTop: string | undefined;
  /** Outermost folder whose package.json, lockfile and tsconfig.json still tell about the root, absolute. */
  readonly bounds: string;
  /** Folders to walk: POSIX, relative to the root; none of them inside another. */
  readonly starts: readonly string[];
  /** Files named as targets: POSIX, relative to the root. */
  readonly named: readonly string[];
  /** All targets are files. */
  readonly onlyFiles: boolean;
  /** All targets are files, and there is neither a package nor a repository around them. */
  readonly isOutsideProjects: boolean;
}

/** A target that is neither a folder nor a file. */
export interface NoSuchTarget extends Error {
  readonly name: 'NoSuchTarget';
  /** As it was given. */
  readonly path: string;
}

/** Tells a wrong target from a fault of ours. */
export function isNoSuchTarget(error: unknown): error is NoSuchTarget {
  return error instanceof Error && error.name === 'NoSuchTarget';
}

/**
 * Finds the root and what to walk below it. Folders: their common ancestor, and only the folders are walked. Files
 * alone: the package they share (else their common folder), and all of it is walked, since an answer may lie in
 * another file.
 * @throws NoSuchTarget
 */
export function siteOf(targets: readonly string[], cwd: string): Site {
  const real = (targets.length ? targets : ['.']).map(target => realTarget(target, cwd));
  const files = real.filter(target => target.isFile).map(target => target.path);
  const folders = real.filter(target => !target.isFile).map(target => target.path);
  const common = commonFolder([...folders, ...files.map(file => dirname(file))]);
  const gitTop = climb(common, folder => existsSync(join(folder, '.git')));
  const hasPackage = (folder: string) => existsSync(join(folder, 'package.json'));
  const hasLockfile = (folder: string) => lockfileNames.some(name => existsSync(join(folder, name)));
  const ownPackage = climb(common, hasPackage, gitTop);
  const workspace = ownPackage && climb(ownPackage, folder => hasPackage(folder) && hasLockfile(folder), gitTop);
  const onlyFiles = folders.length === 0;
  const root = (onlyFiles && ownPackage) || common;
  return {
    root,
    gitTop,
    bounds: gitTop ?? workspace ?? ownPackage ?? root,
    starts: onlyFiles ? ['.'] : outermost(folders.map(folder => posixBelow(root, folder))),
    named: [...new Set(files.map(file => posixBelow(root, file)))].sort(),
    onlyFiles,
    isOutsideProjects: onlyFiles && ownPackage === undefined && gitTop === undefined,
  };
}

function realTarget(target: string, cwd: string): { readonly path: string; readonly isFile: boolean } {
  try {
    const path = realpathSync.native(resolve(cwd, target));
    const stat = statSync(path);
    if (stat.isFile() || stat.isDirectory()) return { path, isFile: stat.isFile() };
  } catch {
    // whatever the obstacle is, there is nothing here to audit
  }
  throw noSuchTarget(target);
}

function noSuchTarget(path: string): NoSuchTarget {
  const error = new Error(`no such file or folder: ${path}`);
  return Object.assign(error, { name: 'NoSuchTarget', path } as const);
}

function commonFolder(folders: readonly string[]): string {
  return folders.reduce((common, folder) => climb(common, ancestor => isInside(ancestor, folder)) ?? common);
}

function outermost(folders: readonly string[]): readonly string[] {
  if (folders.includes('.')) return ['.'];
  const isWithin = (inner: string, outer: string) => inner.startsWith(`${outer}/`);
  return [...new Set(folders)].filter(folder => !folders.some(other => isWithin(folder, other))).sort();
}
