import type { ts } from '../ts.js';
import type { Value } from '../value.js';

/** Names that need no declaration. */
export const globals = new Set([
  'process',
  'console',
  'globalThis',
  'window',
  'self',
  'Object',
  'Array',
  'Promise',
  'Number',
  'String',
  'Boolean',
  'JSON',
  'Math',
  'Date',
  'URL',
  'URLSearchParams',
  'Set',
  'Map',
  'WeakMap',
  'WeakSet',
  'RegExp',
  'Error',
  'Buffer',
  'Response',
  'Request',
  'Headers',
  'fetch',
  'crypto',
  'parseInt',
  'parseFloat',
  'isNaN',
  'setTimeout',
  'setInterval',
  'clearTimeout',
  'clearInterval',
  'encodeURIComponent',
  'decodeURIComponent',
  'require',
  'TextEncoder',
  'TextDecoder',
  'ReadableStream',
  'TransformStream',
  'WritableStream',
  'WebSocketPair',
  'WebSocket',
  'EventSource',
  'AbortController',
  'Symbol',
  'Reflect',
  'Proxy',
  'queueMicrotask',
  'structuredClone',
  'BigInt',
  'atob',
  'btoa',
  'module',
  'exports',
  '__dirname',
  '__filename',
  'Uint8Array',
  'performance',
  'URLPattern',
]);

/** Globals of server runtimes: what they hold is an export like any other, `Bun.serve` that of `import { serve } from 'bun'`. */
export const runtimes: Readonly<Record<string, Value>> = {
  Bun: { is: 'api', module: 'bun', path: '' },
  Deno: { is: 'api', module: 'deno', path: '' },
  WebSocketPair: { is: 'api', module: 'cloudflare', path: 'WebSocketPair' },
};

/** As shipped, a server is started without arguments. */
function commandLine(node: ts.Node): Value {
  const items = ['node', 'server'].map((value): Value => ({ is: 'literal', value, node }));
  return { is: 'list', items, node, exact: true };
}

/** What `global.name` stands for: an environment variable, a runtime's export, else a global again. */
export function globalMember(path: string, name: string, node: ts.Node): Value {
  if (path === 'process' && name === 'argv') return commandLine(node);
  if (path === 'process.env') return { is: 'env', name, node };
  if (path === '' || path === 'globalThis')
    return Object.hasOwn(runtimes, name) ? runtimes[name]! : { is: 'global', path: name };
  return { is: 'global', path: `${path}.${name}` };
}
