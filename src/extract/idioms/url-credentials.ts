import { ascentsFrom } from '../../code/climb.js';
import type { Code, Node } from '../../code/code.js';
import type { FunctionNode } from '../../code/module.js';
import { type QueryRead, queryReadsOf } from '../../code/query-reads.js';
import { streamHeads } from '../../code/streams.js';
import { type UrlParameter, urlParametersOf } from '../../code/url-building.js';
import { statementAround, type Use, usesOf } from '../../code/uses.js';
import { type Location, placeOf, type Step, type UrlCredential } from '../../facts/index.js';
import type { Findings, Idiom } from '../idiom.js';
import { meaningOf, plainNameOf, speaksOfCredentials, speaksOfOtherTokens } from './credential-words.js';

/** Credentials that travel in a URL's query: read there by the server, or written there for somebody. */
export const urlCredentials: Idiom = {
  id: 'url-credentials',
  read(findings) {
    const { code } = findings;
    const reads = oncePerFunction(code, readsOf(findings));
    const tickets = new Map(reads.flatMap(read => (read.singleUse ? [[plainNameOf(read.parameter), read.singleUse] as const] : [])));
    return [...reads, ...oncePerFunction(code, buildsOf(code, tickets))].map(({ node: _, ...subject }) => subject);
  },
};

/** A subject with the node it was found at, from which its function is told. */
type Found = UrlCredential & { readonly node: Node };

const isPossible = (name: string): boolean => meaningOf(name) !== 'other';

// ---- reads --------------------------------------------------------------------------------------------------

function readsOf(findings: Findings): Found[] {
  const { code, spots, surface } = findings;
  const verifiers = new Set(surface.sockets.flatMap(socket => socket.verifiers.map(({ value }) => (value.is === 'function' ? value.node : undefined))));
  const isEntry = (fn: FunctionNode): boolean => spots.has(fn) || verifiers.has(fn);
  const streams = streamHandlersOf(findings);
  return queryReadsOf(code, isPossible, isEntry).flatMap(read => {
    const { uses, removedAt } = usesOf(code, read.node);
    const parameter = read.names.find(name => isCredential(name, uses));
    if (parameter === undefined) return [];
    return [{
      kind: 'UrlCredential', variant: 'server-read', at: code.at(read.node), parameter, node: read.node,
      onStream: streams.size > 0 && ascentsFrom(code.values, read.node, undefined, fn => streams.has(fn)).length > 0,
      singleUse: removedAt && code.at(removedAt),
      trail: readTrail(code, read, parameter, uses),
    }];
  });
}

/** Whether a parameter of this name, used like this, grants something. */
function isCredential(name: string, uses: readonly Use[]): boolean {
  const names = uses.map(use => use.name);
  if (meaningOf(name) === 'perhaps') return names.some(speaksOfCredentials);
  return plainNameOf(name) !== 'token' || !names.some(speaksOfOtherTokens) || names.some(each => each !== name && speaksOfCredentials(each));
}

/** The functions that see the request of a WebSocket or an event stream on its way in. */
function streamHandlersOf({ code, doors, webSockets, endpoints }: Findings): ReadonlySet<FunctionNode> {
  const long = [...webSockets, ...endpoints.filter(({ door }) => door.transport === 'sse')].flatMap(({ plan }) => plan.stations);
  const written = streamHeads(code).flatMap(head => doors.waysTo(head.node, undefined).flatMap(way => way.chain.stations));
  return new Set([...long, ...written].flatMap(station => ('handler' in station && station.handler.value.is === 'function' ? [station.handler.value.node] : [])));
}

const how: Readonly<Record<Use['is'], (name: string) => string>> = {
  compared: name => `compared with \`${name}\``,
  passed: name => `passed to \`${name}\``,
  returned: name => `returned by \`${name}\``,
  named: name => `kept as \`${name}\``,
};

/** Where it is read, and the first place that shows what for. */
function readTrail(code: Code, read: QueryRead, parameter: string, uses: readonly Use[]): Step[] {
  const telling = uses.find(use => use.is === 'compared') ?? uses.find(use => use.is === 'passed' && speaksOfCredentials(use.name)) ?? uses.find(use => use.is === 'returned');
  return [{ at: code.at(read.node), says: `\`${parameter}\` is read from the request's query` }, ...(telling ? [{ at: code.at(telling.node), says: how[telling.is](telling.name) }] : [])];
}

// ---- writes -------------------------------------------------------------------------------------------------

function buildsOf(code: Code, tickets: ReadonlyMap<string, Location>): Found[] {
  return urlParametersOf(code, isPossible)
    .filter(({ name, value }) => isCredentialValue(name, value))
    .map(written => ({
      kind: 'UrlCredential', variant: variantOf(written), at: code.at(written.node), parameter: written.name, node: written.node, onStream: false,
      singleUse: tickets.get(plainNameOf(written.name)),
      trail: [{ at: code.at(written.node), says: `\`${written.name}\` is written into the URL` }],
    }));
}

/** What a parameter is given decides where its name leaves a doubt. */
function isCredentialValue(name: string, value: readonly string[]): boolean {
  if (meaningOf(name) === 'perhaps') return value.some(speaksOfCredentials);
  return plainNameOf(name) !== 'token' || !value.some(speaksOfOtherTokens);
}

const requesters = /^(fetch|\w*[fF]etch\w*|axios|got|ky|request|get|post|put|patch)$/;
const readers = /^(open|openExternal|redirect|WebSocket|EventSource|spawn|exec|execFile|log|info|warn|error|goto)$/;

/** A constant foreign host is another service's; without one, what the URL is handed to tells. */
function variantOf({ base, handedTo }: UrlParameter): 'client-url' | 'outbound-api' {
  if (handedTo.some(name => readers.test(name))) return 'client-url';
  const host = base === undefined ? undefined : /^https?:\/\/(\[[^\]]*\]|[^/:?#]*)/i.exec(base)?.[1];
  if (host !== undefined) return /^$|^(localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\])$|^[^.]+$/i.test(host) ? 'client-url' : 'outbound-api';
  return base === undefined && handedTo.some(name => requesters.test(name)) ? 'outbound-api' : 'client-url';
}

// ---- one subject per parameter and function -----------------------------------------------------------------

function oncePerFunction(code: Code, found: readonly Found[]): Found[] {
  const kept = new Map<string, Found>();
  for (const each of found) {
    const fn = code.functionAround(each.node);
    const place = fn ? placeOf(code.at(fn)) : each.at.file;
    const keys = [`${place} ${plainNameOf(each.parameter)}`, placeOf(code.at(statementAround(each.node)))];
    if (keys.some(key => kept.has(key))) continue;
    for (const key of keys) kept.set(key, each);
  }
  return [...new Set(kept.values())];
}
