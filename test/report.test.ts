import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Facts, Location, Subject, Trial, WebSocketServer } from '../src/facts/index.js';
import { judge } from '../src/judge.js';
import { json } from '../src/report/json.js';
import { type Report, reportOf } from '../src/report/report.js';
import { reportSchema } from '../src/report/schema.js';
import { cellsOf } from '../src/report/terminal/text.js';
import { type TerminalOptions, terminal } from '../src/report/terminal.js';
import { flawed, type Rule, type RuleCard, rule, sound, unsure } from '../src/rule.js';

const source = `import { WebSocketServer } from 'ws';
import { isTrusted } from './origin.js';

const wss = new WebSocketServer({
  port: 8080,
  verifyClient: ({ origin }) => isTrusted(origin),
});`;
const originSource = `const suffix = 'myapp.com';
export const isTrusted = (origin: string) => origin.endsWith(suffix);`;

const wss = spot('src/ws.ts', 4, 13, 7, 3);
const verifyClient = spot('src/ws.ts', 6, 17, 6, 50);
const suffix = spot('src/origin.ts', 1, 16, 1, 27);
const endsWith = spot('src/origin.ts', 2, 46, 2, 69);

const witness: Trial = {
  kind: 'prefixed',
  origin: 'https://evilmyapp.com',
  answer: 'admits',
  trail: [
    { at: verifyClient, says: 'the handshake asks here' },
    { at: suffix, says: 'no dot, so any domain may end like this' },
    { at: endsWith, says: 'admitted here' },
  ],
};

const server: WebSocketServer = {
  kind: 'WebSocketServer',
  at: wss,
  anchors: [],
  via: 'ws',
  bind: { is: 'default', value: '::', because: 'ws listens on every interface' },
  exposure: 'network',
  wayIn: { at: wss, method: 'GET', path: '/' },
  gates: [{ at: verifyClient, name: 'verifyClient', stage: 'before-accept', certain: true }],
  origin: {
    stage: 'before-accept',
    trials: [
      { kind: 'unrelated', origin: 'https://attacker.example', answer: 'refuses', at: endsWith, trail: [] },
      { kind: 'trusted', origin: 'https://myapp.com', answer: 'admits', trail: [] },
      witness,
    ],
    decidedBy: [endsWith],
  },
  credential: { answer: 'admits', carriers: [], trail: [] },
  maxPayload: { is: 'default', value: Number.POSITIVE_INFINITY, because: 'an example' },
  ownSizeLimit: undefined,
  servedBeforeCheck: undefined,
  errorListener: { is: 'library', because: 'the library hears them' },
  lastResort: undefined,
  heartbeat: { is: 'library', because: 'the library pings' },
  loginTimer: { is: 'library', because: 'nobody logs in' },
};

const facts: Facts = {
  packages: [{ name: 'example', folder: '.' }],
  subjects: [server],
  stdio: [],
  ignores: [],
  unmodelled: [],
  blindness: [{ at: spot('src/app.ts', 9, 1, 9, 20), why: 'the route is read from a database' }],
  unread: [{ file: 'src/huge.ts', why: 'larger than 2 MB' }],
  faults: [],
  excerpts: { 'src/ws.ts': linesOf(source), 'src/origin.ts': linesOf(originSource) },
  surroundings: { 'src/origin.ts:2:46': { enclosing: 'isTrusted', text: 'origin.endsWith(suffix)' } },
};

const substring = ruleAbout('origin-substring-match', 'origin', ({ at: _ }) =>
  flawed(endsWith, 'high', 'A foreign origin passes for a trusted one: endsWith has no boundary before the suffix.', {
    witness,
    trail: witness.trail,
  }),
);
const missingAuth = ruleAbout('ws-missing-auth', 'authentication', ({ at }) =>
  flawed(at, 'high', 'Any peer that connects can send commands; no credential was found.', { confidence: 'medium' }),
);
const payload = ruleAbout('ws-missing-max-payload', 'limits', ({ at }) => sound(at));
const heartbeat = ruleAbout('ws-missing-heartbeat', 'limits', ({ at }) => unsure(at, 'the timer is set elsewhere'));
const rules = [substring, missingAuth, payload, heartbeat];

