import { unwrap } from '../../module.js';
import { ts } from '../../ts.js';
import { type Thing, undefinedValue, type Value } from '../../value.js';
import type { Values } from '../../values.js';
import { argumentOf, textOf } from './commands.js';

const tables =
  /^(util parseArgs\(\)|(minimist|mri|yargs-parser) \(\)|meow \(\)|cac .*#parse\(\)|command-line-args \(\)|arg \(\)|citty defineCommand\(\))$/;
const yargs = /^yargs(\/yargs)? .*\(\)$/;

/** Whether a library's object is a command line that has been taken apart. */
export function isFlags({ made }: Thing): boolean {
  return tables.test(made) || yargs.test(made);
}

/**
 * Command lines without commands. None of them is given a flag as shipped.
 *
 * - `parseArgs({ options: { host: { type, default } } }).values.host`: https://nodejs.org/api/util.html#utilparseargsconfig
 * - `minimist(argv, { default: { host } }).host`, mri and yargs-parser alike: https://github.com/minimistjs/minimist
 * - `meow(text, { flags: { host: { default } } }).flags.host`: https://github.com/sindresorhus/meow
 * - `cac().option(flags, text, { default })`, `.parse().options.host`: https://github.com/cacjs/cac
 * - `yargs(argv).option('host', { default }).parseSync().host`, or `.argv.host`: https://yargs.js.org/docs/
 * - `defineCommand({ args: { host: { default } }, run({ args }) { … } })`: https://github.com/unjs/citty
 * - `commandLineArgs([{ name: 'host', defaultValue }]).host`: https://github.com/75lb/command-line-args
 * - `arg({ '--host': String })['--host']` knows no defaults: https://github.com/vercel/arg
 */
export function flagOption(
  values: Values,
  thing: Thing,
  path: readonly string[],
  node: ts.Node,
): readonly Value[] | undefined {
  const library = thing.made.split(' ')[0]!;
  const [first = '', ...rest] = path;
  switch (library) {
    case 'util':
      if (first !== 'values') return [noArguments(node)];
      return rest[0] === undefined ? undefined : declared(values, tableOf(values, thing, 0, 'options'), rest[0], node);
    case 'meow':
      if (first !== 'flags') return [noArguments(node)];
      return rest[0] === undefined ? undefined : declared(values, tableOf(values, thing, 1, 'flags'), rest[0], node);
    case 'minimist':
    case 'mri':
    case 'yargs-parser':
      return first === '_' ? [noArguments(node)] : plain(values, thing, first, node);
    case 'cac':
      if (first !== 'options') return [noArguments(node)];
      return rest[0] === undefined ? undefined : chained(values, thing, rest[0], node);
    case 'citty':
      if (first !== 'args') return undefined;
      return rest[0] === undefined ? undefined : declared(values, tableOf(values, thing, 0, 'args'), rest[0], node);
    case 'command-line-args':
      return listed(values, thing, first, node);
    case 'arg':
      return [first === '_' ? noArguments(node) : undefinedValue];
    default:
      if (first === 'argv') return rest[0] === undefined ? undefined : chained(values, thing, rest[0], node);
      return /#parse(Sync|Async)?\(\)$|^yargs parse/.test(thing.made) ? chained(values, thing, first, node) : undefined;
  }
}

function noArguments(node: ts.Node): Value {
  return { is: 'list', items: [], node };
}

function tableOf(values: Values, thing: Thing, index: number, name: string): readonly Value[] {
  return argumentOf(values, thing, index).flatMap(value => values.property(value, name, thing.site));
}

/** `{ host: { type: 'string', default: … } }` */
function declared(values: Values, table: readonly Value[], name: string, node: ts.Node): readonly Value[] {
  const options = table.flatMap(value => values.property(value, name, node));
  return defaultsIn(values, options, node);
}

function defaultsIn(values: Values, options: readonly Value[], node: ts.Node): readonly Value[] {
  const found = options.flatMap((option): readonly Value[] => {
    if (option.is === 'literal') return [undefinedValue];
    if (option.is === 'unclear') return [option];
    const required = ['demandOption', 'required', 'isRequired'].some(key =>
      values.property(option, key, node).some(value => value.is === 'literal' && Boolean(value.value)),
    );
    const fallback = values.property(option, 'default', node);
    const isSilent = fallback.every(value => value.is === 'literal' && value.value === undefined);
    return isSilent && required ? [{ is: 'unclear', why: 'the flag has to be given', node }] : fallback;
  });
  return found.length ? found : [undefinedValue];
}

function plain(values: Values, thing: Thing, name: string, node: ts.Node): readonly Value[] {
  const found = tableOf(values, thing, 1, 'default').flatMap(value => values.property(value, name, node));
  return found.length ? found : [undefinedValue];
}

/** `[{ name: 'host', defaultValue: … }]` */
function listed(values: Values, thing: Thing, name: string, node: ts.Node): readonly Value[] {
  const definitions = argumentOf(values, thing, 0).flatMap(value => values.elements(value, node));
  const own = definitions.filter(each =>
    values.property(each, 'name', node).some(value => value.is === 'literal' && value.value === name),
  );
  const found = own.flatMap(each => values.property(each, 'defaultValue', node));
  return found.length ? found : [undefinedValue];
}

/** `.option('host', { default })`, `.option('--host <host>', text, { default })`, `.options({ host: { default } })`. */
function chained(values: Values, thing: Thing, name: string, node: ts.Node): readonly Value[] {
  const { calls } = values.program.moduleOf(thing.site);
  const single = ['option', 'positional'].flatMap(method =>
    (calls.get(method) ?? []).flatMap(call => {
      const text = textOf(values, call.arguments[0]);
      if (text === undefined || !namesOf(text).includes(name)) return [];
      const options = call.arguments[call.arguments.length - 1]!;
      return call.arguments.length > 1 ? values.of(options) : [undefinedValue];
    }),
  );
  const given = (calls.get('options') ?? [])
    .filter(call => ts.isPropertyAccessExpression(unwrap(call.expression)))
    .flatMap(call => (call.arguments[0] ? values.of(call.arguments[0]) : []));
  const tables = [...given, ...builderOf(values, thing)]
    .filter(value => value.is === 'object')
    .flatMap(value => values.property(value, name, node))
    .filter(value => value.is !== 'literal');
  const defaults = (calls.get('default') ?? [])
    .filter(call => textOf(values, call.arguments[0]) === name)
    .flatMap(call => (call.arguments[1] ? values.of(call.arguments[1]) : []));
  if (defaults.length) return defaults;
  const options = [...single, ...tables];
  if (!options.length) return [{ is: 'unclear', why: `no option \`${name}\` was seen`, node }];
  return defaultsIn(values, options, node);
}

/** The names by which an option is read: `--bind-host <host>` is `bindHost`, and yargs keeps `bind-host`, too. */
function namesOf(text: string): string[] {
  const long = /--(?:no-)?([\w.-]+)/.exec(text)?.[1] ?? text;
  return [long, long.replace(/-(\w)/g, (_match, letter: string) => letter.toUpperCase())];
}

/** `builder: { host: { default } }` of a command that is a table itself. */
function builderOf(values: Values, { site }: Thing): readonly Value[] {
  return ts.isObjectLiteralExpression(site)
    ? values.of(site).flatMap(value => values.property(value, 'builder', site))
    : [];
}
