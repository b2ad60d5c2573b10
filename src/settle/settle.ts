import { comparePlaces, type Facts, type Location, placeOf } from '../facts/index.js';
import type { Judged } from '../judge.js';
import { confidences, type Pillar, severities, type Verdict } from '../rule.js';
import { against, type BaselineEntry } from './baseline.js';
import { dedented } from './dedent.js';
import type { Finding, Unsure } from './finding.js';
import { fingerprintOf, surroundingOf } from './fingerprint.js';
import { type IgnoreOptions, ignoring } from './ignores.js';
import { isInView, type View } from './view.js';

export type { Judged } from '../judge.js';

type Context = Pick<Facts, 'surroundings' | 'excerpts' | 'blindness' | 'ignores'>;
type Flawed = Extract<Verdict, { is: 'flawed' }>;
type FlawedJudged = Judged & { readonly verdict: Flawed };
type Draft = Omit<Finding, 'fingerprint'>;

/** What the verdicts come to. */
export interface Settled {
  /** By file, line, column, rule; all of them, shown or not. */
  readonly findings: readonly Finding[];
  readonly shown: readonly Finding[];
  /** Baseline entries that meet no finding any more. */
  readonly stale: readonly BaselineEntry[];
  /** By place, then text. */
  readonly unsure: readonly Unsure[];
  /** The pillar of every sound verdict that counts in the scores. */
  readonly sound: readonly Pillar[];
}

export interface SettleOptions {
  /** Also show what only pedants want to know. */
  readonly pedantic: boolean;
  /** How ignore comments are read; undefined when they are not to count. */
  readonly ignores?: IgnoreOptions | undefined;
  readonly baseline?: readonly BaselineEntry[] | undefined;
  /** The rules that were asked. */
  readonly asked: ReadonlySet<string>;
  readonly view?: View;
  /** Path of the root inside its repository, which fingerprints count from: `''`, or ending in a slash. */
  readonly prefix?: string;
}

/** Turns answers into findings, one per cause. The result does not depend on the order of the answers. */
export function settle(judged: readonly Judged[], facts: Context, options: SettleOptions): Settled {
  const { pedantic, baseline = [], asked, view = {} } = options;
  const answered = judged.filter(one => pedantic || !isPedantic(one));
  const { findings, stale } = against(findingsOf(answered.filter(isFlawed), facts, options), baseline, asked);
  const { files } = view;
  return {
    findings,
    shown: findings.filter(finding => isInView(finding, view)),
    stale,
    unsure: unsureOf(answered, facts.blindness).filter(({ at }) => !files || files.has(at.file)),
    sound: answered
      .filter(one => one.verdict.is === 'sound' && !isPedantic(one))
      .map(({ rule }) => rule.pillar)
      .sort(compareText),
  };
}

function isPedantic({ rule, verdict }: Judged): boolean {
  return rule.pedantic === true || (verdict.is === 'flawed' && verdict.pedantic === true);
}

function isFlawed(judged: Judged): judged is FlawedJudged {
  return judged.verdict.is === 'flawed';
}

function findingsOf(flawed: readonly FlawedJudged[], facts: Context, options: SettleOptions): Finding[] {
  const { ignores, asked, prefix = '' } = options;
  const causes = new Map<string, FlawedJudged[]>();
  for (const one of flawed) {
    const at = one.verdict.cause ?? one.verdict.at;
    // What counts in no score is not merged with what does.
    const cause = JSON.stringify([one.rule.id, placeOf(at), at.endLine, at.endColumn, isPedantic(one)]);
    causes.set(cause, [...(causes.get(cause) ?? []), one]);
  }
  const found = [...causes.values()].map(same => draftOf(same.toSorted(compareGravity), facts));
  const drafts = (ignores ? ignoring(found, facts.ignores, ignores, asked) : found).sort(compareDrafts);
  const seen = new Map<string, number>();
  return drafts.map(draft => {
    const surrounding = surroundingOf(draft.at, facts);
    const fingerprint = (ordinal: number) => fingerprintOf(draft.ruleId, prefix + draft.at.file, surrounding, ordinal);
    const ordinal = seen.get(fingerprint(0)) ?? 0;
    seen.set(fingerprint(0), ordinal + 1);
    return { ...draft, fingerprint: fingerprint(ordinal) };
  });
}

