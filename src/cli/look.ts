import type { ColorMode } from './request.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether to paint. An explicit mode wins, then NO_COLOR (https://no-color.org), then FORCE_COLOR, then whether somebody
 * watches a terminal that can show it.
 */
export function isColored(mode: ColorMode, env: Environment, isTerminal: boolean): boolean {
  if (mode !== 'auto') return mode === 'always';
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return !['0', 'false'].includes(env.FORCE_COLOR);
  return isTerminal && env.TERM !== 'dumb';
}

/** Whether line drawing comes out right: not on the Linux console, nor on Windows' old one, which names no program. */
export function isUnicode(env: Environment): boolean {
  if (env.OS === 'Windows_NT') return Boolean(env.WT_SESSION ?? env.TERM_PROGRAM ?? env.CI);
  return env.TERM !== 'linux';
}
