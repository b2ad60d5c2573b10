import { Argument, type Command, Option } from 'commander';
import { looked, lookingOptions } from './options.js';
import { badgeFormats, type Request, type Shell, shells } from './request.js';

/** The commands that make the tool at home somewhere: `init`, `badge` and `completion`. */
export function settingUpCommands(program: Command, tell: (request: Request) => void): void {
  program
    .command('init')
    .description('write a configuration, a GitHub workflow, a pre-commit hook; asks nothing')
    .argument('[folder]', 'where the server lives', '.')
    .option('--config', 'mcp-audit.config.json (what is written when nothing is chosen)')
    .option('--workflow', 'a GitHub workflow')
    .option('--hook', 'a pre-commit hook')
    .option('--all', 'all of them')
    .option('--force', 'replace a configuration or a workflow that is there')
    .action((folder: string, { config, workflow, hook, all = false, force = false }) => {
      const isNoneChosen = !(config || workflow || hook || all);
      tell({
        command: 'init',
        folder,
        config: config ?? (all || isNoneChosen),
        workflow: workflow ?? all,
        hook: hook ?? all,
        force,
      });
    });
  lookingOptions(program.command('badge').description('draw the grade as a badge'))
    .option('--from <file>', 'a saved JSON report in place of an audit; - for stdin')
    .addOption(
      new Option('-f, --format <name>', 'a picture, or data for shields.io').choices(badgeFormats).default('svg'),
    )
    .option('-o, --output <file>', 'write it to a file, nothing to stdout')
    .action((targets: string[], options) => tell({ command: 'badge', ...looked(targets), ...options }));
  program
    .command('completion')
    .description('print what makes a shell complete the command line')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .action((shell: Shell) => tell({ command: 'completion', shell }));
}
