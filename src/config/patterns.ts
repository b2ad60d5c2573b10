import ignore from 'ignore';

/** Whether a path (POSIX, relative to the folder the patterns count from) matches, as git would read the patterns. */
export function matcherOf(patterns: readonly string[]): (path: string) => boolean {
  if (patterns.length === 0) return () => false;
  const rules = ignore({ ignorecase: false }).add([...patterns]);
  return path => !path.startsWith('../') && rules.ignores(path);
}
