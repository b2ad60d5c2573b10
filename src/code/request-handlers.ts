import type { Code } from './code.js';
import { outermost } from './functions.js';
import { enclosingFunction, type FunctionNode } from './module.js';
import { ts } from './ts.js';
import { isUnused } from './unused.js';

/** A function that answers requests and that nothing in the tree calls: others are meant to. */
export interface OfferedHandler {
  readonly fn: FunctionNode;
  /** `(request, response)` of node, or `Request` to `Response`. */
  readonly flavour: 'node' | 'fetch';
}

/** Request handlers that modules export, or that their exported functions return, for programs elsewhere to register. */
export function offeredHandlers(code: Code): OfferedHandler[] {
  const found: OfferedHandler[] = [];
  for (const module of code.modules()) {
    for (const names of module.scopes.values()) {
      for (const decl of names.values()) {
        if (decl.is !== 'parameter' || decl.index !== 0 || decl.path.length || !decl.fn.body) continue;
        const flavour = flavourOf(decl.fn);
        if (flavour && isOfferedHere(code, decl.fn)) found.push({ fn: decl.fn, flavour });
      }
    }
  }
  return found;
}

function flavourOf(fn: FunctionNode): OfferedHandler['flavour'] | undefined {
  const [first, second] = fn.parameters;
  if (!first) return undefined;
  const isRequest = /^_?(req|request)$/.test(first.name.getText()) || /Request$/.test(first.type?.getText() ?? '');
  if (!isRequest) return undefined;
  if (second && /^_?(res|response)$/.test(second.name.getText())) return 'node';
  if (second && /Response$/.test(second.type?.getText() ?? '')) return 'node';
  const isWeb = !second && first.type?.getText() === 'Request';
  return isWeb && !isImported(fn, 'Request') ? 'fetch' : undefined;
}

/** Express and others have types of the same name. */
function isImported(fn: FunctionNode, name: string): boolean {
  return new RegExp(`import[^;]*\\b${name}\\b[^;]*from`).test(fn.getSourceFile().text);
}

function isOfferedHere(code: Code, fn: FunctionNode): boolean {
  if (code.values.callersOf(fn).length) return false;
  const holder = outermost(fn).parent;
  const maker = ts.isReturnStatement(holder) || ts.isArrowFunction(holder) ? enclosingFunction(fn) : undefined;
  const top = maker ?? fn;
  if (maker && code.values.callersOf(maker).length) return false;
  return isExportedFunction(code, top) && !enclosingFunction(top);
}

function isExportedFunction(code: Code, fn: FunctionNode): boolean {
  const module = code.program.moduleOf(fn);
  return [...module.exports.keys()].some(name =>
    code.values.exportOf(module, name, fn).some(value => value.is === 'function' && value.node === fn),
  );
}

/** Whether a program that starts has no use for a handler. */
export function isLeftOver(code: Code, { fn }: OfferedHandler): boolean {
  return isUnused(code, fn.body ?? fn);
}
