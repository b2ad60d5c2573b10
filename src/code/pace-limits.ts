import { conditionsAround } from './climb.js';
import type { Code, Node } from './code.js';
import { type FunctionNode, isFunctionNode, lastName, unwrap } from './module.js';
import { ts } from './ts.js';

const mostFunctions = 250;
const farthest = 6;

/** What is registered on an MCP server runs on its way out of the transport: a limit there is one of a tool. */
const registering = /^(tool|registerTool|addTool|setRequestHandler|resource|registerResource|prompt|registerPrompt)$/;
/** `checkRateLimit(ip)`, `throttle(socket)`; not what makes, sets up, reads or waits for one. */
const limitingCall = /rate_?limit|throttl/i;
const otherCall =
  /^(create|make|build|set|init|configure|get|new|reset|clear|clean|log|record|start|stop|parse|format|load|register|update)|error|header|wait|retry|backoff|delay|config|stats|status|info/i;
/** `limiter.consume(ip)`, `env.RATE_LIMITER.limit({ key })`, `bucket.take()` */
const limiters = /(rate_?limit(er)?|limiter|throttler?|token_?bucket|bucket)s?$/i;
const questions =
  /^(consume|check\w*|limit|take|hit|try\w*|allow\w*|is\w+|acquire|exceed\w*|increment|guard|enforce\w*|can\w*|penalty)$/i;
/** What is counted where connections are capped, which says nothing about their pace. */
const connections =
  /session|connection|client|socket|stream|transport|subscriber|listener|watcher|sse|concurren|active|pending/i;

/** `canCreateSession()`, `atCapacity(streams)` */
const capacity = /session|stream|subscri|capacity/i;

/** Where functions, and those that they call, turn away whoever asks too often. */
export class PaceLimits {
  readonly #known = new Map<FunctionNode, Node | undefined>();

  constructor(private readonly code: Code) {}

  /** The place in reach of a function that answers 429 by its own decision, or asks a limiter. */
  in(fn: FunctionNode): Node | undefined {
    if (!this.#known.has(fn)) this.#known.set(fn, this.#search(fn));
    return this.#known.get(fn);
  }

  #search(start: FunctionNode): Node | undefined {
    const seen = new Set<FunctionNode>([start]);
    let level = [start];
    for (let depth = 0; depth < farthest && level.length; depth++) {
      const next: FunctionNode[] = [];
      for (const fn of level) {
        const { mark, calls } = readOf(fn);
        if (mark) return mark;
        for (const call of calls) next.push(...this.#callees(call).filter(callee => !seen.has(callee)));
        for (const callee of next) seen.add(callee);
        if (seen.size > mostFunctions) return undefined;
      }
      level = next;
    }
    return undefined;
  }

  #callees(call: ts.CallExpression): FunctionNode[] {
    return this.code.values.of(call.expression).flatMap(value => (value.is === 'function' ? [value.node] : []));
  }
}

/** The first mark of a limit in a function, and the calls it makes; what it registers elsewhere is not run by it. */
function readOf(fn: FunctionNode): { mark: Node | undefined; calls: ts.CallExpression[] } {
  let mark: Node | undefined;
  const calls: ts.CallExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (mark) return;
    if (isTooMany(node) && isOwnAnswer(node)) mark = node;
    else if (ts.isCallExpression(node)) {
      if (asksLimiter(node)) mark = node;
      calls.push(node);
      if (registering.test(lastName(node.expression))) {
        node.arguments.filter(argument => !isFunctionNode(unwrap(argument))).forEach(visit);
        return;
      }
    } else if (ts.isThrowStatement(node) && node.expression && isLimitError(node.expression)) mark = node;
    ts.forEachChild(node, visit);
  };
  if (fn.body) visit(fn.body);
  return { mark, calls };
}

/** `429`, `StatusCodes.TOO_MANY_REQUESTS`, or their text in a raw answer. */
function isTooMany(node: ts.Node): boolean {
  if (ts.isNumericLiteral(node)) return node.text === '429';
  if (ts.isStringLiteralLike(node)) return /^(HTTP\/1\.1 )?429 /.test(node.text);
  return ts.isIdentifier(node) && /^TOO_?MANY_?REQUESTS$/i.test(node.text);
}

/** Whether a status is what we answer, not what another server answered: that is compared, or listed. */
function isOwnAnswer(status: ts.Node): boolean {
  let at = status;
  while (ts.isPropertyAccessExpression(at.parent) && at.parent.name === at) at = at.parent;
  while (ts.isParenthesizedExpression(at.parent) || ts.isAsExpression(at.parent)) at = at.parent;
  const { parent } = at;
  const isAnswered =
    ((ts.isCallExpression(parent) || ts.isNewExpression(parent)) &&
      (parent.arguments?.some(each => each === at) ?? false)) ||
    (ts.isPropertyAssignment(parent) && parent.initializer === at) ||
    (ts.isBinaryExpression(parent) && parent.right === at && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken) ||
    ts.isReturnStatement(parent);
  return isAnswered && conditionsAround(status).every(({ node, holds }) => !holds || isAboutPace(node));
}

function isAboutPace(condition: ts.Expression): boolean {
  const text = condition.getText();
  if (/\b429\b|\.status\b|\bstatus(Code)?\s*[=<>]/.test(text)) return false;
  if (/rate|throttl|limiter|request|message|attempt|window|bucket|burst|quota/i.test(text)) return true;
  const isCount = ts.isBinaryExpression(condition) && /^>=?$/.test(condition.operatorToken.getText());
  return !(isCount ? connections : capacity).test(text);
}

function asksLimiter(call: ts.CallExpression): boolean {
  const name = lastName(call.expression);
  const callee = unwrap(call.expression);
  const receiver = ts.isPropertyAccessExpression(callee) ? lastName(callee.expression) : '';
  if (limiters.test(receiver) && questions.test(name)) return true;
  return limitingCall.test(name) && !otherCall.test(name);
}

function isLimitError(thrown: ts.Expression): boolean {
  const made = unwrap(thrown);
  return ts.isNewExpression(made) && /rate_?limit|too_?many_?req|throttl/i.test(lastName(made.expression));
}
