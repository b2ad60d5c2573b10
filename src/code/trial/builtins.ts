import { matches } from '../regex-language.js';
import { ts } from '../ts.js';
import {
  type Arr, type Box, isArr, isBox, isClosure, isErr, isNative, isObj, isPrimitive, isRegex, isUnknown, isUrl, joinTags, type Native, native, objectOf,
  type Regex, truthOf, type Unknown, unknown, type Url, type V,
} from './domain.js';
import { keyOf, type Machine, Thrown } from './machine.js';

/** A global of JavaScript or of a server runtime; what is not modelled is configuration. */
export function globalOf(machine: Machine, name: string, node: ts.Node): V {
  const known = globals[name];
  if (known) return known(machine, node);
  if (name === 'NaN') return Number.NaN;
  if (name === 'Infinity') return Number.POSITIVE_INFINITY;
  return unknown('config', `\`${name}\` is not followed`, `global:${name}`, node, true);
}

const quiet: Native = () => undefined;

const globals: Readonly<Record<string, (machine: Machine, node: ts.Node) => V>> = {
  console: () => objectOf({}, { lazy: () => native(quiet) }),
  process: (machine, node) =>
    objectOf({
      env: environmentOf(machine, node),
      argv: { items: ['node', 'server'], open: undefined },
      exit: native(() => {
        throw new Thrown({ error: 'the process exits' });
      }),
      on: native(quiet), once: native(quiet), nextTick: callsNow(machine), cwd: native(() => '/'), platform: unknown('config', 'the platform', 'process.platform', node, true),
      stderr: objectOf({ write: native(quiet) }), stdout: objectOf({ write: native(quiet) }),
    }),
  Bun: () => ({ api: 'bun', path: '' }),
  Deno: () => ({ api: 'deno', path: '' }),
  WebSocketPair: () => ({ api: 'cloudflare', path: 'WebSocketPair' }),
  globalThis: machine => objectOf({}, { lazy: name => globals[name]?.(machine, ts.factory.createNull()) }),
  JSON: machine =>
    objectOf({
      stringify: native((args, _self, node) => (isPrimitive(args[0]) ? JSON.stringify(args[0]) ?? undefined : unknown(machine.tagOf(args), 'a JSON text', `json(${args.map(keyOf).join()})`, node, true))),
      parse: native((args, _self, node) => parsed(machine, args[0], node)),
    }),
  Object: machine =>
    objectOf({
      keys: native(([of]) => ({ items: isObj(of as V) ? [...(of as { props: Map<string, V> }).props.keys()] : [], open: isUnknown(of) ? of : isObj(of) ? of.rest : undefined })),
      values: native(([of]) => ({ items: isObj(of) ? [...of.props.values()] : [], open: isUnknown(of) ? of : isObj(of) ? of.rest : undefined })),
      entries: native(([of]) => ({ items: isObj(of) ? [...of.props].map(([key, value]): V => ({ items: [key, value], open: undefined })) : [], open: isUnknown(of) ? of : isObj(of) ? of.rest : undefined })),
      freeze: native(([of]) => of), seal: native(([of]) => of), create: native(() => objectOf({})), defineProperty: native(([of]) => of),
      assign: native(args => {
        const [target, ...rest] = args;
        if (isObj(target)) for (const each of rest) if (isObj(each)) for (const [key, value] of each.props) machine.set(target, key, value);
        return target;
      }),
      fromEntries: native(([of]) => {
        const object = objectOf({});
        for (const item of isArr(of) ? of.items : []) if (isArr(item) && isPrimitive(item.items[0])) object.props.set(String(item.items[0]), item.items[1]);
        return object;
      }),
      hasOwn: native(([of, key]) => isObj(of) && of.props.has(String(key))),
    }, { lazy: name => (name === 'prototype' ? objectOf({ hasOwnProperty: native(() => machine.effect !== undefined) }) : undefined) }),
  Array: () =>
    objectOf({
      isArray: native(([of], _self, node) => (isArr(of) ? true : isUnknown(of) ? unknown(of.unknown, of.why, `isArray(${of.key})`, node) : false)),
      from: native(([of]) => (isBox(of) ? { items: of.entries.map(([key, value]): V => (of.box === 'Set' ? key : { items: [key, value], open: undefined })), open: of.open } : isUnknown(of) ? { items: [], open: of } : of)),
      of: native(args => ({ items: [...args], open: undefined })),
    }),
  String: machine => callable(args => (isPrimitive(args[0]) ? String(args[0]) : isUrl(args[0]) ? args[0].url.href : args[0]), { fromCharCode: native(args => (args.every(isPrimitive) ? String.fromCharCode(...args.map(Number)) : unknown(machine.tagOf(args), 'a text', 'chars', undefined))) }),
  Number: machine => callable(([of], _self, node) => (isPrimitive(of) ? Number(of) : unknown(machine.tagOf([of]), 'a number', `number(${keyOf(of)})`, node)), {
    isFinite: native(([of]) => (isPrimitive(of) ? Number.isFinite(of) : true)), isInteger: native(([of]) => (isPrimitive(of) ? Number.isInteger(of) : true)),
    isNaN: native(([of]) => (isPrimitive(of) ? Number.isNaN(of) : false)), parseInt: native(([of]) => (isPrimitive(of) ? Number.parseInt(String(of), 10) : of)), MAX_SAFE_INTEGER: Number.MAX_SAFE_INTEGER,
  }),
  Boolean: machine => callable(([of], _self, node) => truthOf(of) ?? unknown(machine.tagOf([of]), (of as Unknown).why, `truth:${keyOf(of)}`, node)),
  parseInt: () => callable(([of], _self, node) => (isPrimitive(of) ? Number.parseInt(String(of), 10) : isUnknown(of) ? unknown(of.unknown, of.why, `int(${of.key})`, node) : Number.NaN)),
  parseFloat: () => callable(([of]) => (isPrimitive(of) ? Number.parseFloat(String(of)) : of)),
  isNaN: () => callable(([of]) => (isPrimitive(of) ? Number.isNaN(Number(of)) : false)),
  encodeURIComponent: () => callable(([of]) => (isPrimitive(of) ? encodeURIComponent(String(of)) : of)),
  decodeURIComponent: () => callable(([of]) => (isPrimitive(of) ? safely(() => decodeURIComponent(String(of))) : of)),
  decodeURI: () => callable(([of]) => (isPrimitive(of) ? safely(() => decodeURI(String(of))) : of)),
  Math: (machine) => objectOf({}, { lazy: name => native((args, _self, node) => (args.every(isPrimitive) && name !== 'random' && typeof Math[name as 'max'] === 'function' ? Math[name as 'max'](...args.map(Number)) : unknown(name === 'random' ? 'secret' : machine.tagOf(args), 'a number', `math${node.pos}`, node))) }),
  Date: () => callable(() => unknown('config', 'the time', 'now', undefined, true), { now: native(() => unknown('config', 'the time', 'now', undefined, true)) }),
  Symbol: () => callable(args => `@@${String(args[0])}`),
  URL: machine => callable((args, _self, node) => urlOf(machine, args, node), {
    canParse: native((args, _self, node) => {
      try {
        urlOf(machine, args, node);
        return true;
      } catch (error) {
        if (error instanceof Thrown) return false;
        throw error;
      }
    }),
  }),
  URLSearchParams: machine => callable(args => machine.request?.queryFrom(args[0]) ?? objectOf({}, { rest: unknown(machine.tagOf(args), 'a query', `query(${args.map(keyOf).join()})`, undefined) })),
  Set: () => callable(([of]): Box => ({ box: 'Set', entries: (isArr(of) ? of.items : isBox(of) ? of.entries.map(([key]) => key) : typeof of === 'string' ? [...of] : []).map((each): [V, V] => [each, each]), open: isUnknown(of) ? of : isArr(of) || isBox(of) ? of.open : undefined })),
  Map: () => callable(([of]): Box => ({ box: 'Map', entries: isArr(of) ? of.items.flatMap((each): [V, V][] => (isArr(each) ? [[each.items[0], each.items[1]]] : [])) : isBox(of) ? of.entries : [], open: isUnknown(of) ? of : isArr(of) || isBox(of) ? of.open : undefined })),
  WeakMap: () => callable((): Box => ({ box: 'Map', entries: [], open: unknown('request', 'live state', 'weak', undefined) })),
  WeakSet: () => callable((): Box => ({ box: 'Set', entries: [], open: unknown('request', 'live state', 'weak', undefined) })),
  RegExp: machine => callable((args, _self, node): V => {
    const [source, flags] = args;
    if (isRegex(source as V)) return source;
    return { regex: typeof source === 'string' ? source : isUnknown(source) ? source : unknown(machine.tagOf([source]), 'a pattern built at run time', keyOf(source), node), flags: typeof flags === 'string' ? flags : '', node };
  }),
  Promise: machine => callable(([executor], _self, node) => {
    let settled: V;
    let isSettled = false;
    const settle = native(args => { if (!isSettled) settled = args[0]; isSettled = true; return undefined; });
    const reject = native(args => { throw new Thrown(args[0]); });
    machine.call(executor, [settle, reject], undefined, node);
    return isSettled ? settled : unknown('request', 'a promise that is settled later', `promise${node.pos}`, node, true);
  }, {
    resolve: native(args => args[0]), reject: native(args => { throw new Thrown(args[0]); }),
    all: native(args => args[0]), allSettled: native(args => args[0]), race: native(args => (isArr(args[0]) ? args[0].items[0] : args[0])),
  }),
  Error: () => callable(args => ({ error: args[0] })), TypeError: () => callable(args => ({ error: args[0] })), RangeError: () => callable(args => ({ error: args[0] })), SyntaxError: () => callable(args => ({ error: args[0] })),
  setTimeout: () => callable(() => objectOf({ unref: native(quiet) })), setInterval: () => callable(() => objectOf({ unref: native(quiet) })), clearTimeout: () => callable(quiet), clearInterval: () => callable(quiet),
  setImmediate: machine => callsNow(machine), queueMicrotask: machine => callsNow(machine),
  crypto: machine => objectOf({}, { lazy: name => native((args, _self, node) => machine.shared.library.call(machine, { api: 'crypto', path: name }, args, undefined, node)?.value) }),
  Buffer: machine => objectOf({
    from: native(args => (typeof args[0] === 'string' || isUnknown(args[0]) ? args[0] : unknown(machine.tagOf(args), 'bytes', `bytes(${args.map(keyOf).join()})`, undefined, true))),
    byteLength: native(args => (typeof args[0] === 'string' ? args[0].length : unknown(machine.tagOf(args), 'a size', `size(${args.map(keyOf).join()})`, undefined))),
    concat: native(args => unknown(machine.tagOf(args), 'bytes', 'concat', undefined, true)), isBuffer: native(() => false), alloc: native(() => ''),
  }),
  Response: machine => callable((args, _self, node) => machine.request?.responseOf(machine, args[0], args[1], node) ?? objectOf({}), {
    json: native((args, _self, node) => machine.request?.responseOf(machine, args[0], args[1], node) ?? objectOf({})),
    redirect: native((args, _self, node) => machine.request?.responseOf(machine, undefined, objectOf({ status: args[1] ?? 302 }), node) ?? objectOf({})),
  }),
  // A request made from the one on trial, or with its headers, is still that one.
  Request: machine => callable(([input, init], _self, node) => ([input, init].some(each => isObj(each) && machine.request?.sees(each)) ? machine.request?.fetchRequest() : unknown('config', 'a request of the server itself', `request${node.pos}`, node, true))),
  Headers: () => callable(([of]) => headersOf(isObj(of) ? of.props : new Map())),
};

