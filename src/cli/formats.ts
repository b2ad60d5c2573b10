import type { Audit } from '../audit.js';
import { json } from '../report/json.js';
import { terminal } from '../report/terminal.js';
import type { Look } from './main.js';
import type { Format } from './request.js';

/** What `--format` chooses from. Part of the engine: the command line itself knows only the names. */
export const render: Readonly<Record<Format, (audit: Audit, look: Look) => string>> = {
  terminal: ({ report, excerpts }, look) => terminal(report, { ...look, excerpts }),
  json: ({ report }) => json(report),
};
