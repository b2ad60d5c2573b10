import { flawed, rule } from '../src/rule.js';

export default rule({
  id: 'credential-logged',
  title: 'A credential is written to a log',
  pillar: 'exposure',
  severity: 'medium',
  cwe: [532],
  why:
    'Logs are read by more people than the server has users, are copied to other systems, and are kept for years. A ' +
    'token in a log line works for whoever reads it, as long as it is valid. The headers of a request hold its ' +
    '`Authorization` and its cookies.',
  fix:
    'Log that a credential was there, who it belongs to, or its last four characters; of headers, name those that are ' +
    'needed. A logger that redacts by path (`redact: ["req.headers.authorization"]` in pino) catches what is forgotten.',
  verify: 'Call the server once with a made-up token, and search everything it has written for that token.',
  reading: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#data-to-exclude',
    'https://getpino.io/#/docs/redaction',
    'https://cwe.mitre.org/data/definitions/532.html',
  ],
  judges: 'LogCall',

  judge({ at, what, name, isDetail, others, trail }) {
    const written = what === 'headers' ? 'All headers of a request' : `The credential \`${name}\``;
    const which = what === 'headers' ? ', its `Authorization` among them, are' : ' is';
    return flawed(
      at,
      isDetail ? 'low' : 'medium',
      `${written}${which} written to ${isDetail ? 'the log for developers' : 'a log'}; nothing masks or redacts it on the way.`,
      { trail, places: others },
    );
  },
});
