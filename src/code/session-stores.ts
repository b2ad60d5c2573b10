import type { Code, Node } from './code.js';
import { enclosingFunction, lastName, type SourceModule, unwrap } from './module.js';
import { storeEntries } from './session-places.js';
import { ts } from './ts.js';

/** A collection in memory that holds sessions by id. */
export interface StoreOfSessions {
  /** The first place that adds an entry. */
  readonly node: Node;
  readonly name: string;
  /** A place that takes entries out, in any file. */
  readonly removal: Node | undefined;
}

/** The stores of sessions that a program keeps in memory. */
export function sessionStores(code: Code): StoreOfSessions[] {
  const modules = code.modules();
  return modules.flatMap(module => {
    const first = new Map(
      storeEntries(module)
        .toReversed()
        .map(entry => [entry.name, entry]),
    );
    return [...first.values()].flatMap(({ name, node, store }): StoreOfSessions[] =>
      isInMemory(code, store) ? [{ name, node, removal: firstOf(modules, each => removalFrom(each, name)) }] : [],
    );
  });
}

/** A plain map or table that outlives the request; what a library keeps forgets by its own rules. */
function isInMemory(code: Code, store: ts.Expression): boolean {
  const name = unwrap(store);
  const decl = ts.isIdentifier(name) ? code.values.declarationOf(name) : undefined;
  if (decl?.is === 'variable' && isGoneAfterwards(decl.name)) return false;
  return code.values
    .of(store)
    .some(value => (value.is === 'container' && /^(Map|Object)$/.test(value.type)) || value.is === 'object');
}

/** Whether a name is made anew by a function that uses it itself, for the time of one call. */
function isGoneAfterwards(name: ts.Identifier): boolean {
  const home = enclosingFunction(name);
  if (!home) return false;
  const uses: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === name.text && node !== name) uses.push(node);
    ts.forEachChild(node, visit);
  };
  visit(home);
  return uses.every(use => enclosingFunction(use) === home);
}

const removers = /^(delete|clear|remove|evict|prune|splice)$/;

function removalFrom(module: SourceModule, name: string): Node | undefined {
  for (const [method, calls] of module.calls) {
    if (!removers.test(method)) continue;
    for (const call of calls) {
      const callee = unwrap(call.expression);
      if (ts.isPropertyAccessExpression(callee) && lastName(callee.expression) === name) return call;
    }
  }
  return module.source.text.includes('delete ') ? deleted(module.source, name) : undefined;
}

/** `delete transports[id]`, or a store that is replaced by a smaller one. */
function deleted(source: ts.Node, name: string): Node | undefined {
  let found: Node | undefined;
  const visit = (node: ts.Node): void => {
    if (found) return;
    const target = ts.isDeleteExpression(node) ? unwrap(node.expression) : undefined;
    if (target && ts.isElementAccessExpression(target) && lastName(target.expression) === name) found = node;
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function firstOf<A, B>(list: readonly A[], answer: (item: A) => B | undefined): B | undefined {
  for (const item of list) {
    const found = answer(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
