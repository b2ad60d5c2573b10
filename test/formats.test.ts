import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { audit } from '../src/audit.js';
import { render } from '../src/cli/formats.js';
import { type Format, formats } from '../src/cli/request.js';
import { filterScript } from '../src/report/html/filter.js';
import type { Rendering } from '../src/report/rendering.js';
import type { Report } from '../src/report/report.js';

/** The formats for programs, on the report about a shipped example server. */

const server = 'fixtures/servers/insecure-websocket';
const { report } = audit([server], { today: '2026-11-25' }, rules);
const rendering: Rendering = { color: false, width: 100, unicode: true, rules };
const as = (format: Format, about: Report = report, more: Partial<Rendering> = {}) =>
  render[format](about, { ...rendering, ...more });

/** A report whose every text tries to be more than text. */
const evil = '\u001b[2J</script><img src=x onerror=alert(1)>`|@all\n::error::x\r\u202e"&\u0000%0A]]>';
const hostile: Report = {
  ...report,
  target: { ...report.target, prefix: 'packages/a,b:c%/' },
  findings: report.findings.map(finding => ({
    ...finding,
    message: evil,
    file: `src/${evil}.ts`,
    trail: finding.trail.map(step => ({ ...step, message: evil })),
  })),
  unsure: [{ ...report.findings[0]!, message: evil, ruleIds: [], pillars: [] }].map(
    ({ file: _, line, column, endLine, endColumn, message, ruleIds, pillars }) => ({
      file: evil,
      line,
      column,
      endLine,
      endColumn,
      message,
      ruleIds,
      pillars,
    }),
  ),
  unread: [{ file: evil, message: evil }],
  faults: [{ in: evil, message: evil }],
};
const clean: Report = { ...report, findings: [], unsure: [], unread: [], excerpts: {} };

describe.each(formats)('%s', format => {
  it('ends in a line break and is the same every time', () => {
    expect(as(format)).toMatch(/[^\n]\n$/);
    expect(as(format)).toBe(as(format));
  });

  it('lets no control or bidi character through', () => {
    // JSON escapes controls by itself; what is left of the others is for its reader to show.
    const live = ['json', 'sarif', 'gitlab'].includes(format) ? /\p{Cc}/u : /[\p{Cc}\u202e]/u;
    expect(as(format, hostile).replaceAll('\n', '').replaceAll('\u007f', '')).not.toMatch(live);
  });
});

