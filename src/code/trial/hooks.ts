import { propertyName } from '../module.js';
import { ts } from '../ts.js';
import { mentioning } from '../values/mentions.js';
import type { Values } from '../values.js';
import { isUnknown, type V } from './domain.js';
import type { Machine } from './machine.js';
import { calleeName } from './source-text.js';

/** Named after what happens, not after what may be: `onUpgrade`, as against `verifyUpgrade` or `authorize`. */
const toldAfterwards = /^on[A-Z]/;

/**
 * Whether a call asks a hook that somebody outside of the tree hands in, and whose name tells of an event. It could still
 * refuse by the Origin, but nothing says so: who audits the door is told that the code at hand does not. Credentials are
 * such a hook's own business, and what it asks of them stays open.
 */
export function isForeignHook(machine: Machine, callee: V, node: ts.Node): boolean {
  if (machine.request?.credentials !== 'all' || !isUnknown(callee) || callee.free === undefined) return false;
  const name = calleeName(node);
  return toldAfterwards.test(name) && !isWrittenHere(machine.values, name);
}

const written = new WeakMap<Values, Map<string, boolean>>();

/** Whether a function goes by this name somewhere in the tree: it may be the hook, handed in on a way that was not seen. */
function isWrittenHere(values: Values, name: string): boolean {
  const known = written.get(values) ?? new Map<string, boolean>();
  written.set(values, known);
  const found =
    known.get(name) ??
    values.program.tree.files.some(file => {
      const module = mentioning(values, file, name);
      return module !== undefined && writes(module.source, name);
    });
  known.set(name, found);
  return found;
}

function writes(node: ts.Node, name: string): boolean {
  return isFunctionCalled(node, name) || ts.forEachChild(node, child => writes(child, name) || undefined) === true;
}

function isFunctionCalled(node: ts.Node, name: string): boolean {
  if (ts.isFunctionDeclaration(node)) return node.body !== undefined && node.name?.text === name;
  if (ts.isMethodDeclaration(node)) return node.body !== undefined && propertyName(node.name) === name;
  if (ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node))
    return node.initializer !== undefined && propertyName(node.name) === name;
  if (ts.isShorthandPropertyAssignment(node)) return node.name.text === name;
  return ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.name.text === name;
}
