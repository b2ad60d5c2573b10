import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type DiscoveryOptions, discover, isNoSuchTarget } from '../src/discover/discover.js';

const planted: string[] = [];
afterEach(() => {
  for (const folder of planted.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Plants files, by path and text, in a new temporary folder. */
function plant(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'discover-')));
  planted.push(folder);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

/** Plants empty files. */
const plantEmpty = (...files: string[]) => plant(Object.fromEntries(files.map(file => [file, ''])));

const filesOf = (folder: string, options?: DiscoveryOptions) => discover([folder], options).files;

/** The counts that are not 0. */
const skippedIn = (folder: string, options?: DiscoveryOptions) =>
  Object.fromEntries(Object.entries(discover([folder], options).skipped).filter(([, count]) => count > 0));

describe('sources', () => {
  it('are all kinds of TypeScript and JavaScript, sorted by code unit', () => {
    const folder = plantEmpty(
      'b.ts',
      'a.tsx',
      'c.mts',
      'd.cts',
      'B.js',
      'e.jsx',
      'f.mjs',
      'g.cjs',
      'README.md',
      'h.json',
    );
    expect(filesOf(folder)).toEqual(['B.js', 'a.tsx', 'b.ts', 'c.mts', 'd.cts', 'e.jsx', 'f.mjs', 'g.cjs']);
  });

  it('are not declarations', () => {
    const folder = plantEmpty('a.d.ts', 'b.d.mts', 'c.d.cts', 'd.ts');
    expect(filesOf(folder)).toEqual(['d.ts']);
    expect(skippedIn(folder)).toEqual({ declaration: 3 });
  });

  it('are not in folders that install, build or hide', () => {
    const folder = plantEmpty(
      'src/server.ts',
      'node_modules/ws/index.js',
      'packages/a/node_modules/ws/index.js',
      'dist/server.js',
      '.next/server/app.js',
      'coverage/report.js',
      '.yarn/releases/yarn.cjs',
      '.eslintrc.cjs',
    );
    expect(filesOf(folder)).toEqual(['src/server.ts']);
    expect(skippedIn(folder)).toEqual({ dependency: 2, 'build-output': 3, hidden: 2 });
  });

  it('may lie below src in a folder called build: it builds something', () => {
    expect(filesOf(plantEmpty('src/build/index.ts', 'build/index.js'))).toEqual(['src/build/index.ts']);
  });

  it('may lie in .well-known, which routers serve', () => {
    const route = 'app/.well-known/oauth-protected-resource/route.ts';
    expect(filesOf(plantEmpty(route))).toEqual([route]);
  });

  it('are not in a vendor folder of a package, but in any other vendor folder', () => {
    const folder = plantEmpty(
      'vendor/a.js',
      'packages/p/package.json',
      'packages/p/vendor/b.js',
      'src/vendor/stripe.ts',
    );
    expect(filesOf(folder)).toEqual(['src/vendor/stripe.ts']);
  });
});

describe('a lib folder', () => {
  it('is source where nothing says otherwise', () => {
    expect(filesOf(plantEmpty('package.json', 'lib/server.js'))).toEqual(['lib/server.js']);
  });

  it('is build output when the tsconfig beside it says so, here through what it extends', () => {
    const folder = plant({
      'tsconfig.base.json': '{ "compilerOptions": { "outDir": "./lib/esm" } }',
      'tsconfig.json': '{ "extends": "./tsconfig.base" }',
      'main.ts': '',
      'lib/esm/main.js': '',
    });
    expect(filesOf(folder)).toEqual(['main.ts']);
    expect(skippedIn(folder)).toEqual({ 'build-output': 1 });
  });

  it('is build output when every module in it has a namesake in src', () => {
    expect(filesOf(plantEmpty('src/a.ts', 'src/http/b.ts', 'lib/a.js', 'lib/http/b.js', 'lib/a.d.ts'))).toEqual([
      'src/a.ts',
      'src/http/b.ts',
    ]);
  });

  it('is source beside src when it has modules of its own', () => {
    expect(filesOf(plantEmpty('src/cli.js', 'lib/cli.js', 'lib/server.js'))).toContain('lib/server.js');
  });

  it('is source beside src when it holds TypeScript', () => {
    expect(filesOf(plantEmpty('src/server.ts', 'lib/server.ts'))).toContain('lib/server.ts');
  });
});

describe('a file outside of all projects', () => {
  const folder = () =>
    plantEmpty(
      'script.ts',
      'parts/helper.ts',
      'shop/package.json',
      'shop/server.ts',
      'work/notes/.git/HEAD',
      'work/notes/a.ts',
    );

  it('has nothing to do with the projects below its folder', () => {
    const root = folder();
    expect(filesOf(join(root, 'script.ts'))).toEqual(['parts/helper.ts', 'script.ts']);
    expect(skippedIn(join(root, 'script.ts'))).toEqual({ 'other-project': 2 });
  });

  it('is one of many where their folder is asked for', () => {
    expect(filesOf(folder())).toEqual(['parts/helper.ts', 'script.ts', 'shop/server.ts', 'work/notes/a.ts']);
  });
});

describe('tests and fixtures', () => {
  const testware = [
    'e2e/login.ts',
    'examples/test-server.ts',
    'fixtures/server.ts',
    'config/mock-upstream/server.mjs',
    'packages/p/testHelpers/remote.ts',
    'scripts/e2e-login.ts',
    'src/__mocks__/ws.ts',
    'src/oauthTestHelpers.ts',
    'src/server.e2e.ts',
    'src/server.spec.tsx',
    'src/server.test.ts',
    'src/mock-server.ts',
    'src/test-utils.ts',
    'src/view.stories.tsx',
    'test-client.mjs',
    'test-servers/sse.ts',
    'test/fixtures/flawed/server.ts',
    'test/helper.ts',
  ];
  const folder = () => plantEmpty('package.json', 'src/server.ts', 'src/test-runner.ts', ...testware);

  it('are left out, and their source files counted', () => {
    const root = folder();
    expect(filesOf(root)).toEqual(['src/server.ts', 'src/test-runner.ts']);
    expect(skippedIn(root)).toEqual({ test: 17, fixture: 1 });
  });

  it('come back on request', () => {
    const root = folder();
    expect(filesOf(root, { includeTests: true })).toEqual([...testware, 'src/server.ts', 'src/test-runner.ts'].sort());
    expect(skippedIn(root, { includeTests: true })).toEqual({});
  });

  it('are told by folders below the root only: a root may lie in a test folder itself', () => {
    const root = plantEmpty('test/fixtures/server/package.json', 'test/fixtures/server/src/main.ts');
    expect(filesOf(join(root, 'test/fixtures/server'))).toEqual(['src/main.ts']);
    expect(filesOf(join(root, 'test'))).toEqual([]);
  });

  it('a fixtures folder that no package.json stands beside is source', () => {
    const root = plantEmpty('src/fixtures/load.ts', 'packages/p/package.json', 'packages/p/__fixtures__/a.ts');
    expect(filesOf(root)).toEqual(['src/fixtures/load.ts']);
  });

  it('are no packages', () => {
    const root = plant({ 'package.json': '{"name":"real"}', 'test/app/package.json': '{"name":"pretended"}' });
    expect(discover([root]).packages.map(found => found.name)).toEqual(['real']);
    expect(discover([root], { includeTests: true }).packages.map(found => found.name)).toEqual(['real', 'pretended']);
  });
});

describe('.gitignore', () => {
  it('is honoured in every folder, the nearer one first', () => {
    const folder = plant({
      '.gitignore': 'private/\n*.local.ts\n',
      'a.local.ts': '',
      'private/a.ts': '',
      'src/.gitignore': '/secret.ts\n!keep.local.ts\n',
      'src/secret.ts': '',
      'src/keep.local.ts': '',
      'src/deep/secret.ts': '',
    });
    expect(filesOf(folder)).toEqual(['src/deep/secret.ts', 'src/keep.local.ts']);
    expect(skippedIn(folder)).toEqual({ ignored: 3 });
  });

  it('closes a folder no longer that a nearer line brings back, but still counts inside it', () => {
    const folder = plant({
      '.gitignore': '/*/made/\n*.gen.ts\n',
      'lib/made/a.ts': '',
      'src/.gitignore': '!made/\n',
      'src/made/b.ts': '',
      'src/made/c.gen.ts': '',
    });
    expect(filesOf(folder)).toEqual(['src/made/b.ts']);
  });

  it('counts from the top of the repository down to a root inside it', () => {
    const folder = plant({
      '.git/HEAD': '',
      '.gitignore': 'packages/a/made/\n',
      'packages/.gitignore': 'scratch.ts\n',
      'packages/a/made/x.ts': '',
      'packages/a/scratch.ts': '',
      'packages/a/main.ts': '',
    });
    expect(filesOf(join(folder, 'packages/a'))).toEqual(['main.ts']);
  });

  it('does not count above the top of the repository', () => {
    const folder = plant({ '.gitignore': '*.ts\n', 'repo/.git/HEAD': '', 'repo/main.ts': '' });
    expect(filesOf(join(folder, 'repo'))).toEqual(['main.ts']);
  });

  it('does not keep the user from auditing an ignored folder by name', () => {
    const folder = plant({ '.git/HEAD': '', '.gitignore': 'tmp/**\n', 'tmp/clone/main.ts': '' });
    expect(filesOf(folder)).toEqual([]);
    expect(filesOf(join(folder, 'tmp/clone'))).toEqual(['main.ts']);
  });

  it('leaves out lines that could keep a matcher busy, and says so', () => {
    const folder = plant({ '.gitignore': '/**/a/**/b/**/c/**/d\nx.ts\n', 'x.ts': '', 'y.ts': '' });
    expect(filesOf(folder)).toEqual(['y.ts']);
    expect(discover([folder]).unread).toEqual([
      { file: '.gitignore', why: 'lines with more than 3 ** are not honoured' },
    ]);
  });

  describe('leaves the same files as git', () => {
    const names = ['a', 'b', 'log', 'x.ts', 'y.ts', 'x.gen.ts'];
    const path = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }).map(parts => parts.join('/'));
    const line = fc
      .tuple(
        fc.constantFrom('', '', '', '!'),
        fc.constantFrom('', '/', '**/'),
        path,
        fc.constantFrom('', '/', '/*', '/**'),
      )
      .map(parts => parts.join(''));
    const glob = fc.constantFrom(
      '*.gen.ts',
      '!*.ts',
      'x*',
      '*/b',
      '[ab]',
      '?',
      '# a',
      '\\!a',
      'a ',
      'a\\ ',
      '*',
      '!a/',
      '/',
    );
    const lines = fc.array(fc.oneof(line, glob), { maxLength: 4 }).map(all => `${all.join('\n')}\n`);
    const folders = ['', 'a/', 'b/', 'a/b/', 'a/log/', 'a/b/a/'];

    const examples: [Record<string, string>][] = [
      [{ '.gitignore': '/a/b/\n*.gen.ts\n', 'a/.gitignore': '!b/\n' }],
      [{ '.gitignore': 'a\n*.ts\n!a\n!x.ts\n' }],
    ];

    it.skipIf(!hasGit())(
      'for any lines in any folder',
      () => {
        const ignores = fc.record(Object.fromEntries(folders.map(folder => [`${folder}.gitignore`, lines])), {
          requiredKeys: [],
        });
        const sources = folders.flatMap(folder =>
          ['x.ts', 'y.ts', 'x.gen.ts'].map(name => [folder + name, ''] as const),
        );
        fc.assert(
          fc.property(ignores as fc.Arbitrary<Record<string, string>>, written => {
            const folder = plant({ ...Object.fromEntries(sources), ...written });
            expect(filesOf(folder)).toEqual(sourcesForGit(folder));
            rmSync(folder, { recursive: true });
          }),
          { numRuns: 60, examples },
        );
      },
      60_000,
    );
  });
});

