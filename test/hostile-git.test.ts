import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { build } from '../scripts/build.mjs';

/*
 * A repository that came with its `.git`, as in an archive: what its configuration names would run as soon as somebody
 * asks git about it. Every trap is a program that leaves a file behind.
 */

const top = realpathSync(mkdtempSync(join(tmpdir(), 'mcp-audit-hostile-git-')));
const dist = join(top, 'dist');
const repository = join(top, 'repository');
const fired = join(top, 'fired');
const trap = join(repository, 'tools/trap');
const source = `import { WebSocketServer } from 'ws';\nexport const server = new WebSocketServer({ port: 8080 });\n`;

vi.setConfig({ testTimeout: 90_000, hookTimeout: 240_000 });
beforeAll(() => build(dist));
afterAll(() => rmSync(top, { recursive: true }));
beforeEach(() => {
  rmSync(repository, { recursive: true, force: true });
  rmSync(fired, { force: true });
  plant('package.json', '{ "name": "hostile", "dependencies": { "ws": "8.18.0" } }');
  plant('src/server.ts', source);
  plant('src/other.ts', source);
  plant('tools/trap', `#!/bin/sh\necho "$0 $@" >> '${fired}'\ncat\n`);
  chmodSync(trap, 0o755);
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-qm', 'before');
  plant('src/server.ts', `${source}// later\n`);
});

/** How each is set, and what sets it off in a git that is not told better. */
const traps: Readonly<Record<string, { readonly set: () => void; readonly control?: () => void }>> = {
  'a file system monitor': {
    set: () => git('config', 'core.fsmonitor', trap),
    control: () => tempted('status'),
  },
  hooks: {
    set: () => {
      for (const name of ['post-index-change', 'reference-transaction', 'fsmonitor-watchman', 'pre-auto-gc'])
        hook(name);
      git('config', 'core.hooksPath', 'hooks');
    },
    control: () => tempted('add', 'src'),
  },
  filters: {
    set: () => {
      filter('.gitattributes');
      renewStat();
    },
    control: () => tempted('diff', '--name-only', 'HEAD'),
  },
  'a filter, and an index in which every file looks as if it had changed while git wrote it': {
    set: () => {
      filter('.git/info/attributes');
      git('config', 'core.checkStat', 'minimal');
      git('config', 'core.trustctime', 'false');
      tempted('update-index', '-q', '--refresh');
      rmSync(fired, { force: true });
      utimesSync(join(repository, '.git/index'), 1_000_000_000, 1_000_000_000);
    },
    control: () => tempted('diff-files', '--name-only'),
  },
  'external diffs and text conversions': {
    set: () => {
      for (const key of ['diff.external', 'diff.x.command', 'diff.x.textconv']) git('config', key, trap);
      plant('.gitattributes', '* diff=x\n');
    },
    control: () => tempted('diff', 'HEAD'),
  },
  'pagers, editors, askers and aliases': {
    set: () => {
      for (const key of [
        'core.pager',
        'pager.diff-index',
        'pager.ls-files',
        'pager.rev-parse',
        'core.editor',
        'core.askPass',
        'gpg.program',
      ])
        git('config', key, trap);
      for (const name of ['diff-index', 'ls-files', 'rev-parse', 'diff', 'status'])
        git('config', `alias.${name}`, `!${trap}`);
    },
  },
  'an included configuration': {
    set: () => {
      plant('more', `[core]\n\tfsmonitor = ${trap}\n[include]\n\tpath = ${join(top, 'nowhere')}\n`);
      git('config', 'include.path', '../more');
    },
    control: () => tempted('status'),
  },
  'objects that are fetched when they are missing': {
    set: () => {
      promise('ssh://somewhere.invalid/x');
      git('config', 'core.sshCommand', trap);
      git('config', 'protocol.ssh.allow', 'always');
    },
    control: () => tempted('ls-tree', '-r', 'HEAD'),
  },
  'objects that are fetched from a program': {
    set: () => {
      promise(`ext::${trap}`);
      git('config', 'protocol.ext.allow', 'always');
    },
    control: () => tempted('ls-tree', '-r', 'HEAD'),
  },
  'objects that are fetched from a repository with a program of its own': {
    set: () => {
      promise(join(top, 'nowhere'));
      git('config', 'remote.origin.uploadpack', trap);
      git('config', 'core.alternateRefsCommand', trap);
      git('config', 'protocol.file.allow', 'always');
    },
    control: () => tempted('ls-tree', '-r', 'HEAD'),
  },
  'a submodule with a monitor of its own': {
    set: () => {
      const inner = join(repository, 'inner');
      mkdirSync(inner);
      git('-C', inner, 'init', '-q');
      plant('inner/a.ts', source);
      git('-C', inner, 'add', '.');
      git('-C', inner, 'commit', '-qm', 'inner');
      plant('.gitmodules', '[submodule "inner"]\n\tpath = inner\n\turl = ./inner\n\tignore = none\n');
      git('-c', 'advice.addEmbeddedRepo=false', 'add', 'inner', '.gitmodules');
      git('-C', inner, 'config', 'core.fsmonitor', trap);
      git('config', 'diff.ignoreSubmodules', 'none');
    },
    control: () => tempted('status'),
  },
  'a git of its own in front of the PATH, as npm puts it there': {
    set: () => {
      plant('node_modules/.bin/git', `#!/bin/sh\n: > '${fired}'\n`);
      plant('bin/git', `#!/bin/sh\n: > '${fired}'\n`);
      plant('git', `#!/bin/sh\n: > '${fired}'\n`);
      for (const file of ['node_modules/.bin/git', 'bin/git', 'git']) chmodSync(join(repository, file), 0o755);
    },
    control: () => execFileSync('git', ['status'], { env: { PATH: join(repository, 'node_modules/.bin') } }),
  },
};