const report = reportAbout([server]);

describe('the report', () => {
  it('keeps the contract of its schema', () => {
    expect(reportSchema.parse(report)).toEqual(report);
  });

  it('loads zod for nobody but the schema, and who reads a saved report with it', () => {
    const parts = readdirSync('src/report', { recursive: true, encoding: 'utf8' }).filter(
      file => file.endsWith('.ts') && !['schema.ts', 'saved.ts'].includes(file),
    );
    const loading = parts.filter(file =>
      /^(import|export) (?!type )[^;]*(schema\.js|'zod')/m.test(readFileSync(`src/report/${file}`, 'utf8')),
    );
    expect(parts.length).toBeGreaterThan(3);
    expect(loading).toEqual([]);
  });

  it('shows who is let in at a door, and by whom', () => {
    expect(report.doors).toHaveLength(1);
    expect(report.doors[0]!.guards).toEqual({
      origin: {
        stage: 'before-accept',
        admits: [
          { kind: 'trusted', origin: 'https://myapp.com', host: null },
          { kind: 'prefixed', origin: 'https://evilmyapp.com', host: null },
        ],
        refuses: [{ kind: 'unrelated', origin: 'https://attacker.example', host: null }],
        unsettled: [],
        decidedBy: [endsWith],
      },
      credential: { answer: 'admits', carriers: [], at: null, because: null },
    });
  });

  it('tells everything about a finding, down to what it costs', () => {
    expect(report.findings[0]).toEqual({
      ruleId: 'origin-substring-match',
      title: 'An example',
      pillar: 'origin',
      severity: 'high',
      confidence: 'high',
      ...endsWith,
      enclosing: 'isTrusted',
      message: 'A foreign origin passes for a trusted one: endsWith has no boundary before the suffix.',
      fix: 'Compare with a list of exact origins.\n\nMore about it.',
      witness: { kind: 'prefixed', origin: 'https://evilmyapp.com', host: null },
      command: null,
      trail: witness.trail.map(({ at, says }) => ({ ...at, message: says })),
      places: [],
      cwe: [346],
      deducts: 35,
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      standing: 'new',
      suppression: null,
    });
    expect(report.findings[1]!.deducts).toBe(24.5);
  });

  it('says which checks were asked and what they answered', () => {
    expect(report.checks.map(({ ruleId, sound, flawed, unsure }) => [ruleId, sound, flawed, unsure])).toEqual([
      ['origin-substring-match', 0, 1, 0],
      ['ws-missing-auth', 0, 1, 0],
      ['ws-missing-heartbeat', 0, 0, 1],
      ['ws-missing-max-payload', 1, 0, 0],
    ]);
  });

  it('gathers the faults of extraction and of rules', () => {
    const broken = ruleAbout('broken', 'limits', () => {
      throw new Error('oops');
    });
    const { faults } = reportAbout([server], { faults: [{ in: 'framework:ws', says: 'no' }] }, [broken]);
    expect(faults).toEqual([
      { in: 'framework:ws', message: 'no' },
      { in: 'rule:broken', message: 'WebSocketServer at src/ws.ts:4:13: oops' },
    ]);
  });

  it('is the same bytes whatever the order of facts and rules', () => {
    const other = { ...server, at: spot('src/a.ts', 1, 1, 1, 9), wayIn: undefined };
    const backwards = reportAbout([server, other], {}, rules.toReversed());
    expect(json(backwards)).toBe(json(reportAbout([other, server])));
    expect(json(backwards).endsWith('}\n')).toBe(true);
  });

  it('gives the same grade with and without the pedantic rules', () => {
    const fussy: Rule = { ...ruleAbout('fussy', 'messages', ({ at }) => flawed(at, 'low', 'untidy')), pedantic: true };
    const plain = reportAbout([server], {}, [...rules, fussy]);
    const pedantic = reportAbout([server], {}, [...rules, fussy], true);
    expect(pedantic.findings.map(({ ruleId, deducts }) => [ruleId, deducts])).toContainEqual(['fussy', 0]);
    expect(plain.findings.length).toBe(pedantic.findings.length - 1);
    expect(plain.scores).toEqual(pedantic.scores);
  });

  it('gives the same grade with and without the pedantic answers of other rules', () => {
    const fussy = ruleAbout('fussy', 'messages', ({ at }) => flawed(at, 'low', 'untidy', { pedantic: true }));
    const plain = reportAbout([server], {}, [...rules, fussy]);
    const pedantic = reportAbout([server], {}, [...rules, fussy], true);
    expect(pedantic.findings.map(({ ruleId, deducts }) => [ruleId, deducts])).toContainEqual(['fussy', 0]);
    expect(plain.scores).toEqual(pedantic.scores);
  });
});

