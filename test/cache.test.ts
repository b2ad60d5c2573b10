import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openCache } from '../src/cache/cache.js';
import { writeWhole } from '../src/cache/write.js';

const top = realpathSync(mkdtempSync(join(tmpdir(), 'mcp-audit-cache-')));
const caches = join(top, 'caches');
const folder = join(caches, 'mcp-audit');
const open = (audited: readonly string[] = []) => openCache({ XDG_CACHE_HOME: caches }, audited)!;
const isRoot = process.getuid?.() === 0;

beforeEach(() => {
  rmSync(caches, { recursive: true, force: true });
  mkdirSync(caches);
});
afterAll(() => rmSync(top, { recursive: true }));

describe('the cache', () => {
  it('gives back what it was given, from a folder that only its user may look into', () => {
    open().write('a', 'text');
    expect(open().read('a')?.toString()).toBe('text');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('closes a folder of its own that others may look into', () => {
    mkdirSync(folder, { mode: 0o755 });
    open().write('a', 'text');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('lies in the folder for caches, with a home folder or not', () => {
    expect(openCache({ XDG_CACHE_HOME: 'relative' }, [])?.read('a')).toBeUndefined();
    expect(existsSync('relative')).toBe(false);
  });

  it('believes nothing that lies in an audited project: a commit may have put it there', () => {
    open().write('a', 'text');
    for (const project of [top, caches, folder]) expect(open([project]).read('a')).toBeUndefined();
    expect(open([join(top, 'elsewhere')]).read('a')).toBeUndefined(); // not there: nobody knows where it is
    mkdirSync(join(top, 'cache'), { recursive: true });
    expect(
      open([join(top, 'cache')])
        .read('a')
        ?.toString(),
    ).toBe('text');

    open([top]).write('b', 'text');
    expect(existsSync(join(folder, 'b'))).toBe(false);
  });

  it('believes no entry that somebody else may have written, nor a link', () => {
    open().write('a', 'text');
    chmodSync(join(folder, 'a'), 0o620);
    expect(open().read('a')).toBeUndefined();
    chmodSync(join(folder, 'a'), 0o600);
    writeFileSync(join(top, 'stranger'), 'text', { mode: 0o600 });
    symlinkSync(join(top, 'stranger'), join(folder, 'link'));
    expect(open().read('link')).toBeUndefined();
    open().write('link', 'mine');
    expect(open().read('link')?.toString()).toBe('mine');
    expect(statSync(join(top, 'stranger')).size).toBe(4);
  });

  it('believes no folder that others can write to, or on a way that anybody can change', () => {
    open().write('a', 'text');
    for (const [path, mode] of [
      [folder, 0o770],
      [caches, 0o777],
    ] as const) {
      const before = statSync(path).mode;
      chmodSync(path, mode);
      expect(open().read('a')).toBeUndefined();
      open().write('b', 'text');
      chmodSync(path, before);
      expect(existsSync(join(folder, 'b'))).toBe(false);
    }
  });

  it.runIf(isRoot)('believes nothing of another user: a file, a folder, or a link to a folder', async () => {
    const { chownSync, lchownSync, renameSync } = await import('node:fs');
    open().write('a', 'text');
    chownSync(join(folder, 'a'), 65_534, 65_534);
    expect(open().read('a')).toBeUndefined();
    chownSync(join(folder, 'a'), 0, 0);
    chownSync(folder, 65_534, 65_534);
    expect(open().read('a')).toBeUndefined();
    chownSync(folder, 0, 0);
    expect(open().read('a')).toBeDefined();

    renameSync(folder, join(caches, 'moved'));
    symlinkSync(join(caches, 'moved'), folder);
    expect(open().read('a')).toBeDefined();
    lchownSync(folder, 65_534, 65_534);
    expect(open().read('a')).toBeUndefined();
  });

  it('forgets what is older than a month, and what was left unfinished', () => {
    for (const name of ['old', 'new', '.mcp-audit-0.tmp']) open().write(name, '');
    const then = Date.now() / 1000 - 32 * 24 * 60 * 60;
    for (const name of ['old', '.mcp-audit-0.tmp']) utimesSync(join(folder, name), then, then);
    open().forget();
    expect(readdirSync(folder)).toEqual(['new']);
  });

  it('forgets the oldest of what is more than 256 MB', () => {
    for (const [age, name] of ['new', 'middle', 'old'].entries()) {
      open().write(name, '');
      truncateSync(join(folder, name), 120 * 1024 ** 2);
      const then = Date.now() / 1000 - 60 * age;
      utimesSync(join(folder, name), then, then);
    }
    open().forget();
    expect(readdirSync(folder)).toEqual(['middle', 'new']);
  });

  it('is done without where it cannot be', () => {
    writeFileSync(join(top, 'file'), '');
    for (const nowhere of ['/proc/none', '/dev/null', join(top, 'file')]) {
      const cache = openCache({ XDG_CACHE_HOME: nowhere }, []);
      cache?.write('a', 'text');
      expect(cache?.read('a')).toBeUndefined();
    }
  });
});

describe('a file that is written whole', () => {
  const file = join(caches, 'file');

  it('keeps its permissions, and a new one gets the usual', () => {
    writeWhole(file, 'one');
    expect(statSync(file).mode & 0o777).toBe(0o666 & ~process.umask());
    chmodSync(file, 0o606); // more than the umask would grant
    writeWhole(file, 'two');
    expect(statSync(file).mode & 0o777).toBe(0o606);
  });

  it('leaves nothing behind when it cannot be written', () => {
    mkdirSync(file);
    writeFileSync(join(file, 'inside'), '');
    expect(() => writeWhole(file, 'one')).toThrow();
    expect(readdirSync(caches)).toEqual(['file']);
  });
});
