import type { Report } from './schema.js';

/** The report itself, for programs: indented by two, one line break at the end. */
export function json(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
