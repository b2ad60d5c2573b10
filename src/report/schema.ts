import { z } from 'zod';
import { confidences, pillars, severities } from '../rule.js';

/*
 * The contract of `--format json`, and the one source of the `Report` type and of its JSON schema. Import it for its
 * types only (`import type`) wherever an audit runs: loading zod is not worth a line of output.
 *
 * Every key is always there; what does not exist is null. Lines and columns count from 1, the end column lies behind
 * the last character, `file` is POSIX and relative to the audited root.
 */

const pillar = z.enum(pillars);
const severity = z.enum(severities);
const grade = z.enum(['A', 'B', 'C', 'D', 'F']);
const count = z.int().nonnegative();
const score = z.int().min(0).max(100);
const position = z.int().positive();

const place = z.strictObject({
  file: z.string(),
  line: position,
  column: position,
  endLine: position,
  endColumn: position,
});

const step = z.strictObject({ ...place.shape, message: z.string() });

/** One request as it was tried: null for a header that is absent (origin) or the server's own (host). */
const candidate = z.strictObject({
  kind: z.enum([
    'unrelated',
    'rebind',
    'rebind-absent',
    'null',
    'absent',
    'loopback',
    'trusted',
    'prefixed',
    'suffixed',
    'dot',
    'tenant',
    'program',
    'variant',
    'asked',
    'word',
  ]),
  origin: z.string().nullable(),
  host: z.string().nullable(),
});

/** The condition or the obstacle is in `because`. */
const unsettled = z.strictObject({
  ...candidate.shape,
  answer: z.enum(['depends', 'unclear']),
  because: z.string().nullable(),
});

const originGuard = z.strictObject({
  stage: z.enum(['before-accept', 'after-accept']),
  admits: z.array(candidate),
  refuses: z.array(candidate),
  unsettled: z.array(unsettled),
  decidedBy: z.array(place),
});

/** What happens to a client that brings no credential. */
const credentialGuard = z.strictObject({
  answer: z.enum(['admits', 'refuses', 'depends', 'unclear']),
  carriers: z.array(z.string()),
  at: place.nullable(),
  because: z.string().nullable(),
});

const gate = z.strictObject({
  ...place.shape,
  name: z.string(),
  stage: z.enum(['before-accept', 'after-accept']),
  certain: z.boolean(),
});

const bind = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('set'), value: z.string(), at: place }),
  z.strictObject({ is: z.literal('default'), value: z.string(), because: z.string() }),
  z.strictObject({ is: z.literal('unclear'), at: place, why: z.string() }),
]);

const door = z.strictObject({
  kind: z.enum(['WebSocketServer', 'McpEndpoint', 'ControlEndpoint', 'EventStream']),
  via: z.string(),
  /** How MCP is spoken behind an McpEndpoint; null for the other kinds. */
  transport: z.enum(['streamable-http', 'sse', 'sse-post', 'hand-written']).nullable(),
  ...place.shape,
  exposure: z.enum(['loopback', 'network', 'unclear']),
  bind,
  wayIn: z.strictObject({ ...place.shape, method: z.string(), path: z.string().nullable() }).nullable(),
  /** In the order in which they run. */
  gates: z.array(gate),
  guards: z.strictObject({ origin: originGuard, credential: credentialGuard }),
});

const finding = z.strictObject({
  ruleId: z.string(),
  title: z.string(),
  /** Null for what is said of the audit's own means, such as ignore comments. */
  pillar: pillar.nullable(),
  severity,
  confidence: z.enum(confidences),
  ...place.shape,
  /** The declaration around the place; null at the top level of a file. */
  enclosing: z.string().nullable(),
  message: z.string(),
  /** Markdown. */
  fix: z.string(),
  /** A request that the source as written lets in and should not. */
  witness: candidate.nullable(),
  /** Sends the witness to the running server; the port is an example. */
  command: z.string().nullable(),
  trail: z.array(step),
  /** Further places of the same cause. */
  places: z.array(place),
  cwe: z.array(position),
  /** Points taken from the pillar, to two decimals; 0 for what is ignored, pedantic or mere information. */
  deducts: z.number().nonnegative(),
  fingerprint: z.string(),
  standing: z.enum(['new', 'baseline', 'ignored']),
  /** Why it is not new; null for what is. */
  suppression: z
    .strictObject({
      by: z.enum(['comment', 'baseline']),
      reason: z.string().nullable(),
      /** Last day on which it holds, `YYYY-MM-DD`. */
      until: z.string().nullable(),
      at: z.strictObject(place.shape).nullable(),
    })
    .nullable(),
});

