import {
  isApi,
  isArr,
  isBox,
  isClosure,
  isMade,
  isObj,
  isPrimitive,
  isRegex,
  isUnknown,
  isUrl,
  type V,
} from './domain.js';

const identities = new WeakMap<object, number>();

let nextIdentity = 1;

/** A key under which equal values meet. */
export function keyOf(v: V): string {
  if (isPrimitive(v)) return `${typeof v}:${String(v)}`;
  if (isUnknown(v)) return v.key;
  if (isRegex(v)) return `/${typeof v.regex === 'string' ? v.regex : v.regex.key}/${v.flags}`;
  if (isUrl(v)) return `url:${v.url.href}`;
  if (isArr(v)) return `[${v.items.map(keyOf).join()}${v.open ? '…' : ''}]`;
  if (isBox(v)) return `{${v.entries.map(([key]) => keyOf(key)).join()}${v.open ? '…' : ''}}`;
  if (isClosure(v)) return `fn:${v.fn.getSourceFile().fileName}:${v.fn.pos}:${v.env?.id ?? 0}`;
  if (isMade(v)) return `made:${v.thing.made}:${v.thing.site.pos}`;
  if (isApi(v)) return `api:${v.api}:${v.path}`;
  if (isObj(v) && v.id !== undefined) return `@${v.id}`;
  return identityOf(v);
}

function identityOf(v: object): string {
  const id = identities.get(v) ?? nextIdentity++;
  identities.set(v, id);
  return `#${id}`;
}

/** The last name in a key: the property or parameter that was read. */
export function lastKey(key: string): string {
  return /[\w-]+$/.exec(key.replace(/[^\w-]+$/, ''))?.[0] ?? '';
}
