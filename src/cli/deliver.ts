import { readNamed } from '../discover/read.js';
import type { Report } from '../report/report.js';
import type { Loaders } from './loaders.js';
import { lookOf } from './look.js';
import type { Machine } from './main.js';
import { mistake } from './mistake.js';
import type { Destination, Showing } from './request.js';
import { write } from './write.js';

/** Shows a report in every way that was asked for: the first on stdout unless a file takes it, the others in files. */
export function deliver(report: Report, request: Showing, machine: Machine, load: Loaders): void {
  const { render, rules } = load.engine();
  const base = request.base === undefined ? undefined : savedReport(request.base, machine, load);
  const main: Destination = { format: request.format, file: request.output };
  for (const { format, file } of [main, ...request.report]) {
    const columns = file === undefined ? machine.columns : undefined;
    const text = render[format](report, { ...lookOf(request, machine.env, columns), rules, base });
    if (file === undefined) machine.out(text);
    else write(file, text);
  }
}

/** Bytes; a report of ten thousand findings is a tenth of it. */
const largestReport = 256_000_000;

/**
 * A report from a file made with `--format json`.
 * @throws Mistake when it is none, or one of a version that this tool cannot read.
 */
export function savedReport(file: string, machine: Machine, load: Loaders): Report {
  const reading = file === '-' ? { is: 'text' as const, text: machine.input() } : readNamed(file, largestReport);
  if (reading.is !== 'text') throw mistake(`cannot read ${file}: ${reading.why}.`);
  let value: unknown;
  try {
    value = JSON.parse(reading.text);
  } catch {
    throw mistake(`cannot read ${file}: it is no JSON.`);
  }
  return load.settings().asReport(value, file);
}
