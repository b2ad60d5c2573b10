import { describe, expect, test } from 'vitest';
import { differencesBetween, fixtureServers, saidOf } from './fuzz/servers.js';
import { exceptions } from './metamorphic/exceptions.js';
import { transformations } from './metamorphic/transformations/index.js';

/**
 * What a server looks like must not change what is said of it. Every transformation is applied to servers under
 * `fixtures/`; the rules' answers, places left aside, must stay. Each transformation sees every twentieth server, and
 * another twentieth than its neighbours.
 */
const stride = 20;
const servers = fixtureServers();

describe.each(transformations.map(({ name, apply }, index) => [name, apply, index] as const))(
  '%s',
  (name, apply, index) => {
    test('changes no verdict, but where that is known', () => {
      const different = servers
        .filter((_, at) => at % stride === index)
        .filter(server => {
          const sources = apply(server.sources);
          return sources && differencesBetween(saidOf(server), saidOf({ ...server, sources })).length > 0;
        });
      expect(different.map(server => server.name)).toEqual(exceptions[name] ?? []);
    }, 120_000);
  },
);
