/** What an expression holds of the request that is being answered. `text` is its URL, or a piece of it, as text. */
export type RequestPart = 'request' | 'url' | 'text' | 'params' | 'query';

/** What the members of a part are. Names from node:http, fetch, Express, Fastify, Koa, Hono, Next, AWS Lambda and socket.io. */
export const members: Readonly<Record<string, RequestPart>> = {
  'request.url': 'text',
  'request.originalUrl': 'text',
  'request.href': 'text',
  'request.search': 'text',
  'request.querystring': 'text',
  'request.rawQueryString': 'text',
  'request.nextUrl': 'url',
  'request.URL': 'url',
  'request.query': 'query',
  'request.queryStringParameters': 'query',
  'request.req': 'request',
  'request.request': 'request',
  'request.raw': 'request',
  'request.upgradeReq': 'request',
  'request.handshake': 'request',
  'request.node': 'request',
  'url.searchParams': 'params',
  'url.query': 'query',
  'url.search': 'text',
  'url.href': 'text',
};

/** What the methods of a part answer. */
export const methods: Readonly<Record<string, RequestPart>> = {
  'request.clone': 'request',
  'request.query': 'query',
  'request.getQuery': 'text',
  'url.toString': 'text',
  'params.toString': 'text',
  'params.entries': 'params',
  'text.split': 'text',
  'text.slice': 'text',
  'text.substring': 'text',
  'text.replace': 'text',
  'text.toString': 'text',
  'text.at': 'text',
  'text.pop': 'text',
  'text.trim': 'text',
};

/** What libraries' functions make of a part that they are given. */
export const makers: Readonly<Record<string, RequestPart>> = {
  'url parse': 'url',
  'url URL': 'url',
  'url URLSearchParams': 'params',
  'querystring parse': 'query',
  'qs parse': 'query',
  'fast-querystring parse': 'query',
  'h3 getQuery': 'query',
  'h3 getRequestURL': 'url',
  'ufo getQuery': 'query',
};
/** What the classes that every platform has make of it. */
export const globalMakers: Readonly<Record<string, RequestPart>> = { URL: 'url', URLSearchParams: 'params' };
