import type { DoorSubject, Location, Subject, Trial } from '../facts/index.js';
import type { Report } from './schema.js';

export type ReportDoor = Report['doors'][number];
export type Place = Report['stdio'][number];
export type Candidate = ReportDoor['guards']['origin']['admits'][number];

/** The ways in among the subjects of an audit. */
export function isDoor(subject: Subject): subject is DoorSubject {
  const { kind } = subject;
  return kind === 'WebSocketServer' || kind === 'McpEndpoint' || kind === 'ControlEndpoint' || kind === 'EventStream';
}

/** A door as the report shows it: where it is, who can reach it, what stands in the way. */
export function doorOf(door: DoorSubject): ReportDoor {
  const { bind, wayIn, credential } = door;
  return {
    kind: door.kind,
    via: door.via,
    transport: door.kind === 'McpEndpoint' ? door.transport : null,
    ...placeIn(door.at),
    exposure: door.exposure,
    bind: bind.is === 'default' ? bind : { ...bind, at: placeIn(bind.at) },
    wayIn: wayIn ? { ...placeIn(wayIn.at), method: wayIn.method, path: wayIn.path ?? null } : null,
    gates: door.gates.map(({ at, name, stage, certain }) => ({ ...placeIn(at), name, stage, certain })),
    guards: {
      origin: originGuardOf(door),
      credential: {
        answer: credential.answer,
        carriers: [...credential.carriers],
        at: credential.at ? placeIn(credential.at) : null,
        because: credential.because ?? null,
      },
    },
  };
}

function originGuardOf({ origin }: DoorSubject): ReportDoor['guards']['origin'] {
  const { stage, trials, decidedBy } = origin;
  const candidatesThat = (answer: Trial['answer']) => trials.filter(trial => trial.answer === answer).map(candidateOf);
  return {
    stage,
    admits: candidatesThat('admits'),
    refuses: candidatesThat('refuses'),
    unsettled: trials.flatMap(trial => {
      const { answer } = trial;
      return answer === 'depends' || answer === 'unclear'
        ? [{ ...candidateOf(trial), answer, because: trial.because ?? null }]
        : [];
    }),
    decidedBy: decidedBy.map(placeIn),
  };
}

/** What was sent, without what became of it. */
export function candidateOf({ kind, origin, host }: Trial): Candidate {
  return { kind, origin, host: host ?? null };
}

/** A location with its keys in the report's order, whatever order they were made in. */
export function placeIn({ file, line, column, endLine, endColumn }: Location): Place {
  return { file, line, column, endLine, endColumn };
}
