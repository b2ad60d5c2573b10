import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { build } from '../scripts/build.mjs';
import { discover } from '../src/discover/discover.js';
import type { Report } from '../src/report/report.js';

/*
 * A tree that is all traps: whatever in it is loaded, started or followed leaves a trace. The audit runs under a module
 * that writes down every path that is opened or listed, every program that is started and every connection that is made.
 */

const top = realpathSync(mkdtempSync(join(tmpdir(), 'mcp-audit-hostile-tree-')));
const dist = join(top, 'dist');
const tree = join(top, 'tree');
/** What lies here is none of the audit's business. */
const outside = join(top, 'OUTSIDE');
const fired = join(top, 'fired');
const journal = join(top, 'journal');
const watcher = join(top, 'watcher.cjs');
const source = `import { WebSocketServer } from 'ws';\nexport const server = new WebSocketServer({ port: 8080 });\n`;
const bait = `require('node:fs').writeFileSync(${JSON.stringify(fired)}, __filename);\n`;
const isLinux = process.platform === 'linux';
const isRoot = process.getuid?.() === 0;

vi.setConfig({ testTimeout: 90_000, hookTimeout: 240_000 });
beforeAll(async () => {
  await build(dist);
  // Not `--require`: node would read the package.json of the current folder for it.
  writeFileSync(
    watcher,
    `(${watch})(${JSON.stringify(journal)}, require);\nrequire(${JSON.stringify(join(dist, 'start.cjs'))});`,
  );
});
afterAll(() => rmSync(top, { recursive: true }));
beforeEach(() => {
  for (const each of [tree, outside, fired, journal]) rmSync(each, { recursive: true, force: true });
  plant('package.json', '{ "name": "hostile", "dependencies": { "ws": "8.18.0" } }');
  plant('src/server.ts', source);
});

