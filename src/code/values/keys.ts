import type { Program } from '../program.js';
import type { Value } from '../value.js';

const most = 24;

/** A text key of a value: equal keys mean the same value. */
export function keyOf(program: Program, value: Value): string {
  switch (value.is) {
    case 'literal':
      return `l:${typeof value.value}:${String(value.value)}`;
    case 'env':
      return `e:${value.name}${value.required ? '!' : ''}`;
    case 'api':
      return `a:${value.module}:${value.path}`;
    case 'global':
      return `g:${value.path}`;
    case 'namespace':
      return `n:${value.module.file}`;
    case 'member':
      return `m:${keyOf(program, value.of)}.${value.name}`;
    case 'thing':
      return `t:${value.made}:${program.idOf(value.site)}:${value.env?.id ?? 0}`;
    case 'instance':
      return `i:${program.idOf(value.of.node)}:${value.site ? program.idOf(value.site) : 0}:${value.env?.id ?? 0}`;
    case 'function':
      return `f:${program.idOf(value.node)}:${value.env?.id ?? 0}:${value.self ? keyOf(program, value.self) : ''}`;
    case 'class':
    case 'object':
    case 'array':
    case 'container':
      return `${value.is}:${program.idOf(value.node)}:${value.env?.id ?? 0}`;
    case 'unclear':
      return `u:${value.why}`;
    case 'list':
      return `list:${program.idOf(value.node)}${value.exact ? `!${value.items.length}` : ''}`;
    default:
      return `${value.is}:${program.idOf(value.node)}`;
  }
}

/** Each value once, and no more than pay to be told apart. */
export function distinct(program: Program, values: readonly Value[]): readonly Value[] {
  if (values.length < 2) return values;
  const seen = new Map<string, Value>();
  for (const value of values) {
    const key = keyOf(program, value);
    if (!seen.has(key)) seen.set(key, value);
  }
  const kept = [...seen.values()];
  return kept.length > most ? kept.slice(0, most) : kept;
}
