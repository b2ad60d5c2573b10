import { statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import type { AuditOptions } from '../audit.js';
import { findBaselineFile, findConfigFile, projectTop } from '../config/find.js';
import type { Config, FoundConfig } from '../config/read.js';
import type { Rule } from '../rule.js';
import type { Loaders } from './loaders.js';
import { type Mistake, mistake } from './mistake.js';
import type { Looking } from './request.js';

/** What the user's configuration says about a run. */
export interface Settings {
  readonly config: Config;
  /** The folder that its paths count from. */
  readonly folder: string;
  readonly options: AuditOptions;
}

/**
 * The configuration for a request, applied. Without a file that holds one, nothing is loaded.
 * @throws Mistake for a rule that does not exist, and ConfigError for a file that is wrong.
 */
export function settingsFor(request: Looking, rules: readonly Rule[], load: Loaders): Settings {
  const folder = folderOf(request.targets[0]!);
  const found = foundFor(request, folder, load);
  const { includeTests = found?.config.includeTests ?? false } = request;
  const said = { includeTests, ...(request.timeLimit !== undefined && { timeLimit: request.timeLimit }) };
  if (!found) return { config: {}, folder, options: said };
  const { applied, concessionsOf, rulesIn } = load.settings();
  requireRules(rulesIn(found.config), rules, load, ` in ${found.file}`);
  const file = relative(projectTop(found.folder), resolve(found.file)).split(sep).join('/');
  const configuration = { file, concessions: concessionsOf(found.config) };
  return { config: found.config, folder: found.folder, options: { configuration, ...applied(found), ...said } };
}

function foundFor({ config }: Looking, folder: string, load: Loaders): FoundConfig | undefined {
  if (config === false) return undefined;
  if (config !== undefined) return load.settings().readConfig(config);
  const file = findConfigFile(folder);
  return file === undefined ? undefined : load.settings().readConfig(file, true);
}

/** The baseline that holds where none is named: the configuration's, else the nearest. */
export function usualBaseline({ config, folder }: Settings, from: string): string | undefined {
  return config.baseline === undefined ? findBaselineFile(from) : resolve(folder, config.baseline);
}

/** @throws Mistake for the first id that no rule has, with the nearest that one has. */
export function requireRules(
  ids: readonly string[],
  rules: readonly { readonly id: string }[],
  load: Pick<Loaders, 'catalogue'>,
  where = '',
): void {
  const known = rules.map(({ id }) => id);
  const unknown = ids.find(id => !known.includes(id));
  if (unknown !== undefined) throw noSuchRule(unknown, known, load, where);
}

function noSuchRule(id: string, known: readonly string[], load: Pick<Loaders, 'catalogue'>, where: string): Mistake {
  const near = load.catalogue().suggestion(id, known).replaceAll('`', "'");
  return mistake(`there is no rule '${id}'${where}.${near || ' See mcp-audit rules.'}`);
}

/** The folder from which the user's files are looked for. */
export function folderOf(target: string): string {
  const path = resolve(target);
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? dirname(path) : path;
}
