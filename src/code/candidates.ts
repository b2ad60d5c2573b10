import { parse } from 'tldts';
import type { OriginKind } from '../facts/index.js';

/** One request to try on a door: what its Origin and Host headers say, and what that client is to the server. */
export interface World {
  readonly kind: OriginKind;
  /** The Origin header; null when it is absent. */
  readonly origin: string | null;
  readonly host: string;
}

/** The attacker's own domain. Reserved, so that no report ever points at a real one: https://www.rfc-editor.org/rfc/rfc6761 */
export const attackerDomain = 'attacker.example';

/** The attacker's public address, reserved likewise: https://www.rfc-editor.org/rfc/rfc5737 */
export const attackerAddress = '203.0.113.7';

/** A gate that compares with more hosts than this is tried on the first ones only, those that an attacker can imitate before others. */
const maxTrusted = 8;

/** Domains that end like source files. Written without a scheme, such a name is a file far more often than a host. */
const fileEndings = /\.(?:cc|md|ml|mov|pl|ps|py|rs|sh|so|zip)$/;

/** Schemes whose origins belong to an installed program or extension: no web page can have one. */
const programScheme = /^(?:.+-extension|app|capacitor|electron|file|ionic|tauri|vscode-.+)$/;

/** Does the text carry the attacker's name or address? Then it came from the candidate, whatever was done to it since. */
export function isAttackers(text: string): boolean {
  return /attacker|evil|203\.0\.113\./i.test(text);
}

/** A name's place in the domain system, by https://publicsuffix.org; accepts an origin, a host with port, or a bare host. */
export interface Domain {
  readonly host: string;
  /** What somebody registered: `myapp.com`, `my-app.vercel.app`. Undefined for suffixes, addresses and local names. */
  readonly registered: string | undefined;
  /** What it was registered under, when that is a real suffix: `com`, `vercel.app`. */
  readonly suffix: string | undefined;
  /** The suffix belongs to a company that lets anybody have a name below it. */
  readonly rented: boolean;
  readonly isAddress: boolean;
}

/** Suffixes reserved for examples and tests, which stand for real ones in code as in documents: https://www.rfc-editor.org/rfc/rfc2606 */
const reservedSuffix = /^(example|test)$/;

/** Where a host stands in the domain system. */
export function domainOf(text: string): Domain {
  const { hostname, domain, publicSuffix, isIcann, isPrivate, isIp } = parse(text, { allowPrivateDomains: true });
  const isReal = isIcann === true || isPrivate === true || reservedSuffix.test(publicSuffix ?? '');
  const isOurs = domain === attackerDomain;
  return {
    host: hostname ?? '',
    registered: isReal || isOurs ? (domain ?? undefined) : undefined,
    suffix: isReal ? (publicSuffix ?? undefined) : undefined,
    rented: isPrivate === true,
    isAddress: isIp === true,
  };
}

/** Could an attacker own this origin (or host)? A web origin, below a real suffix or carrying the attacker's own name. */
export function isRegistrable(origin: string): boolean {
  const text = origin.includes('://') ? origin : `https://${origin}`;
  if (!/^https?:/.test(text) || !URL.canParse(text)) return false;
  const { host, registered } = domainOf(text);
  return registered !== undefined || host === attackerAddress;
}

/** Is the origin on the trusted host or below it? Nobody owns a public suffix, so what is below one is never "own". */
export function isOwnSubdomainOf(origin: string, trusted: string): boolean {
  const inner = domainOf(origin).host;
  const outer = domainOf(withoutWildcard(trusted));
  if (inner === outer.host) return inner !== '';
  return outer.registered !== undefined && inner.endsWith(`.${outer.host}`);
}

/** Do both texts lie below the same registered domain, and so belong to one owner? */
export function hasSameOwner(a: string, b: string): boolean {
  const owner = domainOf(a).registered;
  return owner !== undefined && owner === domainOf(b).registered;
}

/** Is it this machine, by name or address, and so nothing that an attacker can own? */
export function isLoopback(host: string): boolean {
  return /^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[?::1\]?)$/i.test(host);
}

/** A host or origin as a programmer writes it: `https://myapp.com`, `.myapp.com`, `*.myapp.com`, `http://localhost:`. */
interface Written {
  readonly scheme: string | undefined;
  readonly isSuffix: boolean;
  readonly host: string;
  /** `''` when the text ends in a colon or has `*`: any port. */
  readonly port: string | undefined;
}

const writtenHost =
  /^(?:(?<scheme>[a-z][a-z0-9+.-]*):\/\/)?(?<wild>\*?\.)?(?<host>\[[0-9a-f:]+\]|::1|[a-z0-9.-]*)(?::(?<port>\d{0,5}|\*))?\/?$/;

