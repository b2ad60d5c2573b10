import { Chalk } from 'chalk';
import { pillars, type RuleCard, severities } from '../rule.js';
import { dedented } from '../settle/dedent.js';
import { severityPaint } from './terminal/page.js';
import { wrapped } from './terminal/text.js';

/** How a page about rules should look. */
export interface CatalogueLook {
  readonly color: boolean;
  /** In cells. */
  readonly width: number;
}

const widest = 100;

/** One rule for a reader who never heard of it: why, how to fix it, how to see that it is fixed. */
export function explained(rule: RuleCard, { color, width }: CatalogueLook): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const room = Math.min(widest, width);
  const section = (title: string, markdown: string) => [
    '',
    paint.bold(title),
    ...markdownLines(markdown, room - 2).map(line => `  ${line}`.trimEnd()),
  ];
  const cwe = rule.cwe.map(id => `CWE-${id}`).join(', ');
  const lines = [
    paint.bold(rule.id),
    ...wrapped(rule.title, room),
    '',
    ['', `pillar: ${rule.pillar}`, `severity: ${severityPaint(rule.severity, paint)(rule.severity)}`, cwe]
      .filter(part => part !== '')
      .join('   '),
    ...(rule.pedantic ? ['shown with --pedantic only'] : []),
    ...section('Why', rule.why),
    ...section('Fix', rule.fix),
    ...section('Verify', rule.verify),
    ...(rule.reading.length > 0 ? ['', paint.bold('Reading'), ...rule.reading.map(url => `  ${url}`)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** All rules, by pillar and from grave to light. */
export function listed(rules: readonly RuleCard[], { color, width }: CatalogueLook): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const idCells = Math.max(...rules.map(({ id }) => id.length));
  const severityCells = Math.max(...severities.map(severity => severity.length));
  const lines = pillars.flatMap(pillar => {
    const mine = rules
      .filter(rule => rule.pillar === pillar)
      .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || (a.id < b.id ? -1 : 1));
    const rows = mine.map(({ id, severity, title, pedantic }) => {
      const head = `  ${id.padEnd(idCells)}  ${severityPaint(severity, paint)(severity.padEnd(severityCells))}  `;
      const room = Math.max(20, width - idCells - severityCells - 6);
      const [first = '', ...rest] = wrapped(pedantic ? `${title} (pedantic)` : title, room);
      const indent = ' '.repeat(idCells + severityCells + 6);
      return [head + first, ...rest.map(line => indent + line)].join('\n');
    });
    return mine.length === 0 ? [] : ['', paint.bold(pillar), ...rows];
  });
  return `${lines.slice(1).join('\n')}\n\nmcp-audit explain <rule> tells more.\n`;
}

/** Markdown as plain text: paragraphs wrapped, code blocks and lists kept. */
function markdownLines(markdown: string, width: number): string[] {
  const blocks = dedented(markdown).split(/\n\s*\n/);
  let isCode = false;
  return blocks.flatMap((block, index) => {
    const gap = index === 0 ? [] : [''];
    const fences = block.match(/^\s*```/gm)?.length ?? 0;
    const wasCode = isCode;
    if (fences % 2 === 1) isCode = !isCode;
    if (wasCode || fences > 0)
      return [
        ...gap,
        ...block
          .split('\n')
          .filter(line => !/^\s*```/.test(line))
          .map(line => `  ${line}`),
      ];
    return [...gap, ...itemsOf(block).flatMap(item => wrappedItem(item, width))];
  });
}

/** A paragraph, or the items of a list one by one. */
function itemsOf(block: string): string[] {
  return block.split(/\n(?=\s*(?:[-*]|\d+\.)\s)/);
}

function wrappedItem(item: string, width: number): string[] {
  const bullet = /^\s*((?:[-*]|\d+\.)\s)/.exec(item)?.[1] ?? '';
  return wrapped(item, width - bullet.length).map((line, index) =>
    index === 0 ? line : ' '.repeat(bullet.length) + line,
  );
}
