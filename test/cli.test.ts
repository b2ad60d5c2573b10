import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { audit } from '../src/audit.js';
import { render } from '../src/cli/formats.js';
import { isColored } from '../src/cli/look.js';
import { type Engine, type Machine, main } from '../src/cli/main.js';
import { isNoSuchTarget } from '../src/discover/discover.js';
import { type Report, reportOf } from '../src/report/report.js';
import type { Severity } from '../src/rule.js';

const folder = mkdtempSync(join(tmpdir(), 'mcp-audit-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('exit codes', () => {
  it.each<[number, string, string[], Partial<Story>]>([
    [0, 'no findings', [], {}],
    [0, 'a finding below the gate', [], { findings: ['medium'] }],
    [1, 'a finding at the gate', [], { findings: ['high'] }],
    [1, 'a finding above the gate', [], { findings: ['critical'] }],
    [1, 'a light finding and a strict gate', ['--fail-on', 'info'], { findings: ['info'] }],
    [0, 'a grave finding and no gate', ['--fail-on', 'none'], { findings: ['critical'] }],
    [0, 'a grave finding that was answered for', [], { findings: ['critical'], standing: 'ignored' }],
    [0, 'the grade that was asked for', ['--min-grade', 'B'], { grade: 'B' }],
    [1, 'a worse grade', ['--min-grade', 'B'], { grade: 'C' }],
    [0, 'no door and so no grade', ['--min-grade', 'A'], { grade: undefined }],
    [0, 'findings that are forgiven', ['--exit-zero'], { findings: ['critical'] }],
    [3, 'no file', [], { filesExamined: 0 }],
    [0, 'no file, as expected', ['--allow-empty'], { filesExamined: 0 }],
    [3, 'no file: nothing that could be forgiven', ['--exit-zero'], { filesExamined: 0 }],
    [70, 'a rule that broke', [], { faults: ['rule:x'] }],
    [70, 'a rule that broke, whatever is forgiven', ['--exit-zero', '--allow-empty'], { faults: ['rule:x'] }],
  ])('%i: %s', (code, _, options, story) => {
    for (const format of ['terminal', 'json']) {
      expect(run([...options, '--format', format], tells(story)).code).toBe(code);
    }
  });

  it('say why on stderr, and leave stdout to the report', () => {
    const { out, err } = run(
      ['--format', 'json', '--min-grade', 'A'],
      tells({ findings: ['high', 'low'], grade: 'C' }),
    );
    expect(JSON.parse(out).findings).toHaveLength(2);
    expect(err).toBe('mcp-audit: 1 finding at or above high\nmcp-audit: grade C is below A\n');
  });

  it('are 70 when the engine itself breaks: no half report, and where it broke', () => {
    const { code, out, err } = run(['--format', 'json'], { audit: () => raise(new Error('out of ideas')) });
    expect({ code, out }).toEqual({ code: 70, out: '' });
    expect(err).toContain('please report it: Error: out of ideas\n    at ');
  });
});

describe('a mistake is told in one sentence and exits 2', () => {
  it.each([
    [['--formt', 'json'], "unknown option '--formt'. Did you mean --format? See mcp-audit --help."],
    [
      ['--format', 'xml'],
      "option '-f, --format <name>' argument 'xml' is invalid. Allowed choices are terminal, json. See mcp-audit --help.",
    ],
    [['--output'], "option '-o, --output <file>' argument missing. See mcp-audit --help."],
    [['no/such/place'], 'no such file or folder: no/such/place.'],
    [
      ['fixtures/servers/stdio', '--output', join(folder, 'no/report')],
      `cannot write ${join(folder, 'no/report')}: its folder does not exist.`,
    ],
    [['fixtures/servers/stdio', '--output', folder], `cannot write ${folder}: it is a folder.`],
  ])('%j', (argv, sentence) => {
    expect(run(argv, { audit })).toEqual({ code: 2, out: '', err: `mcp-audit: ${sentence}\n` });
  });
});

describe('--help and --version', () => {
  const unloadable = () => raise<Engine>(new Error('loaded the engine'));

  it('freezes the help, and with it the exit codes', () => {
    const { code, out, err } = run(['--help'], unloadable);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatchInlineSnapshot(`
      "Usage: mcp-audit [options] [paths...]

      Reads the source of an MCP server and says who can get in, who should not, and
      how.

      Arguments:
        paths                 folders or files to audit (default: the current folder)

      Options:
        -f, --format <name>   how to report: terminal (default), json
        -o, --output <file>   write the report to a file, nothing to stdout
        --fail-on <severity>  fail on findings this grave or graver: critical, high
                              (default), medium, low, info, none
        --min-grade <grade>   fail on a grade below this one: A, B, C, D, F
        --include-tests       audit test and fixture files as well
        --allow-empty         do not fail when there is nothing to examine
        --exit-zero           do not fail on findings or grade
        --color <when>        when to paint; auto heeds NO_COLOR and FORCE_COLOR: auto
                              (default), always, never
        -q, --quiet           show only findings and grade
        -V, --version         show the version
        -h, --help            show this help

      Exit codes, the same in every format:
        0   nothing at or above the gate; a server without a network door has no grade, and passes
        1   a finding at or above --fail-on, or a grade below --min-grade (0 with --exit-zero)
        2   unknown option, no such path, or a file that cannot be written
        3   nothing examined: no source file could be read (0 with --allow-empty)
        70  the audit broke or is incomplete; what was found is reported all the same
      "
    `);
  });

  it('prints the version of package.json', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(run(['--version'], unloadable)).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });
});

