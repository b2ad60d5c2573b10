import type { Stamp } from './read.js';
import type { Tree } from './tree.js';

/** What has been read of a tree so far: what a later run has to find unchanged to know what this one knows. */
export interface Trace {
  /** The stamp that each source file had when it was read; undefined where there was no text to read. */
  readonly sources: ReadonlyMap<string, Stamp | undefined>;
  /** The same for data files, those that were looked for in vain among them, with the largest size (bytes) that was let in. */
  readonly data: ReadonlyMap<string, { readonly stamp: Stamp | undefined; readonly limit: number }>;
  /** False when a file was read twice and has changed in between: such a run is not worth remembering. */
  readonly isSteady: boolean;
}

/** A tree that remembers what was read of it. */
export function traced(tree: Tree): { readonly tree: Tree; readonly trace: Trace } {
  const sources = new Map<string, Stamp | undefined>();
  const data = new Map<string, { stamp: Stamp | undefined; limit: number }>();
  let isSteady = true;
  return {
    tree: {
      ...tree,
      read(file, limit) {
        const reading = tree.read(file, limit);
        const stamp = reading.is === 'text' ? reading.stamp : undefined;
        if (sources.has(file) && !isSame(sources.get(file), stamp)) isSteady = false;
        sources.set(file, stamp);
        return reading;
      },
      readData(file, limit) {
        const reading = tree.readData(file, limit);
        const stamp = reading.is === 'text' ? reading.stamp : undefined;
        const before = data.get(file);
        if (before && !isSame(before.stamp, stamp)) isSteady = false;
        data.set(file, { stamp, limit });
        return reading;
      },
    },
    trace: {
      sources,
      data,
      get isSteady() {
        return isSteady;
      },
    },
  };
}

/** True for two stamps of one state of a file. */
export function isSame(a: Stamp | undefined, b: Stamp | undefined): boolean {
  return a?.mtimeMs === b?.mtimeMs && a?.ctimeMs === b?.ctimeMs && a?.size === b?.size && a?.ino === b?.ino;
}
