import { randomBytes } from 'node:crypto';
import { lstatSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file so that a reader sees the old contents or the new, never half of them. `mode` (before umask) is that of
 * the new file.
 * @throws the file system's error (with its `code`) when the folder is missing or not writable.
 */
export function writeWhole(file: string, contents: string | Uint8Array, mode = 0o666): void {
  const target = replaceable(file);
  if (target === undefined) {
    writeFileSync(file, contents);
    return;
  }
  const unfinished = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    writeFileSync(unfinished, contents, { flag: 'wx', mode });
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** The file that a rename would replace; undefined for a device or a pipe, which must be written to, not replaced. */
function replaceable(file: string): string | undefined {
  const known = lstatSync(file, { throwIfNoEntry: false });
  if (!known) return file;
  const target = known.isSymbolicLink() ? realpathSync(file) : file;
  return lstatSync(target).isFile() ? target : undefined;
}
