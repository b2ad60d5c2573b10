import type { ApiCall, Call, Code, Given } from '../../code/code.js';
import type { LibraryGate } from '../../code/trial/library.js';
import { isSameThing } from '../../code/value.js';
import type { Surface } from '../surface.js';
import { loopback } from './mcp-sdk-checks.js';

const loopbackHosts = ['127.0.0.1', 'localhost', '::1'];

/** A package of the SDK, of any version. */
export function isSdk(module: string): boolean {
  return module.startsWith('@modelcontextprotocol/');
}

/** v2 splits the SDK into packages; v1 is one. */
function isV2(module: string): boolean {
  return isSdk(module) && !module.startsWith('@modelcontextprotocol/sdk');
}

/** For use before routes are read: an app factory is a router of its framework. */
export function readApps(code: Code, surface: Surface): void {
  for (const call of code.apiCalls(
    Object.keys(appFactories),
    (module, path) => isSdk(module) && path in appFactories,
  )) {
    if (surface.routers.some(router => isSameThing(router.thing, call.thing) && router.thing.env === call.thing.env))
      continue;
    surface.routers.push({ thing: call.thing, via: appFactories[call.api.path]!, bornWith: appGate(code, call) });
  }
}

/** What each factory gives an app of. */
const appFactories: Readonly<Record<string, string>> = {
  createMcpExpressApp: 'express',
  createMcpHonoApp: 'hono',
  createMcpFastifyApp: 'fastify',
};

function appGate(code: Code, call: ApiCall): { gate: LibraryGate; at: Call['node'] } | undefined {
  const options = code.argument(call, 0);
  const hosts = listOf(code, code.option(options, 'allowedHosts'));
  const origins = listOf(code, code.option(options, 'allowedOrigins'));
  const hostname = code.option(options, 'host');
  const isDefault = hostname.values.every(
    value => (value.is === 'literal' && value.value === undefined) || value.is === 'env',
  );
  const isLoopback =
    isDefault || hostname.values.every(value => value.is === 'literal' && loopbackHosts.includes(String(value.value)));
  const gates: LibraryGate[] = [];
  if (hosts !== 'none')
    gates.push({
      is: 'allow',
      header: 'host',
      compares: 'hostname',
      list: hosts === 'unclear' ? undefined : hosts,
      absent: 'refused',
    });
  else if (isLoopback)
    gates.push({ is: 'allow', header: 'host', compares: 'hostname', list: loopback, absent: 'refused' });
  if (isV2(call.api.module)) {
    if (origins !== 'none')
      gates.push({
        is: 'allow',
        header: 'origin',
        compares: 'hostname',
        list: origins === 'unclear' ? undefined : origins,
        absent: 'passes',
      });
    else if (isLoopback)
      gates.push({ is: 'allow', header: 'origin', compares: 'hostname', list: loopback, absent: 'passes' });
  }
  if (!gates.length) {
    if (hostname.values.some(value => value.is !== 'literal' && value.is !== 'env'))
      return {
        gate: { is: 'unclear', why: 'the host decides whether createMcpExpressApp() validates Host' },
        at: call.node,
      };
    return undefined;
  }
  return { gate: { is: 'all', gates }, at: call.node };
}

/** The texts of a list option: `none` when it is not given, `unclear` when it cannot be read. */
export function listOf(code: Code, given: Given): readonly string[] | 'none' | 'unclear' {
  if (given.values.every(value => value.is === 'env' || (value.is === 'literal' && value.value === undefined)))
    return 'none';
  const texts: string[] = [];
  for (const { values } of code.flattened(given)) {
    for (const value of values) {
      if (value.is === 'thing' && /^@modelcontextprotocol\/\S+ localhostAllowed\w+\(\)$/.test(value.made))
        texts.push(...loopback);
      else if (value.is === 'literal' && typeof value.value === 'string') texts.push(value.value);
      else if (value.is !== 'env') return 'unclear';
    }
  }
  return texts;
}