describe('what the configuration of the audited tree leaves out', () => {
  const configuration = {
    file: 'mcp-audit.config.json',
    concessions: ['leaves out files: src/old', 'sets rules: x off'],
  };

  it.each(formats)('is told by %s', format => {
    const text = as(format, { ...clean, configuration });
    for (const words of ['leaves out files', 'sets rules']) expect(text).toContain(words);
    expect(as(format, clean)).not.toContain('leaves out files');
  });

  it('has its place where the configuration is a file of the repository', () => {
    const outside = { ...configuration, file: '../elsewhere.json' };
    const [issue] = JSON.parse(as('gitlab', { ...clean, configuration }));
    expect(issue).toMatchObject({ severity: 'info', location: { path: 'mcp-audit.config.json', lines: { begin: 1 } } });
    expect(JSON.parse(as('gitlab', { ...clean, configuration: outside }))).toEqual([]);
    const placesIn = (about: Report) =>
      JSON.parse(as('sarif', about)).runs[0].invocations[0].toolExecutionNotifications.map(
        (each: { locations?: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
          each.locations?.[0]?.physicalLocation.artifactLocation.uri,
      );
    expect(placesIn({ ...clean, configuration })).toEqual(['mcp-audit.config.json', 'mcp-audit.config.json']);
    expect(placesIn({ ...clean, configuration: outside })).toEqual([undefined, undefined]);
  });
});

describe('what was not told', () => {
  const [{ line, column, endLine, endColumn }] = report.findings as [Report['findings'][number]];
  const at = { file: 'src/a.ts', line, column, endLine, endColumn };
  const untold: Report = {
    ...clean,
    unread: [{ file: 'src/huge.ts', message: 'too-large-words' }],
    unsure: [
      { ...at, message: 'unsure-words', ruleIds: [], pillars: [] },
      { ...at, message: 'unsure-words', line: line + 1, endLine: endLine + 1, ruleIds: [], pillars: [] },
    ],
    unmodelled: [{ ...at, library: 'x', message: 'unmodelled-words' }],
    faults: [{ in: 'rule:x', message: 'fault-words' }],
  };

  it.each(formats)('is told by %s', format => {
    const text = as(format, untold);
    for (const words of ['too-large-words', 'unsure-words', 'unmodelled-words']) expect(text).toContain(words);
    // A code quality issue stands at a file, and a fault has none: the exit code tells it.
    if (format !== 'gitlab') expect(text).toContain('fault-words');
  });

  it('stands at its place, and under a fingerprint that outlives a change of lines', () => {
    const issues: { fingerprint: string; severity: string; location: object }[] = JSON.parse(as('gitlab', untold));
    expect(issues.map(({ severity }) => severity)).toEqual(['info', 'info', 'info', 'info']);
    expect(issues[0]!.location).toEqual({ path: `${server}/src/huge.ts`, lines: { begin: 1, end: 1 } });
    expect(issues[1]!.location).toEqual({ path: `${server}/src/a.ts`, lines: { begin: line, end: endLine } });
    const moved = { ...untold, unsure: untold.unsure.map(each => ({ ...each, line: 900, endLine: 900 })) };
    const fingerprintsOf = (about: Report) =>
      JSON.parse(as('gitlab', about)).map(({ fingerprint }: { fingerprint: string }) => fingerprint);
    expect(new Set(fingerprintsOf(untold)).size).toBe(4);
    expect(fingerprintsOf(moved)).toEqual(fingerprintsOf(untold));
    expect(as('github', untold)).toContain(`::notice file=${server}/src/a.ts,line=${line},title=mcp-audit::Could not`);
    expect(as('junit', untold)).toMatch(/<testsuite name="untold" tests="4" failures="0" errors="0" skipped="4">/);
  });
});

describe('sarif', () => {
  const runs = (about: Report) => JSON.parse(as('sarif', about)).runs;
  const [run] = runs(report);

  it('has every rule, also when nothing was found', () => {
    const ids = rules.map(({ id }) => id);
    for (const about of [report, clean]) {
      const [first] = runs(about);
      expect(first.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual([...ids, 'ignore-comment']);
    }
    expect(runs(clean)[0].results).toEqual([]);
  });

  it('tells GitHub how grave a rule is, and which weakness it is', () => {
    const descriptor = run.tool.driver.rules.find(({ id }: { id: string }) => id === 'ws-missing-origin-check');
    expect(descriptor.properties).toMatchObject({ 'security-severity': '9.5', precision: 'high' });
    expect(descriptor.properties.tags).toEqual(['security', 'origin', 'external/cwe/cwe-1385']);
    expect(descriptor.fullDescription.text.length).toBeLessThanOrEqual(1024);
  });

  it('points at the code with a tight region, and at the steps by links', () => {
    const finding = report.findings.find(({ trail }) => trail.length > 1);
    const result = run.results.find(
      (each: { partialFingerprints: Record<string, string> }) =>
        each.partialFingerprints['mcpAudit/v1'] === (finding ?? report.findings[0]!).fingerprint,
    );
    expect(result.locations[0].physicalLocation.artifactLocation).toEqual({
      uri: `${server}/${(finding ?? report.findings[0]!).file}`,
      uriBaseId: '%SRCROOT%',
    });
    expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    if (finding) {
      expect(result.codeFlows[0].threadFlows[0].locations).toHaveLength(finding.trail.length);
      expect(result.message.text).toContain('[1](1)');
    }
  });

  it('keeps what was answered for, with the reason', () => {
    const ignored = report.findings.map(finding => ({
      ...finding,
      standing: 'ignored' as const,
      suppression: { by: 'comment' as const, reason: 'the port is closed', until: '2027-01-31', at: null },
    }));
    const [result] = runs({ ...report, findings: ignored })[0].results;
    expect(result.suppressions).toEqual([
      { kind: 'inSource', status: 'accepted', justification: 'the port is closed, until 2027-01-31' },
    ]);
  });

  // https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html#_Toc34317464: a bracket begins a link.
  it('takes no bracket of the source for a link', () => {
    const [link, escaped] = [
      'see [the docs](https://attacker.example)',
      'see \\[the docs\\](https://attacker.example)',
    ];
    const [finding] = report.findings;
    const [run] = runs({
      ...clean,
      findings: [{ ...finding!, message: link, trail: [{ ...finding!, message: link }] }],
      unread: [{ file: 'a.ts', message: link }],
    });
    expect(JSON.stringify(run)).not.toContain(JSON.stringify(link).slice(1, -1));
    expect(run.results[0].message.text).toContain(escaped);
    expect(run.invocations[0].toolExecutionNotifications[0].message.text).toContain(escaped);
  });

  it('has a category per package, and says what failed', () => {
    const packages = [
      { name: 'root', folder: '.' },
      { name: '@x/a', folder: 'packages/a' },
    ];
    const both = runs({
      ...report,
      target: { ...report.target, packages },
      unread: [{ file: 'packages/a/huge.ts', message: 'too large' }],
      faults: [{ in: 'rule:x', message: 'broke' }],
    });
    expect(both.map((each: { automationDetails: object }) => each.automationDetails)).toEqual([
      { id: 'mcp-audit/root/' },
      { id: 'mcp-audit/@x/a/' },
    ]);
    expect(both[1].results).toEqual([]);
    expect(both[1].invocations[0].executionSuccessful).toBe(false);
    expect(both[1].invocations[0].toolExecutionNotifications.map((each: { level: string }) => each.level)).toEqual([
      'error',
      'warning',
    ]);
  });
});

describe('github', () => {
  it('annotates the gravest first, no more than GitHub keeps, on one line each', () => {
    const many = Array.from({ length: 12 }, (_, line) => ({
      ...report.findings[0]!,
      severity: 'high' as const,
      line: line + 1,
      endLine: line + 1,
    }));
    const lines = as('github', { ...report, findings: many }).split('\n');
    expect(lines.filter(line => line.startsWith('::error '))).toHaveLength(10);
    expect(lines).toContain('2 more, see the summary');
  });

  it('is not kept from telling what is left out by many small findings, nor from telling what broke by grave ones', () => {
    const many = ['low', 'critical'].flatMap(severity =>
      Array.from({ length: 12 }, () => ({ ...report.findings[0]!, severity: severity as 'low' | 'critical' })),
    );
    const configuration = { file: 'mcp-audit.config.json', concessions: ['leaves out files: src/old'] };
    const about = { ...clean, findings: many, configuration, faults: [{ in: 'rule:x', message: 'broke' }] };
    const lines = as('github', about).split('\n');
    for (const [command, words] of [
      ['error', 'broke'],
      ['notice', 'leaves out files'],
    ] as const) {
      const ours = lines.filter(line => line.startsWith(`::${command} `));
      expect(ours).toHaveLength(10);
      expect(ours[0]).toContain(words);
    }
    expect(lines).toContain('6 more, see the summary');
  });

  it('escapes what would end a command', () => {
    const line = as('github', hostile)
      .split('\n')
      .find(each => each.startsWith('::error file'));
    expect(line).toMatch(/^::error file=packages\/a%2Cb%3Ac%25\/src\//);
    expect(as('github', hostile)).not.toMatch(/^::error::x/m);
  });
});

describe('gitlab', () => {
  it('has what a code quality report needs', () => {
    const issues = JSON.parse(as('gitlab'));
    expect(issues).toHaveLength(report.findings.length + report.unsure.length + report.unmodelled.length);
    expect(Object.keys(issues[0]).sort()).toEqual(['check_name', 'description', 'fingerprint', 'location', 'severity']);
    expect(new Set(issues.map(({ fingerprint }: { fingerprint: string }) => fingerprint)).size).toBe(issues.length);
  });
});

describe('junit', () => {
  it('fails a case per finding, passes rules that were satisfied, skips what could not be told', () => {
    const text = as('junit');
    expect(text.match(/<failure /g)).toHaveLength(report.findings.filter(({ pillar }) => pillar !== null).length);
    expect(text).toContain(`failures="${report.findings.length}"`);
  });

  it('stays well-formed whatever the source says', () => {
    const text = as('junit', hostile);
    expect(text).not.toMatch(/<(?!\/?(testsuites?|testcase|failure|skipped|error|system-out)[ >/])(?!\?xml)/);
    expect(text.match(/<testcase /g)?.length).toBe(
      (text.match(/<\/testcase>/g)?.length ?? 0) + (text.match(/<testcase [^>]*\/>/g)?.length ?? 0),
    );
  });
});

describe('agent', () => {
  it('says each fix once and each finding on a line', () => {
    const lines = as('agent').split('\n');
    expect(lines.filter(line => /^src\/.*:\d+:\d+ (critical|high|medium|low|info) /.test(line))).toHaveLength(
      report.findings.length,
    );
    expect(lines.filter(line => line.startsWith('fix '))).toHaveLength(
      new Set(report.findings.map(({ ruleId }) => ruleId)).size,
    );
  });
});

describe('markdown', () => {
  it('tells the change since a base report', () => {
    const better = {
      ...report,
      findings: report.findings.slice(1),
      scores: { ...report.scores, overall: { ...report.scores.overall!, score: report.scores.overall!.score + 7 } },
    };
    const text = as('markdown', better, { base: report });
    expect(text).toContain('/100 (+7)');
    expect(text).toContain('Since the base: 0 new, 1 gone.');
  });

  it('stays below what a comment holds', () => {
    const many = Array.from({ length: 2000 }, () => report.findings[0]!);
    const text = as('markdown', { ...report, findings: many });
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/…and \d+ more findings/);
  });

  it('mentions nobody and embeds nothing', () => {
    const text = as('markdown', hostile).replace(/(`+)[^\n]*?[^`\n]\1(?!`)/g, ''); // code is only shown
    expect(text).not.toContain('@all');
    expect(text).not.toContain('<img');
    expect(text).not.toContain('</script>');
  });
});

describe('html', () => {
  it('lets nothing run but its own filter', () => {
    const hash = createHash('sha256').update(filterScript).digest('base64');
    expect(as('html')).toContain(`script-src &#39;sha256-${hash}&#39;`);
    expect(as('html').match(/<script>[\s\S]*?<\/script>/g)).toEqual([`<script>${filterScript}</script>`]);
  });

  it('asks no network', () => {
    expect(as('html')).not.toMatch(/(src|href)=|url\(|@import/);
  });

  it('escapes whatever the source says', () => {
    expect(as('html', hostile)).not.toContain('<img');
    expect(as('html', hostile).match(/<script>/g)).toHaveLength(1);
  });

  it('shows every finding, and each rule once among the filters', () => {
    const text = as('html');
    expect(text.match(/<details class="finding /g)).toHaveLength(report.findings.length);
    for (const { ruleId } of report.findings) expect(text.split(`<option value="${ruleId}">`)).toHaveLength(2);
  });
});

it('the README names every format', () => {
  const readme = readFileSync('README.md', 'utf8');
  expect(formats.filter(format => !readme.includes(format))).toEqual([]);
});
