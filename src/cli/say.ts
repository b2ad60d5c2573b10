import { oneLine } from '../inert.js';
import type { Voice } from './request.js';

/** Says one sentence about the run on stderr. It may quote whatever it likes: names of files, git, the user's own words. */
export function say(voice: Pick<Voice, 'err'>, sentence: string): void {
  voice.err(`mcp-audit: ${oneLine(sentence)}\n`);
}
