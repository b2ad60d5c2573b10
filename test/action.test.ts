import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { build } from '../scripts/build.mjs';

/** The GitHub Action: its own steps, run by bash as the runner does it. */

const action = readFileSync('action.yml', 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'mcp-audit-action-'));
const package_ = join(folder, 'package');
const runner = { RUNNER_TEMP: join(folder, 'temp'), output: join(folder, 'output'), summary: join(folder, 'summary') };

beforeAll(async () => {
  await build(join(package_, 'dist'));
  cpSync('bin', join(package_, 'bin'), { recursive: true });
});
beforeEach(() => {
  rmSync(runner.RUNNER_TEMP, { recursive: true, force: true });
  mkdirSync(join(runner.RUNNER_TEMP, 'mcp-audit'), { recursive: true });
  symlinkSync(package_, join(runner.RUNNER_TEMP, 'mcp-audit/package'));
  for (const file of [runner.output, runner.summary]) writeFileSync(file, '');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the action', { timeout: 60_000 }, () => {
  it('annotates, writes the summary and tells grade, score and findings', () => {
    const { status, stdout } = step('Audit', { path: 'fixtures/servers/insecure-http' });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^::error file=\S*fixtures\/servers\/insecure-http\/src/m);
    expect(readFileSync(runner.summary, 'utf8')).toContain('## mcp-audit: F');
    const outputs = outputsOf();
    const report = JSON.parse(readFileSync(outputs.json!, 'utf8'));
    expect(outputs).toMatchObject({
      grade: report.scores.overall.grade,
      score: String(report.scores.overall.score),
      findings: String(report.findings.length),
    });
  });

  it('gives no grade where there is none, and passes', () => {
    expect(step('Audit', { path: 'fixtures/servers/stdio' }).status).toBe(0);
    expect(outputsOf()).toMatchObject({ grade: '', score: '', findings: '0' });
  });

  it('gates by its inputs, writes SARIF, and tells the change since a base', () => {
    const base = join(folder, 'base.json');
    const sarif = join(folder, 'a b.sarif');
    step('Audit', { path: 'fixtures/servers/hardened-http' });
    writeFileSync(base, readFileSync(outputsOf().json!));
    writeFileSync(runner.output, '');
    const path = 'fixtures/servers/insecure-http';
    expect(step('Audit', { path, 'fail-on': 'none', base, sarif }).status).toBe(0);
    expect(outputsOf().sarif).toBe(sarif);
    expect(JSON.parse(readFileSync(sarif, 'utf8')).version).toBe('2.1.0');
    expect(readFileSync(runner.summary, 'utf8')).toMatch(/\(−\d+\)[\s\S]*Since the base: \d+ new, \d+ gone\./);
    expect(step('Audit', { path, 'fail-on': 'none', 'min-grade': 'B' }).status).toBe(1);
  });

  it('audits several paths, and keeps the summary to itself when told so', () => {
    const path = '\nfixtures/servers/insecure-http\nfixtures/servers/stdio\n';
    expect(step('Audit', { path, summary: 'false' }).status).toBe(1);
    expect(readFileSync(runner.summary, 'utf8')).toBe('');
  });

  it('lets no input and no source become a command', () => {
    const hit = join(folder, 'hit');
    const text = `"; touch ${hit}; "$(touch ${hit})\`touch ${hit}\``;
    const inputs = ['path', 'config', 'baseline', 'fail-on', 'min-grade', 'base', 'sarif', 'summary', 'format'];
    expect(step('Audit', Object.fromEntries(inputs.map(input => [input, text]))).status).toBe(2);
    expect(step('Install', { version: text }).status).toBe(2);
    expect(existsSync(hit)).toBe(false);

    const server = join(folder, 'server');
    mkdirSync(server, { recursive: true });
    const code = `import { WebSocketServer } from 'ws';\nnew WebSocketServer({ port: 1 }); /*\n::set-env name=X::y */\n`;
    writeFileSync(join(server, 'a.ts'), code);
    const { stdout } = step('Audit', { path: server });
    const [, token, shown] = /::stop-commands::(\S+)\n([\s\S]*?)\n::\1::/.exec(stdout)!;
    expect(token).toHaveLength(36);
    expect(shown).toContain('new WebSocketServer');
    expect(stdout.replace(shown!, '')).not.toContain('::set-env');
  });

  it('runs this very release unless told otherwise', () => {
    expect(/version:\n {4}description: .*\n {4}default: (\S+)/.exec(action)![1]).toBe(manifest.version);
  });

  it('reads inputs from the environment only, in bash', () => {
    const scripts = [...action.matchAll(/^ {6}run: \|\n((?: {8}.*\n|\n)+)/gm)].map(([, text]) => text);
    expect(scripts).toHaveLength(2);
    expect(scripts.join('')).not.toContain('${{');
    expect(action.match(/shell: bash/g)).toHaveLength(scripts.length);
  });
});

/** Runs one step with inputs, the others at their defaults. */
function step(name: string, inputs: Readonly<Record<string, string>>) {
  const text = action.split(`- name: ${name}\n`)[1]!.split('\n    - name:')[0]!;
  const script = /run: \|\n((?: {8}.*\n|\n)+)/.exec(`${text}\n`)![1]!.replace(/^ {8}/gm, '');
  const env = Object.fromEntries(
    [...text.matchAll(/^ {8}(\w+): \$\{\{ inputs\.([\w-]+) \}\}$/gm)].map(([, variable, input]) => [
      variable,
      inputs[input!] ?? defaultOf(input!),
    ]),
  );
  const file = join(folder, 'step.sh');
  writeFileSync(file, script);
  return spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', file], {
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      RUNNER_TEMP: runner.RUNNER_TEMP,
      GITHUB_OUTPUT: runner.output,
      GITHUB_STEP_SUMMARY: runner.summary,
      SOURCE: '/nowhere',
      ...env,
    },
  });
}

function defaultOf(input: string): string {
  const [, value] = new RegExp(`^ {2}${input}:\n {4}description: .*\n {4}default: (.*)$`, 'm').exec(action)!;
  return value!.replace(/^'(.*)'$/, '$1');
}

function outputsOf(): Record<string, string> {
  const text = readFileSync(runner.output, 'utf8').replace(/^(\w+)<<(\S+)\n(.*)\n\2$/gm, '$1=$3');
  return Object.fromEntries(
    text
      .split('\n')
      .filter(Boolean)
      .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
