import { oneLine } from '../inert.js';
import { type Severity, severities } from '../rule.js';
import {
  concessionsIn,
  coverageWords,
  type Finding,
  faultWords,
  headersOf,
  inRepository,
  newFindings,
  noGradeWords,
  type Rendering,
  untoldIn,
} from './rendering.js';
import type { Report } from './schema.js';

/** Annotations of one kind that GitHub keeps per step: https://github.com/orgs/community/discussions/26680 */
const mostPerCommand = 10;

const commands = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'notice',
  info: 'notice',
} as const satisfies Record<Severity, string>;

/**
 * Workflow commands that show the findings in a pull request, gravest first, no more of them than GitHub keeps.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function github(report: Report, _: Rendering): string {
  // First, since a stranger's tree could push them out with small findings.
  const about = [
    ...report.faults.map(fault => `::error title=mcp-audit is incomplete::${data(faultWords(fault))}`),
    ...concessionsIn(report).map(({ words }) => `::notice title=mcp-audit::${data(words)}`),
  ];
  const findings = severities.flatMap(severity => newFindings(report).filter(finding => finding.severity === severity));
  const all = [
    ...about,
    ...findings.map(finding => annotation(finding, report)),
    ...untoldIn(report).map(untold => notice(untold, report)),
  ];
  const shown = kept(all);
  const left = all.length - shown.length;
  const lines = [
    ...shown,
    ...(left > 0 ? [`${left} more, see the summary`] : []),
    summaryLine(report, findings.length),
  ];
  return `${lines.join('\n')}\n`;
}

/** The first commands of each kind, as many as GitHub keeps. */
function kept(lines: readonly string[]): readonly string[] {
  return ['error', 'warning', 'notice'].flatMap(command =>
    lines.filter(line => line.startsWith(`::${command} `)).slice(0, mostPerCommand),
  );
}

function notice({ words, file, at }: ReturnType<typeof untoldIn>[number], report: Report): string {
  const line = at ? `,line=${at.line}` : '';
  return `::notice file=${property(inRepository(report, file))}${line},title=mcp-audit::${data(words)}`;
}

function annotation({ severity, ruleId, message, witness, ...at }: Finding, report: Report): string {
  const place = Object.entries({
    file: inRepository(report, at.file),
    line: at.line,
    endLine: at.endLine,
    // Columns count only where one line is meant.
    ...(at.endLine === at.line && { col: at.column, endColumn: at.endColumn }),
    title: `${severity}: ${ruleId}`,
  });
  const properties = place.map(([key, value]) => `${key}=${property(String(value))}`).join(',');
  return `::${commands[severity]} ${properties}::${data(witness ? `${message} Gets in: ${headersOf(witness)}` : message)}`;
}

function summaryLine(report: Report, count: number): string {
  const { overall } = report.scores;
  const findings = `${count} finding${count === 1 ? '' : 's'}`;
  const unmodelled = report.unmodelled.length > 0 ? `, ${report.unmodelled.length} libraries without a model` : '';
  const told = `${coverageWords(report)}${unmodelled}`;
  return overall
    ? `mcp-audit: grade ${overall.grade} (${overall.score}), ${findings}, ${told}`
    : `mcp-audit: no grade (${noGradeWords(report)}), ${findings}, ${told}`;
}

/** Text that can neither end its command nor begin another one. */
function data(text: string): string {
  return oneLine(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
