import { type Answer, digestOf, type FactCache, type Question } from './cache/facts.js';
import { gistOf, glance, packageIn, type Scan, scan } from './code/scan.js';
import type { Discovery } from './discover/discover.js';
import { extract } from './extract/extract.js';
import { unmodelled } from './extract/unmodelled.js';
import { interesting } from './extract/words.js';
import type { Facts, Vouched } from './facts/index.js';
import { noStats, type Stats } from './stats.js';

export interface FactOptions {
  readonly vouched?: Vouched;
  /** As in `DiscoveryOptions`; facts of another bound are other facts. */
  readonly maxFileSize?: number | undefined;
  readonly cache?: FactCache<Facts> | undefined;
  readonly onFile?: (() => void) | undefined;
  readonly stats?: Stats | undefined;
  /** Seconds that the extraction may take. */
  readonly timeLimit?: number | undefined;
}

/** The facts of a tree: those of an earlier run when they would come out the same, else new ones. */
export function factsOf(discovery: Discovery, options: FactOptions): Answer<Facts> {
  const { cache, vouched, maxFileSize, stats = noStats } = options;
  const question = {
    discovery,
    options: JSON.stringify([vouched, maxFileSize]),
    gist: (text: string) => gistOf(glance(text, interesting)),
  };
  const known = cache && stats.time('recall', () => cache.recall(question));
  if (known) stats.count('facts from the cache', 1);
  return known ?? newFacts(question, options);
}

function newFacts(
  question: Question,
  { cache, vouched, onFile, timeLimit, stats = noStats }: FactOptions,
): Answer<Facts> {
  const { discovery } = question;
  const texts = watched(discovery, text => {
    stats.count('files read', 1);
    stats.count('characters read', text.length);
    onFile?.();
  });
  const scanned = stats.time('scan', () => scan(texts, interesting));
  // What is read again after the scan is read for all that is in it.
  const wholes = new Map<string, string>();
  const tree = watched(texts, (text, file) => {
    if (cache && !wholes.has(file)) wholes.set(file, digestOf(text));
  });
  const facts = hasWork(scanned)
    ? stats.time('extract', () => extract(tree, { vouched, scanned, stats, timeLimit }))
    : nothingIn(discovery);
  const notRead = facts.unread.filter(({ isPartlyRead }) => !isPartlyRead).length;
  const found = { facts, examined: scanned.size - notRead };
  const gist = (file: string) => {
    const seen = scanned.get(file);
    return seen && gistOf(seen);
  };
  // What has failed may not fail the next time; and a tree without anything to parse is as fast without the cache.
  if (cache && facts.faults.length === 0 && wholes.size > 0)
    stats.time('remember', () => cache.keep(question, found, { wholes, gistOf: gist }));
  return found;
}

function hasWork(scanned: Scan): boolean {
  const isNamed = (spec: string) => Object.hasOwn(unmodelled, packageIn(spec));
  return [...scanned.values()].some(
    ({ isInteresting, isIgnoring, specs }) => isInteresting || isIgnoring || specs.some(isNamed),
  );
}

/** What extraction finds where there is nothing to parse; so there the engine need not be loaded. */
function nothingIn({ packages }: Discovery): Facts {
  return {
    packages: packages.map(({ name, folder }) => ({ name, folder })),
    subjects: [],
    stdio: [],
    ignores: [],
    blindness: [],
    unmodelled: [],
    unread: [],
    faults: [],
    excerpts: {},
    surroundings: {},
  };
}

/** A discovery that tells of every text it gives. */
function watched(discovery: Discovery, onText: (text: string, file: string) => void): Discovery {
  const text = (file: string) => {
    const found = discovery.text(file);
    if (found !== undefined) onText(found, file);
    return found;
  };
  // The other properties are found by way of the prototype: some are read from disk on first use, or still growing.
  return Object.create(discovery, { text: { value: text } });
}
