import type { ChalkInstance } from 'chalk';
import type { Place } from '../doors.js';
import type { Page } from './page.js';
import { cellsOf, type Drawn, drawn, wrapped } from './text.js';

/** A stretch of source to underline. */
export interface Mark {
  readonly at: Place;
  readonly label: string;
  /** The flaw itself, rather than a step on the way to it. */
  readonly isFlaw: boolean;
  readonly paint: ChalkInstance;
}

interface Frame {
  readonly page: Page;
  /** Cells for line numbers. */
  readonly gutter: number;
  /** Cells for code. */
  readonly room: number;
}

/**
 * Code with underlined stretches and their labels, one section per file, in the order of the marks. The last row is a
 * bare rail that leads on to what is said below. `aside` stands behind the first place.
 */
export function frameOf(marks: readonly Mark[], page: Page, aside: string): string[] {
  const gutter = Math.max(...marks.map(({ at }) => String(at.line).length));
  const frame = { page, gutter, room: page.width - gutter - 3 };
  const files = [...new Set(marks.map(({ at }) => at.file))];
  return files.flatMap((file, index) => {
    const mine = marks.filter(({ at }) => at.file === file);
    const { line, column } = mine[0]!.at;
    const sign = page.paint.blue(index === 0 ? page.signs.arrow : page.signs.further);
    const room = page.width - gutter - 2 - cellsOf(page.signs.arrow);
    const [place = '', ...rest] = wrapped(`${file}:${line}:${column}${index === 0 ? aside : ''}`, room);
    const section = sectionOf(mine, frame);
    return [
      `${' '.repeat(gutter)} ${sign} ${place}`,
      ...rest.map(text => row('', text, frame)),
      ...(section.length > 0 ? [row('', '', frame), ...section] : []),
      row('', '', frame),
    ];
  });
}

function sectionOf(marks: readonly Mark[], frame: Frame): string[] {
  const { excerpts, signs } = frame.page;
  const lines = [...new Set(marks.map(({ at }) => at.line))].sort((a, b) => a - b);
  const codeOf = (line: number) => excerpts[marks[0]!.at.file]?.[line];
  return lines.flatMap((line, index) => {
    const skipped = index === 0 ? 0 : line - lines[index - 1]! - 1;
    const between = skipped === 1 ? codeOf(line - 1) : undefined;
    const mine = marks.filter(({ at }) => at.line === line);
    return [
      ...(between !== undefined
        ? codeRows(between, line - 1, [], frame)
        : skipped > 0
          ? [row('', signs.more, frame)]
          : []),
      ...codeRows(codeOf(line), line, mine, frame),
    ];
  });
}

/** A line of code and, below it, its marks. Without its text, the labels alone. */
function codeRows(code: string | undefined, line: number, marks: readonly Mark[], frame: Frame): string[] {
  if (code === undefined) {
    const labels = marks.flatMap(({ label, paint }) => wrapped(label, frame.room).map(text => paint(text)));
    return labels.map((label, index) => row(index === 0 ? String(line) : '', label, frame));
  }
  const characters = drawn(code.trimEnd());
  const starts = cellStartsOf(characters, code);
  const spans = marks.map(mark => ({ mark, ...spanOf(mark.at, starts) }));
  const total = starts.at(-1)!;
  const skip = total <= frame.room ? 0 : skipFor(spans, frame.room);
  const { more } = frame.page.signs;
  const head = skip > 0 ? more : '';
  const tail = total - skip > frame.room ? more : '';
  const text = cut(characters, skip + head.length, skip + frame.room - tail.length);
  return [
    row(String(line), `${head}${text}${tail}`, frame),
    ...spans.flatMap(({ mark, from, to }) => markRows(mark, from - skip, to - skip, frame)),
  ];
}

/** The underline of one mark, with the label behind it where there is room, otherwise below. */
function markRows({ label, isFlaw, paint }: Mark, from: number, to: number, frame: Frame): string[] {
  const start = Math.min(Math.max(0, from), frame.room - 1);
  const end = Math.min(Math.max(start + 1, to), frame.room);
  const sign = isFlaw ? '^' : frame.page.signs.underline;
  const underline = `${' '.repeat(start)}${paint(sign.repeat(end - start))}`;
  if (label === '') return [row('', underline, frame)];
  if (end + 1 + cellsOf(label) <= frame.room) return [row('', `${underline} ${paint(label)}`, frame)];

  const indent = Math.min(start, Math.max(0, frame.room - Math.max(30, cellsOf(label))));
  const lines = wrapped(label, frame.room - indent);
  return [row('', underline, frame), ...lines.map(text => row('', `${' '.repeat(indent)}${paint(text)}`, frame))];
}

function row(number: string, text: string, { page, gutter }: Frame): string {
  return `${page.paint.blue(`${number.padStart(gutter)} ${page.signs.rail}`)} ${text}`.trimEnd();
}

/** The first cell of every UTF-16 unit of a line, and behind them the first free cell. */
function cellStartsOf(characters: readonly Drawn[], code: string): number[] {
  const units = Array.from(code.trimEnd(), character => character.length);
  let cell = 0;
  const starts = characters.flatMap(({ cells }, index) => {
    const start = cell;
    cell += cells;
    return Array<number>(units[index]!).fill(start);
  });
  return [...starts, cell];
}

/** Cells from and to; a stretch over several lines is underlined to the end of the first. */
function spanOf({ line, column, endLine, endColumn }: Place, starts: readonly number[]) {
  const end = starts.at(-1)!;
  const from = starts[column - 1] ?? end;
  return { from, to: Math.max(from + 1, endLine > line ? end : (starts[endColumn - 1] ?? end)) };
}

/** How many cells of a long line to leave out, so that its first mark is seen with something before it. */
function skipFor(spans: readonly { readonly from: number; readonly to: number }[], room: number): number {
  const [first] = spans;
  if (!first || first.to <= room - 1) return 0;
  return Math.max(0, first.from - Math.floor(room / 4));
}

function cut(characters: readonly Drawn[], from: number, to: number): string {
  let cell = 0;
  let text = '';
  for (const { text: character, cells } of characters) {
    // Half of a wide character, or of a spelled-out one, is a blank.
    if (cell >= from && cell + cells <= to) text += character;
    else text += ' '.repeat(Math.max(0, Math.min(cell + cells, to) - Math.max(cell, from)));
    cell += cells;
  }
  return text;
}
