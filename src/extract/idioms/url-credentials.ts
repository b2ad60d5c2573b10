import { ascentsFrom } from '../../code/climb.js';
import type { Code, Node } from '../../code/code.js';
import type { FunctionNode } from '../../code/module.js';
import { type QueryRead, queryReadsOf } from '../../code/query-reads.js';
import { mentionsAround, statementAround } from '../../code/references.js';
import { streamHeads } from '../../code/streams.js';
import { type UrlParameter, urlParametersOf } from '../../code/url-building.js';
import { type Use, usesOf } from '../../code/uses.js';
import { type Location, placeOf, type Step, type UrlCredential } from '../../facts/index.js';
import type { Findings, Idiom } from '../idiom.js';
import { meaningOf, plainNameOf, speaksOfCredentials, speaksOfOtherTokens } from './credential-words.js';

/** Credentials that travel in a URL's query: read there by the server, or written there for somebody. */
export const urlCredentials: Idiom = {
  id: 'url-credentials',
  words: [
    'searchParams',
    'URLSearchParams',
    'req.query',
    'request.query',
    'ctx.query',
    '{ query',
    '?token=',
    '&token=',
    '?key=',
    '&key=',
    'api_key=',
    'apiKey=',
    'access_token=',
  ],
  read(findings) {
    const reads = readsOf(findings);
    const reusable = new Set(reads.filter(read => !read.singleUse).map(read => plainNameOf(read.parameter)));
    const usedUp = reads.map(read => [plainNameOf(read.parameter), read.singleUse] as const);
    const tickets = new Map(usedUp.flatMap(([name, at]) => (at && !reusable.has(name) ? [[name, at] as const] : [])));
    return [...reads, ...writesOf(findings.code, tickets)];
  },
};

const isPossible = (name: string): boolean => meaningOf(name) !== 'other';

// ---- reads --------------------------------------------------------------------------------------------------

function readsOf(findings: Findings): UrlCredential[] {
  const { code, spots, surface } = findings;
  const verifiers = new Set(
    surface.sockets.flatMap(socket =>
      socket.verifiers.map(({ value }) => (value.is === 'function' ? value.node : undefined)),
    ),
  );
  const isEntry = (fn: FunctionNode): boolean => spots.has(fn) || verifiers.has(fn);
  const streams = streamHandlersOf(findings);
  return together(code, queryReadsOf(code, isPossible, isEntry)).flatMap((reads): UrlCredential[] => {
    const { uses, removedAt } = usesOf(
      code,
      reads.map(read => read.node),
    );
    const names = reads.flatMap(read => read.names).filter(name => isCredential(name, uses));
    const parameter = names.find(name => meaningOf(name) === 'credential') ?? names[0];
    const read = reads.find(each => parameter !== undefined && each.names.includes(parameter));
    if (parameter === undefined || !read) return [];
    return [
      {
        kind: 'UrlCredential',
        variant: 'server-read',
        at: code.at(read.node),
        parameter,
        onStream: isReachedFrom(streams, code, read.node),
        singleUse: removedAt && code.at(removedAt),
        trail: readTrail(code, read, parameter, uses),
      },
    ];
  });
}

/** Whether a parameter of this name, used like this, grants something. */
function isCredential(name: string, uses: readonly Use[]): boolean {
  const names = uses.map(use => use.name);
  if (meaningOf(name) === 'perhaps') return names.some(speaksOfCredentials);
  return (
    plainNameOf(name) !== 'token' ||
    !names.some(speaksOfOtherTokens) ||
    names.some(each => each !== name && speaksOfCredentials(each))
  );
}

/** The functions that see the request of a WebSocket or an event stream on its way in. */
function streamHandlersOf({ code, doors, webSockets, endpoints }: Findings): ReadonlySet<FunctionNode> {
  const long = [...webSockets, ...endpoints.filter(({ door }) => door.transport === 'sse')].flatMap(
    ({ plan }) => plan.stations,
  );
  const written = streamHeads(code).flatMap(head =>
    doors.waysTo(head.node, undefined).flatMap(way => way.chain.stations),
  );
  return new Set(
    [...long, ...written].flatMap(station =>
      'handler' in station && station.handler.value.is === 'function' ? [station.handler.value.node] : [],
    ),
  );
}

