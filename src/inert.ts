/*
 * Text of strangers, made inert. Names, strings and comments of the audited tree are hostile: an escape sequence could
 * repaint a terminal, a bidi mark reorder a line, a line be obeyed by a CI runner. Whoever writes such text anywhere
 * uses one of these functions, or one that is made of them: `oneLine` for a line, `printed` for a page of lines,
 * `jsonText` for data.
 */

/**
 * What a reader would not see: controls, bidi and zero-width formats, tags, lone surrogates, private use, unassigned,
 * line separators, and whatever a font may leave out (fillers, variation selectors, the empty braille cell).
 */
const invisible = /[\p{C}\p{Zl}\p{Zp}\p{DI}\u2800]/u;
const invisibleInJson = /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{DI}\u2800]/gu;

/** Whether a character would not be seen, or do something. */
export function isInvisible(character: string): boolean {
  return invisible.test(character);
}

/** `\x1b`, `\u{202e}` */
export function spelledOut(character: string): string {
  const code = character.codePointAt(0)!.toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u{${code}}`;
}

/**
 * The characters of a text as they may be shown, one for one: what is invisible is spelled out, and so is the bracket
 * that would make `##[…]`, `##vso[…]` or `##teamcity[…]` a command to a CI runner, wherever in a line it stands.
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function shownCharacters(text: string): string[] {
  let hashes = 0;
  return Array.from(text, character => {
    if (character === '[' && hashes >= 2) return spelledOut(character);
    if (character === '#') hashes++;
    else if (hashes < 2 || !/\w/.test(character)) hashes = 0;
    return character !== '\t' && isInvisible(character) ? spelledOut(character) : character;
  });
}

/** Whether all characters of a text are shown as they stand, one cell each: true of most text, which then needs no further look. */
export function isShownAsIs(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text) && !text.includes('##');
}

/** Any text on one line and safe to print. */
export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return isShownAsIs(line) ? line : shownCharacters(line).join('');
}

/** Any text, its line breaks kept, safe to print with `printed`. */
export function severalLines(text: string): string {
  return text
    .split('\n')
    .map(line => shownCharacters(line).join(''))
    .join('\n');
}

/** Every string in a piece of data on one line and safe to print, so that no field can be forgotten. */
export function safe<T>(data: T): T {
  if (typeof data === 'string') return oneLine(data) as T;
  if (Array.isArray(data)) return data.map(safe) as T;
  if (data === null || typeof data !== 'object') return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [oneLine(key), safe(value)])) as T;
}

/**
 * Lines as a page that ends in a line break. None of them is a workflow command, whatever was wrapped to its start:
 * GitHub's runner obeys `::name …::…` behind any blanks.
 */
export function printed(lines: readonly string[]): string {
  return `${lines.join('\n').replace(/^([^\S\n]*):(?=:.*::)/gm, '$1\\x3a')}\n`;
}

/** Data as JSON, indented by two, one line break at the end. Programs read what was meant, a terminal only what it can show. */
export function jsonText(data: unknown): string {
  return `${inertJson(JSON.stringify(data, null, 2))}\n`;
}

/** JSON in which everything invisible, and the bracket of a command to a CI runner, is escaped: the same data. */
export function inertJson(json: string): string {
  return json
    .replace(invisibleInJson, character =>
      Array.from({ length: character.length }, (_, unit) => escapedUnit(character.charCodeAt(unit))).join(''),
    )
    .replace(/(?<=##\w*)\[/g, '\\u005b');
}

function escapedUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
