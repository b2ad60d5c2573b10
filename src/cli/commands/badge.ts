import { savedReport } from '../deliver.js';
import { type ExitCode, exitCodes } from '../exit.js';
import type { Engine, Loaders } from '../loaders.js';
import type { Machine } from '../main.js';
import type { BadgeRequest } from '../request.js';
import { settingsFor } from '../settings.js';
import { write } from '../write.js';

/** Draws the grade of an audit, or of a saved report, as a badge. A bad grade is no failure here. */
export function showBadge(request: BadgeRequest, machine: Machine, load: Loaders): ExitCode {
  const engine = load.engine();
  const { from, format, output } = request;
  const report = from === undefined ? audited(request, engine, load) : savedReport(from, machine, load);
  const text = engine.badges[format](report);
  if (output === undefined) machine.out(text);
  else write(output, text);
  return report.faults.length > 0 ? exitCodes.fault : exitCodes.clean;
}

function audited(request: BadgeRequest, engine: Engine, load: Loaders) {
  const { options } = settingsFor(request, engine.rules, load);
  return engine.audit(request.targets, options, engine.rules).report;
}
