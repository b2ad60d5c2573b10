import { type Answer, answersIn, sendsAsClient } from '../../code/answers.js';
import type { Code, Node } from '../../code/code.js';
import { encloses } from '../../code/functions.js';
import { TextFlow } from '../../code/text-flow.js';
import type { TextTrace } from '../../code/text-judgement.js';
import { errorDetails } from '../../code/text-lenses.js';
import { comparePlaces, type ErrorAnswer, type Location, placeOf, type Step } from '../../facts/index.js';
import type { Idiom } from '../idiom.js';

/** One way on which an error's text gets to a client. */
interface Leak {
  readonly at: Location;
  readonly detail: ErrorAnswer['detail'];
  readonly trail: readonly Step[];
}

/** The messages and stacks of errors that are sent to clients. */
export const errorAnswers: Idiom = {
  id: 'error-answers',
  words: [],
  read({ code }) {
    const flow = new TextFlow(code, errorDetails);
    const leaks = new Map<string, Leak>();
    for (const module of code.modules()) {
      for (const answer of answersIn(code, module)) {
        for (const leak of leaksOf(code, flow, answer)) {
          const known = leaks.get(placeOf(leak.at));
          if (!known || (known.detail === 'message' && leak.detail === 'stack')) leaks.set(placeOf(leak.at), leak);
        }
      }
    }
    return byFile([...leaks.values()]);
  },
};

function leaksOf(code: Code, flow: TextFlow, { node, carries, as }: Answer): Leak[] {
  const found = carries.flatMap(each => {
    const judged = flow.judge(each, [], as === 'text' ? ['toString'] : []);
    return judged.is === 'raw' ? judged.traces : [];
  });
  if (!found.length || sendsAsClient(code, node)) return [];
  return found.map(trace => ({
    at: code.at(leavingPoint(code, trace, node)),
    detail: trace.origin === 'stack' ? 'stack' : 'message',
    trail: [
      ...trace.steps.map(step => ({ at: code.at(step.node), says: step.says })),
      { at: code.at(node), says: 'sent to the client' },
    ],
  }));
}

/** Where the text leaves the function that took it from the error: the answer itself, or the last call or return on its way. */
function leavingPoint(code: Code, { steps }: TextTrace, answer: Node): Node {
  const [first, ...later] = steps;
  const home = first && code.functionAround(first.node);
  if (!first || (home ? encloses(home, answer) : first.node.getSourceFile() === answer.getSourceFile())) return answer;
  const leaving = later.flatMap(({ leaves }) => (leaves && code.functionAround(leaves) === home ? [leaves] : []));
  return leaving.at(-1) ?? first.node;
}

/** One subject per file and detail: who handles errors like this does so throughout. */
function byFile(leaks: readonly Leak[]): ErrorAnswer[] {
  const groups = new Map<string, Leak[]>();
  for (const leak of leaks) {
    const key = `${leak.at.file} ${leak.detail}`;
    groups.set(key, [...(groups.get(key) ?? []), leak]);
  }
  return [...groups.values()].map(group => {
    const [first, ...others] = group.toSorted((a, b) => comparePlaces(a.at, b.at)) as [Leak, ...Leak[]];
    return { kind: 'ErrorAnswer', ...first, others: others.map(({ at }) => at) };
  });
}
