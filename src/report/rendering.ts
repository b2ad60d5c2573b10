import { timeLimitFault } from '../facts/index.js';
import type { Pillar, RuleCard } from '../rule.js';
import type { Report } from './schema.js';
import type { TerminalOptions } from './terminal.js';

/** What a format may use besides the report. */
export interface Rendering extends TerminalOptions {
  /** All rules, whether they found anything or not. */
  readonly rules: readonly RuleCard[];
  /** An earlier report, to tell what has changed since. */
  readonly base?: Report | undefined;
}

export type Finding = Report['findings'][number];

/** The findings that nobody has answered for. */
export function newFindings({ findings }: Report): readonly Finding[] {
  return findings.filter(({ standing }) => standing === 'new');
}

/** How much of what was asked had an answer. */
export function coverageWords({ coverage: { answered, asked } }: Pick<Report, 'coverage'>): string {
  return asked === 0 ? 'nothing was asked' : `answered ${answered} of ${asked} questions`;
}

/** What the score of a pillar was made of. What could not be told is neither a flaw nor a pass. */
export function evidenceWords({ scores, unsure }: Pick<Report, 'scores' | 'unsure'>, pillar: Pillar): string {
  const { flawed = 0, sound = 0 } = scores.pillars[pillar] ?? {};
  const untold = unsure.filter(({ pillars }) => pillars.includes(pillar)).length;
  const counts = [`${flawed} flawed`, `${sound} sound`, `${untold} unsure`].filter(text => !text.startsWith('0 '));
  return counts.join(', ') || 'nothing to judge';
}

/** What was not done; what failed of ours is to be reported. */
export function faultWords(fault: Report['faults'][number]): string {
  const says = `${fault.in}: ${fault.message}`;
  return fault.in === timeLimitFault ? says : `${says.replace(/\.?$/, '.')} Please report it.`;
}

/** Why a report has no grade, to be read behind "no grade:". */
export function noGradeWords({
  target,
  doors,
  stdio,
  faults,
}: Pick<Report, 'target' | 'doors' | 'stdio' | 'faults'>): string {
  if (target.filesExamined === 0) return 'no file was examined';
  if (faults.length > 0) return 'the audit is incomplete';
  if (doors.length > 0) return 'too little could be told';
  return stdio.length > 0 ? 'MCP is spoken over stdio only, there is no network door' : 'there is no network door';
}

/** A file as its repository knows it, whatever folder was audited. */
export function inRepository({ target }: Report, file: string): string {
  return target.prefix + file;
}

/** What the audited tree's own configuration keeps from being found, in words, and its file by its path in the repository. */
export function concessionsIn({ configuration }: Pick<Report, 'configuration'>): readonly {
  readonly words: string;
  /** Undefined where it lies outside, as one that the user has named may. */
  readonly file: string | undefined;
}[] {
  if (!configuration) return [];
  const { file, concessions } = configuration;
  const isOutside = /^(\.\.|[A-Za-z]:)?\//.test(file);
  return concessions.map(words => ({ words: `Set by ${file}: ${words}`, file: isOutside ? undefined : file }));
}

/** What is neither found nor cleared, in words: what was not read, what could not be told, what has no model here. */
export function untoldIn({ unread, unsure, unmodelled }: Pick<Report, 'unread' | 'unsure' | 'unmodelled'>): readonly {
  readonly kind: 'unread' | 'unsure' | 'unmodelled';
  readonly words: string;
  readonly file: string;
  /** Undefined where the whole file is meant. */
  readonly at: Report['stdio'][number] | undefined;
}[] {
  return [
    ...unread.map(
      ({ file, message }) => ({ kind: 'unread', words: `Not read: ${message}`, file, at: undefined }) as const,
    ),
    ...unsure.map(at => ({ kind: 'unsure', words: `Could not tell: ${at.message}`, file: at.file, at }) as const),
    ...unmodelled.map(at => ({ kind: 'unmodelled', words: at.message, file: at.file, at }) as const),
  ];
}

/** A request's headers on one line, as they would be sent. */
export function headersOf({ origin, host }: NonNullable<Finding['witness']>): string {
  const sent = origin === null ? 'no Origin' : `Origin: ${origin}`;
  return host === null ? sent : `${sent}, Host: ${host}`;
}

/** The first paragraph of a piece of markdown: the others are for `explain`. */
export function firstParagraph(markdown: string): string {
  return markdown
    .trim()
    .split(/\n\s*\n/)[0]!
    .replace(/\s+/g, ' ');
}
