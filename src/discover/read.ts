import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';

/** What came of reading a file. */
export type Reading = { readonly is: 'text'; readonly text: string; readonly stamp: Stamp } | Obstacle;

/** The same, without decoding. */
export type BytesRead = { readonly is: 'bytes'; readonly bytes: Buffer; readonly stamp: Stamp } | Obstacle;

/** Why there is nothing to read. */
export type Obstacle =
  | { readonly is: 'absent' }
  | { readonly is: 'too-large'; readonly bytes: number }
  | { readonly is: 'unreadable'; readonly why: string };

/** What tells, without reading a file, whether it is as it was: times in milliseconds, size in bytes. */
export interface Stamp {
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly size: number;
  readonly ino: number;
}

/** Where the system can be told not to follow a link. Windows cannot. */
export const seesLinks = constants.O_NOFOLLOW !== undefined;

/** What is put in a file's place between the look at it and its opening must not hang the audit or lead it elsewhere. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** Bytes in which text shows itself. */
const probed = 8000;
/** Of a hundred bytes of text: somebody may have typed the NUL that separates keys, nobody types many. */
const mostControls = 5;

/** One buffer for all reads: a fresh one per file doubles the time of reading a large tree. */
let page = Buffer.allocUnsafeSlow(256 * 1024);

/**
 * The text that bytes are: UTF-8, or UTF-16 that says so by its first bytes, as the compiler has it
 * (https://github.com/microsoft/TypeScript/blob/v5.9.3/src/compiler/sys.ts, `readFileWorker`). Without BOM; undefined
 * when they are no text.
 */
export function textOf(bytes: Buffer): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe && bytes[2] === 0 && bytes[3] === 0) return undefined; // the mark of UTF-32
  if (first === 0xff && second === 0xfe) return decoded(bytes.subarray(2), 'utf-16le');
  if (first === 0xfe && second === 0xff) return decoded(bytes.subarray(2), 'utf-16be');
  const opening = bytes.subarray(0, probed);
  // A source with a NUL runs like any other: left out, it would be a place to hide in.
  const isBinary = opening.includes(0) && (!isUtf8(bytes) || controlsIn(opening) * 100 > opening.length * mostControls);
  if (isBinary) return undefined;
  return decoded(bytes, 'utf-8');
}

function decoded(bytes: Buffer, encoding: string): string {
  const text = encoding === 'utf-8' ? bytes.toString('utf8') : new TextDecoder(encoding).decode(bytes);
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** Bytes that no text has many of: neither blank space nor the escape of a terminal's colours. */
function controlsIn(bytes: Buffer): number {
  return bytes.reduce((count, byte) => count + Number(byte < 9 || (byte > 13 && byte < 32 && byte !== 27)), 0);
}

/**
 * Reads a regular file of at most `limit` bytes as text without BOM.
 * Undefined when the path ends in a symbolic link: it is not followed.
 */
export function readText(path: string, limit: number): Reading | undefined {
  const reading = readBytes(path, limit);
  if (reading?.is !== 'bytes') return reading;
  const { bytes, stamp } = reading;
  const text = textOf(bytes);
  return text === undefined ? { is: 'unreadable', why: 'binary' } : { is: 'text', text, stamp };
}

/**
 * The same, as bytes, which are good until the next reading. Nothing but a regular file is ever opened: a device may act
 * when it is, and a pipe lets its writer go on.
 */
export function readBytes(path: string, limit: number): BytesRead | undefined {
  let file: number | undefined;
  try {
    const known = lstatSync(path, { throwIfNoEntry: false });
    if (!known) return { is: 'absent' };
    if (known.isSymbolicLink()) return undefined;
    if (known.isFile()) file = openSync(path, flags);
    const stat = file === undefined ? known : fstatSync(file);
    if (file === undefined || !stat.isFile()) return { is: 'unreadable', why: 'not a regular file' };
    if (stat.size > limit) return { is: 'too-large', bytes: stat.size };
    const bytes = bytesOf(file, stat.size, limit);
    return bytes === undefined ? { is: 'too-large', bytes: limit + 1 } : { is: 'bytes', bytes, stamp: stampOf(stat) };
  } catch (error) {
    return isErrno(error, 'ELOOP') ? undefined : obstacleOf(error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/**
 * The text of a file that the user has named, who may name a link or a pipe, too. Of what gives more than `limit` bytes,
 * no more is read.
 */
export function readNamed(path: string, limit: number): Extract<Reading, { is: 'text' | 'unreadable' }> {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const stat = fstatSync(file);
    const bytes = stat.size > limit ? undefined : bytesOf(file, stat.size, limit);
    if (bytes === undefined) return { is: 'unreadable', why: 'too large' };
    const text = textOf(bytes);
    return text === undefined ? { is: 'unreadable', why: 'binary' } : { is: 'text', text, stamp: stampOf(stat) };
  } catch (error) {
    return { is: 'unreadable', why: (error as NodeJS.ErrnoException).code ?? 'unknown error' };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The stamp of a regular file; undefined for whatever else is there. Links are not followed. */
export function stampAt(path: string): Stamp | undefined {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    return stat?.isFile() ? stampOf(stat) : undefined;
  } catch {
    return undefined; // in a folder that is none any more
  }
}

function stampOf({ mtimeMs, ctimeMs, size, ino }: Stamp): Stamp {
  return { mtimeMs, ctimeMs, size, ino };
}

/**
 * All bytes of an open file, in the shared buffer; undefined when there are more than `limit`, whatever its size said.
 * One that has given as much as it said is not asked whether there is more: it would be, of thousands.
 */
function bytesOf(file: number, size: number, limit: number): Buffer | undefined {
  let length = 0;
  for (;;) {
    const got = readSync(file, page, length, page.length - length, null);
    length += got;
    if (got === 0 || (size > 0 && length === size)) return page.subarray(0, length);
    if (length > limit) return undefined;
    if (length === page.length) page = Buffer.concat([page], page.length * 2);
  }
}

/** What a file system error means for a reading. */
export function obstacleOf(error: unknown): Obstacle {
  if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return { is: 'absent' };
  return { is: 'unreadable', why: whyOf(error) };
}

const obstacles: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'a link that leads to itself',
  ENAMETOOLONG: 'the path is too long',
  EMFILE: 'too many open files',
};

/** A file system error in the reader's words, without the path. */
export function whyOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  return obstacles[code] ?? code;
}

function isErrno(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
