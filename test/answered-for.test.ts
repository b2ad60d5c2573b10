import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { type AuditOptions, audit } from '../src/audit.js';
import { applied } from '../src/config/apply.js';
import { isConfigError, readBaseline, readConfig } from '../src/config/read.js';
import type { Report } from '../src/report/report.js';
import { baselineText, updatedBaseline } from '../src/settle/baseline.js';

/** What users answer for: ignore comments, a baseline, a configuration. */

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mcp-audit-')));
afterAll(() => rmSync(folder, { recursive: true }));

const today = '2026-11-25';

describe('an ignore comment', () => {
  it('silences its rule on the next line, and the report says why', () => {
    const [finding, ...others] = originFindings(`
      // mcp-audit-ignore-next-line ws-missing-origin-check -- behind a proxy that checks it
      new WebSocketServer({ port: 8080 });`);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      standing: 'ignored',
      deducts: 0,
      suppression: { by: 'comment', reason: 'behind a proxy that checks it', until: null, at: { line: 2 } },
    });
  });

  it.each([
    ['on the same line', 'new WebSocketServer({ port: 1 }); // mcp-audit-ignore ws-missing-origin-check -- x'],
    [
      'behind a finding of several lines',
      'new WebSocketServer({\n  port: 1,\n}); // mcp-audit-ignore ws-missing-origin-check -- x',
    ],
    ['as a block', '/* mcp-audit-ignore-next-line ws-missing-origin-check -- x */\nnew WebSocketServer({ port: 1 });'],
    [
      'with others between',
      '// mcp-audit-ignore-next-line ws-missing-origin-check -- x\n// see above\n\nnew WebSocketServer({ port: 1 });',
    ],
    [
      'among several rules',
      '// mcp-audit-ignore-next-line ws-missing-auth, ws-missing-origin-check -- x\nnew WebSocketServer({ port: 1 });',
    ],
    [
      'up to its last day',
      `// mcp-audit-ignore-next-line ws-missing-origin-check until:${today} -- x\nnew WebSocketServer({ port: 1 });`,
    ],
  ])('counts %s', (_, code) => {
    expect(originFindings(code).map(({ standing }) => standing)).toEqual(['ignored']);
  });

  it.each([
    [
      'without a reason',
      '// mcp-audit-ignore-next-line ws-missing-origin-check',
      'This ignore comment gives no reason, so it silences nothing. Write one behind ` -- `.',
    ],
    [
      'for a rule that does not exist',
      '// mcp-audit-ignore-next-line ws-missing-origin-chek -- x',
      'There is no rule `ws-missing-origin-chek`. Did you mean `ws-missing-origin-check`? For it, this comment silences nothing.',
    ],
    [
      'for no rule at all',
      '// mcp-audit-ignore-next-line -- x',
      'This ignore comment is not understood: it names no rule. It silences nothing.',
    ],
    [
      'that has run out',
      '// mcp-audit-ignore-next-line ws-missing-origin-check until:2026-11-24 -- x',
      'This ignore comment ended on 2026-11-24: what it silenced is reported again.',
    ],
    [
      'that has run out, its end behind the reason',
      '// mcp-audit-ignore-next-line ws-missing-origin-check -- x until:2026-11-24',
      'This ignore comment ended on 2026-11-24: what it silenced is reported again.',
    ],
    [
      'until a day that is none',
      '// mcp-audit-ignore-next-line ws-missing-origin-check until:2026-02-30 -- x',
      'This ignore comment is not understood: `until:2026-02-30` is no day, which is written 2027-01-31. It silences nothing.',
    ],
    [
      'on the wrong line',
      '// mcp-audit-ignore ws-missing-origin-check -- x',
      '`ws-missing-origin-check` finds nothing here: this ignore comment can go.',
    ],
  ])('%s silences nothing, and is a finding', (_, comment, message) => {
    const { findings } = reportOn(`${comment}\nnew WebSocketServer({ port: 1 });`);
    expect(findings.filter(({ ruleId }) => ruleId === 'ws-missing-origin-check')[0]?.standing).toBe('new');
    expect(findings.filter(({ ruleId }) => ruleId === 'ignore-comment').map(each => each.message)).toEqual([message]);
  });

  it('cannot be forged from a string', () => {
    const code =
      'const s = `\n// mcp-audit-ignore-next-line ws-missing-origin-check -- x\n`; new WebSocketServer({ port: 1 });';
    const { findings } = reportOn(code);
    expect(findings.filter(({ standing }) => standing !== 'new')).toEqual([]);
    expect(findings.filter(({ ruleId }) => ruleId === 'ignore-comment')).toEqual([]);
  });

  it('is not called unused when its rule was not asked', () => {
    const code = '// mcp-audit-ignore-next-line token-in-query -- x\nnew WebSocketServer({ port: 1 });';
    const { findings } = reportOn(code, { isAsked: ({ id }) => id === 'ws-missing-origin-check' });
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(['ws-missing-origin-check']);
  });

  it('counts for nothing on request', () => {
    const code = '// mcp-audit-ignore-next-line ws-missing-origin-check -- x\nnew WebSocketServer({ port: 1 });';
    const { findings } = reportOn(code, { ignores: false });
    expect(new Set(findings.map(({ standing }) => standing))).toEqual(new Set(['new']));
  });
});

