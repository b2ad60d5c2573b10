import type { Code } from '../../code/code.js';
import { breaksRefusedBefore } from '../../code/refused-breaks.js';
import { type FrameHole, type FrameWrite, frameHoles, writesOf } from '../../code/sse-frames.js';
import { TextFlow } from '../../code/text-flow.js';
import { lineBreaks } from '../../code/text-lenses.js';
import type { TextOrigin } from '../../code/text-origins.js';
import { placeOf, type SseField } from '../../facts/index.js';
import type { Idiom } from '../idiom.js';

/** What is written by hand into the fields of event streams, other than constants. */
export const sseFields: Idiom = {
  id: 'sse-fields',
  words: ['text/event-stream'],
  read({ code }) {
    const safety = new TextFlow(code, lineBreaks);
    const fields = new Map<string, SseField>();
    for (const module of code.modules()) {
      for (const hole of frameHoles(module)) {
        for (const write of writesOf(code, hole.frame)) {
          const field = sseField(code, safety, hole, write);
          const key = `${placeOf(field.at)} ${field.field}`;
          const known = fields.get(key);
          if (!known || rank[field.text] < rank[known.text]) fields.set(key, field);
        }
      }
    }
    return [...fields.values()];
  },
};

const rank = { raw: 0, unclear: 1, safe: 2 } as const;

function sseField(
  code: Code,
  safety: TextFlow,
  { field, expression, frame }: FrameHole,
  { node, bindings }: FrameWrite,
): SseField {
  const at = code.at(node);
  const found = safety.judge(expression, bindings);
  if (found.is !== 'raw') {
    return { kind: 'SseField', at, field, text: found.is, source: 'unknown', because: found.because, trail: [] };
  }
  const refusal = breaksRefusedBefore(code, frame, expression);
  if (refusal) {
    const because = `line breaks were refused before, in line ${code.at(refusal).line}`;
    return { kind: 'SseField', at, field, text: 'safe', source: 'unknown', because, trail: [] };
  }
  const [trace] = found.traces;
  const steps = trace.steps.map(step => ({ at: code.at(step.node), says: step.says }));
  const written = { at, says: `written into the \`${field}:\` field` };
  return {
    kind: 'SseField',
    at,
    field,
    text: 'raw',
    source: sourceOf(trace.origin),
    because: trace.because,
    trail: [...steps, written],
  };
}

function sourceOf(origin: TextOrigin): SseField['source'] {
  switch (origin) {
    case 'stack':
      return 'error';
    case 'credential':
    case 'headers':
      return 'unknown';
    default:
      return origin;
  }
}
