import { hash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { type Discovery, isSame, type Reading, type SourceReading, type Stamp } from '../discover/discover.js';
import type { Cache } from './cache.js';

/** A tree, and how facts are made of it. */
export interface Question {
  readonly discovery: Discovery;
  /** All that the facts depend on beside the tree. */
  readonly options: string;
  /** What of a text matters for a file that is only looked at in passing. */
  gist(text: string): string;
}

/** Facts (data that `v8.serialize` takes), and what making them has told. */
export interface Answer<F> {
  readonly facts: F;
  /** How many files were read, be it in part. */
  readonly examined: number;
}

/** What was found in earlier runs. It never throws: without it, a run is only slower. */
export interface FactCache<F> {
  /**
   * The facts of an earlier run, when everything that was read for them, or looked for in vain, is the same again. What
   * that run left out and could not read is then noted in the discovery's ledger.
   */
  recall(question: Question): Answer<F> | undefined;
  /** Keeps what a run has found. */
  keep(question: Question, answer: Answer<F>, mattered: Mattered): void;
}

/** What of each file that had a text has mattered. */
export interface Mattered {
  /** Digests of the texts that mattered as a whole, by file. */
  readonly wholes: ReadonlyMap<string, string>;
  /** The gist of a text by its file; undefined where there was none. */
  gistOf(file: string): string | undefined;
}

/** One entry: everything as it was read. Lists of paths are between NULs, which no path has. */
interface Entry<F> extends Answer<F> {
  readonly key: string;
  readonly files: string;
  /** Four numbers per file; NaN where the stamp is not to be believed. */
  readonly stamps: Float64Array;
  /** A digest per file: of its text where it mattered as a whole, else of its gist. */
  readonly digests: string;
  /** 1 for files that mattered as a whole. */
  readonly wholes: Uint8Array;
  readonly dataFiles: string;
  readonly data: readonly DataEntry[];
  readonly inFiles: Pick<Discovery['inFiles'], 'skipped'> & { readonly unread: Discovery['unread'] };
}

interface DataEntry {
  readonly file: string;
  readonly limit: number;
  /** Undefined where there is none to be believed. */
  readonly stamp: Stamp | undefined;
  readonly digest: string;
}

/**
 * Milliseconds before a run in which a file must have rested for its stamp to tell anything: one that is written twice
 * within a tick of the file system's clock, two seconds on FAT, has one stamp for two contents. Git's own cure:
 * https://git-scm.com/docs/racy-git
 */
const tick = 2_000;
/** Bytes. */
const largest = 64 * 1024 ** 2;
/** So few files are read again in every run, rather than the entry be written anew. */
const fewChanges = 16;

/**
 * Facts by content. A stamp (times, size, inode) is the short way to know that a file is unchanged; where it differs, the
 * content decides.
 * @param version of whatever makes the facts: others' facts are none
 */
export function openFactCache<F>(cache: Cache, version: string): FactCache<F> {
  const begun = Date.now();
  const settled = (stamp: Stamp | undefined) =>
    stamp && Math.max(stamp.mtimeMs, stamp.ctimeMs) < begun - tick ? stamp : undefined;
  const keyOf = ({ discovery, options }: Question) =>
    JSON.stringify([version, process.versions.v8, discovery.root, discovery.only, options]);
  const nameOf = (key: string) => `facts-${digestOf(key)}.bin`;
  const write = (entry: Entry<F>) => {
    const body = serialize(entry);
    if (body.length > largest) return;
    cache.write(nameOf(entry.key), Buffer.concat([Buffer.from(hash('sha256', body), 'hex'), body]));
    cache.forget();
  };

  return {
    recall(question) {
      const { discovery } = question;
      const key = keyOf(question);
      const entry = read<F>(cache, nameOf(key));
      if (entry?.key !== key || entry.dataFiles !== joined(discovery.dataFiles)) return undefined;
      if (entry.files !== joined(discovery.files) || !entry.data.every(data => isDataUnchanged(data, discovery)))
        return undefined;
      const changed = changedFiles(entry, question);
      if (!changed) return undefined;
      if (changed.length > fewChanges) {
        for (const [index, stamp] of changed) entry.stamps.set(numbersOf(settled(stamp)), 4 * index);
        write(entry);
      }
      discovery.inFiles.add({ skipped: entry.inFiles.skipped, unread: () => entry.inFiles.unread });
      return { facts: entry.facts, examined: entry.examined };
    },

    keep(question, answer, { wholes, gistOf }) {
      const { discovery } = question;
      const { files, trace, inFiles } = discovery;
      const data = [...trace.data].map(([file, { limit, stamp }]) => {
        const reading = discovery.again.data(file, limit);
        const isSteady = isSame(stamp, reading.is === 'text' ? reading.stamp : undefined);
        return { file, limit, stamp: settled(stamp), digest: digestOf(toldBy(reading)), isSteady };
      });
      const digests = files.map(file => wholes.get(file) ?? digestOf(gistOf(file) ?? leftOut(file, discovery)));
      // What changed in the middle of the run is nothing to build on.
      if (!trace.isSteady || !data.every(({ isSteady }) => isSteady)) return;
      const stamps = new Float64Array(4 * files.length);
      for (const [index, file] of files.entries()) stamps.set(numbersOf(settled(trace.sources.get(file))), 4 * index);
      write({
        ...answer,
        key: keyOf(question),
        files: joined(files),
        stamps,
        digests: digests.join(''),
        wholes: Uint8Array.from(files, file => (wholes.has(file) ? 1 : 0)),
        dataFiles: joined(discovery.dataFiles),
        data: data.map(({ isSteady: _, ...entry }) => entry),
        inFiles: { skipped: inFiles.skipped, unread: inFiles.unread() },
      });
    },
  };
}

/** An entry that is whole: it begins with the SHA-256 of the rest. */
function read<F>(cache: Cache, name: string): Entry<F> | undefined {
  const bytes = cache.read(name);
  if (!bytes || bytes.length < 32) return undefined;
  const body = bytes.subarray(32);
  return hash('sha256', body) === bytes.toString('hex', 0, 32) ? deserialize(body) : undefined;
}

function isDataUnchanged({ file, limit, stamp, digest }: DataEntry, { again }: Discovery): boolean {
  if (stamp && isSame(stamp, again.stamp(file))) return true;
  return digestOf(toldBy(again.data(file, limit))) === digest;
}

/**
 * The files whose stamp tells nothing, though nothing that mattered has changed in them, by index and with their stamp of
 * now; undefined as soon as something has changed that did matter.
 */
function changedFiles<F>(entry: Entry<F>, { discovery, gist }: Question) {
  const { files, again } = discovery;
  const changed: (readonly [number, Stamp | undefined])[] = [];
  for (const [index, file] of files.entries()) {
    const now = again.stamp(file);
    if (now && isAt(entry.stamps, 4 * index, now)) continue;
    const reading = again.source(file);
    const told = reading.is === 'text' && !entry.wholes[index] ? gist(reading.text) : toldBy(reading);
    if (digestOf(told) !== entry.digests.slice(digestLength * index, digestLength * (index + 1))) return undefined;
    changed.push([index, reading.is === 'text' ? reading.stamp : undefined]);
  }
  return changed;
}

function isAt(numbers: Float64Array, from: number, { mtimeMs, ctimeMs, size, ino }: Stamp): boolean {
  return (
    numbers[from] === mtimeMs &&
    numbers[from + 1] === ctimeMs &&
    numbers[from + 2] === size &&
    numbers[from + 3] === ino
  );
}

function numbersOf(stamp: Stamp | undefined): readonly number[] {
  return stamp
    ? [stamp.mtimeMs, stamp.ctimeMs, stamp.size, stamp.ino]
    : [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
}

/** Why there was no text to read. That there is one now is no reason that was seen before. */
function leftOut(file: string, { again }: Discovery): string {
  const reading = again.source(file);
  return reading.is === 'text' ? '' : toldBy(reading);
}

/** What a reading comes to: a text, which has no NUL at its beginning, or why there is none. */
function toldBy(reading: Reading | SourceReading): string {
  return reading.is === 'text' ? reading.text : `\0${JSON.stringify(reading)}`;
}

function joined(paths: readonly string[]): string {
  return paths.join('\0');
}

const digestLength = 32;

/** 128 bits of SHA-256: a stranger who can write a file cannot make it pass for another. */
export function digestOf(text: string): string {
  return hash('sha256', text).slice(0, digestLength);
}
