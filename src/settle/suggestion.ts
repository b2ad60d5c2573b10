import { closest, distance } from 'fastest-levenshtein';

/** ` Did you mean …?`, when anything comes close. */
export function suggestion(word: string, known: Iterable<string>): string {
  const words = [...known];
  const near = words.length > 0 ? closest(word, words) : '';
  return near !== '' && distance(word, near) <= Math.max(2, word.length / 3) ? ` Did you mean \`${near}\`?` : '';
}
