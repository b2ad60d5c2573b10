import { unwrap } from '../../module.js';
import { ts } from '../../ts.js';
import { type Thing, undefinedValue, type Value } from '../../value.js';
import type { Values } from '../../values.js';
import { literal } from '../making.js';

/**
 * commander: https://github.com/tj/commander.js#options
 *
 * `.option('-h, --host <host>', text, default)`, with a parser as third argument the default is the fourth;
 * `.addOption(new Option(flags).default(value))`. A flag `--no-x` makes `x` true unless given. `opts()` answers with
 * camel-cased long names. An action is called with the command's arguments, then its options, then the command.
 */
export function commandOption(
  values: Values,
  thing: Thing,
  path: readonly string[],
  node: ts.Node,
): readonly Value[] | undefined {
  const [name] = path;
  if (name === undefined || path.length > 1) return undefined;
  const declared = declarations(values, thing).filter(each => each.name === name);
  const own = declared.filter(each => each.command === commandOf(values, thing));
  const [option] = own.length ? own : declared;
  if (option) return option.default;
  return [{ is: 'unclear', why: `no option \`--${name}\` was seen`, node }];
}

interface Declared {
  readonly name: string;
  readonly command: string;
  readonly default: readonly Value[];
}

/** The options that are declared where the command is made or read. */
function declarations(values: Values, thing: Thing): Declared[] {
  let root = thing;
  while (root.from?.is === 'thing') root = root.from;
  const modules = new Set([values.program.moduleOf(thing.site), values.program.moduleOf(root.site)]);
  return [...modules].flatMap(module =>
    ['option', 'requiredOption', 'addOption'].flatMap(method =>
      (module.calls.get(method) ?? []).flatMap((call): Declared[] => {
        const callee = unwrap(call.expression);
        if (!ts.isPropertyAccessExpression(callee)) return [];
        const receivers = values.of(callee.expression);
        const receiver = receivers.find(value => value.is === 'thing' && value.made.startsWith('commander '));
        const isRoot = receivers.some(value => value.is === 'api' && value.module === 'commander');
        if (!receiver && !isRoot) return [];
        const command = receiver?.is === 'thing' ? commandOf(values, receiver) : 'program';
        const option = method === 'addOption' ? ofOption(values, call) : ofFlags(values, call, method);
        return option ? [{ ...option, command }] : [];
      }),
    ),
  );
}

function ofFlags(values: Values, call: ts.CallExpression, method: string): Omit<Declared, 'command'> | undefined {
  const flags = textOf(values, call.arguments[0]);
  const name = flags === undefined ? undefined : nameOf(flags);
  if (name === undefined) return undefined;
  const [third, fourth] = call.arguments.slice(2);
  const given = third ? values.of(third) : [];
  const isParser = given.some(value => value.is === 'function' || value.is === 'global');
  const fallback = isParser ? (fourth ? values.of(fourth) : []) : given;
  return { name, default: fallback.length ? fallback : silent(flags!, method === 'requiredOption', call) };
}

/** `new Option(flags).default(value)`, or `createOption(flags)`. */
function ofOption(values: Values, call: ts.CallExpression): Omit<Declared, 'command'> | undefined {
  const option = call.arguments[0] && values.one(call.arguments[0]);
  if (option?.is !== 'thing') return undefined;
  let fallback: readonly Value[] = [];
  let isMandatory = false;
  let at: Thing = option;
  for (; at.from?.is === 'thing'; at = at.from) {
    if (at.made.endsWith('#default()') && !fallback.length) fallback = argumentOf(values, at, 0);
    if (at.made.endsWith('#makeOptionMandatory()')) isMandatory = true;
  }
  const flags = textOf(values, at.call?.arguments?.[0]);
  const name = flags === undefined ? undefined : nameOf(flags);
  if (name === undefined) return undefined;
  return { name, default: fallback.length ? fallback : silent(flags!, isMandatory, call) };
}

/** What an option is that nobody gives. */
function silent(flags: string, isRequired: boolean, node: ts.Node): readonly Value[] {
  if (/--no-/.test(flags)) return [literal(true, node)];
  return isRequired ? [{ is: 'unclear', why: `\`${flags}\` has to be given`, node }] : [undefinedValue];
}

/** `-p, --bind-host <host>` is `bindHost`; `--no-cors` is `cors`. */
function nameOf(flags: string): string | undefined {
  const long = /--(?:no-)?([\w-]+)/.exec(flags)?.[1] ?? /^-(\w)\b/.exec(flags)?.[1];
  return long?.replace(/-(\w)/g, (_match, letter: string) => letter.toUpperCase());
}

/** Which command a thing of the chain belongs to: the exported program is one, each `command(…)` another. */
function commandOf(values: Values, thing: Thing): string {
  let at = thing;
  while (!/[#.]command\(\)$/.test(at.made) && at.from?.is === 'thing') at = at.from;
  const isProgram = /^commander (program\.)?\w+\(\)$/.test(at.made) && !/command|createCommand/.test(at.made.slice(10));
  return isProgram ? 'program' : `${values.program.idOf(at.site)}`;
}

/** An argument of the call that made a thing. */
export function argumentOf(values: Values, thing: Thing, index: number): readonly Value[] {
  const argument = thing.call?.arguments?.[index];
  return argument ? values.of(argument, thing.env) : [];
}

/** A constant text. */
export function textOf(values: Values, node: ts.Expression | undefined): string | undefined {
  const value = node && values.one(node);
  return value?.is === 'literal' && typeof value.value === 'string' ? value.value : undefined;
}
