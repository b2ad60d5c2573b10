import { escaped } from '../code/texts.js';
import { frameworks } from './frameworks/index.js';
import { idioms } from './idioms/index.js';

/** What MCP spoken by hand is known by. */
const dispatchWords = ["'tools/call'", '"tools/call"', "'tools/list'", '"tools/list"', 'onmessage'];

/** The words as one expression; the build puts it in the place of this module where the engine need not be loaded. */
export const pattern = new RegExp(
  [...new Set([...dispatchWords, ...[...frameworks, ...idioms].flatMap(({ words }) => words)])].map(escaped).join('|'),
);

/** The text prefilter: a file without any of these words opens no door and guards none. */
export function interesting(text: string): boolean {
  return pattern.test(text);
}
