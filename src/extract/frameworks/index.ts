import type { Framework } from '../framework.js';
import { secrets } from '../idioms/secrets.js';
import { bodyParsers } from './body-parsers.js';
import { bun } from './bun.js';
import { cloudflare } from './cloudflare.js';
import { connectRpc } from './connect-rpc.js';
import { cors } from './cors.js';
import { deno } from './deno.js';
import { durableObjects } from './durable-objects.js';
import { express } from './express.js';
import { expressWs } from './express-ws.js';
import { fastify } from './fastify.js';
import { fastmcp } from './fastmcp.js';
import { fetchHandlers } from './fetch-handlers.js';
import { graphqlYoga } from './graphql-yoga.js';
import { grpcJs } from './grpc-js.js';
import { h3 } from './h3.js';
import { hono } from './hono.js';
import { ittyRouter } from './itty-router.js';
import { koa } from './koa.js';
import { mcpFramework } from './mcp-framework.js';
import { mcpHandler } from './mcp-handler.js';
import { mcpNest } from './mcp-nest.js';
import { mcpProxy } from './mcp-proxy.js';
import { mcpSdk } from './mcp-sdk.js';
import { readApps } from './mcp-sdk-apps.js';
import { mcpUse } from './mcp-use.js';
import { nest } from './nest.js';
import { next } from './next.js';
import { nodeHttp } from './node-http.js';
import { oauthProvider } from './oauth-provider.js';
import { offered } from './offered-handlers.js';
import { parties } from './parties.js';
import { rateLimiters } from './rate-limiters.js';
import { socketIo } from './socket-io.js';
import { uWebSockets } from './uwebsockets.js';
import { workers } from './workers.js';
import { ws } from './ws.js';
import { xmcp } from './xmcp.js';

/** SDK factories give express apps: they are claimed before express reads what is registered on them. */
const mcpApps: Framework = { id: 'mcp-apps', words: [], read: readApps };

/** Every library the audit understands. Those that make apps and servers come before those that ride on them. */
export const frameworks: readonly Framework[] = [
  mcpApps,
  express,
  fastify,
  hono,
  koa,
  h3,
  graphqlYoga,
  connectRpc,
  grpcJs,
  nest,
  expressWs,
  nodeHttp,
  bun,
  deno,
  ittyRouter,
  oauthProvider,
  workers,
  durableObjects,
  parties,
  next,
  fetchHandlers,
  mcpHandler,
  cloudflare,
  cors,
  ws,
  socketIo,
  uWebSockets,
  mcpSdk,
  fastmcp,
  mcpProxy,
  mcpFramework,
  mcpUse,
  mcpNest,
  xmcp,
  secrets,
  bodyParsers,
  offered,
  rateLimiters,
];
