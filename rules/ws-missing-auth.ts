import { asideOf, exposureWords, isClosedToForeignPages, obstacleOf } from '../src/questions.js';
import { flawed, rule, sound, unsure } from '../src/rule.js';

export default rule({
  id: 'ws-missing-auth',
  title: 'WebSocket server serves anybody who connects',
  pillar: 'authentication',
  severity: 'high',
  cwe: [306],
  why:
    'The WebSocket protocol has no authentication of its own. A server that asks for nothing serves every peer that ' +
    'reaches the port: another machine, another user of this one, or a page where Origin is not checked. A role, a channel ' +
    'or a name that the client declares for itself is no credential.',
  fix:
    'Ask for a secret in the handshake (`Authorization` header, subprotocol, a single-use ticket) and refuse before ' +
    '`handleUpgrade`, or take a token as the first message and dispatch nothing before it was verified, with a timeout. ' +
    'Refuse to start when the secret is not configured.',
  verify: 'Connect with `npx wscat -c ws://<host>:<port>` and send a command: a guarded server closes the connection.',
  reading: [
    'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization',
    'https://cheatsheetseries.owasp.org/cheatsheets/WebSocket_Security_Cheat_Sheet.html',
    'https://github.com/websockets/ws/blob/master/README.md#client-authentication',
    'https://cwe.mitre.org/data/definitions/306.html',
  ],
  judges: 'WebSocketServer',

  judge({ at, exposure, origin, credential }) {
    if (credential.answer === 'refuses') return sound(credential.at ?? at);
    if (credential.answer !== 'admits') {
      return unsure(
        credential.at ?? at,
        `Whether a credential is required could not be told: ${obstacleOf(credential)}.`,
      );
    }
    const closed = isClosedToForeignPages(origin);
    return flawed(
      at,
      closed && exposure === 'loopback' ? 'medium' : 'high',
      'Whoever connects is served: no credential in a header, cookie, query, subprotocol or first message is required' +
        `${asideOf(credential)}, and ${exposureWords(exposure)}${closed ? '; Origin only keeps foreign pages out' : ''}.`,
      { confidence: closed && exposure === 'unclear' ? 'medium' : 'high', trail: credential.trail },
    );
  },
});
