import { isObj, native, objectOf, unknown, type V } from './domain.js';
import { Thrown } from './effects.js';
import { keyOf } from './keys.js';
import { callable, type Globals, quiet } from './language-globals.js';
import { urlOf } from './urls.js';

function headersOf(props: Map<string, V>): V {
  const table = new Map([...props].map(([key, value]) => [key.toLowerCase(), value]));
  return objectOf({
    get: native(([name]) => table.get(String(name).toLowerCase()) ?? null),
    set: native(([name, value]) => {
      table.set(String(name).toLowerCase(), value);
      return undefined;
    }),
    has: native(([name]) => table.has(String(name).toLowerCase())),
    append: native(quiet),
    delete: native(quiet),
  });
}

/** URL, Request, Response and Headers as fetch-style servers meet them. */
export const webGlobals: Globals = {
  WebSocketPair: () => ({ api: 'cloudflare', path: 'WebSocketPair' }),
  URL: machine =>
    callable((args, _self, node) => urlOf(machine, args, node), {
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
  URLSearchParams: machine =>
    callable(
      args =>
        machine.request?.queryFrom(args[0]) ??
        objectOf({}, { rest: unknown(machine.tagOf(args), 'a query', `query(${args.map(keyOf).join()})`, undefined) }),
    ),
  Response: machine =>
    callable((args, _self, node) => machine.request?.responseOf(machine, args[0], args[1], node) ?? objectOf({}), {
      json: native((args, _self, node) => machine.request?.responseOf(machine, args[0], args[1], node) ?? objectOf({})),
      redirect: native(
        (args, _self, node) =>
          machine.request?.responseOf(machine, undefined, objectOf({ status: args[1] ?? 302 }), node) ?? objectOf({}),
      ),
    }),
  // A request made from the one on trial, or with its headers, is still that one.
  Request: machine =>
    callable(([input, init], _self, node) =>
      [input, init].some(each => isObj(each) && machine.request?.sees(each))
        ? machine.request?.fetchRequest()
        : unknown('config', 'a request of the server itself', `request${node.pos}`, node, true),
    ),
  Headers: () => callable(([of]) => headersOf(isObj(of) ? of.props : new Map())),
};
