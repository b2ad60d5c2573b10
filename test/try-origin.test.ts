import { describe, expect, it } from 'vitest';
import { triedData, triedText } from '../src/report/tried.js';
import { tryOrigin } from '../src/try-origin.js';

const answers = (fixture: string, origin: string | null, host?: string) =>
  tryOrigin([`fixtures/decisions/${fixture}`], {}, { origin, ...(host !== undefined && { host }) }).doors.map(
    ({ door, trial }) => `${door.wayIn?.path ?? '*'} ${trial.answer}`,
  );

describe('tryOrigin', () => {
  it('tries the origin at every door, decided or not', () => {
    expect(answers('ws/upgrade-two-paths.ts', 'https://somebody.dev')).toEqual(['/control refuses', '/events admits']);
    expect(answers('ws/upgrade-two-paths.ts', 'https://acme.dev')).toEqual(['/control admits', '/events admits']);
    expect(answers('ws/port-open.ts', null)).toEqual(['* admits']);
  });

  it('sends the Host that is asked for', () => {
    expect(answers('ws/verify-host-compare.ts', 'https://somebody.dev')).toEqual(['* refuses']);
    expect(answers('ws/verify-host-compare.ts', 'https://somebody.dev', 'somebody.dev')).toEqual(['* admits']);
  });

  it('finds no door where there is none', () => {
    const tried = tryOrigin(['fixtures/servers/stdio'], {}, { origin: 'https://somebody.dev' });
    expect(triedText(tried)).toBe('Origin: https://somebody.dev\n\nNo network door was found to try it at.\n');
  });

  it('tells how, and how to try it on the running server', () => {
    const file = 'fixtures/decisions/ws/verify-starts-with.ts';
    const tried = tryOrigin([file], {}, { origin: 'http://localhost.somebody.dev' });
    expect(triedText(tried).replaceAll(file, 'ws.ts')).toMatchInlineSnapshot(`
      "Origin: http://localhost.somebody.dev

      WebSocketServer  ws.ts:7  ws
        gets in
        1. ws.ts:3: \`origin.startsWith('http://localhost')\` holds for http://localhost.somebody.dev
        2. ws.ts:7: the client is served
        try it: npx wscat -c ws://localhost:3000 -o http://localhost.somebody.dev
      "
    `);
    expect(triedData(tried).doors[0]).toMatchObject({ answer: 'admits', late: false, line: 7 });
  });

  it('says when the answer comes too late', () => {
    const tried = tryOrigin(['fixtures/decisions/ws/connection-closes.ts'], {}, { origin: 'https://somebody.dev' });
    expect(triedText(tried)).toContain('is refused, but only after the connection was accepted');
  });
});
