import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { build } from '../scripts/build.mjs';

/** What the tool writes: whole, and nowhere else than it was told. The built program, real files, real signals. */

const top = realpathSync(mkdtempSync(join(tmpdir(), 'mcp-audit-files-')));
const dist = join(top, 'dist');
const tree = join(top, 'tree');
const elsewhere = join(top, 'elsewhere');
const isRoot = process.getuid?.() === 0;
const source = `import { WebSocketServer } from 'ws';\nexport const server = new WebSocketServer({ port: 8080 });\n`;

vi.setConfig({ testTimeout: 90_000, hookTimeout: 240_000 });
beforeAll(() => build(dist));
afterAll(() => rmSync(top, { recursive: true }));
beforeEach(() => {
  for (const each of [tree, elsewhere]) rmSync(each, { recursive: true, force: true });
  mkdirSync(join(tree, 'src'), { recursive: true });
  mkdirSync(elsewhere);
  mkdirSync(join(tree, '.git'));
  writeFileSync(join(tree, 'package.json'), '{ "name": "server", "dependencies": { "ws": "8.18.0" } }');
  writeFileSync(join(tree, 'src/server.ts'), source);
});

describe('a report that cannot be written', () => {
  const refused = (file: string, why: string, as: object = {}) =>
    expect(start(['-o', file], as)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `mcp-audit: cannot write ${file}: ${why}.\n`,
    });

  it('is one line that names the obstacle', () => {
    mkdirSync(join(tree, 'folder'));
    refused('folder', 'it is a folder');
    refused('nowhere/report', 'its folder does not exist');
    refused('package.json/report', 'its folder is a file');
    refused('/dev/full', 'the disk is full');
    refused('n'.repeat(300), 'its name is too long');
    expect(litter()).toEqual([]);
  });

  it('is one line in a folder that may not be written to', () => {
    mkdirSync(join(tree, 'closed'));
    chmodSync(join(tree, 'closed'), 0o555);
    chmodSync(top, 0o755);
    refused('closed/report', 'permission denied', isRoot ? { uid: 65_534 } : {});
  });

  it('leaves what was there, and nothing else, when the disk is full half-way', () => {
    const file = join(tree, 'report.html');
    writeFileSync(file, 'before');
    const { status, stderr } = shell(`ulimit -f 4; exec "$@" --format html -o report.html`);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'mcp-audit: cannot write report.html: the file would be too large.\n',
    });
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(litter()).toEqual([]);
  });

  it('goes to a stdout that is full: one line, and no stack', () => {
    expect(shell('exec "$@" > /dev/full')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/mcp-audit: cannot write to stdout: the disk is full\.\n$/),
    });
  });

  it('goes to a stdout or stderr that is closed, or that nobody reads: the exit code is that of the audit', () => {
    expect(shell('exec "$@" >&-').status).toBe(1);
    expect(shell('exec "$@" 2>&-').status).toBe(1);
    const early = shell('{ "$@" --format html; echo $? >&2; } | head -c 1');
    expect(early.stdout).toBe('<');
    expect(early.stderr).toMatch(/at or above high\n1\n$/);
    expect(shell('{ "$@" 2>&1 >/dev/null; echo $? > status; } | true; sleep 0.1; cat status').stdout).toBe('1\n');
  });
});