function hasGit(): boolean {
  try {
    return execFileSync('git', ['--version']).length > 0;
  } catch {
    return false;
  }
}

function sourcesForGit(folder: string): readonly string[] {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, env, encoding: 'utf8' });
  git('init', '--quiet');
  const listed = git('ls-files', '--others', '--exclude-standard', '-z').split('\0');
  return listed.filter(file => file.endsWith('.ts')).sort();
}

describe('text', () => {
  const bytes = (text: string, mark: readonly number[], swap = false) => {
    const body = Buffer.from(text, 'utf16le');
    return Buffer.concat([Buffer.from(mark), swap ? body.swap16() : body]);
  };
  it.each([
    ['UTF-16, the low byte first', (text: string) => bytes(text, [0xff, 0xfe])],
    ['UTF-16, the high byte first', (text: string) => bytes(text, [0xfe, 0xff], true)],
    ['UTF-8 with a NUL in it', (text: string) => Buffer.from(text)],
  ])('is read from %s', (_, written) => {
    // No byte of these characters is NUL: what they are cannot be told from that.
    const source = `// 会話のサーバー\nconst key = 'a${'\0'}b';\nexport const 名前 = key;\n`;
    const manifest = '{ "name": "会話", "dependencies": { "ws": "8.18.3" } }';
    const folder = plant({ 'server.ts': written(source), 'package.json': written(manifest) });
    const { files, text, packages, unread } = discover([folder]);
    expect(files.map(text)).toEqual([source]);
    expect(packages.map(({ name }) => name)).toEqual(['会話']);
    expect(unread).toEqual([]);
  });

  it('is UTF-8 without its byte order mark', () => {
    const found = discover([plant({ 'a.ts': '\uFEFFconst ü = 1;' })]);
    expect(found.text('a.ts')).toBe('const ü = 1;');
    expect(found.unread).toEqual([]);
  });

  it.each([
    ['@generated', '/* eslint-disable */\n// @generated by protobuf-ts 2.9\nexport {};'],
    ['DO NOT EDIT', '#!/usr/bin/env node\n/**\n * DO NOT EDIT. See codegen.ts\n */\nexport {};'],
    ['the generator', '// Code generated by protoc-gen-es. \nexport {};'],
    [
      'how it came about',
      '"use strict";\n/* This file was automatically generated by openapi-typescript. */\nexport {};',
    ],
  ])('of a generated file is left out: its header names %s', (_, text) => {
    const found = discover([plant({ 'a.ts': text })]);
    expect(found.files).toEqual(['a.ts']);
    expect([found.text('a.ts'), found.text('a.ts')]).toEqual([undefined, undefined]);
    expect(found.skipped.generated).toBe(1);
    expect(found.unread).toEqual([]);
  });

  it.each([
    ['a remark about something else', '// Session ids are generated by the client.\nserve();'],
    ['auto-generated values', '/** Serves clients with auto-generated ids. */\nserve();'],
    ['a string', 'const note = "@generated, DO NOT EDIT";\nserve();'],
    ['a comment further down', `serve();${' '.repeat(20)}\n// @generated\n`],
  ])('of a file is read in spite of %s', (_, text) => {
    expect(discover([plant({ 'a.ts': text })]).text('a.ts')).toBe(text);
  });

  it('of a minified file is left out though a formatter broke its lines, told by its `!0` for `true`', () => {
    const minified = 'a.b = !0;\nc(() => void d.e(!1));\n'.repeat(700);
    const byHand = `${minified}${'const on = true;\n'.repeat(300)}`;
    const found = discover([plant({ 'formatted.js': minified, 'by-hand.js': byHand })]);
    expect(found.files.filter(file => found.text(file) !== undefined)).toEqual(['by-hand.js']);
    expect(found.skipped.minified).toBe(1);
  });

  it('of a minified file is left out, told by its name or by its lines', () => {
    const long = `${'a();'.repeat(6_000)}\n`;
    const short = 'a();\n'.repeat(6_000);
    const data = `export const logo = '${'A'.repeat(15_000)}';\n`;
    const found = discover([plant({ 'x.min.js': 'x', 'long.js': long, 'short.js': short, 'data.js': data })]);
    expect(found.files.filter(file => found.text(file) !== undefined)).toEqual(['data.js', 'short.js']);
    expect(found.skipped.minified).toBe(2);
  });

  it('of a generated file by name is not even a candidate', () => {
    const folder = plantEmpty('api.generated.ts', 'api.ts');
    expect(filesOf(folder)).toEqual(['api.ts']);
    expect(skippedIn(folder)).toEqual({ generated: 1 });
  });

  it('of a file that is too large, binary or gone is told in unread', () => {
    const root = plant({
      'large.ts': `${'x();\n'.repeat(320_000)}`,
      'binary.ts': Buffer.from([0x47, 0x40, 0x00, 0x10]),
      'gone.ts': '',
    });
    const found = discover([root]);
    rmSync(join(root, 'gone.ts'));
    expect(found.files.map(found.text)).toEqual([undefined, undefined, undefined]);
    expect(found.unread).toEqual([
      { file: 'binary.ts', why: 'binary' },
      { file: 'gone.ts', why: 'no such file' },
      { file: 'large.ts', why: 'too large: 1.6 MB' },
    ]);
    expect(found.skipped['too-large']).toBe(1);
  });

  it('is never that of a file outside the root', () => {
    const outside = plant({ 'secret.ts': 'secret', 'root/src/a.ts': '' });
    const found = discover([join(outside, 'root')]);
    for (const file of ['../secret.ts', 'src/../../secret.ts', join(outside, 'secret.ts')]) {
      expect(found.text(file)).toBeUndefined();
    }
  });
});

