/** @typedef {{ wall: number, memory: number }} Medians */
/** @typedef {{ what: string, limit: number, measured: number }} Judged */

/** What mcp-audit promises of its speed, by the size of a tree: this command's time is at most so many times the other's. */
const promised = [
  { from: 0, to: 200, ours: 'cold', theirs: 'node -e 0', limit: 2.5 },
  { from: 0, to: 200, ours: 'cold', theirs: 'ESLint + security', limit: 0.15 },
  { from: 0, to: 200, ours: 'first run', theirs: 'ESLint + security', limit: 0.4 },
  { from: 500, to: 2000, ours: 'cold', theirs: 'ESLint + security', limit: 0.1 },
  { from: 500, to: 2000, ours: 'cold', theirs: 'ast-grep', limit: 1.2 },
  { from: 500, to: 2000, ours: 'warm', theirs: 'node -e 0', limit: 1.5 },
  { from: 7000, to: 20_000, ours: 'cold', theirs: 'ast-grep', limit: 0.5 },
  { from: 7000, to: 20_000, ours: 'cold', theirs: 'oxlint', limit: 1.5 },
  { from: 7000, to: 20_000, ours: 'warm', theirs: 'node -e 0', limit: 4 },
  { from: 0, to: 20_000, ours: 'warm', theirs: 'oxlint', limit: 1 },
  { from: 0, to: 20_000, ours: 'staged', theirs: 'node -e 0', limit: 2.5 },
];
const wordsLimit = 1.2;
const growthLimit = 1;
/** MB. */
const memoryLimit = 150;

/**
 * Each promise beside what was measured, for every tree that it is about.
 * @param {import('./run.mjs').Corpus[]} corpora @param {Map<string, Medians>} words the commands that need no tree
 * @param {number | undefined} growth the exponent of time in files
 * @returns {Judged[]}
 */
export function judgedTargets(corpora, words, growth) {
  const ratios = promised.flatMap(({ from, to, ours, theirs, limit }) =>
    corpora.flatMap(({ name, files, of }) => {
      const [mine, other] = [of.get(ours), of.get(theirs)];
      if (files < from || files > to || !mine || !other) return [];
      return [{ what: `${name}: ${ours} / ${theirs}`, limit, measured: mine.wall / other.wall }];
    }),
  );
  const bare = words.get('node -e 0')?.wall ?? Number.NaN;
  const spoken = [...words].slice(1).map(([name, { wall }]) => ({
    what: `${name} / node -e 0`,
    limit: wordsLimit,
    measured: wall / bare,
  }));
  const memory = corpora.map(({ name, of }) => ({
    what: `${name}: peak memory, MB`,
    limit: memoryLimit,
    measured: of.get('cold')?.memory ?? Number.NaN,
  }));
  const grown =
    growth === undefined ? [] : [{ what: 'growth of cold time in files', limit: growthLimit, measured: growth }];
  return [...ratios, ...spoken, ...memory, ...grown];
}
