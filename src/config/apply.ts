import { realpathSync } from 'node:fs';
import { relative, sep } from 'node:path';
import type { RuleCard } from '../rule.js';
import { matcherOf } from './patterns.js';
import type { Config, FoundConfig } from './read.js';

type Setting = NonNullable<Config['rules']>[string];

/** A configuration as an audit can use it. Paths are absolute. */
export interface AppliedConfig {
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
    isExcluded: path => isExcluded(below(path)),
    settingOf(ruleId, path) {
      const file = below(path);
      const override = overrides.find(({ matches, rules }) => rules[ruleId] !== undefined && matches(file));
      return override?.rules[ruleId] ?? config.rules?.[ruleId];
    },
    isAsked: ({ id }) => config.rules?.[id] !== 'off' || overrides.some(({ rules }) => (rules[id] ?? 'off') !== 'off'),
  };
}

/** The rules that a configuration speaks of, each once. */
export function rulesIn({ rules = {}, overrides = [] }: Config): string[] {
  return [...new Set([rules, ...overrides.map(override => override.rules)].flatMap(Object.keys))];
}
