import { jsonText, oneLine } from '../inert.js';
import type { Severity } from '../rule.js';
import { concessionsIn, headersOf, inRepository, newFindings, type Rendering } from './rendering.js';
import type { Report } from './schema.js';

const severities = {
  critical: 'blocker',
  high: 'critical',
  medium: 'major',
  low: 'minor',
  info: 'info',
} as const satisfies Record<Severity, string>;

/**
 * GitLab's code quality report: findings, and what the project's own configuration keeps from being one, which merge
 * requests show on every tier: https://docs.gitlab.com/ci/testing/code_quality/
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
  return jsonText([...found, ...conceded]);
}