function callable(call: Native, props: Readonly<Record<string, V>> = {}): V {
  return objectOf(props, { call });
}

function callsNow(machine: Machine): V {
  return native((args, _self, node) => (isClosure(args[0]) ? machine.call(args[0], args.slice(1), undefined, node) : undefined));
}

function headersOf(props: Map<string, V>): V {
  const table = new Map([...props].map(([key, value]) => [key.toLowerCase(), value]));
  return objectOf({
    get: native(([name]) => table.get(String(name).toLowerCase()) ?? null),
    set: native(([name, value]) => { table.set(String(name).toLowerCase(), value); return undefined; }),
    has: native(([name]) => table.has(String(name).toLowerCase())), append: native(quiet), delete: native(quiet),
  });
}

function environmentOf(machine: Machine, node: ts.Node): V {
  return objectOf({}, { lazy: name => machine.variableOf(name, node) });
}

function safely(compute: () => string): V {
  try {
    return compute();
  } catch {
    throw new Thrown({ error: 'malformed' });
  }
}

function parsed(machine: Machine, of: V, node: ts.Node): V {
  if (typeof of === 'string') {
    try {
      return fromJson(JSON.parse(of));
    } catch {
      throw new Thrown({ error: 'malformed JSON' });
    }
  }
  if (of == null) throw new Thrown({ error: 'malformed JSON' });
  return unknown(machine.tagOf([of]), 'a parsed text', `parsed(${keyOf(of)})`, node, true);
}

