import { type Decl, type FunctionNode, unwrap } from '../module.js';
import { ts } from '../ts.js';
import { type Env, undefinedValue, type Value } from '../value.js';
import type { Values } from '../values.js';
import { spreadOf } from './collections.js';
import { frameAround, frameOf } from './frames.js';
import { passedByCommand, passedToMember } from './options/handlers.js';
import { follow, isMissing } from './patterns.js';
import { ofType } from './type-hints.js';

/** Array methods that call their callback with one element after another. */
export const iterations = new Set(['forEach', 'map', 'flatMap', 'some', 'every', 'filter', 'find', 'findIndex']);

type ParameterDecl = Extract<Decl, { is: 'parameter' }>;

/** What a parameter may stand for: the argument of the call that its frame knows, else whatever callers pass. */
export function ofParameter(values: Values, decl: ParameterDecl, env: Env | undefined): readonly Value[] {
  const at = frameAround(decl.name, env);
  const key = `p${values.program.idOf(decl.name)}:${at?.id ?? 0}`;
  return values.guarded(key, decl.name, () => {
    const frame = frameOf(at, decl.fn);
    const raw = frame ? argumentOf(values, decl, frame) : undefined;
    return follow(values, raw ?? joined(values, decl), decl.path, at, decl.name);
  });
}

/** The argument that a known call passes, with the parameter's default where it passes none. */
function argumentOf(values: Values, decl: ParameterDecl, frame: Env): readonly Value[] | undefined {
  const { node, index } = decl;
  if (frame.element && index === 0) return [frame.element];
  if (!frame.call) return undefined;
  const args = frame.call.arguments ?? [];
  if (node.dotDotDotToken) {
    return [
      { is: 'list', items: args.slice(index).flatMap(argument => spreadOf(values, argument, frame.callEnv)), node },
    ];
  }
  const spread = args.findIndex(ts.isSpreadElement);
  if (spread >= 0 && spread <= index) {
    return args.slice(spread).flatMap(argument => spreadOf(values, argument, frame.callEnv));
  }
  const argument = args[index];
  const given = argument ? values.of(argument, frame.callEnv) : [undefinedValue];
  return node.initializer ? orDefault(values, given, node.initializer, frame) : given;
}

function orDefault(
  values: Values,
  given: readonly Value[],
  initializer: ts.Expression,
  env: Env | undefined,
): readonly Value[] {
  const kept = given.filter(value => isMissing(value) !== true);
  return kept.length === given.length ? kept : [...kept, ...values.of(initializer, env)];
}

/** Without a frame: what a library passes, else the join over all callers seen, else the declared type, else unclear. */
function joined(values: Values, decl: ParameterDecl): readonly Value[] {
  const { fn, index, node, name } = decl;
  const lent = values.lentTo(node);
  if (lent) return lent;
  const sites = values.callersOf(fn);
  const seen = sites.flatMap(({ node: site, enters }): readonly Value[] => {
    const element = iterated(values, site, fn);
    if (element) return index === 0 ? element : [{ is: 'unclear', why: 'an index', node: name }];
    if (!enters) return passedByCommand(values, site, fn, index) ?? [];
    return argumentOf(values, decl, values.frame({ owner: fn, call: site })) ?? [];
  });
  if (seen.length) return seen;
  const passed = index === 0 ? passedToMember(values, fn) : undefined;
  if (passed) return [passed];
  const typed = node.type && ofType(values, node.type, node);
  if (typed) return [typed];
  if (node.initializer) return values.of(node.initializer);
  return [
    {
      is: 'unclear',
      why: `parameter \`${name.text}\` without a seen caller`,
      node: name,
      free: { type: node.type, optional: node.questionToken !== undefined },
    },
  ];
}

/** For `list.forEach(fn)` and its kin: the elements that the callback is given; for `promise.then(fn)` what it resolves to. */
function iterated(
  values: Values,
  site: ts.CallExpression | ts.NewExpression,
  fn: FunctionNode,
): readonly Value[] | undefined {
  if (!ts.isCallExpression(site) || !site.arguments.some(argument => unwrap(argument) === fn)) return undefined;
  const callee = unwrap(site.expression);
  if (!ts.isPropertyAccessExpression(callee)) return undefined;
  if (callee.name.text === 'then' && site.arguments[0] && unwrap(site.arguments[0]) === fn)
    return values.of(callee.expression);
  if (!iterations.has(callee.name.text)) return undefined;
  return values.of(callee.expression).flatMap(value => values.elements(value, site));
}