describe('a baseline', () => {
  const code = 'new WebSocketServer({ port: 8080 });';
  const entriesOf = ({ findings }: Report) => updatedBaseline([], findings, true).entries;

  it('keeps what was accepted apart from what is new, wherever the lines went', () => {
    const baseline = entriesOf(reportOn(code));
    const later = reportOn(`// a licence\n\n${code}`, { baseline });
    expect(later.findings.length).toBeGreaterThan(1);
    expect(later.findings.every(({ standing }) => standing === 'baseline')).toBe(true);
    expect(later.baseline).toEqual({ stale: [] });
  });

  it('names entries whose finding is gone', () => {
    const baseline = entriesOf(reportOn(code));
    const { stale } = reportOn('new WebSocketServer({ port: 8080, maxPayload: 1024 });', { baseline }).baseline!;
    expect(stale.map(({ ruleId }) => ruleId)).toContain('ws-missing-max-payload');
  });

  it('is one sorted line per entry, which reads back as it was', () => {
    const entries = entriesOf(reportOn(code));
    const file = join(folder, 'baseline.json');
    writeFileSync(file, baselineText(entries));
    expect(readBaseline(file)).toEqual(entries);
    expect(
      readFileSync(file, 'utf8')
        .split('\n')
        .filter(line => line.includes('fingerprint')),
    ).toHaveLength(entries.length);
  });

  it('lets go of what is gone, keeps reasons, and accepts what is new on request only', () => {
    const [first, second] = entriesOf(reportOn(code)) as [Entry, Entry];
    const before = [{ ...first, reason: 'the port is closed' }];
    expect(updatedBaseline(before, [first, second], false)).toEqual({
      entries: before,
      added: 0,
      removed: 0,
      refused: 1,
    });
    expect(updatedBaseline(before, [second], true)).toEqual({ entries: [second], added: 1, removed: 1, refused: 0 });
  });

  type Entry = ReturnType<typeof entriesOf>[number];
});