describe('links', () => {
  it('are followed to files inside the root', () => {
    const root = plant({ 'shared/a.ts': 'a', 'src/main.ts': '' });
    symlinkSync('../shared/a.ts', join(root, 'src/a.ts'));
    const found = discover([root]);
    expect(found.files).toEqual(['shared/a.ts', 'src/a.ts', 'src/main.ts']);
    expect(found.text('src/a.ts')).toBe('a');
  });

  it('are not followed out of the root, by files or by folders, and that is told', () => {
    const outside = plant({ 'secret.ts': 'secret', 'root/src/main.ts': '' });
    const root = join(outside, 'root');
    symlinkSync(join(outside, 'secret.ts'), join(root, 'src/secret.ts'));
    symlinkSync(outside, join(root, 'up'));
    symlinkSync(outside, join(root, 'node_modules'));
    const found = discover([root]);
    expect(found.files).toEqual(['src/main.ts']);
    expect(found.text('src/secret.ts')).toBeUndefined();
    expect(found.text('up/secret.ts')).toBeUndefined();
    const why = 'a link that leads out of the audited folder';
    expect(found.unread).toEqual(['src/secret.ts', 'up', 'up/secret.ts'].map(file => ({ file, why })));
  });

  it('cannot make a circle', () => {
    const root = plant({ 'src/main.ts': '' });
    symlinkSync('..', join(root, 'src/parent'));
    symlinkSync('self.ts', join(root, 'src/self.ts'));
    symlinkSync('nowhere.ts', join(root, 'src/lost.ts'));
    const found = discover([root]);
    expect(found.files).toEqual(['src/main.ts']);
    expect(found.unread.map(({ file, why }) => `${file}: ${why}`)).toEqual([
      'src/lost.ts: a link that leads nowhere',
      'src/self.ts: a link that leads nowhere',
    ]);
  });

  it('do not bring in a package.json or a .gitignore from elsewhere', () => {
    const outside = plant({
      'package.json': '{"name":"foreign"}',
      ignore: '*.ts',
      'root/a.ts': '',
      'root/.git/HEAD': '',
    });
    symlinkSync('../package.json', join(outside, 'root/package.json'));
    symlinkSync('../ignore', join(outside, 'root/.gitignore'));
    const found = discover([join(outside, 'root')]);
    expect(found.files).toEqual(['a.ts']);
    expect(found.packages).toEqual([{ name: 'root/', folder: '.', entryPoints: {}, dependencies: {} }]);
  });
});

