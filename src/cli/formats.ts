import { json } from '../report/json.js';
import type { Report } from '../report/report.js';
import { terminal } from '../report/terminal.js';
import type { Look } from './look.js';
import type { Format } from './request.js';

/** What `--format` chooses from. Part of the engine: the command line itself knows only the names. */
export const render: Readonly<Record<Format, (report: Report, look: Look) => string>> = {
  terminal,
  json,
};
