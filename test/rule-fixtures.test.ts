import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rules } from '../rules/index.js';
import { audit } from '../src/audit.js';

// The whole way from source to finding, one small server at a time. A line on which the folder's rule must report ends
// in `// flaw`; on every other line, and in all of `safe/`, it must be silent.

const fixtures = join(import.meta.dirname, '../fixtures/rules');

describe.each(rules.map(rule => [rule.id, rule] as const))('%s', (id, rule) => {
  test.each(filesIn(id, 'vulnerable'))('reports the marked lines of %s, and no other', file => {
    const marked = linesMarkedIn(file);
    expect(marked, 'a vulnerable file marks its flaws').not.toEqual([]);
    expect(linesReportedIn(file)).toEqual(marked);
  });

  test.each(filesIn(id, 'safe'))('is silent about %s', file => {
    expect(linesMarkedIn(file), 'a safe file marks no flaw').toEqual([]);
    expect(linesReportedIn(file)).toEqual([]);
  });

  /** Where the rule, asked alone, finds a flaw in the file; fails when anything went wrong on the way. */
  function linesReportedIn(file: string): readonly number[] {
    const { report } = audit([join(fixtures, file)], { pedantic: true }, [rule]);
    expect(report.faults).toEqual([]);
    expect(report.unread).toEqual([]);
    const lines = report.findings.flatMap(finding => [finding, ...finding.places]).map(({ line }) => line);
    return [...new Set(lines)].sort((a, b) => a - b);
  }
});

function filesIn(id: string, side: 'vulnerable' | 'safe'): readonly string[] {
  return readdirSync(join(fixtures, id, side))
    .sort()
    .map(name => join(id, side, name));
}

/** Lines, counted from 1, that end in the mark. */
function linesMarkedIn(file: string): readonly number[] {
  const lines = readFileSync(join(fixtures, file), 'utf8').split('\n');
  return lines.flatMap((text, index) => (text.endsWith('// flaw') ? [index + 1] : []));
}
