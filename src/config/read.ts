import { readFileSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import type { z } from 'zod';
import { suggestion } from '../settle/suggestion.js';
import { manifestKey } from './find.js';
import { baselineSchema, type Config, configSchema } from './schema.js';

export type { Config } from './schema.js';

/** A configuration and the folder that its paths count from. */
export interface FoundConfig {
  readonly config: Config;
  /** The file it stands in. */
  readonly file: string;
  /** Absolute. */
  readonly folder: string;
}

/** What is wrong with a file of the user's, in one sentence each. */
export interface ConfigError extends Error {
  readonly name: 'ConfigError';
}

export function isConfigError(error: unknown): error is ConfigError {
  return error instanceof Error && error.name === 'ConfigError';
}

/**
 * The configuration in a file: data, of which nothing is ever executed.
 * @throws ConfigError
 */
export function readConfig(file: string): FoundConfig {
  const value = jsonIn(file);
  const isManifest = basename(file) === 'package.json';
  const config = isManifest ? (value as Record<string, unknown> | null)?.[manifestKey] : value;
  if (config === undefined) throw configError(`${shown(file)}: it has no key "${manifestKey}"`);
  return { config: checked(configSchema, config, file), file, folder: dirname(resolve(file)) };
}

/**
 * The entries of a baseline file.
 * @throws ConfigError
 */
export function readBaseline(file: string): z.infer<typeof baselineSchema>['findings'] {
  return checked(baselineSchema, jsonIn(file), file).findings;
}

function jsonIn(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw configError(`${shown(file)} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (!first) return value;
  const line = text.slice(0, first.offset).split('\n').length;
  throw configError(`${shown(file)}:${line}: ${spaced(printParseErrorCode(first.error))}`);
}

/** `PropertyNameExpected` → `property name expected` */
function spaced(code: string): string {
  return code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

function checked<T>(schema: z.ZodType<T>, value: unknown, file: string): T {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [first] = error.issues;
  throw configError(`${shown(file)}: ${sentenceOf(first!, schema)}`);
}

function sentenceOf(issue: z.core.$ZodIssue, schema: z.ZodType): string {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const known = keysAt(schema, issue.path);
    const hint = suggestion(key, known) || ` Known are: ${known.join(', ')}.`;
    return `unknown key \`${path === '' ? key : `${path}.${key}`}\`.${hint}`;
  }
  if (issue.code === 'invalid_value') return `"${path}" must be one of ${issue.values.map(String).join(', ')}`;
  return path === '' ? issue.message : `"${path}": ${issue.message}`;
}

/** The keys that an object at a path of a schema may have. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema;
  for (const step of path) {
    const { def } = opened(at);
    at = typeof step === 'number' ? def.element : def.shape?.[String(step)];
  }
  return Object.keys(opened(at).def.shape ?? {});
}

interface Opened {
  readonly def: { readonly shape?: Record<string, unknown>; readonly element?: unknown; readonly innerType?: unknown };
}

/** A schema without what makes it optional. */
function opened(schema: unknown): Opened {
  const { def } = schema as Opened;
  return def.innerType ? opened(def.innerType) : { def };
}

function configError(sentence: string): ConfigError {
  return Object.assign(new Error(sentence), { name: 'ConfigError' } as const);
}

/** A path as its reader would type it. */
function shown(file: string): string {
  const below = relative(process.cwd(), file);
  return (below.startsWith('..') ? file : below).split(sep).join('/');
}
