import { Chalk, type ChalkInstance } from 'chalk';
import { oneLine } from '../../inert.js';
import type { Severity } from '../../rule.js';
import type { Grade } from '../../score/score.js';
import type { Report } from '../schema.js';
import type { TerminalOptions } from '../terminal.js';

/** The signs that a report is drawn with. */
export interface Signs {
  readonly dot: string;
  readonly minus: string;
  readonly more: string;
  /** Lead to the place of a finding, and to a further file. */
  readonly arrow: string;
  readonly further: string;
  readonly rail: string;
  /** Before each remark under a code frame, and before the last one. */
  readonly remark: string;
  readonly lastRemark: string;
  /** Underlines the steps; the flaw itself has carets. */
  readonly underline: string;
  readonly full: string;
  readonly empty: string;
}

export const unicodeSigns: Signs = {
  dot: '·',
  minus: '−',
  more: '…',
  arrow: '╭▸',
  further: '├▸',
  rail: '│',
  remark: '├',
  lastRemark: '╰',
  underline: '─',
  full: '█',
  empty: '░',
};

export const asciiSigns: Signs = {
  dot: '|',
  minus: '-',
  more: '...',
  arrow: '-->',
  further: ':::',
  rail: '|',
  remark: '=',
  lastRemark: '=',
  underline: '-',
  full: '#',
  empty: '.',
};

/** What a part of the report is drawn on. */
export interface Page {
  readonly paint: ChalkInstance;
  readonly signs: Signs;
  /** In cells, at least 40. */
  readonly width: number;
  readonly excerpts: Report['excerpts'];
}

/** Longer lines than this are tiresome to read. */
const widest = 120;

/** What the parts of a report are drawn on. */
export function pageOf({ excerpts }: Report, { color, width, unicode }: TerminalOptions): Page {
  return {
    paint: new Chalk({ level: color ? 1 : 0 }),
    signs: unicode ? unicodeSigns : asciiSigns,
    width: Math.min(widest, Math.max(40, width)),
    // By the names that are shown.
    excerpts: Object.fromEntries(Object.entries(excerpts).map(([file, lines]) => [oneLine(file), lines])),
  };
}

/** The colour of a severity. */
export function severityPaint(severity: Severity, paint: ChalkInstance): ChalkInstance {
  const paints = { critical: paint.red, high: paint.red, medium: paint.yellow, low: paint.cyan, info: paint.blue };
  return paints[severity].bold;
}

/** The colour of a grade. */
export function gradePaint(grade: Grade, { paint }: Page): ChalkInstance {
  return { A: paint.green, B: paint.green, C: paint.yellow, D: paint.yellow, F: paint.red }[grade];
}
