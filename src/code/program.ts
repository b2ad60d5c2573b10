import type { Location, Unread } from '../facts/index.js';
import { indexModule, type PropertyWrite, parse, type SourceModule } from './module.js';
import { type Resolved, Resolver } from './resolve.js';
import { packageIn, type Scan, specifiers } from './scan.js';
import type { SourceTree } from './tree.js';
import type { ts } from './ts.js';
import { WordFilter } from './word-filter.js';

/** Calls by which a server is told what to do, under whatever name it goes. */
const registration =
  /\.(?:use|all|route|post|put|patch|listen|handle[A-Z]\w*)\s*\(|\.(?:get|delete|head|options)\s*\(\s*["'`]?\/|\.(?:on|once|addListener|prependListener)\s*\(\s*["'`](?:connection|upgrade|request)\b/;

/** A question about a name that is put to all parsed files. */
export type Gathering<T> = (modules: readonly SourceModule[], name: string) => T;

/** The audited program: files parsed on demand, the import graph read from text. */
export class Program {
  readonly #modules = new Map<string, SourceModule | undefined>();
  readonly #resolver: Resolver;
  readonly #ids = new WeakMap<ts.Node, number>();
  readonly #importers = new Map<string, ReadonlySet<string>>();
  #parsed: (readonly [string, SourceModule | undefined])[] = [];
  #readable: readonly SourceModule[] = [];
  /** Answers over all parsed files, by the question and the name that it is about. */
  readonly #gathered = new Map<Gathering<unknown>, Map<string, unknown>>();
  /** How many files they were gathered from. */
  #gatheredFrom = 0;
  #nextId = 1;
  #importedBy: Map<string, Set<string>> | undefined;
  /** Texts that were searched; others are read when they are needed, and forgotten. */
  readonly #words = new Map<string, WordFilter>();
  /** Files that could not be parsed, with the reason. */
  readonly unread: Unread[] = [];

  constructor(
    readonly tree: SourceTree,
    readonly scanned: Scan,
  ) {
    this.#resolver = new Resolver(tree);
  }

  /**
   * The files that the scan found interesting, and those beside them that register something: a server that is made here
   * may be given its handlers where it is imported, or where it is sent.
   */
  candidates(): string[] {
    const hits = new Set(this.tree.files.filter(file => this.scanned.get(file)?.isInteresting));
    const beside = new Set([...hits].flatMap(file => [...this.#ownImportsOf(file), ...this.#nearestImportersOf(file)]));
    return this.tree.files.filter(
      file => hits.has(file) || (beside.has(file) && registration.test(this.tree.text(file) ?? '')),
    );
  }

  #ownImportsOf(file: string): string[] {
    const targets = (this.scanned.get(file)?.specs ?? []).map(spec => this.resolve(spec, file));
    return targets.flatMap(target => (target.is === 'file' ? [target.file] : []));
  }

  /** Those that import a file by its name or through barrels. */
  #nearestImportersOf(file: string): ReadonlySet<string> {
    const found = new Set<string>();
    const through = new Set([file]);
    for (const one of through) {
      for (const importer of this.#importersByFile().get(one) ?? []) {
        found.add(importer);
        if (this.scanned.get(importer)?.isBarrel) through.add(importer);
      }
    }
    return found;
  }

  /** Whether a word stands anywhere in a file: the cheap question before it is parsed. */
  mentions(file: string, word: string): boolean {
    const words = this.#words.get(file) ?? new WordFilter(this.tree.text(file) ?? '');
    this.#words.set(file, words);
    return words.mayHave(word);
  }

  /** The tables of a file; parsed at the first call. Undefined when it is not part of the tree or cannot be parsed. */
  module(file: string): SourceModule | undefined {
    if (this.#modules.has(file)) return this.#modules.get(file);
    let found: SourceModule | undefined;
    const text = this.tree.text(file);
    if (text !== undefined) {
      try {
        const source = parse(file, text);
        found = indexModule(file, source);
        // A file with syntax errors is judged as far as it could be read, and named.
        const errors = (source as unknown as { parseDiagnostics?: readonly ts.Diagnostic[] }).parseDiagnostics ?? [];
        if (errors.length) {
          const first = errors[0]!;
          const line = source.getLineAndCharacterOfPosition(first.start ?? 0).line + 1;
          this.unread.push({ file, why: `syntax error in line ${line}: read only in part`, isPartlyRead: true });
        }
      } catch (error) {
        this.unread.push({
          file,
          why: `could not be parsed: ${error instanceof RangeError ? 'nested too deeply' : 'parser failed'}`,
        });
      }
    }
    this.#modules.set(file, found);
    return found;
  }

  /** The tables of the file a node stands in. */
  moduleOf(node: ts.Node): SourceModule {
    return this.#modules.get(node.getSourceFile().fileName)!;
  }

  /** Every module parsed so far, in order of file name. */
  modules(): readonly SourceModule[] {
    if (this.#parsed.length !== this.#modules.size) {
      // Files that could not be parsed keep their entry, so that the sizes tell whether anything is new.
      this.#parsed = [...this.#modules.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
      this.#readable = this.#parsed.map(([, module]) => module).filter(module => module !== undefined);
    }
    return this.#readable;
  }

  /** What a question about a name comes to over the files parsed so far: asked again only after another file was parsed. */
  gathered<T>(question: Gathering<T>, name: string): T {
    const modules = this.modules();
    if (this.#gatheredFrom !== modules.length) {
      this.#gathered.clear();
      this.#gatheredFrom = modules.length;
    }
    const known = this.#gathered.get(question) ?? new Map<string, unknown>();
    this.#gathered.set(question, known);
    if (!known.has(name)) known.set(name, question(modules, name));
    return known.get(name) as T;
  }

  /** Assignments `x.name = e` in the files parsed so far. */
  propertyWrites(name: string): readonly PropertyWrite[] {
    return this.gathered(propertyWritesIn, name);
  }

  /** The packages that `isWanted` which some file imports for more than their types, each at its first import. */
  firstImports(isWanted: (library: string) => boolean): { readonly library: string; readonly at: Location }[] {
    const found = new Map<string, Location>();
    for (const [file, { specs }] of this.scanned) {
      if (!specs.some(spec => isNews(packageIn(spec)))) continue;
      const text = this.tree.text(file) ?? '';
      for (const match of text.matchAll(specifiers)) {
        const library = packageIn(match[1]!);
        if (isNews(library) && !isForTypes(text, match.index)) found.set(library, placeIn(file, text, match));
      }
    }
    return [...found].map(([library, at]) => ({ library, at }));

    function isNews(library: string): boolean {
      return !found.has(library) && isWanted(library);
    }
  }

  /** Whether a file has been parsed already. */
  isParsed(file: string): boolean {
    return this.#modules.has(file);
  }

  resolve(spec: string, from: string): Resolved {
    return this.#resolver.resolve(spec, from);
  }

  /** The files that import a file, directly or through others, and the file itself. */
  importersOf(file: string): ReadonlySet<string> {
    const known = this.#importers.get(file);
    if (known) return known;
    const all = new Set([file]);
    for (const one of all) for (const importer of this.#importersByFile().get(one) ?? []) all.add(importer);
    this.#importers.set(file, all);
    return all;
  }

  /** The files that a file, or one that imports it, imports as well: those it may be handed to. */
  companionsOf(file: string): ReadonlySet<string> {
    return new Set([file, ...this.#nearestImportersOf(file)].flatMap(one => this.#ownImportsOf(one)));
  }

  #importersByFile(): ReadonlyMap<string, ReadonlySet<string>> {
    if (this.#importedBy) return this.#importedBy;
    this.#importedBy = new Map();
    for (const file of this.scanned.keys()) {
      for (const target of this.#ownImportsOf(file)) {
        const importers = this.#importedBy.get(target);
        if (importers) importers.add(file);
        else this.#importedBy.set(target, new Set([file]));
      }
    }
    return this.#importedBy;
  }

  /** A number for a node, the same for the life of the program. */
  idOf(node: ts.Node): number {
    const known = this.#ids.get(node);
    if (known !== undefined) return known;
    this.#ids.set(node, this.#nextId);
    return this.#nextId++;
  }

  locationOf(node: ts.Node): Location {
    const source = node.getSourceFile();
    const start = source.getLineAndCharacterOfPosition(node.getStart(source, false));
    const end = source.getLineAndCharacterOfPosition(node.getEnd());
    return {
      file: source.fileName,
      line: start.line + 1,
      column: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    };
  }
}

/** Whether an import is of types alone, or stands in a comment: nothing is loaded by it. `at` is that of its specifier. */
function isForTypes(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 1000), at);
  const line = text.slice(text.lastIndexOf('\n', at) + 1, at);
  const statement =
    /(?:^|[\n;])\s*(?:import|export)\b(?![\s\S]*[\n;]\s*(?:import|export)\b)[\s\S]*$/.exec(before)?.[0] ?? '';
  return /^\s*(?:\/\/|\*|\/\*)/.test(line) || /^[\s;]*(?:import|export)\s+type\b(?!\s*,|\s+from)/.test(statement);
}

function placeIn(file: string, text: string, { 0: found, 1: spec = '', index }: RegExpExecArray): Location {
  const start = index + found.length - 1 - spec.length;
  const line = text.slice(0, start).split(/\r\n|[\r\n\u2028\u2029]/);
  const column = line.at(-1)!.length + 1;
  return { file, line: line.length, column, endLine: line.length, endColumn: column + spec.length };
}

function propertyWritesIn(modules: readonly SourceModule[], name: string): readonly PropertyWrite[] {
  return modules.flatMap(module => module.propertyWrites.get(name) ?? []);
}
