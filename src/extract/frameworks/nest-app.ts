import type { ApiCall, Code, Given, MethodCall } from '../../code/code.js';
import { isSameThing, type Thing } from '../../code/value.js';
import { routerOf, type Surface } from '../surface.js';
import { addRouter } from './express.js';
import { readUses } from './nest-middleware.js';
import { type ModuleGraph, moduleGraph } from './nest-modules.js';
import type { Home } from './nest-routes.js';
import { hostOf } from './node-http.js';
import { register, textsOf } from './routing.js';

/** One `NestFactory.create`, with what its modules hold. */
export interface App {
  readonly thing: Thing;
  readonly home: Home;
  readonly graph: ModuleGraph;
}

/** Claims an app, and reads what is called on it. */
export function openApp(code: Code, surface: Surface, call: ApiCall): App {
  const { thing } = call;
  addRouter(surface, thing, 'nestjs');
  const graph = moduleGraph(code, code.argument(call, 0));
  const on = (name: string) => code.methodCalls([name]).filter(each => isOn(each, thing));
  const guards = on('useGlobalGuards').flatMap(each => code.argumentsFrom(each, 0));
  const [prefix] = on('setGlobalPrefix').flatMap(each => textsOf(code, code.argument(each, 0)));
  const home = { router: thing, prefix: prefix ?? '/', guards: [...guards, ...graph.guards] };
  readUses(code, surface, thing, on);
  readCors(code, surface, call, thing, on);
  readListens(code, surface, call, thing, on);
  mountOn(code, surface, call, thing);
  return { thing, home, graph };
}

/** Apps by their type alone are the app, where the program makes one. */
function isOn({ receiver }: MethodCall, app: Thing): boolean {
  return (
    isSameThing(receiver, app) || /^@nestjs\/(common|platform-\w+) :(INest|Nest\w+)Application$/.test(receiver.made)
  );
}

/** The calls of a method on the app. */
export type On = (name: string) => MethodCall[];

function readCors(code: Code, surface: Surface, made: ApiCall, router: Thing, on: On): void {
  const common = { router, via: 'nestjs', verb: 'use', paths: ['/'], always: true } as const;
  for (const call of on('enableCors')) {
    const value: Thing = {
      is: 'thing',
      made: 'nestjs enableCors()',
      site: call.node,
      env: call.env,
      call: call.node,
      from: router,
    };
    register(code, surface, { ...common, handlers: [{ value, node: call.node }], call });
  }
  const option = factoryOption(code, router, 'cors');
  if (option.values.every(value => value.is === 'literal' && !value.value)) return;
  const value: Thing = {
    is: 'thing',
    made: 'nestjs cors',
    site: option.node,
    env: router.env,
    call: made.node,
    from: router,
  };
  register(code, surface, { ...common, handlers: [{ value, node: option.node }], call: made });
}

/** An option of `NestFactory.create(Module, options)` or `create(Module, adapter, options)`. */
export function factoryOption(code: Code, app: Thing, name: string): Given {
  const all = app.call ? code.argumentsFrom({ node: app.call, env: app.env }, 1) : [];
  const [found] = all
    .map(each => code.option(each, name))
    .filter(({ values }) =>
      values.some(value => !(value.is === 'literal' && value.value === undefined) && value.is !== 'member'),
    );
  return found ?? { values: [], node: app.site };
}

function adapterOf(code: Code, call: ApiCall): Thing | undefined {
  return code.argument(call, 1).values.find(value => value.is === 'thing');
}

function readListens(code: Code, surface: Surface, made: ApiCall, app: Thing, on: On): void {
  const isFastify = adapterOf(code, made)?.made.startsWith('@nestjs/platform-fastify') ?? false;
  const silent = isFastify
    ? { value: 'localhost', because: 'Nest on fastify listens on localhost unless a host is given' }
    : { value: '::', because: 'Nest on express listens on every interface unless a host is given' };
  for (const call of on('listen')) {
    const host = hostOf(code, call, silent);
    if (host) surface.listenings.push({ on: app, via: 'nestjs', host, call, probe: false });
  }
}

/** `new ExpressAdapter(server)`: Nest is mounted on an app of the user's own. */
function mountOn(code: Code, surface: Surface, call: ApiCall, app: Thing): void {
  const adapter = adapterOf(code, call);
  if (!adapter?.call || !adapter.made.endsWith(' new ExpressAdapter')) return;
  for (const value of code.argument({ node: adapter.call, env: adapter.env }, 0).values) {
    const router = value.is === 'thing' ? routerOf(surface, value) : undefined;
    if (!router) continue;
    const handlers = [{ value: app, node: call.node }];
    register(code, surface, { router: router.thing, via: router.via, verb: 'use', paths: ['/'], handlers, call });
  }
}
