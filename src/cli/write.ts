import { lstatSync, mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { writeWhole } from '../cache/write.js';
import { projectTop } from '../config/find.js';
import { isInside } from '../discover/paths.js';
import { isMistake, type Mistake, mistake } from './mistake.js';

/**
 * Writes a file that the user asked for, whole. The project may be a stranger's, whose commit put a link where the report
 * goes: no link is written through, and no link of a folder leads out of the project.
 * @param project whose top holds the file; the one of the current folder unless given
 * @throws Mistake that names the obstacle.
 */
export function write(file: string, text: string, project = projectTop('.')): void {
  try {
    requireOwnPlace(file, project);
    const known = statSync(file, { throwIfNoEntry: false });
    // A device or a pipe, such as /dev/stdout, is written to: it must not be replaced.
    if (isOfTheSystem(file) || (known && !known.isFile())) writeFileSync(file, text);
    else writeWhole(file, text);
  } catch (error) {
    throw whyNot(file, error);
  }
}

/** Makes a folder and those above it, by the same rules. */
export function makeFolder(folder: string, project: string): void {
  try {
    requireInside(folder, project);
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw whyNot(folder, error);
  }
}

/** What keeps a file from being written, in the user's words. */
export function obstacleTo(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  return obstacles[code] ?? String(error);
}

const obstacles: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  EFBIG: 'the file would be too large',
  EBUSY: 'it is in use',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'a link leads to itself',
};

function whyNot(file: string, error: unknown): Mistake {
  return isMistake(error) ? error : mistake(`cannot write ${file}: ${obstacleTo(error)}.`);
}

/** `/dev/stdout` is a link, too, and leads to whatever the shell has put there. */
function isOfTheSystem(file: string): boolean {
  return /^\/(dev|proc)\//.test(resolve(file));
}

function requireOwnPlace(file: string, project: string): void {
  if (isOfTheSystem(file)) return;
  const isLink = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink();
  if (isLink) throw mistake(`cannot write ${file}: it is a link. Name the file that it leads to.`);
  requireInside(dirname(resolve(file)), project);
}

/** A folder that reads as one of the project's must be one. */
function requireInside(folder: string, project: string): void {
  const path = resolve(folder);
  if (!isInside(project, path)) return;
  const real = realpathSync.native(existing(path));
  if (!isInside(realpathSync.native(project), real))
    throw mistake(`cannot write into ${folder}: a link leads it out of ${project}.`);
}

/** The path, or the nearest folder above it that is there. */
function existing(path: string): string {
  return lstatSync(path, { throwIfNoEntry: false }) ? path : existing(dirname(path));
}
