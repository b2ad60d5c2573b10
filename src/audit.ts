import { basename } from 'node:path';
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
  const { pedantic = false } = options;
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
      root: nameOf(discovery),
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

/** The root by its folder's name alone: the same tree gives the same report, from wherever it is asked for. */
function nameOf({ root }: Discovery): string {
  return basename(root);
}
