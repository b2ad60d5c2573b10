import { execFileSync } from 'node:child_process';
import { describe, expect, it, test } from 'vitest';
import type { Address, Trial } from '../src/facts/index.js';
import { commandOf } from '../src/report/command.js';

const trial = (origin: string | null, sentTo: Partial<Address> = {}): Trial => ({
  kind: 'unrelated',
  origin,
  answer: 'admits',
  sentTo: { over: 'http', method: 'POST', path: '/mcp', host: 'localhost:3000', ...sentTo },
  trail: [],
});

describe('commandOf', () => {
  test.each([
    [
      trial('https://attacker.example'),
      "curl -i -H 'Origin: https://attacker.example' -H 'Content-Type: application/json' -d '{}' http://localhost:3000/mcp",
    ],
    [
      trial('http://attacker.example:3000', { host: 'attacker.example:3000', method: 'GET' }),
      "curl -i -N -H 'Origin: http://attacker.example:3000' -H 'Host: attacker.example:3000' http://localhost:3000/mcp",
    ],
    [trial(null, { method: 'DELETE' }), 'curl -i -X DELETE http://localhost:3000/mcp'],
    [trial('null', { over: 'websocket', method: 'GET', path: '/ws' }), 'npx wscat -c ws://localhost:3000/ws -o null'],
    [
      trial(null, { over: 'websocket', method: 'GET', path: '/ws?a=1&b=2', host: 'mcp.acme.dev' }),
      "npx wscat -c 'ws://localhost:3000/ws?a=1&b=2' --host mcp.acme.dev",
    ],
  ])('%#', (sent, command) => expect(commandOf(sent)).toBe(command));

  it('is null where no door is known', () => {
    expect(commandOf({ kind: 'null', origin: 'null', answer: 'admits', trail: [] })).toBeNull();
  });

  it('is read back by a shell as it was meant, whatever the source holds', () => {
    const path = `/a'b"c$(id)\`id\`;\\ !*&|<>#~\n`;
    const command = commandOf(trial(null, { method: 'GET', path }))!;
    const words = execFileSync('sh', ['-c', `printf '%s\\0' ${command.replace(/^curl /, '')}`], { encoding: 'utf8' });
    expect(words.split('\0').at(-2)).toBe(`http://localhost:3000${path}`);
  });
});
