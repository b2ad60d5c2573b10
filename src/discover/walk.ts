import { type Dirent, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { isCompiled } from './compiled.js';
import type { CompilerOptions } from './config.js';
import type { SkipReason } from './discovery.js';
import { type IgnoreRules, rulesAbove } from './gitignore.js';
import type { Ledger } from './ledger.js';
import { lockfileNames } from './lockfiles.js';
import { fileReason, folderReason, isSource, type Neighbourhood } from './names.js';
import { ancestorsOf } from './paths.js';
import { whyOf } from './read.js';
import type { Tree } from './tree.js';

/** What a walk brings home. Paths are POSIX, relative to the root, in no order. */
export interface Found {
  readonly files: string[];
  /** package.json, tsconfig.json, jsconfig.json and lockfiles; also those in the folders above the walked ones. */
  readonly dataFiles: Set<string>;
}

/** What the walk needs to know at every step. */
export interface Walk {
  readonly tree: Tree;
  readonly ledger: Ledger;
  readonly includeTests: boolean;
  readonly optionsOf: (configFile: string) => CompilerOptions;
}

/** A folder still to be entered. */
interface Folder extends Omit<Neighbourhood, 'isPackage'> {
  readonly path: string;
  readonly depth: number;
  /** Where the walk began: treated like a package, for it was asked for by name. */
  readonly isStart: boolean;
  readonly rules: IgnoreRules;
  /** The test or fixture folder around: files are counted under this reason, nothing else. */
  readonly leftOut: SkipReason | undefined;
}

/** A folder whose entries are known. */
type Entered = Folder & Neighbourhood & { readonly hasManifest: boolean };

/** A hand-written tree is far from this deep; a hostile one costs no more. */
const deepest = 64;

const dataNames: readonly string[] = ['package.json', 'tsconfig.json', 'jsconfig.json', ...lockfileNames];
const isDataName = (name: string) => dataNames.includes(name);

/**
 * Walks the site's folders. Folders with a reason against them are not entered and count as one, except test and
 * fixture folders: they are walked to count their source files, which costs little and tells a reader more.
 */
export function walk(task: Walk): Found {
  const { tree, ledger } = task;
  const found: Found = { files: [], dataFiles: dataFilesAbove(tree) };
  for (const path of tree.starts) {
    const rules = rulesAbove(path, tree, ledger);
    const pending: Folder[] = [
      { path, depth: 0, isStart: true, belowSrc: false, inTests: false, rules, leftOut: undefined },
    ];
    for (let folder = pending.pop(); folder; folder = pending.pop()) {
      // Not `push(...folders)`: a folder may hold more of them than a call takes arguments.
      for (const inner of enter(folder, task, found)) pending.push(inner);
    }
  }
  return found;
}

/** The project's data files in the folders between the bounds and the walked folders, which are not walked. */
function dataFilesAbove(tree: Tree): Set<string> {
  const folders = [...tree.above, ...tree.starts.flatMap(ancestorsOf)];
  const files = folders.flatMap(folder => dataNames.map(name => posix.join(folder, name)));
  return new Set(files.filter(tree.hasDataFile));
}

/** Takes the files of a folder and gives the folders to go on with. */
function enter(folder: Folder, task: Walk, found: Found): readonly Folder[] {
  const entries = list(folder, task);
  const names = new Set(entries.map(entry => entry.name));
  // A script beside other people's projects, such as one in a home folder, has nothing to do with them.
  if (task.tree.isOutsideProjects && !folder.isStart && (names.has('package.json') || names.has('.git'))) {
    task.ledger.skip('other-project');
    return [];
  }
  const hasManifest = names.has('package.json');
  const isPackage = folder.isStart || hasManifest;
  const rules = folder.rules.inside(folder.path, names.has('.gitignore'));
  const here: Entered = { ...folder, rules, isPackage, hasManifest };
  const inner: Folder[] = [];
  task.tree.vouch(folder.path);
  for (const entry of entries) {
    const path = folder.path === '.' ? entry.name : `${folder.path}/${entry.name}`;
    if (entry.isDirectory()) {
      const next = judgeFolder(entry.name, path, here, names, task);
      if (next) inner.push(next);
    } else if (entry.isFile()) {
      takeFile(entry.name, path, here, task, found);
    } else if (entry.isSymbolicLink()) {
      takeLink(entry.name, path, here, task, found);
    } else if (isSource(entry.name)) {
      task.ledger.miss(path, 'not a regular file');
    }
  }
  return inner;
}

function list(folder: Folder, { tree, ledger }: Walk): readonly Dirent[] {
  try {
    if (folder.depth <= deepest) return readdirSync(tree.pathOf(folder.path), { withFileTypes: true });
    ledger.miss(folder.path, `more than ${deepest} folders deep`);
  } catch (error) {
    ledger.miss(folder.path, whyOf(error));
  }
  return [];
}

function judgeFolder(
  name: string,
  path: string,
  parent: Entered,
  siblings: ReadonlySet<string>,
  task: Walk,
): Folder | undefined {
  const { tree, ledger } = task;
  const named = folderReason(name, parent);
  const isTestware = named === 'test' || named === 'fixture';
  const reason =
    (isTestware ? undefined : named) ??
    (parent.rules.ignores(`${path}/`) ? 'ignored' : undefined) ??
    (name === 'lib' && isCompiled(path, siblings, tree, task.optionsOf) ? 'build-output' : undefined);
  if (reason) {
    ledger.skip(reason);
    return undefined;
  }
  return {
    path,
    depth: parent.depth + 1,
    isStart: false,
    belowSrc: parent.belowSrc || name === 'src',
    inTests: parent.inTests || named === 'test',
    rules: parent.rules,
    leftOut: parent.leftOut ?? (isTestware && !task.includeTests ? named : undefined),
  };
}

function takeFile(name: string, path: string, folder: Entered, task: Walk, found: Found): void {
  const { ledger, includeTests } = task;
  if (isSource(name)) {
    const named = fileReason(name, posix.basename(folder.path), folder.hasManifest);
    const reason =
      folder.leftOut ??
      (named === 'test' && includeTests ? undefined : named) ??
      (folder.rules.ignores(path) ? 'ignored' : undefined);
    if (reason) ledger.skip(reason);
    else found.files.push(path);
  } else if (isDataName(name) && !folder.leftOut) {
    found.dataFiles.add(path);
  }
}

/**
 * A link to a source file inside the root is a file like any other, for imports may go through it. Linked folders are
 * not entered: inside the root they are met in their own place, so that no circle can arise.
 */
function takeLink(name: string, path: string, parent: Entered, task: Walk, found: Found): void {
  const { tree, ledger } = task;
  const end = tree.linkEnd(path);
  const isLeftOut =
    end.is === 'folder' ? folderReason(name, parent) || parent.rules.ignores(`${path}/`) : !isSource(name);
  if (isLeftOut) return;
  if (end.is === 'nothing') ledger.miss(path, 'a link that leads nowhere');
  else if (!end.isInside) ledger.miss(path, 'a link that leads out of the audited folder');
  else if (end.is === 'file') takeFile(name, path, parent, task, found);
}
