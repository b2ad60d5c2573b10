import { sessionStores } from '../../code/session-stores.js';
import type { SessionStore } from '../../facts/index.js';
import type { Idiom } from '../idiom.js';

/** Stores of sessions, and what takes entries out of them. */
export const keptSessions: Idiom = {
  id: 'session-stores',
  words: [],
  read({ code }) {
    return sessionStores(code).map(
      ({ node, name, removal }): SessionStore => ({
        kind: 'SessionStore',
        at: code.at(node),
        name,
        removedAt: removal && code.at(removal),
      }),
    );
  },
};
