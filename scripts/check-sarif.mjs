/**
 * Holds SARIF reports against the OASIS schema: `node scripts/check-sarif.mjs <schema.json> <report.sarif>…`.
 * The schema is draft-04, and not shipped with this repository.
 */
import { readFileSync } from 'node:fs';
import Ajv from 'ajv-draft-04';

const [schema, ...reports] = process.argv.slice(2);
if (schema === undefined || reports.length === 0)
  throw new Error('usage: check-sarif.mjs <schema.json> <report.sarif>…');
const validate = new Ajv.default({ strict: false, allErrors: true, validateFormats: false }).compile(readJson(schema));

for (const report of reports) {
  if (validate(readJson(report))) continue;
  for (const { instancePath, message } of validate.errors ?? []) console.error(`${report}${instancePath}: ${message}`);
  process.exitCode = 1;
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