describe('in a hostile tree nothing runs', () => {
  it('of what is code and called configuration, main, script or plugin', async () => {
    for (const name of [
      'mcp-audit.config',
      'vite.config',
      'vitest.config',
      'eslint.config',
      'rollup.config',
      '.mcp-audit',
      'ts-node',
      'register',
    ])
      for (const ending of ['js', 'cjs', 'mjs', 'ts', 'cts', 'mts']) plant(`${name}.${ending}`, bait);
    for (const name of [
      '.mocharc.js',
      '.babelrc.js',
      '.pnp.cjs',
      '.pnp.loader.mjs',
      '.yarn/plugins/a.cjs',
      'gulpfile.js',
      'index.js',
    ])
      plant(name, bait);
    for (const name of [
      'ws',
      'typescript',
      'zod',
      'chalk',
      'commander',
      'source-map-support',
      'plugin',
      'mcp-audit',
      '@ts-morph/common',
      'bufferutil',
    ])
      plant(`node_modules/${name}/index.js`, bait);
    plant('node_modules/.cache/mcp-audit/engine.bin', bait);
    plant('.env', `NODE_OPTIONS=--require ${join(tree, 'index.js')}\n`);
    plant('.npmrc', `node-options=--require ${join(tree, 'index.js')}\nscript-shell=${join(tree, 'index.js')}\n`);
    plant('.node-version', '0.10');
    plant(
      'tsconfig.json',
      JSON.stringify({
        extends: ['plugin/tsconfig.json', './index.js', join(outside, 'tsconfig.json')],
        compilerOptions: {
          plugins: [{ name: 'plugin', transform: './index.js' }],
          rootDirs: [outside],
          typeRoots: ['./node_modules'],
        },
        'ts-node': { require: ['./index.js'] },
      }),
    );
    plant(
      'package.json',
      JSON.stringify({
        name: 'hostile',
        main: './index.js',
        bin: './index.js',
        scripts: Object.fromEntries(
          ['preinstall', 'install', 'postinstall', 'prepare', 'test'].map(name => [name, 'node index.js']),
        ),
        imports: { '#a': './index.js' },
        prettier: './index.js',
        dependencies: { ws: '8.18.0' },
      }),
    );
    for (const argv of [
      [],
      ['doors'],
      ['facts'],
      ['badge'],
      ['baseline', 'update'],
      ['init', '--all'],
      ['--format', 'html'],
      ['explain', 'token-in-query'],
    ]) {
      const { status, stderr } = audit(argv);
      expect([0, 1], `${argv}: ${stderr}`).toContain(status);
    }
    expect(existsSync(fired) && readFileSync(fired, 'utf8')).toBe(false);
    expect(deeds().filter(({ what }) => what !== 'open')).toEqual([]);
    expect(deeds().filter(({ path }) => path.includes('node_modules'))).toEqual([]);
  });

  it('and no link, alias or configuration leads out of it', () => {
    for (const name of [
      'secret.ts',
      'folder/secret.ts',
      'tsconfig.json',
      'package.json',
      'package-lock.json',
      '.gitignore',
      'mcp-audit.config.json',
      'mcp-audit.baseline.json',
    ])
      put(join(outside, name), name.endsWith('.ts') ? source : '{}');
    plant(
      'tsconfig.json',
      JSON.stringify({
        extends: '../OUTSIDE/tsconfig.json',
        compilerOptions: {
          baseUrl: '../OUTSIDE',
          paths: { secret: ['./secret'], '@/*': ['../../OUTSIDE/*'] },
          rootDirs: ['../OUTSIDE'],
        },
      }),
    );
    plant(
      'src/server.ts',
      `import '../../OUTSIDE/secret.js';\nimport 'secret';\nimport '@/secret';\nimport './linked.js';\nimport './folder/secret.js';\n${source}`,
    );
    mkdirSync(join(tree, 'lib'));
    plant('package/lib/secret.js', '');
    const links = {
      'src/linked.ts': 'secret.ts',
      'src/folder': 'folder',
      'package-lock.json': 'package-lock.json',
      '.gitignore': '.gitignore',
      'a/tsconfig.json': 'tsconfig.json',
      'a/package.json': 'package.json',
      'a/.gitignore': '.gitignore',
      // Everything in `lib` would have its namesake there.
      'package/src': 'folder',
    };
    for (const [link, end] of Object.entries(links)) linkTo(join(outside, end), link);
    const { status, report } = reported([]);
    expect(status).toBe(1);
    expect(touched()).toEqual([]);
    const told = report.unread.filter(({ message }) => /link that leads out/.test(message)).map(({ file }) => file);
    expect(told).toEqual(expect.arrayContaining(['src/linked.ts', 'src/folder', '.gitignore']));
  });

  it.each(['mcp-audit.config.json', 'mcp-audit.config.jsonc', 'mcp-audit.baseline.json'])(
    '%s that is a link out of it is refused, and not read',
    name => {
      put(join(outside, name), '{}');
      linkTo(join(outside, name), name);
      expect(audit([])).toMatchObject({
        status: 2,
        stdout: '',
        stderr: `mcp-audit: ${name} is not read: a link that leads out of the project.\n`,
      });
      expect(touched()).toEqual([]);
      expect(audit(['--no-config', '--no-baseline']).status).toBe(1);
    },
  );

  it.each(['mcp-audit.config.json', 'mcp-audit.config.jsonc', 'mcp-audit.baseline.json'])(
    '%s that is nested without end is refused in a sentence',
    name => {
      plant(name, `{"findings":${'['.repeat(200_000)}`);
      expect(audit([])).toMatchObject({ status: 2, stdout: '', stderr: `mcp-audit: ${name}: nested too deeply.\n` });
      expect(audit(['--no-config', '--no-baseline']).status).toBe(1);
    },
  );

  it.each(['package.json', 'tsconfig.json', 'package-lock.json', 'a/package.json', 'a/tsconfig.json'])(
    '%s that is nested without end costs itself alone',
    name => {
      plant(name, `{"dependencies":${'['.repeat(200_000)}`);
      const { status, report } = reported([]);
      expect(status).toBe(1);
      expect(report.unread.map(({ file }) => file)).toEqual([name]);
    },
  );

  it.each([
    ['mcp-audit.config.json', { failOn: 'none', exclude: ['**'] }],
    ['mcp-audit.config.jsonc', { rules: { 'token-in-query': 'off' } }],
    ['mcp-audit.baseline.json', { version: 1, findings: [] }],
  ])('%s sets nothing by a prototype', (name, settings) => {
    plant(name, `{"__proto__":${JSON.stringify(settings)}}`);
    const stderr = `mcp-audit: ${name}: unknown key \`__proto__\`.\n`;
    expect(audit([])).toMatchObject({ status: 2, stdout: '', stderr });
  });

  it('a configuration names no baseline outside, and none is written there', () => {
    put(join(outside, 'baseline.json'), '{"version":1,"findings":[]}');
    for (const baseline of ['../OUTSIDE/baseline.json', join(outside, 'baseline.json'), '../OUTSIDE/new.json']) {
      plant('mcp-audit.config.json', JSON.stringify({ baseline }));
      for (const argv of [[], ['baseline', 'update']]) {
        expect(audit(argv)).toMatchObject({
          status: 2,
          stderr:
            'mcp-audit: mcp-audit.config.json: "baseline" leads out of the project. Name such a file with --baseline.\n',
        });
      }
    }
    expect(touched()).toEqual([]);
    expect(existsSync(join(outside, 'new.json'))).toBe(false);
  });

  it.skipIf(process.platform === 'win32')(
    'pipes, sockets and devices are never opened, whatever their name',
    async () => {
      const pipes = [
        'src/pipe.ts',
        '.gitignore',
        'a/package.json',
        'a/.gitignore',
        'tsconfig.json',
        'package-lock.json',
        'b/tsconfig.json',
        'b/lib/x.js',
      ];
      for (const each of pipes) {
        mkdirSync(dirname(join(tree, each)), { recursive: true });
        execFileSync('mkfifo', [join(tree, each)]);
      }
      linkTo('pipe.ts', 'src/linked.ts');
      if (isRoot && isLinux) execFileSync('mknod', [join(tree, 'src/device.ts'), 'c', '1', '5']);
      const socket = await listening(join(tree, 'src/socket.ts'));
      try {
        const { report } = reported([]);
        const opened = deeds().filter(({ path }) =>
          [...pipes, 'src/device.ts', 'src/socket.ts', 'src/linked.ts'].some(each => path === join(tree, each)),
        );
        expect(opened).toEqual([]);
        const unread = report.unread.map(({ file, message }) => `${file}: ${message}`);
        expect(unread).toEqual(
          expect.arrayContaining([
            'src/pipe.ts: not a regular file',
            'src/socket.ts: not a regular file',
            '.gitignore: not a regular file',
          ]),
        );
      } finally {
        socket.close();
      }
    },
  );

  it.skipIf(process.platform === 'win32').each(['mcp-audit.config.json', 'mcp-audit.baseline.json', 'package.json'])(
    '%s that is a pipe keeps nobody waiting',
    name => {
      rmSync(join(tree, name), { force: true });
      execFileSync('mkfifo', [join(tree, name)]);
      const { status, stderr } = audit([]);
      expect([1, 2]).toContain(status);
      if (status === 2) expect(stderr).toBe(`mcp-audit: ${name} is not read: not a regular file.\n`);
      expect(deeds().filter(({ path }) => path === join(tree, name))).toEqual([]);
    },
  );

  it.runIf(isLinux && canTrace())('and the kernel says the same as our own witness', () => {
    put(join(outside, 'secret.ts'), source);
    linkTo(join(outside, 'secret.ts'), 'src/linked.ts');
    plant('tsconfig.json', '{ "extends": "../OUTSIDE/tsconfig.json" }');
    const trace = join(top, 'trace');
    const watched = 'trace=open,openat,openat2,creat,execve,connect,rename,renameat2,unlink,mkdir';
    spawnSync('strace', ['-f', '-qq', '-e', watched, '-o', trace, process.execPath, join(dist, 'start.cjs')], {
      cwd: tree,
      env: environment(),
    });
    const calls = readFileSync(trace, 'utf8').split('\n');
    expect(calls.some(call => call.includes(join(tree, 'src/server.ts')))).toBe(true);
    expect(calls.filter(call => call.includes('OUTSIDE'))).toEqual([]);
    expect(calls.filter(call => call.includes('execve('))).toHaveLength(1);
    expect(calls.filter(call => /connect\(.*AF_INET/.test(call))).toEqual([]);
    const changes = calls.filter(
      call => /O_CREAT|O_WRONLY|O_RDWR|rename|unlink|mkdir/.test(call) && call.includes(tree),
    );
    expect(changes).toEqual([]);
  });
});

describe('what the tree says to its auditor', () => {
  it('is said aloud in the report, in every format for people', () => {
    plant(
      'mcp-audit.config.json',
      JSON.stringify({
        exclude: ['src/hidden/'],
        rules: { 'ws-missing-auth': 'off', 'token-in-query': 'info' },
        failOn: 'none',
        maxFileSize: 1000,
        authentication: ['letAnybodyIn'],
        trustedOrigins: ['https://evil.example'],
      }),
    );
    const { report } = reported([]);
    expect(report.configuration).toEqual({
      file: 'mcp-audit.config.json',
      concessions: [
        'leaves out files: src/hidden/',
        'sets rules: ws-missing-auth off, token-in-query as info',
        'vouches for authentication by: letAnybodyIn',
        'trusts origins: https://evil.example',
        'fails the run on no finding',
        'leaves out files of more than 1000 bytes',
      ],
    });
    for (const format of ['terminal', 'markdown', 'html', 'agent', 'github'])
      expect(audit(['--format', format]).stdout, format).toMatch(/ws-missing-auth off/);
    expect(audit(['--quiet']).stdout).toContain('ws-missing-auth off');
    expect(reported(['--no-config']).report.configuration).toBeNull();
  });

  it('is not worth a word when it hides nothing', () => {
    plant('mcp-audit.config.json', '{ "failOn": "low", "rules": {}, "exclude": [], "maxFileSize": 2000000 }');
    expect(audit([]).stdout).not.toContain('Set by');
  });
});

describe('a folder', () => {
  it('of 200,000 entries is walked: files, folders and what is neither', () => {
    const wide = join(top, 'wide');
    mkdirSync(wide);
    spawnSync('sh', ['-c', 'seq -f d%.0f 140000 | xargs mkdir; seq -f f%.0f.txt 60000 | xargs touch'], { cwd: wide });
    writeFileSync(join(wide, 'server.ts'), source);
    const begun = performance.now();
    const found = discover([wide]);
    expect(found.files).toEqual(['server.ts']);
    expect(found.unread).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(60_000);
    execFileSync('rm', ['-rf', wide]);
  }, 240_000);

  it('that cannot be read, and a file, are told and cost nothing else', () => {
    plant('closed/a.ts', source);
    plant('src/closed.ts', source);
    plant('src/next.ts', source);
    for (const each of ['closed', 'src/closed.ts']) chmodSync(join(tree, each), 0);
    try {
      const { report } = reported([], isRoot ? { uid: 65_534 } : {});
      expect(report.unread).toEqual([
        { file: 'closed', message: 'permission denied' },
        { file: 'src/closed.ts', message: 'permission denied' },
      ]);
      expect(new Set(report.findings.map(({ file }) => file))).toEqual(new Set(['src/next.ts', 'src/server.ts']));
    } finally {
      for (const each of ['closed', 'src/closed.ts']) chmodSync(join(tree, each), 0o755);
    }
  });

  it('that vanishes, a file that vanishes, grows or becomes something else while the audit goes on, cost themselves', () => {
    for (const name of ['gone', 'grown', 'linked', 'piped', 'emptied']) plant(`src/${name}.ts`, source);
    put(join(outside, 'secret.ts'), source);
    const found = discover([tree]);
    expect(found.files).toHaveLength(6);
    rmSync(join(tree, 'src/gone.ts'));
    writeFileSync(join(tree, 'src/grown.ts'), 'a\n'.repeat(1_000_000));
    writeFileSync(join(tree, 'src/emptied.ts'), '');
    for (const name of ['linked', 'piped']) rmSync(join(tree, `src/${name}.ts`));
    symlinkSync(join(outside, 'secret.ts'), join(tree, 'src/linked.ts'));
    execFileSync('mkfifo', [join(tree, 'src/piped.ts')]);
    expect(found.files.map(file => found.text(file)?.length)).toEqual([
      0,
      undefined,
      undefined,
      undefined,
      undefined,
      source.length,
    ]);
    expect(found.unread.map(({ file, why }) => `${file}: ${why}`)).toEqual([
      'src/gone.ts: no such file',
      'src/grown.ts: too large: 2.0 MB',
      'src/linked.ts: a link that leads out of the audited folder',
      'src/piped.ts: not a regular file',
    ]);
  });

  it('that changes all the time is audited to the end, again and again', async () => {
    const churn = spawn(
      process.execPath,
      [
        '-e',
        `
      const { mkdirSync, rmSync, symlinkSync, writeFileSync } = require('node:fs');
      for (let n = 0; ; n++) {
        const at = 'churn/' + (n % 7);
        try { rmSync(at, { recursive: true, force: true }); } catch {}
        try { if (n % 3) { mkdirSync(at, { recursive: true }); writeFileSync(at + '/a.ts', ${JSON.stringify(source)}.repeat(n % 5)); } else { mkdirSync('churn', { recursive: true }); symlinkSync('..', at); } } catch {}
      }`,
      ],
      { cwd: tree, stdio: 'ignore' },
    );
    try {
      for (let round = 0; round < 4; round++) expect(reported([]).report.faults).toEqual([]);
    } finally {
      churn.kill('SIGKILL');
      await new Promise(resolve => churn.on('close', resolve));
    }
  });
});

function plant(file: string, text: string): void {
  put(join(tree, file), text);
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function linkTo(end: string, link: string): void {
  mkdirSync(dirname(join(tree, link)), { recursive: true });
  symlinkSync(end, join(tree, link));
}

function listening(path: string): Promise<Server> {
  return new Promise(resolve => {
    const server = createServer().listen(path, () => resolve(server));
  });
}

function canTrace(): boolean {
  return spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0;
}

function environment() {
  return { PATH: process.env.PATH, HOME: join(top, 'home'), XDG_CACHE_HOME: join(top, 'caches') };
}

function audit(argv: readonly string[], as: { readonly uid?: number } = {}) {
  if (as.uid !== undefined) chmodSync(top, 0o755);
  return spawnSync(process.execPath, [watcher, ...argv], {
    cwd: tree,
    env: environment(),
    encoding: 'utf8',
    timeout: 60_000,
    ...as,
  });
}

function reported(argv: readonly string[], as: { readonly uid?: number } = {}) {
  const { status, stdout, stderr } = audit([...argv, '--format', 'json'], as);
  expect(stdout, stderr).not.toBe('');
  return { status, report: JSON.parse(stdout) as Report };
}

interface Deed {
  readonly what: string;
  readonly path: string;
}

/** What the watcher has written down. */
function deeds(): readonly Deed[] {
  const lines = existsSync(journal) ? readFileSync(journal, 'utf8').trim().split('\n') : [];
  return lines.filter(line => line !== '').map(line => JSON.parse(line));
}

/** What was opened or listed outside, by any name that leads there. */
function touched(): readonly Deed[] {
  expect(
    deeds().some(
      ({ path }) =>
        path === join(tree, 'src/server.ts') || path === join(tree, 'package.json') || path.startsWith(dist),
    ),
  ).toBe(true);
  return deeds().filter(({ path, what }) => what !== 'open' || path.startsWith(outside));
}

/** Runs before the audit, in its process: writes down what it opens (by its real path), starts and connects to. */
function watch(journal: string, require: NodeJS.Require): void {
  const fs = require('node:fs');
  const { appendFileSync, realpathSync } = fs;
  const note = (what: string, path: unknown) => {
    let real = String(path);
    try {
      real = realpathSync.native(path);
    } catch {
      // it is not there
    }
    try {
      appendFileSync(journal, `${JSON.stringify({ what, path: real })}\n`);
    } catch {
      // as another user there is no journal
    }
  };
  const wrap = (module: Record<string, unknown>, name: string, what: string) => {
    const before = module[name] as (...args: unknown[]) => unknown;
    module[name] = function (this: unknown, ...args: unknown[]) {
      if (args[0] !== journal && typeof args[0] !== 'number') note(what, args[0]);
      return before.apply(this, args);
    };
  };
  for (const name of [
    'openSync',
    'open',
    'readFileSync',
    'readFile',
    'readdirSync',
    'readdir',
    'opendirSync',
    'opendir',
    'createReadStream',
    'cpSync',
    'copyFileSync',
    'readlinkSync',
  ])
    wrap(fs, name, 'open');
  for (const name of ['open', 'readFile', 'readdir', 'opendir']) wrap(fs.promises, name, 'open');
  for (const name of ['spawn', 'spawnSync', 'execFile', 'execFileSync', 'exec', 'execSync', 'fork'])
    wrap(require('node:child_process'), name, 'start');
  for (const name of ['connect', 'createConnection']) wrap(require('node:net'), name, 'connect');
  for (const name of ['lookup', 'resolve']) wrap(require('node:dns'), name, 'connect');
  globalThis.fetch = ((to: unknown) => note('connect', to)) as unknown as typeof fetch;
}
