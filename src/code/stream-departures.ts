import type { Code, Node } from './code.js';
import { isFunctionNode, lastName, propertyName, unwrap } from './module.js';
import { escaped } from './texts.js';
import { ts } from './ts.js';

/** What is done when the client of a stream leaves. */
export type Departure =
  | { readonly is: 'watched'; readonly node: Node }
  /** Nothing; `left` is what goes on: a timer, an entry, a subscription. */
  | { readonly is: 'ignored'; readonly left: Node | undefined }
  | { readonly is: 'unclear'; readonly node: Node };

const departures = /^(close|abort|aborted|disconnect|finish)$/;
const listening = /^(on|once|addListener|prependListener|addEventListener)$/;
/** What a maker of streams is told to do when the client leaves: `createStream({ onClose: () => streams.delete(id) })`. */
const farewells = /^on(Close|Abort|Cancel|Disconnect)$/;
/** Others that close, too, and do not say that the client has left. */
const strangers =
  /(server|wss|io|child\w*|proc(ess)?|watcher|upstream\w*|proxy\w*|db|pool|redis|worker|stdin|stdout|stderr|rl|readline|emitter|bus|broker)$/i;
/** What travels to those who look after a stream. */
const companions = /^_?(res|response|reply|req|request|raw|signal|controller|writer|stream|c|ctx|client|socket)$/i;
/** `res.destroyed`, `stream.aborted`: asked again and again, by a timer or a loop. */
const gone = /\.(destroyed|writableEnded|writableFinished|closed|aborted)\b/;

/** What the pieces of code around a stream, and the own functions that they hand it to, do when its client leaves. */
export function departureIn(code: Code, regions: readonly Node[]): Departure {
  const handed: (ts.CallExpression | ts.NewExpression)[] = [];
  for (const region of regions) {
    const node = watcherIn(code, region, handed);
    if (node) return { is: 'watched', node };
  }
  const found = handed.map(call => watcherInCalled(code, call, 2));
  const watcher = found.find(each => each?.is === 'watched');
  if (watcher) return watcher;
  const unknown = found.find(each => each?.is === 'unclear');
  return unknown ?? { is: 'ignored', left: leftRunningIn(regions) };
}

function watcherIn(code: Code, region: Node, handed: (ts.CallExpression | ts.NewExpression)[]): Node | undefined {
  let found: Node | undefined;
  const visit = (node: ts.Node): void => {
    if (found) return;
    if (isWatcher(code, node)) found = node;
    else {
      if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && isHandedOn(node)) handed.push(node);
      ts.forEachChild(node, visit);
    }
  };
  visit(region);
  return found;
}

function isWatcher(code: Code, node: ts.Node): boolean {
  if (ts.isCallExpression(node)) return isDepartureCall(code, node) || isPoll(node);
  if (ts.isNewExpression(node))
    return /^(Readable|Transform)Stream$/.test(lastName(node.expression)) && hasCancel(code, node);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken)
    return /^on(close|abort)$/.test(lastName(node.left)) && !isStranger(node.left) && acts(code, node.right);
  if (ts.isWhileStatement(node) || ts.isForStatement(node))
    return gone.test((ts.isWhileStatement(node) ? node.expression : node.condition)?.getText() ?? '');
  return ts.isAwaitExpression(node) && /\.closed$/.test(node.expression.getText());
}

/** `req.on('close', …)`, `signal.addEventListener('abort', …)`, `stream.onAbort(…)`, `finished(res, …)`, `once(req, 'close')` */
function isDepartureCall(code: Code, call: ts.CallExpression): boolean {
  const name = lastName(call.expression);
  const [first, second] = call.arguments;
  if (/^on(Abort|Close|Disconnect)$/.test(name))
    return !isStranger(call.expression) && first !== undefined && acts(code, first);
  if (/^(finished|eos|onFinished|pipeline|addAbortSignal)$/.test(name)) return first !== undefined;
  if (/^(then|catch|finally)$/.test(name)) return /\.closed\.\w+$/.test(call.expression.getText());
  const isEventFirst = listening.test(name);
  const event = isEventFirst ? first : name === 'once' ? second : undefined;
  if (name === 'once' && second && ts.isStringLiteralLike(second)) return departures.test(second.text);
  if (!event || !ts.isStringLiteralLike(event) || !departures.test(event.text) || isStranger(call.expression))
    return false;
  return second !== undefined && acts(code, second);
}

/** Whether a member belongs to something else than the client's connection. */
function isStranger(member: ts.Expression): boolean {
  const node = unwrap(member);
  return ts.isPropertyAccessExpression(node) && strangers.test(lastName(node.expression));
}

