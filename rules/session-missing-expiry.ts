import { flawed, rule, sound } from '../src/rule.js';

export default rule({
  id: 'session-missing-expiry',
  title: 'Sessions are kept for ever',
  pillar: 'sessions',
  severity: 'low',
  cwe: [613, 770],
  why:
    'Most clients never say goodbye: they crash, sleep, or lose the network. A session that nothing removes keeps its server, ' +
    'its buffers and its rights until the process ends, and whoever finds the id later goes on with it.',
  fix:
    'Remove the entry in the transport’s `onclose` and `onsessionclosed`, and close sessions that have been idle for long; ' +
    'a cap on their number helps against floods.',
  verify: 'Open a thousand sessions and drop the connections: the memory in use must come down again.',
  reading: [
    'https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management',
    'https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#session-expiration',
    'https://cwe.mitre.org/data/definitions/613.html',
  ],
  pedantic: true,
  judges: 'SessionStore',

  judge({ at, name, removedAt }) {
    if (removedAt) return sound(removedAt);
    return flawed(
      at,
      'low',
      `Sessions are put into \`${name}\` and never taken out: no removal on close, no idle limit and no cap was found.`,
      { confidence: 'medium' },
    );
  },
});
