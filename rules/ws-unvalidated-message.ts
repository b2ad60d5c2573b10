import { barrierOf, stepsOfUses, usesWords } from '../src/questions.js';
import { flawed, moot, rule, sound } from '../src/rule.js';

export default rule({
  id: 'ws-unvalidated-message',
  title: 'WebSocket messages are used without validation',
  pillar: 'messages',
  severity: 'medium',
  cwe: [20],
  why:
    'What a peer sends is any JSON at all: `null`, a number, an object with a field missing or of another type. A ' +
    'TypeScript cast (`as Message`) checks nothing at run time. Fields that are read from it throw far from the place that ' +
    'should have refused them, end up in file names, queries and prompts, or pass on to tools that trust their caller.',
  fix:
    'Hold the parsed value against a schema before anything is read from it: `JSONRPCMessageSchema` of the MCP SDK, zod, ' +
    '`valibot`, `ajv`; or test the type of every field that is used, and that the value is an object.',
  verify:
    'Connect with `npx wscat -c ws://<host>:<port>` and send `null`, `[]` and a message whose fields are numbers: a guarded ' +
    'server answers each with an error.',
  reading: [
    'https://cheatsheetseries.owasp.org/cheatsheets/WebSocket_Security_Cheat_Sheet.html#message-security',
    'https://www.jsonrpc.org/specification#error_object',
    'https://cwe.mitre.org/data/definitions/20.html',
  ],
  judges: 'InboundFrame',

  judge({ at, door, validation, credential }) {
    if (validation.is === 'unused') return moot;
    if (validation.is !== 'none') return sound(validation.at);
    const { uses } = validation;
    const known = barrierOf(credential) === 'secret';
    return flawed(
      at,
      known ? 'low' : 'medium',
      `What a client sends is used as it comes (${usesWords(uses)}): no schema and no test of the types was found before` +
        `${known ? '; only clients with the required credential get here' : ''}.`,
      {
        confidence: uses.some(({ field }) => field !== undefined) ? 'high' : 'medium',
        cause: door,
        trail: stepsOfUses(uses),
      },
    );
  },
});
