import type { Code, MethodCall } from '../../code/code.js';
import type { FunctionNode } from '../../code/module.js';
import type { Thing, Value } from '../../code/value.js';
import type { Loan } from '../../code/values.js';
import { routerOf, type Surface } from '../surface.js';
import { addRouter } from './express.js';
import { hook } from './fastify-trial.js';
import { register, textsOf } from './routing.js';

const appMade = /^fastify (\(\)|fastify\(\)|:FastifyInstance|instance)$/;
/** Methods that return the app. */
const fluent = /#(register|after|addHook|decorate\w*|withTypeProvider|route|set\w+|add\w+|ready|use)\(\)$/;

/** The app that a method is called on; undefined when it is not fastify's. Claims it on the way. */
export function appOf(surface: Surface, receiver: Thing): Thing | undefined {
  let app = receiver;
  while (fluent.test(app.made) && app.from?.is === 'thing') app = app.from;
  if (appMade.test(app.made)) addRouter(surface, app, 'fastify');
  return routerOf(surface, app)?.via === 'fastify' ? app : undefined;
}

/** Plugins, from the outermost inwards: each level only shows when its functions are known to be given an app. */
export function openPlugins(code: Code, surface: Surface): void {
  const opened = new Set<string>();
  for (let level = 0; level < 6; level++) {
    const lent: Loan[] = [];
    for (const call of code.methodCalls(['register'])) {
      const app = appOf(surface, call.receiver);
      const key = app && `${code.program.idOf(call.node)} ${code.values.keyOf(app)}`;
      if (!app || !key || opened.has(key)) continue;
      opened.add(key);
      for (const value of code.argument(call, 0).values) lent.push(...openPlugin(code, surface, call, app, value));
    }
    if (!lent.length) return;
    code.lend(lent);
  }
}

/** Registers a plugin; answers what its function is given. */
function openPlugin(code: Code, surface: Surface, call: MethodCall, app: Thing, plugin: Value): Loan[] {
  const { node } = code.argument(call, 0);
  switch (plugin.is) {
    case 'namespace': {
      const loaded = code.values.property(plugin, 'default', node); // `register(import('./routes.js'))`
      return loaded.flatMap(value => openPlugin(code, surface, call, app, value));
    }
    case 'thing': {
      if (!/^fastify-plugin \w*\(\)$/.test(plugin.made) || !plugin.call) return [];
      const wrapped = code.argument({ node: plugin.call, env: plugin.env }, 0).values;
      return wrapped.flatMap(value => (value.is === 'function' ? given(code, call, value.node, app) : []));
    }
    case 'function': {
      const own: Thing = {
        is: 'thing',
        made: 'fastify instance',
        site: node,
        env: call.env,
        call: undefined,
        from: app,
      };
      addRouter(surface, own, 'fastify');
      mount(code, surface, call, app, own);
      return given(code, call, plugin.node, own);
    }
    case 'api':
      addLibrary(code, surface, call, app, plugin.module);
      return [];
    default:
      return [];
  }
}

function given(code: Code, call: MethodCall, to: FunctionNode, app: Thing): Loan[] {
  return [{ to, index: 0, value: app }, ...code.argument(call, 1).values.map(value => ({ to, index: 1, value }))];
}

function mount(code: Code, surface: Surface, call: MethodCall, router: Thing, own: Thing): void {
  const prefix = textsOf(code, code.option(code.argument(call, 1), 'prefix'));
  const paths = prefix.length ? prefix : ['/'];
  const handlers = [{ value: own, node: own.site }];
  register(code, surface, { router, via: 'fastify', verb: 'use', paths, handlers, call, closed: code.isAwaited(call) });
}

/** A library's plugin hooks into the app itself, as if it had been written with fastify-plugin. */
function addLibrary(code: Code, surface: Surface, call: MethodCall, router: Thing, library: string): void {
  const { node, env } = call;
  const value: Thing = { is: 'thing', made: `${library} ()`, site: node, env, call: node, from: router };
  const handlers = [{ value, node, convention: hook(3), stage: 1 }];
  register(code, surface, { router, via: 'fastify', verb: 'use', paths: ['/'], handlers, call, always: true });
}
