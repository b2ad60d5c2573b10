import { type Fault, placeOf, type Subject } from './facts/index.js';
import type { Rule, Verdict } from './rule.js';
import { noStats, type Stats } from './stats.js';

/** One question asked, and its answer. */
export interface Judged {
  readonly rule: Rule;
  readonly subject: Subject;
  readonly verdict: Verdict;
}

/**
 * Asks every rule about every subject of its kinds. A rule that throws leaves one fault, `rule:<id>`, with the first
 * thing that went wrong; its other answers and the other rules stand.
 */
export function judge(
  rules: readonly Rule[],
  subjects: readonly Subject[],
  stats: Stats = noStats,
): { readonly judged: readonly Judged[]; readonly faults: readonly Fault[] } {
  const judged: Judged[] = [];
  const faults: Fault[] = [];
  for (const rule of rules) {
    const failures: string[] = [];
    const ask = () => {
      for (const subject of subjects) {
        if (!rule.judges.includes(subject.kind)) continue;
        try {
          judged.push({ rule, subject, verdict: rule.judge(subject) });
        } catch (error) {
          failures.push(`${subject.kind} at ${placeOf(subject.at)}: ${error instanceof Error ? error.message : error}`);
        }
      }
    };
    stats.time(`rule:${rule.id}`, ask);
    const [first, ...others] = failures;
    if (first === undefined) continue;
    faults.push({ in: `rule:${rule.id}`, says: others.length > 0 ? `${first} (and ${others.length} more)` : first });
  }
  return { judged, faults };
}
