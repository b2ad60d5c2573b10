import { flawed, rule, sound, unsure } from '../src/rule.js';

const origins = {
  client: { severity: 'high', words: 'text from a client' },
  tool: { severity: 'high', words: 'tool output' },
  model: { severity: 'high', words: 'model output' },
  error: { severity: 'high', words: 'error text' },
  caller: { severity: 'low', words: 'whatever a caller passes' },
  server: { severity: 'low', words: "the server's own text" },
  unknown: { severity: 'medium', words: 'text of unknown origin' },
} as const;

export default rule({
  id: 'sse-unserialized-data',
  title: 'Raw text is written into an event stream',
  pillar: 'messages',
  severity: 'high',
  cwe: [93, 116],
  why:
    'Fields of an event end at CR or LF, and an empty line ends the event. Text that holds line breaks therefore ends its ' +
    'field early, and what follows is read as further fields and events. Whoever controls the text (a tool result, a ' +
    'model, a client, an error message) can forge events, such as results and tool calls that the server never sent. ' +
    'The `event:` and `id:` fields are as open to this as `data:`.',
  fix:
    'Write `data: `, then `JSON.stringify(value)`, then an empty line: JSON escapes both line breaks. For bare text, take ' +
    'out `/[\\r\\n]/g` or write one `data:` line for each line after splitting at `/\\r\\n|\\r|\\n/`; splitting at `\\n` ' +
    'alone leaves CR open. Take event names from a fixed list.',
  verify:
    'Let a tool return `a\\n\\ndata: forged` and read the stream with `curl -N`: there must be one event, not two.',
  reading: [
    'https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation',
    'https://cwe.mitre.org/data/definitions/93.html',
    'https://cwe.mitre.org/data/definitions/116.html',
  ],
  judges: 'SseField',

  judge({ at, field, text, source, because, trail }) {
    if (text === 'safe') return sound(at);
    const place = field === 'frame' ? 'a frame' : `the \`${field}:\` field`;
    if (text === 'unclear') return unsure(at, `Whether ${place} may hold line breaks could not be told: ${because}.`);
    const { severity, words } = origins[source];
    return flawed(
      at,
      severity,
      `${capital(words)} is written into ${place} of an event stream with no JSON.stringify, newline strip or ` +
        'encodeURIComponent in between, so a line break in it can forge events.',
      { confidence: source === 'unknown' ? 'medium' : 'high', trail },
    );
  },
});

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
