import type { Code, Given, Node } from '../../code/code.js';
import { isUnknown, native, type V } from '../../code/trial/domain.js';
import { Thrown } from '../../code/trial/effects.js';
import type { LibraryGate } from '../../code/trial/library.js';
import type { Machine } from '../../code/trial/machine.js';
import { isNullish, type Thing, type Value } from '../../code/value.js';

/** A text that says something. */
export function textOr(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Whether an option is there, or may be. */
export function isGiven(given: Given): boolean {
  return given.values.some(value => isNullish(value) !== true);
}

/** Where an option is written, as far as that is known. */
export function writtenAt({ values, node }: Given): Node {
  const [value] = values;
  if (value?.is === 'thing') return value.site;
  if (value?.is === 'instance' && value.site) return value.site;
  return (value && 'node' in value && value.node) || node;
}

/** A path as written, else the library's own; undefined where it could not be read. */
export function pathOption(code: Code, given: Given, silent: string): string | undefined {
  const path = code.setting(given, textOr, { value: silent, because: '' });
  if (path.is === 'unclear') return undefined;
  return path.value.startsWith('/') ? path.value : `/${path.value}`;
}

/** The first argument with which a thing was made. */
export function constructedWith(code: Code, { call, env, site }: Thing, index = 0): Given {
  return call ? code.argument({ node: call, env }, index) : { values: [], node: site };
}

/** The texts of a list that is given; undefined where it could not be read. */
export function textsIn(code: Code, given: Given): readonly string[] | undefined {
  const values = code.flattened(given).flatMap(each => each.values);
  const texts = values.flatMap(value =>
    value.is === 'literal' && typeof value.value === 'string' ? [value.value] : [],
  );
  return texts.length === values.length ? texts : undefined;
}

/** A function of the user's that is asked for its verdict: what it throws, and what is falsy, refuses. */
export function asked(value: Value, admitsFalsy = false): LibraryGate {
  return asking((machine, node) => {
    const answer = machine.call(machine.fromStatic([value], node), [machine.request?.nodeRequest], undefined, node);
    return admitsFalsy || isAccepted(machine, answer, node);
  });
}

/** A function of the user's that is called as middleware: it lets in by `next()`. */
export function askedToProceed(value: Value): LibraryGate {
  return asking((machine, node) => {
    const { request } = machine;
    let isLetIn = false;
    const next = native(([error]) => {
      isLetIn = error === undefined || error === null;
      return undefined;
    });
    machine.call(
      machine.fromStatic([value], node),
      [request?.nodeRequest, request?.nodeResponse, next],
      undefined,
      node,
    );
    return isLetIn;
  });
}

/** A gate that runs the user's code; an exception refuses. */
export function asking(isLetIn: (machine: Machine, node: Node) => boolean): LibraryGate {
  return {
    is: 'asks',
    ask: (machine, node) => {
      try {
        return isLetIn(machine, node) ? 'passes' : 'refuses';
      } catch (error) {
        if (error instanceof Thrown) return 'refuses';
        throw error;
      }
    },
  };
}

function isAccepted(machine: Machine, answer: V, node: Node): boolean {
  if (typeof answer === 'object' && answer !== null && 'obj' in answer && answer.props.has('authenticated')) {
    const verdict = answer.props.get('authenticated');
    return isUnknown(verdict) ? machine.truth(verdict, node) : Boolean(verdict);
  }
  return machine.truth(answer, node);
}
