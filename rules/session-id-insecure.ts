import { flawed, moot, rule, sound } from '../src/rule.js';

const guessed = {
  'math-random': 'made with Math.random(), whose next values follow from a few that were seen',
  clock: 'made from the time, which anyone can try out',
  counter: 'counted, so that the next one is known',
  constant: 'a constant, which all clients share',
} as const;

export default rule({
  id: 'session-id-insecure',
  title: 'Session ids can be guessed',
  pillar: 'sessions',
  severity: 'high',
  cwe: [338, 340],
  why:
    'Whoever names a session speaks in it. `Math.random()` is no source of secrets: its state can be computed from a few ' +
    'outputs, and every id before and after follows. Times and counters are simply tried out, and a constant puts all ' +
    'clients into one session, where each sees the answers of the others.',
  fix: 'Use `crypto.randomUUID()` (Node, browsers, Workers), or leave the transport stateless: `sessionIdGenerator: undefined`.',
  verify: 'Open three sessions and compare their `Mcp-Session-Id`: nothing in one may follow from the others.',
  reading: [
    'https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management',
    'https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Math/random',
    'https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#session-id-properties',
    'https://cwe.mitre.org/data/definitions/338.html',
  ],
  judges: 'SessionId',

  judge({ at, place, name, sources, trail }) {
    for (const is of ['math-random', 'clock', 'counter', 'constant'] as const) {
      const source = sources.find(each => each.is === is);
      if (!source) continue;
      return flawed(source.at, 'high', `The session id \`${name}\` is ${guessed[is]}.`, {
        trail,
        cause: source.at,
        confidence: place === 'store' ? 'medium' : 'high',
      });
    }
    return sources.length > 0 && sources.every(source => source.is === 'random') ? sound(at) : moot;
  },
});
