import { CharSet, DFA, NFA, type TransitionIterable } from 'refa';

/*
 * Automata have no assertions. Each one becomes a *marker*, a character outside Unicode at the place where it is asked, so
 * `a(?=b)c` reads as `a‹0›c`. What it demands of the text before or behind is an automaton of its own, which is
 * intersected; at last the markers are erased. That is exact for `^`, `$`, `\b` and look-arounds alike.
 */
const lastCharacter = 0x10_ff_ff;

/** Different assertions that one pattern may have. */
export const maxMarkers = 64;

/** All characters and markers. */
export const alphabet = { maxCharacter: lastCharacter + maxMarkers };

const characters = CharSet.fromRange(alphabet.maxCharacter, { min: 0, max: lastCharacter });
const markers = characters.negate();
const nothing = CharSet.empty(alphabet.maxCharacter);

/** The marker with this number, from 0. */
export function markerAt(index: number): CharSet {
  return CharSet.fromCharacter(alphabet.maxCharacter, lastCharacter + 1 + index);
}

/** Room for an automaton that is worth its answer; more states throw a TooManyNodesError. */
export function fewStates(): NFA.LimitedNodeFactory {
  return new NFA.LimitedNodeFactory(1_500);
}

/** The texts in which this marker stands only behind texts that are in the context (or are not, unless `inside`). */
export function demandOf(marker: CharSet, context: NFA, inside: boolean): TransitionIterable<DFA.ReadonlyNode> {
  const outside = DFA.fromFA(context, new DFA.LimitedNodeFactory(1_000));
  outside.complement(); // which also completes it: no text leads nowhere
  const { initial, getOut, isFinal } = outside.transitionIterator();
  const stepsFrom = (state: DFA.ReadonlyNode) => {
    const steps = new Map<DFA.ReadonlyNode, CharSet>();
    for (const [next, via] of getOut(state)) steps.set(next, via.intersect(characters));
    const passing = isFinal(state) === inside ? markers.without(marker) : markers;
    return steps.set(state, passing.union(steps.get(state) ?? nothing));
  };
  return {
    maxCharacter: alphabet.maxCharacter,
    transitionIterator: () => ({ initial, getOut: stepsFrom, isFinal: () => true, stableOut: true }),
  };
}

/** The same texts with all markers left out: a step over a marker costs nothing. */
export function withoutMarkers(automaton: NFA): NFA {
  const { initial, getOut, isFinal } = automaton.transitionIterator();
  const reach = (state: NFA.ReadonlyNode) => {
    const reached = new Set([state]);
    for (const at of reached) {
      for (const [next, via] of getOut(at)) if (!via.isDisjointWith(markers)) reached.add(next);
    }
    return [...reached];
  };
  const stepsFrom = (state: NFA.ReadonlyNode) => {
    const steps = new Map<NFA.ReadonlyNode, CharSet>();
    for (const at of reach(state)) {
      for (const [next, via] of getOut(at)) {
        const visible = via.intersect(characters);
        if (!visible.isEmpty) steps.set(next, visible.union(steps.get(next) ?? nothing));
      }
    }
    return steps;
  };
  const isEnd = (state: NFA.ReadonlyNode) => reach(state).some(isFinal);
  return NFA.fromTransitionIterator(
    { initial, getOut: stepsFrom, isFinal: isEnd, stableOut: true },
    alphabet,
    fewStates(),
  );
}
