import type { Audit, audit } from '../audit.js';
import type { Rule } from '../rule.js';
import { answerTo, type ExitCode, exitCodes } from './exit.js';
import { isColored, isUnicode } from './look.js';
import { isMistake, mistake } from './mistake.js';
import { type Format, type Request, requestOf, type Voice } from './request.js';
import { writeWhole } from './write.js';

/** The process, as far as the command line needs it. */
export interface Machine extends Voice {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How a report should look; formats for programs do not care. */
export interface Look {
  readonly color: boolean;
  /** In cells. */
  readonly width: number;
  readonly unicode: boolean;
  readonly quiet: boolean;
}

/** The heavy half of the tool, loaded only when there is something to audit. */
export interface Engine {
  readonly audit: typeof audit;
  readonly rules: readonly Rule[];
  readonly render: Readonly<Record<Format, (audit: Audit, look: Look) => string>>;
  isNoSuchTarget(error: unknown): error is Error;
  /** Called after a run that did real work, so that the next one starts faster. */
  remember(): void;
}

/** Runs the command line and answers with the exit code. stdout gets the report and nothing else; words go to stderr. */
export function main(argv: readonly string[], machine: Machine, load: () => Engine): ExitCode {
  try {
    const request = requestOf(argv, machine);
    return request ? run(request, machine, load()) : exitCodes.clean;
  } catch (error) {
    if (isMistake(error)) {
      machine.err(`mcp-audit: ${error.message}\n`);
      return exitCodes.mistake;
    }
    machine.err(`mcp-audit broke, please report it: ${error instanceof Error ? error.stack : error}\n`);
    return exitCodes.fault;
  }
}

function run(request: Request, machine: Machine, engine: Engine): ExitCode {
  const done = auditOf(request, engine);
  const text = engine.render[request.format](done, lookOf(request, machine));
  if (request.output === undefined) machine.out(text);
  else write(request.output, text);
  const { code, because } = answerTo(done.report, request);
  for (const reason of because) machine.err(`mcp-audit: ${reason}\n`);
  // Only a run that judged a door went through the functions that are worth keeping.
  if (done.report.doors.length > 0) engine.remember();
  return code;
}

function auditOf({ targets, includeTests }: Request, { audit, rules, isNoSuchTarget }: Engine): Audit {
  try {
    return audit(targets, { includeTests }, rules);
  } catch (error) {
    throw isNoSuchTarget(error) ? mistake(`${error.message}.`) : error;
  }
}

function lookOf({ color, output, quiet }: Request, { env, columns }: Machine): Look {
  const watched = output === undefined ? columns : undefined;
  return { color: isColored(color, env, watched !== undefined), width: watched ?? 100, unicode: isUnicode(env), quiet };
}

function write(file: string, text: string): void {
  try {
    writeWhole(file, text);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const obstacles: Readonly<Record<string, string>> = {
      ENOENT: 'its folder does not exist',
      EISDIR: 'it is a folder',
      EACCES: 'permission denied',
      EPERM: 'permission denied',
      EROFS: 'the disk is read-only',
      ENOSPC: 'the disk is full',
    };
    throw mistake(`cannot write ${file}: ${obstacles[code] ?? String(error)}.`);
  }
}
