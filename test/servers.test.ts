import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rules } from '../rules/index.js';
import { audit } from '../src/audit.js';
import { json } from '../src/report/json.js';

const servers = join(import.meta.dirname, '../fixtures/servers');
const names = readdirSync(servers).sort();

/** What the grade of each server may be; `undefined` where there is nothing to grade. */
const grades: Readonly<Record<string, readonly string[] | undefined>> = {
  'hardened-http': ['A', 'B'],
  'hardened-websocket': ['A', 'B'],
  'insecure-http': ['D', 'F'],
  'insecure-websocket': ['D', 'F'],
  stdio: undefined,
};

test('every server has its grade written down', () => {
  expect(names).toEqual(Object.keys(grades));
});

describe.each(names)('%s', name => {
  const folder = join(servers, name);
  const { report } = audit([folder], {}, rules);

  test('is read to the end', () => {
    expect(report.faults).toEqual([]);
    expect(report.unread).toEqual([]);
  });

  test('gives the same bytes again, from another folder too', () => {
    const again = audit([name], { cwd: servers }, rules);
    expect(json(again.report)).toBe(json(report));
  });

  test('has a finding on each line marked `// flaw: <rule>`, and on no other', () => {
    const found = report.findings.map(({ file, line, ruleId }) => `${file}:${line} ${ruleId}`);
    expect(found.sort()).toEqual(flawsMarkedIn(folder).sort());
  });

  const grade = grades[name];
  if (grade) {
    test(`is graded ${grade.join(' or ')}`, () => {
      expect(grade).toContain(report.scores.overall?.grade);
    });
  } else {
    test('speaks MCP over stdio, so that there is no door and no grade', () => {
      expect(report.stdio).not.toEqual([]);
      expect(report.doors).toEqual([]);
      expect(report.scores.overall).toBeNull();
    });
  }

  if (name.startsWith('hardened-')) {
    test('has doors, with nothing at medium or above to say about them', () => {
      expect(report.doors).not.toEqual([]);
      expect(report.findings.filter(({ severity }) => ['critical', 'high', 'medium'].includes(severity))).toEqual([]);
    });
  }
});

/** `file:line rule` for every rule id behind a `// flaw:` of a server's sources. */
function flawsMarkedIn(folder: string): string[] {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
  return sources.flatMap(file => {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    return lines.flatMap((line, index) => {
      const ids = /\/\/ flaw: (.+)$/.exec(line)?.[1]?.split(', ') ?? [];
      return ids.map(id => `${file.replaceAll('\\', '/')}:${index + 1} ${id}`);
    });
  });
}
