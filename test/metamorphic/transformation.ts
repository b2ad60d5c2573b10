import ts from 'typescript';

/** Files by path. */
export type Sources = ReadonlyMap<string, string>;

/** A rewriting of a server that changes what it looks like, and nothing of what it does. */
export interface Transformation {
  readonly name: string;
  /** The server rewritten; undefined where there is nothing to rewrite. */
  readonly apply: (sources: Sources) => Sources | undefined;
}

/** Parses a file as the audit would. */
export function parsed(file: string, text: string): ts.SourceFile {
  const kind = /\.(tsx|jsx)$/.test(file)
    ? ts.ScriptKind.TSX
    : /\.[cm]?js$/.test(file)
      ? ts.ScriptKind.JSX
      : ts.ScriptKind.TS;
  return ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true, kind);
}

/** A replacement in a text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A text with replacements made; none may overlap another. */
export function edited(text: string, edits: readonly Edit[]): string {
  let made = text;
  for (const { start, end, text: by } of edits.toSorted((a, b) => b.start - a.start || b.end - a.end))
    made = made.slice(0, start) + by + made.slice(end);
  return made;
}

/** A transformation that looks at one file at a time; undefined for a file that it leaves as it is. */
export function perFile(name: string, rewrite: (source: ts.SourceFile) => string | undefined): Transformation {
  return {
    name,
    apply: sources => {
      let isChanged = false;
      const made = new Map<string, string>();
      for (const [file, text] of sources) {
        const now = rewrite(parsed(file, text));
        if (now !== undefined && now !== text) isChanged = true;
        made.set(file, now ?? text);
      }
      return isChanged ? made : undefined;
    },
  };
}

/** A transformation made of replacements in each file. */
export function byEdits(name: string, editsOf: (source: ts.SourceFile) => readonly Edit[]): Transformation {
  return perFile(name, source => {
    const edits = editsOf(source);
    return edits.length > 0 ? edited(source.text, edits) : undefined;
  });
}

/** All nodes of a tree, parents first. */
export function* nodesIn(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, child => void children.push(child));
  for (const child of children) yield* nodesIn(child);
}

/** A checker over one file alone: which names are the same one. */
export function checkerOf(source: ts.SourceFile): ts.TypeChecker {
  const host: ts.CompilerHost = {
    getSourceFile: name => (name === source.fileName ? source : undefined),
    getDefaultLibFileName: () => 'lib.d.ts',
    writeFile: () => {},
    getCurrentDirectory: () => '',
    getCanonicalFileName: name => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    fileExists: name => name === source.fileName,
    readFile: () => undefined,
  };
  const options = { noLib: true, noResolve: true, allowJs: true, target: ts.ScriptTarget.ESNext, types: [] };
  return ts.createProgram([source.fileName], options, host).getTypeChecker();
}
