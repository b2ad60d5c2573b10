import { lstatSync, realpathSync, statSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { isInside, posixBelow } from './paths.js';
import { obstacleOf, type Reading, readText, seesLinks } from './read.js';
import type { Site } from './targets.js';

/** What a symbolic link leads to. */
export interface LinkEnd {
  readonly is: 'file' | 'folder' | 'neither' | 'nothing';
  readonly isInside: boolean;
}

/** The files of a site, read so that no link leads out of it. Paths are POSIX, relative to the root. */
export interface Tree extends Site {
  /** Absolute path. */
  pathOf(file: string): string;
  /** The shortest form of a path: `../src/a.ts` is `a.ts` when the root is called `src`. */
  placeOf(path: string): string;
  /** What a link leads to. Outside the root it is only told whether it is a folder. */
  linkEnd(link: string): LinkEnd;
  /** True for a folder that no link leads to, given that none leads to the one around it. */
  isOwnFolder(folder: string): boolean;
  /** Says that the walk came to `folder` without following a link: what lies in it needs no asking where it is. */
  vouch(folder: string): void;
  /** Reads a file below the root. */
  read(file: string, limit: number): Reading;
  /** Reads a file that tells about the project: it may lie above the root, up to the bounds. */
  readData(file: string, limit: number): Reading;
  hasDataFile(file: string): boolean;
  /** Folders above the root up to the bounds, nearest first: `..`, `../..`, … */
  readonly above: readonly string[];
}

/** Opens the tree of a site; nothing is read yet. */
export function openTree(site: Site): Tree {
  const { root, bounds } = site;
  const walked = new Set<string>();
  // The walk asks for every folder, and `join` is slow; only a path that leads upwards needs it.
  const pathOf = (file: string) => (file.startsWith('.') ? join(root, file) : root + sep + file);

  const read = (file: string, limit: number, within: string): Reading => {
    const reading = seesLinks && walked.has(posix.dirname(file)) ? readText(pathOf(file), limit) : undefined;
    if (reading) return reading;
    try {
      const real = realpathSync.native(pathOf(file));
      const followed = isInside(within, real) ? readText(real, limit) : undefined;
      return followed ?? { is: 'unreadable', why: 'a link that leads out of the audited folder' };
    } catch (error) {
      return obstacleOf(error);
    }
  };

  return {
    ...site,
    above: foldersUp(posixBelow(root, bounds)),
    pathOf,
    placeOf: path => posixBelow(root, pathOf(path)),
    linkEnd(link) {
      try {
        const real = realpathSync.native(pathOf(link));
        const end = statSync(real);
        const is = end.isDirectory() ? 'folder' : end.isFile() ? 'file' : 'neither';
        return { is, isInside: isInside(root, real) };
      } catch {
        return { is: 'nothing', isInside: false };
      }
    },
    isOwnFolder: folder => lstatSync(pathOf(folder), { throwIfNoEntry: false })?.isDirectory() ?? false,
    vouch: folder => walked.add(folder),
    read: (file, limit) => read(file, limit, root),
    readData: (file, limit) => read(file, limit, bounds),
    hasDataFile(file) {
      try {
        return lstatSync(pathOf(file), { throwIfNoEntry: false })?.isFile() ?? false;
      } catch {
        return false; // in a folder above that we may not look into
      }
    },
  };
}

/** `../..` → `..`, `../..`; nothing for `.`. */
function foldersUp(highest: string): readonly string[] {
  if (highest === '.') return [];
  return highest.split('/').map((_, index) => posix.join('.', ...Array<string>(index + 1).fill('..')));
}
