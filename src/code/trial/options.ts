import { lastName } from '../module.js';
import { ts } from '../ts.js';
import { areOptions, readsSetting } from '../values/options/options.js';
import type { Scope, V } from './domain.js';
import type { Machine } from './machine.js';

/** The calls that hand out options, by their last name. */
const reading =
  /^(opts|optsWithGlobals|parseArgs|minimist|mri|meow|arg|parser|cleanEnv|createEnv|parseEnv|convict|commandLineArgs|argv|(safeP|p)arse(Sync|Async)?|validate(Sync)?)$/;

/** Options that a library reads from outside, as the data flow knows them; undefined for other expressions. */
export function readOptions(machine: Machine, node: ts.Expression, scope: Scope): V {
  const name = lastName(ts.isCallExpression(node) ? node.expression : node);
  const isRead =
    reading.test(name) || (name === 'get' && ts.isCallExpression(node) && readsSetting(machine.values, node));
  if (!isRead) return undefined;
  const found = machine.values.of(node, scope.env);
  if (name !== 'get' && !(found.length && found.every(value => areOptions(machine.values, value)))) return undefined;
  return machine.fromStatic(found, node);
}
