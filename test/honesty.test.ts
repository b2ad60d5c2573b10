import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { audit } from '../src/audit.js';
import { answerTo } from '../src/cli/exit.js';
import { render } from '../src/cli/formats.js';
import { formats } from '../src/cli/request.js';
import { unmodelled } from '../src/extract/unmodelled.js';
import { json } from '../src/report/json.js';
import { severities } from '../src/rule.js';

/** Promise 6 of docs/threat-model.md: what was not seen is said, and never counts as seen. */

const folder = mkdtempSync(join(tmpdir(), 'mcp-audit-honesty-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const look = { color: false, width: 200, unicode: true, rules };
const gate = { allowEmpty: false, exitZero: false, minGrade: undefined, failOn: 'high' } as const;

function tree(files: Readonly<Record<string, string | Uint8Array>>): string {
  const home = mkdtempSync(join(folder, 'tree-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
  return home;
}

const reportOn = (files: Parameters<typeof tree>[0]) => audit([tree(files)], {}, rules).report;
const server = `import { WebSocketServer } from 'ws';\nconst wss = new WebSocketServer({ port: 1 });\nwss.on('connection', () => {});\n`;
/** Its options come from a package that nobody can read. */
const unclear = `import { options } from '@acme/private';\n${server.replace('{ port: 1 }', 'options')}`;

describe('what could not be told', () => {
  const [sure, doubtful] = [reportOn({ 'a.ts': server }), reportOn({ 'a.ts': unclear })];

  it('is listed with its reason, and lowers the stated coverage, never the score by itself', () => {
    expect(doubtful.unsure.length).toBeGreaterThan(sure.unsure.length);
    for (const { message, file, line } of doubtful.unsure)
      expect([message.length > 10, file, line > 0]).toEqual([true, 'a.ts', true]);
    const share = ({ answered, asked }: typeof sure.coverage) => answered / asked;
    expect(share(doubtful.coverage)).toBeLessThan(share(sure.coverage));
    const unsureIn = ({ checks }: typeof sure) => checks.reduce((sum, { unsure }) => sum + unsure, 0);
    expect(doubtful.coverage.asked - doubtful.coverage.answered).toBe(unsureIn(doubtful));
    expect(unsureIn(doubtful)).toBeGreaterThan(0);
  });

  it.each(formats)('shows in %s', format => {
    const text = render[format](doubtful, look);
    const { answered, asked } = doubtful.coverage;
    // GitLab's format is a list of findings and nothing else.
    if (format === 'gitlab') return;
    expect(text).toMatch(
      format === 'json' || format === 'sarif'
        ? new RegExp(`"answered": ${answered},\\s+"asked": ${asked}`)
        : `${answered} of ${asked} questions`,
    );
    if (format !== 'github' && format !== 'junit') {
      const reason = doubtful.unsure[0]!.message.replace(/`.*/, '').slice(0, 40);
      expect(text).toContain(reason);
    }
  });
});

describe('libraries without a model', () => {
  const report = reportOn({
    'package.json': JSON.stringify({ dependencies: { oak: '1', restify: '1', polka: '1', ngrok: '1' } }),
    'a.ts': `${server}import { Application } from 'oak';\n`,
    'b.ts': `// import restify from 'restify';\nimport type { Polka } from 'polka';\n${server}`,
    'c.js': `const ngrok = require('ngrok');\nimport('npm:elysia@1');`,
    'd.ts': `import { Application } from 'jsr:@oak/oak@17/application';\nimport x from 'https://deno.land/x/oak@v12/mod.ts';`,
    'a.test.ts': `import sockjs from 'sockjs';`,
  });

  it('are noted where read code imports them, once, and not for their types, in comments or in package.json alone', () => {
    expect(report.unmodelled.map(({ library, file, line, column }) => [library, file, line, column])).toEqual([
      ['oak', 'a.ts', 4, 30],
      ['ngrok', 'c.js', 1, 24],
      ['elysia', 'c.js', 2, 9],
      ['@oak/oak', 'd.ts', 1, 30],
    ]);
  });

  it('are noted where there is nothing else to find', () => {
    const { unmodelled: noted, doors } = reportOn({
      'a.ts': `import polka from 'polka';\nexport const app = polka();`,
    });
    expect([noted.map(({ library }) => library), doors]).toEqual([['polka'], []]);
  });

  it('are notes: no finding, no deduction', () => {
    const plain = reportOn({ 'a.ts': server, 'b.ts': server });
    expect(report.findings.map(({ ruleId }) => ruleId)).toEqual(plain.findings.map(({ ruleId }) => ruleId));
    expect(report.scores).toEqual(plain.scores);
  });

  it.each(formats.filter(format => !['gitlab', 'junit'].includes(format)))('show in %s', format => {
    const text = render[format](report, look);
    expect(text).toMatch(format === 'github' ? /4 libraries without a model/ : /ngrok makes a local port reachable/);
  });

  it('are none of those that have one', () => {
    const known = [
      'express',
      'fastify',
      'hono',
      'koa',
      'h3',
      '@nestjs/core',
      'ws',
      'socket.io',
      'uWebSockets.js',
      'next',
      'itty-router',
      'graphql-yoga',
    ];
    expect(known.filter(name => Object.hasOwn(unmodelled, name))).toEqual([]);
  });
});

describe('a door', () => {
  it.each(['json', 'terminal', 'markdown', 'html'] as const)('says in %s by which library it was found', format => {
    const report = reportOn({ 'a.ts': server });
    expect(report.doors.map(({ via }) => via)).toEqual(['ws']);
    const text = render[format](report, look);
    expect(text).toMatch(
      { json: /"via": "ws"/, terminal: /^ {4}ws · /m, markdown: /\| WebSocketServer, ws \|/, html: /<br>ws<\/td>/ }[
        format
      ],
    );
  });
});

describe('an audit that takes longer than it may', () => {
  const sockets = Array.from(
    { length: 200 },
    (_, index) =>
      `new WebSocketServer({ port: ${9000 + index} }).on('connection', s => s.on('message', m => s.send(JSON.parse(m))));`,
  );
  const files = { 'server.ts': ["import { WebSocketServer } from 'ws';", ...sockets].join('\n') };

  it('is ended soon after', () => {
    const home = tree(files);
    const timed = (timeLimit?: number) => {
      const start = performance.now();
      const { report } = audit([home], { timeLimit }, rules);
      return { seconds: (performance.now() - start) / 1000, report };
    };
    timed(); // what runs for the first time is slow
    const whole = timed();
    expect(whole.report.faults).toEqual([]);
    const limit = whole.seconds / 5;
    const { seconds, report } = timed(limit);
    expect(seconds).toBeLessThan(whole.seconds * 0.7);
    expect(report.faults.map(fault => fault.in)).toEqual(['time limit']);
  }, 120_000);

  it('says where it was ended, and has no grade', () => {
    const { report } = audit([tree(files)], { timeLimit: 0.001 }, rules);
    expect(report.faults).toEqual([
      {
        in: 'time limit',
        message: expect.stringMatching(
          /^0\.001 seconds were over in \S+; what comes after it was not looked at\. --time-limit allows more\.$/,
        ),
      },
    ]);
    expect(report.scores.overall).toBeNull();
  });

  it('exits 70 from the command line, and can be given more by a configuration or, which wins, by an option', () => {
    const home = tree({ ...files, 'mcp-audit.config.json': '{ "timeLimit": 0.001 }' });
    const run = (...argv: string[]) =>
      spawnSync('node', ['bin/mcp-audit.js', home, ...argv], { encoding: 'utf8', maxBuffer: 1e9 });
    const { status, stdout, stderr } = run('--quiet');
    expect(status).toBe(70);
    expect(stdout).toContain('This audit is incomplete.');
    expect(stderr).toMatch(/^mcp-audit: incomplete: time limit: 0\.001 seconds were over in /);
    expect(stderr).not.toContain('report it');
    expect(run('--quiet', '--time-limit', '100').status).toBe(1);
    expect(run('--time-limit', 'soon')).toMatchObject({
      status: 2,
      stderr: "mcp-audit: --time-limit takes seconds, such as 60; 'soon' is none.\n",
    });
  }, 120_000);
});

describe('nothing examined is never a pass', () => {
  const nothing: readonly (readonly [string, Parameters<typeof tree>[0]])[] = [
    ['an empty folder', {}],
    ['no TypeScript or JavaScript', { 'main.py': 'print()', 'README.md': '# x', 'package.json': '{}' }],
    ['only tests', { 'a.test.ts': server, 'test/b.ts': server, '__tests__/c.ts': server }],
    ['only node_modules', { 'node_modules/x/index.js': server }],
    ['only what git ignores', { '.gitignore': '*.ts', 'a.ts': server }],
    ['only what was built', { 'dist/a.js': server }],
    ['only binary files', { 'a.ts': new Uint8Array([0, 1, 2, 0]) }],
    ['only files that are too large', { 'a.ts': `${server}//${'x\n'.repeat(1_000_000)}` }],
    ['only files that cannot be parsed', { 'a.ts': `${server}${'('.repeat(100_000)}` }],
    ['only declarations', { 'a.d.ts': 'export {};' }],
  ];

  it.each(nothing)('%s', (_, files) => {
    const report = reportOn(files);
    expect(answerTo(report, gate).code).toBe(3);
    expect(report.scores.overall).toBeNull();
    expect(render.terminal(report, look)).toContain('no file was examined');
  });

  const unreadable: readonly (readonly [string, string, string | Uint8Array])[] = [
    ['is binary', 'asked.ts', new Uint8Array([0, 1, 2, 0])],
    ['cannot be parsed', 'asked.ts', `${server}${'('.repeat(100_000)}`],
    ['holds no code', 'README.md', '# Notes'],
  ];
  it.each(unreadable)('a file that %s was asked about, whatever could be read beside it', (_, name, content) => {
    const home = tree({ 'package.json': '{}', 'beside.ts': server, [name]: content });
    const { report } = audit([join(home, name)], {}, rules);
    expect(report.unread.map(({ file }) => file)).toEqual([name]);
    expect(answerTo(report, gate).code).toBe(3);
    expect(audit([join(home, name), join(home, 'beside.ts')], {}, rules).report.target.filesExamined).toBeGreaterThan(
      0,
    );
  });

  it.skipIf(process.getuid?.() === 0)('files that may not be read', () => {
    const home = tree({ 'a.ts': server });
    chmodSync(join(home, 'a.ts'), 0);
    const { report } = audit([home], {}, rules);
    expect(report.unread).toHaveLength(1);
    expect(answerTo(report, gate).code).toBe(3);
  });

  it('but a server that speaks stdio only was examined: it passes without a grade, and the report says why', () => {
    const { report } = audit(['fixtures/servers/stdio'], {}, rules);
    expect(answerTo(report, gate).code).toBe(0);
    expect(report.scores.overall).toBeNull();
    expect(report.coverage.asked).toBe(report.coverage.answered);
    expect(render.terminal(report, look)).toContain('stdio only');
    for (const severity of severities) expect(json(report)).not.toContain(`"severity": "${severity}"`);
  });
});
