import { inertJson } from '../inert.js';
import type { Finding } from './finding.js';

/** One accepted finding. The fingerprint is its identity; the rest is for people. */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly ruleId: string;
  /** POSIX, relative to the top of the repository. */
  readonly file: string;
  /** The declaration around it; null at the top level of a file. */
  readonly enclosing: string | null;
  readonly reason?: string | undefined;
}

/** A finding of the report, as far as a baseline remembers it. */
type Known = Pick<BaselineEntry, 'fingerprint' | 'ruleId' | 'file' | 'enclosing'>;

/** Findings that are in the baseline stand so; entries that meet none, of rules that were asked, are stale. */
export function against(
  findings: readonly Finding[],
  baseline: readonly BaselineEntry[],
  asked: ReadonlySet<string>,
): { readonly findings: readonly Finding[]; readonly stale: readonly BaselineEntry[] } {
  const byFingerprint = new Map(baseline.map(entry => [entry.fingerprint, entry]));
  const met = new Set<string>();
  const marked = findings.map((finding): Finding => {
    const entry = byFingerprint.get(finding.fingerprint);
    if (!entry || finding.pillar === null) return finding;
    met.add(entry.fingerprint);
    if (finding.standing !== 'new') return finding;
    const { reason } = entry;
    return {
      ...finding,
      standing: 'baseline',
      suppression: { by: 'baseline', reason, until: undefined, at: undefined },
    };
  });
  return {
    findings: marked,
    stale: baseline.filter(({ fingerprint, ruleId }) => asked.has(ruleId) && !met.has(fingerprint)),
  };
}

/** What an update of a baseline comes to. */
export interface BaselineUpdate {
  readonly entries: readonly BaselineEntry[];
  readonly added: number;
  readonly removed: number;
  /** New findings that were left out, since accepting them was not asked for. */
  readonly refused: number;
}

/** The baseline for what is found now: entries that no longer meet anything go, reasons stay, new ones come if `accepting`. */
export function updatedBaseline(
  before: readonly BaselineEntry[],
  found: readonly Known[],
  accepting: boolean,
): BaselineUpdate {
  const known = new Map(before.map(entry => [entry.fingerprint, entry]));
  const kept = found.flatMap(({ fingerprint }) => known.get(fingerprint) ?? []);
  const fresh = found.filter(({ fingerprint }) => !known.has(fingerprint));
  const added = accepting
    ? fresh.map(({ fingerprint, ruleId, file, enclosing }) => ({ fingerprint, ruleId, file, enclosing }))
    : [];
  return {
    entries: [...kept, ...added].sort(compareEntries),
    added: added.length,
    removed: before.length - kept.length,
    refused: accepting ? 0 : fresh.length,
  };
}

/** By file, rule and identity: two branches that accept different findings seldom touch the same lines. */
function compareEntries(a: BaselineEntry, b: BaselineEntry): number {
  const keyOf = ({ file, ruleId, fingerprint }: BaselineEntry) => `${file}\0${ruleId}\0${fingerprint}`;
  return keyOf(a) < keyOf(b) ? -1 : 1;
}

/** The text of a baseline file: JSON with one entry per line, so that a merge adds and removes whole entries. */
export function baselineText(entries: readonly BaselineEntry[]): string {
  const lines = entries.map(({ fingerprint, ruleId, file, enclosing, reason }) =>
    inertJson(JSON.stringify({ fingerprint, ruleId, file, enclosing, ...(reason !== undefined && { reason }) })),
  );
  return `{\n  "version": 1,\n  "findings": [${lines.map(line => `\n    ${line}`).join(',')}\n  ]\n}\n`;
}
