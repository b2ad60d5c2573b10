import type { Code, Given } from '../../code/code.js';
import type { SourceModule } from '../../code/module.js';
import type { LibraryGate } from '../../code/trial/library.js';
import type { Thing, Value } from '../../code/value.js';
import type { Framework } from '../framework.js';
import type { SelfServed, ServedGate, Surface } from '../surface.js';
import { askedToProceed, isGiven, pathOption, textOr } from './self-served.js';

/**
 * xmcp: https://github.com/basementstudio/xmcp (packages/xmcp/src/config, src/runtime/transports/http)
 *
 * `xmcp.config.ts` exports `{ http: true | { port, host, endpoint, cors }, stdio }`; tools are found by their folders,
 * and nothing in the source listens. The host is 127.0.0.1, every origin is answered with `*`, neither Host nor Origin is
 * looked at. `src/middleware.ts` exports middleware, or a list of it, through which every request goes. With an adapter
 * another server mounts it.
 */
export const xmcp: Framework = {
  id: 'xmcp',
  words: ["'xmcp'", '"xmcp"'],
  read(code, surface) {
    for (const module of code.modules()) {
      if (/(^|\/)xmcp\.config\.[cm]?[jt]s$/.test(module.file)) readConfig(code, surface, module);
    }
  },
  gateOf(_code, thing) {
    return middlewareGate(thing);
  },
};

function readConfig(code: Code, surface: Surface, module: SourceModule): void {
  for (const value of code.values.exportOf(module, 'default', module.source)) {
    if (value.is !== 'object') continue;
    const config: Given = { values: [value], node: value.node };
    const http = code.option(config, 'http');
    const isOff = http.values.every(each => each.is === 'literal' && !each.value);
    const adapters = [code.option(config, 'adapter'), code.option(code.option(config, 'experimental'), 'adapter')];
    if (isOff || adapters.some(isGiven)) continue;
    const host = code.setting(code.option(http, 'host'), textOr, {
      value: '127.0.0.1',
      because: 'xmcp listens on 127.0.0.1 unless `host` is given',
    });
    const call = { node: value.node, env: undefined };
    const thing: Thing = {
      is: 'thing',
      made: 'xmcp config',
      site: value.node,
      env: undefined,
      call: undefined,
      from: undefined,
    };
    surface.listenings.push({ on: thing, via: 'xmcp', host, call, probe: false });
    surface.served.push({
      thing,
      via: 'xmcp',
      at: value.node,
      call,
      host,
      ways: [
        {
          method: '*',
          path: pathOption(code, code.option(http, 'endpoint'), '/mcp'),
          transport: 'streamable-http',
          gates: gatesOf(code, module),
        },
      ],
      cors: corsOf(code, http),
    });
  }
}

/** What `src/middleware.ts` beside the configuration exports. */
function gatesOf(code: Code, { file }: SourceModule): ServedGate[] {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const middleware = ['ts', 'js', 'mts', 'mjs']
    .map(extension => code.program.module(`${folder}src/middleware.${extension}`))
    .find(module => module !== undefined);
  if (!middleware) return [];
  const node = middleware.source;
  return code
    .flattened({ values: code.values.exportOf(middleware, 'default', node), node })
    .flatMap(({ values }) => values.flatMap(gateFor));
}

function gateFor(value: Value): ServedGate[] {
  if (value.is === 'function') return [{ gate: askedToProceed(value), at: value.node, name: 'middleware' }];
  if (value.is !== 'thing') return [];
  const why = `\`${value.made.trim()}\` is not known`;
  return [
    {
      gate: middlewareGate(value) ?? { is: 'unclear', why },
      at: value.site,
      name: value.made.split(' ')[1] || 'middleware',
    },
  ];
}

/** The library's own, and the providers of its plugins that verify a token. */
function middlewareGate({ made }: Thing): LibraryGate | undefined {
  if (made === 'xmcp apiKeyAuthMiddleware()') return { is: 'secret', carrier: 'custom-header' };
  if (made === 'xmcp jwtAuthMiddleware()') return { is: 'secret', carrier: 'authorization-header' };
  return /^@xmcp-dev\/(auth0|clerk|workos|descope|scalekit|better-auth|kinde|stytch) \w+Provider\(\)$/.test(made)
    ? { is: 'secret', carrier: 'authorization-header' }
    : undefined;
}

function corsOf(code: Code, http: Given): SelfServed['cors'] {
  const cors = code.option(http, 'cors');
  return {
    origin: code.option(cors, 'origin'),
    silent: '*',
    credentials: code.setting(
      code.option(cors, 'credentials'),
      value => (typeof value === 'boolean' ? value : undefined),
      { value: false, because: 'xmcp sends no Access-Control-Allow-Credentials unless told to' },
    ),
    because: 'xmcp answers every origin with `*` unless `cors.origin` is given',
  };
}
