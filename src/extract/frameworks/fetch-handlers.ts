import type { Code } from '../../code/code.js';
import { objectOf, unknown } from '../../code/trial/domain.js';
import type { Framework } from '../framework.js';
import type { Surface } from '../surface.js';
import { addEntry } from './workers.js';

/** The methods for which a file of routes exports functions. */
export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Functions from `Request` to `Response` that a platform calls by their name.
 *
 * - Factories that return `{ GET, POST }`, to be exported from such a file.
 *
 * The platform listens, for the whole network.
 */
export const fetchHandlers: Framework = {
  id: 'fetch-handlers',
  words: ['function GET', 'function POST', 'const GET', 'const POST', 'as POST', 'as GET', 'NextRequest'],
  read(code, surface) {
    readFactories(code, surface);
  },
};

/** What Next.js and its like pass besides the request. */
export const routeContext = objectOf({
  params: objectOf({}, { rest: unknown('request', 'a part of the path', 'request.params') }),
});

function readFactories(code: Code, surface: Surface): void {
  for (const method of methods) {
    for (const value of code.members(method).flatMap(({ values }) => values)) {
      const first = value.is === 'function' ? value.node.parameters[0]?.name.getText() : undefined;
      const takesRequest = /^_?req(uest)?$/.test(first ?? '');
      if (takesRequest)
        addEntry(surface, value, { via: 'fetch handler', method, path: undefined, passes: [routeContext] });
    }
  }
}
