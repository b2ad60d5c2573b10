import { relative } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { type Discovery, type DiscoveryOptions, discover } from './discover/discover.js';
import { extract } from './extract/extract.js';
import type { Facts } from './facts/index.js';
import { judge } from './judge.js';
import { type Report, reportOf } from './report/report.js';
import type { Rule } from './rule.js';

export interface AuditOptions extends DiscoveryOptions {
  /** Also show what only pedants want to know. */
  readonly pedantic?: boolean;
}

export interface Audit {
  readonly report: Report;
  /** The source lines that a report may show, by file and line. */
  readonly excerpts: Facts['excerpts'];
}

/**
 * The whole way: find the files, extract facts from them, ask the rules about the facts, report what they say.
 * @throws NoSuchTarget when a target is neither a folder nor a file. A file or a rule that fails is told in the report.
 */
export function audit(targets: readonly string[], options: AuditOptions, rules: readonly Rule[]): Audit {
  const { cwd = process.cwd(), pedantic = false } = options;
  const discovery = discover(targets, options);
  const examined = new Set<string>();
  const facts = extract(watched(discovery, file => examined.add(file)));
  const { judged, faults } = judge(rules, facts.subjects);
  const report = reportOf({
    facts: { ...facts, unread: [...discovery.unread, ...facts.unread] },
    judged,
    faults,
    rules,
    version: manifest.version,
    target: {
      root: shownRootOf(discovery, cwd),
      filesExamined: examined.size,
      filesSkipped: discovery.skipped,
    },
    options: { pedantic },
  });
  return { report, excerpts: facts.excerpts };
}

/** A discovery that tells of every file whose text it gave. */
function watched(discovery: Discovery, onText: (file: string) => void): Discovery {
  const text = (file: string) => {
    const found = discovery.text(file);
    if (found !== undefined) onText(file);
    return found;
  };
  // The other properties are found by way of the prototype: some are read from disk on first use, or still growing.
  return Object.create(discovery, { text: { value: text } });
}

/** The root as a reader at `cwd` would write it: relative when it lies below, absolute otherwise. POSIX. */
function shownRootOf({ root }: Discovery, cwd: string): string {
  const below = relative(cwd, root).replaceAll('\\', '/');
  return below.startsWith('..') ? root.replaceAll('\\', '/') : below || '.';
}
