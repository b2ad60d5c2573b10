import type { Trial } from '../facts/index.js';

/** The port that stands for the server's own, in trials and in commands. */
const port = 3000;

/**
 * A command that sends a request to the running server: `curl`, or `npx wscat` for a WebSocket. Null where no way in is
 * known. Whatever the audited source wrote into it stands in quotes.
 */
export function commandOf({ origin, sentTo }: Trial): string | null {
  if (!sentTo) return null;
  const { over, method, path = '', host } = sentTo;
  const own = host === `localhost:${port}` || host === `127.0.0.1:${port}`;
  const address = `${own ? host : `localhost:${port}`}${path}`;
  if (over === 'websocket') {
    const from = origin === null ? [] : ['-o', origin];
    return wordsOf('npx', 'wscat', '-c', `ws://${address}`, ...from, ...(own ? [] : ['--host', host]));
  }
  const headers = [...(origin === null ? [] : [`Origin: ${origin}`]), ...(own ? [] : [`Host: ${host}`])];
  const hasBody = !['GET', 'HEAD', 'DELETE', 'OPTIONS'].includes(method);
  // Who is let in shows by any other answer than 401 or 403, so the message need not be a good one.
  const body = hasBody ? ['-H', 'Content-Type: application/json', '-d', '{}'] : [];
  const verb = method === 'GET' ? ['-N'] : hasBody && method === 'POST' ? [] : ['-X', method];
  return wordsOf('curl', '-i', ...verb, ...headers.flatMap(header => ['-H', header]), ...body, `http://${address}`);
}

function wordsOf(...words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

/** A word as a POSIX shell reads it back: in single quotes, unless nothing in it means anything. */
function quoted(word: string): string {
  return /^[\w@%+:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
