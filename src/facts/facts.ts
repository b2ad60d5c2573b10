import type { IgnoreComment } from './ignores.js';
import type { Location } from './location.js';
import type { Subject } from './subjects.js';

/** One package (or the root itself, where there is no package.json) that the audit covers. */
export interface PackageFact {
  readonly name: string;
  /** Folder, POSIX, relative to the audited root; `.` for the root. */
  readonly folder: string;
}

/** Something that could not be judged, said aloud: it lowers the stated coverage, never the score. */
export interface Blindness {
  readonly at: Location;
  readonly why: string;
}

/** A file that was not read, or not wholly, and why. */
export interface Unread {
  readonly file: string;
  readonly why: string;
  /** What could be read of it was judged. */
  readonly isPartlyRead?: true;
}

/** A library that carries network traffic and has no model here: doors that it opens are not seen. */
export interface UnmodelledLibrary {
  readonly library: string;
  /** What it does, to follow its name: `serves HTTP`. */
  readonly does: string;
  /** Its first import. */
  readonly at: Location;
}

/** Where a fault is when nothing failed but the time ran out. */
export const timeLimitFault = 'time limit';

/** What was not done: a framework or rule of ours failed on this input, or the time was over. The audit says so. */
export interface Fault {
  /** `framework:<id>`, `idiom:<id>`, `rule:<id>`, or `timeLimitFault`. */
  readonly in: string;
  readonly says: string;
}

/** What the extraction leaves behind: plain data, JSON in, JSON out. */
export interface Facts {
  readonly packages: readonly PackageFact[];
  readonly subjects: readonly Subject[];
  /** Where MCP is spoken over stdio: a server without a network door. */
  readonly stdio: readonly Location[];
  readonly ignores: readonly IgnoreComment[];
  readonly blindness: readonly Blindness[];
  readonly unmodelled: readonly UnmodelledLibrary[];
  readonly unread: readonly Unread[];
  readonly faults: readonly Fault[];
  /** Text of the source lines that a report may show, by file, then by line (1-based). */
  readonly excerpts: Readonly<Record<string, Readonly<Record<number, string>>>>;
  /** Name of the enclosing declaration and normalised text per place, for fingerprints. Key: `placeOf(at)`. */
  readonly surroundings: Readonly<Record<string, { readonly enclosing: string; readonly text: string }>>;
}
