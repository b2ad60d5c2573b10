import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { build } from '../scripts/build.mjs';
import { audit } from '../src/audit.js';
import { json } from '../src/report/json.js';

/** What is published, built afresh: `npm test` needs no build before it. */
const folder = mkdtempSync(join(tmpdir(), 'mcp-audit-built-'));
const dist = join(folder, 'dist');
const caches = join(folder, 'caches');
const server = 'fixtures/servers/insecure-websocket';

beforeAll(async () => {
  mkdirSync(caches);
  await build(dist);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the built command line', () => {
  it('says what the source says', () => {
    const { status, stdout, stderr } = start([server, '--format', 'json']);
    expect(stdout).toBe(json(audit([server], {}, rules).report));
    expect(stderr).toMatch(/^mcp-audit: \d+ findings at or above high\n$/);
    expect(status).toBe(1);
  });

  it('answers --help without the engine', () => {
    const engine = join(dist, 'engine.cjs');
    renameSync(engine, `${engine}.away`);
    try {
      expect(start(['--help']).status).toBe(0);
      expect(start([server]).status).toBe(70);
    } finally {
      renameSync(`${engine}.away`, engine);
    }
  });

  it('takes a reader that leaves early for no error', async () => {
    const child = spawn(process.execPath, [join(dist, 'start.cjs'), server], { env: environment() });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', text => (stderr += text));
    const status = await new Promise(resolve => child.on('close', resolve));
    expect(status).toBe(1);
    expect(stderr).not.toContain('EPIPE');
  });
});

describe('the compiled code that is kept for the next start', () => {
  const entries = () => (existsSync(join(caches, 'mcp-audit')) ? readdirSync(join(caches, 'mcp-audit')) : []);
  const kept = () =>
    entries()
      .filter(name => name.startsWith('engine-'))
      .map(name => join(caches, 'mcp-audit', name));
  /** Else nothing need be extracted, and no code for it loaded. */
  const forgetFacts = () => {
    for (const name of entries()) if (name.startsWith('facts-')) rmSync(join(caches, 'mcp-audit', name));
  };

  it('is kept after a run that judged a door, readable by its owner only', () => {
    rmSync(join(caches, 'mcp-audit'), { recursive: true, force: true });
    start(['fixtures/servers/stdio']);
    expect(kept()).toEqual([]);

    start([server]);
    expect(kept()).toHaveLength(2);
    for (const file of kept()) expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('is used, and left as it is', () => {
    const times = () => kept().map(file => statSync(file).mtimeMs);
    const before = times();
    expect(start([server]).status).toBe(1);
    expect(times()).toEqual(before);
  });

  it('is not trusted when V8 or its owner object, and made again', () => {
    const [file] = kept();
    const { size } = statSync(file!);
    writeFileSync(file!, 'not code');
    forgetFacts();
    expect(start([server]).status).toBe(1);
    expect(statSync(file!).size).toBeGreaterThan(size / 2);

    chmodSync(file!, 0o666); // anybody may have written it
    forgetFacts();
    expect(start([server]).status).toBe(1);
    expect(statSync(file!).mode & 0o077).toBe(0);
  });

  it('is done without where it cannot be kept', () => {
    for (const nowhere of ['/proc/none', '/dev/null', 'relative']) {
      expect(start([server], { XDG_CACHE_HOME: nowhere, HOME: '/dev/null' }).status).toBe(1);
    }
    expect(existsSync('relative')).toBe(false);
  }, 60_000);
});

describe('the facts that are kept for the next audit', () => {
  const facts = () => readdirSync(join(caches, 'mcp-audit')).filter(name => name.startsWith('facts-'));

  it('are used without the compiler, and give the same bytes', () => {
    const cold = start([server, '--no-cache', '--format', 'json']);
    start([server]);
    const parser = join(dist, 'extraction.cjs');
    renameSync(parser, `${parser}.away`);
    try {
      expect(start([server, '--format', 'json'])).toMatchObject({ stdout: cold.stdout, status: 1 });
      expect(start([server, '--no-cache']).status).toBe(70);
    } finally {
      renameSync(`${parser}.away`, parser);
    }
  });

  it('are neither kept nor used with --no-cache, whatever the command', () => {
    rmSync(join(caches, 'mcp-audit'), { recursive: true });
    for (const command of [[], ['doors']]) start([...command, server, '--no-cache']);
    expect(existsSync(join(caches, 'mcp-audit'))).toBe(false);
    start(['doors', server]);
    expect(facts()).toHaveLength(1);
  }, 60_000);

  it('stand several audits at once', async () => {
    rmSync(join(caches, 'mcp-audit'), { recursive: true });
    const one = () =>
      new Promise<string>(resolve => {
        let out = '';
        const child = spawn(process.execPath, [join(dist, 'start.cjs'), server, '--format', 'json'], {
          env: environment(),
        });
        child.stdout.on('data', text => (out += text));
        child.on('close', () => resolve(out));
      });
    const outs = await Promise.all([one(), one(), one()]);
    expect(new Set(outs).size).toBe(1);
    expect(start([server, '--format', 'json']).stdout).toBe(outs[0]);
  }, 60_000);
});

describe('the package', () => {
  it('holds what runs, its types and its schemas, and nothing else', () => {
    const [{ files }] = JSON.parse(
      spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' }).stdout,
    ) as [{ files: { path: string }[] }];
    const others = files.map(({ path }) => path).filter(path => !/^dist\/types\/(src|rules)\/.*\.d\.ts$/.test(path));
    const built = readdirSync(dist).map(file => `dist/${file}`);
    const always = ['LICENSE', 'README.md', 'package.json', 'bin/mcp-audit.js', 'bin/package.json'];
    const schemas = ['schemas/config.schema.json', 'schemas/report.schema.json'];
    // Without a build in this folder, dist/ is not there to be packed.
    expect([...always, ...schemas, ...built]).toEqual(expect.arrayContaining(others));
    expect(others).toEqual(expect.arrayContaining([...always, ...schemas]));
  });

  it('leaves zod out of all that an audit without files of the user loads', () => {
    const holding = readdirSync(dist).filter(
      file => file.endsWith('.cjs') && readFileSync(join(dist, file), 'utf8').includes('ZodError'),
    );
    expect(holding).toEqual(['settings.cjs']);
  });

  it('passes on the licences of what it carries', () => {
    const carried = readFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), 'utf8').match(/^\S+ [\d.]+ \(.+\)$/gm);
    expect(carried).toEqual(expect.arrayContaining([expect.stringMatching(/^typescript .* \(Apache-2.0\)$/)]));
  });
});

describe('the library', () => {
  it('audits, and lends the shipped rules', async () => {
    const library = await import(pathToFileURL(join(dist, 'index.js')).href);
    const lent = await import(pathToFileURL(join(dist, 'rules.js')).href);
    expect(library.audit([server], {}, lent.rules).report).toEqual(audit([server], {}, rules).report);
  });
});

function environment(more: Readonly<Record<string, string>> = {}) {
  return { ...process.env, XDG_CACHE_HOME: caches, ...more };
}

function start(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return spawnSync(process.execPath, [join(dist, 'start.cjs'), ...argv], {
    env: environment(env),
    encoding: 'utf8',
    timeout: 20_000,
  });
}