describe('the terminal', () => {
  it('shows doors, findings with their trail, what could not be told, scores', () => {
    expect(shown(report)).toMatchInlineSnapshot(`
      "mcp-audit 1.2.3  ./example
      examined 12 files, skipped 4 (1 generated, 3 test)

      Doors
        WebSocketServer  src/ws.ts:4
          ws · network :: (default) · GET /
          Origin: admits https://evilmyapp.com · credential: none
          gates: verifyClient

      high[origin-substring-match]: A foreign origin passes for a trusted one: endsWith has no
        boundary before the suffix.
        ╭▸ src/origin.ts:2:46 · origin −35
        │
      1 │ const suffix = 'myapp.com';
        │                ─────────── 2. no dot, so any domain may end like this
      2 │ export const isTrusted = (origin: string) => origin.endsWith(suffix);
        │                                              ^^^^^^^^^^^^^^^^^^^^^^^ 3. admitted here
        │
        ├▸ src/ws.ts:6:17
        │
      6 │   verifyClient: ({ origin }) => isTrusted(origin),
        │                 ───────────────────────────────── 1. the handshake asks here
        │
        ├ gets in: Origin: https://evilmyapp.com
        ╰ help: Compare with a list of exact origins.

      high[ws-missing-auth]: Any peer that connects can send commands; no credential was found.
        ╭▸ src/ws.ts:4:13 · authentication −24.5
        │
      4 │ const wss = new WebSocketServer({
        │             ^^^^^^^^^^^^^^^^^^^^^
        │
        ├ help: Compare with a list of exact origins.
        ╰ note: medium confidence

      Could not tell
        src/app.ts:9: the route is read from a database
        src/ws.ts:4: the timer is set elsewhere

      Not read
        src/huge.ts: larger than 2 MB

      Scores
        origin          █████████████░░░░░░░   65  D  1 flawed
        authentication  ███████████████░░░░░   75  C  1 flawed
        limits          ████████████████████  100  A  1 sound, 1 unsure
        messages        n/a  nothing to judge
        sessions        n/a  nothing to judge
        exposure        n/a  nothing to judge

      Grade C · 77 of 100 · judged 3 of 6 pillars · answered 3 of 5 questions · formula 1

      2 findings: 2 high (2 unsure)
      "
    `);
  });

  it('needs no more than ASCII and 60 cells', () => {
    expect(shown(report, { unicode: false, width: 60 })).toMatchInlineSnapshot(`
      "mcp-audit 1.2.3  ./example
      examined 12 files, skipped 4 (1 generated, 3 test)

      Doors
        WebSocketServer  src/ws.ts:4
          ws | network :: (default) | GET /
          Origin: admits https://evilmyapp.com | credential: none
          gates: verifyClient

      high[origin-substring-match]: A foreign origin passes for a
        trusted one: endsWith has no boundary before the suffix.
        --> src/origin.ts:2:46 | origin -35
        |
      1 | const suffix = 'myapp.com';
        |                -----------
        |               2. no dot, so any domain may end like this
      2 | ...string) => origin.endsWith(suffix);
        |               ^^^^^^^^^^^^^^^^^^^^^^^ 3. admitted here
        |
        ::: src/ws.ts:6:17
        |
      6 |   verifyClient: ({ origin }) => isTrusted(origin),
        |                 ---------------------------------
        |                 1. the handshake asks here
        |
        = gets in: Origin: https://evilmyapp.com
        = help: Compare with a list of exact origins.

      high[ws-missing-auth]: Any peer that connects can send
        commands; no credential was found.
        --> src/ws.ts:4:13 | authentication -24.5
        |
      4 | const wss = new WebSocketServer({
        |             ^^^^^^^^^^^^^^^^^^^^^
        |
        = help: Compare with a list of exact origins.
        = note: medium confidence

      Could not tell
        src/app.ts:9: the route is read from a database
        src/ws.ts:4: the timer is set elsewhere

      Not read
        src/huge.ts: larger than 2 MB

      Scores
        origin          #############.......   65  D  1 flawed
        authentication  ###############.....   75  C  1 flawed
        limits          ####################  100  A
        messages        n/a  nothing to judge
        sessions        n/a  nothing to judge
        exposure        n/a  nothing to judge

      Grade C | 77 of 100 | judged 3 of 6 pillars
      answered 3 of 5 questions | formula 1

      2 findings: 2 high (2 unsure)
      "
    `);
  });

  it('says in words that a server speaks only stdio', () => {
    const stdio = reportAbout([], { stdio: [spot('src/index.ts', 5, 1, 5, 30)], blindness: [], unread: [] });
    expect(shown(stdio)).toMatchInlineSnapshot(`
      "mcp-audit 1.2.3  ./example
      examined 12 files, skipped 4 (1 generated, 3 test)

      This server speaks MCP over stdio only (src/index.ts:5). It has no network door, so there
      is nothing to grade.
      "
    `);
  });

  it('says in words that nothing was found', () => {
    expect(shown(reportAbout([], { blindness: [], unread: [] }))).toMatchInlineSnapshot(`
      "mcp-audit 1.2.3  ./example
      examined 12 files, skipped 4 (1 generated, 3 test)

      Nothing was found to audit: no network door and no MCP server in 12 files.
      "
    `);
  });

  it('says that an audit is incomplete', () => {
    const broken = reportAbout([server], { faults: [{ in: 'idiom:origin', says: 'stack too deep' }] });
    expect(shown(broken)).toContain('This audit is incomplete');
    expect(shown(broken)).toContain('idiom:origin: stack too deep');
  });

  it.each([40, 60, 80, 200])('keeps within %i cells', width => {
    const lines = [shown(report, { width }), shown(report, { width, unicode: false })].join('').split('\n');
    expect(Math.max(...lines.map(cellsOf))).toBeLessThanOrEqual(width);
  });

  it('shows the flawed part of a very long line', () => {
    const long = `const handlers = [${'noop, '.repeat(100)}origin.endsWith(suffix), ${'noop, '.repeat(100)}];`;
    const column = long.indexOf('origin.') + 1;
    const at = spot('dist/min.js', 1, column, 1, column + 23);
    const text = shown(
      reportAbout([server], { excerpts: { 'dist/min.js': { 1: long } } }, [
        ruleAbout('long', 'origin', () => flawed(at, 'low', 'Here.')),
      ]),
    );
    const [code = '', underline = ''] = text
      .split('\n')
      .slice(text.split('\n').findIndex(line => line.startsWith('1 │')));
    expect(code.slice(underline.indexOf('^'), underline.lastIndexOf('^') + 1)).toBe('origin.endsWith(suffix)');
  });

  it('underlines the right cells after tabs, wide letters and spelled-out controls', () => {
    const line = '\t"漢字\u202e" + flaw';
    const column = line.indexOf('flaw') + 1;
    const at = spot('src/ws.ts', 1, column, 1, column + 4);
    const text = shown(
      reportAbout([server], { excerpts: { 'src/ws.ts': { 1: line } } }, [
        ruleAbout('wide', 'origin', () => flawed(at, 'low', 'Here.')),
      ]),
    );
    expect(text).toContain('1 │     "漢字\\u{202e}" + flaw\n  │                      ^^^^\n');
  });

  it('lets no control character of the source through', () => {
    const evil = '\u001b]0;owned\u0007\u001b[2J\u202e\u200b\u2028\r\n\u009b31m';
    const at = spot(`src/${evil}.ts`, 1, 1, 1, 9);
    const hostile = reportAbout(
      [
        {
          ...server,
          at,
          via: evil,
          bind: { is: 'set', value: evil, at },
          gates: [{ ...server.gates[0]!, name: evil }],
        },
      ],
      {
        unread: [{ file: evil, why: evil }],
        faults: [{ in: evil, says: evil }],
        excerpts: { 'src/ws.ts': { 4: evil } },
      },
      [
        ruleAbout('hostile', 'origin', () =>
          flawed(wss, 'high', evil, { trail: [{ at: suffix, says: evil }], witness: { ...witness, origin: evil } }),
        ),
      ],
    );
    const text = shown(hostile);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(text).toContain('\\x1b]0;owned\\x07');
  });

  it('paints when asked to, and says the same', () => {
    const painted = shown(report, { color: true });
    expect(painted).not.toBe(shown(report));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours
    expect(painted.replace(/\x1b\[\d+m/g, '')).toBe(shown(report));
  });

  it('says how to mend a flaw with the first finding of a rule, and leaves it at that', () => {
    const other = { ...server, at: spot('src/ws.ts', 1, 1, 1, 9) };
    const text = shown(reportAbout([server, other], {}, [missingAuth]));
    expect(text.match(/high\[ws-missing-auth\]/g)).toHaveLength(2);
    expect(text.match(/help:/g)).toHaveLength(1);
  });

  it('lists the further places of one cause', () => {
    const doors = [1, 2, 3].map(line => ({ ...server, at: spot(`src/door${line}.ts`, line, 1, line, 9) }));
    expect(shown(reportAbout(doors, {}, [substring]))).toContain('same cause: src/door2.ts:2, src/door3.ts:3');
  });

  it('is short when quiet', () => {
    const quiet = shown(report, { quiet: true });
    expect(quiet).toMatch(/^high\[/);
    expect(quiet).not.toContain('Could not tell');
    expect(quiet).toContain('Grade');
  });
});

function shown(report: Report, options: Partial<TerminalOptions> = {}): string {
  return terminal(report, { color: false, width: 90, unicode: true, ...options });
}

function reportAbout(subjects: readonly Subject[], more: Partial<Facts> = {}, asked = rules, pedantic = false): Report {
  return reportOf({
    ...judge(asked, subjects),
    facts: { ...facts, subjects, ...more },
    rules: asked,
    version: '1.2.3',
    target: { root: './example', prefix: '', filesExamined: 12, filesSkipped: { test: 3, generated: 1 } },
    options: { pedantic },
  });
}

function ruleAbout(
  id: string,
  pillar: RuleCard['pillar'],
  judge: (server: WebSocketServer) => ReturnType<Rule['judge']>,
) {
  return rule({
    id,
    title: 'An example',
    pillar,
    severity: 'high',
    cwe: [346],
    why: 'Because.',
    fix: '\n    Compare with a list of exact origins.\n\n    More about it.\n  ',
    verify: 'Try it.',
    reading: [],
    judges: 'WebSocketServer',
    judge,
  });
}

function spot(file: string, line: number, column: number, endLine: number, endColumn: number): Location {
  return { file, line, column, endLine, endColumn };
}

function linesOf(text: string): Record<number, string> {
  return Object.fromEntries(text.split('\n').map((line, index) => [index + 1, line]));
}
