import { matches } from '../regex-language.js';
import type { ts } from '../ts.js';
import { isUnknown, native, type Regex, type Unknown, unknown, type V } from './domain.js';
import { keyOf } from './keys.js';
import type { Machine } from './machine.js';

/** Patterns that hardly backtrack: two quantifiers at most, none of them on a group. Others never reach the engine. */
export function isSimple(source: string): boolean {
  // What is escaped, and what stands in a class, is one character.
  const bare = source.replace(/\\u\{[0-9a-f]+\}|\\[\s\S]/gi, 'x').replace(/\[\^?[^\]]*\]/g, 'x');
  const quantifiers = bare.replace(/\(\?/g, '(').match(/[*+{]|\?/g) ?? [];
  const unbounded = quantifiers.filter(each => each !== '?');
  if (quantifiers.length > 8) return false;
  return unbounded.length <= 1 ? !/\)[*+{]/.test(bare) : unbounded.length <= 2 && !/[()]/.test(bare);
}

/** What a match captures is seldom needed; the whole text and its named parts are not known. */
export function matched(machine: Machine, regex: Regex, text: string, node: ts.Node): V {
  if (typeof regex.regex === 'string' && isSimple(regex.regex)) {
    const found = new RegExp(regex.regex, regex.flags.replace('g', '')).exec(text);
    if (found) return { items: [...found], open: undefined };
  }
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