describe('hostile trees', () => {
  it.skipIf(process.platform === 'win32')('a FIFO is not opened', () => {
    const root = plant({ 'main.ts': '' });
    execFileSync('mkfifo', [join(root, 'pipe.ts')]);
    const found = discover([root]);
    expect(found.files).toEqual(['main.ts']);
    expect(found.text('pipe.ts')).toBeUndefined();
    expect(found.unread).toEqual([{ file: 'pipe.ts', why: 'not a regular file' }]);
  });

  it('folders nested beyond reason are given up, and that is told', () => {
    const deep = 'd/'.repeat(70);
    const found = discover([plant({ 'main.ts': '', [`${deep}x.ts`]: '' })]);
    expect(found.files).toEqual(['main.ts']);
    expect(found.unread).toEqual([{ file: 'd/'.repeat(65).slice(0, -1), why: 'more than 64 folders deep' }]);
  });

  it('names of built-in properties are names like any other', () => {
    const root = plant({
      'package.json': '{"name":"p","dependencies":{"__proto__":"1","constructor":"2"}}',
      'tsconfig.json': '{"compilerOptions":{"paths":{"constructor":["./a.ts"]}}}',
      'package-lock.json': '{"packages":{}}',
    });
    const { packages, aliases } = discover([root]);
    expect(Object.entries(packages[0]?.dependencies ?? {})).toEqual([
      ['__proto__', { range: '1' }],
      ['constructor', { range: '2' }],
    ]);
    expect(aliases).toEqual([{ folder: '.', paths: { constructor: ['a.ts'] } }]);
  });

  it('data files that are no JSON, or nested without end, cost only themselves', () => {
    const endless = '['.repeat(200_000);
    const root = plant({
      'package.json': '{ name: ',
      'tsconfig.json': `{ "compilerOptions": ${endless}`,
      'a/package.json': '[]',
      'a/main.ts': '',
    });
    const found = discover([root]);
    expect(found.packages.map(({ folder }) => folder)).toEqual(['.', 'a']);
    expect(found.aliases).toEqual([]);
    expect(found.files).toEqual(['a/main.ts']);
    const why = 'not a valid JSON object';
    expect(found.unread).toEqual(['a/package.json', 'package.json', 'tsconfig.json'].map(file => ({ file, why })));
  });
});

