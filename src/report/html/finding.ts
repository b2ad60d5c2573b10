import type { RuleCard } from '../../rule.js';
import { dedented } from '../../settle/dedent.js';
import { type Finding, headersOf } from '../rendering.js';
import type { Report } from '../schema.js';
import { escaped, inlineOf, markdownToHtml } from './markup.js';

type Place = Report['stdio'][number];

/** A finding that opens: message and place first, then code, the way it came, what gets in, what to do. */
export function findingArticle(finding: Finding, report: Report, rules: readonly RuleCard[]): string {
  const { severity, ruleId, pillar, message, confidence, standing, deducts, fingerprint } = finding;
  const rule = rules.find(({ id }) => id === ruleId);
  const facts = [
    `${severity} severity`,
    `${confidence} confidence`,
    ...(pillar === null ? [] : [deducts > 0 ? `${pillar} −${deducts}` : pillar]),
    ...finding.cwe.map(number => `CWE-${number}`),
    ...(standing === 'new' ? [] : [standing]),
  ];
  const parts = [
    `<p class="facts">${escaped(facts.join(' · '))}</p>`,
    frame(finding, report),
    suppressionOf(finding),
    stepsOf(finding, report),
    requestOf(finding),
    placesOf(finding),
    `<h4>Fix</h4>${markdownToHtml(finding.fix)}`,
    ...(rule
      ? [
          `<details class="more"><summary>Why, and how to verify</summary>${markdownToHtml(dedented(rule.why))}<h4>Verify</h4>${markdownToHtml(dedented(rule.verify))}</details>`,
        ]
      : []),
  ];
  const open = severity === 'critical' || severity === 'high' ? ' open' : '';
  return `<details class="finding ${severity}"${open} id="f-${escaped(fingerprint)}" data-severity="${severity}" data-pillar="${pillar ?? ''}" data-rule="${escaped(ruleId)}">
<summary><span class="badge">${severity}</span> <code>${escaped(ruleId)}</code> <span class="place">${escaped(placeOf(finding))}</span><span class="message">${inlineOf(message)}</span></summary>
${parts.filter(part => part !== '').join('\n')}
</details>`;
}

function placeOf({ file, line }: Pick<Place, 'file' | 'line'>): string {
  return `${file}:${line}`;
}

/** The line and its neighbours, the flawed stretch marked. */
function frame(at: Place, { excerpts }: Report): string {
  const rows = [at.line - 1, at.line, at.line + 1].flatMap(number => {
    const source = excerpts[at.file]?.[number];
    if (source === undefined) return [];
    const code = number === at.line ? marked(source, at) : escaped(source);
    return [`<span class="row${number === at.line ? ' hit' : ''}"><span class="number">${number}</span>${code}</span>`];
  });
  return rows.length === 0 ? '' : `<pre class="frame"><code>${rows.join('')}</code></pre>`;
}

function marked(source: string, { line, column, endLine, endColumn }: Place): string {
  const from = column - 1;
  const to = Math.max(from + 1, endLine > line ? source.length : endColumn - 1);
  return `${escaped(source.slice(0, from))}<mark>${escaped(source.slice(from, to))}</mark>${escaped(source.slice(to))}`;
}

function stepsOf({ trail }: Finding, report: Report): string {
  if (trail.length === 0) return '';
  const items = trail.map(
    step => `<li><code>${escaped(placeOf(step))}</code> ${inlineOf(step.message)}${frame(step, report)}</li>`,
  );
  return `<h4>How it gets there</h4><ol class="steps">${items.join('\n')}</ol>`;
}

function requestOf({ witness, command }: Finding): string {
  if (!witness) return '';
  const tryIt = command === null ? '' : `<p>Try it on your own server:</p><pre><code>${escaped(command)}</code></pre>`;
  return `<h4>Gets in</h4><p><code>${escaped(headersOf(witness))}</code></p>${tryIt}`;
}

function placesOf({ places }: Finding): string {
  if (places.length === 0) return '';
  return `<h4>Same cause</h4><p>${places.map(place => `<code>${escaped(placeOf(place))}</code>`).join(', ')}</p>`;
}

function suppressionOf({ suppression }: Finding): string {
  if (!suppression) return '';
  const { by, reason, until, at } = suppression;
  const words = [
    by === 'comment' ? `Ignored${at ? ` at ${placeOf(at)}` : ''}` : 'In the baseline',
    ...(reason === null ? [] : [`: ${reason}`]),
    ...(until === null ? [] : [`, until ${until}`]),
  ];
  return `<p class="answered">${escaped(words.join(''))}.</p>`;
}
