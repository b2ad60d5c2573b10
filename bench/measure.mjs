import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * What is timed, and `before` it what is not. `codes` are the exit codes of a run that did its work: 0 and 1, as linters have it.
 * @typedef {{ name: string, file: string, args: string[], env?: Record<string, string>, before?: () => void, codes?: number[] }} Command
 */
/**
 * Milliseconds on the clock, and MB at the peak (NaN where there is no /proc).
 * @typedef {{ wall: number, memory: number }} Run
 * @typedef {{ name: string, runs: Run[], failed?: string }} Measured
 */

/** A tool that takes longer than this (ms) is run twice only: its noise is small beside its time. */
const slow = 8000;
/** What takes longer than this (ms) has failed. */
const patience = 600_000;

/**
 * Runs the commands in turn, A B C A B C, so that a busy moment of the machine meets all of them.
 * @param {Command[]} commands @param {string} folder where they run @param {number} rounds
 * @returns {Promise<Measured[]>}
 */
export async function inTurn(commands, folder, rounds) {
  /** @type {Measured[]} */
  const measured = commands.map(({ name }) => ({ name, runs: [] }));
  for (let round = 0; round < rounds; round++) {
    for (const [i, command] of commands.entries()) {
      const into = /** @type {Measured} */ (measured[i]);
      if (into.failed || (round >= 2 && median(into.runs.map(run => run.wall)) > slow)) continue;
      command.before?.();
      const outcome = await once(command, folder);
      if (typeof outcome === 'string') into.failed = outcome;
      else into.runs.push(outcome);
    }
  }
  return measured;
}

/**
 * @param {Command} command @param {string} folder
 * @returns {Promise<Run | string>} why it failed: linters exit with 0 or 1, everything else is a crash
 */
function once({ file, args, env, codes = [0, 1] }, folder) {
  return new Promise(done => {
    const start = process.hrtime.bigint();
    const child = spawn(file, args, {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: patience,
    });
    let words = '';
    let memory = Number.NaN;
    // The kernel keeps the peak itself, and forgets it with the process: the last look counts.
    const looking = setInterval(() => {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, 'latin1');
        memory = Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024 || memory;
      } catch {}
    }, 5);
    child.stderr.on('data', data => (words += data));
    child.on('error', error => done(String(error)));
    child.on('exit', code => {
      const wall = Number(process.hrtime.bigint() - start) / 1e6;
      clearInterval(looking);
      done(code !== null && codes.includes(code) ? { wall, memory } : `exit ${code}: ${words.trim().slice(0, 200)}`);
    });
  });
}

/** @param {number[]} numbers */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/**
 * How time grows with files: the slope of the best line through both logarithms.
 * @param {{ files: number, ms: number }[]} points
 */
export function exponentOf(points) {
  const logs = points.map(({ files, ms }) => /** @type {const} */ ([Math.log(files), Math.log(ms)]));
  const mean = (/** @type {0 | 1} */ i) => logs.reduce((sum, point) => sum + point[i], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const above = logs.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return above / logs.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}
