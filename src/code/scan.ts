import type { SourceTree } from './tree.js';

/** The word that all ignore comments begin with: only files that hold it are looked through. */
export const ignoreWord = 'mcp-audit-ignore';

/** What one look at a text tells, before anything is parsed. */
export interface Glance {
  /** What it imports, as written. */
  readonly specs: readonly string[];
  /** It has a word that doors or guards are known by. */
  readonly isInteresting: boolean;
  /** It hands on what others export. */
  readonly isBarrel: boolean;
  /** It has comments that ask to be spared. */
  readonly isIgnoring: boolean;
}

/** The names of what a file imports, in its text. */
export const specifiers = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*["']([^"'\n]+)["']/g;
const reexport = /\bexport\b(?:\s+type)?\s*(?:\*|\{[^{}]*\})(?:\s*as\s+\w+)?\s*from\b/;

/** The package that a specifier means: `@scope/name/path`, `npm:name@1`, `jsr:@scope/name`, `https://deno.land/x/name@v1/mod.ts`. */
export function packageIn(spec: string): string {
  const bare = spec.replace(/^(?:npm:|jsr:|https:\/\/(?:deno\.land\/x|esm\.sh|jsr\.io)\/)/, '');
  return /^(?:@[^/@]+\/)?[^/@]+/.exec(bare)?.[0] ?? bare;
}

/** Looks at one text. */
export function glance(text: string, isInteresting: (text: string) => boolean): Glance {
  return {
    specs: ownLines(Array.from(text.matchAll(specifiers), match => match[1]!)),
    isInteresting: isInteresting(text),
    isBarrel: reexport.test(text),
    isIgnoring: text.includes(ignoreWord),
  };
}

/** The same lines apart from the text they were cut from: V8 keeps the whole of a text for as long as it keeps a part of it. */
function ownLines(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : Buffer.from(lines.join('\n')).toString().split('\n');
}

/** A glance as one text: files that have the same are the same to whoever does not parse them. */
export function gistOf({ specs, isInteresting, isBarrel, isIgnoring }: Glance): string {
  return JSON.stringify([specs, isInteresting, isBarrel, isIgnoring]);
}

/** The readable files of a tree in order, each with what one look told. */
export type Scan = ReadonlyMap<string, Glance>;

/** Looks at every file once; the texts are not kept. */
export function scan(tree: Pick<SourceTree, 'files' | 'text'>, isInteresting: (text: string) => boolean): Scan {
  const found = new Map<string, Glance>();
  for (const file of tree.files) {
    const text = tree.text(file);
    if (text !== undefined) found.set(file, glance(text, isInteresting));
  }
  return found;
}
