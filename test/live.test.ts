import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { discover } from '../src/discover/discover.js';
import { extract } from '../src/extract/extract.js';
import type { Answer, McpEndpoint, Trial, WebSocketServer } from '../src/facts/index.js';
import { call, shake } from './live/client.js';

/**
 * The evaluator held against reality: every server under fixtures/decisions is started, and every request that was tried
 * on its source is sent to it. What we say gets in must get in, what we say is refused must be refused.
 */
const folder = join(import.meta.dirname, '../fixtures/decisions');
const tally: Record<Answer, number> = { admits: 0, refuses: 0, depends: 0, unclear: 0 };

type Door = WebSocketServer | McpEndpoint;

/** A server as the fixtures export it. */
interface Fixture {
  /** Listens on loopback; resolves to something with an address when it does. */
  start(port: number): unknown;
  /** How many clients were served over HTTP. */
  readonly calls?: number;
}

for (const stack of readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory())) {
  describe(stack.name, () => {
    const files = readdirSync(join(folder, stack.name)).filter(name => name.endsWith('.ts'));
    const expected = JSON.parse(readFileSync(join(folder, stack.name, 'gets-in.json'), 'utf8'));
    it.each(files)('%s', async name => {
      const file = join(folder, stack.name, name);
      const doors = doorsOf(file);
      expect(doors, 'no door was found').not.toEqual([]);
      const fixture: Fixture = await import(file);
      const server = (await fixture.start(0)) as Server;
      if (!server.listening && !server.address()) await once(server, 'listening');
      const disagreements: string[] = [];
      for (const door of doors) {
        for (const trial of door.origin.trials) {
          tally[trial.answer]++;
          const real = await realAnswer(door, trial, fixture, (server.address() as AddressInfo).port);
          if (trial.answer !== real && (trial.answer === 'admits' || trial.answer === 'refuses'))
            disagreements.push(`${wordsOf(door, trial)}: ${trial.answer}, really ${real}`);
        }
      }
      server.close();
      (server as unknown as { closeAllConnections?(): void }).closeAllConnections?.();
      expect(disagreements).toEqual([]);
      const getsIn = Object.fromEntries(doors.map(door => [wayOf(door), intrudersAt(door)]));
      expect(getsIn).toEqual(expected[name]);
    });
  });
}

it('leaves few answers open', () => {
  const all = Object.values(tally).reduce((sum, count) => sum + count, 0);
  expect((tally.unclear + tally.depends) / all, JSON.stringify(tally)).toBeLessThan(0.05);
});

function doorsOf(file: string): Door[] {
  const { subjects, faults } = extract(discover([file], {}));
  expect(faults).toEqual([]);
  return subjects.filter(subject => subject.kind === 'WebSocketServer' || subject.kind === 'McpEndpoint');
}

async function realAnswer(door: Door, trial: Trial, fixture: Fixture, port: number): Promise<Answer> {
  const path = pathOf(door);
  const headers = { Host: trial.host ?? door.origin.host ?? 'localhost:3000', Origin: trial.origin };
  if (door.kind === 'WebSocketServer') {
    const reached = await shake(port, path, headers, door.origin.stage === 'after-accept');
    return reached ? 'admits' : 'refuses';
  }
  const before = fixture.calls ?? 0;
  const method = door.wayIn?.method ?? '*';
  const { status, isStream } = await call(port, method === '*' ? 'POST' : method, path, headers);
  return (fixture.calls ?? 0) > before || (status < 400 && isStream) ? 'admits' : 'refuses';
}

function pathOf({ wayIn, via }: Door): string {
  const path = wayIn?.path?.replace(/[:*][\w?]*/g, 'x') ?? '/';
  return via === 'socket.io' ? '/socket.io/?EIO=4&transport=websocket' : path;
}

function wayOf({ kind, wayIn }: Door): string {
  return `${kind === 'WebSocketServer' ? 'ws' : (wayIn?.method ?? '*')} ${wayIn?.path ?? ''}`.trim();
}

/** The strangers that get in, a wanted client not counted. */
function intrudersAt({ origin }: Door): string[] {
  const admitted = origin.trials.filter(
    ({ kind, answer }) => answer === 'admits' && !/^(loopback|trusted|variant)$/.test(kind),
  );
  return [...new Set(admitted.map(({ kind }) => kind))];
}

function wordsOf({ wayIn, kind }: Door, { kind: who, origin, host }: Trial): string {
  return `${kind} ${wayIn?.method ?? ''} ${wayIn?.path ?? ''}, ${who} ${origin}${host ? ` at ${host}` : ''}`;
}
