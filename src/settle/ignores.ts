import { type IgnoreComment, type Location, placeOf } from '../facts/index.js';
import type { RuleCard } from '../rule.js';
import { dedented } from './dedent.js';
import type { Finding } from './finding.js';
import { suggestion } from './suggestion.js';

/** What is said of ignore comments themselves. No rule: it judges no server, and scores in no pillar. */
export const ignoreCard: Pick<RuleCard, 'id' | 'title' | 'severity' | 'why' | 'fix' | 'verify'> = {
  id: 'ignore-comment',
  title: 'An ignore comment that silences nothing',
  severity: 'low',
  why: `
    An ignore comment that is misspelt, has run out or has outlived its finding looks like a decision that somebody
    made, and is none.
  `,
  fix: `
    Write \`// mcp-audit-ignore-next-line <rule> -- <reason>\`, or remove the comment. The rules are listed by
    \`mcp-audit rules\`.
  `,
  verify: 'Run `mcp-audit` again: the comment is no longer mentioned.',
};

export interface IgnoreOptions {
  /** The day of the audit, `YYYY-MM-DD`. */
  readonly today: string;
  /** Every rule there is. */
  readonly known: ReadonlySet<string>;
}

type Draft = Omit<Finding, 'fingerprint'>;

/**
 * Lets ignore comments silence findings: at the finding's own place, at a step of its trail, or, for one of several
 * places of the same cause, that place alone. Comments that silence nothing become findings; of a rule that was not
 * `asked`, nobody can say whether it would have found anything.
 */
export function ignoring(
  drafts: readonly Draft[],
  comments: readonly IgnoreComment[],
  options: IgnoreOptions,
  asked: ReadonlySet<string>,
): Draft[] {
  const valid = comments.filter(comment => isInForce(comment, options));
  const used = new Set<string>();
  const silencing = (draft: Draft, places: readonly Location[]): IgnoreComment | undefined => {
    const found = valid.find(
      comment => comment.ruleIds.includes(draft.ruleId) && places.some(place => isAbout(comment, place)),
    );
    if (found) used.add(keyOf(found, draft.ruleId));
    return found;
  };
  const silenced = drafts.map(draft => {
    const comment = silencing(draft, [draft.at, ...draft.trail.map(({ at }) => at)]);
    const places = draft.places.filter(place => !silencing(draft, [place]));
    if (!comment) return { ...draft, places };
    const { reason, until, at } = comment;
    return {
      ...draft,
      places,
      standing: 'ignored' as const,
      suppression: { by: 'comment' as const, reason, until, at },
    };
  });
  return [...silenced, ...comments.flatMap(comment => remarksOn(comment, used, asked, options))];
}

function isInForce({ problem, reason, until }: IgnoreComment, { today }: IgnoreOptions): boolean {
  return problem === undefined && reason !== undefined && (until === undefined || until >= today);
}

function isAbout({ at, line }: IgnoreComment, place: Location): boolean {
  return at.file === place.file && (line === place.line || line === place.endLine);
}

function keyOf({ at }: IgnoreComment, ruleId: string): string {
  return `${placeOf(at)} ${ruleId}`;
}

/** What is wrong with a comment: one thing at a time, the first that keeps it from working. */
function remarksOn(
  comment: IgnoreComment,
  used: ReadonlySet<string>,
  asked: ReadonlySet<string>,
  { today, known }: IgnoreOptions,
): Draft[] {
  const { at, problem, reason, until, ruleIds } = comment;
  const remark = (says: string, severity: Draft['severity'] = ignoreCard.severity) => draftAbout(at, says, severity);
  if (problem !== undefined) return [remark(`This ignore comment is not understood: ${problem}. It silences nothing.`)];
  if (reason === undefined)
    return [remark('This ignore comment gives no reason, so it silences nothing. Write one behind ` -- `.')];
  const unknown = ruleIds.filter(id => !known.has(id));
  const unused = ruleIds.filter(id => known.has(id) && asked.has(id) && !used.has(keyOf(comment, id)));
  if (until !== undefined && until < today)
    return [remark(`This ignore comment ended on ${until}: what it silenced is reported again.`)];
  return [
    ...unknown.map(id =>
      remark(`There is no rule \`${id}\`.${suggestion(id, known)} For it, this comment silences nothing.`),
    ),
    ...unused.map(id => remark(`\`${id}\` finds nothing here: this ignore comment can go.`, 'info')),
  ];
}

function draftAbout(at: Location, says: string, severity: Draft['severity']): Draft {
  return {
    ruleId: ignoreCard.id,
    title: ignoreCard.title,
    pillar: null,
    severity,
    confidence: 'high',
    at,
    says,
    fix: dedented(ignoreCard.fix),
    cwe: [],
    trail: [],
    witness: undefined,
    places: [],
    enclosing: '',
    standing: 'new',
    suppression: undefined,
    pedantic: false,
    grounds: [],
  };
}
