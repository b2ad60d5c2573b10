import { Command, CommanderError, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { confidences, pillars, severities } from '../rule.js';
import type { Grade } from '../score/score.js';
import { exitCodeTable } from './exit.js';
import { mistake } from './mistake.js';
import {
  collected,
  colorOption,
  looked,
  lookingOptions,
  pillarsGiven,
  showingOptions,
  shown,
  timeLimitOption,
} from './options.js';
import type { Request, Voice } from './request.js';
import { settingUpCommands } from './setting-up.js';

const grades = ['A', 'B', 'C', 'D', 'F'] as const satisfies readonly Grade[];

/**
 * Reads the command line (less `node` and the script). Undefined when it only asked for help or the version, which
 * have then been given.
 * @throws Mistake
 */
export function requestOf(argv: readonly string[], voice: Voice): Request | undefined {
  let request: Request | undefined;
  const program = commandLine(found => {
    request = found;
  });
  for (const each of withAllBelow(program)) {
    each.exitOverride().configureOutput({
      writeOut: text => voice.out(text),
      outputError: () => {},
      getOutHelpWidth: () => voice.columns ?? 80,
    });
  }
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw mistake(sentenceOf(error.message));
  }
  return request;
}

type Tell = (request: Request) => void;

/** Every command with its options; the one that is called tells its request. */
export function commandLine(tell: Tell): Command {
  const program = new Command('mcp-audit')
    .enablePositionalOptions()
    .configureHelp({ optionDescription: descriptionOf, subcommandTerm: termOf })
    .description(manifest.description)
    .usage('[options] [paths...]\n       mcp-audit <command> --help')
    .helpCommand(false)
    .addHelpText('after', `\n${exitCodeTable}`);
  auditCommand(program, tell);
  program
    .optionsGroup('About the tool:')
    .version(manifest.version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help');
  program
    .command('report')
    .description('show a saved JSON report in another format')
    .argument('<file>', 'a report made with --format json; - for stdin')
    .action((file: string, options) => tell({ command: 'report', file, ...shown(options) }));
  showingOptions(commandNamed(program, 'report'));
  baselineCommands(program, tell);
  plainCommands(program, tell);
  settingUpCommands(program, tell);
  return program;
}

function auditCommand(program: Command, tell: Tell): void {
  showingOptions(program);
  lookingOptions(program)
    .optionsGroup('What fails the run:')
    .addOption(
      new Option('--fail-on <severity>', 'findings this grave or graver')
        .choices([...severities, 'none'])
        .default('high'),
    )
    .addOption(new Option('--min-grade <grade>', 'a grade below this one').choices(grades))
    .option('--allow-empty', 'do not fail when there is nothing to examine')
    .option('--exit-zero', 'do not fail on findings or grade')
    .optionsGroup('What is asked and shown:')
    .option('--rule <id>', 'ask this rule only (repeatable)', collected)
    .option('--skip <id>', 'do not ask this rule (repeatable)', collected)
    .addOption(
      new Option('--pillar <name>', 'ask the rules of this pillar only').choices(pillars).argParser(pillarsGiven),
    )
    .addOption(new Option('--min-severity <severity>', 'show findings this grave or graver').choices(severities))
    .addOption(new Option('--min-confidence <level>', 'show findings this certain').choices(confidences))
    .option('--pedantic', 'show what only pedants want to know as well')
    .option('--stats', 'tell on stderr where the time went (as JSON with --format json)')
    .option('--since <ref>', 'show what touches files changed since a git ref')
    .option('--staged', 'show what touches files staged for commit')
    .option('--files-from <file>', 'show what touches the files listed in a file; - for stdin')
    .option('--touching', 'show what touches the paths, which are files; all of the current folder is audited')
    .option('--no-ignores', 'heed no ignore comments')
    .option('--baseline <file>', 'findings accepted earlier (default: mcp-audit.baseline.json, where it is)')
    .option('--no-baseline', 'heed no baseline')
    .action((targets: string[], options, command: Command) => {
      // Defaults give way to the configuration: only what was said counts here.
      const isSaid = command.getOptionValueSource('failOn') === 'cli';
      const { failOn, touching, ...others } = options;
      const flags = { ignores: true, allowEmpty: false, exitZero: false };
      const where = touching ? { touching: targets, ...looked([]) } : looked(targets);
      tell({ command: 'audit', ...where, ...flags, ...shown(others), ...(isSaid && { failOn }) });
    });
}

function baselineCommands(program: Command, tell: Tell): void {
  const baseline = program.command('baseline').description('accept what is found for now').helpCommand(false);
  const update = baseline
    .command('update')
    .description(
      'write the baseline file: what is gone leaves it; what is new enters with --accept-new, or with the first one',
    )
    .option('--file <file>', 'the baseline file (default: mcp-audit.baseline.json)')
    .option('--accept-new', 'accept new findings as well')
    .action((targets: string[], options) =>
      tell({ command: 'baseline update', ...looked(targets), acceptNew: false, ...options }),
    );
  lookingOptions(update);
}

function plainCommands(program: Command, tell: Tell): void {
  const format = () =>
    new Option('-f, --format <name>', 'how to show it').choices(['terminal', 'json']).default('terminal');
  program
    .command('explain')
    .description('why a rule matters, and how to fix and verify it')
    .argument('<rule>', 'its id')
    .addOption(colorOption())
    .action((rule: string, options) => tell({ command: 'explain', rule, ...options }));
  program
    .command('rules')
    .description('list the rules')
    .addOption(format())
    .addOption(colorOption())
    .action(options => tell({ command: 'rules', ...options }));
  const doors = program
    .command('doors')
    .description('show who can get in where')
    .addOption(format())
    .addOption(colorOption())
    .action((targets: string[], options) => tell({ command: 'doors', ...looked(targets), ...options }));
  const facts = program
    .command('facts')
    .description('print what the verdicts are made of, as JSON')
    .action((targets: string[], options) => tell({ command: 'facts', ...looked(targets), ...options }));
  for (const each of [doors, facts]) lookingOptions(each);
  program
    .command('try-origin')
    .description('what every door does with an Origin of your choice (1: some door lets it in, 3: there is no door)')
    .argument('<path>', 'folder or file')
    .argument('<origin>', 'such as https://myapp.com.attacker.example, null, or none for a request without')
    .option('--host <host>', "the Host header (default: the server's own)")
    .option('--include-tests', 'look at test and fixture files as well')
    .addOption(timeLimitOption())
    .addOption(format())
    .action((path: string, origin: string, options) =>
      tell({ command: 'try-origin', targets: [path], origin, ...options }),
    );
}

function commandNamed(program: Command, name: string): Command {
  return program.commands.find(command => command.name() === name)!;
}

function withAllBelow(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withAllBelow)];
}

/** A command and its arguments; that it has options goes without saying. */
function termOf(command: Command): string {
  const names = command.registeredArguments.map(argument => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...names].join(' ');
}

/** The choices follow the words, the default among them: commander's own words take twice the room. */
function descriptionOf({ description, argChoices, defaultValue }: Option): string {
  if (!argChoices) return description;
  const choices = argChoices.map(choice => (choice === defaultValue ? `${choice} (default)` : choice));
  return `${description}: ${choices.join(', ')}`;
}

/** Commander's complaint as one line: its suggestion, if any, and where to look further. */
function sentenceOf(complaint: string): string {
  const sentence = complaint.replace(/^error: /, '').replace(/\s*\n\((Did you mean .*\?)\)/, '. $1');
  return `${sentence}${/[.?]$/.test(sentence) ? '' : '.'} See mcp-audit --help.`;
}
