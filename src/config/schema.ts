import { z } from 'zod';
import { largestNamed } from '../discover/text.js';
import { severities } from '../rule.js';

/*
 * What a user may set, and the one source of the `Config` type, of the words of a refusal and of the JSON schema that
 * editors read. Loaded only where there is a configuration. It may be a stranger's: no bound can be lifted altogether.
 */

const setting = z.enum([...severities, 'off']);
const ruleSettings = z
  .record(z.string(), setting)
  .describe('What the findings of a rule weigh: a severity of its own, or off.');
const patterns = z.array(z.string()).describe('Patterns as in .gitignore, relative to the folder of this file.');
const names = z.array(z.string().regex(/^[\w$.]+$/, 'is no name of a function'));

/** `mcp-audit.config.json`. Every key may be left out. */
export const configSchema = z.strictObject({
  $schema: z.string().optional().describe('Where editors find this schema.'),
  exclude: patterns.optional().describe('Files to leave out, as in .gitignore, relative to the folder of this file.'),
  includeTests: z.boolean().optional().describe('Audit test and fixture files as well.'),
  pedantic: z.boolean().optional().describe('Also report what only pedants want to know.'),
  failOn: z
    .enum([...severities, 'none'])
    .optional()
    .describe('The lightest severity that fails the run.'),
  minGrade: z.enum(['A', 'B', 'C', 'D', 'F']).optional().describe('The worst grade that passes.'),
  rules: ruleSettings.optional(),
  overrides: z
    .array(z.strictObject({ files: patterns, rules: ruleSettings }))
    .optional()
    .describe('Other settings for some files; later ones win.'),
  authentication: names
    .optional()
    .describe('Functions of yours that let nobody pass without a credential, where mcp-audit cannot see it.'),
  originChecks: names
    .optional()
    .describe('Functions of yours that let no foreign Origin pass, where mcp-audit cannot see it.'),
  trustedOrigins: z
    .array(z.url({ protocol: /^[a-z][a-z0-9+.-]*$/ }))
    .optional()
    .describe('Origins that belong to you: they and what lies below them may get in.'),
  timeLimit: z.number().positive().max(3600).optional().describe('Seconds that the reading of the code may take.'),
  maxFileSize: z
    .int()
    .positive()
    .max(largestNamed)
    .optional()
    .describe('Bytes of the largest source file that is read.'),
  baseline: z.string().optional().describe('The baseline file, relative to the folder of this file.'),
});

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

export type Config = Frozen<z.infer<typeof configSchema>>;

/** `mcp-audit.baseline.json`, which `mcp-audit baseline update` writes. */
export const baselineSchema = z.strictObject({
  version: z.literal(1),
  findings: z.array(
    z.strictObject({
      fingerprint: z.string().regex(/^[0-9a-f]{16}$/, 'is no fingerprint'),
      ruleId: z.string(),
      file: z.string(),
      enclosing: z.string().nullable(),
      reason: z.string().optional(),
    }),
  ),
});
