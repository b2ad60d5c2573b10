import type { Location } from './location.js';

/** A comment that asks not to be told of some rules at one line: `// mcp-audit-ignore-next-line <rule> -- reason`. */
export interface IgnoreComment {
  /** The comment itself. */
  readonly at: Location;
  /** The line it speaks of: its own, or the next one that holds code. */
  readonly line: number;
  /** As written; at least one, known or not, unless `problem` says otherwise. */
  readonly ruleIds: readonly string[];
  readonly reason: string | undefined;
  /** Last day on which it holds, `YYYY-MM-DD`. */
  readonly until: string | undefined;
  /** Why it could not be read, where that is so: it then silences nothing. */
  readonly problem: string | undefined;
}