describe('in a hostile repository nothing runs:', () => {
  it.each(Object.entries(traps))('%s', async (_, { set, control }) => {
    set();
    rmSync(fired, { force: true });
    const runs = [['--since', 'main'], ['--since', 'HEAD'], ['--staged']].map(options => started(options));
    for (const { status, stderr } of await Promise.all(runs)) expect([0, 1, 2], stderr).toContain(status);
    expect(existsSync(fired), 'it ran what the repository named').toBe(false);
    control?.();
    expect(existsSync(fired), 'a trap that does not work proves nothing').toBe(control !== undefined);
  });

  it('all of it together, with every other command', async () => {
    for (const name of Object.keys(traps).filter(each => !/fetched|index/.test(each))) traps[name]!.set();
    rmSync(fired, { force: true });
    const reading = await Promise.all([[], ['doors'], ['badge'], ['facts']].map(command => started(command)));
    // A baseline that is written meanwhile would answer for what the audit finds.
    const writing = await Promise.all(
      [
        ['baseline', 'update'],
        ['init', '--all'],
      ].map(command => started(command)),
    );
    const ends = [...reading, ...writing];
    expect(ends.map(({ status }) => status)).toEqual([1, 0, 0, 0, 0, 0]);
    expect(existsSync(fired)).toBe(false);
  });

  // Most commands that we give run nothing even without these: each of them is a fence behind another fence.
  it('git is told so at every call, and hears nothing of what others have set', () => {
    const real = execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const folder = join(top, 'witness');
    const calls = join(top, 'calls');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'git'), `#!/bin/sh\n{ echo "$@"; env; echo; } >> '${calls}'\nexec '${real}' "$@"\n`);
    chmodSync(join(folder, 'git'), 0o755);
    const strange = { GIT_DIR: '/x', GIT_EXTERNAL_DIFF: trap, GIT_PAGER: trap, GIT_SSH_COMMAND: trap, GIT_TRACE: '1' };
    for (const options of [['--since', 'HEAD'], ['--staged']])
      start(options, repository, { PATH: `${folder}:${process.env.PATH}`, ...strange });
    const told = readFileSync(calls, 'utf8').trim().split('\n\n');
    expect(told.length).toBeGreaterThan(3);
    for (const call of told) {
      const [line = '', ...environment] = call.split('\n');
      const words = [
        '--no-pager --no-optional-locks',
        '-c core.fsmonitor=',
        '-c core.hooksPath=/dev/null',
        '-c core.excludesFile=/dev/null',
        '-c core.attributesFile=/dev/null',
        '-c safe.bareRepository=explicit',
      ].join(' ');
      expect(line).toMatch(/ (rev-parse|diff-index --cached|ls-files --stage) /);
      expect(line.startsWith(`-C ${repository} ${words} `), line).toBe(true);
      expect(
        environment.filter(each => /^(GIT_|LC_ALL)/.test(each) && !each.startsWith('GIT_INDEX_FILE')).sort(),
      ).toEqual([
        'GIT_ALLOW_PROTOCOL=none',
        'GIT_NO_LAZY_FETCH=1',
        'GIT_NO_REPLACE_OBJECTS=1',
        'GIT_TERMINAL_PROMPT=0',
        `GIT_WORK_TREE=${repository}`,
        'LC_ALL=C',
      ]);
    }
  });

  it('a work tree that is elsewhere is not looked at, and what changed is known all the same', () => {
    git('config', 'core.worktree', '/');
    expect(shown('--since', 'HEAD')).toEqual(['src/server.ts']);
  });

  it('a folder with the shape of a bare repository is none', () => {
    const bare = join(repository, 'bare');
    git('init', '-q', '--bare', bare);
    writeFileSync(join(bare, 'config'), `[core]\n\tbare = true\n\tfsmonitor = ${trap}\n`);
    writeFileSync(join(bare, 'server.ts'), source);
    rmSync(join(repository, '.git'), { recursive: true });
    expect(start(['--since', 'HEAD'], bare)).toMatchObject({ status: 2, stdout: '' });
    expect(existsSync(fired)).toBe(false);
  });
});

