import { oneLine, printed } from '../inert.js';
import { pillars, severities } from '../rule.js';
import { doorWords } from './door-words.js';
import {
  coverageWords,
  evidenceWords,
  type Finding,
  faultWords,
  firstParagraph,
  headersOf,
  inRepository,
  newFindings,
  noGradeWords,
  type Rendering,
} from './rendering.js';
import type { Report } from './schema.js';

/** A pull request comment holds 65,536 characters, a job summary 1 MiB: the smaller one, with some room. */
const longest = 60_000;
/** By which an action finds its own comment again. */
const marker = '<!-- mcp-audit -->';

/** A job summary or pull request comment: grade, sub-scores and their change, findings with code, doors, doubts. */
export function markdown(report: Report, { base }: Rendering): string {
  const findings = severities.flatMap(severity => newFindings(report).filter(finding => finding.severity === severity));
  const head = [marker, titleOf(report, base), '', ...scoreTable(report, base), '', ...changesSince(report, base)];
  const tail = [...doorTable(report), ...doubts(report), ...lastWords(report)];
  const fixed = [...head, ...tail].join('\n').length;
  const shown: string[] = [];
  let room = longest - fixed - 200;
  for (const finding of findings) {
    const text = sectionOf(finding, report);
    if (text.length > room) break;
    room -= text.length;
    shown.push(text);
  }
  const left = findings.length - shown.length;
  const more = left > 0 ? ['', `…and ${left} more findings, which this place has no room for.`] : [];
  return printed([[...head, ...shown, ...more, ...tail].join('\n').slice(0, longest)]);
}

function titleOf(report: Report, base: Report | undefined): string {
  const { overall } = report.scores;
  if (!overall) return `## mcp-audit: no grade (${noGradeWords(report)})`;
  return `## mcp-audit: ${overall.grade} · ${overall.score}/100${change(overall.score, base?.scores.overall?.score)}`;
}

/** The change since another score, where the two can be compared. */
function change(now: number, before: number | undefined): string {
  if (before === undefined) return '';
  const by = now - before;
  return by === 0 ? ' (unchanged)' : ` (${by > 0 ? '+' : '−'}${Math.abs(by)})`;
}

function scoreTable(report: Report, base: Report | undefined): string[] {
  const rows = pillars.map(pillar => {
    const scored = report.scores.pillars[pillar];
    const evidence = evidenceWords(report, pillar);
    if (!scored) return `| ${pillar} | n/a | | ${evidence} |`;
    const before = base?.scores.pillars[pillar]?.score;
    return `| ${pillar} | ${scored.grade} | ${scored.score}${change(scored.score, before)} | ${evidence} |`;
  });
  return ['| pillar | grade | score | evidence |', '|---|---|---|---|', ...rows];
}

function changesSince(report: Report, base: Report | undefined): string[] {
  if (!base) return [];
  if (base.scores.formula !== report.scores.formula) return ['The base report was scored by another formula.', ''];
  const before = new Set(newFindings(base).map(({ fingerprint }) => fingerprint));
  const now = new Set(newFindings(report).map(({ fingerprint }) => fingerprint));
  const added = [...now].filter(each => !before.has(each)).length;
  const gone = [...before].filter(each => !now.has(each)).length;
  return [`Since the base: ${added} new, ${gone} gone.`, ''];
}

function sectionOf(finding: Finding, report: Report): string {
  const { severity, ruleId, message, witness, trail, places, fix, confidence } = finding;
  const steps = trail.map(step => `1. ${code(placeOf(step, report))} ${prose(step.message)}`);
  return [
    '<details>',
    `<summary><b>${severity}</b> ${text(ruleId)} · ${text(placeOf(finding, report))}</summary>`,
    '',
    `${prose(message)}${confidence === 'high' ? '' : ` (${confidence} confidence)`}`,
    '',
    ...frameOf(finding, report),
    ...(witness ? [`**Gets in:** ${code(headersOf(witness))}`, ''] : []),
    ...(steps.length > 0 ? [...steps, ''] : []),
    ...(places.length > 0
      ? [`**Same cause:** ${places.map(place => code(placeOf(place, report))).join(', ')}`, '']
      : []),
    `**Fix:** ${prose(firstParagraph(fix))}`,
    '',
    '</details>',
  ].join('\n');
}

function placeOf({ file, line }: { readonly file: string; readonly line: number }, report: Report): string {
  return `${inRepository(report, file)}:${line}`;
}

