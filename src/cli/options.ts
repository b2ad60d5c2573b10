import { Argument, type Command, Option } from 'commander';
import { pillars } from '../rule.js';
import { mistake } from './mistake.js';
import { colorModes, type Destination, formats } from './request.js';

/** Which code is looked at, and by what configuration. */
export function lookingOptions(command: Command): Command {
  return command
    .addArgument(new Argument('[paths...]', 'folders or files (default: the current folder)'))
    .option('--include-tests', 'look at test and fixture files as well')
    .option('--config <file>', 'the configuration (default: the nearest mcp-audit.config.json)')
    .option('--no-config', 'heed no configuration')
    .addOption(timeLimitOption())
    .option('--no-cache', 'use and keep nothing of earlier runs');
}

/** `--time-limit` */
export function timeLimitOption(): Option {
  return new Option('--time-limit <seconds>', 'end an audit that reads code for longer (default: 300)').argParser(
    seconds,
  );
}

function seconds(value: string): number {
  const given = Number(value);
  if (!(given > 0)) throw mistake(`--time-limit takes seconds, such as 60; '${value}' is none.`);
  return given;
}

/** How reports are shown and where they go. */
export function showingOptions(command: Command): Command {
  return command
    .addOption(new Option('-f, --format <name>', 'how to report').choices(formats).default('terminal'))
    .option('-o, --output <file>', 'write the report to a file, nothing to stdout')
    .option('--report <format=file>', 'write a further report, such as json=audit.json (repeatable)', destinations)
    .option('--base <file>', 'an earlier JSON report: markdown tells what has changed since')
    .addOption(colorOption())
    .option('-q, --quiet', 'show only findings and grade');
}

/** `--color` */
export function colorOption(): Option {
  return new Option('--color <when>', 'when to paint; auto heeds NO_COLOR and FORCE_COLOR')
    .choices(colorModes)
    .default('auto');
}

/** The paths, or the current folder. */
export function looked(targets: readonly string[]): { readonly targets: readonly string[] } {
  return { targets: targets.length > 0 ? targets : ['.'] };
}

/** What was said of the showing, and what holds where nothing was. */
export function shown<O extends object>(options: O): O & { report: readonly Destination[]; quiet: boolean } {
  return { report: [], quiet: false, ...options };
}

/** An option that may be repeated, or given a list with commas. */
export function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...value.split(',').filter(each => each !== '')];
}

/**
 * Pillars by name, several as with `collected`.
 * @throws Mistake for one that does not exist.
 */
export function pillarsGiven(value: string, before: readonly string[] = []): readonly string[] {
  const given = collected(value, before);
  const unknown = given.find(each => !(pillars as readonly string[]).includes(each));
  if (unknown !== undefined) throw mistake(`there is no pillar '${unknown}'. They are ${pillars.join(', ')}.`);
  return given;
}

function destinations(value: string, before: readonly Destination[] = []): readonly Destination[] {
  const [, name, file] = /^([^=]*)=(.+)$/.exec(value) ?? [];
  const format = formats.find(each => each === name);
  if (!format || file === undefined)
    throw mistake(`--report takes format=file, such as json=audit.json; the formats are ${formats.join(', ')}.`);
  return [...before, { format, file }];
}