describe('what changed', () => {
  it('is what git would say', () => {
    expect(shown('--since', 'HEAD')).toEqual(['src/server.ts']);
    expect(shown('--staged')).toEqual([]);
    git('add', 'src/server.ts');
    expect(shown('--staged')).toEqual(['src/server.ts']);
    git('commit', '-qm', 'later');
    expect(shown('--since', 'HEAD')).toEqual([]);
    expect(shown('--since', 'HEAD~1')).toEqual(['src/server.ts']);
    plant('src/new.ts', source);
    expect(shown('--since', 'HEAD')).toEqual(['src/new.ts']);
  });

  it('is not what only has a new date, or the line ends of another system', () => {
    git('add', '.');
    git('commit', '-qm', 'later');
    renewStat();
    plant('src/other.ts', source.replaceAll('\n', '\r\n'));
    expect(shown('--since', 'HEAD')).toEqual([]);
  });

  it('is all that is staged before the first commit', () => {
    rmSync(join(repository, '.git'), { recursive: true });
    git('init', '-q', '-b', 'main');
    git('add', 'src/other.ts');
    expect(shown('--staged')).toEqual(['src/other.ts']);
  });

  it('is known in a repository of sha256, in a linked work tree, and below the top', () => {
    rmSync(join(repository, '.git'), { recursive: true });
    plant('src/server.ts', source);
    git('init', '-q', '-b', 'main', '--object-format=sha256');
    git('add', '.');
    expect(shown('--staged')).toEqual(['src/other.ts', 'src/server.ts']);
    git('commit', '-qm', 'before');
    const linked = join(top, 'linked');
    git('worktree', 'add', '-q', linked);
    writeFileSync(join(linked, 'src/other.ts'), `${source}// later\n`);
    try {
      expect(shown('--since', 'main')).toEqual([]);
      expect(shownIn(linked, '--since', 'main')).toEqual(['src/other.ts']);
      expect(shownIn(join(linked, 'src'), '--since', 'main')).toEqual(['other.ts']);
    } finally {
      rmSync(linked, { recursive: true });
    }
  });

  it('is what a hook is told by an index of its own', () => {
    git('add', 'src/server.ts');
    renameSync(join(repository, '.git/index'), join(repository, '.git/next-index'));
    git('reset', '-q');
    expect(shown('--staged')).toEqual([]);
    expect(shownIn(repository, '--staged', { GIT_INDEX_FILE: '.git/next-index', GIT_DIR: '/nowhere' })).toEqual([
      'src/server.ts',
    ]);
    expect(shownIn(repository, '--staged', { GIT_INDEX_FILE: join(top, 'next-index') })).toEqual([]);
  });

  it('of a submodule is told by its commit', () => {
    traps['a submodule with a monitor of its own']!.set();
    git('commit', '-qm', 'with inner');
    expect(shown('--since', 'HEAD')).toEqual(['src/server.ts']);
    expect(shown('--since', 'HEAD~1')).toEqual(['inner/a.ts', 'src/server.ts']);
  });
});

