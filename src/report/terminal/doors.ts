import { doorWords } from '../door-words.js';
import type { ReportDoor } from '../doors.js';
import type { Report } from '../schema.js';
import type { Page } from './page.js';
import { counted, joined, shortened, wrapped } from './text.js';

/** A door on a few lines: what and where, who can reach it, who is let in. */
export function doorLines(door: ReportDoor, page: Page): string[] {
  const separator = ` ${page.signs.dot} `;
  const room = page.width - 4;
  const { title, place, address, wayIn, origin, credential, gates } = doorWords(door);
  const head = [door.via, address, ...(wayIn === '' ? [] : [wayIn])];
  return [
    ...joined([title, place], '  ', page.width - 2).map(line => `  ${page.paint.bold(line)}`),
    ...joined(head, separator, room).map(line => `    ${line}`),
    ...joined([`Origin: ${origin}`, `credential: ${credential}`], separator, room).map(line => `    ${line}`),
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
