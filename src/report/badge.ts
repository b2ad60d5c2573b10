import type { Grade } from '../score/score.js';
import { coverageWords, noGradeWords } from './rendering.js';
import type { Report } from './schema.js';

const label = 'mcp-audit';

interface Badge {
  readonly message: string;
  /** For those who hear it. */
  readonly title: string;
  /** White letters can be read on it. */
  readonly colour: string;
}

/** The colours of shields.io, darkened until white text has a contrast of 4.5. */
const colours: Readonly<Record<Grade, string>> = {
  A: '#2c7a1f',
  B: '#5c7a0e',
  C: '#8a6d00',
  D: '#b3541e',
  F: '#c0392b',
};
const grey = '#6a737d';

/** The grade as a badge. What has no grade gets none: neither nothing to judge nor half an audit is an A or an F. */
export const badges: Readonly<Record<'svg' | 'shields', (report: Report) => string>> = {
  svg: report => svgOf(badgeOf(report)),
  shields(report) {
    const { message, colour } = badgeOf(report);
    return `${JSON.stringify({ schemaVersion: 1, label, message, color: colour })}\n`;
  },
};

function badgeOf(report: Report): Badge {
  const { scores, faults } = report;
  const { overall, formula } = scores;
  if (faults.length > 0) return { message: 'incomplete', title: 'the audit is incomplete', colour: grey };
  if (!overall) return { message: 'n/a', title: `no grade: ${noGradeWords(report)}`, colour: grey };
  const { grade, score, judged, of } = overall;
  const title = `grade ${grade}, ${score} of 100 by formula ${formula}, ${judged} of ${of} pillars judged, ${coverageWords(report)}`;
  return { message: `${grade} ${score}/100`, title, colour: colours[grade] };
}

/** A flat badge, 20 pixels high, in the measure of shields.io. */
function svgOf({ message, title, colour }: Badge): string {
  const left = widthOf(label);
  const right = widthOf(message);
  const width = left + right;
  const middle = { label: left / 2, message: left + right / 2 };
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="${label}: ${title}">
<title>${label}: ${title}</title>
<clipPath id="r"><rect width="${width}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="${left}" height="20" fill="#444d56"/><rect x="${left}" width="${right}" height="20" fill="${colour}"/></g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">
<text x="${middle.label}" y="14" textLength="${left - 12}">${label}</text>
<text x="${middle.message}" y="14" textLength="${right - 12}">${message}</text>
</g>
</svg>
`;
}

/** Pixels for a text in 11 px Verdana, six on either side; the text is then fitted to it. */
function widthOf(text: string): number {
  return Math.round([...text].reduce((sum, sign) => sum + (/[il/. ]/.test(sign) ? 4.5 : 7), 12));
}
