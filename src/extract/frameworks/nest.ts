import type { Code, Node } from '../../code/code.js';
import { decoratedClasses } from '../../code/decorators.js';
import type { ClassValue, Thing } from '../../code/value.js';
import type { Framework } from '../framework.js';
import type { Surface } from '../surface.js';
import { addRouter } from './express.js';
import { type App, factoryOption, openApp } from './nest-app.js';
import { settings } from './nest-config.js';
import { readGateway } from './nest-gateways.js';
import { readMiddleware } from './nest-middleware.js';
import { readController } from './nest-routes.js';
import { reflectors } from './nest-trial.js';

/**
 * NestJS 9 to 11: https://docs.nestjs.com/faq/request-lifecycle
 *
 * - A request passes `app.use` and module middleware, then guards (global, controller, route), then the method.
 *   `canActivate` refuses by a falsy answer or an exception. Guards know the route by the metadata of its decorators.
 * - `NestFactory.create` serves with express unless given an adapter. `listen` without a host binds every interface with
 *   express, localhost with fastify: https://docs.nestjs.com/techniques/performance#adapter
 * - `enableCors()` and `{ cors: true }` hand their options to cors or @fastify/cors, whose silence is `*`.
 * - Routes added to `getHttpAdapter().getInstance()` see no guard.
 *
 * Gap: interceptors, pipes and exception filters; they are neither thanked nor blamed.
 */
export const nest: Framework = {
  id: 'nestjs',
  words: ['@nestjs/'],
  read(code, surface) {
    if (!code.modules().some(({ source }) => source.text.includes('@nestjs/'))) return;
    const apps = code.apiCalls(['create'], isFactory).map(call => openApp(code, surface, call));
    readMiddleware(code, surface, apps);
    const served = new Set<unknown>();
    for (const { graph, home } of apps) {
      for (const type of graph.controllers) {
        served.add(type.node);
        readController(code, surface, type, home);
      }
      for (const type of graph.gateways) {
        served.add(type.node);
        readGateway(code, surface, type, home.router);
      }
    }
    for (const type of decoratedClasses(code)) if (!served.has(type.node)) readStray(code, surface, type, apps);
  },
  gateOf(_code, { made }) {
    const guard =
      /^nestjs guard ?(.*)$/.exec(made)?.[1] ?? (/^@nestjs\/passport AuthGuard\(\)$/.test(made) ? made : undefined);
    if (guard === undefined) return undefined;
    if (/^@nestjs\/throttler /.test(guard)) return { is: 'passes' };
    if (/^@nestjs\/passport AuthGuard/.test(guard) || /jwt|auth|bearer|api-?key/i.test(guard))
      return { is: 'secret', carrier: 'authorization-header' };
    return { is: 'unclear', why: 'a guard that could not be followed' };
  },
  corsOf(code, thing) {
    if (thing.made === 'nestjs enableCors()' && thing.call)
      return { via: 'nestjs', options: code.argument({ node: thing.call, env: thing.env }, 0) };
    if (thing.made !== 'nestjs cors' || thing.from?.is !== 'thing' || !thing.from.call) return undefined;
    return { via: 'nestjs', options: factoryOption(code, thing.from, 'cors') };
  },
  methods: { ...reflectors, ...settings },
};

function isFactory(module: string, path: string): boolean {
  return module === '@nestjs/core' && path === 'NestFactory.create';
}

/** A controller or gateway that no module graph was seen to hold: part of the one app where its graph has gaps, else of an app elsewhere. */
function readStray(code: Code, surface: Surface, type: ClassValue, apps: readonly App[]): void {
  const [only] = apps;
  if (only?.graph.isWhole) return; // in no module: Nest never serves it
  const router: Thing = only?.thing ?? strayApp(type.node);
  addRouter(surface, router, 'nestjs');
  const home = only?.home ?? { router, prefix: '/', guards: [] };
  readController(code, surface, type, home);
  readGateway(code, surface, type, router);
}

function strayApp(site: Node): Thing {
  return { is: 'thing', made: 'nestjs app', site, env: undefined, call: undefined, from: undefined };
}
