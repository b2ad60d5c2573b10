import { isLeftOver, offeredHandlers } from '../../code/request-handlers.js';
import { isStarted } from '../../code/unused.js';
import type { Framework } from '../framework.js';
import type { Surface } from '../surface.js';

/**
 * What a library offers: request handlers that its callers register, on servers of their own. Nobody here calls them, so
 * nothing stands before them but what they do themselves, and who can reach them is for others to decide. In a program that
 * starts a server, a handler that nothing mentions is left over, and is not looked at.
 */
export const offered: Framework = {
  id: 'offered-handlers',
  words: [],
  read(code, surface) {
    const handlers = offeredHandlers(code).filter(({ fn }) => !isRegistered(surface, fn));
    if (!handlers.length) return;
    const isProgram = surface.listenings.some(({ call }) => isStarted(code, call.node));
    for (const handler of handlers) {
      if (isProgram && isLeftOver(code, handler)) continue;
      const { fn, flavour } = handler;
      const host = {
        is: 'unclear',
        at: code.at(fn),
        why: 'whoever calls this handler decides where it listens',
      } as const;
      surface.entries.push({
        via: 'hand-written',
        handler: { value: { is: 'function', node: fn, env: undefined, self: undefined }, node: fn },
        method: '*',
        path: undefined,
        flavour,
        host,
        call: undefined,
      });
    }
  },
};

function isRegistered(surface: Surface, fn: unknown): boolean {
  const among = [
    ...surface.registrations.flatMap(({ handlers }) => handlers),
    ...surface.servers.flatMap(({ listeners }) => listeners),
    ...surface.entries.map(({ handler }) => handler),
    ...surface.upgrades.map(({ handler }) => handler),
    ...surface.sockets.flatMap(({ connections, verifiers }) => [...connections, ...verifiers]),
  ];
  return among.some(({ value }) => value.is === 'function' && value.node === fn);
}
