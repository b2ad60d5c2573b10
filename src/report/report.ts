import { comparePlaces, type Facts, type Fault } from '../facts/index.js';
import type { Judged } from '../judge.js';
import type { RuleCard, Verdict } from '../rule.js';
import { deductionsOf, scoresOf } from '../score/score.js';
import type { BaselineEntry } from '../settle/baseline.js';
import { type Finding, isScored, type ScoredFinding, type Suppression } from '../settle/finding.js';
import { type SettleOptions, settle } from '../settle/settle.js';
import { commandOf } from './command.js';
import { candidateOf, doorOf, isDoor, placeIn } from './doors.js';
import type { Report } from './schema.js';

export type { Report } from './schema.js';

/** Everything that one audit knows. */
export interface ReportInput {
  readonly facts: Facts;
  readonly judged: readonly Judged[];
  /** Of the rules; those of the extraction are in the facts. */
  readonly faults: readonly Fault[];
  readonly configuration?: Report['configuration'];
  /** All rules that were asked, with or without an answer. */
  readonly rules: readonly RuleCard[];
  /** Of this tool. */
  readonly version: string;
  readonly target: {
    /** As the user gave it. */
    readonly root: string;
    /** Path of the root inside its repository: `''`, or ending in a slash. */
    readonly prefix: string;
    readonly filesExamined: number;
    /** By reason. */
    readonly filesSkipped: Readonly<Record<string, number>>;
  };
  readonly options: Omit<SettleOptions, 'asked' | 'prefix'>;
}

/** The report of an audit. Neither the order of facts and answers nor the machine shows in it. */
export function reportOf(input: ReportInput): Report {
  const { facts, judged, rules, version, target, options, configuration = null } = input;
  const faults = [...facts.faults, ...input.faults];
  const asked = options.pedantic ? rules : rules.filter(({ pedantic }) => !pedantic);
  const settled = settle(judged, facts, {
    ...options,
    asked: new Set(asked.map(({ id }) => id)),
    prefix: target.prefix,
  });
  const { findings, shown, stale, unsure, sound } = settled;
  const scored = findings.filter(isScored);
  const doors = facts.subjects.filter(isDoor).map(doorOf);
  const checks = checksOf(judged, asked);
  return {
    schemaVersion: '1.0',
    tool: { name: 'mcp-audit', version },
    target: {
      root: target.root,
      prefix: target.prefix,
      packages: inOrder(facts.packages.map(({ name, folder }) => ({ name, folder }))),
      filesExamined: target.filesExamined,
      filesSkipped: Object.fromEntries(inOrder(Object.entries(target.filesSkipped))),
    },
    doors: inOrder(doors).sort(comparePlaces),
    stdio: facts.stdio.map(placeIn).sort(comparePlaces),
    findings: shown.map(withDeductions(scored)),
    hidden: findings.length - shown.length,
    configuration,
    baseline: options.baseline ? { stale: stale.map(staleEntryIn) } : null,
    unsure: unsure.map(({ at, says, ruleIds, pillars }) => ({
      ...placeIn(at),
      message: says,
      ruleIds: [...ruleIds],
      pillars: [...pillars],
    })),
    unmodelled: inOrder(
      facts.unmodelled.map(({ library, does, at }) => ({
        ...placeIn(at),
        library,
        message: `${library} ${does} and has no model here: what it opens is not seen.`,
      })),
    ).sort(comparePlaces),
    unread: inOrder(facts.unread.map(({ file, why }) => ({ file, message: why }))),
    faults: inOrder(faults.map(fault => ({ in: fault.in, message: fault.says }))),
    coverage: coverageOf(checks, facts.blindness.length),
    checks,
    scores: scoresOf({
      flaws: scored,
      sound,
      unsure: unsure.flatMap(({ pillars }) => pillars),
      doors: doors.length,
      isIncomplete: faults.length > 0,
    }),
    excerpts: excerptsFor(shown, facts.excerpts),
  };
}

function staleEntryIn({ fingerprint, ruleId, file, enclosing }: BaselineEntry) {
  return { fingerprint, ruleId, file, enclosing };
}

/** The lines that a code frame of these findings shows: those of its marks, and one between two of them. */
function excerptsFor(findings: readonly Finding[], known: Facts['excerpts']): Report['excerpts'] {
  const lines = new Map<string, Set<number>>();
  const places = findings.flatMap(({ at, trail }) => [at, ...trail.map(step => step.at)]);
  for (const { file, line } of places) {
    const wanted = lines.get(file) ?? new Set();
    lines.set(file, wanted);
    for (const near of [line - 1, line, line + 1]) if (known[file]?.[near] !== undefined) wanted.add(near);
  }
  const textsIn = (file: string, numbers: ReadonlySet<number>) =>
    Object.fromEntries([...numbers].sort((a, b) => a - b).map(line => [line, known[file]![line]!]));
  return Object.fromEntries(inOrder([...lines.keys()]).map(file => [file, textsIn(file, lines.get(file)!)]));
}

/** Writes findings down, each with what it costs beside all that count. */
function withDeductions(scored: readonly ScoredFinding[]): (finding: Finding) => Report['findings'][number] {
  const tenths: ReadonlyMap<Finding, number> = deductionsOf(scored);
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
    command: finding.witness ? commandOf(finding.witness) : null,
    trail: finding.trail.map(({ at, says }) => ({ ...placeIn(at), message: says })),
    places: finding.places.map(placeIn),
    cwe: [...finding.cwe],
    deducts: Math.round((tenths.get(finding) ?? 0) * 10) / 100,
    fingerprint: finding.fingerprint,
    standing: finding.standing,
    suppression: finding.suppression ? suppressionIn(finding.suppression) : null,
  });
}

function suppressionIn({ by, reason, until, at }: Suppression) {
  return { by, reason: reason ?? null, until: until ?? null, at: at ? placeIn(at) : null };
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

/** What the extraction could not see at all is a question without an answer, too. */
function coverageOf(checks: Report['checks'], unseen: number): Report['coverage'] {
  const answered = checks.reduce((sum, { sound, flawed }) => sum + sound + flawed, 0);
  return { answered, asked: checks.reduce((sum, { unsure }) => sum + unsure, answered + unseen) };
}

/** Sorted by what is written, key after key: total, and the same everywhere. */
function inOrder<T>(items: readonly T[]): T[] {
  return items
    .map(item => ({ item, text: JSON.stringify(item) }))
    .sort((a, b) => (a.text === b.text ? 0 : a.text < b.text ? -1 : 1))
    .map(({ item }) => item);
}