/** One finding from the verdicts of one rule about one place; the gravest comes first and speaks for all. */
function draftOf(same: readonly FlawedJudged[], facts: Context): Draft {
  const [gravest, ...others] = same as readonly [FlawedJudged, ...FlawedJudged[]];
  const { rule, verdict } = gravest;
  const { at, says, severity, confidence, witness } = verdict;
  const places = [...same.flatMap(one => one.verdict.places ?? []), ...others.flatMap(other => shownAgain(other, at))];
  return {
    ruleId: rule.id,
    title: rule.title,
    pillar: rule.pillar,
    severity,
    confidence,
    at,
    says,
    fix: dedented(rule.fix),
    cwe: rule.cwe,
    trail: verdict.trail.length > 0 ? verdict.trail : (witness?.trail ?? []),
    witness,
    places: distinctPlaces(places, at),
    enclosing: surroundingOf(at, facts).enclosing,
    standing: 'new',
    suppression: undefined,
    pedantic: isPedantic(gravest),
    grounds: same.map(one => ({ severity: one.verdict.severity, confidence: one.verdict.confidence })),
  };
}

/** Where a flaw shows again: the other place, or the other subject where both are told at the same one; a named cause is no place. */
function shownAgain({ verdict, subject }: FlawedJudged, at: Location): Location[] {
  if (placeOf(verdict.at) !== placeOf(at)) return [verdict.at];
  return verdict.cause && placeOf(verdict.cause) === placeOf(subject.at) ? [] : [subject.at];
}

/** Gravest first, then most certain; the rest only makes the order total, so that the input's order cannot matter. */
function compareGravity(a: FlawedJudged, b: FlawedJudged): number {
  return (
    severities.indexOf(a.verdict.severity) - severities.indexOf(b.verdict.severity) ||
    confidences.indexOf(a.verdict.confidence) - confidences.indexOf(b.verdict.confidence) ||
    comparePlaces(a.subject.at, b.subject.at) ||
    comparePlaces(a.verdict.at, b.verdict.at) ||
    compareText(a.verdict.says, b.verdict.says) ||
    compareText(JSON.stringify([a.verdict, a.subject]), JSON.stringify([b.verdict, b.subject]))
  );
}

function compareDrafts(a: Draft, b: Draft): number {
  const byStart = compareText(a.at.file, b.at.file) || a.at.line - b.at.line || a.at.column - b.at.column;
  return byStart || compareText(a.ruleId, b.ruleId) || comparePlaces(a.at, b.at);
}

function distinctPlaces(places: readonly Location[], except: Location): Location[] {
  const byPlace = new Map(places.toSorted(comparePlaces).map(at => [placeOf(at), at]));
  byPlace.delete(placeOf(except));
  return [...byPlace.values()];
}

/** What could not be told, by rules and by the extraction: one entry per place and text. */
function unsureOf(judged: readonly Judged[], blindness: Facts['blindness']): Unsure[] {
  const byText = new Map<string, Unsure>();
  const add = (at: Location, says: string, rule?: Judged['rule']) => {
    const key = JSON.stringify([placeOf(at), says]);
    const { ruleIds, pillars } = byText.get(key) ?? { ruleIds: [], pillars: [] };
    byText.set(key, {
      at,
      says,
      ruleIds: rule ? sortedSet([...ruleIds, rule.id]) : ruleIds,
      pillars: rule && !rule.pedantic ? sortedSet([...pillars, rule.pillar]) : pillars,
    });
  };
  for (const { at, why } of blindness) add(at, why);
  for (const { rule, verdict } of judged) if (verdict.is === 'unsure') add(verdict.at, verdict.says, rule);
  return [...byText.values()].sort((a, b) => comparePlaces(a.at, b.at) || compareText(a.says, b.says));
}

function sortedSet<T extends string>(items: readonly T[]): T[] {
  return [...new Set(items)].sort(compareText);
}

/** By code unit: a locale's order differs from machine to machine. */
function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
