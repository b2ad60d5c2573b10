import type { Costs } from '../stats.js';

/** What a run has cost as a process. */
export interface Spent extends Costs {
  /** Milliseconds since the process began. */
  readonly total: number;
  /** Bytes. */
  readonly peakMemory: number;
}

/** For people: the stages in order, the parts of each below it, the slowest first. */
export function costsText({ total, peakMemory, times, counts }: Spent): string {
  const rows = Object.entries(times);
  const stages = rows.filter(([name]) => !name.includes(':'));
  const partsOf = (stage: string) =>
    rows.filter(([name, ms]) => stageOf(name) === stage && ms >= 0.05).sort(([, one], [, other]) => other - one);
  const line = (name: string, ms: number, indent = '') => `${ms.toFixed(1).padStart(9)}  ${indent}${name}`;
  return [
    `mcp-audit: ${total.toFixed(0)} ms in all, ${(peakMemory / 1e6).toFixed(0)} MB at most`,
    ...stages.flatMap(([stage, ms]) => [
      line(stage, ms),
      ...partsOf(stage).map(([name, part]) => line(name, part, '  ')),
    ]),
    ...Object.entries(counts).map(([what, count]) => `${String(count).padStart(9)}  ${what}`),
    '',
  ].join('\n');
}

/** For programs: one line of JSON; times in milliseconds, memory in bytes. */
export function costsJson(spent: Spent): string {
  return `${JSON.stringify({ stats: spent })}\n`;
}

function stageOf(part: string): string | undefined {
  const [kind] = part.split(':');
  if (kind === part) return undefined;
  return kind === 'rule' ? 'judge' : 'extract';
}
