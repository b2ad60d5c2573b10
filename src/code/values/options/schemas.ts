import type { ts } from '../../ts.js';
import { isNullish, type Thing, undefinedValue, type Value } from '../../value.js';
import type { Values } from '../../values.js';
import { argumentOf } from './commands.js';
import { areOptions } from './options.js';
import { parsed, shapeField } from './schema-values.js';

const parse =
  /#(parse|parseAsync|safeParse|safeParseAsync|validate|validateSync)\(\)$|^valibot (?:v\.)?(parse|safeParse)\(\)$/;
const schemaLibraries = /^(zod|joi|yup|valibot)(\/\S*)? /;

/** Whether a library's object is what a schema made of configuration: of requests nothing is known beforehand. */
export function isParsedSchema(values: Values, thing: Thing): boolean {
  // What is parsed may be put back in its own place, `req.body = parsed.data`: then it is no configuration.
  if (!schemaLibraries.test(thing.made) || !parse.test(thing.made) || inQuestion.has(thing.site)) return false;
  return asking(thing.site, () => {
    const input = inputOf(values, thing);
    return input.length > 0 && input.every(value => isConfiguration(values, value));
  });
}

/** The parsing calls, and the tables, that are being asked about right now. */
const inQuestion = new Set<ts.Node>();

function asking(node: ts.Node, question: () => boolean): boolean {
  inQuestion.add(node);
  try {
    return question();
  } finally {
    inQuestion.delete(node);
  }
}

/** The environment, options, or a table of such. */
function isConfiguration(values: Values, value: Value): boolean {
  if (value.is === 'global') return value.path === 'process.env';
  if (value.is === 'merged') return value.parts.every(part => part.every(each => isConfiguration(values, each)));
  if (value.is === 'object')
    // A table that layers are merged into may hold itself, which adds nothing to what else it holds.
    return (
      inQuestion.has(value.node) ||
      asking(value.node, () =>
        values.elements(value, value.node).every(each => isPlain(values, each) || isConfiguration(values, each)),
      )
    );
  return areOptions(values, value) || (value.is === 'literal' && value.value === undefined);
}

function isPlain(values: Values, value: Value): boolean {
  return ['literal', 'env', 'list', 'array'].includes(value.is) || areOptions(values, value);
}

function isStatic({ made }: Thing): boolean {
  return made.startsWith('valibot ');
}

function inputOf(values: Values, thing: Thing): readonly Value[] {
  return argumentOf(values, thing, isStatic(thing) ? 1 : 0);
}

/**
 * zod, valibot, joi, yup: `schema.parse(process.env).HOST`. `safeParse(…)` keeps it in `data`, joi's and yup's
 * `validate` in `value`; the server that runs has passed.
 */
export function schemaOption(
  values: Values,
  thing: Thing,
  path: readonly string[],
  node: ts.Node,
): readonly Value[] | undefined {
  const names = [...path];
  const isBoxed = /safeParse|^joi .*validate/.test(thing.made);
  if (isBoxed) {
    const box = names.shift();
    if (box === 'success') return [{ is: 'literal', value: true, node }];
    if (box !== 'data' && box !== 'value' && box !== 'output') return [undefinedValue];
    if (!names.length) return undefined;
  }
  let schemas: readonly Value[] = isStatic(thing) ? argumentOf(values, thing, 0) : thing.from ? [thing.from] : [];
  let input = inputOf(values, thing);
  let reached = `schema ${values.keyOf(thing)}`;
  for (const name of names) {
    const fields = schemas.flatMap(schema => shapeField(values, schema, name, node));
    if (!fields.length) return [{ is: 'unclear', why: `the schema of \`${name}\` could not be read`, node }];
    const outer = input;
    reached += `.${name}`;
    // What is parsed may hold the result of the time before: `config = schema.parse({ ...config, ...changes })`.
    input = values.guarded(reached, node, () =>
      outer.flatMap(value => (isNullish(value) ? [undefinedValue] : values.property(value, name, node))),
    );
    schemas = fields;
  }
  const isObject = schemas.some(schema => shapeField(values, schema, undefined, node).length > 0);
  return isObject ? undefined : schemas.flatMap(schema => parsed(values, schema, input, node));
}
