import type { ts } from '../ts.js';
import { isPrimitive, isRegex, isUnknown, native, type Regex, unknown, type V } from './domain.js';
import { keyOf } from './keys.js';
import type { Machine } from './machine.js';
import { matched, runnable, tested } from './patterns.js';

const tests: Readonly<Record<string, 'substring' | 'regex'>> = {
  startsWith: 'substring',
  endsWith: 'substring',
  includes: 'substring',
  indexOf: 'substring',
  lastIndexOf: 'substring',
  search: 'substring',
  match: 'substring',
};

/** A property or method of a text that is known. */
export function textMethod(machine: Machine, text: string, name: string): V {
  if (name === 'length') return text.length;
  if (/^\d+$/.test(name)) return text[Number(name)];
  return native((args, _self, node) => {
    const [, second] = args;
    // `search` and `match` read a text as a pattern; the backtracking engine is never asked.
    const first: V =
      (name === 'search' || name === 'match') && typeof args[0] === 'string'
        ? { regex: args[0], flags: '', node }
        : args[0];
    const note = (truth: boolean) => {
      const test = tests[name];
      if (test && machine.request?.isFromOrigin(text))
        machine.markTest(node, truth, isRegex(args[0] as V) ? 'regex' : test);
    };
    if (isRegex(first as V) && ['match', 'search', 'replace', 'replaceAll', 'split', 'matchAll'].includes(name)) {
      return textWithRegex(machine, text, name, first as Regex, second, node, note);
    }
    if (name === 'replace' || name === 'replaceAll') {
      if (isPrimitive(first) && isPrimitive(second))
        return name === 'replace'
          ? text.replace(String(first), () => String(second))
          : text.replaceAll(String(first), () => String(second));
    }
    if (name === 'split' && isPrimitive(first))
      return {
        items:
          first === undefined ? [text] : text.split(String(first), second === undefined ? undefined : Number(second)),
        open: undefined,
      };
    if (args.every(isPrimitive)) {
      const method = (String.prototype as unknown as Record<string, unknown>)[name];
      if (typeof method !== 'function') return undefined;
      const result = method.apply(text, args) as V;
      note(name === 'indexOf' || name === 'lastIndexOf' ? Number(result) >= 0 : Boolean(result));
      return result;
    }
    if (name === 'concat' || name === 'padStart')
      return unknown(machine.tagOf([text, ...args]), 'a text', `${text}+${args.map(keyOf).join()}`, node, true);
    const tags = machine.tagOf(args);
    if (machine.request?.credentials === 'none' && tags === 'secret') return machine.lacksSecret([text, ...args]);
    const isMarked = machine.request?.isMarked(text) ?? false;
    return unknown(
      isMarked && tags === 'config' ? 'origin' : machine.tagOf([text, ...args]),
      args.find(isUnknown)?.why ?? 'a text test',
      `${text}.${name}(${args.map(keyOf).join()})`,
      node,
    );
  });
}

function textWithRegex(
  machine: Machine,
  text: string,
  name: string,
  regex: Regex,
  second: V,
  node: ts.Node,
  note: (truth: boolean) => void,
): V {
  if (name === 'match' || name === 'search') {
    const found = tested(machine, regex, text, node);
    if (typeof found !== 'boolean') return found;
    note(found);
    if (!found) return name === 'match' ? null : -1;
    return name === 'search' ? 0 : matched(machine, regex, text, node);
  }
  const pattern = runnable(regex, text);
  if (!pattern) return unknown(machine.tagOf([text]), 'a replaced text', `${text}.${name}`, node);
  if (name === 'split') return { items: text.split(pattern), open: undefined };
  if (name.startsWith('replace') && isPrimitive(second)) return text.replace(pattern, String(second));
  return unknown(machine.tagOf([text]), 'a replaced text', `${text}.${name}`, node);
}