/** The flawed line, with the ones beside it that the report holds. */
function frameOf({ file, line }: Finding, { excerpts }: Report): string[] {
  const lines = [line - 1, line, line + 1].flatMap(number => {
    const source = excerpts[file]?.[number];
    return source === undefined
      ? []
      : [`${String(number).padStart(5)} ${number === line ? '>' : ' '} ${oneLineKeepingIndent(source)}`];
  });
  if (lines.length === 0) return [];
  const fence = '`'.repeat(Math.max(3, ...lines.map(source => longestRun(source) + 1)));
  return [`${fence}text`, ...lines, fence, ''];
}

function oneLineKeepingIndent(source: string): string {
  const [indent = ''] = /^[ \t]*/.exec(source) ?? [];
  return indent.replaceAll('\t', '    ') + oneLine(source);
}

function longestRun(source: string): number {
  return Math.max(0, ...(source.match(/`+/g) ?? []).map(run => run.length));
}

function doorTable(report: Report): string[] {
  if (report.doors.length === 0) return [];
  const rows = report.doors.slice(0, 50).map(door => {
    const { title, wayIn, address, origin, credential } = doorWords(door);
    const name = `${title}, ${door.via}`;
    return `| ${[text(name), code(placeOf(door, report)), text(wayIn), text(address), text(origin), text(credential)].join(' | ')} |`;
  });
  const more = report.doors.length > 50 ? [`…and ${report.doors.length - 50} more.`] : [];
  const table = [
    '| door | place | way in | reach | Origin | credential |',
    '|---|---|---|---|---|---|',
    ...rows,
    ...more,
  ];
  return ['', '<details>', `<summary>${report.doors.length} doors</summary>`, '', ...table, '', '</details>'];
}

function doubts(report: Report): string[] {
  const items = [
    ...report.unsure.map(place => `- ${code(placeOf(place, report))} ${prose(place.message)}`),
    ...report.unmodelled.map(place => `- ${code(placeOf(place, report))} not modelled: ${prose(place.message)}`),
    ...report.unread.map(({ file, message }) => `- ${code(file)} not read: ${prose(message)}`),
  ];
  if (items.length === 0) return [];
  const more = items.length > 40 ? [`- …and ${items.length - 40} more`] : [];
  return [
    '',
    '<details>',
    `<summary>${items.length} could not be told</summary>`,
    '',
    ...items.slice(0, 40),
    ...more,
    '',
    '</details>',
  ];
}

function lastWords(report: Report): string[] {
  const { faults, target, tool, hidden, configuration } = report;
  const broken = faults.map(fault => `**Incomplete:** ${text(faultWords(fault))}`);
  const set = (configuration?.concessions ?? []).map(words => `- ${code(configuration!.file)} ${text(words)}`);
  const aside = hidden > 0 ? `, ${hidden} findings not shown` : '';
  return [
    '',
    ...set,
    ...(set.length > 0 ? [''] : []),
    ...broken,
    `<sub>${tool.name} ${text(tool.version)} examined ${target.filesExamined} files and ${coverageWords(report)}${aside}.</sub>`,
  ];
}

/** Text on one line in which nothing is markup, a link, a mention or a reference, inside HTML and outside. */
function text(source: string): string {
  return neutral(oneLine(source));
}

/** A sentence with `code` in it; any other markup is text. */
function prose(source: string): string {
  return oneLine(source)
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? code(part.slice(1, -1)) : neutral(part)))
    .join('');
}

/**
 * Entities mean the same inside HTML and outside. They are not enough for `@name`, `#1` and addresses, which GitHub and
 * GitLab look for in what the markup has become: an element of its own tears these apart.
 */
function neutral(line: string): string {
  const entity = (sign: string) => `&#${sign.codePointAt(0)};`;
  return line.replace(/^[-+=\d]|[&<>|\\`*_[\]~${}!]|([@#])|(:(?=\/\/)|\bwww(?=\.))/gi, (sign, mention, address) =>
    mention ? `<span>${entity(sign)}</span>` : address ? `<span>${sign}</span>` : entity(sign),
  );
}

function code(source: string): string {
  const shown = oneLine(source).replaceAll('|', '\\|');
  if (shown === '') return '';
  const fence = '`'.repeat(longestRun(shown) + 1);
  return `${fence}${shown.startsWith('`') || shown.endsWith('`') ? ` ${shown} ` : shown}${fence}`;
}
