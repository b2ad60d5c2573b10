import type { Program } from '../code/program.js';
import type { UnmodelledLibrary } from '../facts/index.js';

const http = 'serves HTTP';
const sockets = 'accepts WebSocket connections';
const streams = 'opens event streams';
const mcp = 'serves MCP';
const graphql = 'serves GraphQL over HTTP';
const functions = 'hands requests of a platform to functions';
const tunnel = 'makes a local port reachable from the internet';
const forwards = 'forwards requests to other servers';
const raw = 'accepts connections of another protocol';

/**
 * Libraries that carry network traffic and have no model here: what they do, and nothing of how. The list is curated; each
 * package is described on https://www.npmjs.com/package/<name>, oak on https://jsr.io/@oak/oak. A library that gets a model leaves it.
 */
export const unmodelled: Readonly<Record<string, string>> = {
  '@adonisjs/core': http,
  '@apollo/server': graphql,
  '@azure/functions': functions,
  '@colyseus/core': sockets,
  '@deepkit/http': http,
  '@fastify/http-proxy': forwards,
  '@fastify/reply-from': forwards,
  '@feathersjs/express': http,
  '@feathersjs/feathers': http,
  '@feathersjs/koa': http,
  '@feathersjs/socketio': sockets,
  '@foal/core': http,
  '@google-cloud/functions-framework': functions,
  '@hapi/hapi': http,
  '@hocuspocus/server': sockets,
  '@loopback/rest': http,
  '@marblejs/http': http,
  '@mastra/mcp': mcp,
  '@midwayjs/core': http,
  '@nestjs-mcp/server': mcp,
  '@nestjs/microservices': raw,
  '@netlify/functions': functions,
  '@ngrok/ngrok': tunnel,
  '@oak/oak': http,
  '@overnightjs/core': http,
  '@remix-run/express': http,
  '@remix-run/node': http,
  '@remix-run/serve': http,
  '@sveltejs/kit': http,
  '@tinyhttp/app': http,
  '@tmcp/transport-http': mcp,
  '@trpc/server': http,
  '@tsed/common': http,
  '@tsed/platform-express': http,
  '@vendia/serverless-express': functions,
  aedes: raw,
  'apollo-server': graphql,
  'apollo-server-express': graphql,
  astro: http,
  'better-sse': streams,
  colyseus: sockets,
  connect: http,
  egg: http,
  elysia: http,
  'engine.io': sockets,
  'express-http-proxy': forwards,
  'express-mcp-handler': mcp,
  'express-sse': streams,
  'fastify-mcp': mcp,
  faye: sockets,
  'faye-websocket': sockets,
  fets: http,
  'firebase-functions': functions,
  'graphql-ws': sockets,
  'http-proxy': forwards,
  'http-proxy-3': forwards,
  'http-proxy-middleware': forwards,
  'hyper-express': http,
  'inversify-express-utils': http,
  'isomorphic-ws': sockets,
  jayson: http,
  'json-server': http,
  'koa-proxies': forwards,
  litemcp: mcp,
  localtunnel: tunnel,
  'mcp-lite': mcp,
  mercurius: graphql,
  micro: http,
  moleculer: http,
  'moleculer-web': http,
  muppet: mcp,
  ngrok: tunnel,
  'nodejs-websocket': sockets,
  oak: http,
  peer: sockets,
  polka: http,
  primus: sockets,
  restify: http,
  'routing-controllers': http,
  'rpc-websockets': sockets,
  sails: http,
  'serverless-http': functions,
  'socketcluster-server': sockets,
  sockjs: sockets,
  srvx: http,
  ssh2: raw,
  'subscriptions-transport-ws': sockets,
  supergateway: mcp,
  tmcp: mcp,
  'ultimate-express': http,
  untun: tunnel,
  websocket: sockets,
  'websocket-stream': sockets,
  'webdav-server': http,
  'y-websocket': sockets,
  zeromq: raw,
};

/**
 * Those that the read code imports for more than their types, each at its first import. A dependency that nothing imports
 * is left out: it may belong to a build, a test or another package, and a note about it would be wrong more often than right.
 */
export function unmodelledIn(program: Program): UnmodelledLibrary[] {
  return program
    .firstImports(library => Object.hasOwn(unmodelled, library))
    .map(({ library, at }) => ({ library, does: unmodelled[library]!, at }));
}
