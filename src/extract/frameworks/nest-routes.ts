import type { Code, Given, Node } from '../../code/code.js';
import { type Decoration, decoratedMethods, decorationsOf, libraryBaseOf } from '../../code/decorators.js';
import type { ClassValue, FunctionValue, Thing, Value } from '../../code/value.js';
import { joinPaths } from '../chains.js';
import type { Handler, Surface } from '../surface.js';
import { guardStyle, type Metadata, routeStyle } from './nest-trial.js';
import { register, textsOf } from './routing.js';

/** Stations of a request, as Nest orders them whatever the order of the text: https://docs.nestjs.com/faq/request-lifecycle */
export const stages = { middleware: 1, guard: 2, handler: 3 } as const;

const common = /^@nestjs\/(?:common|websockets) (\w+)\(\)$/;
const verbs: Readonly<Record<string, string>> = {
  Get: 'GET',
  Post: 'POST',
  Put: 'PUT',
  Delete: 'DELETE',
  Patch: 'PATCH',
  Options: 'OPTIONS',
  Head: 'HEAD',
  All: 'ALL',
  Sse: 'GET',
};

/** Where controllers are served: the app, its global prefix and its global guards. */
export interface Home {
  readonly router: Thing;
  readonly prefix: string | undefined;
  readonly guards: readonly Given[];
}

/** The decorators of a node by their names, `applyDecorators` opened. */
export function nestDecorators(code: Code, node: Node): { name: string; thing: Thing; call: Decoration['call'] }[] {
  const opened = ({ thing, call }: Decoration): { name: string; thing: Thing; call: Decoration['call'] }[] => {
    const [, name = ''] = common.exec(thing.made) ?? [];
    if (name !== 'applyDecorators' || !thing.call) return [{ name, thing, call }];
    return code
      .argumentsFrom({ node: thing.call, env: thing.env }, 0)
      .flatMap(given => code.flattened(given))
      .flatMap(({ values }) => values.flatMap(value => (value.is === 'thing' ? opened({ thing: value, call }) : [])));
  };
  return decorationsOf(code, node).flatMap(opened);
}

/** What a decorator was given at an index. */
export function given(code: Code, { thing, call }: { thing: Thing; call: Decoration['call'] }, index: number): Given {
  return code.argument({ node: thing.call ?? call, env: thing.env }, index);
}

/** Registers the routes of a controller. */
export function readController(code: Code, surface: Surface, type: ClassValue, home: Home): void {
  const ofClass = nestDecorators(code, type.node);
  const controller = ofClass.find(({ name }) => name === 'Controller');
  if (!controller) return;
  const first = given(code, controller, 0);
  const options = code.option(first, 'path');
  const bases = [...textsOf(code, first), ...textsOf(code, options)].filter(text => text !== undefined);
  for (const method of decoratedMethods(code, type)) {
    const ofMethod = nestDecorators(code, method.node);
    const metadata = metadataOf(code, [...ofMethod, ...ofClass]);
    const guards = [home.guards, guardsOf(code, ofClass), guardsOf(code, ofMethod)]
      .flat()
      .flatMap(each => guardHandlers(code, each, metadata));
    for (const route of ofMethod) {
      const verb = verbs[route.name];
      if (!verb) continue;
      const own = textsOf(code, given(code, route, 0));
      const paths = (bases.length ? bases : ['/']).flatMap(base =>
        (own.length ? own : ['/']).map(path => joinPaths(home.prefix, joinPaths(base, path))),
      );
      register(code, surface, {
        router: home.router,
        via: 'nestjs',
        verb,
        paths,
        handlers: [...guards, routeHandler(code, method)],
        call: { node: route.call, env: undefined, module: code.program.moduleOf(route.call) },
        exclusive: true,
      });
    }
  }
}

function routeHandler(code: Code, method: FunctionValue): Handler {
  return { value: method, node: method.node, convention: routeStyle(code, method.node), stage: stages.handler };
}

/** `SetMetadata(key, value)`, and `Reflector.createDecorator()` with a value. */
function metadataOf(code: Code, decorators: readonly { thing: Thing; call: Decoration['call'] }[]): Metadata {
  return decorators.flatMap(decorator => {
    const { thing } = decorator;
    if (thing.made === '@nestjs/common SetMetadata()')
      return [{ key: given(code, decorator, 0).values, value: given(code, decorator, 1).values }];
    const maker = thing.from;
    return maker?.is === 'thing' && maker.made.endsWith('createDecorator()')
      ? [{ key: [maker], value: given(code, decorator, 0).values }]
      : [];
  });
}

function guardsOf(
  code: Code,
  decorators: readonly { name: string; thing: Thing; call: Decoration['call'] }[],
): Given[] {
  return decorators
    .filter(({ name }) => name === 'UseGuards')
    .flatMap(({ thing, call }) => code.argumentsFrom({ node: thing.call ?? call, env: thing.env }, 0));
}

/** A guard as what decides: the user's own `canActivate`, else what the library's class is known for. */
export function guardHandlers(code: Code, guards: Given, metadata: Metadata): Handler[] {
  const convention = guardStyle(metadata);
  return code.flattened(guards).flatMap(({ values, node }) =>
    values.flatMap((value): Handler[] => {
      const decides = decidingValue(code, value, node);
      if (!decides) return [];
      const isOwn = decides.is === 'function';
      return [{ value: decides, node, stage: stages.guard, ...(isOwn && { convention }) }];
    }),
  );
}

function decidingValue(code: Code, value: Value, node: Node): Value | undefined {
  const instance =
    value.is === 'class' ? code.values.someInstance(value.node) : value.is === 'instance' ? value : undefined;
  if (instance) {
    const own = code.values.property(instance, 'canActivate', node).find(each => each.is === 'function');
    if (own) return own;
    return libraryGuard(libraryBaseOf(code, instance.of) ?? '', instance.of.node);
  }
  if (value.is === 'api') return libraryGuard(`${value.module} ${value.path}`, node);
  if (value.is === 'thing') return value;
  if (value.is === 'unclear') return libraryGuard('', node);
  return value.is === 'object'
    ? code.values.property(value, 'canActivate', node).find(each => each.is === 'function')
    : undefined;
}

function libraryGuard(made: string, site: Node): Thing {
  return {
    is: 'thing',
    made: `nestjs guard ${made}`.trimEnd(),
    site,
    env: undefined,
    call: undefined,
    from: undefined,
  };
}
