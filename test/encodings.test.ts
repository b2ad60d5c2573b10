import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { audit } from '../src/audit.js';
import { readBaseline, readConfig } from '../src/config/read.js';
import { readNamed } from '../src/discover/read.js';

/** The same files in other bytes are the same to the audit; what is no text is said to be none. */

const home = mkdtempSync(join(tmpdir(), 'mcp-audit-encodings-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

type Encode = (text: string) => Buffer;
const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const encodings: readonly (readonly [string, Encode])[] = [
  ['UTF-8 with its mark', text => Buffer.from(`\uFEFF${text}`)],
  ['UTF-16, the low byte first', text => utf16(`\uFEFF${text}`)],
  ['UTF-16, the high byte first', text => utf16(`\uFEFF${text}`).swap16()],
];
const plain: Encode = text => Buffer.from(text);

/** The opening holds no NUL for longer than anybody looks for one. */
const remark = `/*${'会話のサーバー'.repeat(1500)}*/`;
const source = `${remark}import { WebSocketServer } from 'ws';
const 会話 = '名前'; const wss = new WebSocketServer({ port: 8080 });
wss.on('connection', socket => socket.on('message', data => socket.send(String(data) + 会話)));
`;
const files = {
  'src/server.ts': source,
  'src/old/server.ts': source,
  'package.json': '{ "name": "会話", "dependencies": { "ws": "8.18.3" } }',
  'mcp-audit.config.json': '{ "exclude": ["src/old"] } // 会話',
};

let made = 0;
function plant(contents: Readonly<Record<string, string>>, encode: Encode): string {
  made += 1;
  const folder = join(home, String(made));
  for (const [name, text] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), encode(text));
  }
  return folder;
}

/** All that a report says of the tree, but for where the tree lies. */
function told(asked: readonly string[]) {
  const { report } = audit(asked, { today: '2026-11-25' }, rules);
  return { ...report, target: { ...report.target, root: '' } };
}

describe.each(encodings)('%s', (_, encode) => {
  const utf8 = plant(files, plain);
  const other = plant(files, encode);

  it('has the findings of UTF-8, at the same lines and columns', () => {
    const expected = told([utf8]);
    expect(expected.findings.filter(({ file }) => file === 'src/server.ts').length).toBeGreaterThan(0);
    expect(expected.target.packages.map(({ name }) => name)).toEqual(['会話']);
    expect(told([other])).toEqual(expected);
  });

  it('has them in a file that was asked about by name', () => {
    const expected = told([join(utf8, 'src/server.ts')]);
    expect(expected.findings.length).toBeGreaterThan(0);
    expect(told([join(other, 'src/server.ts')])).toEqual(expected);
  });

  it('is a configuration and a baseline like any other', () => {
    const configured = (folder: string, isFound: boolean) =>
      readConfig(join(folder, 'mcp-audit.config.json'), isFound).config;
    for (const isFound of [true, false]) expect(configured(other, isFound)).toEqual(configured(utf8, isFound));
    const baseline = { 'b.json': '{ "version": 1, "findings": [] }' };
    expect(readBaseline(join(plant(baseline, encode), 'b.json'))).toEqual([]);
    const manifest = { 'package.json': '{ "mcp-audit": { "exclude": ["名前"] } }' };
    expect(readConfig(join(plant(manifest, encode), 'package.json')).config).toEqual({ exclude: ['名前'] });
  });
});

it.each([
  ['UTF-16 without its mark', utf16(source)],
  ['UTF-16 of Latin letters without its mark', utf16("import { WebSocketServer } from 'ws';\n")],
  ['UTF-32', Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), Buffer.from('a\0\0\0'.repeat(100))])],
  ['no text', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2, 3, 0])],
])('%s is left unread, with the reason', (_, bytes) => {
  const folder = plant({ 'a.ts': '' }, () => bytes);
  expect(told([folder]).unread).toEqual([{ file: 'a.ts', message: 'binary' }]);
  expect(() => readConfig(join(folder, 'a.ts'))).toThrow(/cannot be read \(binary\)/);
});

it('a byte that is not UTF-8 costs its letter alone', () => {
  const latin = Buffer.from(source.replace(remark, '/* é */').replaceAll('会話', 'a').replace('名前', 'é'), 'latin1');
  const folder = plant({ 'server.ts': '' }, () => latin);
  const { unread, findings } = told([folder]);
  expect(unread).toEqual([]);
  expect(findings.length).toBeGreaterThan(0);
});

describe('a file that is named', () => {
  it('is read up to a bound', () => {
    const file = join(plant({ 'a.json': '0123456789' }, plain), 'a.json');
    expect(readNamed(file, 10)).toMatchObject({ is: 'text', text: '0123456789' });
    expect(readNamed(file, 9)).toEqual({ is: 'unreadable', why: 'too large' });
    expect(readNamed(`${file}.gone`, 9)).toEqual({ is: 'unreadable', why: 'ENOENT' });
    expect(readNamed(dirname(file), 1_000_000)).toEqual({ is: 'unreadable', why: 'EISDIR' });
  });

  it.skipIf(process.platform === 'win32')('may be a device or a pipe, and is not read without end', () => {
    expect(readNamed('/dev/zero', 1_000_000)).toEqual({ is: 'unreadable', why: 'too large' });
    const pipe = join(plant({ 'a.json': '' }, plain), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const writer = spawnSync('sh', ['-c', 'printf %s 0123456789 > "$1" &', 'sh', pipe], { stdio: 'ignore' });
    expect(writer.status).toBe(0);
    expect(readNamed(pipe, 10)).toMatchObject({ is: 'text', text: '0123456789' });
  });
});
