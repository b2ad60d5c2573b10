import { projectTop } from '../config/find.js';
import { printed, severalLines } from '../inert.js';
import { requestOf } from './command-line.js';
import { runAudit } from './commands/audit.js';
import { showBadge } from './commands/badge.js';
import { updateBaseline } from './commands/baseline.js';
import { explainRule, listRules } from './commands/catalogue.js';
import { showCompletion } from './commands/completion.js';
import { initialise } from './commands/init.js';
import { showDoors, showFacts } from './commands/inspect.js';
import { showSaved } from './commands/report.js';
import { showTriedOrigin } from './commands/try-origin.js';
import { type ExitCode, exitCodes } from './exit.js';
import type { Loaders } from './loaders.js';
import { isMistake, mistake } from './mistake.js';
import type { Looking, Request, Voice } from './request.js';
import { say } from './say.js';
import { folderOf } from './settings.js';

/** The process, as far as the command line needs it. */
export interface Machine extends Voice {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The day, `YYYY-MM-DD`. */
  readonly today: string;
  /** Somebody sees stderr: it is a terminal. */
  readonly isWatched: boolean;
  /** Milliseconds since the process began. */
  now(): number;
  /** Milliseconds that loading parts of the tool has taken so far. */
  loads(): Readonly<Record<string, number>>;
  /** Bytes that the process has held at most. */
  peakMemory(): number;
  /** All of stdin. */
  input(): string;
}

/** Runs the command line and answers with the exit code. stdout gets the report and nothing else; words go to stderr. */
export function main(argv: readonly string[], machine: Machine, load: Loaders): ExitCode {
  try {
    const request = requestOf(argv, machine);
    if (!request) return exitCodes.clean;
    return run(request, machine, { ...load, engine: () => load.engine(projectsOf(request), remembers(request)) });
  } catch (error) {
    if (isMistake(error)) {
      say(machine, error.message);
      return exitCodes.mistake;
    }
    const stack = error instanceof Error ? String(error.stack) : String(error);
    machine.err(printed([severalLines(`mcp-audit broke, please report it: ${stack}`)]));
    return exitCodes.fault;
  }
}

/** The projects that a request looks at, or where it is made. */
function projectsOf(request: Request): readonly string[] {
  const { targets = ['.'] } = request as Partial<Looking>;
  return targets.map(target => projectTop(folderOf(target)));
}

function remembers(request: Request): boolean {
  return (request as Partial<Looking>).cache ?? true;
}

function run(request: Request, machine: Machine, load: Loaders): ExitCode {
  try {
    switch (request.command) {
      case 'audit':
        return runAudit(request, machine, load);
      case 'report':
        return showSaved(request, machine, load);
      case 'baseline update':
        return updateBaseline(request, machine, load);
      case 'explain':
        return explainRule(request, machine, load);
      case 'rules':
        return listRules(request, machine, load);
      case 'doors':
        return showDoors(request, machine, load);
      case 'facts':
        return showFacts(request, machine, load);
      case 'try-origin':
        return showTriedOrigin(request, machine, load);
      case 'init':
        return initialise(request, machine);
      case 'badge':
        return showBadge(request, machine, load);
      case 'completion':
        return showCompletion(request, machine, load);
    }
  } catch (error) {
    // What the user named or wrote, and can put right.
    const isTheirs = error instanceof Error && (error.name === 'NoSuchTarget' || error.name === 'ConfigError');
    throw isTheirs ? mistake(`${error.message.replace(/[.?]$/, '')}.`) : error;
  }
}