/** A timer that looks whether the client is still there, and stops. */
function isPoll(call: ts.CallExpression): boolean {
  if (lastName(call.expression) !== 'setInterval') return false;
  const text = call.arguments[0]?.getText() ?? '';
  return gone.test(text) && /clearInterval|\bend\(|cleanup/i.test(text);
}

/** Whether a listener does more than tell. What cannot be read is trusted. */
function acts(code: Code, listener: ts.Expression): boolean {
  const own = code.values.of(listener).filter(value => value.is === 'function');
  return own.length === 0 || own.some(({ node }) => node.body !== undefined && effectsIn(node.body).length > 0);
}

/** Calls other than of a log, assignments and removals. */
function effectsIn(body: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    const isCall =
      ts.isCallExpression(node) &&
      !/^(console|log(ger)?)\b|\b(log(ger)?|console)\.\w+$/i.test(node.expression.getText());
    const isChange =
      ts.isDeleteExpression(node) ||
      ts.isPostfixUnaryExpression(node) ||
      (ts.isBinaryExpression(node) &&
        node.operatorToken.getText().endsWith('=') &&
        !/^[=!<>]=/.test(node.operatorToken.getText()));
    if (isCall || isChange) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

/** `new ReadableStream({ start(controller) { … }, cancel() { clearInterval(timer); } })` */
function hasCancel(code: Code, { arguments: given }: ts.NewExpression): boolean {
  const source = given?.[0] && unwrap(given[0]);
  if (!source) return false;
  if (!ts.isObjectLiteralExpression(source)) return !ts.isNumericLiteral(source);
  const cancel = source.properties.find(each => each.name && propertyName(each.name) === 'cancel');
  if (!cancel) return source.properties.some(ts.isSpreadAssignment);
  if (ts.isPropertyAssignment(cancel)) return acts(code, cancel.initializer);
  if (!ts.isMethodDeclaration(cancel) || !cancel.body) return true;
  return effectsIn(cancel.body).some(effect => !clearsNothing(effect, source));
}

/** `clearInterval(this.timer)`, where nobody stored the timer in the source that `this` is there. */
function clearsNothing(effect: ts.Node, source: ts.ObjectLiteralExpression): boolean {
  if (!ts.isCallExpression(effect) || !/^clear(Interval|Timeout)$/.test(lastName(effect.expression))) return false;
  const timer = effect.arguments[0] && unwrap(effect.arguments[0]);
  if (!timer || !ts.isPropertyAccessExpression(timer) || timer.expression.kind !== ts.SyntaxKind.ThisKeyword)
    return false;
  return !new RegExp(`this\\s*(as \\w+\\))?\\.${escaped(timer.name.text)}\\s*=[^=]`).test(source.getText());
}

// ---- handed on ----------------------------------------------------------------------------------------------

const ownMethods =
  /^(write|end|send|json|status|setHeader|header|writeHead|flushHeaders|enqueue|has|get|delete|log|error|String|stringify|encode)$/;
/** Methods of collections, unless they are own ones. */
const collecting = /^(add|set|push|unshift)$/;

function isHandedOn(call: ts.CallExpression | ts.NewExpression): boolean {
  if (call.expression.kind === ts.SyntaxKind.SuperKeyword) return false;
  return !ownMethods.test(lastName(call.expression)) && (call.arguments?.some(isCompanion) ?? false);
}

function isCompanion(argument: ts.Expression): boolean {
  const node = unwrap(argument);
  if (ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)) return companions.test(lastName(node));
  return (
    ts.isObjectLiteralExpression(node) &&
    node.properties.some(each => {
      const name = (each.name && propertyName(each.name)) ?? '';
      return companions.test(name) || farewells.test(name);
    })
  );
}

function watcherInCalled(code: Code, call: ts.CallExpression | ts.NewExpression, depth: number): Departure | undefined {
  const callees = code.values.of(call.expression);
  const bodies = callees.flatMap((value): Node[] => {
    if (value.is === 'function') return value.node.body ? [value.node.body] : [];
    return value.is === 'class'
      ? value.node.members.flatMap(member => (isFunctionNode(member) && member.body ? [member.body] : []))
      : [];
  });
  for (const body of bodies) {
    const handed: (ts.CallExpression | ts.NewExpression)[] = [];
    const node = watcherIn(code, body, handed);
    if (node) return { is: 'watched', node };
    const deeper = depth > 0 ? handed.map(each => watcherInCalled(code, each, depth - 1)) : [];
    const found = deeper.find(each => each?.is === 'watched') ?? deeper.find(each => each !== undefined);
    if (found) return found;
  }
  // Code that is not among the examined files may look after the stream.
  const isFollowed = bodies.length > 0 || !callees.some(value => value.is === 'unclear');
  return isFollowed || isWithoutSay(call) ? undefined : { is: 'unclear', node: call };
}

/** Collections keep what they are given, and what `resolve` or `next` does with it is the caller's affair. */
function isWithoutSay(call: ts.CallExpression | ts.NewExpression): boolean {
  const name = lastName(call.expression);
  return collecting.test(name) || /^(resolve|reject|next|done|callback|cb)$/.test(name);
}

// ---- what is left -------------------------------------------------------------------------------------------

/** What goes on when nobody looks after the departure: the first timer, entry or subscription of these pieces of code. */
function leftRunningIn(regions: readonly Node[]): Node | undefined {
  let found: Node | undefined;
  const visit = (node: ts.Node): void => {
    if (found) return;
    if (ts.isCallExpression(node)) {
      const name = lastName(node.expression);
      const isEntry = /^(add|set|push|register\w*|addClient)$/.test(name) && node.arguments.some(isCompanion);
      if (name === 'setInterval' || name === 'subscribe' || isEntry) found = node;
    }
    if (!found) ts.forEachChild(node, visit);
  };
  regions.forEach(visit);
  return found;
}
