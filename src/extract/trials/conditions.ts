import type { Condition, Expression } from '../../code/code.js';
import { Spent, Stopped, Thrown } from '../../code/trial/effects.js';
import { Machine, type Shared } from '../../code/trial/machine.js';

/** The environment variables whose absence makes a start-up condition hold, which ends the start. */
export function variablesDemandedBy(shared: Shared, condition: Expression): readonly string[] {
  const machine = new Machine(shared, undefined, 'shipped', []);
  if (holdsNow(machine, condition, undefined) !== true) return [];
  return [...machine.environment].filter(name => {
    const present = { ...shared, statics: new Map(), required: new Set([name]) };
    const holds = holdsNow(new Machine(present, undefined, 'shipped', []), condition, undefined);
    // Whether a secret is long enough, say, cannot be told; that it has to be there can.
    return holds === false || (holds === undefined && /TOKEN|SECRET|KEY|PASS|AUTH/i.test(name));
  });
}

/** Whether a start-up condition holds; undefined when it depends on what is not known. */
export function holdsNow(machine: Machine, expression: Expression, env: Condition['env']): boolean | undefined {
  try {
    const holds = machine.condition(expression, {
      vars: new Map(),
      self: undefined,
      parent: undefined,
      fn: undefined,
      env,
    });
    return machine.choices.length ? undefined : holds;
  } catch (error) {
    if (error instanceof Thrown || error instanceof Spent || error instanceof Stopped) return undefined;
    throw error;
  }
}
