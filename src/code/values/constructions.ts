import { encloses } from '../functions.js';
import { unwrap } from '../module.js';
import { ts } from '../ts.js';
import { type Env, undefinedValue, type Value } from '../value.js';
import type { Values } from '../values.js';
import { deepestFrame, frameAround } from './frames.js';
import { thingMade } from './making.js';

/** What `new X(…)` makes. */
export function ofConstruction(values: Values, node: ts.NewExpression, env: Env | undefined): readonly Value[] {
  return values.of(node.expression, env).flatMap((callee): readonly Value[] => {
    switch (callee.is) {
      case 'class': {
        const relevant = frameAround(node, env);
        const isTooDeep = (relevant?.depth ?? 0) >= deepestFrame;
        return [{ is: 'instance', of: callee, site: node, env: isTooDeep ? undefined : relevant }];
      }
      case 'api':
        return [thingMade(`${callee.module} new ${callee.path}`, node, env)];
      case 'global':
        return globalConstruction(values, callee.path, node, env);
      case 'thing':
        return [thingMade(`new ${callee.made}`, node, env)];
      case 'member':
        if (callee.of.is === 'thing') return [thingMade(`new ${callee.of.made}#${callee.name}`, node, env)];
        return [{ is: 'unclear', why: 'an object of an unknown class', node }];
      case 'unclear':
        return [{ is: 'unclear', why: callee.why, node }];
      default:
        return [{ is: 'unclear', why: 'an object of an unknown class', node }];
    }
  });
}

function globalConstruction(
  values: Values,
  path: string,
  node: ts.NewExpression,
  env: Env | undefined,
): readonly Value[] {
  switch (path) {
    case 'Map':
    case 'Set':
    case 'WeakMap':
    case 'WeakSet':
      return [{ is: 'container', type: path, node, env: frameAround(node, env) }];
    case 'Promise':
      return promised(values, node, env);
    case 'RegExp':
      return builtRegex(values, node, env);
    default:
      return [thingMade(`global new ${path}`, node, env)];
  }
}

function builtRegex(values: Values, node: ts.NewExpression, env: Env | undefined): readonly Value[] {
  const [pattern, flags] = (node.arguments ?? []).map(argument => values.one(argument, env));
  if (pattern?.is === 'regex') return [pattern];
  if (pattern?.is === 'literal' && typeof pattern.value === 'string') {
    return [{ is: 'regex', node, source: pattern.value, flags: flags?.is === 'literal' ? String(flags.value) : '' }];
  }
  return [{ is: 'unclear', why: 'a pattern built at run time', node }];
}

/** `new Promise(resolve => … resolve(x) …)` is x. */
function promised(values: Values, node: ts.NewExpression, env: Env | undefined): readonly Value[] {
  const executor = node.arguments?.[0] && unwrap(node.arguments[0]);
  if (!executor || !(ts.isArrowFunction(executor) || ts.isFunctionExpression(executor)))
    return [{ is: 'unclear', why: 'a promise', node }];
  const resolve = executor.parameters[0]?.name;
  if (!resolve || !ts.isIdentifier(resolve)) return [{ is: 'unclear', why: 'a promise', node }];
  const calls = (values.program.moduleOf(node).calls.get(resolve.text) ?? []).filter(
    call => encloses(executor, call) && ts.isIdentifier(call.expression),
  );
  const found = calls.flatMap(call => (call.arguments[0] ? values.of(call.arguments[0], env) : [undefinedValue]));
  return found.length ? found : [{ is: 'unclear', why: 'a promise', node }];
}
