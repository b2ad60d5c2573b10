import { faultWords } from '../report/rendering.js';
import type { Report } from '../report/report.js';
import { severities } from '../rule.js';
import type { Grade } from '../score/score.js';
import type { AuditRequest } from './request.js';

/** What the process answers, the same in every format. `test/cli.test.ts` freezes it: scripts rely on these numbers. */
export const exitCodes = { clean: 0, gate: 1, mistake: 2, empty: 3, fault: 70 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The exit codes as `--help` tells them. */
export const exitCodeTable = `Exit codes, the same in every format:
  0   nothing at or above the gate; a server without a network door has no grade, and passes
  1   a finding at or above --fail-on, or a grade below --min-grade (0 with --exit-zero)
  2   unknown option, no such path, or a file that cannot be written
  3   nothing examined: no source file could be read (0 with --allow-empty)
  70  the audit broke or is incomplete; what was found is reported all the same`;

interface Gate extends Pick<AuditRequest, 'allowEmpty' | 'exitZero'> {
  readonly minGrade: Grade | undefined;
  readonly failOn: NonNullable<AuditRequest['failOn']>;
}

/** An exit code, and the reasons in words where it is not 0. */
export interface Answer {
  readonly code: ExitCode;
  readonly because: readonly string[];
}

/** The answer to one report. An incomplete audit is never mistaken for a clean one; `--exit-zero` forgives findings only. */
export function answerTo(report: Report, gate: Gate): Answer {
  const { faults, target } = report;
  if (faults.length > 0) {
    return {
      code: exitCodes.fault,
      because: faults.map(fault => `incomplete: ${faultWords(fault)}`),
    };
  }
  if (target.filesExamined === 0 && !gate.allowEmpty) {
    return {
      code: exitCodes.empty,
      because: [`nothing examined: no TypeScript or JavaScript source in ${target.root}`],
    };
  }
  const because = gate.exitZero ? [] : missesOf(report, gate);
  return { code: because.length > 0 ? exitCodes.gate : exitCodes.clean, because };
}

/** Where a report misses the gate. What the baseline or an ignore comment covers does not count. */
function missesOf({ findings, scores, doors }: Report, { failOn, minGrade }: Gate): string[] {
  const grave = failOn === 'none' ? [] : severities.slice(0, severities.indexOf(failOn) + 1);
  const count = findings.filter(({ standing, severity }) => standing === 'new' && grave.includes(severity)).length;
  const grade = scores.overall?.grade;
  return [
    ...(count > 0 ? [`${count} ${count === 1 ? 'finding' : 'findings'} at or above ${failOn}`] : []),
    ...(minGrade && grade && grade > minGrade ? [`grade ${grade} is below ${minGrade}`] : []),
    // Without a door there is nothing to grade, which is fine; a door that could not be judged has not earned a grade.
    ...(minGrade && !grade && doors.length > 0
      ? [`no grade, of which ${minGrade} is asked: too little could be told`]
      : []),
  ];
}
