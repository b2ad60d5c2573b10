import { readFileSync } from 'node:fs';
import type { Report } from '../../report/report.js';
import { deliver } from '../deliver.js';
import { type ExitCode, exitCodes } from '../exit.js';
import type { Loaders } from '../loaders.js';
import type { Machine } from '../main.js';
import { mistake } from '../mistake.js';
import type { ReportRequest } from '../request.js';

/** Shows a saved JSON report in another format. It judges nothing anew, so it never fails on findings. */
export function showSaved(request: ReportRequest, machine: Machine, load: Loaders): ExitCode {
  deliver(savedReport(request.file, machine, load), request, machine, load.engine());
  return exitCodes.clean;
}

/**
 * A report from a file made with `--format json`.
 * @throws Mistake when it is none, or one of a version that this tool cannot read.
 */
export function savedReport(file: string, machine: Machine, load: Loaders): Report {
  let value: unknown;
  try {
    value = JSON.parse(file === '-' ? machine.input() : readFileSync(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw mistake(`cannot read ${file}: ${code ?? 'it is no JSON'}.`);
  }
  return load.settings().asReport(value, file);
}
