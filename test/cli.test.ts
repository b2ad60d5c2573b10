import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as catalogue from '../entry/catalogue.js';
import * as parts from '../entry/engine.js';
import * as settings from '../entry/settings.js';
import { audit } from '../src/audit.js';
import type { Engine, Loaders } from '../src/cli/loaders.js';
import { isColored } from '../src/cli/look.js';
import { type Machine, main } from '../src/cli/main.js';
import { formats } from '../src/cli/request.js';
import type { Facts } from '../src/facts/index.js';
import { type Report, reportOf } from '../src/report/report.js';
import type { Severity } from '../src/rule.js';

const spot = { file: 'server.ts', line: 1, column: 1, endLine: 1, endColumn: 2 };
const door: Report['doors'][number] = {
  kind: 'WebSocketServer',
  via: 'ws',
  transport: null,
  ...spot,
  exposure: 'network',
  bind: { is: 'default', value: '::', because: 'ws listens on every interface unless `host` is given' },
  wayIn: null,
  gates: [],
  guards: {
    origin: { stage: 'before-accept', admits: [], refuses: [], unsettled: [], decidedBy: [] },
    credential: { answer: 'unclear', carriers: [], at: null, because: 'no route was seen' },
  },
};

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
    [1, 'a door, and too little told for a grade', ['--min-grade', 'C'], { doors: [door], grade: undefined }],
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
      `option '-f, --format <name>' argument 'xml' is invalid. Allowed choices are ${formats.join(', ')}. See mcp-audit --help.`,
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

describe('try-origin', () => {
  const file = (name: string) => `fixtures/decisions/ws/${name}.ts`;

  it.each([
    [1, 'some door lets it in', [file('upgrade-two-paths'), 'https://somebody.dev']],
    [0, 'every door refuses it', [file('port-exact'), 'https://somebody.dev']],
    [1, 'it is a trusted one', [file('port-exact'), 'https://acme.dev']],
    [0, 'a request without Origin is refused', [file('port-exact'), 'none']],
    [1, 'the Host makes the difference', [file('verify-host-compare'), 'http://a.dev', '--host', 'a.dev']],
    [3, 'there is no door', ['fixtures/servers/stdio', 'https://somebody.dev']],
    [2, 'there is no such path', ['no/such/place', 'https://somebody.dev']],
  ])('%i: %s', (code, _, argv) => {
    expect(run(['try-origin', ...argv]).code).toBe(code);
  });

  it('answers as JSON', () => {
    const { out, err } = run(['try-origin', file('port-exact'), 'https://somebody.dev', '--format', 'json']);
    expect(err).toBe('');
    expect(JSON.parse(out)).toMatchObject({
      request: { origin: 'https://somebody.dev', host: null },
      doors: [{ answer: 'refuses', kind: 'WebSocketServer', via: 'ws', line: 7, wayIn: null }],
      faults: [],
    });
  });
});

describe('--stats', () => {
  const server = ['fixtures/servers/insecure-websocket', '--no-config', '--exit-zero'];

  it('tells on stderr where the time went and what was done, and leaves the report as it is', () => {
    let ms = 0;
    const { out, err } = run([...server, '--stats'], { audit }, { now: () => ms++ });
    expect(out).toBe(run(server, { audit }).out);
    expect(err).toMatch(/^mcp-audit: \d+ ms in all, 50 MB at most\n +12\.0 {2}load engine\n/);
    for (const stage of ['find files', 'scan', 'extract', 'judge', 'report', 'show'])
      expect(err).toMatch(new RegExp(`\\d {2}${stage}\\n`));
    expect(err).toMatch(/ judge\n +\d+\.\d {4}rule:/);
    expect(err).toMatch(/ extract\n +\d+\.\d {4}(framework|doors|idiom):/);
    expect(err).toMatch(/ 4 {2}files parsed\n +\d{3,} {2}nodes visited\n +\d{2,} {2}evaluator steps\n/);
  });

  it('tells it in one line of JSON where the report is JSON', () => {
    const { out, err } = run([...server, '--format', 'json', '--stats'], { audit });
    expect(out).toBe(run([...server, '--format', 'json'], { audit }).out);
    const { stats } = JSON.parse(err);
    expect(stats).toMatchObject({ peakMemory: 50e6, counts: { 'files found': 4, 'files parsed': 4 } });
    expect(Object.keys(stats.times)).toContain('rule:ws-missing-origin-check');
  });
});

