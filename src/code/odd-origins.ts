import type { OriginKind } from '../facts/index.js';
import { attackerAddress, attackerDomain, domainOf, isLoopback, type World } from './candidates.js';

/** Hosts whose own variants are tried: where one is treated oddly, the others mostly are as well. */
const maxVaried = 2;

/**
 * Requests that only tell something where a gate looks at the Origin: strangers without a name, pages of installed programs,
 * and what is close to a trusted origin without being somebody else's: another scheme, port or spelling of it.
 */
export function oddWorlds(trusted: readonly string[], port = 3000): readonly World[] {
  const host = `localhost:${port}`;
  const world = (kind: OriginKind, origin: string): World => ({ kind, origin, host });
  const varied = trusted.filter(text => /^https?:\/\/[a-z0-9.-]+(:\d+)?\/?$/.test(text)).slice(0, maxVaried);
  return [
    world('unrelated', `http://${attackerAddress}`),
    world('program', 'chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba'),
    world('program', 'file://'),
    world('program', 'vscode-webview://0a1b2c3d-attacker'),
    ...varied.flatMap(text => strangersLike(text).map(origin => world('prefixed', origin))),
    ...varied.flatMap(text => variantsOf(text).map(origin => world('variant', origin))),
  ];
}

/** A name that reads the same in another script; and, where names are rented, a neighbour's. */
function strangersLike(text: string): string[] {
  const { host, registered, suffix, rented } = domainOf(text);
  if (registered === undefined || isLoopback(host)) return [];
  const lookalike = new URL(`https://evil${registered.replace('a', 'а').replace('o', 'о')}`); // Cyrillic
  return [
    ...(lookalike.hostname.startsWith('xn--') ? [lookalike.origin] : []),
    ...(rented && suffix !== undefined ? [`https://attacker.${suffix}`] : []),
  ];
}

/** What a browser may send for the same host; whoever has the host has all of them. */
function variantsOf(text: string): string[] {
  const { protocol, hostname, host } = new URL(text);
  const other = protocol === 'https:' ? 'http:' : 'https:';
  return [
    `${other}//${host}`,
    `${protocol}//${hostname}:8443`,
    ...(isLoopback(hostname) || hostname.endsWith(attackerDomain) ? [] : [`${protocol}//${hostname}.`]),
    `${protocol}//${host.toUpperCase()}`,
  ];
}
