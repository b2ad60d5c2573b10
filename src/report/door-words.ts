import type { ReportDoor } from './doors.js';
import { shortened } from './terminal/text.js';

/** What there is to say of a door, in words that every format shares. */
export interface DoorWords {
  readonly title: string;
  readonly place: string;
  readonly address: string;
  readonly wayIn: string;
  readonly origin: string;
  readonly credential: string;
  /** In the order in which they run. */
  readonly gates: readonly string[];
}

export function doorWords(door: ReportDoor): DoorWords {
  const { origin, credential } = door.guards;
  return {
    title: door.transport ? `${door.kind} (${door.transport})` : door.kind,
    place: `${door.file}:${door.line}`,
    address: addressOf(door),
    wayIn: door.wayIn ? `${door.wayIn.method} ${door.wayIn.path ?? '(any path)'}` : '',
    origin: originWords(origin),
    credential: credentialWords(credential),
    gates: door.gates.map(gate => `${gate.name}${gate.certain ? '' : ' (perhaps)'}`),
  };
}

function addressOf({ exposure, bind }: ReportDoor): string {
  const reach = exposure === 'unclear' ? 'reach unclear' : exposure;
  if (bind.is === 'unclear') return reach;
  return `${reach} ${bind.value}${bind.is === 'default' ? ' (default)' : ''}`;
}

/** Requests that are no sign of an attack: the owner's own pages, and clients that are not browsers. */
const harmless = new Set(['trusted', 'variant', 'loopback', 'absent']);

function originWords({ stage, admits, refuses, unsettled }: ReportDoor['guards']['origin']): string {
  const late = stage === 'after-accept' ? ', only after accepting' : '';
  const foreign = admits.filter(({ kind }) => !harmless.has(kind));
  const open = unsettled.find(({ kind }) => !harmless.has(kind));
  const isStranger = ({ kind }: { readonly kind: string }) => kind === 'unrelated';
  if (foreign.some(isStranger) && !refuses.some(isStranger)) return 'admits any page';
  if (foreign.length > 0) return `admits ${shortened(foreign.map(nameOf), 1).join(' ')}${late}`;
  if (open?.answer === 'depends') return `depends on ${open.because ?? 'configuration'}`;
  if (open) return 'could not be told';
  return refuses.length > 0 ? `refuses foreign pages${late}` : 'could not be told';
}

function nameOf({ kind, origin, host }: ReportDoor['guards']['origin']['admits'][number]): string {
  if (host !== null) return `pages rebound to ${host}`;
  return origin === 'null' ? 'the origin null' : (origin ?? kind);
}

function credentialWords({ answer, carriers, because }: ReportDoor['guards']['credential']): string {
  const ways = carriers.length > 0 ? ` (${carriers.join(', ')})` : '';
  if (answer === 'refuses') return `required${ways}`;
  if (answer === 'depends') return `depends on ${because ?? 'configuration'}`;
  if (answer === 'unclear') return 'could not be told';
  return because === null ? 'none' : `none (${because})`;
}