describe('--help and --version', () => {
  const unloadable = () => raise<Engine>(new Error('loaded the engine'));

  it('freezes the help, and with it the exit codes', () => {
    const { code, out, err } = run(['--help'], unloadable);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatchInlineSnapshot(`
      "Usage: mcp-audit [options] [paths...]
             mcp-audit <command> --help

      Reads the source of an MCP server and says who can get in, who should not, and
      how.

      Arguments:
        paths                       folders or files (default: the current folder)

      Options:
        -f, --format <name>         how to report: terminal (default), json, sarif,
                                    markdown, html, github, gitlab, junit, agent
        -o, --output <file>         write the report to a file, nothing to stdout
        --report <format=file>      write a further report, such as json=audit.json
                                    (repeatable)
        --base <file>               an earlier JSON report: markdown tells what has
                                    changed since
        --color <when>              when to paint; auto heeds NO_COLOR and
                                    FORCE_COLOR: auto (default), always, never
        -q, --quiet                 show only findings and grade
        --include-tests             look at test and fixture files as well
        --config <file>             the configuration (default: the nearest
                                    mcp-audit.config.json)
        --no-config                 heed no configuration
        --time-limit <seconds>      end an audit that reads code for longer (default:
                                    300)
        --no-cache                  use and keep nothing of earlier runs

      What fails the run:
        --fail-on <severity>        findings this grave or graver: critical, high
                                    (default), medium, low, info, none
        --min-grade <grade>         a grade below this one: A, B, C, D, F
        --allow-empty               do not fail when there is nothing to examine
        --exit-zero                 do not fail on findings or grade

      What is asked and shown:
        --rule <id>                 ask this rule only (repeatable)
        --skip <id>                 do not ask this rule (repeatable)
        --pillar <name>             ask the rules of this pillar only: origin,
                                    authentication, limits, messages, sessions,
                                    exposure
        --min-severity <severity>   show findings this grave or graver: critical,
                                    high, medium, low, info
        --min-confidence <level>    show findings this certain: high, medium, low
        --pedantic                  show what only pedants want to know as well
        --stats                     tell on stderr where the time went (as JSON with
                                    --format json)
        --since <ref>               show what touches files changed since a git ref
        --staged                    show what touches files staged for commit
        --files-from <file>         show what touches the files listed in a file; -
                                    for stdin
        --touching                  show what touches the paths, which are files; all
                                    of the current folder is audited
        --no-ignores                heed no ignore comments
        --baseline <file>           findings accepted earlier (default:
                                    mcp-audit.baseline.json, where it is)
        --no-baseline               heed no baseline

      About the tool:
        -V, --version               show the version
        -h, --help                  show this help

      Commands:
        report <file>               show a saved JSON report in another format
        baseline                    accept what is found for now
        explain <rule>              why a rule matters, and how to fix and verify it
        rules                       list the rules
        doors [paths...]            show who can get in where
        facts [paths...]            print what the verdicts are made of, as JSON
        try-origin <path> <origin>  what every door does with an Origin of your choice
                                    (1: some door lets it in, 3: there is no door)
        init [folder]               write a configuration, a GitHub workflow, a
                                    pre-commit hook; asks nothing
        badge [paths...]            draw the grade as a badge
        completion <shell>          print what makes a shell complete the command line

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

  it('writes into a device instead of replacing it, and through no link: a stranger may have laid it', () => {
    const file = join(folder, 'real.txt');
    const link = join(folder, 'link.txt');
    writeFileSync(file, '');
    symlinkSync(file, link);
    expect(run(['--output', link]).code).toBe(2);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('');

    run(['--output', '/dev/null']);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});

describe('--report', () => {
  it('gives further reports of the same run', () => {
    const file = join(folder, 'further.json');
    const { code, out } = run(['--report', `json=${file}`], tells({ findings: ['high'] }));
    expect(code).toBe(1);
    expect(out).toContain('Nobody reads Origin.');
    expect(JSON.parse(readFileSync(file, 'utf8')).findings).toHaveLength(1);
  });

  it.each(['json', 'jsn=a', '=a'])('%s is no format=file', value => {
    const { code, err } = run(['--report', value]);
    expect({ code, err }).toEqual({
      code: 2,
      err: `mcp-audit: --report takes format=file, such as json=audit.json; the formats are ${formats.join(', ')}.\n`,
    });
  });

  it('is shown again from the JSON that was saved, the code with it', () => {
    const file = join(folder, 'saved.json');
    const server = ['fixtures/servers/insecure-websocket', '--config', configFile({})];
    const { out: first } = run([...server, '--report', `json=${file}`], { audit });
    expect(first).toContain('new WebSocketServer(');
    expect(run(['report', file])).toEqual({ code: 0, out: first, err: '' });
  });

  it('is refused when it is none, or of another version', () => {
    const file = join(folder, 'other.json');
    writeFileSync(file, '{"schemaVersion":"7.0"}');
    expect(run(['report', file]).err).toContain('its schema version is 7.0, and this tool reads 1.0.');
    writeFileSync(file, 'nonsense');
    expect(run(['report', file])).toEqual({
      code: 2,
      out: '',
      err: `mcp-audit: cannot read ${file}: it is no JSON.\n`,
    });
  });
});

describe('a configuration', () => {
  it('sets the gate, which the command line overrules', () => {
    const options = ['--config', configFile({ failOn: 'low', minGrade: 'A' })];
    const story = tells({ findings: ['low'], grade: 'B' });
    expect(run(options, story).err).toBe('mcp-audit: 1 finding at or above low\nmcp-audit: grade B is below A\n');
    expect(run([...options, '--fail-on', 'high', '--min-grade', 'B'], story).code).toBe(0);
    expect(run(['--no-config'], story).code).toBe(0);
  });

  it.each([
    [{ failOn: 'hihg' }, '"failOn" must be one of critical, high, medium, low, info, none.'],
    [
      { rules: { 'ws-missing-auht': 'off' } },
      "there is no rule 'ws-missing-auht' in FILE. Did you mean 'ws-missing-auth'?",
    ],
  ])('%j is a mistake', (config, sentence) => {
    const file = configFile(config);
    const { code, err } = run(['--config', file]);
    expect(code).toBe(2);
    expect(err).toContain(sentence.replace('FILE', file));
  });
});

describe('selecting', () => {
  const server = ['fixtures/servers/insecure-websocket', '--no-config', '--format', 'json', '--exit-zero'];
  const reported = (...options: string[]): Report => JSON.parse(run([...server, ...options], { audit }).out);
  const all = reported();

  it('asks one rule, all but one, or one pillar', () => {
    const idsOf = ({ checks }: Report) => checks.map(({ ruleId }) => ruleId);
    expect(idsOf(reported('--rule', 'ws-missing-auth,token-in-query'))).toEqual(['token-in-query', 'ws-missing-auth']);
    expect(idsOf(reported('--skip', 'ws-missing-auth'))).not.toContain('ws-missing-auth');
    expect(new Set(reported('--pillar', 'limits').checks.map(({ pillar }) => pillar))).toEqual(new Set(['limits']));
    expect(run(['--rule', 'ws-missing-atuh']).err).toBe(
      "mcp-audit: there is no rule 'ws-missing-atuh'. Did you mean 'ws-missing-auth'?\n",
    );
    expect(run(['--pillar', 'orgin']).code).toBe(2);
  });

  it('shows what is grave or certain enough; the grade stays', () => {
    const grave = reported('--min-severity', 'critical');
    expect(new Set(grave.findings.map(({ severity }) => severity))).toEqual(new Set(['critical']));
    expect(grave.findings.length + grave.hidden).toBe(all.findings.length);
    expect(grave.scores).toEqual(all.scores);
  });

  it('shows what touches the listed files', () => {
    const list = join(folder, 'list');
    const [{ file } = { file: '' }] = all.findings;
    writeFileSync(list, `fixtures/servers/insecure-websocket/${file}\n`);
    const some = reported('--files-from', list);
    expect(some.findings.length).toBeGreaterThan(0);
    const other = run([...server, '--files-from', '-'], { audit }, { input: () => 'README.md\0' }).out;
    expect(JSON.parse(other)).toMatchObject({ findings: [], hidden: all.findings.length, scores: all.scores });
  });

  it('shows what touches files that git calls changed or staged', () => {
    const repository = join(folder, 'repository');
    cpSync('fixtures/servers/insecure-websocket', repository, { recursive: true });
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], { cwd: repository });
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-qm', 'before');
    const asked = (...options: string[]) => run([repository, ...options], { audit }, { env: process.env });
    const shown = (...options: string[]) =>
      JSON.parse(asked('--format', 'json', '--exit-zero', ...options).out) as Report;
    const [{ file } = { file: '' }] = all.findings;
    expect(shown('--since', 'HEAD').findings).toEqual([]);

    appendFileSync(join(repository, file), '\n// later');
    expect(shown('--since', 'HEAD').findings.length).toBeGreaterThan(0);
    expect(shown('--staged').findings).toEqual([]);
    git('add', '.');
    expect(shown('--staged').findings.length).toBeGreaterThan(0);
    expect(asked('--since', '--output=x').code).toBe(2);
    expect(asked('--since', 'nowhere')).toMatchObject({ code: 2, out: '' });
  });
});

describe('baseline update', () => {
  it('accepts all at first, later only what it is told to', () => {
    const file = join(folder, 'accepted.json');
    const server = ['fixtures/servers/insecure-websocket', '--no-config'];
    const first = run(['baseline', 'update', ...server, '--file', file], { audit });
    expect(first.out).toMatch(/accepted\.json: (\d+) accepted, \1 added, 0 removed\n$/);
    expect(run([...server, '--baseline', file], { audit })).toMatchObject({ code: 0, err: '' });
    expect(run([...server, '--baseline', file], { audit }).out).toContain('in the baseline');

    const [half, ...rest] = [...readFileSync(file, 'utf8').matchAll(/^ {4}.*?,?$/gm)].map(([line]) => line);
    writeFileSync(file, `{"version":1,"findings":[${half!.replace(/,$/, '')}]}`);
    const second = run(['baseline', 'update', ...server, '--file', file], { audit });
    expect(second.err).toContain(`${rest.length} new left out`);
    expect(run(['baseline', 'update', ...server, '--file', file, '--accept-new'], { audit }).out).toContain(
      `${rest.length} added`,
    );
  });
});

describe('commands about rules and doors', () => {
  const unloadable = () => raise<Engine>(new Error('loaded the engine'));

  it('explain says why, how to fix and how to verify, without the engine', () => {
    const { code, out } = run(['explain', 'ws-missing-origin-check'], unloadable);
    expect(code).toBe(0);
    for (const word of ['ws-missing-origin-check', 'CWE-1385', '\nWhy\n', '\nFix\n', '\nVerify\n'])
      expect(out).toContain(word);
    expect(run(['explain', 'ws-origin'], unloadable).code).toBe(2);
  });

  it('rules lists every rule, for people and as JSON', () => {
    const { out } = run(['rules'], unloadable);
    const cards = JSON.parse(run(['rules', '--format', 'json'], unloadable).out);
    expect(cards).toHaveLength(parts.rules.length);
    for (const { id } of cards) expect(out).toContain(id);
  });

  it('doors and facts show what there is, without judging it', () => {
    const server = 'fixtures/servers/insecure-websocket';
    expect(run(['doors', server], { audit }).out).toContain('WebSocketServer  src/');
    const doors: Report['doors'] = JSON.parse(run(['doors', server, '--format', 'json'], { audit }).out);
    expect(doors.map(({ kind }) => kind)).toContain('WebSocketServer');
    expect(JSON.parse(run(['facts', server], { audit }).out).subjects.length).toBeGreaterThan(0);
  });
});

describe('progress', () => {
  const slow = (more: Partial<Machine> = {}, ...options: string[]) => {
    let now = 0;
    const machine = { isWatched: true, now: () => (now += 400), ...more };
    return run(['fixtures/servers/insecure-websocket', '--no-config', ...options], { audit }, machine).err;
  };

  it('is told on a terminal when a run takes long, and cleared at the end', () => {
    const err = slow();
    expect(err).toMatch(/^(\r\d+ files read…)+\r/);
    expect(err).toContain('…\r\x1b[K');
  });

  it('is not told otherwise', () => {
    for (const err of [
      slow({ isWatched: false }),
      slow({ env: { CI: 'true' } }),
      slow({}, '--quiet'),
      slow({ now: () => 0 }),
    ])
      expect(err).not.toContain('files read');
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

function configFile(config: object): string {
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** What an audit came to, as far as the command line cares. */
interface Story {
  readonly findings: readonly Severity[];
  readonly standing: 'new' | 'ignored';
  readonly grade: 'A' | 'B' | 'C' | undefined;
  readonly doors: Report['doors'];
  readonly filesExamined: number;
  readonly faults: readonly string[];
}

/** An audit that comes to this, whatever it is asked. */
function tells({
  findings = [],
  standing = 'new',
  grade,
  doors = [],
  filesExamined = 1,
  faults = [],
}: Partial<Story>): Pick<Engine, 'audit'> {
  const overall = grade && { score: 0, grade, limitedBy: 'mean' as const, judged: 1, of: 6 };
  const report: Report = {
    ...nothing,
    target: { ...nothing.target, filesExamined },
    doors,
    findings: findings.map(severity => ({ ...finding, severity, standing })),
    scores: { ...nothing.scores, overall: overall ?? null },
    faults: faults.map(fault => ({ in: fault, message: 'broke' })),
  };
  return { audit: () => ({ report, facts: noFacts }) };
}

const noFacts: Facts = {
  packages: [],
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

const nothing = reportOf({
  facts: noFacts,
  judged: [],
  faults: [],
  rules: [],
  version: '1.2.3',
  target: { root: '.', prefix: '', filesExamined: 1, filesSkipped: {} },
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
  command: null,
  trail: [],
  places: [],
  cwe: [1385],
  deducts: 35,
  fingerprint: '0123456789abcdef',
  standing: 'new',
  suppression: null,
};

/** Runs the command line in this process. The audit finds nothing unless another is given. */
function run(
  argv: readonly string[],
  engine: Partial<Engine> | (() => Engine) = tells({}),
  machine: Partial<Machine> = {},
) {
  const said = { out: '', err: '' };
  const voice = { out: (text: string) => (said.out += text), err: (text: string) => (said.err += text) };
  const world = {
    ...voice,
    env: {},
    columns: undefined,
    today: '2026-11-25',
    isWatched: false,
    loads: () => ({ 'load engine': 12 }),
    peakMemory: () => 50e6,
    now: () => 0,
    input: () => '',
    ...machine,
  };
  const load: Loaders = {
    engine: typeof engine === 'function' ? engine : () => ({ ...parts, ...tells({}), remember() {}, ...engine }),
    catalogue: () => catalogue,
    settings: () => settings,
  };
  return { code: main(argv, world, load), ...said };
}

function raise<T>(error: Error): T {
  throw error;
}
