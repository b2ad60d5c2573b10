import type { Code } from './code.js';
import { enclosingFunction } from './module.js';
import { textsWith } from './texts.js';

const endpointEvent = /(?<=['"`])endpoint(?=['"`])|event: ?endpoint\b/g;
const pathWithSession = /^(?:.*\bdata: ?)?(\/[\w\-./]*)\?/s;

/**
 * Paths that a stream of the older transport tells its client to post to, each with the session in its query: what is
 * posted there is for a stream that is open. https://modelcontextprotocol.io/specification/2024-11-05/basic/transports#http-with-sse
 */
export function announcedPaths(code: Code): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const module of code.modules()) {
    if (!module.source.text.includes('text/event-stream')) continue;
    for (const mark of textsWith(module, endpointEvent)) {
      const fn = enclosingFunction(mark);
      for (const text of textsWith(module, /(?<=['"`:\s])\/[\w\-./]*\?/g)) {
        const path = enclosingFunction(text) === fn ? pathWithSession.exec(text.text)?.[1] : undefined;
        if (path) paths.add(path);
      }
    }
  }
  return paths;
}
