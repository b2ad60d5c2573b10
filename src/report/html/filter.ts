import { severities } from '../../rule.js';
import type { Finding } from '../rendering.js';
import { escaped } from './markup.js';

/** Narrows the findings by severity, pillar, rule and words. Hidden where no script runs: then all of them show. */
export function filterForm(findings: readonly Finding[]): string {
  const countsOf = (values: readonly string[]) =>
    [...new Set(values)].map(value => [value, values.filter(each => each === value).length] as const);
  const choose = (name: string, values: readonly (readonly [string, number])[]) => {
    const options = values.map(
      ([value, count]) => `<option value="${escaped(value)}">${escaped(value)} (${count})</option>`,
    );
    return `<label>${name} <select name="${name}"><option value="">all</option>${options.join('')}</select></label>`;
  };
  const bySeverity = countsOf(findings.map(({ severity }) => severity)).sort(
    ([a], [b]) => severities.indexOf(a as Finding['severity']) - severities.indexOf(b as Finding['severity']),
  );
  const byPillar = countsOf(findings.flatMap(({ pillar }) => (pillar === null ? [] : [pillar]))).sort();
  const byRule = countsOf(findings.map(({ ruleId }) => ruleId)).sort();
  return `<form id="filter" hidden>
${choose('severity', bySeverity)}
${choose('pillar', byPillar)}
${choose('rule', byRule)}
<label>words <input name="words" type="search" autocomplete="off"></label>
<output aria-live="polite"></output>
</form>`;
}

/** Runs in the reader's browser. A constant: its hash is all that the page's policy lets run. */
export const filterScript = `
(() => {
  const form = document.getElementById('filter');
  if (!form) return;
  const findings = [...document.querySelectorAll('details.finding')].filter(each => form.parentElement.contains(each));
  const show = () => {
    const { severity, pillar, rule, words } = Object.fromEntries(new FormData(form));
    const wanted = words.toLowerCase().split(/\\s+/).filter(Boolean);
    let count = 0;
    for (const each of findings) {
      const { dataset, textContent } = each;
      const text = textContent.toLowerCase();
      const isShown = (!severity || dataset.severity === severity) && (!pillar || dataset.pillar === pillar) &&
        (!rule || dataset.rule === rule) && wanted.every(word => text.includes(word));
      each.hidden = !isShown;
      if (isShown) count++;
    }
    form.querySelector('output').textContent = count + ' of ' + findings.length + ' shown';
  };
  form.hidden = false;
  form.addEventListener('input', show);
  form.addEventListener('submit', event => event.preventDefault());
  addEventListener('keydown', event => {
    if (event.key !== '/' || event.target.matches('input, select')) return;
    event.preventDefault();
    form.elements.words.focus();
  });
  const opened = [];
  addEventListener('beforeprint', () => {
    for (const each of document.querySelectorAll('details:not([open])')) { each.open = true; opened.push(each); }
  });
  addEventListener('afterprint', () => { for (const each of opened.splice(0)) each.open = false; });
  show();
})();
`;

/** Of `filterScript`, as a content security policy names it; a test keeps the two together. */
export const filterScriptHash = 'sha256-LPuV9Wd8UJYpWXLyanketzdKnB1Kys1ep+16gsd8qZk=';