describe('a configuration', () => {
  it('may change what a rule weighs, turn it off, and do both for some files only', () => {
    const { settingOf, isExcluded, isAsked } = applied(
      written({
        exclude: ['examples/'],
        rules: { 'ws-missing-auth': 'low', 'token-in-query': 'off', 'cors-permissive': 'off' },
        overrides: [
          { files: ['src/legacy/**'], rules: { 'ws-missing-auth': 'info' } },
          { files: ['src/legacy/old.ts'], rules: { 'ws-missing-auth': 'off', 'cors-permissive': 'high' } },
        ],
      }),
    );
    const setting = (id: string, file: string) => settingOf(id, join(folder, file));
    expect(setting('ws-missing-auth', 'src/a.ts')).toBe('low');
    expect(setting('ws-missing-auth', 'src/legacy/a.ts')).toBe('info');
    expect(setting('ws-missing-auth', 'src/legacy/old.ts')).toBe('off');
    expect(setting('bind-all-interfaces', 'src/a.ts')).toBeUndefined();
    expect(isExcluded(join(folder, 'examples/a.ts'))).toBe(true);
    expect(isExcluded(join(folder, 'src/a.ts'))).toBe(false);
    expect(['token-in-query', 'cors-permissive'].map(id => isAsked({ id }))).toEqual([false, true]);
  });

  it('reaches the verdicts', () => {
    const code = 'new WebSocketServer({ port: 8080 });';
    const settingOf = (id: string, file: string) =>
      id === 'ws-missing-auth' && file.endsWith('server.ts') ? 'off' : 'info';
    const { findings } = reportOn(code, { settingOf });
    expect(findings.map(({ ruleId }) => ruleId)).not.toContain('ws-missing-auth');
    expect(new Set(findings.map(({ severity }) => severity))).toEqual(new Set(['info']));
  });

  describe('vouches for what the code cannot show', () => {
    const express = (guard: string) => `
      import express from 'express';
      import { requireTenant, fromOurPages } from '@example/gates';
      import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
      const app = express();
      app.post('/mcp', ${guard}, async (req, res) => {
        const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
        await transport.handleRequest(req, res, req.body);
      });
      app.listen(3000, '127.0.0.1');`;
    const told = (code: string, config: object, id: string) =>
      reportOn(code, applied(written(config))).findings.filter(({ ruleId }) => ruleId === id);

    it.each(['requireTenant', "requireTenant('mcp')"])('authentication: %s', guard => {
      const id = 'http-missing-auth';
      expect(told(express(guard), {}, id).length + reportOn(express(guard)).unsure.length).toBeGreaterThan(0);
      expect(told(express(guard), { authentication: ['requireTenant'] }, id)).toEqual([]);
    });

    it('a check of Origin', () => {
      const id = 'http-missing-origin-check';
      const code = express('(req, res, next) => { if (!fromOurPages(req)) return res.sendStatus(403); next(); }');
      expect(told(code, { originChecks: ['fromOurPages'] }, id)).toEqual([]);
      expect(
        reportOn(code, applied(written({ originChecks: ['fromOurPages'] }))).doors[0]!.guards.origin.refuses.length,
      ).toBeGreaterThan(0);
    });

    it("origins of one's own", () => {
      const code = `new WebSocketServer({ port: 1, verifyClient: ({ origin }) => /^https:\\/\\/[a-z0-9-]+\\.our-team\\.vercel\\.app$/.test(origin) });`;
      const id = 'origin-unanchored-regex';
      const trusting = { trustedOrigins: ['https://our-team.vercel.app'] };
      expect(told(code, trusting, id)).toEqual([]);
    });
  });

  it('may hold comments, and stand in package.json', () => {
    const file = join(folder, 'mcp-audit.config.jsonc');
    writeFileSync(file, '{\n  // for now\n  "failOn": "medium",\n}');
    expect(readConfig(file).config).toEqual({ failOn: 'medium' });
    const manifest = join(folder, 'package.json');
    writeFileSync(manifest, '{ "name": "x", "mcp-audit": { "minGrade": "B" } }');
    expect(readConfig(manifest).config).toEqual({ minGrade: 'B' });
  });

  it.each([
    [{ failON: 'high' }, 'unknown key `failON`. Did you mean `failOn`?'],
    [
      { overrides: [{ file: [], rules: {} }] },
      '"overrides.0.files": Invalid input: expected array, received undefined',
    ],
    [
      { overrides: [{ files: [], rules: {}, pathes: [] }] },
      'unknown key `overrides.0.pathes`. Known are: files, rules.',
    ],
    [
      { rules: { 'ws-missing-auth': 'warn' } },
      '"rules.ws-missing-auth" must be one of critical, high, medium, low, info, off',
    ],
    [{ maxFileSize: 1e12 }, '"maxFileSize": '],
    [{ timeLimit: 1e9 }, '"timeLimit": '],
    [{ authentication: ['a b'] }, '"authentication.0": is no name of a function'],
  ])('%j is refused: %s', (config, sentence) => {
    expect(() => written(config)).toThrow(`mcp-audit.config.json: ${sentence}`);
  });

  it('that is no JSON is refused with its line', () => {
    const file = join(folder, 'broken.json');
    writeFileSync(file, '{\n  "failOn" "high"\n}');
    try {
      readConfig(file);
      expect.unreachable();
    } catch (error) {
      expect(isConfigError(error) && error.message).toMatch(/broken\.json:2: colon expected$/);
    }
  });
});

/** A configuration that was written to a file and read again. */
function written(config: object) {
  const file = join(folder, 'mcp-audit.config.json');
  writeFileSync(file, JSON.stringify(config));
  return readConfig(file);
}

let count = 0;

/** The report about a file that makes a WebSocket server. */
function reportOn(code: string, options: AuditOptions = {}): Report {
  const root = join(folder, `server${count++}`);
  mkdirSync(root);
  writeFileSync(
    join(root, 'server.ts'),
    `import { WebSocketServer } from 'ws';${code.startsWith('\n') ? '' : '\n'}${code}`,
  );
  return audit([root], { today, ...options }, rules).report;
}

function originFindings(code: string): Report['findings'] {
  return reportOn(code)
    .findings.filter(({ ruleId }) => /^(ws-missing-origin-check|ignore-comment)$/.test(ruleId))
    .filter(({ ruleId, message }) => ruleId !== 'ignore-comment' || message.includes('ws-missing-origin-check'));
}
