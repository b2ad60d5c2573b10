import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  type Stats,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { isInside } from '../discover/paths.js';
import { writeWhole } from './write.js';

/** What the tool remembers between runs, by name (letters, digits, `_`, `-` and `.`). It never throws: without it, a run is only slower. */
export interface Cache {
  /** An entry that nobody but this user can have written; undefined when there is none. It may still be cut short or stale: check it. */
  read(name: string): Buffer | undefined;
  /** Keeps an entry, readable by this user only. Call it when the work is done, see `writeWhole`. */
  write(name: string, contents: string | Uint8Array): void;
  /** Removes what was written more than a month ago, and the oldest above 256 MB; whoever still needs it makes it again. */
  forget(): void;
}

/**
 * The user's own cache folder, `$XDG_CACHE_HOME/mcp-audit` or `~/.cache/mcp-audit`; undefined when there is none.
 * What is kept is believed unseen (V8 runs compiled code as it is), so it never lies in a shared temporary folder, and
 * never in a folder of `audited`, where a stranger's commit could put it.
 * https://specifications.freedesktop.org/basedir-spec/latest/
 * @param audited the audited projects, absolute
 */
export function openCache(
  env: Readonly<Record<string, string | undefined>>,
  audited: readonly string[],
): Cache | undefined {
  const folder = folderFor(env);
  if (folder === undefined) return undefined;
  const isUsable = () => isOwn(folder) && !audited.some(project => holds(project, folder));
  return {
    read: name => tried(() => (isUsable() ? readOwn(join(folder, name)) : undefined)),
    write(name, contents) {
      tried(() => {
        // Not `recursive`: Node 20 then never comes back from a folder that cannot be, such as one below /proc.
        for (const each of [dirname(folder), folder]) if (!existsSync(each)) mkdirSync(each, { mode: 0o700 });
        if (!isUsable()) return;
        chmodSync(folder, 0o700);
        writeWhole(join(folder, name), contents, 0o600);
      });
    },
    forget() {
      tried(() => {
        if (isUsable()) removeOld(folder);
      });
    },
  };
}

function folderFor({ XDG_CACHE_HOME: given = '' }: Readonly<Record<string, string | undefined>>): string | undefined {
  // Without a home folder there is none.
  const caches = isAbsolute(given) ? given : tried(() => join(homedir(), '.cache'));
  return caches !== undefined && isAbsolute(caches) ? join(caches, 'mcp-audit') : undefined;
}

/**
 * True for a folder of this user's that nobody else can write to, reached by a way that nobody else can have laid: a link
 * of a stranger's could lead to a folder of the user's that holds a stranger's files.
 */
function isOwn(folder: string): boolean {
  const real = realpathSync.native(folder);
  const isTrusted = (path: string) => {
    const stat = lstatSync(path);
    const isOpenToAll = stat.isDirectory() && (stat.mode & 0o1002) === 0o002; // /tmp is, but for its sticky bit
    return !isOpenToAll && (stat.uid === 0 || isOurs(stat));
  };
  if (process.getuid === undefined) return true;
  const end = lstatSync(real);
  return end.isDirectory() && isOurs(end) && isClosed(end) && [...wayTo(folder), ...wayTo(real)].every(isTrusted);
}

function isOurs({ uid }: Stats): boolean {
  return process.getuid === undefined || uid === process.getuid();
}

/** Nobody but the owner may write. */
function isClosed({ mode }: Stats): boolean {
  return process.getuid === undefined || (mode & 0o022) === 0;
}

/** A path and all folders above it. */
function wayTo(path: string): readonly string[] {
  const up = dirname(path);
  return up === path ? [path] : [...wayTo(up), path];
}

function holds(project: string, folder: string): boolean {
  return isInside(realpathSync.native(project), realpathSync.native(folder));
}

function readOwn(file: string): Buffer | undefined {
  const open = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(open);
    return stat.isFile() && isOurs(stat) && isClosed(stat) ? readFileSync(open) : undefined;
  } finally {
    closeSync(open);
  }
}

/** Milliseconds. */
const month = 30 * 24 * 60 * 60 * 1000;
/** Bytes; compiled code takes 5 MB, the facts of a large repository about as much. */
const room = 256 * 1024 ** 2;

function removeOld(folder: string): void {
  const entries = readdirSync(folder).flatMap(name => {
    const file = join(folder, name);
    const stat = lstatSync(file, { throwIfNoEntry: false });
    return stat ? [{ file, size: stat.size, written: stat.mtimeMs }] : [];
  });
  let sum = 0;
  for (const { file, size, written } of entries.sort((a, b) => b.written - a.written)) {
    sum += size;
    if (sum > room || Date.now() - written > month) tried(() => rmSync(file));
  }
}

/** What the work gives; undefined where the file system objects. */
function tried<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