describe('targets', () => {
  it('a folder is the root', () => {
    const folder = plantEmpty('package.json', 'src/a.ts', 'b.ts');
    const found = discover(['src'], { cwd: folder });
    expect(found).toMatchObject({ root: join(folder, 'src'), files: ['a.ts'], only: undefined });
  });

  it('no target is the working folder', () => {
    const folder = plantEmpty('a.ts');
    expect(discover([], { cwd: folder }).root).toBe(folder);
  });

  it('a file is looked at alone, with all of its package known', () => {
    const folder = plantEmpty('p/package.json', 'p/src/a.ts', 'p/src/b.ts', 'q/c.ts');
    const found = discover(['p/src/a.ts'], { cwd: folder });
    expect(found).toMatchObject({ root: join(folder, 'p'), files: ['src/a.ts', 'src/b.ts'], only: ['src/a.ts'] });
  });

  it('a file without a package has its own folder as root', () => {
    const folder = plantEmpty('.git/HEAD', 'src/a.ts', 'src/b.ts', 'c.ts');
    const found = discover([join(folder, 'src/a.ts')]);
    expect(found).toMatchObject({ root: join(folder, 'src'), files: ['a.ts', 'b.ts'], only: ['a.ts'] });
  });

  it('several files share a package', () => {
    const folder = plantEmpty('package.json', 'src/a/x.ts', 'src/a/y.ts', 'z.ts');
    const found = discover(['src/a/y.ts', 'src/a/x.ts'], { cwd: folder });
    expect(found).toMatchObject({ root: folder, only: ['src/a/x.ts', 'src/a/y.ts'] });
    expect(found.files).toContain('z.ts');
  });

  it('several folders are walked, and nothing else below their common ancestor', () => {
    const folder = plantEmpty('package.json', 'packages/a/x.ts', 'packages/b/y.ts', 'packages/c/z.ts');
    const found = discover(['packages/b', 'packages/a'], { cwd: folder });
    expect(found).toMatchObject({ root: join(folder, 'packages'), files: ['a/x.ts', 'b/y.ts'], only: undefined });
  });

  it('a folder inside another one adds nothing', () => {
    const folder = plantEmpty('src/a.ts', 'src/deep/b.ts', 'c.ts');
    expect(discover(['src/deep', 'src', 'src/a.ts'], { cwd: folder }).files).toEqual(['a.ts', 'deep/b.ts']);
  });

  it('a named folder is walked whatever it is called', () => {
    const folder = plantEmpty('src/a.ts', 'test/b.ts', 'dist/c.js');
    expect(discover(['src', 'test', 'dist'], { cwd: folder }).files).toEqual(['dist/c.js', 'src/a.ts', 'test/b.ts']);
  });

  it('a named file is never skipped, for its place, its name or its text', () => {
    const folder = plant({
      'package.json': '{}',
      '.gitignore': '*.ts',
      'test/server.test.ts': '// @generated\nserve();',
      'dist/bundle.min.js': 'a();'.repeat(500_000),
      'types/a.d.ts': '',
    });
    const named = ['dist/bundle.min.js', 'test/server.test.ts', 'types/a.d.ts'];
    const found = discover(named, { cwd: folder });
    expect(found).toMatchObject({ files: named, only: named });
    expect(found.files.map(file => found.text(file)?.length)).toEqual([2_000_000, 22, 0]);
  });

  it('a named file of another language is told in unread: a commit hook names whatever has changed', () => {
    const folder = plantEmpty('package.json', 'README.md', 'a.ts');
    expect(discover(['README.md'], { cwd: folder })).toMatchObject({
      files: ['a.ts'],
      only: [],
      unread: [{ file: 'README.md', why: 'neither TypeScript nor JavaScript' }],
    });
  });

  it('a missing one is an error that carries the path', () => {
    const wrong = () => discover(['src', 'no/such.ts'], { cwd: plantEmpty('src/a.ts') });
    expect(wrong).toThrow('no such file or folder: no/such.ts');
    try {
      wrong();
    } catch (error) {
      expect(isNoSuchTarget(error) && error.path).toBe('no/such.ts');
    }
  });
});

