import { rules } from '../rules/index.js';
import { audit } from '../src/audit.js';

const server = 'fixtures/servers/insecure-websocket';
const weights = { origin: 3, authentication: 3, messages: 2, limits: 2, sessions: 1, exposure: 1 };

/**
 * The worked example of docs/grading.md, from a real audit. It reckons as the page says, apart from the code that
 * scores, and throws when the two differ.
 */
export function gradingExample(): string {
  const { findings, scores } = audit([server], {}, rules).report;
  const overall = scores.overall!;
  const rows = Object.entries(scores.pillars).map(([pillar, scored]) => {
    if (!scored) return `| ${pillar} | | nothing to judge | n/a |`;
    const mine = findings.filter(finding => finding.pillar === pillar && finding.deducts > 0);
    const left = Math.floor(Math.max(0, 100 - mine.reduce((sum, { deducts }) => sum + deducts, 0)));
    if (left !== scored.score) throw new Error(`docs/grading.md does not explain the ${scored.score} of ${pillar}`);
    const parts = mine.map(({ deducts, ruleId }) => `${deducts} \`${ruleId}\``).join(' + ');
    const weight = weights[pillar as keyof typeof weights];
    return `| ${pillar} | ${weight} | ${parts || 'nothing'} | ${scored.score}${scored.sound === 0 ? ' (nothing sound)' : ''} |`;
  });

  const judged = Object.entries(scores.pillars).flatMap(([pillar, scored]) =>
    scored ? [{ ...scored, pillar, weight: weights[pillar as keyof typeof weights] }] : [],
  );
  const { terms, mean } = lowestMean(judged);
  const worst = Math.min(...judged.map(({ score }) => score)) + 20;
  const severities = findings.filter(({ standing }) => standing !== 'ignored').map(({ severity }) => severity);
  const cap = severities.includes('critical') ? 59 : severities.includes('high') ? 79 : 100;
  if (Math.floor(Math.min(mean, worst, cap)) !== overall.score)
    throw new Error(`docs/grading.md does not explain the ${overall.score}`);
  const left = judged.filter(({ pillar }) => !terms.some(term => term.pillar === pillar)).map(({ pillar }) => pillar);
  const sum = terms.map(({ score, weight }) => `${score} × ${weight}`).join(' + ');
  return [
    `\`mcp-audit ${server}\``,
    '',
    '| pillar | weight | deducted from 100 | score |',
    '|---|---|---|---|',
    ...rows,
    '',
    `- Mean: (${sum}) / ${terms.reduce((total, { weight }) => total + weight, 0)} = ${Math.round(mean * 10) / 10}.`,
    ...(left.length > 0
      ? [`  Left out, since nothing in it is sound and it would lift the mean: ${left.join(', ')}.`]
      : []),
    `- Worst pillar plus 20: ${worst}. Cap of the gravest finding: ${cap === 100 ? 'none' : cap}.`,
    `- The lowest of them is **${overall.score}: grade ${overall.grade}**.`,
  ].join('\n');
}

interface Term {
  readonly pillar: string;
  readonly score: number;
  readonly sound: number;
  readonly weight: number;
}

/** Of all choices of the pillars in which nothing is sound, the one with the lowest mean, found by trying them all. */
function lowestMean(judged: readonly Term[]): { readonly terms: readonly Term[]; readonly mean: number } {
  const vouched = judged.filter(({ sound }) => sound > 0);
  const others = judged.filter(({ sound }) => sound === 0);
  let lowest = { terms: vouched, mean: Number.POSITIVE_INFINITY };
  for (let choice = 0; choice < 2 ** others.length; choice++) {
    const terms = [...vouched, ...others.filter((_, i) => choice & (1 << i))];
    if (terms.length === 0) continue;
    const total = terms.reduce((sum, { weight }) => sum + weight, 0);
    const mean = terms.reduce((sum, { score, weight }) => sum + score * weight, 0) / total;
    if (mean < lowest.mean) lowest = { terms, mean };
  }
  return lowest;
}
