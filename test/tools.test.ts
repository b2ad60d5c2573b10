import { expect, it } from 'vitest';
import { extract } from '../src/extract/extract.js';

// A folder may hold several programs: what the tools of one do says nothing about the servers of another.
it('dangerous tools count at the servers that run in the same program', () => {
  const serve = (port: number, imports: string) => `
    import express from 'express';
    ${imports}
    const app = express();
    app.post('/mcp', (req, res) => res.json({}));
    app.listen(${port});`;
  const files: Record<string, string> = {
    'runner/main.ts': `import './http.js'; import './tools.js';`,
    'runner/http.ts': serve(3000, ''),
    'runner/tools.ts': `
      import { exec } from 'node:child_process';
      import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
      const server = new McpServer({ name: 'runner', version: '1.0.0' });
      server.tool('run', async ({ command }) => { exec(command); return { content: [] }; });`,
    'clock/main.ts': serve(3001, `import { now } from './now.js';`),
    'clock/now.ts': `export const now = () => Date.now();`,
  };
  const { subjects } = extract({
    files: Object.keys(files).sort(),
    only: undefined,
    packages: [],
    aliases: [],
    text: file => files[file],
  });
  const listeners = subjects.filter(each => each.kind === 'Listener');
  expect(Object.fromEntries(listeners.map(each => [each.at.file, each.reachesDangerousTools?.file]))).toEqual({
    'clock/main.ts': undefined,
    'runner/http.ts': 'runner/tools.ts',
  });
});
