import { dangerousToolCalls, runTogether } from '../../code/tools.js';
import type { CredentialDecision, Listener } from '../../facts/index.js';
import { exposureOf } from '../doors.js';
import { leastGuarded } from '../guarded.js';
import type { Idiom } from '../idiom.js';

/** Calls that open a listening socket, and what stands behind them. */
export const listeners: Idiom = {
  id: 'listeners',
  words: [],
  read(findings) {
    const { code, surface } = findings;
    const dangerous = dangerousToolCalls(code);
    const opened = [
      ...surface.listenings,
      ...surface.sockets.flatMap(socket =>
        socket.host ? [{ on: socket.thing, via: socket.via, host: socket.host, call: socket.call, probe: false }] : [],
      ),
    ];
    return opened.map((listening): Listener => {
      const at = code.at(listening.call.node);
      const behindIt = dangerous.find(call => runTogether(code, call, listening.call.node));
      return {
        kind: 'Listener',
        at,
        via: listening.via,
        host: listening.host,
        exposure: exposureOf(listening.host),
        probe: listening.probe,
        credential: (listening.on && leastGuarded(findings, listening.on)) ?? nothingBehind(at),
        reachesDangerousTools: behindIt && code.at(behindIt),
        trail: [],
      };
    });
  },
};

function nothingBehind(at: Listener['at']): CredentialDecision {
  return { answer: 'unclear', carriers: [], at, because: 'what it serves could not be followed', trail: [] };
}
