import type { Code } from '../../code/code.js';

/** Environment variables without which the server refuses to start: `if (!process.env.TOKEN) process.exit(1)`, or a throw. */
export function requiredVariables(code: Code): ReadonlySet<string> {
  return new Set(code.variablesThatEndTheStart());
}
