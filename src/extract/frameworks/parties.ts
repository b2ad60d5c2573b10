import type { Code, Given } from '../../code/code.js';
import { objectOf } from '../../code/trial/domain.js';
import type { InstanceValue, Value } from '../../code/value.js';
import type { Framework } from '../framework.js';
import type { Handler, Place, SocketServer, Surface } from '../surface.js';
import { workersKeep } from './cloudflare.js';
import { byPlatform, platformEnvironment } from './workers.js';
import { functionsIn } from './ws.js';

const MiB = 1024 ** 2;

/**
 * Rooms on Cloudflare, whose library accepts the sockets.
 *
 * - PartyKit: a class of `Party.Server`, which the platform serves. `static onBeforeConnect(request)` and `static
 *   onBeforeRequest(request)` refuse by a `Response`, then come `onConnect(socket, { request })`, `onMessage(message,
 *   socket)` and `onRequest(request)`: https://docs.partykit.io/reference/partyserver-api/
 * - partyserver: `Server` is a Durable Object that `routePartykitRequest(request, env, { onBeforeConnect, onBeforeRequest
 *   })` leads to from a Worker; `onMessage(socket, message)`: packages/partyserver/src/index.ts of threepointone/partyserver
 * - agents: `Agent` is such a server, and `routeAgentRequest` such a route: packages/agents/src/index.ts of cloudflare/agents
 *
 * None of them looks at Origin or asks for a credential unasked.
 */
export const parties: Framework = {
  id: 'parties',
  words: ['partykit', 'partyserver', 'PartyServer', 'routeAgentRequest', 'onBeforeConnect'],
  read(code, surface) {
    for (const room of code.classesLike(isRoom)) readRoom(code, surface, room);
    readRouted(code, surface);
  },
  members: Object.fromEntries(
    ['partyserver new Server', 'agents new Agent'].map(made => [`${made}#env`, platformEnvironment]),
  ),
};

function isRoom(base: string | undefined, types: readonly string[]): boolean {
  return (
    base === undefined && types.some(type => /^Party(\w*\.)?(Server|Worker|Room)$|^Party(Server|Room)$/.test(type))
  );
}

function isRouted(base: string | undefined): boolean {
  return (
    base !== undefined &&
    /^(partyserver new Server|agents new Agent|agents\/ai-chat-agent new |@cloudflare\/ai-chat new )/.test(base)
  );
}

/** A room that the platform serves by itself. */
function readRoom(code: Code, surface: Surface, room: InstanceValue): void {
  const before = methodsOf(code, room.of, 'onBeforeConnect');
  addSockets(code, surface, room, { before, messageFirst: true, accepts: [] });
  for (const handler of methodsOf(code, room, 'onRequest'))
    surface.entries.push({
      via: 'partykit',
      handler,
      method: '*',
      path: undefined,
      flavour: 'fetch',
      host: byPlatform,
      call: undefined,
      passes: [],
    });
}

/** Rooms that a Worker's routing call leads to. */
function readRouted(code: Code, surface: Surface): void {
  const calls = code.apiCalls(
    ['routePartykitRequest', 'routeAgentRequest'],
    (module, path) => /^(partyserver|agents)$/.test(module) && /^route(Partykit|Agent)Request$/.test(path),
  );
  if (!calls.length) return;
  const options = calls.map(call => code.argument(call, 2));
  const before = options.flatMap(given => functionsIn(code.option(given, 'onBeforeConnect')));
  for (const room of code.classesLike(isRouted))
    addSockets(code, surface, room, { before, messageFirst: false, accepts: calls });
}

interface Room {
  readonly before: readonly Handler[];
  readonly messageFirst: boolean;
  readonly accepts: SocketServer['accepts'];
}

function addSockets(code: Code, surface: Surface, room: InstanceValue, { before, messageFirst, accepts }: Room): void {
  const connections = methodsOf(code, room, 'onConnect');
  const messages = methodsOf(code, room, 'onMessage').map(handler => ({ ...handler, messageFirst }));
  const [first] = [...connections, ...messages];
  if (!first) return;
  const call: Place = { node: first.node, env: undefined };
  const via = accepts.length ? 'partyserver' : 'partykit';
  surface.sockets.push({
    thing: { is: 'thing', made: `${via} room`, site: room.of.node, env: undefined, call: undefined, from: undefined },
    via,
    call,
    rides: [],
    // Where a Worker leads to it, that is what listens.
    host: undefined,
    platform: accepts.length ? undefined : byPlatform,
    path: undefined,
    maxPayload: { is: 'default', value: MiB, because: 'Workers limit the size of messages themselves' },
    verifiers: before.map(handler => ({ ...handler, protocol: 'answer' })),
    connections,
    passes: request => [objectOf({ request: request.fetchRequest() })],
    messages,
    accepts,
    keeps: workersKeep,
  });
}

/** The methods of an instance, or the static ones of a class, under a name. */
function methodsOf(code: Code, of: Value, name: string): Handler[] {
  const node = of.is === 'instance' ? of.of.node : of.is === 'class' ? of.node : undefined;
  if (!node) return [];
  const given: Given = { values: code.values.property(of, name, node), node };
  return functionsIn(given).map(({ value }) => ({ value, node: value.is === 'function' ? value.node : node }));
}