function fromJson(value: unknown): V {
  if (Array.isArray(value)) return { items: value.map(fromJson), open: undefined };
  if (value && typeof value === 'object') return objectOf(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fromJson(each)])));
  return value as V;
}

/** `new URL(…)` as the platform does it; a text that is no URL throws, as it does there. */
function urlOf(machine: Machine, args: readonly V[], node: ts.Node): V {
  const [text, base] = args.map(each => (isUrl(each) ? each.url.href : each));
  if (typeof text === 'string' && (base === undefined || typeof base === 'string')) {
    try {
      const url = new URL(text, base);
      const isOwn = machine.request !== undefined && machine.request.isOwnUrl(text);
      return { url, query: isOwn ? machine.request?.query : undefined };
    } catch {
      throw new Thrown({ error: 'Invalid URL' });
    }
  }
  if (text == null) throw new Thrown({ error: 'Invalid URL' });
  // The request's own path on a base that is not known: the path is what counts.
  if (typeof text === 'string' && machine.request?.isOwnUrl(text)) return { url: new URL(text, 'http://localhost'), query: machine.request.query };
  if (isUnknown(text) && text.unknown === 'request' && machine.request) return requestUrl(machine, base, node);
  return unknown(machine.tagOf(args), 'a URL', `url(${args.map(keyOf).join()})`, node, true);
}

