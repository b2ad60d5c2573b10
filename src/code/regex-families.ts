import type { OriginKind } from '../facts/index.js';
import { attackerAddress, attackerDomain, domainOf, hasSameOwner, isRegistrable } from './candidates.js';
import type { PatternHost } from './regex-hosts.js';

/** What a pattern is applied to: a whole origin, a host with its port, or the bare host. */
export type RegexSubject = 'origin' | 'host' | 'hostname';

/** A family of hosts that an attacker can own, as the source of a pattern. */
export interface Family {
  readonly kind: OriginKind;
  readonly hosts: string;
  /** Counts only where many of its names match: nothing else tells these hosts from the owner's own. */
  readonly onlyIfFree?: true;
}

/** Where strangers commonly register; the suffixes that a pattern itself names are tried as well. */
const commonSuffixes = ['com', 'net', 'org', 'io', 'dev', 'app', 'ai', 'co', 'xyz'];

const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const labels = String.raw`(?:${label}\.)*`;
const labelWith = (word: string) => `(?:[a-z0-9][a-z0-9-]*)?${word}(?:[a-z0-9-]*[a-z0-9])?`;

/** Hosts that an attacker can own and that may pass for the given ones, the most telling first. */
export function familiesAround(trusted: readonly PatternHost[]): readonly Family[] {
  const own = trusted.map(({ name }) => name);
  const isStrangers = (host: string) => isRegistrable(host) && !own.some(name => hasSameOwner(host, name));
  const prefixed = own.map(name => `evil${name}`).filter(isStrangers);
  const withoutDot = trusted.flatMap(host => host.withoutDot).filter(isStrangers);
  const suffixes = own.map(domainOf).filter(({ suffix }) => suffix !== undefined);
  const tenancies = eitherOf(suffixes.filter(({ rented }) => rented).map(({ suffix }) => suffix!));
  const registries = eitherOf([
    ...suffixes.filter(({ rented }) => !rented).map(({ suffix }) => suffix!),
    ...commonSuffixes,
  ]);
  const freeLabel = `(?!${eitherOf(own)}(?::|$))${label}`;
  return [
    { kind: 'unrelated', hosts: eitherOf([attackerDomain]) },
    { kind: 'suffixed', hosts: String.raw`(?:${label}\.)+${eitherOf([attackerDomain])}` },
    { kind: 'prefixed', hosts: `${labels}${eitherOf(prefixed)}` },
    { kind: 'dot', hosts: `${labels}[a-z0-9-]*${eitherOf(withoutDot)}` },
    { kind: 'tenant', hosts: String.raw`${labelWith('attacker')}\.${tenancies}` },
    { kind: 'tenant', hosts: String.raw`${labelWith('evil')}\.${tenancies}` },
    { kind: 'tenant', hosts: String.raw`${freeLabel}\.${tenancies}`, onlyIfFree: true },
    { kind: 'word', hosts: String.raw`${labels}${labelWith('attacker')}\.${registries}` },
    { kind: 'word', hosts: String.raw`${labels}${labelWith('evil')}\.${registries}` },
    { kind: 'word', hosts: String.raw`${freeLabel}\.${registries}`, onlyIfFree: true },
    { kind: 'unrelated', hosts: eitherOf([attackerAddress]) },
  ];
}

/** The pattern of a list of hosts; of an empty list, one that matches nothing. */
function eitherOf(hosts: readonly string[]): string {
  return hosts.length === 0 ? '[]' : `(?:${[...new Set(hosts)].join('|').replace(/[.[\]]/g, String.raw`\$&`)})`;
}

/** The source of a pattern for the origins (or hosts) with one of these names, with or without a port. */
export function originsOf(hosts: string, subject: RegexSubject): string {
  const port = String.raw`(?::[1-9]\d{0,4})?`;
  return subject === 'hostname' ? `^${hosts}$` : `^${schemeFor(subject, 's?')}${hosts}${port}$`;
}

/** The same, in ways that give each host one origin only: counting them counts the hosts. */
export function plainOriginsOf(hosts: string, subject: RegexSubject): readonly string[] {
  return ['s', ''].map(secure => `^${schemeFor(subject, secure)}${hosts}$`);
}

function schemeFor(subject: RegexSubject, secure: string): string {
  return subject === 'origin' ? String.raw`http${secure}:\/\/` : '';
}