describe('packages', () => {
  it('are all folders with a package.json, the root first', () => {
    const folder = plant({
      'package.json': '{"name":"root","workspaces":["packages/*"]}',
      'packages/b/package.json':
        '{"name":"@my/b","main":"./lib/b.js","types":"./lib/b.d.ts","exports":{".":"./src/b.ts"}}',
      'packages/a/package.json': '\uFEFF{"name":"@my/a","bin":{"a":"./cli.js"},"main":7}',
      'node_modules/ws/package.json': '{"name":"ws"}',
    });
    expect(discover([folder]).packages).toEqual([
      { name: 'root', folder: '.', entryPoints: {}, dependencies: {} },
      { name: '@my/a', folder: 'packages/a', entryPoints: { bin: { a: './cli.js' } }, dependencies: {} },
      {
        name: '@my/b',
        folder: 'packages/b',
        entryPoints: { main: './lib/b.js', types: './lib/b.d.ts', exports: { '.': './src/b.ts' } },
        dependencies: {},
      },
    ]);
  });

  it('without a name go by their folder, with a slash that no import can be mistaken for', () => {
    const folder = plant({ 'express/package.json': '{"type":"module"}' });
    expect(discover([folder]).packages.map(found => found.name)).toEqual([`${basename(folder)}/`, 'express/']);
  });

  it('name every kind of dependency, the range for production first', () => {
    const folder = plant({
      'package.json': JSON.stringify({
        dependencies: { ws: '^8.1.0' },
        devDependencies: { ws: '*', vitest: '^4.0.0' },
        peerDependencies: { zod: '>=3' },
        optionalDependencies: { bufferutil: '^4.0.1' },
      }),
    });
    expect(discover([folder]).packages[0]?.dependencies).toEqual({
      bufferutil: { range: '^4.0.1' },
      vitest: { range: '^4.0.0' },
      ws: { range: '^8.1.0' },
      zod: { range: '>=3' },
    });
  });

  it('lend the root their name and dependencies when it lies inside one', () => {
    const folder = plant({
      'package.json': '{"name":"server","main":"./dist/main.js","dependencies":{"ws":"^8"}}',
      'package-lock.json': '{"packages":{"node_modules/ws":{"version":"8.18.0"}}}',
      'src/http/main.ts': '',
    });
    expect(discover([join(folder, 'src/http')]).packages).toEqual([
      { name: 'server', folder: '.', entryPoints: {}, dependencies: { ws: { range: '^8', resolved: '8.18.0' } } },
    ]);
  });
});

