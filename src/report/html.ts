import { printed } from '../inert.js';
import { severities } from '../rule.js';
import { doorsSection } from './html/doors.js';
import { filterForm, filterScript, filterScriptHash } from './html/filter.js';
import { findingArticle } from './html/finding.js';
import { escaped, inlineOf, tag } from './html/markup.js';
import { scoresSection } from './html/scores.js';
import { styles } from './html/styles.js';
import { faultWords, newFindings, type Rendering } from './rendering.js';
import type { Report } from './schema.js';

/**
 * One self-contained page: no network, no font, no image but what is drawn here. Everything from the audited source is
 * escaped, and the page's own policy lets nothing run but the filter, by its hash.
 */
export function html(report: Report, rendering: Rendering): string {
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src '${filterScriptHash}'; base-uri 'none'; form-action 'none'`;
  const title = titleOf(report);
  return printed([
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<title>${escaped(title)}</title>
<style>${styles}</style>
</head>
<body>
${[headerOf(report), mainOf(report, rendering), footerOf(report)].join('\n')}
<script>${filterScript}</script>
</body>
</html>`,
  ]);
}

function titleOf({ target, scores }: Report): string {
  const grade = scores.overall ? `grade ${scores.overall.grade}` : 'no grade';
  return `${target.root}: ${grade} · mcp-audit`;
}

function headerOf(report: Report): string {
  const { target, tool } = report;
  const skipped = Object.entries(target.filesSkipped).filter(([, count]) => count > 0);
  const aside =
    skipped.length > 0 ? `, skipped ${skipped.map(([reason, count]) => `${count} ${reason}`).join(', ')}` : '';
  const words = `${tool.name} ${tool.version} examined ${target.filesExamined} files${aside}.`;
  return `<header>\n<h1>${escaped(target.root)}</h1>\n<p>${escaped(words)}</p>\n</header>`;
}

function mainOf(report: Report, { rules }: Rendering): string {
  const findings = severities.flatMap(severity => newFindings(report).filter(finding => finding.severity === severity));
  const answered = report.findings.filter(({ standing }) => standing !== 'new');
  return `<main>\n${[
    faultsOf(report),
    scoresSection(report),
    findingsSection(report, findings, rules),
    answered.length === 0
      ? ''
      : section(
          'answered',
          `Answered for (${answered.length})`,
          answered.map(each => findingArticle(each, report, rules)).join('\n'),
        ),
    doorsSection(report),
    listSection(
      'doubts',
      'Could not tell',
      report.unsure.map(({ file, line, message }) => [`${file}:${line}`, message]),
    ),
    report.configuration
      ? listSection(
          'concessions',
          'Set by configuration',
          report.configuration.concessions.map(words => [report.configuration!.file, words]),
        )
      : '',
    listSection(
      'unmodelled',
      'Not modelled',
      report.unmodelled.map(({ file, line, message }) => [`${file}:${line}`, message]),
    ),
    listSection(
      'unread',
      'Not read',
      report.unread.map(({ file, message }) => [file, message]),
    ),
  ]
    .filter(part => part !== '')
    .join('\n')}\n</main>`;
}

function findingsSection(report: Report, findings: ReturnType<typeof newFindings>, rules: Rendering['rules']): string {
  const title = `Findings (${findings.length})`;
  if (findings.length === 0) return section('findings', title, '<p>None.</p>');
  const articles = findings.map(finding => findingArticle(finding, report, rules));
  return section('findings', title, [filterForm(findings), ...articles].join('\n'));
}

function faultsOf({ faults }: Report): string {
  if (faults.length === 0) return '';
  const items = faults.map(fault => tag('li', escaped(faultWords(fault))));
  return `<section class="broken"><h2>This audit is incomplete</h2><ul>${items.join('')}</ul></section>`;
}

function listSection(id: string, title: string, rows: readonly (readonly [string, string])[]): string {
  if (rows.length === 0) return '';
  const items = rows.map(([place, message]) => `<li><code>${escaped(place)}</code> ${inlineOf(message)}</li>`);
  return section(id, `${title} (${rows.length})`, `<ul class="plain">${items.join('\n')}</ul>`);
}

function section(id: string, title: string, inner: string): string {
  return `<section aria-labelledby="${id}"><h2 id="${id}">${escaped(title)}</h2>\n${inner}\n</section>`;
}

function footerOf({ scores, hidden }: Report): string {
  const aside = hidden > 0 ? ` ${hidden} findings are not shown here; they count in the scores.` : '';
  const words = `Scored by formula ${scores.formula}. What could not be told lowers no score: it is listed instead.${aside}`;
  return `<footer><p>${escaped(words)}</p></footer>`;
}