/** What a baseline remembers of a finding; `file` counts from the top of the repository. */
const baselineEntry = z.strictObject({
  fingerprint: z.string(),
  ruleId: z.string(),
  file: z.string(),
  enclosing: z.string().nullable(),
});

/** No rules: the extraction could not see, whatever the question. */
const unsure = z.strictObject({
  ...place.shape,
  message: z.string(),
  ruleIds: z.array(z.string()),
  pillars: z.array(pillar),
});

/** One rule that was asked, and how often it gave which answer. All zero: there was nothing to ask it about. */
const check = z.strictObject({
  ruleId: z.string(),
  title: z.string(),
  pillar,
  sound: count,
  flawed: count,
  unsure: count,
  moot: count,
});

const pillarScore = z.strictObject({ score, grade, sound: count, flawed: count, unsure: count }).nullable();

const scores = z.strictObject({
  formula: z.literal('1'),
  overall: z
    .strictObject({
      score,
      grade,
      limitedBy: z.enum(['mean', 'worst-pillar', 'high', 'critical']),
      judged: count,
      of: count,
    })
    .nullable(),
  pillars: z.strictObject({
    origin: pillarScore,
    authentication: pillarScore,
    limits: pillarScore,
    messages: pillarScore,
    sessions: pillarScore,
    exposure: pillarScore,
  }),
});

/** The JSON report. A change that old readers could stumble over changes the major number of `schemaVersion`. */
export const reportSchema = z.strictObject({
  schemaVersion: z.literal('1.0'),
  tool: z.strictObject({ name: z.literal('mcp-audit'), version: z.string() }),
  target: z.strictObject({
    /** As the user gave it. */
    root: z.string(),
    /** Path of the root inside its git repository: empty at its top and outside one, else ending in a slash. */
    prefix: z.string(),
    packages: z.array(z.strictObject({ name: z.string(), folder: z.string() })),
    filesExamined: count,
    /** By reason. */
    filesSkipped: z.record(z.string(), count),
  }),
  doors: z.array(door),
  /** Where MCP is spoken over stdio, which is no network door. */
  stdio: z.array(place),
  findings: z.array(finding),
  /** Findings that the selection left out (`--min-severity`, `--since`, …): they count in the scores all the same. */
  hidden: count,
  /** The file that set how the audit was made, and what it keeps from being found, in words; null without one. */
  configuration: z.strictObject({ file: z.string(), concessions: z.array(z.string()) }).nullable(),
  /** Null without a baseline. Stale entries meet no finding any more. */
  baseline: z.strictObject({ stale: z.array(baselineEntry) }).nullable(),
  unsure: z.array(unsure),
  /** Libraries that carry network traffic and have no model here, each at its first import: a note, never a finding. */
  unmodelled: z.array(z.strictObject({ ...place.shape, library: z.string(), message: z.string() })),
  unread: z.array(z.strictObject({ file: z.string(), message: z.string() })),
  faults: z.array(z.strictObject({ in: z.string(), message: z.string() })),
  /** How many of the questions that were asked of what was found had an answer; the others are in `unsure`. */
  coverage: z.strictObject({ answered: count, asked: count }),
  checks: z.array(check),
  scores,
  /** The source lines that the findings show, by file and line. */
  excerpts: z.record(z.string(), z.record(z.string(), z.string())),
});

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/** What one audit has to tell: plain data, the same bytes for the same tree. */
export type Report = Frozen<z.infer<typeof reportSchema>>;
