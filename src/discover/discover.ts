import { readAliases } from './aliases.js';
import { compilerOptionsReader } from './config.js';
import type { Discovery, DiscoveryOptions } from './discovery.js';
import { type Ledger, openLedger } from './ledger.js';
import { isSource } from './names.js';
import { readPackages } from './packages.js';
import { posixBelow } from './paths.js';
import { stampAt } from './read.js';
import { type Site, siteOf } from './targets.js';
import { readSource, sourceReader } from './text.js';
import { traced } from './trace.js';
import { openTree } from './tree.js';
import { walk } from './walk.js';

export type * from './discovery.js';
export { skipReasons } from './discovery.js';
export type { Ledger } from './ledger.js';
export type { Reading, Stamp } from './read.js';
export { isNoSuchTarget, type NoSuchTarget } from './targets.js';
export type { SourceReading } from './text.js';
export { isSame } from './trace.js';

/**
 * Finds what there is to audit: the sources below the targets (the working folder when there are none), and what the
 * project's data files tell about them. Nothing of the tree is executed, and no link leads out of the root.
 * @throws NoSuchTarget when a target is neither a folder nor a file.
 */
export function discover(targets: readonly string[], options: DiscoveryOptions = {}): Discovery {
  const { includeTests = false, isExcluded, maxFileSize, cwd = process.cwd() } = options;
  const ledger = openLedger();
  const inFiles = openLedger();
  const plainTree = openTree(siteOf(targets, cwd));
  const { tree, trace } = traced(plainTree);
  const optionsOf = compilerOptionsReader(tree, inFiles);
  const found = walk({ tree, ledger, includeTests, optionsOf });

  const files = found.files.filter(file => {
    const isOut = isExcluded?.(tree.pathOf(file)) ?? false;
    if (isOut) ledger.skip('excluded');
    return !isOut;
  });

  const named = tree.named.filter(isSource);
  for (const file of tree.named) if (!isSource(file)) ledger.miss(file, 'neither TypeScript nor JavaScript');
  const isNamed = new Set(named);
  const packages = once(() => readPackages(found.dataFiles, tree, inFiles));
  const aliases = once(() => readAliases(found.dataFiles, tree, optionsOf));

  return {
    root: tree.root,
    prefix: prefixOf(tree),
    files: [...new Set([...files, ...named])].sort(),
    only: tree.onlyFiles ? named : undefined,
    get packages() {
      return packages();
    },
    get aliases() {
      return aliases();
    },
    get skipped() {
      return both(ledger, inFiles).skipped;
    },
    get unread() {
      return both(ledger, inFiles).unread();
    },
    text: sourceReader(file => readSource(file, isNamed.has(file), tree, maxFileSize), inFiles),
    trace,
    dataFiles: [...found.dataFiles].sort(),
    again: {
      stamp: file => stampAt(tree.pathOf(file)),
      source: file => readSource(file, isNamed.has(file), plainTree, maxFileSize),
      data: (file, limit) => plainTree.readData(file, limit),
    },
    inFiles,
  };
}

function both(a: Ledger, b: Ledger): Ledger {
  const sum = openLedger();
  sum.add(a);
  sum.add(b);
  return sum;
}

function prefixOf({ root, gitTop }: Site): string {
  const below = gitTop === undefined ? '.' : posixBelow(gitTop, root);
  return below === '.' ? '' : `${below}/`;
}

/** Does the work when first asked; a run that finds nothing to parse never asks. */
function once<T>(work: () => T): () => T {
  let done: { readonly value: T } | undefined;
  return () => {
    done ??= { value: work() };
    return done.value;
  };
}
