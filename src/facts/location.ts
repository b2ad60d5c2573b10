/** A stretch of source text. Lines and columns count from 1; `file` is POSIX and relative to the audited root. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One labelled place on the way to a verdict, in the order the reader should follow. */
export interface Step {
  readonly at: Location;
  readonly says: string;
}

/** A stable text key of a place, for maps, grouping and sorting. */
export function placeOf(at: Location): string {
  return `${at.file}:${at.line}:${at.column}`;
}

/** Whether one place lies within another. */
export function holdsPlace(outer: Location, inner: Location): boolean {
  const isAfterStart = inner.line > outer.line || (inner.line === outer.line && inner.column >= outer.column);
  const isBeforeEnd = inner.line < outer.endLine || (inner.line === outer.endLine && inner.column < outer.endColumn);
  return inner.file === outer.file && isAfterStart && isBeforeEnd;
}

/** Orders places by file, then by position. */
export function comparePlaces(a: Location, b: Location): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column || a.endLine - b.endLine || a.endColumn - b.endColumn;
}
