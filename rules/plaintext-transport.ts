import { flawed, moot, rule } from '../src/rule.js';

export default rule({
  id: 'plaintext-transport',
  title: 'MCP or credentials travel without TLS',
  pillar: 'exposure',
  severity: 'medium',
  cwe: [319],
  why:
    'Everyone on the way reads what `ws://` and `http://` carry, and may change it: the token in the handshake, the tool that ' +
    'is called, its answer. On this machine that is nobody; in a network it is every router, proxy and neighbour.',
  fix:
    'Use `wss://` and `https://` for every host but this machine. Where the host is configured, derive the scheme from it, or ' +
    'refuse hosts other than loopback.',
  verify: 'Run `tcpdump -A port <port>` while a client is connected: the messages must not be readable.',
  reading: [
    'https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#communication-security',
    'https://cheatsheetseries.owasp.org/cheatsheets/Transport_Layer_Security_Cheat_Sheet.html',
    'https://cwe.mitre.org/data/definitions/319.html',
  ],
  judges: 'PlainUrl',

  judge({ at, scheme, host, name, trail }) {
    if (host === 'own') return moot;
    if (host === 'foreign')
      return flawed(
        at,
        'medium',
        `The program connects to \`${name}\` by \`${scheme}://\`: no TLS protects what is sent.`,
        { trail },
      );
    return flawed(
      at,
      'low',
      `The program connects by \`${scheme}://\` to whatever host is configured: nothing keeps it to this machine, and no TLS is ` +
        'used for others.',
      { trail, confidence: 'medium' },
    );
  },
});
