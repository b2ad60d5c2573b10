import type { Unread } from '../facts/index.js';
import type { Ledger } from './ledger.js';
import type { Reading, Stamp } from './read.js';
import type { SourceReading } from './text.js';
import type { Trace } from './trace.js';

/** Why a source file, or a whole folder, is left out of the audit. */
export const skipReasons = [
  'ignored',
  'excluded',
  'test',
  'fixture',
  'dependency',
  'build-output',
  'declaration',
  'generated',
  'minified',
  'too-large',
  'hidden',
  'other-project',
] as const;
export type SkipReason = (typeof skipReasons)[number];

/** A dependency as package.json declares it and, where a lockfile tells, as it is installed. */
export interface Dependency {
  readonly range: string;
  readonly resolved?: string;
}

/** One package.json, as data. */
export interface PackageData {
  /** The declared name; without one, the folder with a trailing slash, which no import can be mistaken for. */
  readonly name: string;
  /** POSIX, relative to the root; `.` for the root. */
  readonly folder: string;
  readonly entryPoints: {
    readonly main?: string;
    readonly module?: string;
    readonly types?: string;
    readonly source?: string;
    readonly exports?: unknown;
    readonly bin?: unknown;
  };
  /** All kinds together: the range of `dependencies` wins over optional, peer and dev ones. */
  readonly dependencies: Readonly<Record<string, Dependency>>;
}

/** The path aliases of one tsconfig.json or jsconfig.json, what it extends included. */
export interface PathAliases {
  /** Where the configuration applies: POSIX, relative to the root; `.` for the root. */
  readonly folder: string;
  /** POSIX, relative to the root; bare imports may be meant relative to it. */
  readonly baseUrl?: string;
  /** Targets relative to `baseUrl ?? folder`, wherever the configuration that wrote them stands. */
  readonly paths: Readonly<Record<string, readonly string[]>>;
}

/** What there is to audit. Everything is relative to `root`, in POSIX form and in code unit order. */
export interface Discovery {
  /** Absolute real path. */
  readonly root: string;
  /** Path of the root inside its git repository: `''` at its top and outside one, else ending in a slash. */
  readonly prefix: string;
  /** Source candidates, and the files that were named as targets. */
  readonly files: readonly string[];
  /** Set when all targets are files: those of `files` to report about. */
  readonly only: readonly string[] | undefined;
  /** The root's own package first, also where it has no package.json. Read on first use. */
  readonly packages: readonly PackageData[];
  /** Read on first use. */
  readonly aliases: readonly PathAliases[];
  /**
   * Counts source files; a folder that is never entered (`ignored`, `dependency`, `build-output`, `hidden`, `other-project`) counts as
   * one, since counting what is in it would cost as much as auditing it. `generated`, `minified` and `too-large` show only in the text: they grow as `text` is asked.
   */
  readonly skipped: Readonly<Record<SkipReason, number>>;
  /** What could not be read so far; grows as `text`, `packages` and `aliases` are asked. */
  readonly unread: readonly Unread[];
  /**
   * The text of a file below the root, without BOM; undefined when the file is left out or cannot be read, which is
   * then told by `skipped` or `unread`, once. Never throws, never keeps the text.
   */
  text(file: string): string | undefined;
  /** What has been read so far. */
  readonly trace: Trace;
  /** package.json, tsconfig.json, jsconfig.json and lockfiles that are there. */
  readonly dataFiles: readonly string[];
  /** What was left out and could not be read when texts and data files were asked for: part of `skipped` and `unread`. */
  readonly inFiles: Ledger;
  /** The files as they are now, looked at without a note in `trace`, `skipped` or `unread`. */
  readonly again: {
    stamp(file: string): Stamp | undefined;
    source(file: string): SourceReading;
    data(file: string, limit: number): Reading;
  };
}

/** What the caller decides about the search. */
export interface DiscoveryOptions {
  /** Brings back test and fixture files. */
  readonly includeTests?: boolean;
  /** Whether a source file (absolute path) is left out on request. Files named as targets are never asked about. */
  readonly isExcluded?: ((path: string) => boolean) | undefined;
  /** Bytes of the largest source file that is read, 1,500,000 unless given. Named files are read up to 16 MB. */
  readonly maxFileSize?: number | undefined;
  /** What relative targets are relative to; the process's own working folder unless given. */
  readonly cwd?: string;
}
