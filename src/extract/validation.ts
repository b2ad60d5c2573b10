import type { Code } from '../code/code.js';
import type { Shape } from '../code/frame-shapes.js';
import type { Validation } from '../facts/index.js';

/** What the data of a message is held against, as a fact. */
export function validationOf(code: Code, { schemas, checks, unchecked, isUsed }: Shape): Validation {
  if (!isUsed) return { is: 'unused' };
  if (unchecked.length)
    return { is: 'none', uses: unchecked.slice(0, 5).map(({ field, node }) => ({ field, at: code.at(node) })) };
  const [schema] = schemas;
  const [check] = checks.values();
  const tested = schema ?? check;
  return tested ? { is: schema ? 'schema' : 'checks', at: code.at(tested) } : { is: 'unused' };
}
