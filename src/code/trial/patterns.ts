import { matches } from '../regex-language.js';
import type { ts } from '../ts.js';
import { isUnknown, native, type Regex, type Unknown, unknown, type V } from './domain.js';
import { keyOf } from './keys.js';
import type { Machine } from './machine.js';

/** Steps of the backtracking engine that one match may take. */
const mostSteps = 10_000_000;

/**
 * A pattern that may be run on a text: it hardly backtracks, and the text is short enough for what it does. Two
 * quantifiers at most, none of them on a group; others never reach the engine, nor do patterns that are none.
 */
export function runnable({ regex, flags }: Regex, text: string): RegExp | undefined {
  if (typeof regex !== 'string' || !isSimple(regex, text.length)) return undefined;
  try {
    return new RegExp(regex, flags);
  } catch {
    return undefined;
  }
}

function isSimple(source: string, length: number): boolean {
  // What is escaped, and what stands in a class, is one character.
  const bare = source.replace(/\\u\{[0-9a-f]+\}|\\[\s\S]/gi, 'x').replace(/\[\^?[^\]]*\]/g, 'x');
  const quantifiers = bare.replace(/\(\?/g, '(').match(/[*+{]|\?/g) ?? [];
  const unbounded = quantifiers.filter(each => each !== '?').length;
  if (quantifiers.length > 8 || length ** (unbounded + 1) > mostSteps) return false;
  return unbounded <= 1 ? !/\)[*+{]/.test(bare) : unbounded <= 2 && !/[()]/.test(bare);
}

/** What a match captures is seldom needed; the whole text and its named parts are not known. */
export function matched(machine: Machine, regex: Regex, text: string, node: ts.Node): V {
  const pattern = runnable({ ...regex, flags: regex.flags.replace('g', '') }, text);
  const found = pattern?.exec(text);
  if (found) return { items: [...found], open: undefined };
  return unknown(machine.tagOf([text]), 'the parts of a match', `match(${text})`, node, true);
}

/** Whether a pattern matches a text, decided without the backtracking engine; unknown where that cannot be told. */
export function tested(machine: Machine, regex: Regex, text: string, node: ts.Node): boolean | Unknown {
  if (typeof regex.regex !== 'string') {
    return unknown(
      machine.request?.isMarked(text) ? 'origin' : regex.regex.unknown,
      regex.regex.why,
      `${keyOf(regex)}.test(${text})`,
      node,
    );
  }
  if (machine.request?.isFromOrigin(text)) {
    machine.comparesNames = true;
    const { origin, host } = machine.request;
    const subject =
      text === origin || text.includes('://') ? 'origin' : text === host || text.includes(':') ? 'host' : 'hostname';
    machine.patterns.set(`${subject} ${keyOf(regex)}`, {
      source: regex.regex,
      flags: regex.flags,
      subject,
      node: regex.node,
    });
  }
  const found = matches(regex.regex, regex.flags, text);
  if (typeof found === 'boolean') return found;
  return unknown('opaque', `the pattern ${regex.regex} cannot be decided`, `${keyOf(regex)}.test(${text})`, node);
}

/** A property or method of a pattern. */
export function regexMethod(machine: Machine, regex: Regex, name: string): V {
  if (name === 'source') return typeof regex.regex === 'string' ? regex.regex : regex.regex;
  if (name === 'lastIndex') return 0;
  if (name !== 'test' && name !== 'exec') return undefined;
  return native(([of], _self, node) => {
    if (typeof of === 'string' || of === undefined || of === null) {
      const text = String(of);
      const found = tested(machine, regex, text, node);
      if (typeof found !== 'boolean') return found;
      if (machine.request?.isFromOrigin(text)) machine.markTest(node, found, 'regex');
      if (name === 'test') return found;
      return found ? matched(machine, regex, text, node) : null;
    }
    return unknown(
      machine.tagOf([of]),
      isUnknown(of) ? of.why : 'a pattern test',
      `${keyOf(regex)}.${name}(${keyOf(of)})`,
      node,
    );
  });
}
