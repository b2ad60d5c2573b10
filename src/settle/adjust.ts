import type { Judged } from '../judge.js';
import type { Severity } from '../rule.js';

/** What the user has set for a rule in a file of the report; undefined leaves the rule's own word. */
export type SettingOf = (ruleId: string, file: string) => Severity | 'off' | undefined;

/** The verdicts as the user wants them weighed: a rule that is off at a flaw's place has nothing to say there. */
export function withSettings(judged: readonly Judged[], settingOf: SettingOf): readonly Judged[] {
  return judged.flatMap(one => {
    const { rule, verdict } = one;
    if (verdict.is === 'moot') return [one];
    const at = verdict.is === 'sound' ? one.subject.at : verdict.at;
    const setting = settingOf(rule.id, at.file);
    if (setting === 'off') return [];
    return setting === undefined || verdict.is !== 'flawed'
      ? [one]
      : [{ ...one, verdict: { ...verdict, severity: setting } }];
  });
}
