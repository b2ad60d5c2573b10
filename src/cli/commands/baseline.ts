import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { baselineName, projectTop } from '../../config/find.js';
import { oneLine, printed } from '../../inert.js';
import { type ExitCode, exitCodes } from '../exit.js';
import type { Loaders } from '../loaders.js';
import type { Machine } from '../main.js';
import type { BaselineRequest } from '../request.js';
import { say } from '../say.js';
import { folderOf, settingsFor, usualBaseline } from '../settings.js';
import { write } from '../write.js';

/**
 * Brings the baseline up to date: entries whose finding is gone leave it. New findings enter where there was no
 * baseline before, or on request: an update must not wave through what nobody has looked at.
 */
export function updateBaseline(request: BaselineRequest, machine: Machine, load: Loaders): ExitCode {
  const engine = load.engine();
  const settings = settingsFor(request, engine.rules, load);
  const { config, options } = settings;
  const from = folderOf(request.targets[0]!);
  const file = request.file ?? usualBaseline(settings, from) ?? join(projectTop(from), baselineName);
  const isFirst = !existsSync(file);
  const before = isFirst ? [] : load.settings().readBaseline(file, request.file === undefined);

  const { pedantic = false } = config;
  const { report } = engine.audit(request.targets, { ...options, pedantic, today: machine.today }, engine.rules);
  const found = report.findings
    .filter(({ standing, pillar }) => standing === 'new' && pillar !== null)
    .map(finding => ({ ...finding, file: report.target.prefix + finding.file }));
  const update = engine.updatedBaseline(before, found, request.acceptNew || isFirst);

  write(file, engine.baselineText(update.entries), projectTop(from));
  const { entries, added, removed } = update;
  const name = oneLine(relative('', file) || file);
  machine.out(printed([`${name}: ${entries.length} accepted, ${added} added, ${removed} removed`]));
  if (update.refused > 0)
    say(machine, `${update.refused} new left out; look at them, then use --accept-new to accept them`);
  return report.faults.length > 0 ? exitCodes.fault : exitCodes.clean;
}
