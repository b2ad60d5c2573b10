import type { Confidence, Pillar, Severity } from '../rule.js';

/** As much of a finding as the scores need. */
export interface Flaw {
  readonly ruleId: string;
  readonly pillar: Pillar;
  /** One or more verdicts with the same cause; the heaviest counts. */
  readonly grounds: readonly { readonly severity: Severity; readonly confidence: Confidence }[];
}

const points: Readonly<Record<Severity, number>> = { critical: 60, high: 35, medium: 15, low: 5, info: 0 };

/** Tenths, not fractions: sums and halves of whole numbers are exact, so no order of findings can change a score. */
const certainty: Readonly<Record<Confidence, number>> = { high: 10, medium: 7, low: 3 };

/**
 * What each flaw takes from its pillar, in tenths of a point. The heaviest flaw of a rule deducts in full and every
 * further one half of what it would have deducted in the place before: many copies of one mistake are one mistake.
 * With the heaviest first, a further flaw can never lighten the sum.
 */
export function deductionsOf<F extends Flaw>(flaws: readonly F[]): ReadonlyMap<F, number> {
  const earlier = new Map<string, number>();
  const deductions = new Map<F, number>();
  for (const flaw of flaws.toSorted((a, b) => weightOf(b) - weightOf(a))) {
    const kind = `${flaw.pillar} ${flaw.ruleId}`;
    const count = earlier.get(kind) ?? 0;
    earlier.set(kind, count + 1);
    deductions.set(flaw, weightOf(flaw) / 2 ** count);
  }
  return deductions;
}

function weightOf({ grounds }: Flaw): number {
  return Math.max(0, ...grounds.map(({ severity, confidence }) => points[severity] * certainty[confidence]));
}
