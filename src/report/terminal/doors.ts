import type { ReportDoor } from '../doors.js';
import type { Report } from '../schema.js';
import type { Page } from './page.js';
import { counted, joined, shortened, wrapped } from './text.js';

/** A door on a few lines: what and where, who can reach it, who is let in. */
export function doorLines(door: ReportDoor, page: Page): string[] {
  const separator = ` ${page.signs.dot} `;
  const room = page.width - 4;
  const { origin, credential } = door.guards;
  const gates = door.gates.map(gate => `${gate.name}${gate.certain ? '' : ' (perhaps)'}`);
  const title = door.transport ? `${door.kind} (${door.transport})` : door.kind;
  const wayIn = door.wayIn ? [`${door.wayIn.method} ${door.wayIn.path ?? '(any path)'}`] : [];
  return [
    ...joined([title, `${door.file}:${door.line}`], '  ', page.width - 2).map(line => `  ${page.paint.bold(line)}`),
    ...joined([door.via, addressOf(door), ...wayIn], separator, room).map(line => `    ${line}`),
    ...joined([`Origin: ${originWords(origin)}`, `credential: ${credentialWords(credential)}`], separator, room).map(
      line => `    ${line}`,
    ),
    ...(gates.length > 0
      ? wrapped(`gates: ${shortened(gates, 4).join(', ')}`, room).map(line => `    ${page.paint.dim(line)}`)
      : []),
  ];
}

/** Why there is no door to show. */
export function noDoorLines({ stdio, target }: Report, page: Page): string[] {
  if (target.filesExamined === 0) return ['Nothing was audited: no file was examined.'];
  const [first] = stdio;
  const words = first
    ? `This server speaks MCP over stdio only (${first.file}:${first.line}). It has no network door, so there is nothing to grade.`
    : `Nothing was found to audit: no network door and no MCP server in ${counted(target.filesExamined, 'file')}.`;
  return wrapped(words, page.width);
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
