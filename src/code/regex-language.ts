import { type NFA, TooManyNodesError } from 'refa';
import type { OriginKind } from '../facts/index.js';
import { hasSameOwner, isRegistrable } from './candidates.js';
import { type Language, languageOf, type Obstacle } from './regex-automaton.js';
import { type Family, familiesAround, originsOf, plainOriginsOf, type RegexSubject } from './regex-families.js';
import { hostsIn, type PatternHost } from './regex-hosts.js';
import { isAccepted, shareMoreWordsThan, shortestCommonWord } from './regex-words.js';

export type { Obstacle } from './regex-automaton.js';
export type { RegexSubject } from './regex-families.js';

/** An origin (or host) that an attacker can own and that a pattern matches. */
export interface ForeignOrigin {
  readonly word: string;
  readonly kind: OriginKind;
}

/** A pattern with more names than this below a suffix leaves them free; with fewer, it may list the owner's. */
const ownersNames = 100;

const languages = new Map<string, Language | Obstacle>();

/** `languageOf`, once per pattern. */
function knownLanguageOf(source: string, flags: string): Language | Obstacle {
  const pattern = `/${source}/${flags}`;
  const known = languages.get(pattern) ?? languageOf(source, flags);
  languages.set(pattern, known);
  return known;
}

/** Why a pattern is not, or not wholly, decided: `invalid`, `too large`, `back-reference`…; undefined when it is. */
export function obstacleOf(source: string, flags: string): string | undefined {
  const language = knownLanguageOf(source, flags);
  return 'unclear' in language ? language.unclear : language.guessed;
}

/**
 * Does `RegExp(source, flags).test(text)` hold, on a fresh RegExp? Takes time linear in the text, however the pattern is
 * built; `obstacleOf` says why an answer is unclear.
 */
export function matches(source: string, flags: string, text: string): boolean | 'unclear' {
  const language = knownLanguageOf(source, flags);
  if ('unclear' in language) return 'unclear';
  const codes = codesOf(text, /[uv]/.test(flags));
  if (isAccepted(language.surely, codes)) return true;
  return language.guessed !== undefined && isAccepted(language.perhaps, codes) ? 'unclear' : false;
}

/** A shortest text of printable characters that the pattern matches, where it can be told. */
export function wordOf(source: string, flags: string): string | undefined {
  const language = knownLanguageOf(source, flags);
  if ('unclear' in language) return undefined;
  try {
    return shortestCommonWord(language.surely, language.surely);
  } catch (error) {
    if (error instanceof TooManyNodesError) return undefined;
    throw error;
  }
}

function codesOf(text: string, unicode: boolean): readonly number[] {
  if (unicode) return Array.from(text, character => character.codePointAt(0)!);
  return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
}

/**
 * A concrete origin that an attacker can own and that the pattern matches, the most telling one that was found. Origins are
 * as browsers send them: lower case, no path, no user. Undefined when none of the known ways to take a name that passes for
 * a trusted one leads through the pattern.
 */
export function foreignOriginOf(
  source: string,
  flags: string,
  subject: RegexSubject,
): ForeignOrigin | Obstacle | undefined {
  const language = knownLanguageOf(source, flags);
  if ('unclear' in language) return language;
  const hosts = hostsIn(source, flags);
  try {
    const found = foreignIn(language.surely, hosts, subject);
    if (found || language.guessed === undefined) return found;
    return foreignIn(language.perhaps, hosts, subject) && { unclear: language.guessed };
  } catch (error) {
    if (error instanceof TooManyNodesError) return { unclear: 'too large' };
    throw error;
  }
}

function foreignIn(pattern: NFA, trusted: readonly PatternHost[], subject: RegexSubject): ForeignOrigin | undefined {
  for (const family of familiesAround(trusted)) {
    const word = wordIn(pattern, family, subject);
    if (word === undefined || !isRegistrable(word)) continue;
    if (trusted.some(({ name }) => hasSameOwner(word, name))) continue;
    return { word, kind: family.kind };
  }
  return undefined;
}

function wordIn(pattern: NFA, { hosts, onlyIfFree }: Family, subject: RegexSubject): string | undefined {
  if (!onlyIfFree) return secured(pattern, shortestCommonWord(pattern, ownLanguageOf(originsOf(hosts, subject))));
  for (const origins of plainOriginsOf(hosts, subject).map(ownLanguageOf)) {
    const word = shortestCommonWord(pattern, origins);
    if (word !== undefined && shareMoreWordsThan(ownersNames, pattern, origins)) return word;
  }
  return undefined;
}

/** Only asked for patterns of our own. */
function ownLanguageOf(source: string): NFA {
  const language = knownLanguageOf(source, '');
  if ('unclear' in language) throw new Error(`${language.unclear}: ${source}`);
  return language.surely;
}

/** The shortest word says `http:` wherever the pattern lets it; an attacker has a certificate. */
function secured(pattern: NFA, word: string | undefined): string | undefined {
  const secure = word?.replace(/^http:/, 'https:');
  return secure !== undefined && isAccepted(pattern, codesOf(secure, false)) ? secure : word;
}
