import type { Unread } from '../facts/index.js';
import { type SkipReason, skipReasons } from './discovery.js';

/** Keeps count of what is left out, and a note of what could not be read. */
export interface Ledger {
  readonly skipped: Readonly<Record<SkipReason, number>>;
  /** Sorted by file: folders are listed in whatever order the file system likes. */
  unread(): readonly Unread[];
  skip(reason: SkipReason): void;
  /** Notes that a file or folder could not be read. The first reason stays. */
  miss(file: string, why: string): void;
  /** Takes over what another ledger holds. */
  add(other: Pick<Ledger, 'skipped' | 'unread'>): void;
}

/** An empty ledger: every count is 0. */
export function openLedger(): Ledger {
  const skipped = Object.fromEntries(skipReasons.map(reason => [reason, 0])) as Record<SkipReason, number>;
  const missed = new Map<string, string>();
  const miss = (file: string, why: string) => {
    if (!missed.has(file)) missed.set(file, why);
  };
  return {
    skipped,
    unread: () => [...missed].map(([file, why]) => ({ file, why })).sort((a, b) => (a.file < b.file ? -1 : 1)),
    skip: reason => {
      skipped[reason] += 1;
    },
    miss,
    add: other => {
      for (const reason of skipReasons) skipped[reason] += other.skipped[reason];
      for (const { file, why } of other.unread()) miss(file, why);
    },
  };
}
