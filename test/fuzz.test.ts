import fc from 'fast-check';
import { expect, test } from 'vitest';
import { server } from './fuzz/generate.js';
import { held } from './fuzz/hold.js';
import { mutated } from './fuzz/mutate.js';
import { randomFrom } from './fuzz/random.js';
import { fixtureServers } from './fuzz/servers.js';

/** Broken source is the usual case for an audit: it is read as far as it goes. */
test('what a fixture turns into by accident is audited, the same way twice', () => {
  const servers = fixtureServers();
  const random = randomFrom(2);
  for (let round = 0; round < 120; round++) {
    const { name, sources, packages, aliases } = random.pick(servers);
    const [file, text] = random.pick([...sources]);
    const other = random.pick([...random.pick(servers).sources.values()]);
    const input = { packages, aliases, sources: new Map([...sources, [file, mutated(text, random, other)]]) };
    const { broken, formats } = held(input);
    expect(broken, `${name}, round ${round}: ${input.sources.get(file)}`).toEqual([]);
    if (round % 4 === 0) expect(held(input).formats).toEqual(formats);
  }
}, 120_000);

test('servers put together at random are audited', () => {
  const property = fc.property(server, text => {
    const { broken } = held({ sources: new Map([['server.ts', text]]), packages: [], aliases: [] });
    expect(broken).toEqual([]);
  });
  fc.assert(property, { seed: 3, numRuns: 80 });
}, 120_000);
