import { asideOf, exposureWords, obstacleOf, routeOf } from '../src/questions.js';
import { flawed, moot, rule, sound, unsure } from '../src/rule.js';

const severityAt = { loopback: 'medium', network: 'high', unclear: 'high' } as const;

export default rule({
  id: 'sse-missing-auth',
  title: 'Event stream opens for anybody',
  pillar: 'authentication',
  severity: 'high',
  cwe: [306],
  why:
    'Whoever opens an event stream gets what the server pushes and, with the SSE transport of MCP, a session in which ' +
    'tools can be called. A session id proves nothing about the client: the server hands it to everybody who asks. ' +
    "Browsers' EventSource cannot send an `Authorization` header, which is a reason for a cookie or a ticket, not for " +
    'leaving the stream open.',
  fix:
    'Put authentication before the route: `requireBearerAuth(...)` for MCP clients, which send headers. For EventSource ' +
    'use a session cookie with an Origin check, or a ticket that is issued to an authenticated client, lives for seconds ' +
    'and is deleted when used. Guard the POST route of the session as well.',
  verify: 'Run `curl -iN http://<host>:<port>/sse`: a guarded server answers 401 and sends no event.',
  reading: [
    'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization',
    'https://modelcontextprotocol.io/docs/tutorials/security/security_best_practices',
    'https://html.spec.whatwg.org/multipage/server-sent-events.html',
    'https://cwe.mitre.org/data/definitions/306.html',
  ],
  judges: ['McpEndpoint', 'EventStream'],

  judge(door) {
    const { exposure, credential } = door;
    if (door.kind === 'McpEndpoint' ? door.transport !== 'sse' : door.life === 'one-answer') return moot;
    // The GET half of an endpoint whose one handler is as open for messages is http-missing-auth's business.
    if (door.kind === 'EventStream' && door.halfOf) return moot;
    const at = routeOf(door);
    if (credential.answer === 'refuses') return sound(credential.at ?? at);
    if (credential.answer !== 'admits') {
      return unsure(
        credential.at ?? at,
        `Whether a credential is required could not be told: ${obstacleOf(credential)}.`,
      );
    }
    if (door.kind === 'EventStream' && door.life === 'unclear') {
      return unsure(
        at,
        'No credential is required for this answer; whether it is a stream kept open could not be told.',
      );
    }
    return flawed(
      at,
      severityAt[exposure],
      `Whoever asks gets this event stream: no token, cookie, header or ticket is required${asideOf(credential)}, and ` +
        `${exposureWords(exposure)}.`,
      {
        confidence: exposure === 'unclear' ? 'medium' : 'high',
        trail: credential.trail,
        cause: door.kind === 'McpEndpoint' ? door.transportAt : door.at,
      },
    );
  },
});