/** The URL of a request whose path is not fixed: the host is the base's, or its own where it is absolute; the rest is the client's. */
function requestUrl(machine: Machine, base: V, node: ts.Node): V {
  const free = (part: string) => unknown('request', `the request's ${part}`, `request.url.${part}`, node, part === 'pathname');
  const own = base === undefined ? machine.request?.ownOrigin : base;
  const known = typeof own === 'string' && URL.canParse(own) ? new URL(own) : undefined;
  return objectOf(
    known ? { host: known.host, hostname: known.hostname, origin: known.origin, protocol: known.protocol, port: known.port } : {},
    { lazy: name => (name === 'searchParams' || name === 'query' ? machine.request?.query : /^(pathname|search|href|path|hash)$/.test(name) ? free(name) : name === 'toString' ? native(() => free('href')) : undefined) },
  );
}

/** A property or method of a text, list, set, pattern or URL. */
export function methodOf(machine: Machine, of: V, name: string, node: ts.Node): V {
  if (typeof of === 'string') return textMethod(machine, of, name);
  if (isArr(of)) return listMethod(machine, of, name);
  if (isBox(of)) return boxMethod(machine, of, name);
  if (isRegex(of)) return regexMethod(machine, of, name);
  if (isUrl(of)) return urlMember(of, name, node);
  if (typeof of === 'number' || typeof of === 'boolean' || typeof of === 'bigint') {
    if (name === 'toString' || name === 'toFixed') return native(() => String(of));
    return undefined;
  }
  if (isClosure(of) || isNative(of) || isErr(of)) return undefined;
  return undefined;
}

const tests: Readonly<Record<string, 'substring' | 'regex'>> = {
  startsWith: 'substring', endsWith: 'substring', includes: 'substring', indexOf: 'substring', lastIndexOf: 'substring', search: 'substring', match: 'substring',
};

