import { flawed, rule } from '../src/rule.js';

export default rule({
  id: 'error-detail-leak',
  title: "A client is sent an error's own text",
  pillar: 'exposure',
  severity: 'low',
  cwe: [209],
  why:
    'Errors are written for those who run the server: their messages name files, hosts, queries, users and versions, and ' +
    'a stack trace names the code. Whoever can make a request fail reads them, and learns where to look next. A message ' +
    'that is harmless today is another one after the next upgrade of a library.',
  fix:
    'Log the error, and answer with a constant text and an id by which the log entry can be found. Where clients need to ' +
    'know more, throw errors of a class of your own whose messages are written for them, and send the text of those alone.',
  verify: 'Send a request that fails, such as one with broken JSON or an unreachable upstream, and read the answer.',
  reading: [
    'https://owasp.org/www-community/Improper_Error_Handling',
    'https://cheatsheetseries.owasp.org/cheatsheets/Error_Handling_Cheat_Sheet.html',
    'https://cwe.mitre.org/data/definitions/209.html',
  ],
  judges: 'ErrorAnswer',

  judge({ at, detail, others, trail }) {
    const what = detail === 'stack' ? 'The stack trace' : 'The message';
    return flawed(
      at,
      detail === 'stack' ? 'medium' : 'low',
      `${what} of whatever error is caught is sent to the client as it is; no constant text, no class of errors made for ` +
        'clients and no cleaning was found on the way.',
      { trail, places: others },
    );
  },
});
