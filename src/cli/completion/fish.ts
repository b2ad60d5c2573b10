import type { CommandWords, OptionWords } from './words.js';

/** What `complete` of fish is told, a line for each option and each command. */
export function fishCompletion(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(command => [
    ...command.options.map(option => optionLine(command, option, commands)),
    ...argumentLines(command, commands),
  ]);
  return `# Completes mcp-audit. For this shell: mcp-audit completion fish | source\n${lines.join('\n')}\n`;
}

function optionLine(command: CommandWords, { flags, description, value }: OptionWords, all: readonly CommandWords[]) {
  const names = flags.map(flag => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const takes = value === undefined ? [] : value === 'files' ? ['-r', '-F'] : ['-x', `-a ${quoted(value.join(' '))}`];
  return ['complete -c mcp-audit', within(command, all), ...names, ...takes, `-d ${quoted(description)}`].join(' ');
}

function argumentLines(command: CommandWords, all: readonly CommandWords[]): string[] {
  const start = `complete -c mcp-audit ${within(command, all)}`;
  const below = all.filter(({ path }) => path !== '' && parentOf(path) === command.path);
  const words = typeof command.argument === 'object' ? [`${start} -f -a ${quoted(command.argument.join(' '))}`] : [];
  return [
    ...below.map(each => `${start} -a ${quoted(each.path.split(' ').at(-1)!)} -d ${quoted(each.description)}`),
    ...words,
  ];
}

/** Whether this command is the one that is being typed: its own words were seen, none of the next. */
function within({ path, commands }: CommandWords, all: readonly CommandWords[]): string {
  const seen = path === '' ? [] : path.split(' ').map(word => `__fish_seen_subcommand_from ${word}`);
  const others = path === '' ? all[0]!.commands : commands;
  const unseen = others.length > 0 ? [`not __fish_seen_subcommand_from ${others.join(' ')}`] : [];
  return `-n ${quoted([...seen, ...unseen].join('; and '))}`;
}

function parentOf(path: string): string {
  return path.split(' ').slice(0, -1).join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
