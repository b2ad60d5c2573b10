import { isShownAsIs, shownCharacters } from '../../inert.js';

/** One character as it is drawn, and how many cells of the terminal it takes. */
export interface Drawn {
  readonly text: string;
  readonly cells: number;
}

const combining = /\p{M}/u;
/** East Asian wide and full-width forms and emoji, roughly: https://www.unicode.org/reports/tr11/ */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** The characters of a text as they may be drawn, one for one; what a reader would not see is spelled out. */
export function drawn(text: string): Drawn[] {
  const characters = Array.from(text);
  return shownCharacters(text).map((shown, index) => {
    if (shown === '\t') return { text: '    ', cells: 4 };
    if (shown !== characters[index]) return { text: shown, cells: shown.length };
    if (combining.test(shown)) return { text: shown, cells: 0 };
    return { text: shown, cells: wide.test(shown) ? 2 : 1 };
  });
}

/** How many cells a safe text takes. */
export function cellsOf(text: string): number {
  if (isShownAsIs(text)) return text.length;
  return drawn(text).reduce((sum, { cells }) => sum + cells, 0);
}

/** Breaks a text at spaces into lines of at most `width` cells; a word that is longer is cut. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap(word => piecesOf(word, width))) {
    if (line === '') line = word;
    else if (cellsOf(line) + 1 + cellsOf(word) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
}

function piecesOf(word: string, width: number): string[] {
  if (word !== '' && word.length <= width && isShownAsIs(word)) return [word];
  const pieces = [''];
  let used = 0;
  for (const { text, cells } of drawn(word)) {
    if (used + cells > width) {
      pieces.push('');
      used = 0;
    }
    pieces[pieces.length - 1] += text;
    used += cells;
  }
  return pieces.filter(piece => piece !== '');
}

/** Wraps items, each kept whole where it fits, with a separator between those on one line. */
export function joined(items: readonly string[], separator: string, width: number): string[] {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && cellsOf(last + separator + item) <= width)
      lines[lines.length - 1] = last + separator + item;
    else lines.push(...wrapped(item, width));
  }
  return lines;
}

/** `1 file`, `2 files`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** At most `most` items, and how many were left out. */
export function shortened(items: readonly string[], most: number): string[] {
  return items.length <= most ? [...items] : [...items.slice(0, most), `and ${items.length - most} more`];
}
