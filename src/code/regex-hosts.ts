import { type AST, RegExpParser } from '@eslint-community/regexpp';
import { domainOf, isLoopback } from './candidates.js';

/** Stands for an unescaped dot, which the author most likely meant as a dot, and for text that is not written out. */
const anyDot = '\u0001';
const gap = '\u0002';

/** Alternatives are multiplied out up to here; beyond, a part counts as not written out. */
const maxTexts = 64;

/** A host written in a pattern, as meant: unescaped dots are dots. */
export interface PatternHost {
  readonly name: string;
  /** The host with one unescaped dot replaced by a letter, once for each; a first letter `x` may stand before the name. */
  readonly withoutDot: readonly string[];
}

/** The hosts and suffixes written in a pattern, without repeats, in the order of the source. */
export function hostsIn(source: string, flags: string): readonly PatternHost[] {
  const unicode = { unicode: flags.includes('u'), unicodeSets: flags.includes('v') };
  const pattern = new RegExpParser().parsePattern(source, 0, source.length, unicode);
  const hosts = new Map<string, PatternHost>();
  for (const text of alternativesOf(pattern).flatMap(text => text.split(gap))) {
    const written = hostPartOf(text);
    const name = written.replaceAll(anyDot, '.').replace(/^\.+|\.+$/g, '');
    if (hosts.has(name) || !(isLoopback(name) || domainOf(name).suffix !== undefined)) continue;
    hosts.set(name, { name, withoutDot: withoutDotOf(written) });
  }
  return [...hosts.values()];
}

/** `://myapp.com:80/x` → `myapp.com`. */
function hostPartOf(text: string): string {
  const host = text.slice(text.lastIndexOf('//') + 1).replace(/^\/+/, '');
  return host
    .replace(/[:/].*$/s, '')
    .replace(/^[.-]+|[.-]+$/g, '')
    .toLowerCase();
}

function withoutDotOf(written: string): readonly string[] {
  const variants: string[] = [];
  for (let at = written.indexOf(anyDot); at !== -1; at = written.indexOf(anyDot, at + 1)) {
    const variant = `${written.slice(0, at)}x${written.slice(at + 1)}`;
    variants.push(variant.replaceAll(anyDot, '.').replace(/^\.+|\.+$/g, ''));
  }
  return variants;
}

function alternativesOf({ alternatives }: AST.Pattern | AST.Group | AST.CapturingGroup): readonly string[] {
  const texts = alternatives.flatMap(({ elements }) => elements.map(textsOf).reduce(joined, ['']));
  return texts.length > maxTexts ? [...new Set(texts)].slice(0, maxTexts) : texts;
}

function joined(heads: readonly string[], tails: readonly string[]): readonly string[] {
  if (heads.length * tails.length > maxTexts) return [...heads.map(head => head + gap), ...tails];
  return heads.flatMap(head => tails.map(tail => head + tail));
}

/** What an element may be in writing. */
function textsOf(element: AST.Element): readonly string[] {
  switch (element.type) {
    case 'Assertion':
      return [''];
    case 'Character':
      return [String.fromCodePoint(element.value)];
    case 'CharacterSet':
      return [element.kind === 'any' ? anyDot : gap];
    case 'Group':
    case 'CapturingGroup':
      return alternativesOf(element);
    case 'Quantifier':
      return quantifiedTextsOf(element);
    case 'CharacterClass': {
      const [only, ...others] = element.elements;
      const isOne = !element.negate && only?.type === 'Character' && others.length === 0;
      return [isOne ? String.fromCodePoint(only.value) : gap];
    }
    default:
      return [gap];
  }
}

/** `(www\.)?` is written out with and without; what is repeated is not, but may hold a host: `(,https://myapp\.com)*`. */
function quantifiedTextsOf({ element, min, max }: AST.Quantifier): readonly string[] {
  if (element.type === 'Assertion') return [''];
  if (max > 1 && element.type !== 'Group' && element.type !== 'CapturingGroup') return [gap];
  const texts = textsOf(element);
  if (max > 1) return texts.map(text => gap + text + gap);
  return min === 0 ? ['', ...texts.map(text => (text === anyDot ? gap : text))] : texts;
}
