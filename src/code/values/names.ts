import type { Decl } from '../module.js';
import type { Program } from '../program.js';
import type { ts } from '../ts.js';
import { type Env, undefinedValue, type Value } from '../value.js';
import type { Values } from '../values.js';
import { frameAround, frameOf } from './frames.js';
import { globals, runtimes } from './globals.js';
import { isIdle } from './idle.js';
import { ofImport } from './imports.js';
import { literal } from './making.js';
import { ofParameter } from './parameters.js';
import { follow } from './patterns.js';
import { importedBy, ofType } from './type-hints.js';

/** The declaration a name stands for, found by climbing scopes. */
export function declarationOf(values: Values, name: ts.Identifier): Decl | undefined {
  const { scopes } = values.program.moduleOf(name);
  for (let at: ts.Node = name; at; at = at.parent) {
    const found = scopes.get(at)?.get(name.text);
    if (found) return found;
  }
  return undefined;
}

const nitroHelpers =
  /^((define|cached?|lazy)?\w*EventHandler|define(Handler|WebSocketHandler|Middleware)|(get|set|read|send|append|parse|create|handle|to|use)(Request|Response|Validated|Raw|Web|Node)?(Headers?|Method|Host|IP|Protocol|URL|Path|Query|RouterParams?|Body|Cookies?|Status|CorsHeaders|Cors|Error|Redirect|Stream|NoContent|EventStream|Listener|Session|Base))$/;

/** Nuxt and Nitro import the helpers of h3 unasked, in files below `server`, or below `src` where that is the server's folder: https://nitro.build/guide/utils */
export function isAutoImported(program: Program, name: ts.Identifier): boolean {
  return nitroHelpers.test(name.text) && /(^|\/)(server|src)\//.test(program.moduleOf(name).file);
}

/** What a name may stand for: what it is declared as, else a global. */
export function ofName(values: Values, name: ts.Identifier, env: Env | undefined): readonly Value[] {
  if (name.text === 'undefined') return [undefinedValue];
  const decl = values.declarationOf(name);
  if (!decl) {
    if (name.text === 'NaN') return [literal(Number.NaN, name)];
    if (name.text === 'Infinity') return [literal(Number.POSITIVE_INFINITY, name)];
    if (Object.hasOwn(runtimes, name.text)) return [runtimes[name.text]!];
    if (name.text === 'exports') return [{ is: 'namespace', module: values.program.moduleOf(name) }];
    if (isAutoImported(values.program, name)) return [{ is: 'api', module: 'h3', path: name.text }];
    return globals.has(name.text)
      ? [{ is: 'global', path: name.text === 'globalThis' ? '' : name.text }]
      : [{ is: 'unclear', why: `\`${name.text}\` is not declared here`, node: name }];
  }
  return values.ofDeclaration(decl, name, env);
}

/** What a declared name may stand for, as seen from a place. */
export function ofDeclaration(values: Values, decl: Decl, name: ts.Identifier, env?: Env): readonly Value[] {
  switch (decl.is) {
    case 'function':
      return [{ is: 'function', node: decl.node, env: frameAround(decl.node, env), self: undefined }];
    case 'class':
      return [{ is: 'class', node: decl.node, env: frameAround(decl.node, env) }];
    case 'import':
      return ofImport(values, decl, name);
    case 'variable':
      return ofVariable(values, decl, env);
    case 'parameter':
      return ofParameter(values, decl, env);
    case 'enum':
      return [{ is: 'unclear', why: 'an enum', node: name }];
    case 'opaque':
      return [{ is: 'unclear', why: 'a caught error', node: name }];
  }
}

type VariableDecl = Extract<Decl, { is: 'variable' }>;

function ofVariable(values: Values, decl: VariableDecl, env: Env | undefined): readonly Value[] {
  const { name, init, path, each } = decl;
  const at = frameAround(name, env);
  const key = `v${values.program.idOf(name)}:${at?.id ?? 0}`;
  return values.guarded(key, name, () => {
    if (!each) return assigned(values, decl, at, env);
    const element = frameOf(at, each)?.element;
    const elements = element ? [element] : values.of(init!, at).flatMap(value => values.elements(value, name));
    return follow(values, elements, path, at, name);
  });
}

/** What is written to a variable, first and later; where nothing is seen, what its type says. */
function assigned(values: Values, decl: VariableDecl, at: Env | undefined, env: Env | undefined): readonly Value[] {
  const { name, init, path, type } = decl;
  const own = init ? follow(values, values.of(init, at), path, at, name) : [];
  const { writes } = values.program.moduleOf(name);
  const late = (writes.get(name.text) ?? [])
    .filter(write => values.declarationOf(write.target) === decl && !isIdle(values, write.right))
    .flatMap(write => (write.target.pos === name.pos ? [] : values.of(write.right, frameAround(write.right, env))));
  const all = [...own, ...late];
  // The server has started by the time anybody asks: an empty first value gives way to the later one.
  const meaningful = all.filter(value => !(value.is === 'literal' && value.value == null));
  const kept = meaningful.length && late.length ? meaningful : all;
  const isUnseen = kept.every(value => value.is === 'unclear');
  const stated = isUnseen && type ? importedBy(values, type) : [];
  if (stated.length) return stated;
  if (kept.length) return kept;
  const typed = type && ofType(values, type, name);
  if (typed) return [typed];
  return init ? [] : [{ is: 'unclear', why: `\`${name.text}\` is assigned elsewhere`, node: name }];
}
