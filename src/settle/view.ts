import { type Confidence, confidences, type Severity, severities } from '../rule.js';
import type { Finding } from './finding.js';

/** Which findings are shown. What is left out still counts in the scores: looking away mends nothing. */
export interface View {
  readonly minSeverity?: Severity;
  readonly minConfidence?: Confidence;
  /** Only what touches one of these files: at its place, on its trail or at a further place. */
  readonly files?: Pick<ReadonlySet<string>, 'has'>;
}

/** Whether a finding is to be shown. */
export function isInView({ severity, confidence, at, trail, places }: Finding, view: View): boolean {
  const { minSeverity = 'info', minConfidence = 'low', files } = view;
  if (severities.indexOf(severity) > severities.indexOf(minSeverity)) return false;
  if (confidences.indexOf(confidence) > confidences.indexOf(minConfidence)) return false;
  return !files || [at, ...trail.map(step => step.at), ...places].some(({ file }) => files.has(file));
}
