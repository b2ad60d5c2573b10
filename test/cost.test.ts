import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeMonorepo } from '../bench/monorepo.mjs';
import { rules } from '../rules/index.js';
import { audit } from '../src/audit.js';
import { openCache } from '../src/cache/cache.js';
import { openFactCache } from '../src/cache/facts.js';
import { parse } from '../src/code/module.js';
import { Inquiry } from '../src/code/trial/inquiry.js';
import type { RequestFacts } from '../src/code/trial/request.js';
import type { ts } from '../src/code/ts.js';
import { extract } from '../src/extract/extract.js';
import type { Facts } from '../src/index.js';
import { openStats } from '../src/stats.js';

const server = `
import express from 'express';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
const app = express();
app.post('/mcp', (req, res) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  transport.handleRequest(req, res, req.body);
});
app.listen(3000, '127.0.0.1');
`;

/** A monorepo of which one package is a server; the others have the words of any program. */
function monorepo(packages: number, filesEach: number): Map<string, string> {
  const files = new Map([['packages/server/src/index.ts', server]]);
  for (let p = 0; p < packages; p++) {
    for (let f = 0; f < filesEach; f++) {
      const next = f + 1 < filesEach ? `import { value${f + 1} } from './file${f + 1}.js';\n` : '';
      const body = `export const value${f} = (name: string) => ({ name, token: ${f}, url: \`/\${name}\` });\n`;
      files.set(`packages/p${p}/src/file${f}.ts`, next + body);
    }
  }
  return files;
}

/** How often texts were asked for: once each for the prefilter, and again for what is parsed. */
function readsOf(files: Map<string, string>): { reads: number; doors: number } {
  let reads = 0;
  const text = (file: string) => {
    reads++;
    return files.get(file);
  };
  const facts = extract({ files: [...files.keys()].sort(), packages: [], only: undefined, aliases: [], text });
  expect(facts.faults).toEqual([]);
  return { reads, doors: facts.subjects.filter(({ kind }) => kind === 'McpEndpoint').length };
}

const folder = mkdtempSync(join(tmpdir(), 'mcp-audit-cost-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What an audit of a folder has cost, with the facts of earlier runs or without. */
function costsOf(target: string, caches?: string) {
  const stats = openStats(() => 0);
  const store = caches === undefined ? undefined : openCache({ XDG_CACHE_HOME: caches }, [target]);
  const cache = store && openFactCache<Facts>(store, '1');
  audit([target], { stats, cache }, rules);
  return stats.costs().counts;
}

/** Files parsed, nodes visited and evaluator steps of an audit; a change that needs more says here what it buys. */
const budgets: Readonly<Record<string, readonly [number, number, number]>> = {
  'hardened-http': [3, 600, 900],
  'hardened-websocket': [6, 1600, 4000],
  'insecure-http': [4, 780, 1100],
  'insecure-websocket': [4, 900, 5500],
  stdio: [1, 200, 0],
};

describe.each(Object.entries(budgets))('%s', (name, [parsed, nodes, steps]) => {
  const target = join('fixtures/servers', name);
  const costs = costsOf(target);

  test('costs no more than it did', () => {
    expect(costs['files parsed']).toBeLessThanOrEqual(parsed);
    expect(costs['nodes visited']).toBeLessThanOrEqual(nodes);
    expect(costs['evaluator steps']).toBeLessThanOrEqual(steps);
  });

  test('has each file read once, and what is parsed a few times more', () => {
    expect(costs['files read']).toBeLessThanOrEqual(costs['files found'] + 4 * costs['files parsed']);
  });
});

test('every server has its budget', () => {
  expect(readdirSync('fixtures/servers').sort()).toEqual(Object.keys(budgets).sort());
});

describe('a monorepo', () => {
  const small = join(folder, 'small');
  const large = join(folder, 'large');
  const [little, much] = [writeMonorepo(small, 400), writeMonorepo(large, 1200)];
  const [less, more] = [costsOf(small), costsOf(large)];

  test('has its servers parsed, and little beside them', () => {
    expect([little.servers, much.servers]).toEqual([1, 3]);
    expect(less['files parsed']).toBeLessThan(45);
    expect(more['files parsed']).toBeLessThan(130);
  });

  test('costs at most in proportion to its files', () => {
    const files = more['files found'] / less['files found'];
    for (const what of ['files read', 'characters read'] as const)
      expect(more[what] / less[what], what).toBeLessThan(1.1 * files);
  });

  test('that is unchanged has no file read or parsed', () => {
    const caches = join(folder, 'caches');
    costsOf(small, caches);
    expect(costsOf(small, caches)).toMatchObject({ 'files read': 0, 'files parsed': 0, 'evaluator steps': 0 });
  });

  test('has nothing parsed for changes in files that are no part of a server', () => {
    const caches = join(folder, 'caches');
    for (const file of [0, 1, 2]) {
      const path = join(small, `packages/p0/src/file${file}.ts`);
      writeFileSync(path, 'export const later = 1;\n', { flag: 'a' });
    }
    expect(costsOf(small, caches)).toMatchObject({ 'facts from the cache': 1, 'files parsed': 0 });
  });
});

describe('what an audit costs, whatever the machine', () => {
  test('files without a server are read, not parsed', () => {
    const files = monorepo(20, 20);
    const { reads, doors } = readsOf(files);
    expect(doors).toBe(1);
    expect(reads).toBeLessThan(files.size + 10);
  });

  test('requests that nothing tells apart are one', () => {
    const facts = (origin: string | null, host = 'localhost:3000'): RequestFacts => ({
      world: { kind: 'unrelated', origin, host },
      credentials: 'all',
      method: 'POST',
      path: '/mcp',
      stage: 'http',
    });
    const nowhere = new Set<never>();
    const blind = new Inquiry(facts('https://a.example'), nowhere);
    expect(blind.answersAlike(facts(null, 'b.example'), nowhere)).toBe(true);
    const hosts = new Inquiry(facts('https://a.example'), nowhere);
    hosts.ask('host', ({ world }) => world.host);
    expect(hosts.answersAlike(facts(null), nowhere)).toBe(true);
    expect(hosts.answersAlike(facts(null, 'b.example'), nowhere)).toBe(false);
    const long = new Inquiry(facts('https://a.example'), nowhere);
    long.askOf('is', 'x'.repeat(1000), ({ world }) => world.origin === 'x'.repeat(1000));
    expect(long.answersAlike(facts('https://b.example'), nowhere)).toBe(false);

    const { statements } = parse('a.ts', 'first(); second(); third();');
    const [first, second, third] = statements.map(each => (each as ts.ExpressionStatement).expression);
    if (!first || !second || !third) throw new Error('three calls are three');
    const refused = new Inquiry(facts(null), new Set([second]));
    refused.serves(first);
    expect(refused.answersAlike(facts(null), new Set([third]))).toBe(true);
    expect(refused.answersAlike(facts(null), new Set([first]))).toBe(false);
    const served = new Inquiry(facts(null), new Set([first]));
    served.serves(first);
    expect(served.answersAlike(facts(null), new Set([second]))).toBe(false);
    expect(served.answersAlike(facts(null), new Set([first, second]))).toBe(true);
  });
});