function withoutWildcard(text: string): string {
  return text.replace(/^((?:[a-z][a-z0-9+.-]*:\/\/)?)\*?\./, '$1');
}

function readWritten(text: string): Written | undefined {
  const parts = writtenHost.exec(text)?.groups;
  if (!parts) return undefined;
  const { scheme, wild, host = '', port } = parts;
  return {
    scheme: scheme?.replace(/^ws/, 'http'),
    isSuffix: wild !== undefined,
    host: host === '::1' ? '[::1]' : host,
    port: port?.replace('*', ''),
  };
}

/** The hosts and origins in a string literal, a list such as `https://a.com, https://b.com` included; empty when it has none. */
export function hostLiterals(text: string): readonly string[] {
  return text.split(/[\s,;|]+/).filter(isHostLiteral);
}

function isHostLiteral(text: string): boolean {
  const written = readWritten(text);
  if (!written) return false;
  const { scheme, host, isSuffix } = written;
  if (scheme !== undefined && !/^https?$/.test(scheme)) return programScheme.test(scheme);
  if (isLoopback(host)) return true;
  const { suffix, isAddress } = domainOf(host);
  if (isAddress) return scheme !== undefined; // bare, it might as well be a version number
  if (scheme === undefined && !isSuffix && fileEndings.test(host)) return false;
  return suffix !== undefined && host.includes('.');
}

/**
 * The requests to try on a door, the most telling first: strangers, then for each host that the source trusts (as found by
 * `hostLiterals`) the host itself and the names by which an attacker comes close to it. `port` is the server's own.
 */
export function worldsOf(trusted: readonly string[], port = 3000): readonly World[] {
  const own = `localhost:${port}`;
  const rebound = `${attackerDomain}:${port}`;
  const strangers: World[] = [
    { kind: 'unrelated', origin: `https://${attackerDomain}`, host: own },
    { kind: 'null', origin: 'null', host: own },
    { kind: 'absent', origin: null, host: own },
    { kind: 'loopback', origin: `http://${own}`, host: own },
    { kind: 'rebind', origin: `http://${rebound}`, host: rebound },
    { kind: 'rebind-absent', origin: null, host: rebound },
  ];
  const around = [...new Set(trusted)].map(text => worldsAround(text, port)).filter(worlds => worlds.length > 0);
  const imitable = (worlds: readonly World[]) => worlds.some(({ kind }) => kind === 'prefixed' || kind === 'tenant');
  const ordered = [...around.filter(imitable), ...around.filter(worlds => !imitable(worlds))];
  return withoutRepeats([...strangers, ...ordered.slice(0, maxTrusted).flat()]);
}

function worldsAround(text: string, port: number): readonly World[] {
  const written = readWritten(text);
  if (!written) return [];
  const { host, isSuffix } = written;
  const server = `localhost:${port}`;
  if (written.scheme !== undefined && !/^https?$/.test(written.scheme)) {
    return [{ kind: 'trusted', origin: programOriginOf(written.scheme, host), host: server }];
  }
  const scheme = written.scheme ?? (isLoopback(host) ? 'http' : 'https');
  const portText = written.port === undefined ? '' : `:${written.port || port}`;
  const world = (kind: OriginKind, name: string, at = server): World => {
    return { kind, origin: `${scheme}://${name}${portText}`, host: at };
  };

  const { registered, rented } = domainOf(host);
  const isAnybodys = rented && registered === undefined;
  const name = isSuffix ? `app.${host}` : host;
  const worlds: World[] = isAnybodys ? [world('tenant', `attacker.${host}`)] : [world('trusted', name)];
  if (!host.startsWith('[')) worlds.push(world('suffixed', `${name}.${attackerDomain}`));
  const longer = `evil${host}`;
  if (isRegistrable(longer) && !hasSameOwner(longer, host)) worlds.push(world('prefixed', longer));
  // Behind a Host allowlist only the deployed name gets in.
  if (!isAnybodys) worlds.push(world('trusted', name, `${name}${portText}`));
  return worlds;
}

/** `chrome-extension://` alone trusts every extension: any identifier of the right form stands for them. */
function programOriginOf(scheme: string, host: string): string {
  const stand = scheme.endsWith('-extension') ? 'abcdefghijklmnopabcdefghijklmnop' : '';
  return `${scheme}://${host || stand}`;
}

function withoutRepeats(worlds: readonly World[]): readonly World[] {
  const byHeaders = new Map<string, World>();
  for (const world of worlds) {
    const headers = JSON.stringify([world.origin, world.host]); // null is no Origin, 'null' is one
    if (!byHeaders.has(headers)) byHeaders.set(headers, world);
  }
  return [...byHeaders.values()];
}
