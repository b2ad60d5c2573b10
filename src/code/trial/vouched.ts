import type { Vouched } from '../../facts/index.js';
import { isOwnSubdomainOf } from '../candidates.js';
import { readableNameOf } from '../functions.js';
import type { ts } from '../ts.js';
import { isApi, isClosure, isMade, isNative, isUnknown, unknown, type V } from './domain.js';
import type { Machine } from './machine.js';
import { calleeName } from './source-text.js';

/** Nothing at all. */
export const nothingVouched: Vouched = { authentication: [], originChecks: [], trustedOrigins: [] };

/** The result of calling a function that the user vouches for; undefined for any other. */
export function vouchedCall(machine: Machine, callee: V, args: readonly V[], node: ts.Node): { value: V } | undefined {
  const { authentication, originChecks } = machine.shared.vouched;
  if (!machine.request || authentication.length + originChecks.length === 0) return undefined;
  const name = nameOf(callee, node);
  if (authentication.includes(name)) {
    machine.carriers.add('middleware');
    if (machine.request.credentials === 'none') refuse(machine, node, `refused by ${name}, which is vouched for`);
    machine.hasProof = true;
    return passed(machine, name, args, node);
  }
  if (!originChecks.includes(name)) return undefined;
  if (isForeign(machine)) refuse(machine, node, `refused by ${name}, which is vouched for`);
  return passed(machine, name, args, node);
}

/** Whether an origin belongs to the user by their own word. */
export function isTrusted(origin: string, { trustedOrigins }: Vouched): boolean {
  return trustedOrigins.some(trusted => isOwnSubdomainOf(origin, trusted));
}

function nameOf(callee: V, node: ts.Node): string {
  if (isClosure(callee)) return readableNameOf(callee.fn) ?? '';
  if (isApi(callee)) return callee.path.split('.').at(-1) ?? '';
  // A library's guard made to order: `requireTenant('mcp')`.
  if (isMade(callee)) return /([\w$]+)\(\)$/.exec(callee.thing.made)?.[1] ?? '';
  return isUnknown(callee) ? calleeName(node) : '';
}

function isForeign({ request, shared }: Machine): boolean {
  const { kind, origin } = request!;
  if (kind === 'rebind-absent') return true;
  return !['absent', 'loopback', 'trusted'].includes(kind) && (origin === null || !isTrusted(origin, shared.vouched));
}

function refuse(machine: Machine, node: ts.Node, says: string): never {
  machine.act('refuses', node, says, true);
  throw new Error('a final effect ends the run');
}

/** Middleware hands on; a predicate or a guard that throws answers something true. */
function passed(machine: Machine, name: string, args: readonly V[], node: ts.Node): { value: V } {
  const next = args.findLast(arg => isNative(arg) || isClosure(arg));
  if (next !== undefined) return { value: machine.call(next, [], undefined, node) };
  return { value: unknown('secret', name, `vouched:${name}`, node, true) };
}
