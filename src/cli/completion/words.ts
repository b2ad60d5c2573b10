import type { Argument, Command, Option } from 'commander';

/** What can stand at one place of a command line: words to choose from, or files. */
export type Choice = readonly string[] | 'files';

export interface OptionWords {
  /** `-f`, `--format` */
  readonly flags: readonly string[];
  readonly description: string;
  /** Undefined: it takes no value. */
  readonly value: Choice | undefined;
}

/** One command, as far as a shell cares. */
export interface CommandWords {
  /** Below the program: `''`, `report`, `baseline update`. */
  readonly path: string;
  readonly description: string;
  readonly options: readonly OptionWords[];
  /** The names of the commands right below. */
  readonly commands: readonly string[];
  /** What its arguments are; undefined when it takes none. */
  readonly argument: Choice | undefined;
}

/** Every command of a program with its words, the program itself first. */
export function wordsOf(program: Command, ruleIds: readonly string[]): CommandWords[] {
  const below = (command: Command, path: string): CommandWords[] => [
    {
      path,
      description: command.description(),
      options: command
        .createHelp()
        .visibleOptions(command)
        .map(option => optionWords(option, ruleIds)),
      commands: command.commands.map(each => each.name()),
      argument: command.registeredArguments[0] && choiceOf(command.registeredArguments[0], ruleIds),
    },
    ...command.commands.flatMap(each => below(each, `${path} ${each.name()}`.trim())),
  ];
  return below(program, '');
}

function optionWords(option: Option, ruleIds: readonly string[]): OptionWords {
  return {
    flags: [option.short, option.long].filter(flag => flag !== undefined && flag !== null),
    description: option.description,
    value: option.required || option.optional ? choiceOf(option, ruleIds) : undefined,
  };
}

function choiceOf(asked: Option | Argument, ruleIds: readonly string[]): Choice {
  if (asked.argChoices) return asked.argChoices;
  const name = 'flags' in asked ? asked.flags : `<${asked.name()}>`;
  if (/<(id|rule)>/.test(name)) return ruleIds;
  return /(file|path|folder)/.test(name) ? 'files' : [];
}
