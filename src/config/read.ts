import { basename, dirname, relative, resolve, sep } from 'node:path';
import { type ParseError, parse, printParseErrorCode, visit } from 'jsonc-parser';
import type { z } from 'zod';
import { isInside } from '../discover/paths.js';
import { readNamed } from '../discover/read.js';
import { suggestion } from '../settle/suggestion.js';
import { largest, manifestKey, projectTop, readInProject } from './find.js';
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
 * The configuration in a file: data, of which nothing is ever executed. It names no file outside its project: it may be
 * a stranger's.
 * @param isFound it was come upon in the audited tree; the user has not named it
 * @throws ConfigError
 */
export function readConfig(file: string, isFound = false): FoundConfig {
  const value = jsonIn(file, isFound);
  const isManifest = basename(file) === 'package.json';
  const config = isManifest ? (value as Record<string, unknown> | null)?.[manifestKey] : value;
  if (config === undefined) throw configError(`${shown(file)}: it has no key "${manifestKey}"`);
  const folder = dirname(resolve(file));
  const valid = checked(configSchema, config, file);
  if (valid.baseline !== undefined && !isInside(projectTop(folder), resolve(folder, valid.baseline)))
    throw configError(`${shown(file)}: "baseline" leads out of the project. Name such a file with --baseline`);
  return { config: valid, file, folder };
}

/**
 * The entries of a baseline file.
 * @param isFound as for `readConfig`
 * @throws ConfigError
 */
export function readBaseline(file: string, isFound = false): z.infer<typeof baselineSchema>['findings'] {
  return checked(baselineSchema, jsonIn(file, isFound), file).findings;
}

function jsonIn(file: string, isFound: boolean): unknown {
  const text = isFound ? foundText(file) : namedText(file);
  const errors: ParseError[] = [];
  const value = parsed(text, errors, file);
  const [first] = errors;
  if (!first) return value;
  const line = text.slice(0, first.offset).split('\n').length;
  throw configError(`${shown(file)}:${line}: ${spaced(printParseErrorCode(first.error))}`);
}

function parsed(text: string, errors: ParseError[], file: string): unknown {
  let hasPrototype = false;
  try {
    visit(text, {
      onObjectProperty(name) {
        if (name === '__proto__') hasPrototype = true;
      },
    });
    // The parser would make it the prototype of its object, whose keys then hold without being written there.
    if (!hasPrototype) return parse(text, errors, { allowTrailingComma: true });
  } catch {
    throw configError(`${shown(file)}: nested too deeply`); // the parser ran out of stack
  }
  throw configError(`${shown(file)}: unknown key \`__proto__\`.`);
}

function namedText(file: string): string {
  const reading = readNamed(file, largest);
  if (reading.is === 'text') return reading.text;
  throw configError(`${shown(file)} cannot be read (${reading.why})`);
}

function foundText(file: string): string {
  const reading = readInProject(file);
  if (reading.is === 'text') return reading.text;
  const why = { absent: 'a link that leads nowhere', 'too-large': 'too large' };
  throw configError(`${shown(file)} is not read: ${reading.is === 'unreadable' ? reading.why : why[reading.is]}`);
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
