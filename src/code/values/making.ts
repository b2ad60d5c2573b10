import type { ts } from '../ts.js';
import type { Env, Primitive, Thing, Value } from '../value.js';
import { frameAround } from './frames.js';

/** A constant, written at a node. */
export function literal(value: Primitive, node: ts.Node): Value {
  return { is: 'literal', value, node };
}

/** A library's object, made by a call or `new` where that stands; `from` is the object whose method made it. */
export function thingMade(
  made: string,
  node: ts.CallExpression | ts.NewExpression,
  env: Env | undefined,
  from?: Value,
): Thing {
  return { is: 'thing', made, site: node, env: frameAround(node, env), call: node, from };
}
