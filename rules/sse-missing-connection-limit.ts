import { flawed, moot, rule, sound, unsure } from '../src/rule.js';

export default rule({
  id: 'sse-missing-connection-limit',
  title: 'Any number of event streams may be open at a time',
  pillar: 'limits',
  severity: 'low',
  cwe: [770],
  why:
    'An event stream stays open for hours and holds a socket, a timer and an entry in some registry all the while; a request ' +
    'limit does not count what is already open. A client that opens streams in a loop uses up the file descriptors, and every ' +
    'broadcast gets slower for all others.',
  fix:
    'Count before the head is written: `if (clients.size >= MAX) { res.writeHead(503).end(); return; }`, best per ' +
    'authenticated user. `server.maxConnections` bounds a whole node server.',
  verify:
    'Run `for i in $(seq 500); do curl -sN http://<host>:<port>/events >/dev/null & done`: from some number on, a guarded server answers 429 or 503.',
  reading: [
    'https://nodejs.org/api/net.html#servermaxconnections',
    'https://cheatsheetseries.owasp.org/cheatsheets/Denial_of_Service_Cheat_Sheet.html',
    'https://cwe.mitre.org/data/definitions/770.html',
  ],
  judges: 'EventStream',

  judge({ at, life, connectionCap }) {
    if (life === 'one-answer') return moot;
    if (connectionCap.is === 'found') return sound(connectionCap.at);
    if (connectionCap.is === 'unclear')
      return unsure(at, `Whether the number of open streams is bounded could not be told: ${connectionCap.why}.`);
    if (life === 'unclear')
      return unsure(at, 'Whether this event stream is kept open could not be told; nothing counts how many there are.');
    return flawed(
      at,
      'low',
      'Any number of these long-lived event streams may be open at a time: no test of how many there are comes before the ' +
        'head is written, per client or in all, and `maxConnections` is not set.',
    );
  },
});
