import { barrierOf, stepsOfUses, usesWords } from '../src/questions.js';
import { flawed, moot, rule, sound } from '../src/rule.js';

export default rule({
  id: 'http-unvalidated-message',
  title: 'JSON-RPC bodies are dispatched without validation',
  pillar: 'messages',
  severity: 'medium',
  cwe: [20],
  why:
    'An endpoint that speaks MCP by hand gets none of the checks that the transports and schemas of the SDK make. A body ' +
    'is any JSON at all: `null`, a batch, `params` that are a text, arguments of another type than the tool announces. ' +
    'A TypeScript cast (`as JsonRpcRequest`) checks nothing at run time. What is read from it throws far from the place that ' +
    'should have refused it, or ends up in file names, queries and commands.',
  fix:
    'Let `StreamableHTTPServerTransport` and `McpServer` of the SDK read the request. Where the endpoint stays hand-written, ' +
    'hold the body against `JSONRPCMessageSchema` and the arguments against the schema of the tool (zod, `valibot`, `ajv`), ' +
    'or test the type of every field that is used.',
  verify:
    "Run `curl localhost:3000/mcp -H 'Content-Type: application/json' -d BODY` with `null`, `[]` and " +
    '`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":"x"}` as BODY: a guarded server answers each with an error ' +
    '(-32600 or -32602).',
  reading: [
    'https://modelcontextprotocol.io/specification/2025-11-25/server/tools#security-considerations',
    'https://www.jsonrpc.org/specification#error_object',
    'https://cwe.mitre.org/data/definitions/20.html',
  ],
  judges: 'InboundBody',

  judge({ at, door, validation, credential }) {
    if (validation.is === 'unused') return moot;
    if (validation.is !== 'none') return sound(validation.at);
    const { uses } = validation;
    const known = barrierOf(credential) === 'secret';
    return flawed(
      at,
      known ? 'low' : 'medium',
      `The body is dispatched as it comes (${usesWords(uses)}): no schema and no test of the types was found before` +
        `${known ? '; only clients with the required credential get here' : ''}.`,
      {
        confidence: uses.some(({ field }) => field !== undefined) ? 'high' : 'medium',
        cause: door,
        trail: stepsOfUses(uses),
      },
    );
  },
});
