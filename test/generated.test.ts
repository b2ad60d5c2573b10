import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { rules } from '../rules/index.js';
import { configSchema } from '../src/config/schema.js';
import { reportSchema } from '../src/report/schema.js';
import { pillars, type Rule } from '../src/rule.js';
import { gradingExample } from './grading-example.js';
import { limitsText } from './limits-docs.js';

/**
 * Files made from other files are snapshots: this test fails when one is stale, `npm run generate` writes them anew.
 */
it('rules/index.ts lists the rules in the folder', async () => {
  await expect(indexOf('rules', 'rules', `import type { Rule } from '../src/rule.js';`)).toMatchFileSnapshot(
    '../rules/index.ts',
  );
});

it.each([
  ['config', configSchema],
  ['report', reportSchema],
])('schemas/%s.schema.json is what such a file is checked by', async (name, schema) => {
  const text = `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot(`../schemas/${name}.schema.json`);
});

it('rules/README.md is made from the cards and the examples', async () => {
  await expect(documentation()).toMatchFileSnapshot('../rules/README.md');
});

it('docs/grading.md reckons a real report through', async () => {
  const text = readFileSync('docs/grading.md', 'utf8');
  const example = /(?<=<!-- example:.*-->\n)[\s\S]*(?=<!-- \/example -->)/;
  await expect(text.replace(example, () => `${gradingExample()}\n`)).toMatchFileSnapshot('../docs/grading.md');
});

it('docs/limits.md tells what the models know and where they end', async () => {
  const text = readFileSync('docs/limits.md', 'utf8');
  const generated = /(?<=<!-- generated:.*-->\n)[\s\S]*(?=<!-- \/generated -->)/;
  await expect(text.replace(generated, () => `${limitsText()}\n`)).toMatchFileSnapshot('../docs/limits.md');
});

/** A module that imports every module of a folder by default and exports the list, in the order of the names. */
function indexOf(folder: string, list: string, typeImport: string): string {
  const ids = readdirSync(folder)
    .filter(file => file.endsWith('.ts') && file !== 'index.ts')
    .map(file => basename(file, '.ts'))
    .sort();
  const nameOf = (id: string) => id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return [
    '// Generated from the folder by `npm run generate`: do not edit.',
    typeImport,
    ...ids.map(id => `import ${nameOf(id)} from './${id}.js';`),
    '',
    `/** All rules, by id. */`,
    `export const ${list}: readonly Rule[] = [`,
    ...ids.map(id => `  ${nameOf(id)},`),
    '];',
    '',
  ].join('\n');
}

/** The documentation of all rules: a table by pillar, then each rule with its examples. */
function documentation(): string {
  return [
    '<!-- Generated from the rule cards and `fixtures/rules` by `npm run generate`: do not edit. -->',
    '',
    '# Rules',
    '',
    'What `mcp-audit` looks for in the source of an MCP server, why it matters, and how to put it right. The severity is the ' +
      'one with nothing else at the door: a required secret, a loopback address or a strict Origin check lowers it, and the ' +
      'message of a finding says so. Examples are whole files that the tests audit; each place that is reported is marked.',
    '',
    ...pillars.flatMap(tableOf),
    ...pillars.flatMap(pillar => rules.filter(rule => rule.pillar === pillar)).flatMap(sectionOf),
  ].join('\n');
}

function tableOf(pillar: Rule['pillar']): string[] {
  const own = rules.filter(rule => rule.pillar === pillar);
  if (own.length === 0) return [];
  return [
    `### ${pillar[0]!.toUpperCase()}${pillar.slice(1)}`,
    '',
    '| rule | what it finds | severity |',
    '|---|---|---|',
    ...own.map(rule => `| [\`${rule.id}\`](#${rule.id}) | ${inCell(rule.title)} | ${severityOf(rule)} |`),
    '',
  ];
}

function sectionOf(rule: Rule): string[] {
  const weaknesses = rule.cwe.map(id => `[CWE-${id}](https://cwe.mitre.org/data/definitions/${id}.html)`);
  return [
    '---',
    '',
    `## ${rule.id}`,
    '',
    `**${rule.title}** · ${[rule.pillar, severityOf(rule), ...weaknesses].join(' · ')}`,
    '',
    rule.why,
    '',
    `**How to fix it.** ${rule.fix}`,
    '',
    ...exampleOf(rule, 'vulnerable', 'Reported'),
    ...exampleOf(rule, 'safe', 'Not reported'),
    `**How to see it.** ${rule.verify}`,
    '',
    `**Reading.** ${rule.reading
      .filter(url => !url.startsWith('https://cwe.mitre.org/'))
      .map(url => `<${url}>`)
      .join(' · ')}`,
    '',
  ];
}

function severityOf({ severity, pedantic }: Rule): string {
  return pedantic ? `${severity}, shown on request` : severity;
}

/** The example of one side, folded when it is long: a page of forty files is no page. */
function exampleOf({ id }: Rule, side: 'vulnerable' | 'safe', label: string): string[] {
  const source = readFileSync(join(import.meta.dirname, '../fixtures/rules', id, side, 'example.ts'), 'utf8').trimEnd();
  const code = ['```ts', source.replaceAll('// flaw', `// ← ${id}`), '```', ''];
  const more = readdirSync(join(import.meta.dirname, '../fixtures/rules', id, side)).length - 1;
  const rest = more > 0 ? ` · [${more} more](../fixtures/rules/${id}/${side})` : '';
  const lines = source.split('\n').length;
  return lines > 25
    ? [
        `<details><summary>${label} (${lines} lines)</summary>`,
        '',
        ...code,
        `</details>`,
        '',
        ...(rest ? [`${label}:${rest.slice(2)}`, ''] : []),
      ]
    : [`${label}${rest}:`, '', ...code];
}

function inCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
