import { afterEach, expect, test, vi } from 'vitest';
import { Spots } from '../src/extract/chains.js';
import { Doors } from '../src/extract/doors.js';
import { extract } from '../src/extract/extract.js';
import { frameworks } from '../src/extract/frameworks/index.js';
import { idioms } from '../src/extract/idioms/index.js';

/**
 * Whatever piece of the extraction breaks, on a file that nobody thought of, is told by its name, and what the others
 * find is told all the same.
 */
const broken = vi.hoisted(() => ({ name: '' }));
const breaksAs = vi.hoisted(() => (name: string) => {
  if (broken.name === name) throw new RangeError('Maximum call stack size exceeded');
});
vi.mock(import('../src/code/unused.js'), async original => {
  const { isOrphan, ...others } = await original();
  return {
    ...others,
    isOrphan: (...asked) => {
      breaksAs('subjects:orphans');
      return isOrphan(...asked);
    },
  };
});
vi.mock(import('../src/extract/unmodelled.js'), async original => {
  const { unmodelledIn, ...others } = await original();
  return {
    ...others,
    unmodelledIn: (...asked) => {
      breaksAs('unmodelled');
      return unmodelledIn(...asked);
    },
  };
});
afterEach(() => {
  broken.name = '';
  vi.restoreAllMocks();
});

const ws = frameworks.find(({ id }) => id === 'ws')!;
const [anIdiom] = idioms;
const breaking: readonly (readonly [string, () => unknown])[] = [
  ['framework:ws', () => vi.spyOn(ws as Required<typeof ws>, 'read').mockImplementation(overflow)],
  ['handlers:roles', () => vi.spyOn(Spots.prototype, 'roles').mockImplementation(overflow)],
  ['doors:WebSocketServer', () => vi.spyOn(Doors.prototype, 'webSockets').mockImplementation(overflow)],
  ['doors:McpEndpoint', () => vi.spyOn(Doors.prototype, 'endpoints').mockImplementation(overflow)],
  ['doors:hand-written', () => vi.spyOn(Doors.prototype, 'handWritten').mockImplementation(overflow)],
  [`idiom:${anIdiom!.id}`, () => vi.spyOn(anIdiom!, 'read').mockImplementation(overflow)],
  ['subjects:orphans', () => Object.assign(broken, { name: 'subjects:orphans' })],
  ['unmodelled', () => Object.assign(broken, { name: 'unmodelled' })],
];

function overflow(): never {
  throw new RangeError('Maximum call stack size exceeded');
}

const texts: Readonly<Record<string, string>> = {
  'chat.ts': `import { WebSocketServer } from 'ws';
    export const chat = new WebSocketServer({ port: 4711 });
    chat.on('connection', socket => socket.on('message', data => socket.send(String(data))));`,
  'events.ts': `import express from 'express';
    import { chat } from './chat.js';
    export const app = express();
    app.get('/events', (req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' });
      chat.on('message', text => res.write(\`data: \${JSON.stringify(text)}\\n\\n\`));
    });`,
  'main.ts': `import { chat } from './chat.js';
    import { app } from './events.js';
    app.listen(4712, () => chat.clients.clear());`,
};
const facts = () =>
  extract({
    files: Object.keys(texts),
    only: undefined,
    text: file => texts[file],
    packages: [],
    aliases: [],
  });

test('nothing breaks as it is', () => {
  expect(facts().faults).toEqual([]);
});

test.each(breaking)('%s is told, and the others go on', (name, breakIt) => {
  const whole = facts().subjects.length;
  breakIt();
  const { faults, subjects } = facts();
  expect(faults).toEqual([{ in: name, says: 'Maximum call stack size exceeded' }]);
  expect(subjects.length).toBeGreaterThan(0);
  expect(subjects.length).toBeLessThanOrEqual(whole);
});
