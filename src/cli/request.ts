import { Command, CommanderError, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { type Severity, severities } from '../rule.js';
import type { Grade } from '../score/score.js';
import { exitCodeTable } from './exit.js';
import { mistake } from './mistake.js';

const formats = ['terminal', 'json'] as const;
export type Format = (typeof formats)[number];

const colorModes = ['auto', 'always', 'never'] as const;
export type ColorMode = (typeof colorModes)[number];

const grades = ['A', 'B', 'C', 'D', 'F'] as const satisfies readonly Grade[];

/** What the user asked for. */
export interface Request {
  readonly targets: readonly string[];
  readonly format: Format;
  /** The file that takes the report instead of stdout. */
  readonly output?: string;
  /** The lightest severity that fails the run. */
  readonly failOn: Severity | 'none';
  /** The worst grade that passes. */
  readonly minGrade?: Grade;
  readonly includeTests: boolean;
  readonly allowEmpty: boolean;
  readonly exitZero: boolean;
  readonly color: ColorMode;
  readonly quiet: boolean;
}

/** Where the command line speaks. */
export interface Voice {
  out(text: string): void;
  err(text: string): void;
  /** Cells per line of the terminal that stdout is; undefined when it is a pipe or a file. */
  readonly columns: number | undefined;
}

/**
 * Reads the command line (less `node` and the script). Undefined when it only asked for help or the version, which
 * have then been given.
 * @throws Mistake
 */
export function requestOf(argv: readonly string[], voice: Voice): Request | undefined {
  const program = commandLine()
    .exitOverride()
    .configureOutput({
      writeOut: text => voice.out(text),
      outputError: () => {},
      getOutHelpWidth: () => voice.columns ?? 80,
    });
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw mistake(sentenceOf(error.message));
  }
  const targets = program.args.length > 0 ? program.args : ['.'];
  return { targets, ...unsaid, ...program.opts<Omit<Request, 'targets' | keyof typeof unsaid>>() };
}

/** Flags that were not given. */
const unsaid = { includeTests: false, allowEmpty: false, exitZero: false, quiet: false };

function commandLine(): Command {
  return new Command('mcp-audit')
    .configureHelp({ optionDescription: descriptionOf })
    .description(manifest.description)
    .argument('[paths...]', 'folders or files to audit (default: the current folder)')
    .addOption(new Option('-f, --format <name>', 'how to report').choices(formats).default('terminal'))
    .option('-o, --output <file>', 'write the report to a file, nothing to stdout')
    .addOption(
      new Option('--fail-on <severity>', 'fail on findings this grave or graver')
        .choices([...severities, 'none'])
        .default('high'),
    )
    .addOption(new Option('--min-grade <grade>', 'fail on a grade below this one').choices(grades))
    .option('--include-tests', 'audit test and fixture files as well')
    .option('--allow-empty', 'do not fail when there is nothing to examine')
    .option('--exit-zero', 'do not fail on findings or grade')
    .addOption(
      new Option('--color <when>', 'when to paint; auto heeds NO_COLOR and FORCE_COLOR')
        .choices(colorModes)
        .default('auto'),
    )
    .option('-q, --quiet', 'show only findings and grade')
    .version(manifest.version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', `\n${exitCodeTable}`);
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
