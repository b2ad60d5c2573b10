import { flawed, moot, rule, sound } from '../src/rule.js';

const guessed = {
  'math-random': 'made with Math.random(), whose next values follow from a few that were seen',
  clock: 'made from the time, which anyone can try out',
  counter: 'counted, so that the next one is known',
  constant: 'a constant, which all clients share',
} as const;

export default rule({
  id: 'session-id-insecure',
  title: 'Another client can take over a session',
  pillar: 'sessions',
  severity: 'high',
  cwe: [338, 340, 639],
  why:
    'Whoever names a session speaks in it. `Math.random()` is no source of secrets: its state can be computed from a few ' +
    'outputs, and every id before and after follows. Times and counters are simply tried out, and a constant puts all ' +
    'clients into one session, where each sees the answers of the others. Random ids are not guessed, but they leak, in ' +
    'logs and proxies: a server that knows its users apart can see that the one who brings an id is not the one who got ' +
    'it. Where it does not look, a leaked id is enough for any other user (low, shown with `--pedantic`).',
  fix:
    'Use `crypto.randomUUID()` (Node, browsers, Workers), or leave the transport stateless: `sessionIdGenerator: undefined`. ' +
    'Where users log in, keep with each session whose it is (`req.auth.extra.userId`, `clientId`, `sub`), and answer 403 or ' +
    '404 to a request of anyone else; a key that holds user and id together does the same.',
  verify:
    'Open three sessions and compare their `Mcp-Session-Id`: nothing in one may follow from the others. Then send the id of ' +
    'one user’s session with the token of another: the server must refuse it.',
  reading: [
    'https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management',
    'https://modelcontextprotocol.io/specification/2025-11-25/basic/security_best_practices#session-hijacking',
    'https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Math/random',
    'https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#session-id-properties',
    'https://cwe.mitre.org/data/definitions/338.html',
    'https://cwe.mitre.org/data/definitions/639.html',
  ],
  judges: ['SessionId', 'SessionLookup'],

  judge(subject) {
    if (subject.kind === 'SessionLookup') {
      const { at, name, storeAt, identity, identifiedAt, boundBy } = subject;
      // What only pedants ask for counts neither way: a session that is bound raises no score.
      if (boundBy) return moot;
      return flawed(
        at,
        'low',
        `Any user who knows its id may use a session of \`${name}\`: users are told apart here (\`${identity}\`), and no comparison with the one who opened the session was found.`,
        {
          confidence: 'medium',
          pedantic: true,
          cause: storeAt,
          trail: [{ at: identifiedAt, says: 'the user is known' }],
        },
      );
    }
    const { at, place, name, sources, trail } = subject;
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