describe('installed versions', () => {
  const manifest = '{"dependencies":{"ws":"^8.0.0","@hono/node-server":"^1.0.0","local":"workspace:*"}}';
  const resolvedIn = (folder: string, files: Readonly<Record<string, string>>) => {
    const { packages } = discover([plant({ 'package.json': manifest, 'packages/a/package.json': manifest, ...files })]);
    const dependencies = packages.find(found => found.folder === folder)?.dependencies ?? {};
    return Object.fromEntries(Object.entries(dependencies).map(([name, { resolved }]) => [name, resolved]));
  };

  it('come from package-lock.json, found as node finds packages', () => {
    const lock = JSON.stringify({
      lockfileVersion: 3,
      packages: {
        'node_modules/ws': { version: '8.18.0' },
        'packages/a/node_modules/ws': { version: '8.5.0' },
        'node_modules/@hono/node-server': { version: '1.19.2' },
        'node_modules/local': { resolved: 'packages/local', link: true },
      },
    });
    const shared = { '@hono/node-server': '1.19.2', local: undefined };
    expect(resolvedIn('.', { 'package-lock.json': lock })).toEqual({ ws: '8.18.0', ...shared });
    expect(resolvedIn('packages/a', { 'package-lock.json': lock })).toEqual({ ws: '8.5.0', ...shared });
  });

  it('come from pnpm-lock.yaml with importers', () => {
    const lock = [
      "lockfileVersion: '9.0'",
      '',
      'importers:',
      '',
      '  .:',
      '    dependencies:',
      "      '@hono/node-server':",
      '        specifier: ^1.0.0',
      '        version: 1.19.2(hono@4.9.0)',
      '    devDependencies:',
      '      ws:',
      '        specifier: ^8.0.0',
      '        version: 8.18.0',
      '  packages/a:',
      '    dependencies:',
      '      local:',
      '        specifier: workspace:*',
      '        version: link:../local',
      '      ws:',
      '        specifier: ^8.0.0',
      '        version: 8.5.0(bufferutil@4.0.8)(utf-8-validate@6.0.4)',
      'packages:',
      '  ws@8.18.0:',
      '    resolution: {integrity: sha512-x}',
    ].join('\n');
    const none = { local: undefined };
    expect(resolvedIn('.', { 'pnpm-lock.yaml': lock })).toEqual({
      ws: '8.18.0',
      '@hono/node-server': '1.19.2',
      ...none,
    });
    expect(resolvedIn('packages/a', { 'pnpm-lock.yaml': lock })).toMatchObject({ ws: '8.5.0', ...none });
  });

  it('come from an old pnpm-lock.yaml of a lone package', () => {
    const lock =
      'lockfileVersion: 5.4\nspecifiers:\n  ws: ^8.0.0\ndependencies:\n  ws: 8.5.0_bufferutil@4.0.8\npackages:\n';
    expect(resolvedIn('.', { 'pnpm-lock.yaml': lock })).toMatchObject({ ws: '8.5.0' });
  });

  it('come from yarn.lock, old and new', () => {
    const old =
      '# yarn lockfile v1\n\n\n"@hono/node-server@^1.0.0":\n  version "1.19.2"\n\nws@^7.0.0, ws@^8.0.0:\n  version "8.18.0"\n';
    const berry =
      '__metadata:\n  version: 8\n\n"ws@npm:^8.0.0, ws@npm:^8.2.0":\n  version: 8.18.1\n\n"local@workspace:*":\n  version: 0.0.0-use.local\n';
    expect(resolvedIn('.', { 'yarn.lock': old })).toMatchObject({ ws: '8.18.0', '@hono/node-server': '1.19.2' });
    expect(resolvedIn('packages/a', { 'yarn.lock': berry })).toMatchObject({ ws: '8.18.1', local: undefined });
  });

  it('come from bun.lock', () => {
    const lock = `{
      "lockfileVersion": 1,
      "workspaces": { "": { "name": "root" }, "packages/a": { "name": "@my/a" } },
      "packages": {
        "@hono/node-server": ["@hono/node-server@1.19.2", "", {}, "sha512-x"],
        "ws": ["ws@8.18.0", "", {}, "sha512-x"],
        "@my/a/ws": ["ws@8.5.0", "", {}, "sha512-x"],
        "local": ["local@workspace:packages/local"],
      },
    }`;
    expect(resolvedIn('.', { 'bun.lock': lock })).toEqual({
      ws: '8.18.0',
      '@hono/node-server': '1.19.2',
      local: undefined,
    });
    expect(resolvedIn('packages/a', { 'bun.lock': lock })).toMatchObject({ ws: '8.5.0' });
  });

  it('come from the nearest lockfile above, up to the top of the repository', () => {
    const folder = plant({
      'package-lock.json': '{"packages":{"node_modules/ws":{"version":"1.0.0"}}}',
      'repo/.git/HEAD': '',
      'repo/packages/a/package.json': manifest,
      'repo/packages/a/src/main.ts': '',
    });
    const versionFor = (target: string) => discover([join(folder, target)]).packages[0]?.dependencies.ws?.resolved;
    expect(versionFor('repo/packages/a')).toBeUndefined();
    writeFileSync(
      join(folder, 'repo/package-lock.json'),
      '{"packages":{"packages/a/node_modules/ws":{"version":"8.5.0"}}}',
    );
    expect(versionFor('repo/packages/a')).toBe('8.5.0');
    expect(versionFor('repo/packages/a/src')).toBe('8.5.0');
  });

  it('are unknown when the lockfile cannot be made out, and that is told', () => {
    const root = plant({ 'package.json': manifest, 'package-lock.json': '<<<<<<< HEAD' });
    const found = discover([root]);
    expect(found.packages[0]?.dependencies.ws).toEqual({ range: '^8.0.0' });
    expect(found.unread).toEqual([{ file: 'package-lock.json', why: 'not a lockfile of a known format' }]);
  });
});

