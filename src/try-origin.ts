import { type DiscoveryOptions, discover } from './discover/discover.js';
import { extract } from './extract/extract.js';
import type { AskedRequest, DoorSubject, Fault, Trial } from './facts/index.js';

/** What became of one request at one door. */
export interface TriedDoor {
  readonly door: DoorSubject;
  readonly trial: Trial;
  /** The door lets it in first and looks at the Origin only then. */
  readonly late: boolean;
}

export interface TryOptions extends DiscoveryOptions {
  /** Seconds that the reading of the code may take. */
  readonly timeLimit?: number | undefined;
}

/** One request at every door of a source tree. */
export interface TriedOrigin {
  readonly asked: AskedRequest;
  readonly doors: readonly TriedDoor[];
  readonly faults: readonly Fault[];
}

/**
 * Tries a request of the user's choice at every door.
 * @throws NoSuchTarget when a target is neither a folder nor a file.
 */
export function tryOrigin(targets: readonly string[], options: TryOptions, asked: AskedRequest): TriedOrigin {
  const { subjects, faults } = extract(discover(targets, options), { asked, timeLimit: options.timeLimit });
  const doors = subjects.flatMap(subject => {
    if (!('wayIn' in subject)) return [];
    const { trials, stage } = subject.origin;
    // A door that could not be followed at all has only that to say.
    const trial = trials.find(({ kind }) => kind === 'asked') ?? trials[0];
    return trial ? [{ door: subject, trial, late: stage === 'after-accept' }] : [];
  });
  return { asked, doors, faults };
}
