import type { Code, Node } from '../code/code.js';
import type { Thing } from '../code/value.js';
import { isSameThing } from '../code/value.js';
import { type CredentialDecision, holdsPlace } from '../facts/index.js';
import { chainsTo, type Station } from './chains.js';
import type { DoorPlan } from './drive.js';
import type { Findings } from './idiom.js';
import type { Registration, Surface } from './surface.js';

/** Paths that are meant for everybody. */
export const publicPath =
  /(^|\/)(health(z|check)?|ping|ready|readyz|live|livez|version|metrics|favicon\.ico|robots\.txt|jwks(\.json)?|\.?well-known([/-]|$))/i;

/** Routes by which strangers log in, or other services call back: those have ways of their own to tell who is there. */
export const forStrangers = /auth|login|logout|signin|signup|register|token|callback|webhook|revoke|consent/i;

/** The openest of several answers: an admission before a doubt before a refusal. */
export function openest(decisions: readonly CredentialDecision[]): CredentialDecision | undefined {
  for (const answer of ['admits', 'depends', 'unclear', 'refuses'] as const) {
    const found = decisions.find(decision => decision.answer === answer);
    if (found) return found;
  }
  return undefined;
}

/** Things that one server is known by: the server, and the apps that answer its requests. */
export function sameServer(surface: Surface, root: Thing): Thing[] {
  const apps = surface.servers
    .filter(server => isSameThing(server.thing, root))
    .flatMap(server =>
      server.listeners.flatMap(({ value }) =>
        value.is === 'thing' ? [value] : value.is === 'function' ? handedApps(surface, value.node) : [],
      ),
    );
  const servers = surface.servers
    .filter(server => server.listeners.some(({ value }) => value.is === 'thing' && isSameThing(value, root)))
    .map(server => server.thing);
  return [root, ...apps, ...servers];
}

function handedApps(surface: Surface, fn: Parameters<NonNullable<Surface['handOffs']>['get']>[0]): Thing[] {
  const sites = surface.handOffs?.get(fn) ?? [];
  return surface.routers.filter(router => sites.includes(router.thing.site)).map(router => router.thing);
}

/** What the least guarded way behind a server does with a client that brings no credential. */
export function leastGuarded(findings: Findings, root: Thing): CredentialDecision | undefined {
  const roots = sameServer(findings.surface, root);
  const doors = [...findings.webSockets, ...findings.endpoints]
    .filter(opened => opened.root && roots.some(thing => isSameThing(thing, opened.root!)))
    .map(({ door }) => door.credential);
  return openest(doors) ?? openest(routesBehind(findings, roots));
}

/** An ordinary route as it is tried: an answer below 400 counts as served. */
export function routePlan(at: Node, stations: readonly Station[], method: string, path: string | undefined): DoorPlan {
  return {
    at,
    stations,
    sinks: new Set(),
    servedAtEnd: false,
    answers: true,
    gate: undefined,
    method,
    path,
    kind: 'http',
  };
}

/** Where the path of a route could not be read, the request that is tried may be answered by a route before it. */
function isOfAnotherRoute(
  code: Code,
  { registrations }: Surface,
  own: Registration,
  { at }: CredentialDecision,
): boolean {
  return at !== undefined && registrations.some(other => other !== own && holdsPlace(code.at(other.call.node), at));
}

/** Whether a path is meant for everybody, or for strangers. */
export function isForAll(path = ''): boolean {
  return publicPath.test(path) || forStrangers.test(path);
}

/** Ordinary routes, where no MCP door stands behind the server: an answer below 400 counts as served. */
function routesBehind(findings: Findings, roots: readonly Thing[]): CredentialDecision[] {
  const { code, surface, trials } = findings;
  const decisions: CredentialDecision[] = [];
  for (const registration of surface.registrations) {
    if (registration.verb === 'use' || decisions.length >= 6) continue;
    for (const chain of chainsTo(code, surface, registration, registration.handlers.length - 1).slice(0, 1)) {
      if (!chain.root || !roots.some(root => isSameThing(root, chain.root!)) || isForAll(chain.path)) continue;
      const plan = routePlan(registration.call.node, chain.stations, chain.method, chain.path);
      const { credential } = trials.findingsOf(plan);
      if (!isOfAnotherRoute(code, surface, registration, credential)) decisions.push(credential);
    }
  }
  for (const { server, handler, passes, flavour, before = [], method, path } of surface.entries) {
    if (!server || !roots.some(root => isSameThing(root, server)) || isForAll(path) || decisions.length >= 6) continue;
    decisions.push(
      trials.findingsOf(
        routePlan(
          handler.node,
          [...before, { is: 'entry', handler, passes, flavour }],
          method === '*' ? 'GET' : method,
          path,
        ),
      ).credential,
    );
  }
  if (decisions.length) return decisions;
  for (const server of surface.servers) {
    if (!roots.some(root => isSameThing(root, server.thing))) continue;
    for (const handler of server.listeners) {
      if (handler.value.is === 'function')
        decisions.push(
          trials.findingsOf(routePlan(handler.node, [{ is: 'listener', handler, app: undefined }], 'GET', undefined))
            .credential,
        );
    }
  }
  return decisions;
}
