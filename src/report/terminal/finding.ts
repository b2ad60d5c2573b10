import type { Candidate } from '../doors.js';
import type { Report } from '../schema.js';
import { frameOf, type Mark } from './frame.js';
import { type Page, severityPaint } from './page.js';
import { cellsOf, shortened, wrapped } from './text.js';

type Finding = Report['findings'][number];

/**
 * A finding in the manner of a compiler: what, where, how it came, what gets in, what to do. The last is said with the
 * first finding of a rule only, which `isFirst` tells.
 */
export function findingLines(finding: Finding, isFirst: boolean, page: Page): string[] {
  const { signs } = page;
  const marks = marksOf(finding, page);
  const deduction = finding.deducts > 0 ? ` ${signs.dot} ${finding.pillar} ${signs.minus}${finding.deducts}` : '';
  const gutter = Math.max(...marks.map(({ at }) => String(at.line).length));
  const frame = frameOf(marks, page, deduction);
  const remarks = remarksOf(finding, isFirst);
  if (remarks.length === 0) return [...headLines(finding, page), ...frame.slice(0, -1)];
  return [...headLines(finding, page), ...frame, ...remarkLines(remarks, gutter, page)];
}

/** A message that leaves less than this beside the rule's id starts on a line of its own. */
const leastBeside = 24;

function headLines({ severity, ruleId, message }: Finding, page: Page): string[] {
  const head = `${severity}[${ruleId}]:`;
  const paint = severityPaint(severity, page.paint);
  const beside = page.width - cellsOf(head) - 1;
  const [first = ''] = beside < leastBeside ? [] : wrapped(message, beside);
  const below = wrapped(message.slice(first.length), page.width - 2).map(text => `  ${page.paint.bold(text)}`);
  return [paint(head) + (first && ` ${page.paint.bold(first)}`), ...below];
}

/** The flaw and the steps to it. A step on the flaw itself lends it its label. */
function marksOf(finding: Finding, page: Page): Mark[] {
  const steps = finding.trail.map(({ message, ...at }, index) => ({
    at,
    label: finding.trail.length > 1 ? `${index + 1}. ${message}` : message,
    isFlaw: false,
    paint: page.paint.blue,
  }));
  const isHere = ({ at }: { at: Mark['at'] }) =>
    at.file === finding.file && at.line === finding.line && at.column === finding.column;
  const here = steps.find(isHere);
  const flaw = {
    at: finding,
    label: here?.label ?? '',
    isFlaw: true,
    paint: severityPaint(finding.severity, page.paint),
  };
  return [flaw, ...steps.filter(step => step !== here)];
}

interface Remark {
  readonly label: string;
  readonly text: string;
  /** To be copied: the terminal may wrap it, we do not. */
  readonly whole?: boolean;
}

function remarksOf({ witness, command, fix, confidence, places }: Finding, isFirst: boolean): Remark[] {
  const further = places.map(({ file, line }) => `${file}:${line}`);
  return [
    ...(witness ? [{ label: 'gets in', text: requestIn(witness) }] : []),
    ...(command ? [{ label: 'try it', text: command, whole: true }] : []),
    ...(isFirst && fix ? [{ label: 'help', text: fix }] : []),
    ...(confidence === 'high' ? [] : [{ label: 'note', text: `${confidence} confidence` }]),
    ...(further.length > 0 ? [{ label: 'same cause', text: shortened(further, 5).join(', ') }] : []),
  ];
}

function remarkLines(remarks: readonly Remark[], gutter: number, { paint, signs, width }: Page): string[] {
  return remarks.flatMap(({ label, text, whole = false }, index) => {
    const isLast = index === remarks.length - 1;
    const rail = isLast ? ' ' : signs.rail;
    const all = `${label}: ${text}`;
    return (whole ? [all] : wrapped(all, width - gutter - 3)).map((line, number) => {
      const sign = number > 0 ? rail : isLast ? signs.lastRemark : signs.remark;
      const shown = number > 0 ? line : paint.bold(line.slice(0, label.length + 1)) + line.slice(label.length + 1);
      return `${' '.repeat(gutter)} ${paint.blue(sign)} ${shown}`;
    });
  });
}

/** The headers of a request, as they would be sent. */
function requestIn({ origin, host }: Candidate): string {
  const sent = origin === null ? 'no Origin' : `Origin: ${origin}`;
  return host === null ? sent : `${sent}, Host: ${host}`;
}
