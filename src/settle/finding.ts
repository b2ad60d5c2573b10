import type { Location, Step, Trial } from '../facts/index.js';
import type { Confidence, Pillar, Severity } from '../rule.js';

/** `baseline`: known before and accepted for now; `ignored`: silenced in the source, with a reason. */
export type Standing = 'new' | 'baseline' | 'ignored';

/** Why a finding does not count as new. */
export interface Suppression {
  readonly by: 'comment' | 'baseline';
  /** Undefined for a baseline entry that gives none. */
  readonly reason: string | undefined;
  /** Last day on which it holds. */
  readonly until: string | undefined;
  /** The comment. */
  readonly at: Location | undefined;
}

/** How grave one flawed verdict is, and how certain. */
export interface Ground {
  readonly severity: Severity;
  readonly confidence: Confidence;
}

/** One cause to remove: what one rule says about one place, however many subjects suffer from it. */
export interface Finding extends Ground {
  readonly ruleId: string;
  readonly title: string;
  /** Null for what is said of the audit's own means, such as ignore comments: it scores nowhere. */
  readonly pillar: Pillar | null;
  readonly at: Location;
  readonly says: string;
  /** Markdown, from the rule. */
  readonly fix: string;
  readonly cwe: readonly number[];
  readonly trail: readonly Step[];
  readonly witness: Trial | undefined;
  /** Further places of the same cause, in order, `at` not among them. */
  readonly places: readonly Location[];
  /** Name of the declaration around `at`; empty at the top level of a file. */
  readonly enclosing: string;
  /** Survives edits elsewhere in the file: see `fingerprintOf`. */
  readonly fingerprint: string;
  readonly standing: Standing;
  /** For all that is not new. */
  readonly suppression: Suppression | undefined;
  readonly pedantic: boolean;
  /** Every verdict that was merged into this finding: the graver one need not be the more certain one. */
  readonly grounds: readonly Ground[];
}

/** Something that could not be told. */
export interface Unsure {
  readonly at: Location;
  readonly says: string;
  /** The rules left without an answer; none when the extraction itself could not see. */
  readonly ruleIds: readonly string[];
  /** The pillars left without an answer, each once. */
  readonly pillars: readonly Pillar[];
}

/** A finding that counts in the score of its pillar. */
export type ScoredFinding = Finding & { readonly pillar: Pillar };

/**
 * Whether a finding counts in the scores. An ignored one was answered for by the user. A pedantic one is shown on
 * request only, and the same source must have the same grade with and without the request.
 */
export function isScored(finding: Finding): finding is ScoredFinding {
  const { standing, pedantic, pillar } = finding;
  return standing !== 'ignored' && !pedantic && pillar !== null;
}
