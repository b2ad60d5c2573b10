import { type Pillar, pillars, type Severity } from '../rule.js';
import { deductionsOf, type Flaw } from './deduction.js';

export { deductionsOf, type Flaw } from './deduction.js';

export type Grade = 'A' | 'B' | 'C' | 'D' | 'F';

/** What the scores are made of: nothing but verdicts. */
export interface Evidence {
  readonly flaws: readonly Flaw[];
  /** The pillar of every sound verdict. */
  readonly sound: readonly Pillar[];
  /** The pillar of everything that could not be told: counted, never scored. */
  readonly unsure: readonly Pillar[];
  /** Whether parts of the audit failed, or the time was over. */
  readonly isIncomplete?: boolean;
  /** How many ways in were found. */
  readonly doors: number;
}

/** 0 to 100, a whole number; the counts are the evidence behind it. */
export interface PillarScore {
  readonly score: number;
  readonly grade: Grade;
  readonly sound: number;
  readonly flawed: number;
  readonly unsure: number;
}

export interface OverallScore {
  readonly score: number;
  readonly grade: Grade;
  /** What held the score where it is: the mean, 20 above the worst pillar, or the cap of a grave finding. */
  readonly limitedBy: 'mean' | 'worst-pillar' | 'high' | 'critical';
  /** How many of the pillars (`of`) had anything to judge. */
  readonly judged: number;
  readonly of: number;
}

export interface Scores {
  /** Changes with the formula: scores of different formulas cannot be compared. */
  readonly formula: '1';
  /**
   * Null when there is no door, and when more could not be told than was told or the audit is incomplete, unless a
   * critical or high finding caps the score whatever the rest may be: a good grade for the little that was seen would be
   * false calm.
   */
  readonly overall: OverallScore | null;
  /** Null for a pillar without a sound or flawed verdict. */
  readonly pillars: Readonly<Record<Pillar, PillarScore | null>>;
}

const weights: Readonly<Record<Pillar, number>> = {
  origin: 3,
  authentication: 3,
  messages: 2,
  limits: 2,
  sessions: 1,
  exposure: 1,
};

/** Sub-scores and grade, by formula 1. */
export function scoresOf(evidence: Evidence): Scores {
  const scores = Object.fromEntries(pillars.map(pillar => [pillar, pillarScoreOf(pillar, evidence)]));
  return {
    formula: '1',
    overall: evidence.doors > 0 ? overallOf(scores as Scores['pillars'], evidence) : null,
    pillars: scores as Scores['pillars'],
  };
}

/** A 90 and above, B 80, C 70, D 60, F below. */
export function gradeOf(score: number): Grade {
  if (score >= 90) return 'A';
  if (score >= 80) return 'B';
  if (score >= 70) return 'C';
  return score >= 60 ? 'D' : 'F';
}

function pillarScoreOf(pillar: Pillar, { flaws, sound, unsure }: Evidence): PillarScore | null {
  const isMine = (other: Pillar) => other === pillar;
  const mine = flaws.filter(flaw => isMine(flaw.pillar));
  const counts = { sound: sound.filter(isMine).length, flawed: mine.length, unsure: unsure.filter(isMine).length };
  if (counts.sound + counts.flawed === 0) return null;

  const tenths = [...deductionsOf(mine).values()].reduce((sum, deduction) => sum + deduction, 0);
  // Rounded down, here and below: a grade is reached, never rounded to, and a pillar that lost anything is not at 100.
  const score = Math.floor(Math.max(0, 1000 - tenths) / 10);
  return { score, grade: gradeOf(score), ...counts };
}

function overallOf(
  scores: Scores['pillars'],
  { flaws, sound, unsure, isIncomplete = false }: Evidence,
): OverallScore | null {
  const judged = pillars.flatMap(pillar => {
    const scored = scores[pillar];
    return scored ? [{ ...scored, weight: weights[pillar] }] : [];
  });
  if (judged.length === 0) return null;

  const hasAny = (severity: Severity) => flaws.some(({ grounds }) => grounds.some(one => one.severity === severity));
  const limits: [OverallScore['limitedBy'], number][] = [
    ['mean', meanOf(judged)],
    ['worst-pillar', Math.min(...judged.map(({ score }) => score)) + 20],
    ['high', hasAny('high') ? 79 : 100],
    ['critical', hasAny('critical') ? 59 : 100],
  ];
  const isPartial = isIncomplete || unsure.length > flaws.length + sound.length;
  if (isPartial && !hasAny('high') && !hasAny('critical')) return null;
  const [limitedBy, lowest] = limits.reduce((a, b) => (b[1] < a[1] ? b : a));
  const score = Math.floor(lowest);
  return { score, grade: gradeOf(score), limitedBy, judged: judged.length, of: pillars.length };
}

/**
 * The weighted mean of the judged pillars, where a pillar that only flaws speak for may pull it down but not lift it.
 * A plain mean would reward a flaw: origin at 0 alone means 0, and one low flaw in limits would bring in a pillar at 95
 * and lift the mean to 38. This is the lowest plain mean over any choice of the flaws-only pillars, so it gives up no
 * more of the plain mean than the promise needs.
 */
function meanOf(judged: readonly (PillarScore & { readonly weight: number })[]): number {
  const vouched = judged.filter(({ sound }) => sound > 0);
  const flawsOnly = judged.filter(({ sound }) => sound === 0).sort((a, b) => a.score - b.score);
  let sum = 0;
  let total = 0;
  for (const { score, sound, weight } of [...vouched, ...flawsOnly]) {
    if (sound === 0 && total > 0 && score * total >= sum) break;
    sum += score * weight;
    total += weight;
  }
  return sum / total;
}
