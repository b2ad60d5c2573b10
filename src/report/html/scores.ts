import { pillars } from '../../rule.js';
import { coverageWords } from '../rendering.js';
import type { Report } from '../schema.js';
import { escaped } from './markup.js';

const radius = 26;
const round = 2 * Math.PI * radius;

/** The grade, and a dial per pillar with what it was made of. */
export function scoresSection(report: Report): string {
  const { scores, doors, target, stdio } = report;
  const { overall } = scores;
  const dials = pillars.map(pillar => {
    const scored = scores.pillars[pillar];
    const evidence = scored
      ? [
          `${scored.sound} sound`,
          `${scored.flawed} flawed`,
          ...(scored.unsure > 0 ? [`${scored.unsure} unsure`] : []),
        ].join(', ')
      : 'nothing to judge';
    return `<li>${dial(scored?.score ?? null, scored?.grade ?? 'n/a', pillar)}<b>${pillar}</b><small>${evidence}</small></li>`;
  });
  const words = overall
    ? `${overall.judged} of ${overall.of} pillars had something to judge; ${coverageWords(report)}.`
    : reasonFor(doors.length, target.filesExamined, stdio.length);
  return `<section class="scores" aria-labelledby="scores"><h2 id="scores">Scores</h2>
<div class="overall">${dial(overall?.score ?? null, overall?.grade ?? 'n/a', 'overall')}<p>${escaped(words)}</p></div>
<ul class="dials">${dials.join('\n')}</ul>
</section>`;
}

function reasonFor(doors: number, files: number, stdio: number): string {
  if (files === 0) return 'No file was examined, so there is no grade.';
  if (doors > 0) return 'Nothing could be judged, so there is no grade.';
  return stdio > 0
    ? 'This server speaks MCP over stdio only: it has no network door, so there is nothing to grade.'
    : 'No network door was found, so there is nothing to grade.';
}

function dial(score: number | null, grade: string, name: string): string {
  const filled = ((score ?? 0) / 100) * round;
  const label = score === null ? `${name}: nothing to judge` : `${name}: grade ${grade}, ${score} of 100`;
  const arc =
    score === null
      ? ''
      : `<circle class="arc" cx="32" cy="32" r="${radius}" stroke-dasharray="${filled.toFixed(1)} ${round.toFixed(1)}"/>`;
  const number = score === null ? '' : `<text x="32" y="47" class="number">${score}</text>`;
  return `<svg class="dial grade-${grade === 'n/a' ? 'none' : grade}" viewBox="0 0 64 64" role="img" aria-label="${label}"><circle class="ring" cx="32" cy="32" r="${radius}"/>${arc}<text x="32" y="35">${grade}</text>${number}</svg>`;
}
