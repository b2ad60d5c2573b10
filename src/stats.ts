/** What is counted of a run: what it costs, whatever the machine. */
export const counted = [
  'files found',
  'files read',
  'characters read',
  'files parsed',
  'nodes visited',
  'evaluator steps',
  'facts from the cache',
] as const;
export type Counted = (typeof counted)[number];

/** Is told of the work while it is done. */
export interface Stats {
  /** Does a piece of work, `rule:ws-missing-auth` or a stage such as `judge`, and adds its time to others of the name. */
  time<T>(name: string, work: () => T): T;
  count(what: Counted, more: number): void;
}

/** For those who do not want to know. */
export const noStats: Stats = { time: (_, work) => work(), count: () => {} };

/** Where the time went, and what was done in it. */
export interface Costs {
  /** Milliseconds by name, in the order of first use; a stage contains what was timed in it. */
  readonly times: Readonly<Record<string, number>>;
  readonly counts: Readonly<Record<Counted, number>>;
}

/** @param now a clock, in milliseconds */
export function openStats(now: () => number): Stats & { costs(): Costs } {
  const times = new Map<string, number>();
  const counts = Object.fromEntries(counted.map(what => [what, 0])) as Record<Counted, number>;
  return {
    time(name, work) {
      const start = now();
      times.set(name, times.get(name) ?? 0); // in the order in which they begin
      try {
        return work();
      } finally {
        times.set(name, times.get(name)! + now() - start);
      }
    },
    count(what, more) {
      counts[what] += more;
    },
    costs: () => ({ times: Object.fromEntries(times), counts: { ...counts } }),
  };
}
