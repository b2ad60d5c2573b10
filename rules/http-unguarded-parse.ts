import { flawed, moot, rule, sound } from '../src/rule.js';

const texts = { body: "the request's body", url: "the request's URL", header: 'a header of the request' } as const;

export default rule({
  id: 'http-unguarded-parse',
  title: 'One malformed request ends the process',
  pillar: 'messages',
  severity: 'medium',
  cwe: [248, 755],
  why:
    '`JSON.parse`, `new URL` and `decodeURIComponent` throw on text that they cannot read, and the client chooses the text. ' +
    'A header that was not sent is `undefined`, which has no methods. ' +
    'In a raw request listener, in a callback of a stream, or in an async handler of Express 4 nobody catches that: Node ends ' +
    'the process, with every session in it. `GET //` is enough for `new URL(request.url, base)`.',
  fix:
    'Wrap the parsing in `try`/`catch` inside the same callback, and answer 400. A `try` around the registration of a callback, ' +
    'or around a promise that is not awaited, catches nothing. `URL.canParse` and `express.json()` do it for you.',
  verify:
    "Run `curl -X POST localhost:3000/mcp -d '{'` and `curl --path-as-is localhost:3000//`, then ask again: the server still answers.",
  reading: [
    'https://nodejs.org/api/process.html#event-uncaughtexception',
    'https://nodejs.org/api/errors.html#error-propagation-and-interception',
    'https://expressjs.com/en/guide/error-handling.html',
    'https://cwe.mitre.org/data/definitions/248.html',
  ],
  judges: 'RequestParse',

  judge({ at, parser, text, error, lastResort, trail }) {
    if (error.is === 'caught') return sound(error.by);
    if (error.is !== 'escapes') return moot;
    if (lastResort) return sound(lastResort);
    const thrown =
      text === 'missing-header'
        ? `\`${parser}\` throws where a request comes without that header, and the error leaves`
        : `\`${parser}\` is given ${texts[text]}, and what it throws leaves`;
    return flawed(
      at,
      'medium',
      `${thrown} ${error.where}: no try/catch stands around it, and no ` +
        'process-wide handler goes on after it, so that one request ends the process.',
      { trail },
    );
  },
});
