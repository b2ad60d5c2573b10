import { flawed, moot, rule, sound } from '../src/rule.js';

export default rule({
  id: 'session-fixation',
  title: 'The client chooses the id of its new session',
  pillar: 'sessions',
  severity: 'high',
  cwe: [384],
  why:
    'A session id that the client brings along must only ever be looked up. Where an unknown one becomes the id of a new ' +
    'session, an attacker picks the id, makes the victim use it (a link, a shared configuration, a header added by a proxy), ' +
    'and then speaks in the same session: reads the answers, calls the tools that the victim has logged in for.',
  fix:
    'Make the id of every new session on the server with `crypto.randomUUID()`. Use the client’s id only to find a session ' +
    'that exists, and answer 404 where there is none: the client then starts anew, as the MCP specification asks.',
  verify:
    'Send `Mcp-Session-Id: chosen-by-me` with the first request. A guarded server answers 404, or with an id of its own.',
  reading: [
    'https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management',
    'https://modelcontextprotocol.io/specification/2025-11-25/basic/security_best_practices#session-hijacking',
    'https://owasp.org/www-community/attacks/Session_fixation',
    'https://cwe.mitre.org/data/definitions/384.html',
  ],
  judges: 'SessionId',

  judge({ at, place, name, sources, checkedBy, trail }) {
    const own = sources.find(source => source.is === 'client');
    if (!own) return place === 'transport' && sources.every(source => source.is === 'random') ? sound(at) : moot;
    if (checkedBy) return sound(checkedBy);
    const what = {
      transport: `becomes the id of a new transport (\`${name}\`)`,
      store: `becomes the key of a new entry in \`${name}\``,
      choice: `is taken for the session's id (\`${name}\`) where it is sent`,
      made: `becomes \`${name}\``,
    };
    return flawed(
      at,
      'high',
      `An id that the client sends ${what[place]}; nothing on the way shows that such a session exists or is the client's own.`,
      { trail, cause: own.at, confidence: place === 'store' ? 'medium' : 'high' },
    );
  },
});
