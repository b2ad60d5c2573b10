import { printed, safe } from '../inert.js';
import { severities } from '../rule.js';
import { faultWords } from './rendering.js';
import type { Report } from './schema.js';
import { doorLines, noDoorLines } from './terminal/doors.js';
import { findingLines } from './terminal/finding.js';
import { type Page, pageOf } from './terminal/page.js';
import { scoreLines } from './terminal/scores.js';
import { counted, joined, shortened, wrapped } from './terminal/text.js';

export interface TerminalOptions {
  readonly color: boolean;
  /** Of the terminal, in cells; less than 40 is taken for 40. */
  readonly width: number;
  /** Whether the terminal can draw more than ASCII. The source's own letters are shown as they are. */
  readonly unicode: boolean;
  /** Findings and grade only. */
  readonly quiet?: boolean;
}

/** The report for a person at a terminal. Safe to print whatever the audited source contains. */
export function terminal(report: Report, options: TerminalOptions): string {
  const { quiet = false } = options;
  const page = pageOf(report, options);
  const shown = safe({ ...report, findings: report.findings.map(withShortFix), excerpts: {} });
  const findings = severities.flatMap(severity =>
    shown.findings.filter(finding => finding.severity === severity && finding.standing === 'new'),
  );
  const sections = [
    quiet ? [] : headerLines(shown, page),
    shown.doors.length === 0 ? noDoorLines(shown, page) : quiet ? [] : doorsSection(shown, page),
    ...findings.map((finding, index) => {
      const isFirst = findings.findIndex(({ ruleId }) => ruleId === finding.ruleId) === index;
      return findingLines(finding, isFirst, page);
    }),
    ...(quiet ? [] : [unsureSection(shown, page), unmodelledSection(shown, page), unreadSection(shown, page)]),
    concessionsSection(shown, page),
    faultsSection(shown, page),
    hasScores(shown) ? scoreLines(shown, page) : [],
    countLines(shown, page),
  ];
  return printed(
    sections.filter(lines => lines.length > 0).flatMap((lines, index) => (index > 0 ? ['', ...lines] : lines)),
  );
}

/** Only the first paragraph of the fix: the rest is for `explain`. */
function withShortFix(finding: Report['findings'][number]): Report['findings'][number] {
  return { ...finding, fix: finding.fix.trim().split(/\n\s*\n/)[0]! };
}

function headerLines({ tool, target }: Report, page: Page): string[] {
  const reasons = Object.entries(target.filesSkipped).filter(([, count]) => count > 0);
  const skipped = reasons.reduce((sum, [, count]) => sum + count, 0);
  const why = reasons.map(([reason, count]) => `${count} ${reason}`).join(', ');
  const examined = `examined ${counted(target.filesExamined, 'file')}`;
  const packages = target.packages.length > 1 ? [`${target.packages.length} packages`] : [];
  return [
    ...joined([`${tool.name} ${tool.version}`, target.root], '  ', page.width).map(line => page.paint.bold(line)),
    ...joined([examined + (skipped > 0 ? `, skipped ${skipped} (${why})` : ''), ...packages], ', ', page.width),
  ];
}

function doorsSection({ doors }: Report, page: Page): string[] {
  return [page.paint.bold('Doors'), ...doors.flatMap(door => doorLines(door, page))];
}

function unsureSection({ unsure }: Report, page: Page): string[] {
  return listOf(
    'Could not tell',
    unsure.map(({ file, line, message }) => `${file}:${line}: ${message}`),
    page,
  );
}

function unmodelledSection({ unmodelled }: Report, page: Page): string[] {
  return listOf(
    'Not modelled',
    unmodelled.map(({ file, line, message }) => `${file}:${line}: ${message}`),
    page,
  );
}

function unreadSection({ unread }: Report, page: Page): string[] {
  return listOf(
    'Not read',
    unread.map(({ file, message }) => `${file}: ${message}`),
    page,
  );
}

/** Also in a quiet report: the configuration may be a stranger's. */
function concessionsSection({ configuration }: Report, page: Page): string[] {
  return configuration ? listOf(`Set by ${configuration.file}`, configuration.concessions, page) : [];
}

function faultsSection({ faults }: Report, page: Page): string[] {
  const title = page.paint.red.bold('This audit is incomplete.');
  const lines = faults.flatMap(fault => wrapped(faultWords(fault), page.width - 2));
  return faults.length === 0 ? [] : [title, ...lines.map(line => `  ${line}`)];
}

function listOf(title: string, items: readonly string[], page: Page): string[] {
  if (items.length === 0) return [];
  const lines = shortened(items, 8).flatMap(item =>
    wrapped(item, page.width - 4).map((line, index) => (index === 0 ? `  ${line}` : `    ${line}`)),
  );
  return [page.paint.bold(title), ...lines];
}

function hasScores({ doors, scores }: Report): boolean {
  return doors.length > 0 || Object.values(scores.pillars).some(pillar => pillar !== null);
}

/** The last line: how many findings there are, by severity and by what keeps them from counting. */
function countLines({ findings, unsure, doors, hidden, baseline }: Report, page: Page): string[] {
  if (findings.length === 0 && doors.length === 0) return [];
  const fresh = findings.filter(({ standing }) => standing === 'new');
  const countOf = (what: string, count: number) => (count > 0 ? [`${count} ${what}`] : []);
  const details = severities.flatMap(severity =>
    countOf(severity, fresh.filter(finding => finding.severity === severity).length),
  );
  const others = [
    ...countOf('ignored', findings.filter(({ standing }) => standing === 'ignored').length),
    ...countOf('in the baseline', findings.filter(({ standing }) => standing === 'baseline').length),
    ...countOf('unsure', unsure.length),
    ...countOf('not shown', hidden),
    ...countOf('in the baseline but gone', baseline?.stale.length ?? 0),
  ];
  const total = fresh.length === 0 ? 'No findings' : counted(fresh.length, 'finding');
  const text = `${total}${details.length > 0 ? `: ${details.join(', ')}` : ''}${others.length > 0 ? ` (${others.join(', ')})` : ''}`;
  return wrapped(text, page.width).map(line => page.paint.bold(line));
}
