import { obstacleOf } from '../src/questions.js';
import { flawed, moot, rule, sound, unsure } from '../src/rule.js';

export default rule({
  id: 'sse-header-only-auth',
  title: 'Event stream that browsers cannot log in to',
  pillar: 'authentication',
  severity: 'info',
  cwe: [],
  why:
    'The browser’s `EventSource` sends no headers of its own. A stream that only takes `Authorization` works with clients ' +
    'that read it by `fetch` (the MCP SDK does), and invites everybody else to move the token into the URL, where logs keep it.',
  fix:
    'If browsers are meant to listen, hand out a ticket over an authenticated POST: random, good for seconds, deleted when ' +
    'the stream is opened with it. If not, leave it as it is.',
  verify: 'Open the stream with `new EventSource(url)` in a browser: it is refused, whatever the page knows.',
  reading: [
    'https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface',
    'https://cheatsheetseries.owasp.org/cheatsheets/HTML5_Security_Cheat_Sheet.html',
  ],
  pedantic: true,
  judges: 'EventStream',

  judge({ at, credential, life, wayIn }) {
    if (life === 'one-answer' || (wayIn && wayIn.method !== 'GET' && wayIn.method !== '*')) return moot;
    if (credential.answer === 'admits') return moot;
    if (credential.answer !== 'refuses' || credential.carriers.length === 0)
      return unsure(at, `Which credentials the stream takes could not be told: ${obstacleOf(credential)}.`);
    if (credential.carriers.some(carrier => !/header$/.test(carrier))) return sound(credential.at ?? at);
    return flawed(
      wayIn?.at ?? at,
      'info',
      'The stream takes its credential from a header only, which the browser’s EventSource cannot send; no cookie, ticket ' +
        'or query parameter is accepted instead.',
      { trail: credential.trail },
    );
  },
});
