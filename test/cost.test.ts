import { describe, expect, test } from 'vitest';
import { Inquiry } from '../src/code/trial/inquiry.js';
import type { RequestFacts } from '../src/code/trial/request.js';
import { extract } from '../src/extract/extract.js';

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
    const blind = new Inquiry(facts('https://a.example'));
    expect(blind.answersAlike(facts(null, 'b.example'))).toBe(true);
    const hosts = new Inquiry(facts('https://a.example'));
    hosts.ask('host', ({ world }) => world.host);
    expect(hosts.answersAlike(facts(null))).toBe(true);
    expect(hosts.answersAlike(facts(null, 'b.example'))).toBe(false);
    const long = new Inquiry(facts('https://a.example'));
    long.askOf('is', 'x'.repeat(1000), ({ world }) => world.origin === 'x'.repeat(1000));
    expect(long.answersAlike(facts('https://b.example'))).toBe(false);
  });
});
