import { unwrap } from '../module.js';
import { ts } from '../ts.js';
import type { Value } from '../value.js';
import type { Values } from '../values.js';

/** What a file keeps on `globalThis` under a name of its own, to find it there after a hot reload. */
export function keptGlobally(values: Values, name: string, node: ts.Node): readonly Value[] {
  const module = values.program.moduleOf(node);
  if (!module.source.text.includes('globalThis')) return [];
  return values.guarded(`g${module.file}:${name}`, node, () => {
    const byKey = module.elementWrites.filter(({ target }) => {
      const key = isGlobalThis(target.expression) && values.one(target.argumentExpression);
      return key && key.is === 'literal' && key.value === name;
    });
    const byName = (module.propertyWrites.get(name) ?? []).filter(({ target }) => isGlobalThis(target.expression));
    return [...byKey, ...byName].flatMap(({ right }) => values.of(right));
  });
}

function isGlobalThis(expression: ts.Expression): boolean {
  const node = unwrap(expression);
  return ts.isIdentifier(node) && node.text === 'globalThis';
}
