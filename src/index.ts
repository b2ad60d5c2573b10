/** The library: audits as plain data, and the words to write rules in. The shipped rules are `mcp-audit/rules`. */
export { type Audit, type AuditOptions, audit } from './audit.js';
export { isNoSuchTarget, type NoSuchTarget } from './discover/discover.js';
export type * from './facts/index.js';
export { json } from './report/json.js';
export type { Report } from './report/report.js';
export { type TerminalOptions, terminal } from './report/terminal.js';
export {
  flawed,
  moot,
  type Pillar,
  pillars,
  type Rule,
  type RuleCard,
  rule,
  type Severity,
  severities,
  sound,
  unsure,
  type Verdict,
} from './rule.js';
export { type TriedDoor, type TriedOrigin, tryOrigin } from './try-origin.js';