/** Whether one of the functions leads to a place, by calls or by naming the function in which it stands. */
function isReachedFrom(handlers: ReadonlySet<FunctionNode>, code: Code, node: Node): boolean {
  if (!handlers.size) return false;
  const leads = (place: Node) => ascentsFrom(code.values, place, undefined, fn => handlers.has(fn)).length > 0;
  return leads(node) || mentionsAround(code, node).some(leads);
}

const how: Readonly<Record<Use['is'], (name: string) => string>> = {
  compared: name => `compared with \`${name}\``,
  passed: name => `passed to \`${name}\``,
  returned: name => `returned by \`${name}\``,
  named: name => `kept as \`${name}\``,
};

/** Where it is read, and the first place that shows what for. */
function readTrail(code: Code, read: QueryRead, parameter: string, uses: readonly Use[]): Step[] {
  const telling =
    uses.find(use => use.is === 'compared') ??
    uses.find(use => use.is === 'passed' && speaksOfCredentials(use.name)) ??
    uses.find(use => use.is === 'returned');
  return [
    { at: code.at(read.node), says: `\`${parameter}\` is read from the request's query` },
    ...(telling ? [{ at: code.at(telling.node), says: how[telling.is](telling.name) }] : []),
  ];
}

// ---- writes -------------------------------------------------------------------------------------------------

function writesOf(code: Code, tickets: ReadonlyMap<string, Location>): UrlCredential[] {
  const written = urlParametersOf(code, isPossible).filter(({ name, value }) => isCredentialValue(name, value));
  return together(
    code,
    written.map(each => ({ ...each, names: [each.name] })),
  ).map(([first]) => ({
    kind: 'UrlCredential',
    variant: variantOf(first),
    at: code.at(first.node),
    parameter: first.name,
    onStream: false,
    singleUse: tickets.get(plainNameOf(first.name)),
    trail: [{ at: code.at(first.node), says: `\`${first.name}\` is written into the URL` }],
  }));
}

/** What a parameter is given decides where its name leaves a doubt. */
function isCredentialValue(name: string, value: readonly string[]): boolean {
  if (meaningOf(name) === 'perhaps') return value.some(speaksOfCredentials);
  return plainNameOf(name) !== 'token' || !value.some(speaksOfOtherTokens);
}

const requesters = /^(fetch|\w*[fF]etch\w*|axios|got|ky|\w*[rR]equest|get|post|put|patch)$/;
/** What shows a URL to people, or connects to a server of one's own; a log is asked about by itself. */
const readers = /^(open|openExternal|redirect|WebSocket|EventSource|spawn|exec|execFile|goto)$/;

/** A constant foreign host is another service's; without one, what the URL is handed to tells. */
function variantOf({ base, handedTo }: UrlParameter): 'client-url' | 'outbound-api' {
  if (handedTo.some(name => readers.test(name))) return 'client-url';
  const host = base === undefined ? undefined : /^https?:\/\/(\[[^\]]*\]|[^/:?#]*)/i.exec(base)?.[1];
  if (host !== undefined)
    return /^$|^(localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\])$|^[^.]+$/i.test(host) ? 'client-url' : 'outbound-api';
  const isPath = !base || base.startsWith('?'); // what the helper that requests it puts an address before
  return isPath && handedTo.some(name => requesters.test(name)) ? 'outbound-api' : 'client-url';
}

// ---- one subject per parameter and function -----------------------------------------------------------------

/** Groups what has the same name in one function, or stands in one statement: repetitions and aliases. */
function together<T extends { readonly node: Node; readonly names: readonly string[] }>(
  code: Code,
  found: readonly T[],
): (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const each of found) {
    const place = placeOf(code.at(code.functionAround(each.node) ?? each.node.getSourceFile()));
    const keys = [
      placeOf(code.at(statementAround(each.node))),
      ...each.names.map(name => `${place} ${plainNameOf(name)}`),
    ];
    const known = keys.map(key => groups.get(key)).find(group => group !== undefined);
    const group: [T, ...T[]] = known ?? [each];
    if (known) known.push(each);
    for (const key of keys) groups.set(key, group);
  }
  return [...new Set(groups.values())];
}
