import type { BodyGuard } from '../../code/body-guards.js';
import { worldsOf } from '../../code/candidates.js';
import type { Node } from '../../code/code.js';
import { tryRequest } from '../../code/trial/decide.js';
import { isPrimitive, native, type Obj, objectOf, type V } from '../../code/trial/domain.js';
import type { RequestFacts } from '../../code/trial/request.js';
import { type Bench, port } from './bench.js';

/**
 * How a body without end is sent: in chunks alone, or in chunks beside a small length that is announced, which counts
 * for nothing then: https://www.rfc-editor.org/rfc/rfc9112#section-6.3
 */
type Framing = 'chunked' | 'announced-too';

/** How a body without end gets past middleware that bounds bodies, and where; undefined where none does. */
export interface WayPast {
  readonly framing: Framing;
  readonly node: Node;
}

/** The way of a body without end past middleware that bounds bodies. */
export function wayPast(bench: Bench, guard: BodyGuard): WayPast | undefined {
  const [announced, chunked] = [passedAt(bench, guard, 'announced-too'), passedAt(bench, guard, 'chunked')];
  if (announced && announced !== chunked) return { framing: 'announced-too', node: announced };
  return chunked && { framing: 'chunked', node: chunked };
}

/** Where such a body is let go on to what comes behind. */
function passedAt(bench: Bench, { fn }: BodyGuard, framing: Framing): Node | undefined {
  const [world] = worldsOf([], port);
  const facts: RequestFacts = { world: world!, credentials: 'all', method: 'POST', path: '/', stage: 'http' };
  const { answer, node } = tryRequest(bench.shared, facts, 'shipped', new Set(), machine => {
    const next = native((_args, _self, place) => {
      machine.act('admits', place, 'the next handler runs', true);
      return undefined;
    });
    const guard = machine.fromStatic([{ is: 'function', node: fn, env: undefined, self: undefined }], fn);
    machine.call(guard, [contextOf(framing), next], undefined, fn);
    if (!machine.effect) machine.act('refuses', fn, 'the next handler does not run', true);
  });
  // What depends on a limit that is not known passes under most: little was announced.
  return answer === 'admits' || answer === 'depends' ? node : undefined;
}

/** A request with such a body, or the context of a framework around it. */
function contextOf(framing: Framing): Obj {
  const announced: Readonly<Record<string, string>> = {
    'transfer-encoding': 'chunked',
    ...(framing === 'announced-too' && { 'content-length': '1' }),
  };
  const headerOf = (name: V): string | undefined =>
    isPrimitive(name) ? announced[String(name).toLowerCase()] : undefined;
  const chunk = objectOf({ length: Number.POSITIVE_INFINITY, byteLength: Number.POSITIVE_INFINITY });
  const reader = objectOf({
    read: native(() => objectOf({ done: false, value: chunk })),
    cancel: native(() => undefined),
    releaseLock: native(() => undefined),
  });
  const headers = objectOf({
    get: native(([name]) => headerOf(name) ?? null),
    has: native(([name]) => headerOf(name) !== undefined),
  });
  const request = objectOf({ method: 'POST', headers, body: objectOf({ getReader: native(() => reader) }) });
  const header = native(([name]) => headerOf(name));
  return objectOf({
    method: 'POST',
    headers,
    body: request.props.get('body'),
    request,
    req: objectOf({ raw: request, method: 'POST', header }),
  });
}
