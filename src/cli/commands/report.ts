import { deliver, savedReport } from '../deliver.js';
import { type ExitCode, exitCodes } from '../exit.js';
import type { Loaders } from '../loaders.js';
import type { Machine } from '../main.js';
import type { ReportRequest } from '../request.js';

/** Shows a saved JSON report in another format. It judges nothing anew, so it never fails on findings. */
export function showSaved(request: ReportRequest, machine: Machine, load: Loaders): ExitCode {
  deliver(savedReport(request.file, machine, load), request, machine, load);
  return exitCodes.clean;
}
