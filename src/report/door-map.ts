import { printed, safe } from '../inert.js';
import type { Report } from './schema.js';
import { doorLines, noDoorLines } from './terminal/doors.js';
import { pageOf } from './terminal/page.js';
import type { TerminalOptions } from './terminal.js';

/** Who can get in where: the doors alone, for a person at a terminal. */
export function doorMap(report: Report, options: TerminalOptions): string {
  const page = pageOf(report, options);
  const shown = safe({ ...report, excerpts: {} });
  const lines = shown.doors.length > 0 ? shown.doors.flatMap(door => doorLines(door, page)) : noDoorLines(shown, page);
  return printed(lines);
}