function textMethod(machine: Machine, text: string, name: string): V {
  if (name === 'length') return text.length;
  if (/^\d+$/.test(name)) return text[Number(name)];
  return native((args, _self, node) => {
    const [, second] = args;
    // `search` and `match` read a text as a pattern; the backtracking engine is never asked.
    const first: V = (name === 'search' || name === 'match') && typeof args[0] === 'string' ? { regex: args[0], flags: '', node } : args[0];
    const note = (truth: boolean) => {
      const test = tests[name];
      if (test && machine.request?.isFromOrigin(text)) machine.markTest(node, truth, isRegex(args[0] as V) ? 'regex' : test);
    };
    if (isRegex(first as V) && ['match', 'search', 'replace', 'replaceAll', 'split', 'matchAll'].includes(name)) {
      return textWithRegex(machine, text, name, first as Regex, second, node, note);
    }
    if (name === 'replace' || name === 'replaceAll') {
      if (isPrimitive(first) && isPrimitive(second)) return name === 'replace' ? text.replace(String(first), () => String(second)) : text.replaceAll(String(first), () => String(second));
    }
    if (name === 'split' && isPrimitive(first)) return { items: first === undefined ? [text] : text.split(String(first), second === undefined ? undefined : Number(second)), open: undefined };
    if (args.every(isPrimitive)) {
      const method = (String.prototype as unknown as Record<string, unknown>)[name];
      if (typeof method !== 'function') return undefined;
      const result = method.apply(text, args) as V;
      note(name === 'indexOf' || name === 'lastIndexOf' ? Number(result) >= 0 : Boolean(result));
      return result;
    }
    if (name === 'concat' || name === 'padStart') return unknown(machine.tagOf([text, ...args]), 'a text', `${text}+${args.map(keyOf).join()}`, node, true);
    const tags = machine.tagOf(args);
    if (machine.request?.credentials === 'none' && tags === 'secret') return machine.lacksSecret([text, ...args]);
    const isMarked = machine.request?.isMarked(text) ?? false;
    return unknown(isMarked && tags === 'config' ? 'origin' : machine.tagOf([text, ...args]), args.find(isUnknown)?.why ?? 'a text test', `${text}.${name}(${args.map(keyOf).join()})`, node);
  });
}

function textWithRegex(machine: Machine, text: string, name: string, regex: Regex, second: V, node: ts.Node, note: (truth: boolean) => void): V {
  if (name === 'match' || name === 'search') {
    const found = tested(machine, regex, text, node);
    if (typeof found !== 'boolean') return found;
    note(found);
    if (!found) return name === 'match' ? null : -1;
    return name === 'search' ? 0 : matched(machine, regex, text, node);
  }
  if (typeof regex.regex !== 'string' || text.length > 2000) return unknown(machine.tagOf([text]), 'a replaced text', `${text}.${name}`, node);
  if (!isSimple(regex.regex)) return unknown(machine.tagOf([text]), 'a replaced text', `${text}.${name}`, node);
  const pattern = new RegExp(regex.regex, regex.flags);
  if (name === 'split') return { items: text.split(pattern), open: undefined };
  if (name.startsWith('replace') && isPrimitive(second)) return text.replace(pattern, String(second));
  return unknown(machine.tagOf([text]), 'a replaced text', `${text}.${name}`, node);
}

