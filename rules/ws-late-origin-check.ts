import { barrierOf, refusalOf, trialOf } from '../src/questions.js';
import { flawed, moot, rule, sound } from '../src/rule.js';

export default rule({
  id: 'ws-late-origin-check',
  title: 'Origin is checked only after the WebSocket is open',
  pillar: 'origin',
  severity: 'medium',
  cwe: [1385],
  why:
    'The handshake is the one moment at which a server can refuse a client before it has a connection. A check in the ' +
    '`connection` handler comes when the foreign page already holds an open socket: whatever is sent before the close ' +
    'reaches it, a message that arrives in between may be handled, and every attempt costs a socket and its session state.',
  fix:
    'Move the comparison to the `upgrade` handler (answer 403 and destroy the socket before `handleUpgrade`) or to ' +
    '`verifyClient`, so that a refused client never gets a connection.',
  verify:
    'Run `npx wscat -c ws://localhost:<port> --origin https://attacker.example`: a late check prints `Connected` and then ' +
    'a close code, an early one prints `Unexpected server response: 403`.',
  reading: [
    'https://github.com/websockets/ws/blob/master/README.md#client-authentication',
    'https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2',
    'https://cwe.mitre.org/data/definitions/1385.html',
  ],
  judges: 'WebSocketServer',

  judge({ at, origin, credential, servedBeforeCheck }) {
    const foreign = trialOf(origin, 'unrelated');
    // Not refused at all, or not to be told: ws-missing-origin-check says so.
    if (foreign?.answer !== 'refuses') return moot;
    const refusal = refusalOf(origin, foreign, at);
    if (origin.stage === 'before-accept') return sound(refusal);

    const says = servedBeforeCheck
      ? 'Origin is checked only after the connection is open, and the client is served before the check decides'
      : 'Origin is checked only after the connection is open: nothing refuses a foreign page during the handshake';
    const severity = servedBeforeCheck ? 'high' : 'medium';
    return flawed(at, barrierOf(credential) === 'secret' ? 'low' : severity, `${says}.`, {
      trail: [
        ...(servedBeforeCheck ? [{ at: servedBeforeCheck, says: 'the client is served here' }] : []),
        { at: refusal, says: 'the foreign Origin is refused only here' },
      ],
      witness: foreign,
    });
  },
});
