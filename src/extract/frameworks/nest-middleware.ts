import type { Code, Given } from '../../code/code.js';
import type { Thing, Value } from '../../code/value.js';
import { joinPaths } from '../chains.js';
import type { Handler, Surface } from '../surface.js';
import type { App, On } from './nest-app.js';
import { given, nestDecorators, stages } from './nest-routes.js';
import { register, textsOf } from './routing.js';

/** `app.use(…)`: before everything of Nest. */
export function readUses(code: Code, surface: Surface, router: Thing, on: On): void {
  for (const call of on('use')) {
    const all = code.argumentsFrom(call, 0);
    const texts = all.length > 1 && all[0] ? textsOf(code, all[0]) : [];
    const handlers = handlersAmong(code, all.slice(texts.length ? 1 : 0));
    const paths = texts.length ? texts : ['/'];
    if (handlers.length)
      register(code, surface, { router, via: 'nestjs', verb: 'use', paths, handlers, call, always: true });
  }
}

function handlersAmong(code: Code, all: readonly Given[], stage = 0): Handler[] {
  return all
    .flatMap(each => code.flattened(each))
    .flatMap(({ values, node }) =>
      values.flatMap((value): Handler[] => {
        if (value.is === 'class') {
          const own = code.values.property(code.values.someInstance(value.node), 'use', node);
          return own.filter(each => each.is === 'function').map(each => ({ value: each, node, stage }));
        }
        return value.is === 'function' || value.is === 'thing' ? [{ value, node, stage }] : [];
      }),
    );
}

/** `consumer.apply(A, B).exclude(…).forRoutes(…)`; what is excluded is let off nothing here, for it is not asked about. */
export function readMiddleware(code: Code, surface: Surface, apps: readonly App[]): void {
  for (const call of code.methodCalls(['forRoutes'])) {
    let applied: Value | undefined = call.receiver;
    while (applied?.is === 'thing' && /#exclude\(\)$/.test(applied.made)) applied = applied.from;
    if (applied?.is !== 'thing' || !applied.call || !/MiddlewareConsumer#apply\(\)$/.test(applied.made)) continue;
    const handlers = handlersAmong(
      code,
      code.argumentsFrom({ node: applied.call, env: applied.env }, 0),
      stages.middleware,
    );
    const targets = code.argumentsFrom(call, 0).flatMap(each => code.flattened(each));
    for (const { home } of apps) {
      const paths = targets.flatMap(target => pathsOf(code, target)).map(path => joinPaths(home.prefix, path));
      if (handlers.length)
        register(code, surface, {
          router: home.router,
          via: 'nestjs',
          verb: 'use',
          paths,
          handlers,
          call,
          always: true,
        });
    }
  }
}

/** What `forRoutes` names: a path, `{ path }`, or the controllers whose routes are meant. */
function pathsOf(code: Code, target: Given): (string | undefined)[] {
  const controllers = target.values.filter(value => value.is === 'class');
  if (controllers.length)
    return controllers.flatMap(({ node }) =>
      nestDecorators(code, node)
        .filter(({ name }) => name === 'Controller')
        .flatMap(each => {
          const texts = textsOf(code, given(code, each, 0));
          return texts.length ? texts : ['/'];
        }),
    );
  const texts = [...textsOf(code, target), ...textsOf(code, code.option(target, 'path'))].filter(
    text => text !== undefined,
  );
  return texts.length ? texts.map(text => text.replace(/\/?(\*.*|\(\.\*\)|\{\*.*\})$/, '') || '/') : [undefined];
}
