import type { PackageData, PathAliases, SourceTree } from './tree.js';

/** Where a module specifier leads. */
export type Resolved =
  | { readonly is: 'file'; readonly file: string }
  | { readonly is: 'library'; readonly name: string }
  /** A relative or aliased path that no examined file answers to. */
  | { readonly is: 'missing' };

const ending = /\.[cm]?[jt]sx?$/;
const extensions = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];
/** What a compiled extension was written as. */
const writtenAs: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.js', '.jsx'],
  '.jsx': ['.tsx', '.jsx'],
  '.mjs': ['.mts', '.mjs'],
  '.cjs': ['.cts', '.cjs'],
};

/** Resolves specifiers by data alone: relative paths, tsconfig `paths`, workspace package names, else a library. */
export class Resolver {
  readonly #files: ReadonlySet<string>;
  /** Every path that some file answers to: most that are asked for are libraries, and need no search. */
  readonly #answered: ReadonlySet<string>;
  readonly #memo = new Map<string, Resolved>();
  readonly #nearAliases = new Map<string, readonly PathAliases[]>();
  readonly #packages: ReadonlyMap<string, PackageData>;

  constructor(private readonly tree: SourceTree) {
    this.#files = new Set(tree.files);
    this.#answered = new Set(tree.files.flatMap(pathsAnsweredBy));
    this.#packages = new Map(tree.packages.map(data => [data.name, data]));
  }

  resolve(spec: string, from: string): Resolved {
    const folder = folderOf(from);
    const key = `${folder}\n${spec}`;
    const found = this.#memo.get(key) ?? this.#resolve(spec, folder);
    this.#memo.set(key, found);
    return found;
  }

  #resolve(spec: string, folder: string): Resolved {
    if (spec.startsWith('.')) return this.#asFile(join(folder, spec)) ?? { is: 'missing' };
    const aliased = this.#alias(spec, folder);
    if (aliased) return aliased;
    const workspace = this.#workspace(spec);
    if (workspace) return workspace;
    return { is: 'library', name: libraryOf(spec) };
  }

  #asFile(path: string | undefined): Resolved | undefined {
    if (path === undefined) return undefined;
    const extension = ending.exec(path)?.[0] ?? '';
    const stem = extension ? path.slice(0, -extension.length) : path;
    if (!this.#answered.has(stem) && !this.#answered.has(path)) return undefined;
    const candidates = [
      ...(writtenAs[extension] ?? []).map(written => stem + written),
      path,
      ...extensions.map(written => path + written),
      ...extensions.map(written => join(path, `index${written}`) ?? ''),
    ];
    const file = candidates.find(candidate => this.#files.has(candidate));
    return file === undefined ? undefined : { is: 'file', file };
  }

  #alias(spec: string, folder: string): Resolved | undefined {
    for (const alias of this.#aliasesFor(folder)) {
      const base = alias.baseUrl ?? alias.folder;
      for (const [pattern, targets] of Object.entries(alias.paths)) {
        const [head = '', tail] = pattern.split('*');
        const rest =
          tail === undefined
            ? spec === head
              ? ''
              : undefined
            : spec.startsWith(head) && spec.endsWith(tail) && spec.length >= head.length + tail.length
              ? spec.slice(head.length, spec.length - tail.length)
              : undefined;
        if (rest === undefined) continue;
        for (const target of targets) {
          const found = this.#asFile(join(base, target.replace('*', rest)));
          if (found) return found;
        }
      }
      if (alias.baseUrl !== undefined) {
        const found = this.#asFile(join(alias.baseUrl, spec));
        if (found) return found;
      }
    }
    return undefined;
  }

  /** The aliases that apply in a folder, the nearest first. */
  #aliasesFor(folder: string): readonly PathAliases[] {
    const known = this.#nearAliases.get(folder);
    if (known) return known;
    const near = this.tree.aliases
      .filter(alias => alias.folder === '.' || folder === alias.folder || folder.startsWith(`${alias.folder}/`))
      .sort((a, b) => b.folder.length - a.folder.length);
    this.#nearAliases.set(folder, near);
    return near;
  }

  #workspace(spec: string): Resolved | undefined {
    const name = spec.startsWith('@') ? spec.split('/').slice(0, 2).join('/') : (spec.split('/')[0] ?? '');
    const data = this.#packages.get(name);
    if (!data) return undefined;
    const sub = spec === name ? '.' : `.${spec.slice(name.length)}`;
    const { exports, source, main, module, types } = data.entryPoints;
    const entries = [
      ...exported(exports, sub),
      ...(sub === '.' ? [source, module, main, types].filter(entry => entry !== undefined) : [sub, `src/${sub}`]),
      ...(sub === '.' ? ['src/index', 'index', 'src/main', 'lib/index'] : []),
    ];
    for (const entry of entries) {
      const path = entry.replace(/^\.\//, '').replace(/\.d\.([cm]?)ts$/, '.$1ts');
      for (const written of [
        path,
        path.replace(/^(dist|build|lib|out)\/(esm\/|cjs\/)?/, 'src/'),
        path.replace(/^(dist|build|out)\//, ''),
      ]) {
        const found = this.#asFile(join(data.folder, written));
        if (found) return found;
      }
    }
    return undefined;
  }
}

/** `src/a/index.ts` answers to `src/a/index` and to `src/a`, with any extension. */
function pathsAnsweredBy(file: string): string[] {
  const stem = file.replace(ending, '');
  return [file, stem, ...(/(?:^|\/)index$/.test(stem) ? [folderOf(stem) === '.' ? '' : folderOf(stem)] : [])];
}

/** All file paths that an `exports` entry may give for a subpath, whatever the condition. */
function exported(exports: unknown, sub: string): string[] {
  if (typeof exports === 'string') return sub === '.' ? [exports] : [];
  if (!exports || typeof exports !== 'object') return [];
  const table = exports as Record<string, unknown>;
  const isSubpaths = Object.keys(table).some(key => key.startsWith('.'));
  if (!isSubpaths) return sub === '.' ? leaves(table) : [];
  if (sub in table) return leaves(table[sub]);
  for (const [pattern, target] of Object.entries(table)) {
    const [head = '', tail] = pattern.split('*');
    if (tail !== undefined && sub.startsWith(head) && sub.endsWith(tail)) {
      const rest = sub.slice(head.length, sub.length - tail.length);
      return leaves(target).map(path => path.replace('*', rest));
    }
  }
  return [];
}

function leaves(target: unknown): string[] {
  if (typeof target === 'string') return [target];
  if (Array.isArray(target)) return target.flatMap(leaves);
  if (target && typeof target === 'object') return Object.values(target).flatMap(leaves);
  return [];
}

/** The POSIX folder of a file; `.` at the root. */
export function folderOf(file: string): string {
  const slash = file.lastIndexOf('/');
  return slash < 0 ? '.' : file.slice(0, slash);
}

/** Joins and normalises POSIX paths; undefined when the result leaves the root. */
function join(folder: string, path: string): string | undefined {
  const parts: string[] = folder === '.' ? [] : folder.split('/');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else parts.push(part);
  }
  return parts.join('/');
}

/** A library's name without what Node, Deno and Bun allow around it: `node:http`, `npm:ws@8`, `jsr:@scope/name@1/path`. */
function libraryOf(spec: string): string {
  const [, runtime = '', name = spec] = /^(node|npm|jsr):\/?(.+)$/.exec(spec) ?? [];
  return runtime === 'npm' || runtime === 'jsr' ? name.replace(/^((?:@[^/]+\/)?[^/@]+)@[^/]+/, '$1') : name;
}
