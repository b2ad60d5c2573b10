import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import * as catalogue from '../entry/catalogue.js';
import * as engine from '../entry/engine.js';
import * as settings from '../entry/settings.js';
import { audit } from '../src/audit.js';
import { main } from '../src/cli/main.js';
import { readConfig } from '../src/config/read.js';
import { badges } from '../src/report/badge.js';
import { json } from '../src/report/json.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mcp-audit-')));
afterAll(() => rmSync(folder, { recursive: true }));

describe('init', () => {
  const project = join(folder, 'project');
  const workflow = join(project, '.github/workflows/mcp-audit.yml');
  const hooks = join(project, '.pre-commit-config.yaml');
  const server = join(project, 'packages/server');

  beforeEach(() => {
    rmSync(project, { recursive: true, force: true });
    mkdirSync(join(project, '.git'), { recursive: true });
    mkdirSync(server, { recursive: true });
  });

  it('writes a configuration that is one, and tells what else it could write', () => {
    const { code, out } = run(['init', project]);
    expect({ code, out }).toEqual({
      code: 0,
      out: `wrote ${project}/mcp-audit.config.json\nMore can be written with --workflow and --hook.\n`,
    });
    expect(readConfig(join(project, 'mcp-audit.config.json')).config.$schema).toContain('config.schema.json');
    expect([workflow, hooks].filter(existsSync)).toEqual([]);
  });

  it('puts workflow and hook where git and pre-commit look, for a server below', () => {
    expect(run(['init', server, '--all']).code).toBe(0);
    expect(existsSync(join(server, 'mcp-audit.config.json'))).toBe(true);
    expect(readFileSync(workflow, 'utf8')).toMatch(/npx --yes mcp-audit@[\d.]+ packages\/server --format github/);
    expect(readFileSync(hooks, 'utf8')).toMatch(/^repos:\n {2}- repo: local\n/);
  });

  it('names actions by commit, grants reading only, and leaves no token behind', () => {
    run(['init', project, '--workflow']);
    const text = readFileSync(workflow, 'utf8');
    expect(text.match(/uses: \S+/g)!.every(each => /@[0-9a-f]{40}$/.test(each))).toBe(true);
    expect(text).toContain('permissions: {}');
    expect(text.match(/\w+: write/)).toBeNull();
    expect(text).toContain('persist-credentials: false');
  });

  it('leaves what is there alone, unless it is forced', () => {
    const file = join(project, 'mcp-audit.config.json');
    writeFileSync(file, '{}');
    const refused = run(['init', project]);
    expect({ code: refused.code, err: refused.err }).toEqual({
      code: 2,
      err: `mcp-audit: ${file} is there and was left as it is; --force replaces it.\n`,
    });
    expect(readFileSync(file, 'utf8')).toBe('{}');
    expect(run(['init', project, '--force']).code).toBe(0);
    expect(readFileSync(file, 'utf8')).not.toBe('{}');
  });

  it.each([
    ['mcp-audit.config.jsonc', '{}'],
    ['package.json', '{"mcp-audit":{}}'],
  ])('writes no second configuration beside %s, force or not', (name, text) => {
    writeFileSync(join(project, name), text);
    expect(run(['init', project, '--force'])).toMatchObject({ code: 2 });
    expect(existsSync(join(project, 'mcp-audit.config.json'))).toBe(false);
  });

  it('never touches a pre-commit configuration: it says what to add', () => {
    writeFileSync(hooks, 'repos: []\n');
    const { code, out } = run(['init', project, '--hook', '--force']);
    expect(code).toBe(0);
    expect(out).toContain('Add this to `repos:`');
    expect(out).toContain('entry: mcp-audit --touching');
    expect(readFileSync(hooks, 'utf8')).toBe('repos: []\n');
  });
});

describe('badge', () => {
  const { report } = engine.audit(['fixtures/servers/insecure-http'], {}, engine.rules);
  const { grade, score } = report.scores.overall!;

  it('is a picture that says the grade to those who cannot see it', () => {
    const svg = badges.svg(report);
    expect(svg).toContain(`>${grade} ${score}/100</text>`);
    expect(svg).toMatch(new RegExp(`aria-label="mcp-audit: grade ${grade}, ${score} of 100 by formula 1`));
  });

  it('is data for shields.io', () => {
    expect(JSON.parse(badges.shields(report))).toMatchObject({
      schemaVersion: 1,
      label: 'mcp-audit',
      message: `${grade} ${score}/100`,
    });
  });

  it.each([
    ['n/a', 'there is nothing to grade', { scores: { ...report.scores, overall: null } }],
    ['incomplete', 'the audit broke', { faults: [{ in: 'rule:x', message: 'broke' }] }],
  ])('says %s where %s', (message, _, change) => {
    expect(JSON.parse(badges.shields({ ...report, ...change })).message).toBe(message);
  });

  it('is made from an audit or from its saved report, for stdout or a file', () => {
    const saved = join(folder, 'saved.json');
    const file = join(folder, 'badge.svg');
    writeFileSync(saved, json(report));
    expect(run(['badge', '--from', saved])).toEqual({ code: 0, out: badges.svg(report), err: '' });
    expect(run(['badge', 'fixtures/servers/insecure-http', '--no-config', '-o', file])).toMatchObject({ out: '' });
    expect(readFileSync(file, 'utf8')).toBe(badges.svg(report));
  });
});

describe('--touching', () => {
  it('audits all of the current folder and shows what touches the paths', () => {
    const cwd = process.cwd();
    process.chdir('fixtures/servers/insecure-websocket');
    try {
      const shown = (...files: string[]) =>
        JSON.parse(run(['--touching', ...files, '--no-config', '--format', 'json', '--exit-zero']).out);
      const all = audit(['.'], {}, engine.rules).report;
      const { findings, scores } = shown(join(process.cwd(), all.findings[0]!.file));
      expect(findings.length).toBeGreaterThan(0);
      expect(scores).toEqual(all.scores);
      expect(shown('package.json')).toMatchObject({ findings: [], hidden: all.findings.length });
    } finally {
      process.chdir(cwd);
    }
  });
});

function run(argv: readonly string[]) {
  const said = { out: '', err: '' };
  const machine = {
    out: (text: string) => (said.out += text),
    err: (text: string) => (said.err += text),
    env: {},
    columns: undefined,
    today: '2026-11-25',
    isWatched: false,
    loads: () => ({}),
    peakMemory: () => 0,
    now: () => 0,
    input: () => '',
  };
  const load = { engine: () => ({ ...engine, remember() {} }), catalogue: () => catalogue, settings: () => settings };
  return { code: main(argv, machine, load), ...said };
}
