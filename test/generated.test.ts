import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { configSchema } from '../src/config/schema.js';
import { reportSchema } from '../src/report/schema.js';

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
])('schemas/%s.schema.json is what the %s is checked by', async (name, schema) => {
  const text = `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot(`../schemas/${name}.schema.json`);
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
