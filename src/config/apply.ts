import { realpathSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { largest } from '../discover/text.js';
import type { RuleCard } from '../rule.js';
import { matcherOf } from './patterns.js';
import type { Config, FoundConfig } from './read.js';

type Setting = NonNullable<Config['rules']>[string];

/** A configuration as an audit can use it. Paths are absolute. */
export interface AppliedConfig {
  /** Bytes. */
  readonly maxFileSize: number | undefined;
  /** Seconds. */
  readonly timeLimit: number | undefined;
  isExcluded(path: string): boolean;
  /** What a rule's findings in a file weigh; undefined leaves the rule's own word. */
  settingOf(ruleId: string, path: string): Setting | undefined;
  /** What the user answers for where the code cannot show it. */
  readonly vouched: {
    readonly authentication: readonly string[];
    readonly originChecks: readonly string[];
    readonly trustedOrigins: readonly string[];
  };
  /** Whether a rule may have anything to say in any file. */
  isAsked(rule: Pick<RuleCard, 'id'>): boolean;
}

/** Makes a configuration's patterns and settings askable. */
export function applied({ config, folder }: FoundConfig): AppliedConfig {
  const top = realpathSync(folder);
  const below = (path: string) => relative(top, path).split(sep).join('/');
  const isExcluded = matcherOf(config.exclude ?? []);
  const overrides = (config.overrides ?? [])
    .map(({ files, rules }) => ({ matches: matcherOf(files), rules }))
    .reverse();
  const { authentication = [], originChecks = [], trustedOrigins = [] } = config;
  return {
    vouched: { authentication, originChecks, trustedOrigins },
    maxFileSize: config.maxFileSize,
    timeLimit: config.timeLimit,
    isExcluded: path => isExcluded(below(path)),
    settingOf(ruleId, path) {
      const file = below(path);
      const override = overrides.find(({ matches, rules }) => rules[ruleId] !== undefined && matches(file));
      return override?.rules[ruleId] ?? config.rules?.[ruleId];
    },
    isAsked: ({ id }) => config.rules?.[id] !== 'off' || overrides.some(({ rules }) => (rules[id] ?? 'off') !== 'off'),
  };
}

/**
 * What a configuration keeps from being found, in words: the report says it, since the configuration may be a stranger's.
 * Empty when it hides nothing.
 */
export function concessionsOf(config: Config): string[] {
  const { exclude = [], rules = {}, overrides = [], failOn = 'high', baseline, maxFileSize = largest } = config;
  const { authentication = [], originChecks = [], trustedOrigins = [] } = config;
  const list = (what: string, items: readonly string[]) => (items.length > 0 ? [`${what}: ${items.join(', ')}`] : []);
  const set = (of: NonNullable<Config['rules']>) =>
    Object.entries(of).map(([id, setting]) => (setting === 'off' ? `${id} off` : `${id} as ${setting}`));
  return [
    ...list('leaves out files', exclude),
    ...list('sets rules', set(rules)),
    ...overrides.flatMap(override => list(`sets rules in ${override.files.join(', ')}`, set(override.rules))),
    ...list('vouches for authentication by', authentication),
    ...list('vouches for origin checks by', originChecks),
    ...list('trusts origins', trustedOrigins),
    ...(['critical', 'none'].includes(failOn)
      ? [`fails the run on ${failOn} only`.replace('on none only', 'on no finding')]
      : []),
    ...(maxFileSize < largest ? [`leaves out files of more than ${maxFileSize} bytes`] : []),
    ...(baseline === undefined ? [] : [`takes accepted findings from ${baseline}`]),
  ];
}

/** The rules that a configuration speaks of, each once. */
export function rulesIn({ rules = {}, overrides = [] }: Config): string[] {
  return [...new Set([rules, ...overrides.map(override => override.rules)].flatMap(Object.keys))];
}
