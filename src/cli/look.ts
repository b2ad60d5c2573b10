import type { ColorMode } from './request.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** How a report should look; formats for programs do not care. */
export interface Look {
  readonly color: boolean;
  /** In cells. */
  readonly width: number;
  readonly unicode: boolean;
  readonly quiet: boolean;
}

/** How a text should look that goes to stdout; undefined `columns`: nobody watches. */
export function lookOf(
  wish: { readonly color: ColorMode; readonly quiet?: boolean },
  env: Environment,
  columns: number | undefined,
): Look {
  return {
    color: isColored(wish.color, env, columns !== undefined),
    width: columns ?? 100,
    unicode: isUnicode(env),
    quiet: wish.quiet ?? false,
  };
}

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
