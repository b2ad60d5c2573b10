import { flawed, moot, rule, sound, unsure } from '../src/rule.js';

export default rule({
  id: 'ws-missing-auth-timeout',
  title: 'A socket may stay for ever without authenticating',
  pillar: 'authentication',
  severity: 'low',
  cwe: [613, 770],
  why:
    'Where the first message carries the credential, a peer that never sends one holds an open, accepted socket all the ' +
    'same. A few thousand of them cost an attacker nothing, and use up descriptors and memory, or the one slot of a bridge.',
  fix: 'Start a timer of a few seconds when the socket is accepted, close the socket when it fires, and clear it when the credential was good.',
  verify: 'Connect with `npx wscat -c ws://<host>:<port>` and send nothing: a guarded server closes the connection.',
  reading: [
    'https://cheatsheetseries.owasp.org/cheatsheets/WebSocket_Security_Cheat_Sheet.html',
    'https://cwe.mitre.org/data/definitions/770.html',
  ],
  judges: 'WebSocketServer',

  judge({ at, credential, loginTimer, heartbeat }) {
    const byMessage = credential.answer === 'refuses' && credential.carriers.includes('message');
    // Whoever is refused in the handshake gets no socket.
    if (!byMessage || credential.carriers.some(carrier => carrier !== 'message')) return moot;
    if (loginTimer.is === 'there') return sound(loginTimer.at);
    if (loginTimer.is === 'unclear')
      return unsure(loginTimer.at, `Whether a silent socket is closed could not be told: ${loginTimer.why}.`);
    const pinged = heartbeat.is === 'there' || heartbeat.is === 'library';
    return flawed(
      at,
      'low',
      'The credential comes with the first message, and no timer was found that closes a socket which never sends it' +
        `${pinged ? ': the heartbeat only ends those that are gone' : ''}.`,
    );
  },
});
