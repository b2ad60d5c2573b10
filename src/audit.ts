import { basename, join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import type { FactCache } from './cache/facts.js';
import { type Discovery, type DiscoveryOptions, discover } from './discover/discover.js';
import type { Facts, Vouched } from './facts/index.js';
import { judge } from './judge.js';
import { factsOf } from './remember.js';
import { type Report, reportOf } from './report/report.js';
import type { Rule, RuleCard } from './rule.js';
import { type SettingOf, withSettings } from './settle/adjust.js';
import type { BaselineEntry } from './settle/baseline.js';
import type { View } from './settle/view.js';
import { noStats, type Stats } from './stats.js';

export interface AuditOptions extends DiscoveryOptions {
  /** Also show what only pedants want to know. */
  readonly pedantic?: boolean;
  /** Which of the rules to ask; all unless given. */
  readonly isAsked?: (rule: RuleCard) => boolean;
  /** What the user wants a rule's findings in a file (absolute path) to weigh. */
  readonly settingOf?: SettingOf | undefined;
  /** What the user answers for where the code cannot show it. */
  readonly vouched?: Vouched;
  /** False makes ignore comments count for nothing. */
  readonly ignores?: boolean;
  /** Findings that were accepted for now. */
  readonly baseline?: readonly BaselineEntry[] | undefined;
  /** Called for every file that is read. */
  readonly onFile?: (() => void) | undefined;
  /** What was found in earlier runs. */
  readonly cache?: FactCache<Facts> | undefined;
  /** Seconds that the reading of the code may take, 300 unless given; an audit that is broken off is incomplete and says so. */
  readonly timeLimit?: number | undefined;
  /** Is told where the time goes. */
  readonly stats?: Stats | undefined;
  /** The day, `YYYY-MM-DD`, by which ignore comments run out; none does unless given. */
  readonly today?: string;
  /** The configuration that the options come from, if any, and what it keeps from being found, in words. */
  readonly configuration?: Report['configuration'];
  /** Which findings to show, by absolute paths; the scores count all of them. */
  readonly view?: View;
}

export interface Audit {
  readonly report: Report;
  /** What the verdicts were made of. */
  readonly facts: Facts;
}

/**
 * The whole way: find the files, extract facts from them, ask the rules about the facts, report what they say.
 * @throws NoSuchTarget when a target is neither a folder nor a file. A file or a rule that fails is told in the report.
 */
export function audit(targets: readonly string[], options: AuditOptions, rules: readonly Rule[]): Audit {
  const {
    pedantic = false,
    isAsked = () => true,
    settingOf,
    ignores = true,
    baseline,
    today = '',
    view = {},
    stats = noStats,
    configuration = null,
  } = options;
  const discovery = stats.time('find files', () => discover(targets, options));
  stats.count('files found', discovery.files.length);
  const { facts: extracted, examined } = factsOf(discovery, options);
  const facts = { ...extracted, unread: [...discovery.unread, ...extracted.unread] };
  const asked = rules.filter(isAsked);
  const { judged, faults } = stats.time('judge', () => judge(asked, facts.subjects, stats));
  const report = stats.time('report', () =>
    reportOf({
      facts,
      judged: settingOf ? withSettings(judged, (id, file) => settingOf(id, join(discovery.root, file))) : judged,
      faults,
      configuration,
      rules: asked,
      version: manifest.version,
      target: {
        root: nameOf(discovery),
        prefix: discovery.prefix,
        filesExamined: isAnyRead(discovery, facts) ? examined : 0,
        filesSkipped: discovery.skipped,
      },
      options: {
        pedantic,
        baseline,
        view: viewIn(discovery, view),
        ignores: ignores ? { today, known: new Set(rules.map(({ id }) => id)) } : undefined,
      },
    }),
  );
  return { report, facts };
}

/** Of files that were named, the others of their package only help to judge: without one that could be read there is nothing. */
function isAnyRead({ only }: Discovery, { unread }: Facts): boolean {
  const missed = new Set(unread.filter(({ isPartlyRead }) => !isPartlyRead).map(({ file }) => file));
  return only === undefined || only.some(file => !missed.has(file));
}

/** A view of the report, whose paths are relative to the root. */
function viewIn({ root }: Discovery, view: View): View {
  const { files } = view;
  return files ? { ...view, files: { has: file => files.has(join(root, file)) } } : view;
}

/** The root by its folder's name alone: the same tree gives the same report, from wherever it is asked for. */
function nameOf({ root }: Discovery): string {
  return basename(root);
}
