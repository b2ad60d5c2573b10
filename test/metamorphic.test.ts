import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { differencesBetween, fixtureServers, saidOf } from './fuzz/servers.js';
import { exceptions } from './metamorphic/exceptions.js';
import { transformations } from './metamorphic/transformations/index.js';

/**
 * What a server looks like must not change what is said of it. Every transformation is applied to servers under
 * `fixtures/`; the rules' answers, places left aside, must stay. Each transformation sees a twentieth of the servers, and
 * another one than its neighbours; by their names, so that a new server changes nothing for the others.
 */
const shares = 20;
const servers = fixtureServers();
const shareOf = (name: string) => createHash('sha256').update(name).digest().readUInt32BE() % shares;

describe.each(transformations.map(({ name, apply }, index) => [name, apply, index] as const))(
  '%s',
  (name, apply, index) => {
    test('changes no verdict, but where that is known', () => {
      const different = servers
        .filter(server => shareOf(server.name) === index)
        .filter(server => {
          const sources = apply(server.sources);
          return sources && differencesBetween(saidOf(server), saidOf({ ...server, sources })).length > 0;
        });
      expect(different.map(server => server.name)).toEqual(exceptions[name] ?? []);
    }, 120_000);
  },
);