/** Patterns that cannot backtrack: at most one quantifier, and no group under it. Others never reach the engine. */
function isSimple(source: string): boolean {
  return (source.match(/[*+{?]/g) ?? []).length <= 1 || /^(\^?\[?[^()*+{}]*\]?[*+]?\|?)*$/.test(source) && !/[*+}].*[*+{].*[*+{]/.test(source);
}

/** What a match captures is seldom needed; the whole text and its named parts are not known. */
function matched(machine: Machine, regex: Regex, text: string, node: ts.Node): V {
  if (typeof regex.regex === 'string' && isSimple(regex.regex)) {
    const found = new RegExp(regex.regex, regex.flags.replace('g', '')).exec(text);
    if (found) return { items: [...found], open: undefined };
  }
  return unknown(machine.tagOf([text]), 'the parts of a match', `match(${text})`, node, true);
}

function tested(machine: Machine, regex: Regex, text: string, node: ts.Node): boolean | Unknown {
  if (typeof regex.regex !== 'string') {
    return unknown(machine.request?.isMarked(text) ? 'origin' : regex.regex.unknown, regex.regex.why, `${keyOf(regex)}.test(${text})`, node);
  }
  if (machine.request?.isFromOrigin(text)) {
    const { origin, host } = machine.request.facts.world;
    const subject = text === origin || text.includes('://') ? 'origin' : text === host || text.includes(':') ? 'host' : 'hostname';
    machine.patterns.set(`${subject} ${keyOf(regex)}`, { source: regex.regex, flags: regex.flags, subject, node: regex.node });
  }
  const found = matches(regex.regex, regex.flags, text);
  if (typeof found === 'boolean') return found;
  return unknown('opaque', `the pattern ${regex.regex} cannot be decided`, `${keyOf(regex)}.test(${text})`, node);
}

function regexMethod(machine: Machine, regex: Regex, name: string): V {
  if (name === 'source') return typeof regex.regex === 'string' ? regex.regex : regex.regex;
  if (name === 'lastIndex') return 0;
  if (name !== 'test' && name !== 'exec') return undefined;
  return native(([of], _self, node) => {
    if (typeof of === 'string' || of === undefined || of === null) {
      const text = String(of);
      const found = tested(machine, regex, text, node);
      if (typeof found !== 'boolean') return found;
      if (machine.request?.isFromOrigin(text)) machine.markTest(node, found, 'regex');
      if (name === 'test') return found;
      return found ? matched(machine, regex, text, node) : null;
    }
    return unknown(machine.tagOf([of]), isUnknown(of) ? of.why : 'a pattern test', `${keyOf(regex)}.${name}(${keyOf(of)})`, node);
  });
}

function urlMember(of: Url, name: string, node: ts.Node): V {
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
    get: native(([name]) => url.searchParams.get(String(name))), has: native(([name]) => url.searchParams.has(String(name))),
    getAll: native(([name]) => ({ items: url.searchParams.getAll(String(name)), open: undefined })), set: native(quiet), append: native(quiet), delete: native(quiet), toString: native(() => url.search),
  });
}

function listMethod(machine: Machine, list: Arr, name: string): V {
  if (name === 'length') return list.open ? unknown(list.open.unknown, list.open.why, `${keyOf(list)}.length`, undefined) : list.items.length;
  if (/^\d+$/.test(name)) return list.items[Number(name)] ?? list.open;
  return native((args, _self, node) => listCall(machine, list, name, args, node));
}

function listCall(machine: Machine, list: Arr, name: string, args: readonly V[], node: ts.Node): V {
  const [first] = args;
  const each = (item: V, index: number) => machine.call(first, [item, index], undefined, node);
  const all = list.open ? [...list.items, unknown(list.open.unknown, list.open.why, `${list.open.key}[]`, list.open.node)] : list.items;
  switch (name) {
    case 'includes':
    case 'indexOf': {
      const found = memberOf(machine, list.items, list.open, first, node);
      return name === 'includes' ? found : typeof found === 'boolean' ? (found ? list.items.findIndex(item => keyOf(item) === keyOf(first)) : -1) : found;
    }
    case 'some':
    case 'every':
    case 'find':
    case 'findIndex': {
      for (const [index, item] of all.entries()) {
        const truth = machine.truth(each(item, index), node);
        if (name === 'every' ? !truth : truth) return name === 'find' ? item : name === 'findIndex' ? index : name === 'some';
      }
      return name === 'every' ? true : name === 'some' ? false : name === 'find' ? undefined : -1;
    }
    case 'map':
      return { items: list.items.map(each), open: list.open && unknown(list.open.unknown, list.open.why, `${list.open.key}.map`, list.open.node) };
    case 'flatMap':
      return { items: list.items.flatMap((item, index) => { const result = each(item, index); return isArr(result) ? result.items : [result]; }), open: list.open };
    case 'filter':
      return { items: list.items.filter((item, index) => machine.truth(each(item, index), node)), open: list.open };
    case 'forEach':
      all.forEach(each);
      return undefined;
    case 'reduce':
      return list.items.reduce<V>((total, item) => machine.call(first, [total, item], undefined, node), args[1]);
    case 'join':
      return list.open || !list.items.every(isPrimitive) ? unknown(machine.tagOf([...list.items, list.open]), 'a joined text', `${keyOf(list)}.join`, node) : list.items.join(first === undefined ? ',' : String(first));
    case 'push':
    case 'unshift':
      // A list of the start-up code is filled while the server runs: live state, as good as not there.
      if (machine.owns(list)) list.items.push(...args);
      return list.items.length;
    case 'concat':
      return { items: [...list.items, ...args.flatMap(arg => (isArr(arg) ? arg.items : [arg]))], open: list.open ?? args.filter(isArr).find(arg => arg.open)?.open };
    case 'slice':
      return { items: list.items.slice(...(args.filter(isPrimitive).map(Number) as [number, number])), open: list.open };
    case 'flat':
      return { items: list.items.flatMap(item => (isArr(item) ? item.items : [item])), open: list.open };
    case 'at':
      return list.items.at(Number(first));
    case 'pop':
    case 'shift':
      return list.items[name === 'pop' ? list.items.length - 1 : 0] ?? list.open;
    case 'reverse':
    case 'sort':
    case 'values':
      return list;
    case 'toString':
      return list.items.every(isPrimitive) ? list.items.join() : undefined;
    default:
      return undefined;
  }
}

