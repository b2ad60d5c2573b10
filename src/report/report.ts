import { comparePlaces, type Facts, type Fault } from '../facts/index.js';
import type { Judged } from '../judge.js';
import type { RuleCard, Verdict } from '../rule.js';
import { deductionsOf, scoresOf } from '../score/score.js';
import { type Finding, isScored } from '../settle/finding.js';
import { type SettleOptions, settle } from '../settle/settle.js';
import { candidateOf, doorOf, isDoor, placeIn } from './doors.js';
import type { Report } from './schema.js';

export type { Report } from './schema.js';

/** Everything that one audit knows. */
export interface ReportInput {
  readonly facts: Facts;
  readonly judged: readonly Judged[];
  /** Of the rules; those of the extraction are in the facts. */
  readonly faults: readonly Fault[];
  /** All rules that were asked, with or without an answer. */
  readonly rules: readonly RuleCard[];
  /** Of this tool. */
  readonly version: string;
  readonly target: {
    /** As the user gave it. */
    readonly root: string;
    readonly filesExamined: number;
    /** By reason. */
    readonly filesSkipped: Readonly<Record<string, number>>;
  };
  readonly options: SettleOptions;
}

/** The report of an audit. Neither the order of facts and answers nor the machine shows in it. */
export function reportOf({ facts, judged, faults, rules, version, target, options }: ReportInput): Report {
  const { findings, unsure, sound } = settle(judged, facts, options);
  const scored = findings.filter(isScored);
  const doors = facts.subjects.filter(isDoor).map(doorOf);
  return {
    schemaVersion: '1.0',
    tool: { name: 'mcp-audit', version },
    target: {
      root: target.root,
      packages: inOrder(facts.packages.map(({ name, folder }) => ({ name, folder }))),
      filesExamined: target.filesExamined,
      filesSkipped: Object.fromEntries(inOrder(Object.entries(target.filesSkipped))),
    },
    doors: inOrder(doors).sort(comparePlaces),
    stdio: facts.stdio.map(placeIn).sort(comparePlaces),
    findings: findings.map(withDeductions(scored)),
    unsure: unsure.map(({ at, says, ruleIds, pillars }) => ({
      ...placeIn(at),
      message: says,
      ruleIds: [...ruleIds],
      pillars: [...pillars],
    })),
    unread: inOrder(facts.unread.map(({ file, why }) => ({ file, message: why }))),
    faults: inOrder([...facts.faults, ...faults].map(fault => ({ in: fault.in, message: fault.says }))),
    checks: checksOf(judged, options.pedantic ? rules : rules.filter(({ pedantic }) => !pedantic)),
    scores: scoresOf({ flaws: scored, sound, unsure: unsure.flatMap(({ pillars }) => pillars), doors: doors.length }),
  };
}

/** Writes findings down, each with what it costs beside all that count. */
function withDeductions(scored: readonly Finding[]): (finding: Finding) => Report['findings'][number] {
  const tenths = deductionsOf(scored);
  return finding => ({
    ruleId: finding.ruleId,
    title: finding.title,
    pillar: finding.pillar,
    severity: finding.severity,
    confidence: finding.confidence,
    ...placeIn(finding.at),
    enclosing: finding.enclosing || null,
    message: finding.says,
    fix: finding.fix,
    witness: finding.witness ? candidateOf(finding.witness) : null,
    trail: finding.trail.map(({ at, says }) => ({ ...placeIn(at), message: says })),
    places: finding.places.map(placeIn),
    cwe: [...finding.cwe],
    deducts: Math.round((tenths.get(finding) ?? 0) * 10) / 100,
    fingerprint: finding.fingerprint,
    standing: finding.standing,
  });
}

function checksOf(judged: readonly Judged[], rules: readonly RuleCard[]): Report['checks'] {
  const checks = rules.map(({ id, title, pillar }) => {
    const answers = judged.filter(({ rule }) => rule.id === id).map(({ verdict }) => verdict.is);
    const countOf = (is: Verdict['is']) => answers.filter(answer => answer === is).length;
    return {
      ruleId: id,
      title,
      pillar,
      sound: countOf('sound'),
      flawed: countOf('flawed'),
      unsure: countOf('unsure'),
      moot: countOf('moot'),
    };
  });
  return inOrder(checks);
}

/** Sorted by what is written, key after key: total, and the same everywhere. */
function inOrder<T>(items: readonly T[]): T[] {
  return items
    .map(item => ({ item, text: JSON.stringify(item) }))
    .sort((a, b) => (a.text === b.text ? 0 : a.text < b.text ? -1 : 1))
    .map(({ item }) => item);
}
