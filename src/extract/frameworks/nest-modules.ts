import type { Code, Given } from '../../code/code.js';
import { decorationsOf } from '../../code/decorators.js';
import type { ClassValue, Value } from '../../code/value.js';

/** What the modules below a root module amount to. */
export interface ModuleGraph {
  readonly controllers: readonly ClassValue[];
  readonly gateways: readonly ClassValue[];
  /** `{ provide: APP_GUARD, useClass }`, in the order of the modules. */
  readonly guards: readonly Given[];
  /** False when a part of it could not be read: what is not in it may still be there. */
  readonly isWhole: boolean;
}

/** Reads a module and what it imports: https://docs.nestjs.com/modules, dynamic modules and `forwardRef` included. */
export function moduleGraph(code: Code, root: Given): ModuleGraph {
  const controllers: ClassValue[] = [];
  const gateways: ClassValue[] = [];
  const guards: Given[] = [];
  const seen = new Set<unknown>();
  let isWhole = true;
  const options = (given: Given): void => {
    for (const { values } of code.flattened(code.option(given, 'controllers')))
      for (const value of values) value.is === 'class' ? controllers.push(value) : markUnread(value);
    for (const provider of code.flattened(code.option(given, 'providers'))) {
      for (const value of provider.values) if (value.is === 'class') gateways.push(value);
      const token = code.option(provider, 'provide').values;
      if (token.some(value => value.is === 'api' && value.module === '@nestjs/core' && value.path === 'APP_GUARD'))
        guards.push(providedBy(code, provider));
    }
    for (const imported of code.flattened(code.option(given, 'imports'))) imported.values.forEach(visit);
  };
  const markUnread = (value: Value): void => {
    if (value.is === 'unclear') isWhole = false;
  };
  const visit = (value: Value): void => {
    markUnread(value);
    if (value.is === 'class' && !seen.has(value.node)) {
      seen.add(value.node);
      for (const { thing, call } of decorationsOf(code, value.node))
        if (thing.made === '@nestjs/common Module()')
          options(code.argument({ node: thing.call ?? call, env: thing.env }, 0));
    }
    if (value.is === 'object' && !seen.has(value.node)) {
      seen.add(value.node);
      const given = { values: [value], node: value.node };
      code.option(given, 'module').values.forEach(visit);
      options(given);
    }
    if (value.is === 'thing' && value.made === '@nestjs/common forwardRef()' && value.call) {
      for (const target of code.argument({ node: value.call, env: value.env }, 0).values)
        if (target.is === 'function') code.values.returnsOf(target.node, target.env).forEach(visit);
    }
  };
  root.values.forEach(visit);
  return { controllers, gateways, guards, isWhole };
}

function providedBy(code: Code, provider: Given): Given {
  const [given] = ['useClass', 'useExisting', 'useValue']
    .map(name => code.option(provider, name))
    .filter(({ values }) => values.some(value => value.is !== 'literal'));
  if (given) return given;
  const made = code
    .option(provider, 'useFactory')
    .values.flatMap(value => (value.is === 'function' ? code.values.returnsOf(value.node, value.env) : []));
  return { values: made, node: provider.node };
}
