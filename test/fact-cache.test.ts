import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rules } from '../rules/index.js';
import { type AuditOptions, audit } from '../src/audit.js';
import { openCache } from '../src/cache/cache.js';
import { openFactCache } from '../src/cache/facts.js';
import { discover } from '../src/discover/discover.js';
import type { Facts } from '../src/index.js';
import { factsOf } from '../src/remember.js';
import { json } from '../src/report/json.js';
import { openStats } from '../src/stats.js';

let folder: string;
let project: string;
let caches: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-audit-facts-'));
  project = join(folder, 'project');
  caches = join(folder, 'caches');
  mkdirSync(project);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What comes of an audit with the cache, and whether the facts came from it. Every audit is held against one without. */
function audited(options: AuditOptions = {}, targets = [project], version = '1') {
  const stats = openStats(() => 0);
  const store = openCache({ XDG_CACHE_HOME: caches }, [project]);
  const cache = store && openFactCache<Facts>(store, version);
  const { report, facts } = audit(targets, { ...options, cache, stats }, rules);
  const plain = audit(targets, options, rules);
  expect(json(report)).toBe(json(plain.report));
  expect(facts).toStrictEqual(plain.facts);
  const { counts } = stats.costs();
  return { isRecalled: counts['facts from the cache'] === 1, parsed: counts['files parsed'], report };
}