describe('a link that a commit has put where a report goes', () => {
  it('is not written through, wherever it leads', () => {
    const victim = join(elsewhere, 'victim');
    writeFileSync(victim, 'before');
    for (const [name, end] of [
      ['report', victim],
      ['dangling', join(elsewhere, 'new')],
      ['inside', join(tree, 'package.json')],
    ] as const) {
      symlinkSync(end, join(tree, name));
      const written = start(['-o', name]);
      expect(written).toMatchObject({
        status: 2,
        stderr: `mcp-audit: cannot write ${name}: it is a link. Name the file that it leads to.\n`,
      });
    }
    expect(readFileSync(victim, 'utf8')).toBe('before');
    expect(readdirSync(elsewhere)).toEqual(['victim']);
  });

  it('is not followed for a folder, out of the project; inside it, and where the user keeps links, it is', () => {
    symlinkSync(elsewhere, join(tree, 'out'));
    expect(start(['-o', 'out/report'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('leads it out of'),
    });
    expect(readdirSync(elsewhere)).toEqual([]);
    symlinkSync('src', join(tree, 'in'));
    expect(start(['-o', 'in/report']).status).toBe(1);
    symlinkSync(elsewhere, join(top, 'mine'));
    expect(start(['-o', join(top, 'mine/report')]).status).toBe(1);
    expect(readdirSync(elsewhere)).toEqual(['report']);
    rmSync(join(top, 'mine'));
  });

  it('keeps neither init nor a baseline from being refused', () => {
    symlinkSync(elsewhere, join(tree, '.github'));
    symlinkSync(join(elsewhere, 'hooks'), join(tree, '.pre-commit-config.yaml'));
    symlinkSync(join(elsewhere, 'config'), join(tree, 'mcp-audit.config.json'));
    symlinkSync(join(elsewhere, 'baseline'), join(tree, 'mcp-audit.baseline.json'));
    for (const argv of [
      ['init'],
      ['init', '--force'],
      ['init', '--workflow'],
      ['init', '--hook'],
      ['baseline', 'update'],
      ['baseline', 'update', '--no-config'],
    ])
      expect(start(argv).status, argv.join(' ')).toBe(2);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('may be the system’s: /dev/stdout, a pipe, a file behind it', () => {
    expect(shell('"$@" -o /dev/stdout --format json | head -c 1').stdout).toBe('{');
    expect(shell('"$@" -o /dev/stdout > report; wc -c < report').stdout.trim()).not.toBe('0');
    expect(statSync('/dev/stdout')).toBeDefined();
    expect(shell(`bash -c '"$@" -o >(cat > piped) --format json; sleep 0.2' - "$@"; head -c 1 piped`).stdout).toBe('{');
  });
});

describe('what is written', () => {
  it('keeps its permissions', () => {
    const file = join(tree, 'report');
    writeFileSync(file, '');
    chmodSync(file, 0o640);
    start(['-o', 'report']);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(statSync(file).size).toBeGreaterThan(0);
  });

  it('is whole for everybody, with eight that write it at once', async () => {
    const argv = ['--format', 'json', '-o', 'report.json', '--report', 'html=report.html'];
    const caches = join(top, 'shared');
    const runs = Array.from({ length: 8 }, (_, index) =>
      ended(index % 2 === 0 ? argv : ['baseline', 'update'], { XDG_CACHE_HOME: caches }),
    );
    let halves = 0;
    const watching = setInterval(() => {
      for (const name of ['report.json', 'mcp-audit.baseline.json']) {
        if (!existsSync(join(tree, name))) continue;
        try {
          JSON.parse(readFileSync(join(tree, name), 'utf8'));
        } catch {
          halves++;
        }
      }
    }, 1);
    const codes = await Promise.all(runs);
    clearInterval(watching);
    expect(halves).toBe(0);
    expect(codes.filter(({ code }) => code !== 0 && code !== 1)).toEqual([]);
    expect(start(['--format', 'json'], { env: { XDG_CACHE_HOME: caches } }).status).toBe(0); // all in the baseline
    expect(litter()).toEqual([]);
    expect(readdirSync(join(caches, 'mcp-audit')).filter(name => name.endsWith('.tmp'))).toEqual([]);
  });

  it('is whole or not there after Ctrl-C, whenever it comes', async () => {
    const file = join(tree, 'report.html');
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      rmSync(file, { force: true });
      const stalled = await interrupted(signal);
      // What is left to do is next to nothing: it may also end by itself.
      expect([
        { signal, code: null },
        { signal: null, code: 1 },
      ]).toContainEqual(stalled);
      expect(existsSync(file) ? readFileSync(file, 'utf8') : '</html>').toMatch(/<\/html>\s*$/);
      expect(litter()).toEqual([]);
    }
  });
});

/** Unfinished files in the tree. */
function litter(): readonly string[] {
  return readdirSync(tree, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.tmp'));
}

function environment(env: object = {}) {
  return { PATH: process.env.PATH, HOME: join(top, 'home'), XDG_CACHE_HOME: join(top, 'caches'), ...env };
}

function start(argv: readonly string[], { env = {}, ...as }: { env?: object; uid?: number } = {}) {
  return spawnSync(process.execPath, [join(dist, 'start.cjs'), ...argv], {
    cwd: tree,
    env: environment(env),
    encoding: 'utf8',
    timeout: 60_000,
    ...as,
  });
}

/** Runs a shell script in which `"$@"` is the tool. */
function shell(script: string) {
  return spawnSync('sh', ['-c', script, 'sh', process.execPath, join(dist, 'start.cjs')], {
    cwd: tree,
    env: environment(),
    encoding: 'utf8',
    timeout: 60_000,
  });
}

function ended(argv: readonly string[], env: object): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [join(dist, 'start.cjs'), ...argv], { cwd: tree, env: environment(env) });
  let stderr = '';
  child.stdout.resume();
  child.stderr.on('data', text => (stderr += text));
  return new Promise(resolve => child.on('close', code => resolve({ code, stderr })));
}

/** A run that gets a signal in the very middle of writing its report: between the opening of the file and its renaming. */
function interrupted(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  const stalling = join(top, 'stalling.cjs');
  writeFileSync(
    stalling,
    `const fs = require('node:fs');
     const write = fs.writeFileSync;
     fs.writeFileSync = (file, ...rest) => {
       if (typeof file !== 'number') return write(file, ...rest);
       fs.writeSync(file, 'half');
       process.kill(process.pid, ${JSON.stringify(signal)});
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
       fs.ftruncateSync(file, 0);
       return write(file, ...rest);
     };
     require(${JSON.stringify(join(dist, 'start.cjs'))});`,
  );
  const argv = ['--format', 'html', '-o', 'report.html'];
  const child = spawn(process.execPath, [stalling, ...argv], { cwd: tree, env: environment(), stdio: 'ignore' });
  return new Promise(resolve => child.on('close', (code, by) => resolve({ code, signal: by })));
}
