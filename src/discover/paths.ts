import { dirname, parse, posix, relative, sep } from 'node:path';

/** True when `path` is `folder` or lies in it; both absolute, in the form of the operating system. */
export function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** POSIX form of `path` relative to `folder`, both absolute; `.` for the folder itself. */
export function posixBelow(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/') || '.';
}

/** The nearest folder at or above `from`, no higher than `top`, that meets the condition; absolute. */
export function climb(from: string, meets: (folder: string) => boolean, top = parse(from).root): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (meets(folder)) return folder;
    if (folder === top || folder === dirname(folder)) return undefined;
  }
}

/** Ancestors of a POSIX folder below the root, nearest first, `.` last; nothing for `.` itself. */
export function ancestorsOf(folder: string): readonly string[] {
  if (folder === '.') return [];
  const up = posix.dirname(folder);
  return [up, ...ancestorsOf(up)];
}

/** True for a relative POSIX path that stays below where it starts. */
export function isBelow(path: string): boolean {
  return path !== '..' && !path.startsWith('../') && !path.startsWith('/');
}