function write(file: string, text: string): void {
  const path = join(project, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** As if all files had rested for an hour, so that their times alone tell that they are unchanged. */
function rest(): void {
  const anHourAgo = new Date(Date.now() - 3_600_000);
  for (const entry of readdirSync(project, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), anHourAgo, anHourAgo);
}

const server = (listen: string) => `
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { allowed } from './origins';
const server = createServer();
const wss = new WebSocketServer({ noServer: true });
server.on('upgrade', (request, socket, head) => {
  if (!allowed.includes(request.headers.origin)) return socket.destroy();
  wss.handleUpgrade(request, socket, head, client => client.send('hello'));
});
server.listen(${listen});
`;
const origins = (origin: string) => `export const allowed = ['${origin}'];\n`;

/** A server in two files, and a module that it has nothing to do with. */
function writeProject(): void {
  write('package.json', '{ "name": "x", "dependencies": { "ws": "^8.0.0" } }');
  write('src/server.ts', server("3000, '127.0.0.1'"));
  write('src/origins.ts', origins('https://app.example'));
  write('src/other.ts', "import { join } from 'node:path';\nexport const place = join('a', 'b');\n");
}

describe('facts of an earlier run', () => {
  it.each(readdirSync('fixtures/servers'))(
    '%s: are the same as new ones, in facts and report',
    name => {
      cpSync(join('fixtures/servers', name), project, { recursive: true });
      expect(audited().isRecalled).toBe(false);
      expect(audited().isRecalled).toBe(true);
      for (const entry of readdirSync(project, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const file = join(entry.parentPath, entry.name);
        utimesSync(file, new Date(), new Date());
        expect(audited().isRecalled).toBe(true);
        appendFileSync(file, '\n');
        audited();
        const text = readFileSync(file, 'utf8');
        rmSync(file);
        audited();
        writeFileSync(file, text);
        audited();
      }
    },
    60_000,
  );

  it('are used where nothing has changed, and nothing is parsed', () => {
    writeProject();
    expect(audited()).toMatchObject({ isRecalled: false, parsed: 2 });
    expect(audited()).toMatchObject({ isRecalled: true, parsed: 0 });
    rest();
    expect(audited()).toMatchObject({ isRecalled: true, parsed: 0 });
  });

  const changes: Readonly<Record<string, () => void>> = {
    'a file that was parsed': () => write('src/server.ts', server('3000')),
    'a file that an answer came from': () => write('src/origins.ts', origins('https://evil.example')),
    'a new file that is found instead': () => write('src/origins.tsx', origins('https://other.example')),
    'a file that is gone': () => rmSync(join(project, 'src/origins.ts')),
    'a file that has another name': () =>
      renameSync(join(project, 'src/origins.ts'), join(project, 'src/origins/index.ts')),
    'a new tsconfig': () =>
      write('tsconfig.json', '{ "compilerOptions": { "paths": { "./origins": ["./src/other.ts"] } } }'),
    'a new package.json': () => write('src/package.json', '{ "name": "inner", "dependencies": { "ws": "^7.0.0" } }'),
    'another version of a library': () => write('package.json', '{ "name": "x", "dependencies": { "ws": "^7.0.0" } }'),
    'a new lockfile': () =>
      write('package-lock.json', '{ "lockfileVersion": 3, "packages": { "node_modules/ws": { "version": "7.1.0" } } }'),
    'a second server': () => write('src/other.ts', server('4000')),
    'a new import of the server': () => write('src/other.ts', "import './server.js';\n"),
    'an ignore comment': () =>
      write(
        'src/server.ts',
        server('3000').replace('\nserver.listen', '\n// mcp-audit-ignore bind-all-interfaces -- x\nserver.listen'),
      ),
    'a file that is generated now': () => write('src/origins.ts', `// @generated\n${origins('https://app.example')}`),
    'a .gitignore': () => write('.gitignore', 'origins.ts\n'),
    'a file that became a link': () => {
      const elsewhere = join(folder, 'elsewhere.ts');
      writeFileSync(elsewhere, origins('https://app.example'));
      rmSync(join(project, 'src/origins.ts'));
      symlinkSync(elsewhere, join(project, 'src/origins.ts'));
    },
  };
  it.each(Object.entries(changes))('are not used after %s', (name, change) => {
    writeProject();
    mkdirSync(join(project, 'src/origins'));
    audited();
    expect(audited().isRecalled).toBe(true);
    change();
    expect(audited().isRecalled, name).toBe(false);
    audited();
  });

  it('are used when a file has changed that only its imports and words could have mattered of', () => {
    writeProject();
    audited();
    write('src/other.ts', "import { join } from 'node:path';\nexport const place = join('c', 'd');\n");
    expect(audited()).toMatchObject({ isRecalled: true, parsed: 0 });
  });

  it('are not those of other options, targets or versions', () => {
    writeProject();
    write('test/server.test.ts', server('5000'));
    audited();
    expect(audited({ includeTests: true }).isRecalled).toBe(false);
    expect(audited({ isExcluded: path => path.endsWith('other.ts') }).isRecalled).toBe(false);
    audited();
    const vouched = { authentication: [], originChecks: [], trustedOrigins: ['https://app.example'] };
    expect(audited({ vouched }).isRecalled).toBe(false);
    expect(audited({}, [join(project, 'src')]).isRecalled).toBe(false);
    expect(audited({}, [join(project, 'src/server.ts')]).isRecalled).toBe(false);
    expect(audited({}, [project], '2').isRecalled).toBe(false);
    expect(audited({ isAsked: ({ pillar }) => pillar === 'origin' }, [project], '2').isRecalled).toBe(true);
  });

  it('are not those of another bound on the size of files, though no file has changed', () => {
    writeProject();
    const later = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 10_000); // the files have rested: their times are believed
    try {
      audited();
      expect(audited({ maxFileSize: 100 })).toMatchObject({ isRecalled: false, report: { doors: [] } });
    } finally {
      later.mockRestore();
    }
  });

  it('see a change that leaves the times and the size of a file as they were', () => {
    writeProject();
    audited();
    audited();
    const file = join(project, 'src/origins.ts');
    const then = new Date(Date.now() - 1000);
    for (const origin of ['https://aaa.example', 'https://bbb.example']) {
      write('src/origins.ts', origins(origin));
      utimesSync(file, then, then);
      expect(audited().isRecalled, origin).toBe(false);
    }
  });
});

describe('a stamp', () => {
  /** Whether facts are taken for unchanged when a file has another content and, as a coarse clock has it, the same stamp. */
  const isFooled = () => {
    const store = openCache({ XDG_CACHE_HOME: caches }, [project])!;
    const before = discover([project]);
    const stamps = new Map(before.files.map(file => [file, before.again.stamp(file)]));
    factsOf(before, { cache: openFactCache<Facts>(store, '1') });
    write('src/origins.ts', origins('https://bbb.example'));
    const after = discover([project]);
    const blurred = { ...after, again: { ...after.again, stamp: (file: string) => stamps.get(file) } };
    const stats = openStats(() => 0);
    factsOf(blurred, { cache: openFactCache<Facts>(store, '1'), stats });
    return stats.costs().counts['facts from the cache'] === 1;
  };

  it('of the last seconds is not believed', () => {
    writeProject();
    expect(isFooled()).toBe(false);
  });

  it('is believed of files that have rested, which is what makes the cache fast', () => {
    vi.useFakeTimers({ now: Date.now() + 3_600_000, toFake: ['Date'] });
    try {
      writeProject();
      expect(isFooled()).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('an entry of the fact cache', () => {
  const entries = () => readdirSync(join(caches, 'mcp-audit')).map(name => join(caches, 'mcp-audit', name));

  it('is worth nothing when a single byte of it is wrong', () => {
    writeProject();
    audited();
    const [entry] = entries();
    const bytes = readFileSync(entry!);
    for (const at of [0, 40, bytes.length >> 1, bytes.length - 1]) {
      writeFileSync(
        entry!,
        bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)),
      );
      expect(audited().isRecalled).toBe(false);
      expect(audited().isRecalled).toBe(true);
    }
    for (const length of [0, 10, bytes.length - 1]) {
      writeFileSync(entry!, bytes.subarray(0, length));
      expect(audited().isRecalled).toBe(false);
    }
  });

  it('is not believed when others can write it, nor when it lies in the audited project', () => {
    writeProject();
    audited();
    chmodSync(entries()[0]!, 0o666);
    expect(audited().isRecalled).toBe(false);
    caches = join(project, 'caches');
    audited();
    expect(audited().isRecalled).toBe(false);
  });

  it('is not made where the folder cannot be written, nor of a tree without anything to parse', () => {
    writeProject();
    caches = '/proc/none';
    expect(audited().isRecalled).toBe(false);
    caches = join(folder, 'caches');
    rmSync(join(project, 'src/server.ts'));
    audited();
    expect(audited().isRecalled).toBe(false);
  });
});
