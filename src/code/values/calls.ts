import { type FunctionNode, interop, lastName } from '../module.js';
import { ts } from '../ts.js';
import { type Env, undefinedValue, type Value } from '../value.js';
import type { Values } from '../values.js';
import { arrayCall, globalCall, textCall } from './built-ins.js';
import { thingMade } from './making.js';
import { settingCall } from './options/settings.js';

/** What a call may give: a module for `import(…)` and `require(…)`, else what its callee returns. */
export function ofCall(values: Values, node: ts.CallExpression, env: Env | undefined): readonly Value[] {
  const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const name = lastName(node.expression);
  if (interop.has(name) && node.arguments[0]) return values.of(node.arguments[0], env);
  if (isImport || name === 'require') {
    const spec = node.arguments[0] && values.one(node.arguments[0], env);
    if (spec?.is === 'literal' && typeof spec.value === 'string') return moduleOf(values, spec.value, node);
    if (isImport) return [{ is: 'unclear', why: 'an import with a computed name', node }];
  }
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword) return [undefinedValue];
  const callees = values.of(node.expression, env);
  // `undefined?.split(…)`
  const isChained = (node.flags & ts.NodeFlags.OptionalChain) !== 0;
  if (isChained && callees.length && callees.every(callee => callee.is === 'literal' && callee.value == null))
    return [undefinedValue];
  return callees.flatMap(callee => ofCallee(values, callee, node, env));
}

/** The module that `import(spec)` or `require(spec)` gives: for the latter what `module.exports` is set to. */
function moduleOf(values: Values, spec: string, node: ts.CallExpression): readonly Value[] {
  const from = values.program.moduleOf(node).file;
  if (node.expression.kind !== ts.SyntaxKind.ImportKeyword) {
    const resolved = values.program.resolve(spec, from);
    const module = resolved.is === 'file' ? values.program.module(resolved.file) : undefined;
    const whole = module?.exports.get('=');
    if (whole && 'expression' in whole) return values.of(whole.expression);
  }
  return values.importedFrom(spec, '*', from, node);
}

function ofCallee(values: Values, callee: Value, node: ts.CallExpression, env: Env | undefined): readonly Value[] {
  switch (callee.is) {
    case 'function':
      return values.returnsOf(callee.node, values.enter(callee, node, env));
    case 'api':
      return apiCall(values, callee, node, env);
    case 'member':
      return memberCall(values, callee, node, env);
    case 'global':
      return globalCall(values, callee.path, node, env);
    case 'thing':
      return [thingMade(`${callee.made}()`, node, env, callee)];
    case 'unclear':
      return [{ is: 'unclear', why: callee.why, node }];
    default:
      return [{ is: 'unclear', why: 'the result of a call that is not followed', node }];
  }
}

/** What a function may return under a frame; promises are transparent. */
export function returnsOf(values: Values, fn: FunctionNode, env: Env | undefined): readonly Value[] {
  const key = `r${values.program.idOf(fn)}:${env?.id ?? 0}`;
  return values.guarded(key, fn, () => {
    const expressions = values.returnExpressionsOf(fn);
    if (!expressions.length) return [undefinedValue];
    return expressions.flatMap(expression => values.of(expression, env));
  });
}

function apiCall(
  values: Values,
  callee: Extract<Value, { is: 'api' }>,
  node: ts.CallExpression,
  env: Env | undefined,
): readonly Value[] {
  const { module, path } = callee;
  if (module === 'util' && path === 'promisify') return node.arguments[0] ? values.of(node.arguments[0], env) : [];
  if (module === 'deno' && path === 'env.get') return variableNamed(values, node, env);
  return [thingMade(`${module} ${path}()`, node, env)];
}

/** The environment variable that the first argument names. */
function variableNamed(values: Values, node: ts.CallExpression, env: Env | undefined): readonly Value[] {
  const name = node.arguments[0] && values.one(node.arguments[0], env);
  return name?.is === 'literal'
    ? [{ is: 'env', name: String(name.value), node }]
    : [{ is: 'unclear', why: 'the environment', node }];
}

/** Methods of library objects that return the object itself. */
const chained = new Set([
  'on',
  'once',
  'addListener',
  'use',
  'listen',
  'set',
  'enable',
  'disable',
  'get',
  'post',
  'put',
  'delete',
  'patch',
  'all',
  'options',
  'head',
  'unref',
  'ref',
  'status',
  'setHeader',
  'header',
  'type',
  'prependListener',
  'off',
  'route.get',
]);

function memberCall(
  values: Values,
  callee: Extract<Value, { is: 'member' }>,
  node: ts.CallExpression,
  env: Env | undefined,
): readonly Value[] {
  const { of, name } = callee;
  if (name === 'bind' || name === 'catch' || name === 'finally') return [of];
  if (name === 'then' && of.is !== 'thing') return [{ is: 'unclear', why: 'the result of a promise', node }];
  if (of.is === 'literal' && typeof of.value === 'string') return textCall(values, of.value, name, node, env);
  if (of.is === 'env') return [{ ...of, node }];
  if (of.is === 'array' || of.is === 'list') return arrayCall(values, of, name, node, env);
  if (of.is === 'container') {
    if (name === 'get') return values.elements(of, node);
    if (name === 'values' || name === 'entries' || name === 'keys')
      return [{ is: 'list', items: values.elements(of, node), node }];
    return [{ is: 'unclear', why: 'live state', node }];
  }
  if (of.is === 'thing') {
    const given = injected(values, of, name, node, env);
    if (given) return given;
    const setting = settingCall(values, of, name, node);
    if (setting) return setting;
    // Listening, subscribing and configuring return the object itself in every library met.
    if (chained.has(name)) return [of];
    return [thingMade(`${of.made}#${name}()`, node, env, of)];
  }
  return [{ is: 'unclear', why: 'the result of a call that is not followed', node }];
}

/** What NestJS hands out by name or class: `config.get('PORT', 3000)` is a variable, `app.get(Service)` an instance. */
function injected(
  values: Values,
  { made }: Extract<Value, { is: 'thing' }>,
  name: string,
  node: ts.CallExpression,
  env: Env | undefined,
): readonly Value[] | undefined {
  if (!made.startsWith('@nestjs/') || (name !== 'get' && name !== 'resolve')) return undefined;
  const [asked, fallback] = node.arguments;
  if (made === '@nestjs/config :ConfigService') {
    if (fallback && !isOptions(fallback)) return values.of(fallback, env);
    const key = asked && values.one(asked, env);
    const isVariable = key?.is === 'literal' && /^[A-Z][A-Z0-9_]*$/.test(String(key.value));
    return isVariable ? variableNamed(values, node, env) : [{ is: 'unclear', why: 'the configuration', node }];
  }
  if (!/^@nestjs\/(core NestFactory\.create\w*\(\)|\S+ :I?Nest\w*Application)$/.test(made) || !asked) return undefined;
  return values.of(asked, env).map((value): Value => {
    if (value.is === 'class') return values.someInstance(value.node);
    if (value.is !== 'api') return { is: 'unclear', why: 'what the container holds', node };
    return { ...thingMade(`${value.module} :${value.path}`, node, env), call: undefined };
  });
}

function isOptions(node: ts.Expression): boolean {
  return ts.isObjectLiteralExpression(node);
}
