import type { Code } from './code.js';
import { ts } from './ts.js';
import type { ClassValue, FunctionValue, Thing } from './value.js';

/** A library's decorator, or one of the user's own that comes down to a library's. */
export interface Decoration {
  /** What the decorator's call made, such as `@nestjs/common Controller()`. */
  readonly thing: Thing;
  /** The decorator as it stands at the class, method or parameter. */
  readonly call: ts.CallExpression;
}

/** The classes that carry a decorator themselves, in the files that the prefilter let through. */
export function decoratedClasses(code: Code): ClassValue[] {
  return code
    .modules()
    .flatMap(module => module.decorated.filter(ts.isClassDeclaration))
    .map(node => ({ is: 'class', node, env: undefined }));
}

/** The decorators of a class, method or parameter, in the order they are written. */
export function decorationsOf(code: Code, node: ts.Node): Decoration[] {
  const decorators = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
  return decorators.flatMap(({ expression }) => {
    const call = expression;
    return ts.isCallExpression(call) ? code.things(call).map(thing => ({ thing, call })) : [];
  });
}

/** The methods of a class and its own bases that carry decorators, as methods of some instance; an override hides the one below. */
export function decoratedMethods(code: Code, type: ClassValue): FunctionValue[] {
  const self = code.values.someInstance(type.node);
  const names = new Set<string>();
  const found: FunctionValue[] = [];
  let at: ClassValue | undefined = type;
  for (let depth = 0; at && depth < 6; depth++) {
    for (const member of at.node.members) {
      const name = ts.isMethodDeclaration(member) && member.body ? member.name.getText() : undefined;
      if (name === undefined || names.has(name) || !ts.isMethodDeclaration(member)) continue;
      names.add(name);
      if (ts.getDecorators(member)) found.push({ is: 'function', node: member, env: undefined, self });
    }
    const base = extended(at);
    at = base && ownClass(code, base);
  }
  return found;
}

function extended({ node }: ClassValue): ts.Expression | undefined {
  const clause = node.heritageClauses?.find(each => each.token === ts.SyntaxKind.ExtendsKeyword);
  return clause?.types[0]?.expression;
}

function ownClass(code: Code, expression: ts.Expression): ClassValue | undefined {
  return code.values.of(expression).find(value => value.is === 'class');
}

/** The library's class that a class of the user's extends, as what made it: `@nestjs/passport AuthGuard()`. */
export function libraryBaseOf(code: Code, type: ClassValue): string | undefined {
  const base = extended(type);
  for (const value of base ? code.values.of(base) : []) {
    if (value.is === 'thing') return value.made;
    if (value.is === 'api') return `${value.module} ${value.path}`;
    if (value.is === 'class') return libraryBaseOf(code, value);
  }
  return undefined;
}
