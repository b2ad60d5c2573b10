import type { Location, Step, Subject, SubjectKind, SubjectOf, Trial } from './facts/index.js';

/** The six sub-scores of the report. */
export const pillars = ['origin', 'authentication', 'limits', 'messages', 'sessions', 'exposure'] as const;
export type Pillar = (typeof pillars)[number];

/** From gravest to lightest; `info` is never deducted. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof severities)[number];

/** From most to least certain. */
export const confidences = ['high', 'medium', 'low'] as const;
export type Confidence = (typeof confidences)[number];

/** A rule's answer about one subject. */
export type Verdict =
  | { readonly is: 'sound'; readonly thanksTo: Location }
  | {
      readonly is: 'flawed';
      readonly at: Location;
      readonly says: string;
      readonly severity: Severity;
      readonly confidence: Confidence;
      readonly trail: readonly Step[];
      readonly witness?: Trial;
      /** Further places of the same cause. */
      readonly places?: readonly Location[];
      /** What is at fault, where that is not `at`: flaws of one cause are one finding, the first with the others as places. */
      readonly cause?: Location;
      /** Only shown on request, though the rule is not. */
      readonly pedantic?: boolean;
    }
  | { readonly is: 'unsure'; readonly at: Location; readonly says: string }
  | { readonly is: 'moot' };

/** All that is told about a rule, in one place: catalogue, `explain`, SARIF and the docs are made from it. */
export interface RuleCard {
  /** Kebab-case, fixed for ever: labels, ignores and baselines refer to it. */
  readonly id: string;
  readonly title: string;
  readonly pillar: Pillar;
  /** The severity with nothing else at the door; a verdict may differ, and says why. */
  readonly severity: Severity;
  readonly cwe: readonly number[];
  /** Why it matters, in two to five sentences of markdown. */
  readonly why: string;
  /** What to do, in markdown. */
  readonly fix: string;
  /** How a user sees the flaw, or its absence, on the running server. */
  readonly verify: string;
  readonly reading: readonly string[];
  /** Only shown on request. */
  readonly pedantic?: boolean;
}

/** A rule as the engine sees it. */
export interface Rule extends RuleCard {
  readonly judges: readonly SubjectKind[];
  judge(subject: Subject): Verdict;
}

/**
 * Makes a rule out of a card and one question. The question sees only subjects of the kinds it judges.
 * @throws when asked about a subject of another kind, which the engine never does.
 */
export function rule<const K extends SubjectKind>(
  card: RuleCard & { readonly judges: K | readonly K[]; judge(subject: SubjectOf<K>): Verdict },
): Rule {
  const { judges, judge, ...rest } = card;
  const kinds: readonly SubjectKind[] = typeof judges === 'string' ? [judges] : judges;
  const isMine = (subject: Subject): subject is SubjectOf<K> => kinds.includes(subject.kind);
  return {
    ...rest,
    judges: kinds,
    judge(subject) {
      if (!isMine(subject)) throw new Error(`${card.id} was asked about a ${subject.kind}`);
      return judge(subject);
    },
  };
}

/** The subject is guarded; `thanksTo` is the guard. */
export function sound(thanksTo: Location): Verdict {
  return { is: 'sound', thanksTo };
}

/** It could not be told; said aloud, never graded. */
export function unsure(at: Location, says: string): Verdict {
  return { is: 'unsure', at, says };
}

/** The question does not arise for this subject. */
export const moot: Verdict = { is: 'moot' };

/** The subject is flawed at `at`. Confidence is high and the trail empty unless given. */
export function flawed(
  at: Location,
  severity: Severity,
  says: string,
  more: {
    readonly confidence?: Confidence;
    readonly trail?: readonly Step[];
    readonly witness?: Trial;
    readonly places?: readonly Location[];
    readonly cause?: Location | undefined;
    readonly pedantic?: boolean;
  } = {},
): Verdict {
  const { confidence = 'high', trail = [], witness, places, cause, pedantic } = more;
  return {
    is: 'flawed',
    at,
    says,
    severity,
    confidence,
    trail,
    ...(witness && { witness }),
    ...(places?.length && { places }),
    ...(cause && { cause }),
    ...(pedantic && { pedantic }),
  };
}
