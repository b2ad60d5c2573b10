import type { ControlEndpoint, CredentialDecision, Location } from '../src/facts/index.js';
import { asideOf, exposureWords, obstacleOf, routeOf } from '../src/questions.js';
import { flawed, moot, rule, sound, unsure, type Verdict } from '../src/rule.js';

const severityAt = { loopback: 'medium', network: 'high', unclear: 'high' } as const;

export default rule({
  id: 'http-missing-auth',
  title: 'MCP or control endpoint serves anybody',
  pillar: 'authentication',
  severity: 'high',
  cwe: [306],
  why:
    'An MCP endpoint acts for its caller: it runs tools, reads files, spends API keys that belong to the operator. ' +
    'Without authentication every peer that reaches the port is such a caller. The same holds for a route beside MCP that ' +
    'runs commands, calls tools or approves what waits for approval. Authentication that is off until a variable ' +
    'is set, or that calls `next()` when the secret is empty, is off on most machines.',
  fix:
    'Put `requireBearerAuth({ verifier })` of the SDK, or an own check that answers 401, before the route, and refuse to ' +
    'start when the secret is missing.',
  verify:
    "Run `curl -i -X POST http://<host>:<port>/mcp -H 'Content-Type: application/json' " +
    "-H 'Accept: application/json, text/event-stream' -d '{}'`: a guarded server answers 401 before it looks at the body.",
  reading: [
    'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization',
    'https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#security--endpoint',
    'https://github.com/modelcontextprotocol/typescript-sdk',
    'https://cwe.mitre.org/data/definitions/306.html',
  ],
  judges: ['McpEndpoint', 'ControlEndpoint'],

  judge(door) {
    if (door.kind === 'ControlEndpoint') return judgeControl(door);
    const { transport, exposure, credential } = door;
    // The stream is sse-missing-auth's business. Its POST half only takes messages for a session that the stream has
    // handed out, so an open pair is one flaw, told once, where the stream is opened.
    if (transport === 'sse' || transport === 'sse-post') return moot;
    const at = door.dispatcher ?? routeOf(door);
    if (credential.answer === 'refuses') return sound(credential.at ?? at);
    if (credential.answer !== 'admits') return untold(credential, at);
    return flawed(
      at,
      severityAt[exposure],
      `Whoever reaches this MCP endpoint is served: no bearer token, API key, cookie or other credential is ` +
        `required${asideOf(credential)}, and ${exposureWords(exposure)}.`,
      {
        confidence: exposure === 'unclear' ? 'medium' : 'high',
        trail: credential.trail,
        cause: door.transportAt ?? door.at,
        places: [...(door.dispatcher ? [routeOf(door)] : []), ...(door.besides ?? [])],
      },
    );
  },
});

function untold(credential: CredentialDecision, at: Location): Verdict {
  const why = obstacleOf(credential);
  return unsure(credential.at ?? at, `Whether a credential is required could not be told: ${why}.`);
}

const deeds: Readonly<Record<Exclude<ControlEndpoint['deed'], 'secret'>, string>> = {
  command: 'runs a command made of what they send',
  code: 'runs what they send as code',
  tool: 'calls the tool that they name',
  browser: 'drives a browser as they say',
  input: 'writes what they send into the input of another process',
  socket: 'hands what they send on through a WebSocket',
  answer: 'takes their answer for the one that is waited for',
  call: 'answers calls that are meant for clients with a credential',
};

/** A route beside MCP that acts for its caller, or tells what opens others. */
function judgeControl(door: ControlEndpoint): Verdict {
  const { exposure, credential, deed, doneAt, server } = door;
  const at = routeOf(door);
  if (credential.answer === 'refuses') return sound(credential.at ?? at);
  if (credential.answer !== 'admits') return untold(credential, at);
  const does =
    deed === 'secret' ? 'is told the secret that other doors ask for' : `steers the server, which ${deeds[deed]}`;
  return flawed(
    at,
    severityAt[exposure],
    `Whoever reaches this endpoint ${does}: no bearer token, API key, cookie or other ` +
      `credential is required${asideOf(credential)}, and ${exposureWords(exposure)}.`,
    {
      confidence: exposure === 'unclear' ? 'medium' : 'high',
      trail: [...credential.trail, { at: doneAt, says: 'it is done here' }],
      ...(server && { cause: server }),
    },
  );
}
