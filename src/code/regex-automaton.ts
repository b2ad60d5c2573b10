import { type AST, RegExpParser, visitRegExpAST } from '@eslint-community/regexpp';
import { CharSet, JS, NFA, type Node, type NoParent, TooManyNodesError, visitAst } from 'refa';
import { alphabet, demandOf, fewStates, markerAt, maxMarkers, withoutMarkers } from './regex-markers.js';

/**
 * The texts that a pattern finds a match in, `RegExp(source, flags).test(text)`, as automata over whole texts. Both are
 * the same automaton unless a part of the pattern is beyond any automaton, such as `(a*)\1`: then the truth lies between.
 */
export interface Language {
  /** Texts that match for certain. */
  readonly surely: NFA;
  /** Texts that may match; all others do not. */
  readonly perhaps: NFA;
  /** What lies beyond the automata, where they differ. */
  readonly guessed: string | undefined;
}

/** Why a pattern has no automaton: `invalid`, or what it is made of. */
export interface Obstacle {
  readonly unclear: string;
}

/** A longer pattern costs more than its answer is worth. */
const maxSource = 2_000;

type Element = NoParent<Node>;
type Parsed<T extends Node['type']> = Extract<Element, { readonly type: T }>;
type Assertion = Parsed<'Assertion'>;

function anythingOf(maxCharacter: number): Parsed<'Quantifier'> {
  const any = CharSet.fromRange(alphabet.maxCharacter, { min: 0, max: maxCharacter });
  const alternatives: Parsed<'Concatenation'>[] = [
    { type: 'Concatenation', elements: [{ type: 'CharacterClass', characters: any }] },
  ];
  return { type: 'Quantifier', alternatives, lazy: false, min: 0, max: Number.POSITIVE_INFINITY };
}

const nothing: Parsed<'CharacterClass'> = { type: 'CharacterClass', characters: CharSet.empty(alphabet.maxCharacter) };
const emptyText: Parsed<'Alternation'> = {
  type: 'Alternation',
  alternatives: [{ type: 'Concatenation', elements: [] }],
};

interface Reading {
  /** Any text: of code points with the flags `u` and `v`, else of code units. */
  readonly anything: Element;
  /** How to read what is beyond an automaton: as matching never, or as matching whatever it could. */
  readonly unknown: 'never' | 'anything';
  /** What was met beyond the automata. */
  guessed?: string;
}

/** Reads a pattern into automata. The pattern is never run. */
export function languageOf(source: string, flags: string): Language | Obstacle {
  if (source.length > maxSource) return { unclear: 'too large' };
  try {
    const ast = parsed(source, flags);
    const misread = misreadIn(ast);
    if (misread) return { unclear: misread };
    const parser = JS.Parser.fromAst(ast);
    const { expression, maxCharacter } = parser.parse({ assertions: 'parse', backreferences: 'unknown' });
    const anything = anythingOf(maxCharacter);
    // A sticky pattern has to match at the very start.
    const whole = parser.flags.sticky ? [expression, anything] : [anything, expression, anything];
    const reading: Reading = { anything, unknown: 'never' };
    const surely = automatonOf(whole, reading);
    const perhaps = reading.guessed === undefined ? surely : automatonOf(whole, { anything, unknown: 'anything' });
    return { surely, perhaps, guessed: reading.guessed };
  } catch (error) {
    if (error instanceof SyntaxError) return { unclear: 'invalid' };
    if (error instanceof TooManyNodesError) return { unclear: 'too large' };
    throw error;
  }
}

/** refa 0.12 brings an older parser of its own, so it is given the tree. */
function parsed(source: string, flags: string): JS.RegexppAst {
  const parser = new RegExpParser();
  const flagsNode = parser.parseFlags(flags);
  return { pattern: parser.parsePattern(source, 0, source.length, flagsNode), flags: flagsNode };
}

