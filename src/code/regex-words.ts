import { type CharSet, DFA, NFA, TooManyNodesError } from 'refa';

/** Pairs of states that a search for a common word may visit. */
const maxPairs = 50_000;

/** What a shown word is preferably made of. */
const prettiest = [...'abcdefghijklmnopqrstuvwxyz0123456789-.:/'].map(character => character.codePointAt(0)!);

/** Does the automaton accept the text? Takes time linear in the text; `codes` are its code units, or code points. */
export function isAccepted(automaton: NFA, codes: Iterable<number>): boolean {
  let states = new Set([automaton.initial]);
  for (const code of codes) {
    const next: typeof states = new Set();
    for (const state of states) {
      for (const [to, via] of state.out) if (!next.has(to) && via.has(code)) next.add(to);
    }
    states = next;
    if (states.size === 0) return false;
  }
  return [...states].some(state => automaton.finals.has(state));
}

/** A place in the search: a pair of states, and the word so far, told backwards. */
interface Reached {
  readonly a: NFA.Node;
  readonly b: NFA.Node;
  readonly code: number;
  readonly from: Reached | undefined;
}

/**
 * A shortest word of printable URL characters that both automata accept, letters preferred; undefined when they share none.
 * @throws TooManyNodesError when the search grows out of bounds.
 */
export function shortestCommonWord(a: NFA, b: NFA): string | undefined {
  const seen = new Map<NFA.Node, Set<NFA.Node>>();
  const isNew = ({ a, b }: Reached) => {
    const partners = seen.get(a) ?? new Set();
    if (partners.has(b)) return false;
    seen.set(a, partners.add(b));
    return true;
  };
  const queue: Reached[] = [{ a: a.initial, b: b.initial, code: 0, from: undefined }];
  queue.forEach(isNew);
  for (const at of queue) {
    if (a.finals.has(at.a) && b.finals.has(at.b)) return wordTo(at);
    queue.push(...stepsFrom(at).filter(isNew));
    TooManyNodesError.assert(queue.length, maxPairs, 'pairs');
  }
  return undefined;
}

function stepsFrom(from: Reached): readonly Reached[] {
  const steps: Reached[] = [];
  for (const [a, viaA] of from.a.out) {
    for (const [b, viaB] of from.b.out) {
      const code = prettiestOf(viaA, viaB);
      if (code !== undefined) steps.push({ a, b, code, from });
    }
  }
  return steps.sort((left, right) => prettiest.indexOf(left.code) - prettiest.indexOf(right.code));
}

function prettiestOf(a: CharSet, b: CharSet): number | undefined {
  return prettiest.find(code => a.has(code) && b.has(code));
}

function wordTo(end: Reached): string {
  const codes: number[] = [];
  for (let at = end; at.from; at = at.from) codes.unshift(at.code);
  return String.fromCodePoint(...codes);
}

/**
 * Do the automata share more than `few` words?
 * @throws TooManyNodesError when what they share is too large to count.
 */
export function shareMoreWordsThan(few: number, a: NFA, b: NFA): boolean {
  const common = NFA.fromIntersection(a, b, new NFA.LimitedNodeFactory(maxPairs));
  common.removeUnreachable(); // or its dead loops would count as infinitely many words
  if (!common.isFinite) return true;
  const distinct = DFA.fromFA(common, new DFA.LimitedNodeFactory(maxPairs));
  let count = 0;
  for (const sets of distinct.wordSets()) {
    count += sets.reduce((words, { size }) => words * size, 1);
    if (count > few) return true;
  }
  return false;
}
