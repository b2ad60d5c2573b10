import type { PathStep } from '../module.js';
import type { ts } from '../ts.js';
import type { Env, Value } from '../value.js';
import type { Values } from '../values.js';

/** From an initialiser's values down the path of a destructuring pattern. */
export function follow(
  values: Values,
  from: readonly Value[],
  path: readonly PathStep[],
  env: Env | undefined,
  node: ts.Node,
): readonly Value[] {
  let found = from;
  for (const step of path) {
    found = found.flatMap(value => stepInto(values, value, step, node));
    if (!('rest' in step) && step.fallback) found = orDefault(values, found, step.fallback, env);
  }
  return found;
}

function stepInto(values: Values, value: Value, step: PathStep, node: ts.Node): readonly Value[] {
  if (!('rest' in step)) return values.property(value, 'key' in step ? step.key : String(step.index), node);
  return step.rest === 'object' ? [value] : [{ is: 'list', items: values.elements(value, node), node }];
}

function orDefault(
  values: Values,
  given: readonly Value[],
  fallback: ts.Expression,
  env: Env | undefined,
): readonly Value[] {
  return given.flatMap(value => {
    const missing = isMissing(value);
    if (missing === false) return [value];
    return missing ? values.of(fallback, env) : [value, ...values.of(fallback, env)];
  });
}

/** Whether a default surely takes the place of a value, surely does not, or may. */
export function isMissing(value: Value): boolean | undefined {
  switch (value.is) {
    case 'literal':
      return value.value === undefined;
    case 'env':
      return value.required !== true;
    case 'unclear':
      return value.free ? true : undefined;
    default:
      return false;
  }
}