/** What refa 0.12 would read as another language: `(?i:a)` as `(?:a)`, `(?!(a))\1` as `(?!a)a`, a name that two groups share. */
function misreadIn({ pattern }: JS.RegexppAst): string | undefined {
  let misread: string | undefined;
  visitRegExpAST(pattern, {
    onGroupEnter({ modifiers }) {
      if (modifiers) misread = 'inline flags';
    },
    onBackreferenceEnter({ resolved }) {
      if (Array.isArray(resolved) || isDenied(resolved)) misread = 'back-reference';
    },
  });
  return misread;
}

/** A group inside a negated look-around never captures anything that is seen outside. */
function isDenied(node: AST.Node): boolean {
  if (node.type === 'Assertion' && 'negate' in node && node.kind !== 'word' && node.negate) return true;
  return node.parent !== null && isDenied(node.parent);
}

function automatonOf(elements: readonly Element[], reading: Reading): NFA {
  const assertions: Assertion[] = [];
  const marked = elements.map(element => withMarkers(element, assertions, reading));
  let automaton = NFA.fromRegex(concatenationOf(marked), alphabet, {}, fewStates());
  const meet = (kind: Assertion['kind']) => {
    for (const [index, assertion] of assertions.entries()) {
      if (assertion.kind !== kind) continue;
      const demand = demandOf(markerAt(index), contextOf(assertion, reading), !assertion.negate);
      automaton = NFA.fromIntersection(automaton, demand, fewStates());
    }
  };
  meet('behind');
  automaton.reverse(); // what lies ahead is what lies behind in the reversed text
  meet('ahead');
  automaton.reverse();
  return withoutMarkers(automaton);
}

/** The texts before a place where an assertion is asked, or reversed behind it, that have what it looks for. */
function contextOf({ kind, alternatives }: Assertion, reading: Reading): NFA {
  const asked: Element = { type: 'Alternation', alternatives };
  const context = automatonOf(kind === 'behind' ? [reading.anything, asked] : [asked, reading.anything], reading);
  if (kind === 'ahead') context.reverse();
  return context;
}

function concatenationOf(elements: readonly Element[]): Parsed<'Concatenation'> {
  const wrapped = elements.map(element => {
    if (element.type !== 'Concatenation' && element.type !== 'Expression') return element;
    const alternatives = element.type === 'Expression' ? element.alternatives : [element];
    return { type: 'Alternation', alternatives } satisfies Element;
  });
  return { type: 'Concatenation', elements: wrapped };
}

function withMarkers(element: Element, assertions: Assertion[], reading: Reading): Element {
  const inside = (alternatives: readonly Parsed<'Concatenation'>[]) =>
    alternatives.map(({ elements }) => concatenationOf(elements.map(each => withMarkers(each, assertions, reading))));
  switch (element.type) {
    case 'CharacterClass':
      return { type: 'CharacterClass', characters: element.characters.resize(alphabet.maxCharacter) };
    case 'Unknown':
      reading.guessed = 'back-reference';
      return reading.unknown === 'never' ? nothing : reading.anything;
    case 'Assertion':
      if (isFollowable(element)) return { type: 'CharacterClass', characters: markerOf(element, assertions) };
      reading.guessed = 'nested look-around';
      return reading.unknown === 'never' ? nothing : emptyText;
    case 'Concatenation':
      return inside([element])[0]!;
    default:
      return { ...element, alternatives: inside(element.alternatives) };
  }
}

/** A look-ahead sees only what follows it, so what it contains may not look back, nor refer to a group outside. */
function isFollowable(assertion: Assertion): boolean {
  let followable = true;
  visitAst(assertion, {
    onAssertionEnter(inner) {
      followable &&= inner.kind === assertion.kind;
    },
    onUnknownEnter() {
      followable = false;
    },
  });
  return followable;
}

/** Equal assertions share a marker: `^a$|^b$` has two, not four. */
function markerOf(assertion: Assertion, assertions: Assertion[]): CharSet {
  const textOf = (node: Assertion) =>
    JSON.stringify(node, (key, value) => (key === 'source' || key === 'parent' ? undefined : value));
  const known = assertions.findIndex(other => textOf(other) === textOf(assertion));
  if (known !== -1) return markerAt(known);
  TooManyNodesError.assert(assertions.length + 1, maxMarkers, 'assertions');
  assertions.push(assertion);
  return markerAt(assertions.length - 1);
}
