/**
 * Writes a synthetic TypeScript monorepo of a given size: packages of ordinary code, some of which speaks HTTP as a client or names a
 * server's words, and among them real MCP servers, the ones in `fixtures/servers`. The same size gives the same bytes.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const servers = fileURLToPath(new URL('../fixtures/servers', import.meta.url));

/** Files in an ordinary package. */
const packageSize = 20;
/** Of so many files in the monorepo, one server; in public monorepos with MCP servers it is one in some hundreds. */
const filesPerServer = 400;

/**
 * @param {string} folder an empty or missing one
 * @param {number} files how many TypeScript files to write, about
 * @returns {{ files: number, servers: number, packages: number }} what was written
 */
export function writeMonorepo(folder, files) {
  const written = { files: 0, servers: 0, packages: 0 };
  write(join(folder, 'package.json'), { name: 'monorepo', private: true, workspaces: ['packages/*', 'servers/*'] });
  write(join(folder, 'tsconfig.json'), { compilerOptions: { target: 'ES2022', module: 'NodeNext', strict: true } });
  const examples = readdirSync(servers).sort();
  for (let s = 0; s < Math.max(1, Math.round(files / filesPerServer)); s++) {
    const example = examples[s % examples.length] ?? '';
    const at = join(folder, 'servers', `${example}-${s}`);
    cpSync(join(servers, example), at, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
    write(join(at, 'package.json'), { ...manifest, name: `${manifest.name}-${s}` });
    written.files += readdirSync(at, { recursive: true }).filter(file => /\.[jt]s$/.test(String(file))).length;
    written.servers++;
  }
  for (; written.files < files; written.packages++) {
    const count = Math.min(packageSize, files - written.files);
    writePackage(join(folder, 'packages', `p${written.packages}`), written.packages, count);
    written.files += count;
  }
  return written;
}

/** @param {string} folder @param {number} number @param {number} files */
function writePackage(folder, number, files) {
  write(join(folder, 'package.json'), { name: `@monorepo/p${number}`, version: '1.0.0', type: 'module' });
  const random = randomFrom(number + 1);
  for (let f = 0; f < files; f++) {
    const next = f + 1 < files ? f + 1 : undefined;
    const kind = f % packageSize === 7 ? client : f % 5 === 4 ? component : f % 5 === 3 ? suite : service;
    const name = kind === component ? `file${f}.tsx` : kind === suite ? `file${f}.test.ts` : `file${f}.ts`;
    write(join(folder, 'src', name), kind(f, next, random));
  }
}

/** @typedef {(file: number, next: number | undefined, random: () => number) => string} Kind */

/** A class with a cache and some arithmetic. @type {Kind} */
const service = (file, next, random) => {
  const methods = Array.from({ length: 3 + Math.floor(random() * 5) }, (_, m) => {
    const limit = Math.floor(random() * 1000);
    return `
  /** Recalculates the ${word(random)} of an entry and keeps it for the next caller. */
  async ${word(random)}${m}(key: string, options: Options = {}): Promise<Entry> {
    const known = this.#entries.get(key);
    if (known && known.weight > ${limit} && !options.fresh) return known;
    const parts = key.split('/').filter(part => part.length > 0).map(part => part.toLowerCase());
    const weight = parts.reduce((sum, part) => sum + part.length * ${limit % 17}, ${limit});
    const entry: Entry = { key, weight, labels: { ${word(random)}: parts.join('-'), size: \`\${weight} kB\` } };
    if (weight % 2 === 0) {
      this.#entries.set(key, entry);
    } else if (options.strict) {
      throw new RangeError(\`weight \${weight} of \${key} is odd\`);
    }
    return entry;
  }`;
  });
  return `${next === undefined ? '' : `import type { Options as Next } from './file${next}.js';\n`}
export interface Options { fresh?: boolean; strict?: boolean; ${next === undefined ? '' : 'next?: Next; '}}
export interface Entry { key: string; weight: number; labels: Record<string, string> }

export class Service${file} {
  readonly #entries = new Map<string, Entry>();
${methods.join('\n')}
}
`;
};

/** @type {Kind} */
const component = (file, _next, random) => `
export interface Props${file} { title: string; rows: readonly { id: string; ${word(random)}: number }[]; onPick(id: string): void }

export function Table${file}({ title, rows, onPick }: Props${file}) {
  const shown = rows.filter(({ id }) => id !== '${word(random)}');
  return (
    <section className="${word(random)} ${word(random)}">
      <h2>{title}</h2>
      <ul>
        {shown.map(row => (
          <li key={row.id} onClick={() => onPick(row.id)}>{row.id}</li>
        ))}
      </ul>
      {shown.length === 0 ? <p>Nothing here yet.</p> : <p>{shown.length} of {rows.length}</p>}
    </section>
  );
}
`;

/** @type {Kind} */
const suite = (file, _next, random) => `
import { describe, expect, it } from 'vitest';
import { createServer } from 'node:http';

describe('${word(random)} ${file}', () => {
  it('answers on loopback', async () => {
    const server = createServer((_, res) => res.end('${word(random)}'));
    await new Promise<void>(done => server.listen(0, done));
    expect(server.address()).toMatchObject({ family: expect.any(String) });
    server.close();
  });
});
`;

/** Code that asks a server and has the words of one. @type {Kind} */
const client = (file, _next, random) => `
const timeout = ${Math.floor(random() * 9000) + 1000};

export async function fetch${file}(base: string, query: Record<string, string>, token: string) {
  const url = new URL('/${word(random)}/${word(random)}', base);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const answer = await fetch(url, {
    headers: { authorization: \`Bearer \${token}\`, origin: url.origin },
    signal: AbortSignal.timeout(timeout),
  });
  if (!answer.ok) throw new Error(\`\${url.pathname}: \${answer.status}\`);
  return (await answer.json()) as { ${word(random)}: string };
}
`;

const words =
  'amber basin cedar delta ember fjord grove haven inlet jetty knoll ledge mesa notch opal prism quarry ridge'.split(
    ' ',
  );

/** @param {() => number} random */
function word(random) {
  return words[Math.floor(random() * words.length)] ?? 'amber';
}

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). @param {number} seed @returns {() => number} */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param {string} file @param {string | object} content */
function write(file, content) {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 2)}\n`);
}
