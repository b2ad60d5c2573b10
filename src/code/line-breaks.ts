import { lastName, unwrap } from './module.js';
import { matches } from './regex-language.js';
import type { ts } from './ts.js';
import type { Env, Value } from './value.js';

/** Both characters end a line of an event stream. */
export type LineBreak = '\r' | '\n';

type Read = (expression: ts.Expression, env?: Env) => Value | undefined;

/**
 * The line breaks that a call takes out of its receiver's text: `text.replace(/[\r\n]/g, ' ')`, or `text.split(/\r?\n/)`
 * out of each part. Putting `data: ` after them makes further lines of the same field, and counts as taking them out.
 */
export function lineBreaksTakenBy(call: ts.CallExpression, one: Read): LineBreak[] {
  const name = lastName(call.expression);
  const [pattern, replacement] = call.arguments;
  if (!pattern) return [];
  const found = one(pattern);
  const isEvery = name !== 'replace' || (found?.is === 'regex' && found.flags.includes('g'));
  if (!/^(replace|replaceAll|split)$/.test(name) || !found || !isEvery) return [];
  if (name !== 'split' && (!replacement || bringsBreaks(one(replacement)))) return [];
  return (['\r', '\n'] as const).filter(lineBreak =>
    found.is === 'regex' ? takes(found, lineBreak) : found.is === 'literal' && found.value === lineBreak,
  );
}

function bringsBreaks(replacement: Value | undefined): boolean {
  if (replacement?.is === 'function') return false;
  if (replacement?.is !== 'literal') return true;
  return /[\r\n]/.test(String(replacement.value).replace(/\r?\ndata:/g, ''));
}

/** Whether the pattern finds the line break by itself, wherever it stands. The pattern is not run as it is. */
function takes({ source, flags }: Extract<Value, { is: 'regex' }>, lineBreak: LineBreak): boolean {
  const plain = flags.replace(/[gy]/g, '');
  return ['a', '0'].some(
    beside =>
      matches(source, plain, `${beside}${lineBreak}${beside}`) === true &&
      matches(source, plain, beside + beside) === false,
  );
}

/** Whether the separator of a `join` keeps a text in its field: no line break, or one that begins a `data:` line. */
export function joinsLines(call: ts.CallExpression, one: Read): boolean {
  const [separator] = call.arguments;
  const found = separator && one(unwrap(separator));
  if (!separator) return true;
  return found?.is === 'literal' && !bringsBreaks(found);
}
