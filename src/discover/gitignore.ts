import { join, posix } from 'node:path';
import ignore from 'ignore';
import type { Ledger } from './ledger.js';
import { posixBelow } from './paths.js';
import type { Tree } from './tree.js';

/** What git leaves out, at one place of a walk. Paths are POSIX, relative to the root; a folder ends in a slash. */
export interface IgnoreRules {
  /** Asked from the top down: of no path inside an ignored folder. */
  ignores(path: string): boolean;
  /** The rules inside a folder that is not ignored, its own .gitignore included. */
  inside(folder: string, hasOwn: boolean): IgnoreRules;
}

/** One .gitignore. */
interface Level {
  /** Its folder relative to the repository's top, with a trailing slash; empty for the top. */
  readonly base: string;
  readonly lines: readonly string[];
  /** True: left out; false: brought back; undefined: no line matches. The path is relative to the base. */
  verdictOn(path: string): boolean | undefined;
}

const largest = 1_000_000;
/** As git does on file systems that tell `A` from `a`; the same tree must give the same answer everywhere. */
const caseMatters = { ignorecase: false };
/** Each `**` multiplies the ways to match a deep path; a hostile line could keep the audit busy for hours. */
const mostGlobstars = 3;

/**
 * The rules in force where a walk starts: every .gitignore from the top of the repository down to the folder above
 * `start`. When they ignore `start` itself they do not apply: the user asked for it by name.
 */
export function rulesAbove(start: string, tree: Tree, ledger: Ledger): IgnoreRules {
  const base = tree.gitTop ?? tree.root;
  const none = rulesOf([], posixBelow(base, tree.root), tree, ledger);
  const path = posixBelow(base, tree.pathOf(start));
  const parts = path === '.' ? [] : path.split('/');
  let rules = none;
  for (const depth of parts.keys()) {
    const above = posixBelow(tree.root, join(base, ...parts.slice(0, depth)));
    rules = rules.inside(above, true);
    const next = posixBelow(tree.root, join(base, ...parts.slice(0, depth + 1)));
    if (rules.ignores(`${next}/`)) return none;
  }
  return rules;
}

/**
 * git has the last matching line decide, and the nearest .gitignore come last. https://git-scm.com/docs/gitignore
 * @param rootFromTop the root's folder relative to the repository's top
 */
function rulesOf(levels: readonly Level[], rootFromTop: string, tree: Tree, ledger: Ledger): IgnoreRules {
  const fromTop = (path: string) => (rootFromTop === '.' ? path : posix.join(rootFromTop, path));
  return {
    ignores(path) {
      const full = fromTop(path);
      for (const level of levels) {
        const verdict = level.verdictOn(full.slice(level.base.length));
        if (verdict !== undefined) return verdict;
      }
      return false;
    },
    inside(folder, hasOwn) {
      const base = fromTop(folder) === '.' ? '' : `${fromTop(folder)}/`;
      const own = hasOwn ? [levelOf(base, readLines(folder, tree, ledger))] : [];
      return rulesOf([...own, ...levels.map(level => reopened(level, base))], rootFromTop, tree, ledger);
    },
  };
}

/** Names without wildcards, `dist` or `dist/`, and endings, `*.log`: three lines of four. */
const isName = (line: string) => /^[\w.@+-]+\/?$/.test(line);
const isEnding = (line: string) => /^\*\.[\w.-]+$/.test(line);

/**
 * Names and endings are looked up, which halves the time of a walk; only the other lines go to the `ignore` library.
 * Where a line brings something back, the order of lines matters, and all of them go there.
 */
function levelOf(base: string, lines: readonly string[]): Level {
  const inOrder = lines.some(line => line.startsWith('!'));
  const names = new Set(inOrder ? [] : lines.filter(isName));
  const endings = inOrder ? [] : lines.filter(isEnding).map(line => line.slice(1));
  const others = ignore(caseMatters).add(inOrder ? lines : lines.filter(line => !isName(line) && !isEnding(line)));
  return {
    base,
    lines,
    verdictOn(path) {
      const [name, folder = name] = lastPartOf(path);
      if (names.has(name) || names.has(folder) || endings.some(ending => name.endsWith(ending))) return true;
      const { ignored, unignored } = others.test(path);
      return ignored || unignored ? ignored : undefined;
    },
  };
}

/** The last part of a path; of a folder's path, without its slash and with it. */
function lastPartOf(path: string): readonly [string, string?] {
  const isFolder = path.endsWith('/');
  const end = isFolder ? path.length - 1 : path.length;
  const start = path.lastIndexOf('/', end - 1) + 1;
  return isFolder ? [path.slice(start, end), path.slice(start)] : [path.slice(start)];
}

/**
 * A level that ignores `folder`, which a nearer level brought back, would go on to ignore all that is in it. For git
 * only its lines about the files themselves still count.
 */
function reopened(level: Level, folder: string): Level {
  const path = folder.slice(level.base.length);
  if (path === '' || !level.verdictOn(path)) return level;
  return levelOf(level.base, [...level.lines, `!/${path.replace(/[\\*?[\]]/g, '\\$&')}`]);
}

function readLines(folder: string, tree: Tree, ledger: Ledger): readonly string[] {
  const file = posix.join(folder, '.gitignore');
  const reading = tree.readData(file, largest);
  if (reading.is === 'unreadable') ledger.miss(file, reading.why);
  if (reading.is !== 'text') return [];
  const lines = reading.text.split(/\r?\n/);
  const tame = lines.filter(line => (line.match(/\*\*/g)?.length ?? 0) <= mostGlobstars);
  if (tame.length < lines.length) ledger.miss(file, `lines with more than ${mostGlobstars} ** are not honoured`);
  return tame;
}
