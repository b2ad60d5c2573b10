import { agent } from '../report/agent.js';
import { github } from '../report/github.js';
import { gitlab } from '../report/gitlab.js';
import { html } from '../report/html.js';
import { json } from '../report/json.js';
import { junit } from '../report/junit.js';
import { markdown } from '../report/markdown.js';
import type { Rendering } from '../report/rendering.js';
import type { Report } from '../report/report.js';
import { sarif } from '../report/sarif.js';
import { terminal } from '../report/terminal.js';
import type { Format } from './request.js';

/** What `--format` chooses from. Part of the engine: the command line itself knows only the names. */
export const render: Readonly<Record<Format, (report: Report, rendering: Rendering) => string>> = {
  terminal,
  json,
  sarif,
  markdown,
  html,
  github,
  gitlab,
  junit,
  agent,
};
