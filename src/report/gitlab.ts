import { jsonText, oneLine } from '../inert.js';
import type { Severity } from '../rule.js';
import { concessionsIn, headersOf, inRepository, newFindings, type Rendering, untoldIn } from './rendering.js';
import type { Report } from './schema.js';

const severities = {
  critical: 'blocker',
  high: 'critical',
  medium: 'major',
  low: 'minor',
  info: 'info',
} as const satisfies Record<Severity, string>;

/**
 * GitLab's code quality report: findings, what the project's own configuration keeps from being one, and what could
 * not be told, which merge requests show on every tier. What failed has no file to stand at, and the exit code tells it: https://docs.gitlab.com/ci/testing/code_quality/
 */
export function gitlab(report: Report, _: Rendering): string {
  const found = newFindings(report).map(({ ruleId, message, witness, fingerprint, severity, ...at }) => ({
    description: oneLine(`${ruleId}: ${witness ? `${message} Gets in: ${headersOf(witness)}` : message}`),
    check_name: ruleId,
    fingerprint,
    severity: severities[severity],
    location: { path: inRepository(report, at.file), lines: { begin: at.line, end: at.endLine } },
  }));
  const conceded = concessionsIn(report).flatMap(({ words, file }) =>
    file === undefined
      ? []
      : {
          description: oneLine(words),
          check_name: 'configuration',
          fingerprint: oneLine(`configuration: ${words}`),
          severity: severities.info,
          location: { path: file, lines: { begin: 1, end: 1 } },
        },
  );
  return jsonText([...found, ...conceded, ...untoldOf(report)]);
}

/** Each with a fingerprint that outlives a change of lines; what is said twice of a file is numbered. */
function untoldOf(report: Report) {
  const times = new Map<string, number>();
  return untoldIn(report).map(({ kind, words, file, at }) => {
    const path = inRepository(report, file);
    const said = `${kind}: ${path}: ${words}`;
    const time = (times.get(said) ?? 0) + 1;
    times.set(said, time);
    return {
      description: oneLine(words),
      check_name: kind,
      fingerprint: oneLine(time === 1 ? said : `${said} (${time})`),
      severity: severities.info,
      location: { path, lines: { begin: at?.line ?? 1, end: at?.endLine ?? 1 } },
    };
  });
}