/** Membership. A stranger's fresh domain is in no list of the operator's that could not be read. */
function memberOf(machine: Machine, items: readonly V[], open: Unknown | undefined, wanted: V, node: ts.Node): V {
  const isCertain = items.some(item => !isUnknown(item) && keyOf(item) === keyOf(wanted));
  const note = (truth: boolean) => {
    if (typeof wanted === 'string' && machine.request?.isFromOrigin(wanted)) machine.markTest(node, truth, 'exact');
    return truth;
  };
  if (isCertain) return note(true);
  const unsure = open ?? items.find(isUnknown);
  if (!unsure && !isUnknown(wanted)) return note(false);
  if (typeof wanted === 'string' && machine.request?.isMarked(wanted) && (!unsure || unsure.unknown === 'config')) {
    if (unsure) machine.assumptions.push(unsure.why);
    return note(false);
  }
  const tags = [...(unsure ? [unsure.unknown] : []), ...(isUnknown(wanted) ? [wanted.unknown] : [])];
  if (machine.request?.credentials === 'none' && tags.includes('secret')) return machine.lacksSecret([wanted]);
  if (wanted === undefined && unsure?.unknown !== 'request') return note(false);
  return unknown(tags.includes('request') ? 'request' : joinTags(tags), unsure?.why ?? (wanted as Unknown).why, `${items.map(keyOf).join()}∋${keyOf(wanted)}${unsure?.key ?? ''}`, node);
}

/** What a client gives that names nothing: it finds nothing in a store. */
function isNothing(key: V): boolean {
  return key === undefined || key === null || key === '' || key === 'undefined' || key === 'null';
}

function boxMethod(machine: Machine, box: Box, name: string): V {
  if (name === 'size') return box.open ? unknown(box.open.unknown, box.open.why, `${box.open.key}.size`, undefined) : box.entries.length;
  return native((args, _self, node) => {
    const [key, value] = args;
    switch (name) {
      case 'has':
        if (box.open && isNothing(key)) return false;
        return memberOf(machine, box.entries.map(([item]) => item), box.open, key, node);
      case 'get': {
        const entry = box.entries.find(([item]) => keyOf(item) === keyOf(key));
        if (entry) return entry[1];
        // A table of handlers: whoever chooses the key chooses among them, or none.
        if (isUnknown(key) && !box.open && box.entries.length) return box.entries[machine.choose(key, box.entries.length + 1, node, 'entry')]?.[1];
        return box.open && !isNothing(key) ? unknown(box.open.unknown, box.open.why, `${box.open.key}.get(${keyOf(key)})`, node) : undefined;
      }
      case 'add':
        if (machine.owns(box)) box.entries.push([key, key]);
        return box;
      case 'set':
        if (machine.owns(box)) box.entries.push([key, value]);
        return box;
      case 'delete':
        return true;
      case 'values':
      case 'keys':
      case 'entries':
        return { items: box.entries.map(([item, held]): V => (name === 'keys' ? item : name === 'values' ? held : { items: [item, held], open: undefined })), open: box.open };
      case 'forEach':
        for (const [item, held] of box.entries) machine.call(key, [held, item], undefined, node);
        return undefined;
      default:
        return undefined;
    }
  });
}
