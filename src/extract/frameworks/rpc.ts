import type { Condition } from '../../code/code.js';
import type { Machine } from '../../code/trial/machine.js';
import { outerScope } from '../../code/trial/names.js';

/** An implementation names its methods in camel case, the schema begins them with a capital. */
export function methodNameOf(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The path of a method of gRPC and its kin: the service's full name stands in generated code. https://grpc.io/docs/what-is-grpc/core-concepts/ */
export function pathOf(method: string, prefix = ''): string {
  return `${prefix}/:service/${method}`;
}

/** Turns everybody away where the conditions under which a server is made do not hold: it is not started. */
export function refuseUnstarted(machine: Machine, conditions: readonly Condition[]): void {
  for (const { expression, env, holds } of conditions) {
    if (machine.condition(expression, outerScope(env)) !== holds)
      machine.act('refuses', expression, 'the server is not started', true);
  }
}
