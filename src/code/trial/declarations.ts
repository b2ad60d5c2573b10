import { type Decl, type PathStep, unwrap } from '../module.js';
import { ts } from '../ts.js';
import type { Env } from '../value.js';
import { isArr, isBox, isObj, isPrimitive, unknown, type V } from './domain.js';
import { isLive } from './live.js';
import type { Machine } from './machine.js';
import { outerScope } from './names.js';
import { contains } from './source-text.js';
import { startUpValue } from './start-up.js';

/** What a name outside the running functions stands for: start-up code, evaluated once, joined over its branches. */
export function ofDeclaration(machine: Machine, decl: Decl, name: ts.Identifier, env: Env | undefined): V {
  switch (decl.is) {
    case 'class':
      return { type: { is: 'class', node: decl.node, env: undefined } };
    case 'function':
      return { fn: decl.node, scope: undefined, self: undefined, env };
    case 'variable':
      return startUpValue(
        machine,
        `${machine.mode}v${machine.values.program.idOf(decl.name)}:${envOf(decl.name, env)}`,
        decl.name,
        apart => variableValue(apart, decl, env),
        true,
      );
    case 'parameter':
      return startUpValue(
        machine,
        `${machine.mode}p${machine.values.program.idOf(decl.name)}:${envOf(decl.name, env)}`,
        decl.name,
        apart => outerParameter(apart, decl, env),
      );
    case 'import':
      return imported(machine, decl.spec, decl.name, name);
    default:
      return unknown('config', `\`${name.text}\` is not followed`, machine.keyAt(name), name);
  }
}

function envOf(node: ts.Node, env: Env | undefined): number {
  for (let at = env; at; at = at.parent) if (contains(at.owner, node)) return at.id;
  return 0;
}

function variableValue(machine: Machine, decl: Extract<Decl, { is: 'variable' }>, env: Env | undefined): V {
  const { name, init, path, each } = decl;
  if (each) return machine.fromStatic(machine.values.of(name, env), name);
  const own = init ? follow(machine, machine.eval(init, outerScope(env)), path, name, env) : undefined;
  const writes = (machine.values.program.moduleOf(name).writes.get(name.text) ?? []).filter(
    write => machine.values.declarationOf(write.target) === decl && write.target.pos !== name.pos,
  );
  if (!writes.length) return filled(machine, own, name);
  const late = writes.map(write => machine.eval(write.right, outerScope(env)));
  const all = (init ? [own, ...late] : late).filter(value => value != null && !(isArr(value) && !value.items.length));
  // Written while requests are served: live state, the client's doing.
  if (writes.some(write => isLive(machine, write.target)))
    return unknown('request', `\`${name.text}\` changes while the server runs`, machine.keyAt(name), name);
  return machine.join(all.length ? all : [own], machine.keyAt(name), name);
}

/** A collection that the program fills later is open; one that nobody fills stays as written. */
export function filled(machine: Machine, value: V, name: ts.Identifier): V {
  if (!(isArr(value) || isBox(value) || (isObj(value) && !value.from))) return value;
  const module = machine.values.program.moduleOf(name);
  const decl = machine.values.declarationOf(name);
  const isSame = (expression: ts.Expression) => {
    const target = unwrap(expression);
    return ts.isIdentifier(target) && machine.values.declarationOf(target) === decl;
  };
  const open = unknown('request', `\`${name.text}\` changes while the server runs`, `${machine.keyAt(name)}[]`, name);
  if (isObj(value)) {
    return module.elementWrites.some(write => isSame(write.target.expression)) ? { ...value, rest: open } : value;
  }
  for (const method of ['push', 'add', 'set', 'unshift']) {
    for (const call of module.calls.get(method) ?? []) {
      const callee = unwrap(call.expression);
      if (!ts.isPropertyAccessExpression(callee) || !isSame(callee.expression)) continue;
      const added = isLive(machine, call)
        ? undefined
        : call.arguments.map(argument => machine.eval(argument, outerScope(undefined)));
      if (!added || added.some(each => !isPrimitive(each)) || method === 'set')
        return isArr(value) ? { ...value, open } : { ...value, open };
      for (const each of added)
        if (isArr(value)) value.items.push(each);
        else value.entries.push([each, each]);
    }
  }
  return value;
}

function follow(machine: Machine, value: V, path: readonly PathStep[], node: ts.Node, env: Env | undefined): V {
  let at = value;
  for (const step of path) {
    if ('rest' in step) continue;
    at = machine.get(at, 'key' in step ? step.key : String(step.index), node);
    if (at === undefined && step.fallback) at = machine.eval(step.fallback, outerScope(env));
  }
  return at;
}

function outerParameter(machine: Machine, decl: Extract<Decl, { is: 'parameter' }>, env: Env | undefined): V {
  for (let at = env; at; at = at.parent) {
    if (at.owner !== decl.fn || !at.call) continue;
    const args = at.call.arguments ?? [];
    if (args.some(ts.isSpreadElement) || decl.node.dotDotDotToken) break;
    const argument = args[decl.index];
    let value = argument ? machine.eval(argument, outerScope(at.callEnv)) : undefined;
    if (value === undefined && decl.node.initializer) value = machine.eval(decl.node.initializer, outerScope(at));
    return follow(machine, value, decl.path, decl.name, at);
  }
  const sites = machine.values
    .callersOf(decl.fn)
    .filter(
      ({ node, enters }) =>
        enters &&
        !ts.isForOfStatement(node) &&
        !(node.arguments ?? []).some(argument => unwrap(argument) === decl.fn || ts.isSpreadElement(argument)),
    );
  if (sites.length && sites.length <= 6) {
    const results = sites.map(({ node }) => {
      const call = node as ts.CallExpression;
      const argument = call.arguments?.[decl.index];
      let value = argument ? machine.eval(argument, outerScope(undefined)) : undefined;
      if (value === undefined && decl.node.initializer) value = machine.eval(decl.node.initializer, outerScope(env));
      return follow(machine, value, decl.path, decl.name, env);
    });
    return machine.join(results, machine.keyAt(decl.name), decl.name);
  }
  if (!sites.length && decl.node.initializer)
    return follow(machine, machine.eval(decl.node.initializer, outerScope(env)), decl.path, decl.name, env);
  return machine.fromStatic(machine.values.of(decl.name, env), decl.name);
}

function imported(machine: Machine, spec: string, exported: string, node: ts.Identifier): V {
  const from = machine.values.program.moduleOf(node).file;
  const resolved = machine.values.program.resolve(spec, from);
  if (resolved.is === 'file' && exported !== '*') {
    const module = machine.values.program.module(resolved.file);
    const target = module?.exports.get(exported);
    if (module && target && 'local' in target) {
      const decl = module.scopes.get(module.source)?.get(target.local);
      if (decl && (decl.is === 'variable' || decl.is === 'function' || decl.is === 'class')) {
        const at = decl.is === 'variable' ? decl.name : (node as ts.Identifier);
        return machine.ofDeclaration(decl, at, undefined);
      }
    }
  }
  return machine.fromStatic(machine.values.importedFrom(spec, exported, from, node), node);
}
