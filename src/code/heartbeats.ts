import type { Code } from './code.js';
import { encloses } from './functions.js';
import { enclosingFunction, type FunctionNode, lastName, type SourceModule, unwrap } from './module.js';
import { functionsAmong, type SocketTrace } from './sockets.js';
import { ts } from './ts.js';

/** How dead peers are found out: wholly, in part, or not at all. */
export type Liveness =
  | { readonly is: 'whole'; readonly node: ts.Node }
  | { readonly is: 'half'; readonly node: ts.Node; readonly says: string };

const cutting = /^(terminate|close|destroy|disconnect|end)$/;
const since = /Date\.now\(|performance\.now\(|\b\w*(last|since|seen|idle|stale|activity|elapsed|expire)\w*/i;
const flag = /alive|pong|heartbeat|responsive|missed|pending/i;

/** What the files in which a socket lives do to find out that its peer is gone. */
export function livenessIn(code: Code, trace: SocketTrace, modules: readonly SourceModule[]): Liveness | undefined {
  const signs = modules.map(module => signsIn(code, module));
  const timers = signs.flatMap(each => each.timers);
  const pings = signs.flatMap(each => each.pings);
  const cuts = signs.flatMap(each => each.cuts);
  const armed = signs.flatMap(each => each.armed);
  const timed = timers.length > 0 ? cuts.filter(cut => timers.some(timer => encloses(timer, cut))) : [];
  const [ping] = pings;
  if (ping) {
    const near = cuts.find(cut => enclosingFunction(cut) === enclosingFunction(ping)) ?? timed[0];
    if (near || deadline(code, trace, armed)) return { is: 'whole', node: ping };
  }
  const idle = timed.find(cut => since.test(conditionOf(cut))) ?? deadline(code, trace, armed) ?? ownTimeout(trace);
  if (idle) return { is: 'whole', node: idle };
  if (ping)
    return { is: 'half', node: ping, says: 'pings are sent, but a socket that does not answer is never closed' };
  const sweep = timed.find(cut => flag.test(conditionOf(cut)));
  if (sweep) return { is: 'half', node: sweep, says: 'silent sockets are closed, but nothing makes them answer' };
  const greeting = modules.flatMap(module => jsonPings(module)).find(node => timers.some(fn => encloses(fn, node)));
  if (greeting)
    return { is: 'half', node: greeting, says: 'a ping of its own is sent, but a client that does not answer is kept' };
  return undefined;
}

/** What a file does with sockets and clocks, whichever of its sockets is asked about. */
interface Signs {
  readonly timers: readonly FunctionNode[];
  readonly pings: readonly ts.CallExpression[];
  /** Where one socket is closed. */
  readonly cuts: readonly ts.CallExpression[];
  /** The cuts that a `setTimeout` brings about, with it. */
  readonly armed: readonly ArmedCut[];
}

interface ArmedCut {
  readonly cut: ts.CallExpression;
  readonly arming: ts.CallExpression;
}

/** A file with a thousand sockets is read for them once, not a thousand times. */
const known = new WeakMap<SourceModule, Signs>();

function signsIn(code: Code, module: SourceModule): Signs {
  const found = known.get(module) ?? readSigns(code, module);
  known.set(module, found);
  return found;
}

function readSigns(code: Code, module: SourceModule): Signs {
  const cuts = [...module.calls].flatMap(([name, calls]) =>
    cutting.test(name) ? calls.filter(call => isCut(call) && !isFarewell(module, call)) : [],
  );
  return {
    timers: timersIn(code, module),
    pings: (module.calls.get('ping') ?? []).filter(call => isOnSocket(code, call)),
    cuts,
    armed: cuts.flatMap(cut => {
      const arming = armingOf(cut);
      return arming ? [{ cut, arming }] : [];
    }),
  };
}

/** Functions that a timer runs again and again, and those of the user's own that they call. */
function timersIn(code: Code, module: SourceModule): FunctionNode[] {
  const found = new Set<FunctionNode>();
  for (const call of module.calls.get('setInterval') ?? [])
    for (const fn of call.arguments[0] ? functionsAmong(code, call.arguments[0]) : []) found.add(fn);
  const first = [...found];
  for (const fn of first)
    for (const calls of code.program.moduleOf(fn).calls.values())
      for (const call of calls) {
        if (!encloses(fn, call) || fn === call.parent) continue;
        for (const value of code.values.of(call.expression)) if (value.is === 'function') found.add(value.node);
      }
  return [...found];
}

/** `ws.ping()`, where it is not a function of the user's own by that name. */
function isOnSocket(code: Code, call: ts.CallExpression): boolean {
  const callee = unwrap(call.expression);
  if (!ts.isPropertyAccessExpression(callee)) return false;
  return !code.values.of(callee).some(value => value.is === 'function');
}

/** Closing one socket, not the server. */
function isCut(call: ts.CallExpression): boolean {
  const callee = unwrap(call.expression);
  return ts.isPropertyAccessExpression(callee) && !/server|wss\b|http|^this$/i.test(callee.expression.getText());
}

/** Where everything is closed because the process ends: no peer is found out about there. */
function isFarewell(module: SourceModule, cut: ts.CallExpression): boolean {
  const home = enclosingFunction(cut);
  return (module.calls.get('exit') ?? []).some(exit => home !== undefined && encloses(home, exit));
}

/** The conditions that a node stands under in its function, and those it comes after by an early `continue` or `return`. */
function conditionOf(node: ts.Node): string {
  const texts: string[] = [];
  for (let at = node; at.parent && !ts.isFunctionLike(at); at = at.parent) {
    const { parent } = at;
    if (ts.isIfStatement(parent) && at !== parent.expression) texts.push(parent.expression.getText());
    if (ts.isConditionalExpression(parent) && at !== parent.condition) texts.push(parent.condition.getText());
    if (ts.isBinaryExpression(parent) && at === parent.right) texts.push(parent.left.getText());
    if (!ts.isBlock(parent)) continue;
    for (const statement of parent.statements) {
      if (statement === at) break;
      if (ts.isIfStatement(statement)) texts.push(statement.expression.getText());
      if (ts.isVariableStatement(statement)) texts.push(statement.getText());
    }
  }
  return texts.join(' ');
}

/** A timer that closes the socket, armed anew whenever something is heard of it. */
function deadline(code: Code, trace: SocketTrace, armed: readonly ArmedCut[]): ts.Node | undefined {
  const heard = trace.listeners
    .filter(({ event }) => event === 'message' || event === 'pong' || event === 'ping')
    .flatMap(({ functions }) => functions);
  return armed.find(({ arming }) => {
    const arms = enclosingFunction(arming);
    if (!arms) return false;
    return heard.some(listener => {
      if (encloses(listener, arming)) return true;
      return [...code.program.moduleOf(listener).calls.values()].some(calls =>
        calls.some(
          call =>
            encloses(listener, call) &&
            code.values.of(call.expression).some(value => value.is === 'function' && value.node === arms),
        ),
      );
    });
  })?.cut;
}

/** The `setTimeout` whose callback a node stands in. */
function armingOf(node: ts.Node): ts.CallExpression | undefined {
  for (let at = node.parent; at; at = at.parent)
    if (ts.isCallExpression(at) && lastName(at.expression) === 'setTimeout') return at;
  return undefined;
}

/** `socket.setTimeout(…)` of the socket below: node closes nothing by itself, but tells of silence. */
function ownTimeout({ holders }: SocketTrace): ts.Node | undefined {
  for (const holder of holders) {
    let at: ts.Node = holder;
    while (ts.isPropertyAccessExpression(at.parent) && at.parent.expression === at) at = at.parent;
    if (ts.isPropertyAccessExpression(at) && at.name.text === 'setTimeout' && ts.isCallExpression(at.parent)) return at;
  }
  return undefined;
}

/** `{ type: 'ping' }`, as a message of the application. */
function jsonPings(module: SourceModule): ts.Node[] {
  return ['type', 'method', 'event', 'op', 'action'].flatMap(name =>
    (module.objectProperties.get(name) ?? []).filter(
      property =>
        ts.isPropertyAssignment(property) &&
        ts.isStringLiteralLike(property.initializer) &&
        /^(ping|heartbeat)$/i.test(property.initializer.text),
    ),
  );
}

/** The timer that closes a socket which has not said who it is, where the socket is at hand. */
export function loginTimer(trace: SocketTrace): ts.Node | undefined {
  for (const holder of trace.holders) {
    const { parent } = holder;
    if (!ts.isPropertyAccessExpression(parent) || !cutting.test(parent.name.text)) continue;
    const arming = armingOf(parent);
    if (arming) return arming;
  }
  return undefined;
}