describe('path aliases', () => {
  const aliasesOf = (files: Readonly<Record<string, string>>, target = '.') =>
    discover([join(plant(files), target)]).aliases;

  it('are read from tsconfig.json, comments and trailing commas allowed', () => {
    const tsconfig = '{ /* ours */ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["src/*"], }, }, } // end';
    expect(aliasesOf({ 'tsconfig.json': tsconfig })).toEqual([
      { folder: '.', baseUrl: '.', paths: { '@/*': ['src/*'] } },
    ]);
  });

  it('are read from jsconfig.json where there is no tsconfig.json', () => {
    const config = (target: string) => `{ "compilerOptions": { "paths": { "@/*": ["${target}"] } } }`;
    expect(
      aliasesOf({ 'jsconfig.json': config('./a/*'), 'b/tsconfig.json': config('./b/*'), 'b/jsconfig.json': '{}' }),
    ).toEqual([
      { folder: '.', paths: { '@/*': ['a/*'] } },
      { folder: 'b', paths: { '@/*': ['b/*'] } },
    ]);
  });

  it('are inherited, and their targets told from the inheriting folder', () => {
    const base = '{ "compilerOptions": { "paths": { "@shared/*": ["./packages/shared/src/*"] } } }';
    expect(
      aliasesOf({ 'tsconfig.base.json': base, 'packages/a/tsconfig.json': '{"extends":"../../tsconfig.base.json"}' }),
    ).toEqual([{ folder: 'packages/a', paths: { '@shared/*': ['../shared/src/*'] } }]);
  });

  it('of the last configuration win where several are extended', () => {
    const config = (target: string) => `{ "compilerOptions": { "paths": { "@": ["./${target}"] } } }`;
    const files = { 'a.json': config('a'), 'b.json': config('b'), 'tsconfig.json': '{"extends":["./a.json","./b"]}' };
    expect(aliasesOf(files)).toEqual([{ folder: '.', paths: { '@': ['b'] } }]);
  });

  it('of the package hold in a root inside it', () => {
    const files = {
      'package.json': '{}',
      'tsconfig.json': '{ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["./src/*"], "~/*": ["./*"] } } }',
      'src/main.ts': '',
    };
    expect(aliasesOf(files, 'src')).toEqual([{ folder: '.', paths: { '@/*': ['*'] } }]);
  });

  it('are not looked for in node_modules, nor outside the project', () => {
    const files = {
      'outside.json': '{ "compilerOptions": { "baseUrl": "." } }',
      'project/package.json': '{}',
      'project/tsconfig.json': '{ "extends": ["@tsconfig/node20", "../outside.json"] }',
      'project/node_modules/@tsconfig/node20/tsconfig.json': '{ "compilerOptions": { "baseUrl": "." } }',
    };
    const found = discover([join(plant(files), 'project')]);
    expect(found.aliases).toEqual([]);
    expect(found.unread).toEqual([]);
  });

  it('are found in spite of a circle', () => {
    const config = (other: string) => `{ "extends": "./${other}", "compilerOptions": { "baseUrl": "./src" } }`;
    expect(aliasesOf({ 'tsconfig.json': config('b.json'), 'b.json': config('tsconfig.json') })).toEqual([
      { folder: '.', baseUrl: 'src', paths: {} },
    ]);
  });
});

it('is the same from any working folder', () => {
  const folder = plant({ 'package.json': '{"name":"p"}', 'src/a.ts': 'a', 'test/b.ts': '', 'up.ts': '' });
  const plain = ({ text, again, inFiles, trace, ...found }: ReturnType<typeof discover>) => ({
    ...found,
    texts: found.files.map(text),
    inFiles: { skipped: inFiles.skipped, unread: inFiles.unread() },
    read: [[...trace.sources], [...trace.data]],
    stamps: found.files.map(again.stamp),
  });
  expect(plain(discover(['.'], { cwd: folder }))).toEqual(plain(discover(['..'], { cwd: join(folder, 'src') })));
});
