import { connect, type Socket } from 'node:net';

/** Headers of a request; null for one that is not sent. */
export type Headers = Readonly<Record<string, string | null>>;

/** A server that has not answered for so long does not answer. */
const patience = 3000;

/** One message of an MCP client, framed and masked as a browser sends it. */
const message = frameOf('{"jsonrpc":"2.0","id":1,"method":"ping"}');

/**
 * Shakes hands for a WebSocket by hand, so that Origin and Host can be anything. True when the server accepts; with
 * `andSpeaks` only when it also answers a message, which a server does not that closes what it has accepted.
 */
export async function shake(port: number, path: string, headers: Headers, andSpeaks: boolean): Promise<boolean> {
  const key = 'dGhlIHNhbXBsZSBub25jZQ==';
  const upgrade = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': key,
  };
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write(headOf('GET', path, { ...headers, ...upgrade }));
    const [head, rest] = await headFrom(socket);
    if (statusOf(head) !== 101) return false;
    if (!andSpeaks) return true;
    socket.write(message);
    return await speaks(socket, rest);
  } finally {
    socket.destroy();
  }
}

/** Calls a tool over HTTP, or opens the stream where the method has no body. */
export async function call(
  port: number,
  method: string,
  path: string,
  headers: Headers,
): Promise<{ status: number; isStream: boolean }> {
  const hasBody = method !== 'GET' && method !== 'DELETE';
  const body = hasBody
    ? '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"run","arguments":{}}}'
    : undefined;
  const socket = connect(port, '127.0.0.1');
  try {
    const length = body === undefined ? null : String(body.length);
    const usual = { Accept: 'application/json, text/event-stream', 'Content-Type': body ? 'application/json' : null };
    socket.write(
      headOf(method, path, { ...headers, ...usual, 'Content-Length': length, Connection: 'close' }) + (body ?? ''),
    );
    const [head] = await headFrom(socket);
    const isStream = /^content-type: text\/event-stream/im.test(head);
    // What is served behind a refusal is served before the server hangs up.
    if (head !== '' && !isStream) await ended(socket);
    return { status: statusOf(head), isStream };
  } finally {
    socket.destroy();
  }
}

function headOf(method: string, path: string, headers: Headers): string {
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  return `${[`${method} ${path} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`;
}

function statusOf(head: string): number {
  return Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 599);
}

/** The head of the answer, and what came after it; empty when the server hangs up or does not answer. */
function headFrom(socket: Socket): Promise<[head: string, rest: Buffer]> {
  return new Promise(resolve => {
    let all = Buffer.alloc(0);
    const give = () => resolve(['', all]);
    socket.setTimeout(patience, give);
    socket.on('error', give);
    socket.on('close', give);
    socket.on('data', chunk => {
      all = Buffer.concat([all, chunk]);
      const end = all.indexOf('\r\n\r\n');
      if (end >= 0) resolve([all.subarray(0, end).toString('latin1'), all.subarray(end + 4)]);
    });
  });
}

function ended(socket: Socket): Promise<void> {
  return new Promise(resolve => {
    if (socket.closed) resolve();
    setTimeout(resolve, patience).unref();
    socket.on('close', () => resolve());
    socket.resume();
  });
}

/** Whether a text comes before the connection is closed. */
function speaks(socket: Socket, rest: Buffer): Promise<boolean> {
  return new Promise(resolve => {
    const read = (chunk: Buffer) => {
      const code = chunk.length > 0 ? chunk[0]! & 0x0f : undefined;
      if (code === 1 || code === 2) resolve(true);
      if (code === 8) resolve(false);
    };
    read(rest);
    socket.on('data', read);
    socket.on('close', () => resolve(false));
    setTimeout(() => resolve(false), patience).unref();
  });
}

function frameOf(text: string): Buffer {
  const mask = Buffer.from([1, 2, 3, 4]);
  const data = Buffer.from(text).map((byte, index) => byte ^ mask[index % 4]!);
  return Buffer.concat([Buffer.from([0x81, 0x80 | data.length]), mask, data]);
}
