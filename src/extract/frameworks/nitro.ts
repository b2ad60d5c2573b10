import type { Call, Code, Given } from '../../code/code.js';
import type { SourceModule } from '../../code/module.js';
import type { Thing } from '../../code/value.js';
import { joinPaths } from '../chains.js';
import type { Handler, Surface } from '../surface.js';
import { addRouter } from './express.js';
import { h3Made } from './h3-trial.js';
import { register } from './routing.js';
import { functionsIn } from './ws.js';

const MiB = 1024 ** 2;
const routeFile = /(?:^|\/)(?:server|src)\/(api|routes|middleware)\/(.+?)\.[cm]?[jt]s$/;

/** Reads the files below `server` that the prefilter let through; `opened` gives the handlers in what they export. */
export function readFiles(code: Code, surface: Surface, opened: (given: readonly Given[]) => Handler[]): void {
  const files = code
    .modules()
    .filter(({ file, exports }) => /(^|\/)(server|src)\//.test(file) && exports.has('default') && routeFile.test(file));
  for (const module of files) {
    for (const value of code.values.exportOf(module, 'default', module.source)) {
      if (value.is === 'thing' && value.call && h3Made.test(value.made)) readFile(code, surface, module, value, opened);
    }
  }
}

function readFile(
  code: Code,
  surface: Surface,
  module: SourceModule,
  value: Thing,
  opened: (given: readonly Given[]) => Handler[],
): void {
  if (!value.call) return;
  const [, kind = '', name = ''] = routeFile.exec(module.file) ?? [];
  const router = nitroApp(surface, module);
  const call = { node: value.call, env: value.env, module };
  if (/ defineWebSocketHandler\(\)$/.test(value.made)) {
    addSocket(code, surface, value, call, router, pathOf(kind, name));
    return;
  }
  const handlers = opened([{ values: [value], node: value.site }]);
  if (!handlers.length) return;
  const common = { router, via: 'h3', handlers, call } as const;
  const [, stem = name, method] = /^(.*?)(?:\.(get|post|put|delete|patch|options|head))?$/.exec(name) ?? [];
  if (kind === 'middleware') register(code, surface, { ...common, verb: 'use', paths: ['/'], always: true });
  else
    register(code, surface, {
      ...common,
      verb: method?.toUpperCase() ?? 'ALL',
      paths: [pathOf(kind, stem)],
      exclusive: true,
    });
}

function pathOf(kind: string, stem: string): string {
  const parts = stem.split('/').filter(part => part !== 'index' && !/^\(.*\)$/.test(part));
  const path = parts.map(part => part.replace(/^\[\.\.\..*\]$/, '*').replace(/^\[(.*)\]$/, ':$1')).join('/');
  return joinPaths(kind === 'api' ? '/api' : '/', path) ?? '/';
}

/** The app that Nitro makes of the files below one `server` folder. */
function nitroApp(surface: Surface, module: SourceModule): Thing {
  const home = module.file.replace(routeFile, '');
  const known = surface.routers.find(({ thing }) => thing.made === `nitro ${home}`);
  if (known) return known.thing;
  const thing: Thing = {
    is: 'thing',
    made: `nitro ${home}`,
    site: module.source,
    env: undefined,
    call: undefined,
    from: undefined,
  };
  addRouter(surface, thing, 'h3');
  return thing;
}

/** The middleware files run before the handshake is accepted, as for any path. */
function addSocket(code: Code, surface: Surface, thing: Thing, call: Call, router: Thing, path: string): void {
  const hooks = code.argument(call, 0);
  const handlers = [{ value: thing, node: call.node }];
  const route = register(code, surface, {
    router,
    via: 'h3',
    verb: 'GET',
    paths: [path],
    handlers,
    call,
    exclusive: true,
  });
  surface.sockets.push({
    thing,
    via: 'h3',
    call,
    rides: [],
    host: undefined,
    path,
    maxPayload: { is: 'default', value: 100 * MiB, because: 'crossws leaves ws at 100 MiB on node' },
    verifiers: [],
    connections: functionsIn(code.option(hooks, 'open')),
    messages: functionsIn(code.option(hooks, 'message')),
    accepts: [],
    route,
    keeps: { errors: 'crossws hears the errors of its sockets' },
  });
}
