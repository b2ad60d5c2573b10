import type { Machine } from './main.js';

/** Milliseconds before a run is long enough to say anything, and between two words of it. */
const patience = 1_000;
const pause = 200;

/** Tells somebody who watches a terminal that a long run goes on; clears its line at the end. */
export interface Progress {
  /** Called for every file that is read. */
  onFile(): void;
  end(): void;
}

/** Silent unless stderr is a terminal outside CI. */
export function progressOn(machine: Machine, isQuiet: boolean): Progress | undefined {
  if (isQuiet || !machine.isWatched || machine.env.CI) return undefined;
  const start = machine.now();
  let count = 0;
  let shown = start;
  return {
    onFile() {
      count++;
      const now = machine.now();
      if (now - start < patience || now - shown < pause) return;
      shown = now;
      machine.err(`\r${count} files read…`);
    },
    end() {
      if (shown !== start) machine.err('\r\x1b[K');
    },
  };
}
