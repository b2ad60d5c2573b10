import { flawed, moot, rule, sound, unsure } from '../src/rule.js';

export default rule({
  id: 'ws-missing-heartbeat',
  title: 'WebSocket server never finds out that a peer is gone',
  pillar: 'limits',
  severity: 'low',
  cwe: [772],
  why:
    'A laptop that goes to sleep or a router that drops a connection sends no close frame. Without a ping that must be ' +
    'answered, or an idle timeout, the server keeps the socket and all that hangs on it: session state, subscriptions, ' +
    'the one slot of a bridge that takes a single client. They pile up for as long as the process lives.',
  fix:
    'Every 30 seconds call `terminate()` on sockets that did not answer the last ping, and `ping()` the others. Browsers ' +
    'answer pings by themselves.',
  verify:
    'Connect, then drop the network without closing the connection (`iptables -A OUTPUT -p tcp --dport <port> -j DROP`): ' +
    'a guarded server lets go of the client within a minute.',
  reading: [
    'https://github.com/websockets/ws/blob/master/README.md#how-to-detect-and-close-broken-connections',
    'https://www.rfc-editor.org/rfc/rfc6455#section-5.5.2',
    'https://cwe.mitre.org/data/definitions/772.html',
  ],
  judges: 'WebSocketServer',

  judge({ at, via, heartbeat }) {
    switch (heartbeat.is) {
      case 'there':
        return sound(heartbeat.at);
      case 'library':
        return moot;
      case 'unclear':
        return unsure(heartbeat.at, `Whether lost peers are found out could not be told: ${heartbeat.why}.`);
      case 'half':
        return flawed(at, 'low', `Lost peers of this ${via} server are found out late or never: ${heartbeat.says}.`, {
          confidence: 'low',
          trail: [{ at: heartbeat.at, says: 'what there is of a heartbeat' }],
        });
      case 'missing':
        return flawed(
          at,
          'low',
          `Peers of this ${via} server that vanish without a close frame are kept for ever: no ping with a \`terminate()\` ` +
            'for those that do not answer, and no idle timeout, was found where its sockets are handled.',
        );
    }
  },
});
