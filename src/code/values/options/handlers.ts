import { outermost } from '../../functions.js';
import { type FunctionNode, propertyName, unwrap } from '../../module.js';
import { ts } from '../../ts.js';
import type { Thing, Value } from '../../value.js';
import type { Values } from '../../values.js';
import { textOf } from './commands.js';

type Site = ts.CallExpression | ts.NewExpression;

/** What a command line library passes to a function that it is given; undefined for other calls. */
export function passedByCommand(
  values: Values,
  site: Site,
  fn: FunctionNode,
  index: number,
): readonly Value[] | undefined {
  return actionArgument(values, site, index) ?? handlerArgument(values, site, fn, index);
}

/** `yargs.command(name, text, builder, handler)` hands the command line to the handler. */
function handlerArgument(values: Values, site: Site, fn: FunctionNode, index: number): readonly Value[] | undefined {
  const callee = unwrap(site.expression);
  if (index > 0 || !ts.isPropertyAccessExpression(callee) || callee.name.text !== 'command') return undefined;
  const handler = site.arguments?.[3];
  const isHandler = handler && values.of(handler).some(value => value.is === 'function' && value.node === fn);
  return isHandler ? [commandLineAt(site)] : undefined;
}

function commandLineAt(site: Site): Thing {
  return { is: 'thing', made: 'yargs parse()', site, env: undefined, call: site, from: undefined };
}

/**
 * What is passed to a function that stands in a table which describes a command: `run` of citty's `defineCommand({ args,
 * run })`, `handler` of a yargs module `{ command, builder, handler }`.
 */
export function passedToMember(values: Values, fn: FunctionNode): Value | undefined {
  const property = ts.isMethodDeclaration(fn) ? fn : outermost(fn).parent;
  if (!property || !(ts.isMethodDeclaration(property) || ts.isPropertyAssignment(property))) return undefined;
  const table = property.parent;
  const name = propertyName(property.name);
  if (!ts.isObjectLiteralExpression(table)) return undefined;
  if (name === 'run' && ts.isCallExpression(table.parent)) {
    const [made] = values.of(table.parent);
    return made?.is === 'thing' && made.made === 'citty defineCommand()' ? made : undefined;
  }
  const isModule = ['command', 'builder'].every(key =>
    table.properties.some(each => each.name && propertyName(each.name) === key),
  );
  if (name !== 'handler' || !isModule) return undefined;
  return { is: 'thing', made: 'yargs parse()', site: table, env: undefined, call: undefined, from: undefined };
}

/** What an action is given at an index: nothing for arguments, which nobody passes, then the options. */
function actionArgument(
  values: Values,
  site: ts.CallExpression | ts.NewExpression,
  index: number,
): readonly Value[] | undefined {
  const callee = unwrap(site.expression);
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== 'action') return undefined;
  for (const receiver of values.of(callee.expression)) {
    if (receiver.is === 'api' && receiver.module === 'commander') return optionsAt(receiver, site, index, 0);
    if (receiver.is !== 'thing' || !receiver.made.startsWith('commander ')) continue;
    return optionsAt(receiver, site, index, argumentsBefore(values, receiver));
  }
  return undefined;
}

function optionsAt(
  receiver: Extract<Value, { is: 'thing' | 'api' }>,
  site: ts.CallExpression | ts.NewExpression,
  index: number,
  before: number,
): readonly Value[] | undefined {
  if (index < before) return [{ is: 'unclear', why: 'an argument of the command line', node: site }];
  if (index > before) return undefined;
  const made = receiver.is === 'thing' ? `${receiver.made}#opts()` : 'commander opts()';
  const from = receiver.is === 'thing' ? receiver : undefined;
  return [{ is: 'thing', made, site, env: undefined, call: site, from }];
}

/** How many arguments a command takes: `.argument('<file>')`, `.command('serve <file>')`. */
function argumentsBefore(values: Values, command: Thing): number {
  let count = 0;
  for (let at: Value | undefined = command; at?.is === 'thing'; at = at.from) {
    const isCommand = /[#.]command\(\)$/.test(at.made);
    if (/[#.](argument|addArgument)\(\)$/.test(at.made)) count++;
    if (isCommand || /[#.]arguments\(\)$/.test(at.made))
      count += (textOf(values, at.call?.arguments?.[0]) ?? '').match(/[<[]/g)?.length ?? 0;
    if (isCommand) break;
  }
  return count;
}
