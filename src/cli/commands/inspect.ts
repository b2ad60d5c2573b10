import { jsonText } from '../../inert.js';
import { type ExitCode, exitCodes } from '../exit.js';
import type { Loaders } from '../loaders.js';
import { lookOf } from '../look.js';
import type { Machine } from '../main.js';
import type { DoorsRequest, FactsRequest } from '../request.js';
import { settingsFor } from '../settings.js';

/** Shows who can get in where, without judging it. */
export function showDoors(request: DoorsRequest, machine: Machine, load: Loaders): ExitCode {
  const engine = load.engine();
  const { options } = settingsFor(request, engine.rules, load);
  const { report } = engine.audit(request.targets, options, engine.rules);
  if (request.format === 'json') machine.out(jsonText(report.doors));
  else machine.out(engine.doorMap(report, lookOf(request, machine.env, machine.columns)));
  return report.faults.length > 0 ? exitCodes.fault : exitCodes.clean;
}

/** Prints the facts that the rules are asked about. */
export function showFacts(request: FactsRequest, machine: Machine, load: Loaders): ExitCode {
  const engine = load.engine();
  const { options } = settingsFor(request, engine.rules, load);
  const { facts } = engine.audit(request.targets, options, engine.rules);
  // The excerpts and surroundings only dress reports.
  const { excerpts: _, surroundings: __, ...shown } = facts;
  machine.out(jsonText(shown));
  return facts.faults.length > 0 ? exitCodes.fault : exitCodes.clean;
}
