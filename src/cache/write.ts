import { randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, lstatSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Writes a file so that a reader sees the old contents or the new, never half of them, however many processes write at
 * once. A link in its place is replaced, not followed. Call it when the work is done: from the first call on, signals
 * wait for the end of what runs.
 * @param mode of the file, whatever the umask; unless given, a file that is there keeps its own, and a new one gets the usual
 * @throws the file system's error, with its `code`; nothing is left behind then.
 */
export function writeWhole(file: string, contents: string | Uint8Array, mode = modeOf(file)): void {
  const unfinished = join(dirname(file), `.mcp-audit-${randomBytes(6).toString('hex')}.tmp`);
  let open: number | undefined;
  finishFirst();
  try {
    open = openSync(unfinished, 'wx', mode ?? 0o666);
    if (mode !== undefined) fchmodSync(open, mode);
    writeFileSync(open, contents);
    closeSync(open);
    open = undefined;
    renameSync(unfinished, file);
  } catch (error) {
    if (open !== undefined) closeSync(open);
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** The permissions of a file that is there. */
function modeOf(file: string): number | undefined {
  const known = lstatSync(file, { throwIfNoEntry: false });
  return known?.isFile() ? known.mode & 0o777 : undefined;
}

let isFinishing = false;

/**
 * From now on Ctrl-C and the like take effect between two turns of the event loop, which no write is: without a
 * listener they would end the process in the middle of one, and leave its unfinished file. `once` brings the default back.
 */
function finishFirst(): void {
  if (isFinishing) return;
  isFinishing = true;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.kill(process.pid, signal));
  }
}
