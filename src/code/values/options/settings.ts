import type { ts } from '../../ts.js';
import { type Thing, undefinedValue, type Value } from '../../value.js';
import type { Values } from '../../values.js';
import { argumentOf } from './commands.js';
import { parsed } from './schema-values.js';

/** Whether a library's object is a table of settings with defaults. */
export function isSettings({ made }: Thing): boolean {
  return /^(envalid cleanEnv\(\)|@t3-oss\/env-\w+ createEnv\(\)|convict \(\)|convict \(\)#\w+\(\)|znv parseEnv\(\))$/.test(
    made,
  );
}

/**
 * Tables of settings over the environment.
 *
 * - `cleanEnv(process.env, { HOST: str({ default }) }).HOST`: https://github.com/af/envalid
 * - `createEnv({ server: { HOST: schema }, runtimeEnv }).HOST`: https://env.t3.gg/docs/core
 * - `parseEnv(process.env, { HOST: schema }).HOST`: https://github.com/lostfictions/znv
 * - `convict({ http: { host: { default, env } } }).get('http.host')`: https://github.com/mozilla/node-convict
 */
export function settingsOption(
  values: Values,
  thing: Thing,
  path: readonly string[],
  node: ts.Node,
): readonly Value[] | undefined {
  const [name = ''] = path;
  const input: readonly Value[] = [{ is: 'env', name, node }];
  if (thing.made.startsWith('convict ')) return undefined;
  if (path.length > 1) return undefined;
  if (thing.made.startsWith('@t3-oss/')) {
    const shapes = ['server', 'client', 'shared'].flatMap(part =>
      argumentOf(values, thing, 0).flatMap(options => values.property(options, part, node)),
    );
    return fieldOf(values, shapes, name, node).flatMap(schema => parsed(values, schema, input, node));
  }
  const specs = fieldOf(values, argumentOf(values, thing, 1), name, node);
  if (thing.made.startsWith('znv ')) return specs.flatMap(schema => parsed(values, schema, input, node));
  return specs.flatMap((spec): readonly Value[] => {
    if (spec.is !== 'thing') return [spec];
    const fallback = argumentOf(values, spec, 0).flatMap(options => values.property(options, 'default', node));
    const isMissing = fallback.every(value => value.is === 'literal' && value.value === undefined && !value.node);
    return isMissing ? [{ is: 'env', name, node, required: true }] : fallback;
  });
}

function fieldOf(values: Values, shapes: readonly Value[], name: string, node: ts.Node): readonly Value[] {
  const fields = shapes
    .filter(shape => shape.is !== 'literal')
    .flatMap(shape => values.property(shape, name, node))
    .filter(field => !(field.is === 'literal' && field.value === undefined));
  return fields.length ? fields : [{ is: 'unclear', why: `\`${name}\` is not among the settings`, node }];
}

/** What `settings.get('http.host')` answers; undefined for other calls. */
export function settingCall(
  values: Values,
  of: Value,
  method: string,
  node: ts.CallExpression,
): readonly Value[] | undefined {
  if (of.is !== 'thing' || method !== 'get' || !/^convict \(\)/.test(of.made)) return undefined;
  const key = node.arguments[0] && values.one(node.arguments[0]);
  if (key?.is !== 'literal') return undefined;
  let root: Thing = of;
  while (root.from?.is === 'thing') root = root.from;
  let found = argumentOf(values, root, 0);
  for (const part of String(key.value).split('.')) found = found.flatMap(value => values.property(value, part, node));
  const fallback = found.flatMap(value => (value.is === 'literal' ? [] : values.property(value, 'default', node)));
  return fallback.length ? fallback : [undefinedValue];
}
