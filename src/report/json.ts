import { jsonText } from '../inert.js';
import type { Report } from './schema.js';

/** The report itself, for programs: indented by two, one line break at the end. */
export function json(report: Report): string {
  return jsonText(report);
}
