import type { Framework } from '../framework.js';

/**
 * Middleware and plugins that answer 429, or wait, when a client asks too often.
 *
 * - express-rate-limit 6 to 8, by default import and as `rateLimit`: https://express-rate-limit.mintlify.app/
 * - express-slow-down, express-brute, express-limiter, @authentication/rate-limit for express
 * - rate-limiter-flexible and @upstash/ratelimit, asked from own middleware: `consume(key)`, `limit(key)`
 * - @fastify/rate-limit, and fastify-rate-limit before it: https://github.com/fastify/fastify-rate-limit
 * - hono-rate-limiter, koa-ratelimit, elysia-rate-limit, @nestjs/throttler, @arcjet/node
 */
export const rateLimiters: Framework = {
  id: 'rate-limiters',
  words: [
    'express-rate-limit',
    'express-slow-down',
    'rate-limiter-flexible',
    '@upstash/ratelimit',
    'fastify/rate-limit',
    'hono-rate-limiter',
    'koa-ratelimit',
    '@nestjs/throttler',
  ],
  limitsPace: ({ made }) => limiting.test(made),
};

const limiting =
  /^(express-rate-limit|express-slow-down|express-brute|express-limiter|@authentication\/rate-limit|rate-limiter-flexible|@upstash\/ratelimit|(@fastify|fastify)[/-]rate-limit|@?hono-rate-limit\S*|koa2?-ratelimit|elysia-rate-limit|@nestjs\/throttler|@arcjet\/\w+) /;
