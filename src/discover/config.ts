import { posix } from 'node:path';
import { type ParseError, parse } from 'jsonc-parser';
import type { Ledger } from './ledger.js';
import { isInside } from './paths.js';
import type { Tree } from './tree.js';

/** A JSON object of unknown content. */
export type Table = Readonly<Record<string, unknown>>;

/** The compiler options that tell where modules are, what `extends` adds included. Folders are relative to the root. */
export interface CompilerOptions {
  readonly baseUrl?: string;
  readonly outDir?: string;
  readonly paths?: Table;
  /** The folder of the file that wrote `paths`: without a baseUrl, targets count from there. */
  readonly pathsFrom?: string;
}

const largest = 1_000_000;

/**
 * Reads tsconfig.json files as data, each one once. `extends` is followed to relative files inside the bounds of the
 * tree; a package's configuration in node_modules is not. https://www.typescriptlang.org/tsconfig/#extends
 */
export function compilerOptionsReader(tree: Tree, ledger: Ledger): (file: string) => CompilerOptions {
  const known = new Map<string, CompilerOptions>();
  const isWithinBounds = (file: string) => isInside(tree.bounds, tree.pathOf(file));
  const read = (file: string): CompilerOptions => {
    const before = known.get(file);
    if (before) return before;
    known.set(file, {}); // what a circle of `extends` adds
    const config = readConfig(file, tree, ledger);
    const bases = [config.extends].flat().filter(isRelative);
    const files = bases.map(base => posix.join(posix.dirname(file), jsonName(base)));
    const inherited = files.filter(isWithinBounds).map(read);
    const options: CompilerOptions = Object.assign({}, ...inherited, ownOptions(config.compilerOptions, file, tree));
    known.set(file, options);
    return options;
  };
  return read;
}

/** True for a JSON object. */
export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object that a JSON text holds; undefined, and noted in the ledger, when it holds none. */
export function readTable(file: string, limit: number, tree: Tree, ledger: Ledger, from = tableOf): Table | undefined {
  const reading = tree.readData(file, limit);
  if (reading.is === 'absent') return undefined;
  if (reading.is !== 'text') {
    ledger.miss(file, reading.is === 'too-large' ? 'too large' : reading.why);
    return undefined;
  }
  const table = from(reading.text);
  if (!table) ledger.miss(file, 'not a valid JSON object');
  return table;
}

/** The object in a strict JSON text. */
export function tableOf(text: string): Table | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isTable(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The object in a JSON text that may have comments and trailing commas. */
export function commentedTableOf(text: string): Table | undefined {
  try {
    const errors: ParseError[] = [];
    const value: unknown = parse(text, errors, { allowTrailingComma: true });
    return errors.length === 0 && isTable(value) ? value : undefined;
  } catch {
    return undefined; // nested so deep that the parser runs out of stack
  }
}

function readConfig(file: string, tree: Tree, ledger: Ledger): Table {
  return readTable(file, largest, tree, ledger, commentedTableOf) ?? {};
}

function ownOptions(options: unknown, file: string, tree: Tree): CompilerOptions {
  if (!isTable(options)) return {};
  const folder = posix.dirname(file);
  const place = (path: string) => tree.placeOf(posix.join(folder, path));
  const { baseUrl, outDir, paths } = options;
  return {
    ...(typeof baseUrl === 'string' && { baseUrl: place(baseUrl) }),
    ...(typeof outDir === 'string' && { outDir: place(outDir) }),
    ...(isTable(paths) && { paths, pathsFrom: folder }),
  };
}

function isRelative(base: unknown): base is string {
  return typeof base === 'string' && /^\.\.?\//.test(base);
}

function jsonName(base: string): string {
  return base.endsWith('.json') ? base : `${base}.json`;
}
