import { rules } from '../../rules/index.js';
import { render } from '../../src/cli/formats.js';
import type { Format } from '../../src/cli/request.js';
import { extract } from '../../src/extract/extract.js';
import { judge } from '../../src/judge.js';
import { reportOf } from '../../src/report/report.js';
import type { Server } from './servers.js';

/** Milliseconds that an input may take: a hundred times what a fixture takes. */
export const mostTime = 2000;

/** What an audit of an input came to. */
export interface Held {
  /** The report in every format; empty texts where there is none. */
  readonly formats: Readonly<Record<Format, string>>;
  readonly milliseconds: number;
  /** What must not be: a fault, an exception, too much time. */
  readonly broken: readonly string[];
}

/** Audits an input in memory, all the way to the texts of a report. */
export function held({ sources, packages, aliases }: Omit<Server, 'name'>): Held {
  const started = process.cpuUsage();
  const broken: string[] = [];
  let written: readonly (readonly [string, string])[] = [];
  try {
    const files = [...sources.keys()].sort();
    const facts = extract({ files, only: undefined, packages, aliases, text: file => sources.get(file) });
    const { judged, faults } = judge(rules, facts.subjects);
    const report = reportOf({
      facts,
      judged,
      faults,
      rules,
      version: '0',
      target: { root: 'fuzz', prefix: '', filesExamined: files.length, filesSkipped: {} },
      options: {
        pedantic: true,
        view: {},
        ignores: { today: '', known: new Set(rules.map(({ id }) => id)) },
        baseline: undefined,
      },
    });
    broken.push(...report.faults.map(fault => `fault in ${fault.in}: ${fault.message}`));
    const rendering = { rules, color: true, unicode: true, width: 80 };
    written = Object.entries(render).map(([name, format]) => [name, format(report, rendering)] as const);
  } catch (error) {
    broken.push(`thrown: ${error instanceof Error ? error.stack?.split('\n').slice(0, 6).join('\n') : error}`);
  }
  const { user, system } = process.cpuUsage(started);
  const milliseconds = (user + system) / 1000;
  if (milliseconds > mostTime) broken.push(`took ${Math.round(milliseconds)} ms`);
  return { formats: Object.fromEntries(written) as Held['formats'], milliseconds, broken };
}
