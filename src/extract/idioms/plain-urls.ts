import { isOwnMachine, plainDials } from '../../code/plain-dials.js';
import type { PlainUrl } from '../../facts/index.js';
import type { Idiom } from '../idiom.js';

/** URLs without TLS that the program connects to. */
export const plainUrls: Idiom = {
  id: 'plain-urls',
  words: [],
  read({ code }) {
    return plainDials(code).map(
      ({ node, written, scheme, host }): PlainUrl => ({
        kind: 'PlainUrl',
        at: code.at(written),
        scheme,
        host: host === undefined ? 'configured' : isForeign(host) ? 'foreign' : 'own',
        name: host,
        trail: [{ at: code.at(node), says: 'it is connected to here' }],
      }),
    );
  },
};

/** Names without a dot are hosts of a private network; private addresses and reserved names are no strangers' either. */
function isForeign(host: string): boolean {
  if (isOwnMachine(host) || !host.includes('.')) return false;
  if (/^(10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\./.test(host)) return false;
  return !/\.(local|internal|lan|home|test|example|invalid|docker)$|(^|\.)example\.(com|org|net)$/i.test(host);
}
