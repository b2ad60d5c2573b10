import type { ts } from '../../ts.js';
import { isNullish, type Thing, undefinedValue, type Value } from '../../value.js';
import type { Values } from '../../values.js';
import { literal } from '../making.js';
import { argumentOf } from './commands.js';

/** The last step of a schema's making: `default` of `z.string().default('x')`, `object` of `z.object({…})`. */
function stepOf({ made }: Thing): string {
  return /([\w$]+)\(\)$/.exec(made)?.[1] ?? '';
}

/** What a step is laid around: the schema before the dot, in valibot the first argument. */
function innerOf(values: Values, schema: Thing): readonly Value[] {
  if (schema.from?.is === 'thing') return [schema.from];
  return schema.made.startsWith('valibot ') ? argumentOf(values, schema, 0) : [];
}

const objects = /^(object|strictObject|looseObject|interface|extend|safeExtend|augment|setKey|keys|shape)$/;

/** The schema of a field; of any field when no name is given. None where the schema is no object. */
export function shapeField(values: Values, schema: Value, name: string | undefined, node: ts.Node): readonly Value[] {
  if (schema.is !== 'thing') return [];
  const step = stepOf(schema);
  const isMerge = step === 'merge' || step === 'and' || step === 'concat';
  const isOwn = objects.test(step);
  const own = isOwn ? argumentOf(values, schema, 0) : [];
  if (isOwn && name === undefined) return [schema];
  const fields = own
    .flatMap(shape => (name === undefined ? [] : values.property(shape, name, node)))
    .filter(field => field.is === 'thing');
  if (fields.length) return fields;
  const merged = isMerge ? argumentOf(values, schema, 0).flatMap(each => shapeField(values, each, name, node)) : [];
  return merged.length ? merged : innerOf(values, schema).flatMap(inner => shapeField(values, inner, name, node));
}

const isGone = (value: Value) => isNullish(value) === true;

/** What a schema makes of what it is given; what is missing and has no default stops the server from starting. */
export function parsed(values: Values, schema: Value, input: readonly Value[], node: ts.Node): readonly Value[] {
  if (schema.is !== 'thing') return [{ is: 'unclear', why: 'a schema that could not be read', node }];
  const step = stepOf(schema);
  const inner = (given: readonly Value[]) =>
    given.length ? innerOf(values, schema).flatMap(each => parsed(values, each, given, node)) : [];
  const gone = input.filter(isGone);
  const rest = input.filter(value => !isGone(value));
  switch (step) {
    case 'default':
    case 'prefault':
    case 'catch':
    case '_default':
      return [...(gone.length ? supplied(values, schema, 0, node) : []), ...inner(rest)];
    case 'fallback':
      return [...(gone.length ? supplied(values, schema, 1, node) : []), ...inner(rest)];
    case 'optional':
    case 'nullish':
    case 'exactOptional': {
      const fallback = schema.made.startsWith('valibot ') && schema.call?.arguments?.[1];
      const silent = fallback ? supplied(values, schema, 1, node) : [...gone];
      return [...(gone.length ? silent : []), ...inner(rest)];
    }
    case 'transform':
    case 'overwrite':
      return applied(values, argumentOf(values, schema, 0), inner(input), node);
    case 'preprocess':
      return argumentOf(values, schema, 1).flatMap(each =>
        parsed(values, each, applied(values, argumentOf(values, schema, 0), input, node), node),
      );
    case 'pipe':
      return piped(values, schema, input, node);
    default:
      break;
  }
  if (innerOf(values, schema).length) return inner(input);
  return basic(schema, gone, rest, node);
}

/** A default value, or what the function returns that makes it. */
function supplied(values: Values, schema: Thing, index: number, node: ts.Node): readonly Value[] {
  const given = argumentOf(values, schema, index).flatMap(value =>
    value.is === 'function' ? values.returnsOf(value.node, value.env) : [value],
  );
  return given.length ? given : [{ is: 'unclear', why: 'a default that could not be read', node }];
}

/** `.pipe(next)` goes on with another schema; valibot's `pipe(schema, …actions)` with `transform(f)` among them. */
function piped(values: Values, schema: Thing, input: readonly Value[], node: ts.Node): readonly Value[] {
  const args = (schema.call?.arguments ?? []).map((_, index) => argumentOf(values, schema, index));
  const steps = schema.from?.is === 'thing' ? [[schema.from], ...args] : args;
  return steps.reduce<readonly Value[]>(
    (given, step) =>
      step.flatMap((each): readonly Value[] => {
        if (each.is !== 'thing' || schema.from?.is === 'thing') return parsed(values, each, given, node);
        const isAction =
          /^valibot (?:v\.)?(transform|trim|toLowerCase|min\w*|max\w*|url|regex|check|integer|nonEmpty|ip\w*)\(\)$/;
        if (!isAction.test(each.made)) return parsed(values, each, given, node);
        return stepOf(each) === 'transform' ? applied(values, argumentOf(values, each, 0), given, node) : given;
      }),
    input,
  );
}

/** What functions return for each of the values. */
function applied(
  values: Values,
  functions: readonly Value[],
  given: readonly Value[],
  node: ts.Node,
): readonly Value[] {
  return functions.flatMap((fn): readonly Value[] => {
    if (fn.is === 'global') return given.map(value => converted(fn.path, value, node));
    if (fn.is !== 'function') return [{ is: 'unclear', why: 'a value that is transformed', node }];
    const { node: owner, self, env: parent } = fn;
    return given.flatMap(element => values.returnsOf(owner, values.frame({ owner, element, self, parent })));
  });
}

function converted(path: string, value: Value, node: ts.Node): Value {
  if (value.is !== 'literal') return { is: 'unclear', why: 'a converted value', node };
  if (path === 'Number' || path === 'parseInt' || path === 'parseFloat') return literal(Number(value.value), node);
  if (path === 'Boolean') return literal(Boolean(value.value), node);
  return path === 'String' ? literal(String(value.value), node) : { is: 'unclear', why: 'a converted value', node };
}

/** Strings, numbers, choices: nothing takes the place of a missing one, but `coerce` makes something of `undefined`. */
function basic(schema: Thing, gone: readonly Value[], rest: readonly Value[], node: ts.Node): readonly Value[] {
  const isCoerced = /\bcoerce\./.test(schema.made);
  const step = stepOf(schema);
  const missing = gone.map((value): Value => {
    if (/^(any|unknown|undefined|void)$/.test(step)) return undefinedValue;
    if (/^joi |^yup /.test(schema.made)) return value;
    if (isCoerced && step === 'boolean') return literal(false, node);
    return value.is === 'env'
      ? { ...value, required: true }
      : { is: 'unclear', why: 'a value that has to be given', node };
  });
  const kept = rest.map(value =>
    isCoerced && value.is === 'literal' && step === 'number' ? literal(Number(value.value), node) : value,
  );
  return [...missing, ...kept];
}
