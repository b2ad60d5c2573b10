import type { DoorSubject, Fault, Location, Trial } from '../facts/index.js';
import { printed, safe } from '../inert.js';
import { commandOf } from './command.js';
import { placeIn } from './doors.js';
import { faultWords } from './rendering.js';

/** One request at every door, as it is to be shown. */
interface Tried {
  readonly asked: { readonly origin: string | null; readonly host?: string };
  readonly doors: readonly { readonly door: DoorSubject; readonly trial: Trial; readonly late: boolean }[];
  readonly faults: readonly Fault[];
}

/** What became of the request at each door, as plain data. */
export function triedData({ asked, doors, faults }: Tried) {
  return {
    request: { origin: asked.origin, host: asked.host ?? null },
    doors: doors.map(({ door, trial, late }) => ({
      answer: trial.answer,
      late,
      kind: door.kind,
      via: door.via,
      ...placeIn(door.at),
      wayIn: door.wayIn
        ? { ...placeIn(door.wayIn.at), method: door.wayIn.method, path: door.wayIn.path ?? null }
        : null,
      because: trial.because ?? null,
      at: trial.at ? placeIn(trial.at) : null,
      trail: trial.trail.map(({ at, says }) => ({ ...placeIn(at), message: says })),
      command: commandOf(trial),
    })),
    faults: faults.map(fault => ({ in: fault.in, message: fault.says })),
  };
}

type Data = ReturnType<typeof triedData>;

/** What became of the request at each door, for a person. */
export function triedText(tried: Tried): string {
  const { request, doors, faults } = safe(triedData(tried));
  const sent = request.origin === null ? 'no Origin' : `Origin: ${request.origin}`;
  const head = request.host === null ? sent : `${sent}, Host: ${request.host}`;
  const none = doors.length > 0 ? [] : ['', 'No network door was found to try it at.'];
  const broken = faults.map(fault => `incomplete: ${faultWords(fault)}`);
  return printed([head, ...none, ...doors.flatMap(linesOf), ...broken]);
}

function linesOf({
  answer,
  late,
  kind,
  via,
  wayIn,
  because,
  at,
  trail,
  command,
  ...place
}: Data['doors'][number]): string[] {
  const way = wayIn ? ` · ${wayIn.method} ${wayIn.path ?? '(any path)'}` : '';
  const words = {
    admits: 'gets in',
    refuses: late ? 'is refused, but only after the connection was accepted' : 'is refused',
    depends: `depends on ${because ?? 'configuration'}`,
    unclear: `could not be told: ${because ?? 'the code could not be followed'}`,
  }[answer];
  const steps = trail.length > 0 ? trail.map(step => `${lineOf(step)}: ${step.message}`) : at ? [lineOf(at)] : [];
  return [
    '',
    `${kind}  ${lineOf(place)}  ${via}${way}`,
    `  ${words}`,
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
    ...(command ? [`  try it: ${command}`] : []),
  ];
}

function lineOf({ file, line }: Pick<Location, 'file' | 'line'>): string {
  return `${file}:${line}`;
}
