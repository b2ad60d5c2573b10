import { type Pillar, pillars } from '../../rule.js';
import { coverageWords, evidenceWords, noGradeWords } from '../rendering.js';
import type { Report } from '../schema.js';
import { gradePaint, type Page } from './page.js';
import { counted, joined } from './text.js';

type PillarScore = NonNullable<Report['scores']['pillars'][Pillar]>;

const nameCells = Math.max(...pillars.map(pillar => pillar.length));
const barCells = 20;

/** A bar per pillar with what it was made of, and the grade. */
export function scoreLines(report: Report, page: Page): string[] {
  const { scores } = report;
  const bars = pillars.map(pillar => barLine(pillar, scores.pillars[pillar], evidenceWords(report, pillar), page));
  return [page.paint.bold('Scores'), ...bars, '', ...overallLines(report, page)];
}

function barLine(pillar: Pillar, scored: PillarScore | null, made: string, page: Page): string {
  const name = `  ${pillar.padEnd(nameCells)}  `;
  if (!scored) return `${name}${page.paint.dim(`n/a  ${made}`)}`;
  const { score, grade } = scored;
  const paint = gradePaint(grade, page);
  const number = `${String(score).padStart(3)}  ${grade}`;
  const room = Math.min(barCells, page.width - name.length - number.length - 2);
  // Rounded down, like the score: a full bar is 100.
  const full = Math.floor((score / 100) * room);
  const bar = `${paint(page.signs.full.repeat(full))}${page.paint.dim(page.signs.empty.repeat(room - full))}`;
  const line = `${name}${bar}  ${paint(number)}`;
  const cells = name.length + room + 2 + number.length + 2 + made.length;
  return cells <= page.width ? `${line}  ${page.paint.dim(made)}` : line;
}

function overallLines(report: Report, page: Page): string[] {
  const { overall, formula } = report.scores;
  const separator = ` ${page.signs.dot} `;
  if (!overall) {
    return joined(
      [`No grade: ${noGradeWords(report)}`, coverageWords(report), `formula ${formula}`],
      separator,
      page.width,
    );
  }
  const { grade, score, judged, of, limitedBy } = overall;
  const limit = {
    mean: [],
    'worst-pillar': ['held down by the worst pillar'],
    high: ['held down by a high finding'],
    critical: ['held down by a critical finding'],
  }[limitedBy];
  const head = `Grade ${grade}${separator}${score} of 100`;
  const coverage = judged < of ? [`judged ${judged} of ${counted(of, 'pillar')}`] : [];
  const [first = '', ...rest] = joined(
    [head, ...limit, ...coverage, coverageWords(report), `formula ${formula}`],
    separator,
    page.width,
  );
  return [gradePaint(grade, page).bold(first.slice(0, head.length)) + first.slice(head.length), ...rest];
}
