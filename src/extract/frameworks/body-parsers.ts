import type { ApiCall, Code, Given } from '../../code/code.js';
import { isReceivedRequest } from '../../code/requests.js';
import type { Setting } from '../../facts/index.js';
import type { Framework } from '../framework.js';
import type { Surface } from '../surface.js';

const kB = 1024;
const MiB = 1024 ** 2;

/**
 * Libraries that gather the bodies of requests.
 *
 * - `express.json()` and its kin are body-parser, with 100 kB: https://expressjs.com/en/resources/middleware/body-parser.html
 * - raw-body has no limit unless one is given: https://github.com/stream-utils/raw-body#getrawbodystream-options-callback
 * - `text(req)`, `json(req)` and `buffer(req)` of node's stream/consumers have none:
 *   https://nodejs.org/api/webstreams.html#utility-consumers
 * - fastify takes 1 MiB: https://fastify.dev/docs/latest/Reference/Server/#bodylimit
 * - multer has none; what it does not write to disk it keeps: https://github.com/expressjs/multer#limits
 *
 * A text such as `10mb` is read as the bytes package reads it: https://github.com/visionmedia/bytes.js
 */
export const bodyParsers: Framework = {
  id: 'body-parsers',
  words: ['body-parser', 'raw-body', 'stream/consumers', 'multer'],
  read(code, surface) {
    readParsers(code, surface);
    readStreams(code, surface);
    readFastify(code, surface);
    readMulter(code, surface);
  },
};

const parsers = ['json', 'urlencoded', 'raw', 'text'];
const none = Number.POSITIVE_INFINITY;

function readParsers(code: Code, surface: Surface): void {
  const calls = code.apiCalls(
    parsers,
    (module, path) => /^(express|body-parser)$/.test(module) && parsers.includes(path),
  );
  for (const call of calls) {
    const limit = bytesOf(code, code.option(code.argument(call, 0), 'limit'), {
      value: 100 * kB,
      because: 'body-parser takes 100 kB unless `limit` is given',
    });
    add(code, surface, call, `${call.api.module}.${call.api.path}()`, limit);
  }
}

function readStreams(code: Code, surface: Surface): void {
  for (const call of code.apiCalls(['default', 'getRawBody'], module => module === 'raw-body')) {
    const limit = bytesOf(code, code.option(code.argument(call, 1), 'limit'), {
      value: none,
      because: 'raw-body has no limit unless one is given',
    });
    add(code, surface, call, 'raw-body', limit);
  }
  const isConsumer = (module: string) => module === 'stream/consumers';
  for (const call of code.apiCalls(['text', 'json', 'buffer', 'arrayBuffer', 'blob'], isConsumer)) {
    const [stream] = call.node.arguments ?? [];
    if (!stream || !isReceivedRequest(code, stream)) continue;
    const because = 'node:stream/consumers reads to the end, however far that is';
    add(code, surface, call, `${call.api.path}(${stream.getText()})`, { is: 'default', value: none, because });
  }
}

function readFastify(code: Code, surface: Surface): void {
  for (const call of code.apiCalls(['default', 'fastify', 'Fastify'], module => module === 'fastify')) {
    const limit = bytesOf(code, code.option(code.argument(call, 0), 'bodyLimit'), {
      value: MiB,
      because: 'fastify takes 1 MiB unless `bodyLimit` is given',
    });
    add(code, surface, call, 'fastify', limit);
  }
}

function readMulter(code: Code, surface: Surface): void {
  for (const call of code.apiCalls(['default', 'multer'], (module, path) => module === 'multer' && path === '')) {
    const options = code.argument(call, 0);
    const isGiven = (name: string) =>
      code.option(options, name).values.some(value => value.is !== 'literal' || value.value !== undefined);
    const isKept = code
      .option(options, 'storage')
      .values.some(value => value.is === 'thing' && /memoryStorage/.test(value.made));
    if (!isKept && (isGiven('dest') || isGiven('storage'))) continue;
    const limit = bytesOf(code, code.option(code.option(options, 'limits'), 'fileSize'), {
      value: none,
      because: 'multer has no limit unless `limits.fileSize` is given',
    });
    add(code, surface, call, 'multer', limit);
  }
}

function add(code: Code, surface: Surface, { node }: ApiCall, via: string, limit: Setting<number>): void {
  surface.subjects.push({ kind: 'BodyReader', at: code.at(node), via, limit, endedBy: undefined });
}

const units: Readonly<Record<string, number>> = { b: 1, kb: kB, mb: MiB, gb: 1024 * MiB };

function bytesOf(code: Code, given: Given, otherwise: { value: number; because: string }): Setting<number> {
  const decode = (value: unknown) => {
    if (typeof value === 'number') return value;
    const [, amount, unit] = (typeof value === 'string' && /^\s*([\d.]+)\s*([kmg]?b)\s*$/i.exec(value)) || [];
    return amount && unit ? Number(amount) * (units[unit.toLowerCase()] ?? 1) : undefined;
  };
  return code.setting(given, decode, otherwise);
}