describe('where git cannot tell', () => {
  const told = (options: string[], env = {}) => {
    const { status, stderr, stdout } = start(options, repository, env);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    return stderr;
  };

  it.runIf(process.getuid?.() === 0)('a repository of another user’s is a mistake with its way out', () => {
    execFileSync('chown', ['-R', '65534', repository]);
    expect(told(['--since', 'HEAD'])).toBe(
      `mcp-audit: git reads no repository of another user's, such as ${repository}. If you trust it: git config --global --add safe.directory ${repository}\n`,
    );
  });

  it('a missing object is not fetched, and that is said', () => {
    traps['objects that are fetched when they are missing']!.set();
    expect(told(['--since', 'HEAD'])).toMatch(/^mcp-audit: git diff-index .*\n$/);
  });

  it('there being no repository, no such commit or no git is said in one line', () => {
    expect(told(['--since', 'nowhere'])).toMatch(/^mcp-audit: git diff-index: .*nowhere.*\n$/);
    expect(told(['--since', '--output=x'])).toMatch(/^mcp-audit: git diff-index: .*\n$/);
    expect(told(['--staged'], { PATH: `${repository}:relative:` })).toBe('mcp-audit: there is no git in PATH.\n');
    rmSync(join(repository, '.git'), { recursive: true });
    expect(told(['--staged'])).toMatch(/^mcp-audit: .* is in no git repository\.\n$/);
  });
});

function plant(file: string, text: string): void {
  mkdirSync(dirname(join(repository, file)), { recursive: true });
  writeFileSync(join(repository, file), text);
}

function git(...args: string[]): void {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const who = ['-c', 'user.name=x', '-c', 'user.email=x@example.com', '-c', 'protocol.file.allow=always'];
  execFileSync('git', ['-C', repository, ...who, ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** What anybody else would ask, whatever comes of it. */
function tempted(...args: string[]): void {
  spawnSync('git', ['-C', repository, ...args], { timeout: 10_000 });
}

function hook(name: string): void {
  for (const folder of ['hooks', '.git/hooks']) {
    plant(`${folder}/${name}`, `#!/bin/sh\n: > '${fired}'\n`);
    chmodSync(join(repository, folder, name), 0o755);
  }
}

function filter(attributes: string): void {
  for (const key of ['clean', 'smudge', 'process']) git('config', `filter.x.${key}`, trap);
  git('config', 'filter.x.required', 'true');
  plant(attributes, '* filter=x\n');
}

/** Makes every file look changed to who goes by its date alone. */
function renewStat(): void {
  for (const file of ['src/server.ts', 'src/other.ts'])
    utimesSync(join(repository, file), 1_500_000_000, 1_500_000_000);
}

/** Says that missing objects can be had elsewhere, and loses all of them but the commits. */
function promise(url: string): void {
  git('config', 'core.repositoryFormatVersion', '1');
  git('config', 'extensions.partialClone', 'origin');
  git('config', 'remote.origin.url', url);
  git('config', 'remote.origin.promisor', 'true');
  const tree = execFileSync('git', ['-C', repository, 'rev-parse', 'HEAD^{tree}'], { encoding: 'utf8' }).trim();
  rmSync(join(repository, '.git/objects', tree.slice(0, 2), tree.slice(2)));
}

/** The same while others run. */
async function started(argv: readonly string[]) {
  const child = spawn(process.execPath, [join(dist, 'start.cjs'), ...argv], { cwd: repository, env: environment({}) });
  let stderr = '';
  child.stdout.resume();
  child.stderr.on('data', text => (stderr += text));
  const status = await new Promise(resolve => child.on('close', resolve));
  return { status, stderr };
}

function environment(env: Readonly<Record<string, string>>) {
  const path = [join(repository, 'node_modules/.bin'), join(repository, 'bin'), '', '.', process.env.PATH].join(':');
  return { PATH: path, HOME: top, XDG_CACHE_HOME: join(top, 'caches'), ...env };
}

function start(argv: readonly string[], cwd = repository, env: Readonly<Record<string, string>> = {}) {
  return spawnSync(process.execPath, [join(dist, 'start.cjs'), ...argv], {
    cwd,
    env: environment(env),
    encoding: 'utf8',
    timeout: 60_000,
  });
}

function shown(...options: string[]): string[] {
  return shownIn(repository, ...options);
}

/** The files that the findings of a run are about. */
function shownIn(cwd: string, ...options: (string | Readonly<Record<string, string>>)[]): string[] {
  const argv = options.filter(each => typeof each === 'string');
  const { stdout, stderr } = start(
    [...argv, '--format', 'json'],
    cwd,
    Object.assign({}, ...options.filter(each => typeof each !== 'string')),
  );
  expect(stdout, stderr).not.toBe('');
  const { findings } = JSON.parse(stdout) as { findings: { file: string }[] };
  return [...new Set(findings.map(({ file }) => file))].sort();
}
