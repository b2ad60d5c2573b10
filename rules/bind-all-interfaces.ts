import { asideOf, obstacleOf } from '../src/questions.js';
import { flawed, moot, rule, sound, unsure } from '../src/rule.js';

export default rule({
  id: 'bind-all-interfaces',
  title: 'Server without authentication listens on every network interface',
  pillar: 'exposure',
  severity: 'medium',
  cwe: [1327],
  why:
    'A server that names no host, or names `0.0.0.0` or `::`, is reachable from every machine that can route to this one: ' +
    'the whole office, the guests of the same wireless network, other containers. Without authentication each of them can ' +
    'call the tools. A log line that says `localhost` changes nothing, and `http`, `express`, `ws` and Bun all listen ' +
    'everywhere unless told otherwise.',
  fix:
    "Pass `'127.0.0.1'` as the host unless other machines are meant to connect; where they are, require a credential and " +
    'refuse to start on another host without one.',
  verify:
    'Run `ss -ltn` (`netstat -an` elsewhere) while the server runs: the local address must be 127.0.0.1 or [::1].',
  reading: [
    'https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#security--endpoint',
    'https://nodejs.org/api/net.html#serverlistenport-host-backlog-callback',
    'https://cwe.mitre.org/data/definitions/1327.html',
  ],
  judges: 'Listener',

  judge({ at, via, host, exposure, probe, credential, reachesDangerousTools, trail }) {
    if (probe) return moot;
    if (host.is === 'unclear') return unsure(host.at, `The address it listens on could not be told: ${host.why}.`);
    if (exposure === 'unclear') return unsure(at, 'Which machines can reach this address could not be told.');
    if (exposure === 'loopback') return sound(host.is === 'set' ? host.at : at);
    if (credential.answer === 'refuses') return sound(credential.at ?? at);
    if (credential.answer !== 'admits') {
      const open = `whether the doors behind it require a credential could not be told: ${obstacleOf(credential)}`;
      return unsure(credential.at ?? at, `Other machines can reach this server, and ${open}.`);
    }
    const address =
      host.is === 'set'
        ? `listens on ${host.value}`
        : `names no host, so it is reachable from other machines (${host.because})`;
    const tools = reachesDangerousTools ? ', and the tools behind it run commands or write files' : '';
    return flawed(
      at,
      reachesDangerousTools ? 'high' : 'medium',
      `This ${via} server ${address}, while a door behind it requires no credential${asideOf(credential)}${tools}.`,
      {
        trail: reachesDangerousTools
          ? [...trail, { at: reachesDangerousTools, says: 'a tool runs commands or writes files here' }]
          : trail,
      },
    );
  },
});
