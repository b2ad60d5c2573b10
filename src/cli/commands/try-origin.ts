import { jsonText } from '../../inert.js';
import { type ExitCode, exitCodes } from '../exit.js';
import type { Loaders } from '../loaders.js';
import type { Machine } from '../main.js';
import type { TryOriginRequest } from '../request.js';

/** Tells what every door does with one origin: exit code 1 when some door lets it in, 3 without a door. */
export function showTriedOrigin(request: TryOriginRequest, machine: Machine, load: Loaders): ExitCode {
  const { targets, origin, host, format, includeTests = false, timeLimit } = request;
  const engine = load.engine();
  const asked = { origin: origin === 'none' ? null : origin, ...(host !== undefined && { host }) };
  const tried = engine.tryOrigin(targets, { includeTests, timeLimit }, asked);
  machine.out(format === 'json' ? jsonText(engine.triedData(tried)) : engine.triedText(tried));
  if (tried.faults.length > 0) return exitCodes.fault;
  if (tried.doors.length === 0) return exitCodes.empty;
  return tried.doors.some(({ trial }) => trial.answer === 'admits') ? exitCodes.gate : exitCodes.clean;
}