describe('--output', () => {
  it('takes the report whole, in place of stdout, without colours', () => {
    const file = join(folder, 'report.txt');
    writeFileSync(file, 'yesterday');
    const { code, out } = run(['--output', file], tells({ findings: ['high'] }), { columns: 80 });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(readFileSync(file, 'utf8')).toBe(run([], tells({ findings: ['high'] })).out);
    expect(readdirSync(folder).filter(name => name.endsWith('.tmp'))).toEqual([]);
  });

  it('writes through a link and into a device instead of replacing them', () => {
    const file = join(folder, 'real.txt');
    const link = join(folder, 'link.txt');
    writeFileSync(file, '');
    symlinkSync(file, link);
    run(['--output', link]);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, 'utf8')).not.toBe('');

    run(['--output', '/dev/null']);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});

describe('colour', () => {
  it.each([
    ['auto', {}, true, true],
    ['auto', {}, false, false],
    ['auto', { TERM: 'dumb' }, true, false],
    ['auto', { NO_COLOR: '1' }, true, false],
    ['auto', { NO_COLOR: '' }, true, true],
    ['auto', { FORCE_COLOR: '1' }, false, true],
    ['auto', { FORCE_COLOR: '0' }, true, false],
    ['auto', { FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
    ['always', { NO_COLOR: '1' }, false, true],
    ['never', { FORCE_COLOR: '1' }, true, false],
  ] as const)('--color %s, %j, terminal: %s → %s', (mode, env, isTerminal, painted) => {
    expect(isColored(mode, env, isTerminal)).toBe(painted);
  });

  it('reaches the report', () => {
    const story = tells({ findings: ['high'] });
    expect(run(['--color', 'always'], story).out).toContain('\x1b[');
    expect(run(['--color', 'never'], story, { columns: 80 }).out).not.toContain('\x1b[');
  });
});

/** What an audit came to, as far as the command line cares. */
interface Story {
  readonly findings: readonly Severity[];
  readonly standing: 'new' | 'ignored';
  readonly grade: 'A' | 'B' | 'C' | undefined;
  readonly filesExamined: number;
  readonly faults: readonly string[];
}

/** An audit that comes to this, whatever it is asked. */
function tells({
  findings = [],
  standing = 'new',
  grade,
  filesExamined = 1,
  faults = [],
}: Partial<Story>): Pick<Engine, 'audit'> {
  const overall = grade && { score: 0, grade, limitedBy: 'mean' as const, judged: 1, of: 6 };
  const report: Report = {
    ...nothing,
    target: { ...nothing.target, filesExamined },
    findings: findings.map(severity => ({ ...finding, severity, standing })),
    scores: { ...nothing.scores, overall: overall ?? null },
    faults: faults.map(fault => ({ in: fault, message: 'broke' })),
  };
  return { audit: () => ({ report, excerpts: {} }) };
}

const nothing = reportOf({
  facts: {
    packages: [],
    subjects: [],
    stdio: [],
    blindness: [],
    unread: [],
    faults: [],
    excerpts: {},
    surroundings: {},
  },
  judged: [],
  faults: [],
  rules: [],
  version: '1.2.3',
  target: { root: '.', filesExamined: 1, filesSkipped: {} },
  options: { pedantic: false },
});

const finding: Report['findings'][number] = {
  ruleId: 'ws-missing-origin-check',
  title: 'Any page may connect',
  pillar: 'origin',
  severity: 'high',
  confidence: 'high',
  file: 'src/ws.ts',
  line: 3,
  column: 1,
  endLine: 3,
  endColumn: 9,
  enclosing: null,
  message: 'Nobody reads Origin.',
  fix: 'Read it.',
  witness: null,
  trail: [],
  places: [],
  cwe: [1385],
  deducts: 35,
  fingerprint: '0123456789abcdef',
  standing: 'new',
};

/** Runs the command line in this process. The audit finds nothing unless another is given. */
function run(
  argv: readonly string[],
  engine: Partial<Engine> | (() => Engine) = tells({}),
  machine: Partial<Machine> = {},
) {
  const said = { out: '', err: '' };
  const code = main(
    argv,
    { out: text => (said.out += text), err: text => (said.err += text), env: {}, columns: undefined, ...machine },
    typeof engine === 'function'
      ? engine
      : () => ({ ...tells({}), rules: [], render, isNoSuchTarget, remember() {}, ...engine }),
  );
  return { code, ...said };
}

function raise<T>(error: Error): T {
  throw error;
}
