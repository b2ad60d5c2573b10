import { flawed, rule, sound } from '../src/rule.js';

export default rule({
  id: 'token-in-query',
  title: 'Credential travels in a URL',
  pillar: 'exposure',
  severity: 'medium',
  cwe: [598],
  why:
    'URLs are written down where headers are not: access logs of every proxy on the way, browser history, process lists, ' +
    'error reports, the `Referer` of the next request. A credential in the query string is in all of these places, for as ' +
    'long as they are kept. The MCP authorization specification forbids access tokens there.',
  fix:
    'Read the credential from the `Authorization` header. Where a browser cannot send one (WebSocket, EventSource), take it ' +
    'from the first message or the subprotocol, or exchange it for a ticket that lives for seconds and is deleted when used.',
  verify: 'Connect once, then search the access logs of the server and its proxies for the parameter.',
  reading: [
    'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization#token-requirements',
    'https://www.rfc-editor.org/rfc/rfc6750#section-5.3',
    'https://owasp.org/www-community/vulnerabilities/Information_exposure_through_query_strings_in_url',
    'https://cwe.mitre.org/data/definitions/598.html',
  ],
  judges: 'UrlCredential',

  judge({ at, variant, parameter, onStream, singleUse, trail }) {
    if (singleUse) return sound(singleUse);
    const name = `\`${parameter}\``;
    switch (variant) {
      case 'server-read':
        return flawed(
          at,
          onStream ? 'high' : 'medium',
          `The credential ${name} is read from the query string${onStream ? ' of a long-lived connection' : ''}, where access ` +
            'logs and browser history keep it; nothing deletes it after one use.',
          { trail },
        );
      case 'client-url':
        return flawed(at, 'medium', `The credential ${name} is written into a URL, where logs and histories keep it.`, {
          trail,
        });
      case 'outbound-api':
        return flawed(at, 'info', `The credential ${name} is sent to another service in the query string.`, { trail });
    }
  },
});
