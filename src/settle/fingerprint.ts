import { createHash } from 'node:crypto';
import { type Facts, type Location, placeOf } from '../facts/index.js';

/** What a place looks like to somebody who does not count lines. */
export interface Surrounding {
  /** Name of the declaration around it; empty at the top level of a file. */
  readonly enclosing: string;
  /** The flagged text, white space collapsed. */
  readonly text: string;
}

/**
 * The surrounding of a place as the extraction kept it. Fallbacks: the text of its line without a declaration; with no
 * excerpt either, nothing, so that only rule, file and ordinal tell such findings apart.
 */
export function surroundingOf(at: Location, facts: Pick<Facts, 'surroundings' | 'excerpts'>): Surrounding {
  const known = facts.surroundings[placeOf(at)] ?? { enclosing: '', text: facts.excerpts[at.file]?.[at.line] ?? '' };
  return { enclosing: known.enclosing, text: known.text.replace(/\s+/g, ' ').trim() };
}

/**
 * The identity of a finding from one version of the source to the next: 16 hex digits (64 bits, ample for the findings
 * of one project) of a SHA-256 over rule, file, declaration, text, and the ordinal (from 0, in order of position) among
 * findings that are equal in all of these. No line numbers: an edit above must not make an old finding look new.
 */
export function fingerprintOf(ruleId: string, file: string, { enclosing, text }: Surrounding, ordinal: number): string {
  const identity = JSON.stringify([ruleId, file, enclosing, text, ordinal]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 16);
}
