import type { ts } from '../ts.js';
import { isUnknown, isUrl, native, objectOf, type Url, unknown, type V } from './domain.js';
import { Thrown } from './effects.js';
import { keyOf } from './keys.js';
import { quiet } from './language-globals.js';
import type { Machine } from './machine.js';

/** `new URL(…)` as the platform does it; a text that is no URL throws, as it does there. */
export function urlOf(machine: Machine, args: readonly V[], node: ts.Node): V {
  const [text, base] = args.map(each => (isUrl(each) ? each.url.href : each));
  if (typeof text === 'string' && (base === undefined || typeof base === 'string')) {
    try {
      const url = new URL(text, base);
      const isOwn = machine.request?.isOwnUrl(text);
      return { url, query: isOwn ? machine.request?.query : undefined };
    } catch {
      throw new Thrown({ error: 'Invalid URL' });
    }
  }
  if (text == null) throw new Thrown({ error: 'Invalid URL' });
  // The request's own path on a base that is not known: the path is what counts.
  if (typeof text === 'string' && machine.request?.isOwnUrl(text))
    return { url: new URL(text, 'http://localhost'), query: machine.request.query };
  if (isUnknown(text) && text.unknown === 'request' && machine.request) return requestUrl(machine, base, node);
  return unknown(machine.tagOf(args), 'a URL', `url(${args.map(keyOf).join()})`, node, true);
}

/** The URL of a request whose path is not fixed: the host is the base's, or its own where it is absolute; the rest is the client's. */
function requestUrl(machine: Machine, base: V, node: ts.Node): V {
  const free = (part: string) =>
    unknown('request', `the request's ${part}`, `request.url.${part}`, node, part === 'pathname');
  const own = base === undefined ? machine.request?.ownOrigin : base;
  const known = typeof own === 'string' && URL.canParse(own) ? new URL(own) : undefined;
  return objectOf(
    known
      ? { host: known.host, hostname: known.hostname, origin: known.origin, protocol: known.protocol, port: known.port }
      : {},
    {
      lazy: name =>
        name === 'searchParams' || name === 'query'
          ? machine.request?.query
          : /^(pathname|search|href|path|hash)$/.test(name)
            ? free(name)
            : name === 'toString'
              ? native(() => free('href'))
              : undefined,
    },
  );
}

/** A property or method of a URL. */
export function urlMember(of: Url, name: string, node: ts.Node): V {
  const { url, query } = of;
  if (name === 'searchParams') return query ?? searchOf(url);
  if (name === 'query') return query ?? objectOf(Object.fromEntries(url.searchParams));
  if (name === 'toString' || name === 'toJSON') return native(() => url.href);
  if (name === 'path') return url.pathname;
  if (name === 'search' && query) return unknown('request', 'the query', 'request.search', node);
  const value = url[name as 'host'];
  return typeof value === 'string' ? value : undefined;
}

function searchOf(url: URL): V {
  return objectOf({
    get: native(([name]) => url.searchParams.get(String(name))),
    has: native(([name]) => url.searchParams.has(String(name))),
    getAll: native(([name]) => ({ items: url.searchParams.getAll(String(name)), open: undefined })),
    set: native(quiet),
    append: native(quiet),
    delete: native(quiet),
    toString: native(() => url.search),
  });
}
