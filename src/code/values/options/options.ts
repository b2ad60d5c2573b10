import { unwrap } from '../../module.js';
import { ts } from '../../ts.js';
import type { Thing, Value } from '../../value.js';
import type { Values } from '../../values.js';
import { commandOption } from './commands.js';
import { flagOption, isFlags } from './flags.js';
import { isParsedSchema, schemaOption } from './schemas.js';
import { isSettings, settingCall, settingsOption } from './settings.js';

/**
 * Where servers get their options from: command lines, schemas over the environment, tables of settings. As shipped no
 * flag is given and no variable is set, so that what a library is told as default is what counts.
 *
 * Each of these libraries hands out an object; it is known by its maker, and read by the path of names behind it.
 */
const readers: readonly {
  isIt(values: Values, thing: Thing): boolean;
  /** Undefined for what is deeper than that: an object within the object. */
  option(values: Values, thing: Thing, path: readonly string[], node: ts.Node): readonly Value[] | undefined;
}[] = [
  { isIt: (_values, { made }) => /^commander .*#?opts(WithGlobals)?\(\)$/.test(made), option: commandOption },
  { isIt: (_values, thing) => isFlags(thing), option: flagOption },
  { isIt: isParsedSchema, option: schemaOption },
  { isIt: (_values, thing) => isSettings(thing), option: settingsOption },
];

/** Whether a library's object holds options that were read from outside. */
export function holdsOptions(values: Values, thing: Thing): boolean {
  return readers.some(reader => reader.isIt(values, thing));
}

/** What stands under a name in options, or in a part of them; undefined where `of` is nothing of the kind. */
export function optionNamed(values: Values, of: Value, name: string, node: ts.Node): readonly Value[] | undefined {
  const path = [name];
  let at = of;
  for (; at.is === 'member'; at = at.of) path.unshift(at.name);
  if (at.is !== 'thing') return undefined;
  const thing = at;
  return readers.find(reader => reader.isIt(values, thing))?.option(values, thing, path, node);
}

/** Whether a value is options, or a part of them. */
export function areOptions(values: Values, value: Value): boolean {
  let at = value;
  while (at.is === 'member') at = at.of;
  return at.is === 'thing' && holdsOptions(values, at);
}

/** Whether a call reads one setting by its name: `settings.get('http.host')`. */
export function readsSetting(values: Values, node: ts.CallExpression): boolean {
  const callee = unwrap(node.expression);
  if (!ts.isPropertyAccessExpression(callee)) return false;
  const of = values.one(callee.expression);
  return of !== undefined && settingCall(values, of, callee.name.text, node) !== undefined;
}
