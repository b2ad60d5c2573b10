import { type Facts, type Location, placeOf } from '../facts/index.js';
import type { Redaction } from './redaction.js';

/** The text around every place that a report may show, without the secrets in it, and what encloses it. */
export function surroundingsOf(
  redaction: Redaction,
  places: readonly object[],
): Pick<Facts, 'excerpts' | 'surroundings'> {
  const excerpts: Record<string, Record<number, string>> = {};
  const surroundings: Record<string, { enclosing: string; text: string }> = {};
  const lines = new Map<string, readonly string[]>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(visit);
      return;
    }
    if (!value || typeof value !== 'object') return;
    if (isLocation(value)) {
      add(value);
      return;
    }
    for (const each of Object.values(value)) visit(each);
  };
  const add = (at: Location): void => {
    const key = placeOf(at);
    if (surroundings[key] || at.file === '') return;
    // As the compiler counts lines.
    const text = lines.get(at.file) ?? redaction.textOf(at.file).split(/\r\n|[\r\n\u2028\u2029]/);
    lines.set(at.file, text);
    const shown = excerpts[at.file] ?? {};
    excerpts[at.file] = shown;
    for (let line = Math.max(1, at.line - 1); line <= Math.min(text.length, at.line + 1); line++)
      shown[line] = (text[line - 1] ?? '').slice(0, 400);
    surroundings[key] = redaction.code.surroundingsAt(at);
  };
  visit(places);
  return { excerpts, surroundings };
}

function isLocation(value: object): value is Location {
  return 'file' in value && 'line' in value && 'endColumn' in value;
}
