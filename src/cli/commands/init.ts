import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import { configFileIn, configNames, projectTop } from '../../config/find.js';
import { oneLine, printed } from '../../inert.js';
import { type ExitCode, exitCodes } from '../exit.js';
import type { Machine } from '../main.js';
import { mistake } from '../mistake.js';
import type { InitRequest } from '../request.js';
import { say } from '../say.js';
import { realPath } from '../selection.js';
import { folderOf } from '../settings.js';
import { makeFolder, write } from '../write.js';
import { configText, hookText, workflowText } from './init-texts.js';

/**
 * Writes what makes the tool at home in a project. It asks nothing, and what is there already stays as it is: the
 * configuration and the workflow unless `--force` is given, a pre-commit configuration always, since other hooks live in it.
 */
export function initialise(request: InitRequest, machine: Machine): ExitCode {
  const folder = realPath(folderOf(request.folder));
  const top = projectTop(folder);
  const server = relative(top, folder).split(sep).join('/') || '.';
  if (request.workflow && isNoPath.test(server))
    throw mistake(
      `${shown(folder)} has a name that cannot stand in a workflow: rename it, or write the workflow yourself.`,
    );
  const before = { isRefused: false };
  const put = (file: string, text: string, existing = existsSync(file) ? file : undefined) => {
    if (existing !== undefined && !(request.force && existing === file)) {
      before.isRefused = true;
      say(machine, `${shown(existing)} is there and was left as it is${hintFor(existing === file)}.`);
      return;
    }
    makeFolder(dirname(file), top);
    write(file, text, top);
    machine.out(printed([`wrote ${oneLine(shown(file))}`]));
  };

  if (request.config) put(join(folder, configNames[0]), configText, configFileIn(folder));
  if (request.workflow) put(join(top, '.github/workflows/mcp-audit.yml'), workflowText(manifest.version, server));
  if (request.hook) putHook(join(top, '.pre-commit-config.yaml'), machine, put);
  const others = [...(request.workflow ? [] : ['--workflow']), ...(request.hook ? [] : ['--hook'])];
  if (others.length > 0) machine.out(`More can be written with ${others.join(' and ')}.\n`);
  return before.isRefused ? exitCodes.mistake : exitCodes.clean;
}

/** What would end its line of the workflow, or be read as an expression before any shell sees it. */
const isNoPath = /[\p{C}\p{Zl}\p{Zp}]|\$\{\{/u;

function hintFor(isSame: boolean): string {
  return isSame ? '; --force replaces it' : '';
}

function putHook(file: string, machine: Machine, put: (file: string, text: string) => void): void {
  const text = hookText(manifest.version);
  if (existsSync(file)) machine.out(printed([`Add this to \`repos:\` in ${oneLine(shown(file))}:`, '', text]));
  else put(file, `repos:\n${text}`);
}

function shown(file: string): string {
  const below = relative('', file);
  return below.startsWith('..') ? file : below;
}
