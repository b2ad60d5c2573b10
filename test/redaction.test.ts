import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { audit } from '../src/audit.js';
import { render } from '../src/cli/formats.js';
import { formats } from '../src/cli/request.js';
import { jsonText } from '../src/inert.js';
import { triedData, triedText } from '../src/report/tried.js';
import { tryOrigin } from '../src/try-origin.js';

/** Promise 3 of docs/threat-model.md: secrets found in code are not repeated, in code frames and in words alike. */

const folder = mkdtempSync(join(tmpdir(), 'mcp-audit-redaction-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Put together here, so that no scanner takes this file for a leak. */
const by = (...parts: string[]) => parts.join('');
const random = 'q7RtZ0kWm3Yx9LpV2sNb8Hd4';
const secrets: Readonly<Record<string, string>> = {
  aws: by('AKIA', 'IOSFODNN7EXAMPL3'),
  github: by('ghp', '_', random, random),
  finegrained: by('github', '_pat_', random, '_', random),
  gitlab: by('glpat', '-', random),
  slack: by('xoxb', '-1234567890-', random),
  openai: by('sk', '-proj-', random),
  anthropic: by('sk', '-ant-', random),
  stripe: by('sk', '_live_', random),
  google: by('AIza', 'Sy', random, '12345678'),
  jwt: by('eyJ', 'hbGciOiJIUzI1NiJ9.', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0.', 'dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'),
  npm: by('npm', '_', random, random),
  chance: by('Zx9', random),
  hex: '9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c',
};

/** A server where a text stands on lines that findings show. */
function serverWith(line: string) {
  return [
    `import { WebSocketServer } from 'ws';`,
    `import express from 'express';`,
    `const app = express();`,
    `app.use((req, res, next) => { if (check(req)) next(); else res.status(401).end(); });`,
    `app.post('/mcp', (req, res) => res.json({ method: 'tools/call' }));`,
    `app.listen(3000);`,
    line,
    `const wss = new WebSocketServer({ port: 1 }); ${line.includes('=>') ? '' : `/* ${line.replaceAll('*/', '')} */`}`,
    line.replace(/\bconst (\w+)/, 'const again$1'),
    `wss.on('connection', ws => ws.on('message', m => ws.send(JSON.parse(String(m)).x)));`,
    `function check(req: express.Request) { return req.headers.host === 'localhost:3000'; }`,
  ].join('\n');
}

/** All that is ever printed about a file, together. */
function allSaidOf(source: string): string {
  const home = mkdtempSync(join(folder, 'tree-'));
  writeFileSync(join(home, 'server.ts'), source);
  const { report, facts } = audit([home], {}, rules);
  expect(report.faults).toEqual([]);
  expect(report.findings.length).toBeGreaterThan(0);
  expect(Object.values(report.excerpts['server.ts'] ?? {}).join('\n')).toContain('WebSocketServer');
  const look = { color: false, width: 200, unicode: true, rules };
  const tried = tryOrigin([home], {}, { origin: 'https://x.example' });
  return [
    ...formats.map(format => render[format](report, look)),
    jsonText(facts),
    jsonText(report.doors),
    triedText(tried),
    jsonText(triedData(tried)),
  ].join('\n');
}

describe('a secret is not repeated', () => {
  it.each(Object.entries(secrets))('by its form: %s', (_, secret) => {
    const said = allSaidOf(serverWith(`const thing = '${secret}';`));
    expect(said).not.toContain(secret);
    expect(said).not.toContain(secret.slice(-12));
    expect(said).toContain(`${secret.slice(0, 4)}****`);
  });

  it.each([
    ['a constant', `const apiKey = 'hunter2-is-mine';`],
    ['a default of the environment', `const token = process.env.MCP_TOKEN ?? 'hunter2-is-mine';`],
    ['an older default', `const value = process.env.AUTH_SECRET || 'hunter2-is-mine';`],
    ['a default of a parameter', `const f = (password = 'hunter2-is-mine') => password;`],
    ['a default of a schema', `const env = z.object({ apiToken: z.string().default('hunter2-is-mine') });`],
    ['a default of an option', `const options = { token: { type: 'string', default: 'hunter2-is-mine' } };`],
    ['one of a list', `const API_KEYS = ['other', 'hunter2-is-mine'];`],
    ['a property', `const config = { db: { password: 'hunter2-is-mine' } };`],
    ['a quoted property', `const headers = { 'X-Api-Key': 'hunter2-is-mine' };`],
    ['a field', `class Config { readonly secret = 'hunter2-is-mine'; }`],
    ['a comparison', `const ok = (req: any) => req.headers['x-api-key'] === 'hunter2-is-mine';`],
    ['a comparison, turned round', `const ok = (req: any) => 'hunter2-is-mine' !== req.query.token;`],
    ['a bearer', `const ok = (req: any) => req.headers.authorization === 'Bearer hunter2-is-mine';`],
    ['a header that is asked for', `const ok = (req: any) => req.header('x-auth-token') === 'hunter2-is-mine';`],
    ['a safe comparison', `const ok = (a: Buffer) => timingSafeEqual(a, Buffer.from('hunter2-is-mine'));`],
    ['a parameter of an address', `const u = (url: URL) => url.searchParams.set('token', 'hunter2-is-mine');`],
    ['a template', 'const token = `hunter2-is-mine`;'],
    ['an address with a password', `const db = 'postgres://admin:hunter2-is-mine@db.example/x';`],
  ])('by its name: %s', (_, line) => {
    const said = allSaidOf(serverWith(line));
    expect(said).not.toContain('hunter2-is-mine');
    expect(said).not.toContain('is-mine');
  });

  it('in a gate, nor in what is said of the gate', () => {
    const said = allSaidOf(
      serverWith('').replace(
        `return req.headers.host === 'localhost:3000'`,
        `return req.query.token === 'correct7horse' || req.headers['x-key'] === 'battery9staple'`,
      ),
    );
    expect(said).not.toMatch(/7horse|9staple/);
  });

  it('over several lines', () => {
    const body = `${random}${random}\n${random}`;
    const said = allSaidOf(
      serverWith(
        `const pem = \`${by('-----BEGIN RSA PRIVATE', ' KEY-----')}\n${body}\n-----END RSA PRIVATE KEY-----\`;`,
      ),
    );
    expect(said).not.toContain(random);
  });
});

describe('what is no secret', () => {
  it.each([
    `const tokenHeader = 'x-api-key';`,
    `const header = { apiKeyName: 'x-mcp-token' };`,
    `const token = process.env['MCP_AUTH_TOKEN'];`,
    `const kind = typeof token === 'string';`,
    `const error = { error: 'invalid_token', message: 'Missing token in the request' };`,
    `const type = 'getUserByAccessToken2Factory';`,
    `const origins = ['https://app.example.com', 'https://my-long-app-name-2.example.org:8443'];`,
    `const version = 'mcp-protocol-version-2025-06-18';`,
    `const ok = (req: any) => req.headers.authorization?.startsWith('Bearer ');`,
    `const key = (e: any) => e.key === 'ArrowUp' || e.key === 'x-forwarded-for';`,
  ])('is shown: %s', line => {
    expect(allSaidOf(serverWith(line))).not.toContain('**\\*');
    const home = mkdtempSync(join(folder, 'tree-'));
    writeFileSync(join(home, 'server.ts'), serverWith(line));
    const lines = Object.values(audit([home], {}, rules).report.excerpts['server.ts'] ?? {});
    expect(lines).toContain(line);
  });
});

it('what is left keeps every place of a line where it was', () => {
  const home = mkdtempSync(join(folder, 'tree-'));
  const line = `const apiKey = 'hunter2-is-mine', wss = new WebSocketServer({ port: 1 });`;
  writeFileSync(
    join(home, 'server.ts'),
    `import { WebSocketServer } from 'ws';\n${line}\nwss.on('connection', () => {});`,
  );
  const { report } = audit([home], {}, rules);
  const shown = report.excerpts['server.ts']![2]!;
  expect(shown).toBe(line.replace('hunter2-is-mine', 'hu*************'));
  const { column } = report.findings.find(({ ruleId }) => ruleId === 'ws-missing-origin-check')!;
  expect(shown.slice(column - 1)).toMatch(/^new WebSocketServer/);
});
