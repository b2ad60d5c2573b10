import type { SourceModule } from './module.js';
import type { Program } from './program.js';
import { ts } from './ts.js';

const textMembers =
  /^(split|trim|toLowerCase|toUpperCase|startsWith|endsWith|includes|indexOf|replace|replaceAll|match|slice|substring|length|concat|toString|at|charAt|padStart|padEnd|localeCompare)$/;

/**
 * Whether a variable of a Worker's environment is a binding (a namespace, a bucket, a queue), which is there as shipped:
 * something is called on it that a text does not have. https://developers.cloudflare.com/workers/runtime-apis/bindings/
 */
export function isBinding(program: Program, name: string): boolean {
  return program.gathered(isCalledOn, name);
}

function isCalledOn(modules: readonly SourceModule[], name: string): boolean {
  return modules.some(module =>
    (module.reads.get(name) ?? []).some(
      ({ parent }) =>
        ts.isPropertyAccessExpression(parent) &&
        !textMembers.test(parent.name.text) &&
        ts.isCallExpression(parent.parent),
    ),
  );
}
