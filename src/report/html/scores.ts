import { pillars } from '../../rule.js';
import { coverageWords, evidenceWords, noGradeWords } from '../rendering.js';
import type { Report } from '../schema.js';
import { escaped } from './markup.js';

const radius = 26;
const round = 2 * Math.PI * radius;

/** The grade, and a dial per pillar with what it was made of. */
export function scoresSection(report: Report): string {
  const { scores } = report;
  const { overall } = scores;
  const dials = pillars.map(pillar => {
    const scored = scores.pillars[pillar];
    return `<li>${dial(scored?.score ?? null, scored?.grade ?? 'n/a', pillar)}<b>${pillar}</b><small>${evidenceWords(report, pillar)}</small></li>`;
  });
  const words = overall
    ? `${overall.judged} of ${overall.of} pillars had something to judge; ${coverageWords(report)}.`
    : `No grade: ${noGradeWords(report)}; ${coverageWords(report)}.`;
  return `<section class="scores" aria-labelledby="scores"><h2 id="scores">Scores</h2>
<div class="overall">${dial(overall?.score ?? null, overall?.grade ?? 'n/a', 'overall')}<p>${escaped(words)}</p></div>
<ul class="dials">${dials.join('\n')}</ul>
</section>`;
}

function dial(score: number | null, grade: string, name: string): string {
  const filled = ((score ?? 0) / 100) * round;
  const label = score === null ? `${name}: no grade` : `${name}: grade ${grade}, ${score} of 100`;
  const arc =
    score === null
      ? ''
      : `<circle class="arc" cx="32" cy="32" r="${radius}" stroke-dasharray="${filled.toFixed(1)} ${round.toFixed(1)}"/>`;
  const number = score === null ? '' : `<text x="32" y="47" class="number">${score}</text>`;
  return `<svg class="dial grade-${grade === 'n/a' ? 'none' : grade}" viewBox="0 0 64 64" role="img" aria-label="${label}"><circle class="ring" cx="32" cy="32" r="${radius}"/>${arc}<text x="32" y="35">${grade}</text>${number}</svg>`;
}
