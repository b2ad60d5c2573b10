import { lastName, unwrap } from './module.js';
import type { Program } from './program.js';
import { escaped } from './texts.js';
import { ts } from './ts.js';
import type { Env } from './value.js';
import type { Values } from './values.js';

const getters = /^(get|getByName|idFromName|jurisdiction|getExistingOrCreate)$/;
const byFunction = /^(getAgentByName|getServerByName)$/;

/**
 * The binding of the platform's environment that an expression is made of: `env.ROOMS.get(id)`, `c.env.ROOMS`,
 * `await getServerByName(env.ROOMS, name)`. https://developers.cloudflare.com/durable-objects/api/namespace/
 */
export function bindingOf(values: Values, expression: ts.Expression, env: Env | undefined): string | undefined {
  const known = values.of(expression, env).find(value => value.is === 'env');
  if (known?.is === 'env') return known.name;
  const node = unwrap(expression);
  if (ts.isAwaitExpression(node)) return bindingOf(values, node.expression, env);
  if (ts.isIdentifier(node)) {
    const decl = values.declarationOf(node);
    return decl?.is === 'variable' && decl.init ? bindingOf(values, decl.init, env) : undefined;
  }
  if (ts.isCallExpression(node)) {
    const callee = unwrap(node.expression);
    if (byFunction.test(lastName(callee)))
      return node.arguments[0] ? bindingOf(values, node.arguments[0], env) : undefined;
    return ts.isPropertyAccessExpression(callee) && getters.test(callee.name.text)
      ? bindingOf(values, callee.expression, env)
      : undefined;
  }
  const isMember = ts.isPropertyAccessExpression(node) && /^(env|bindings)$/i.test(lastName(node.expression));
  return isMember ? node.name.text : undefined;
}

/** The class that a binding is declared to hold: `ROOMS: DurableObjectNamespace<Room>`. */
export function classOfBinding(program: Program, binding: string): string | undefined {
  const declared = new RegExp(`\\b${escaped(binding)}\\??\\s*:\\s*DurableObjectNamespace\\s*<([^>]*)`);
  for (const { source } of program.modules()) {
    const name = /(\w+)\W*$/.exec(declared.exec(source.text)?.[1] ?? '')?.[1];
    if (name) return name;
  }
  return undefined;
}

/** What becomes of a request that is handed on. */
export type Handed = 'whole' | 'moved' | 'own';

/**
 * What becomes of the request where it is handed to a stub: `whole` as it came, `moved` under another URL, `own` where
 * the Worker makes a request of its own, which is no client's handshake.
 */
export function handedRequest(values: Values, call: ts.CallExpression | ts.NewExpression): Handed {
  const [first, second] = call.arguments ?? [];
  const made = first && madeRequest(values, first);
  if (!made) return first && isText(values, first) ? (second && isRequest(second) ? 'moved' : 'own') : 'whole';
  const [, init] = made.arguments ?? [];
  return made.arguments?.some(isRequest) || (init && ts.isObjectLiteralExpression(init) && mentionsHeaders(init))
    ? 'moved'
    : 'own';
}

/** The path that a request is handed on under, where it is written as a constant: `url.pathname = '/connect'`. */
export function movedTo(values: Values, call: ts.CallExpression | ts.NewExpression): string | undefined {
  const [first] = call.arguments ?? [];
  const made = first && madeRequest(values, first);
  const url = made ? made.arguments?.[0] : first;
  return url && pathOf(values, url);
}

/** The constant path of a URL, by its text or by what is written to its `pathname`. */
function pathOf(values: Values, expression: ts.Expression): string | undefined {
  const node = unwrap(expression);
  if (ts.isStringLiteralLike(node))
    return URL.canParse(node.text, origin) ? new URL(node.text, origin).pathname : undefined;
  if (ts.isNewExpression(node)) {
    const [given] = lastName(node.expression) === 'URL' ? (node.arguments ?? []) : [];
    return given && pathOf(values, given);
  }
  if (ts.isCallExpression(node) || ts.isPropertyAccessExpression(node)) {
    const callee = unwrap(ts.isCallExpression(node) ? node.expression : node);
    if (!ts.isPropertyAccessExpression(callee) || !/^(toString|href)$/.test(callee.name.text)) return undefined;
    return pathOf(values, callee.expression);
  }
  const decl = ts.isIdentifier(node) ? values.declarationOf(node) : undefined;
  if (decl?.is !== 'variable') return undefined;
  const writes = (values.program.moduleOf(decl.name).propertyWrites.get('pathname') ?? []).filter(
    ({ target }) => ts.isIdentifier(target.expression) && values.declarationOf(target.expression) === decl,
  );
  const [write, another] = writes;
  if (!write) return decl.init && pathOf(values, decl.init);
  return another ? undefined : pathOf(values, write.right);
}

/** Any base does for a path. */
const origin = 'https://stub';

function madeRequest(values: Values, expression: ts.Expression): ts.NewExpression | undefined {
  const node = unwrap(expression);
  if (ts.isNewExpression(node)) return lastName(node.expression) === 'Request' ? node : undefined;
  if (!ts.isIdentifier(node)) return undefined;
  const decl = values.declarationOf(node);
  return decl?.is === 'variable' && decl.init ? madeRequest(values, decl.init) : undefined;
}

function isText(values: Values, expression: ts.Expression): boolean {
  const node = unwrap(expression);
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) || ts.isBinaryExpression(node)) return true;
  if (ts.isNewExpression(node)) return lastName(node.expression) === 'URL';
  if (ts.isCallExpression(node)) return /^(toString|replace|concat)$/.test(lastName(node.expression));
  if (ts.isPropertyAccessExpression(node)) return node.name.text === 'href';
  if (!ts.isIdentifier(node)) return false;
  const decl = values.declarationOf(node);
  return decl?.is === 'variable' && decl.init !== undefined && isText(values, decl.init);
}

/** The request itself, by the names it goes by. */
function isRequest(expression: ts.Expression): boolean {
  return /^(req|request|raw|_req|_request)$/.test(lastName(unwrap(expression)));
}

function mentionsHeaders(init: ts.ObjectLiteralExpression): boolean {
  return /\bheaders\b[^,]*\b(req|request|raw)\b/.test(init.getText());
}
