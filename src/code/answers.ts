import type { Code, Node } from './code.js';
import { enclosingFunction, lastName, propertyName, type SourceModule, unwrap } from './module.js';
import { ts } from './ts.js';

/** A place at which something is sent to a client, and what is sent. */
export interface Answer {
  readonly node: Node;
  readonly carries: readonly ts.Expression[];
  /** What it is sent as: a text, or an object that becomes JSON. */
  readonly as: 'text' | 'json';
}

/** Every place in a file that answers a client, over HTTP, a socket or a stream, as far as names and types show. */
export function answersIn(code: Code, module: SourceModule): Answer[] {
  return [
    ...[...methods.keys()].flatMap(name => (module.calls.get(name) ?? []).flatMap(call => answerOf(code, call, name))),
    ...constructedIn(module),
    ...assignedIn(module),
    ...returnedIn(module),
  ];
}

type Kind = 'response' | 'context' | 'socket' | 'stream' | 'class';

/** Methods that send, on what, and whether an object given to them becomes JSON. */
const methods: ReadonlyMap<string, { readonly on: readonly Kind[]; readonly as: Answer['as'] }> = new Map([
  ['json', { on: ['response', 'context', 'class'], as: 'json' }],
  ['jsonp', { on: ['response'], as: 'json' }],
  ['send', { on: ['response', 'context', 'socket', 'stream'], as: 'json' }],
  ['end', { on: ['response'], as: 'text' }],
  ['write', { on: ['response', 'stream'], as: 'text' }],
  ['writeln', { on: ['stream'], as: 'text' }],
  ['writeSSE', { on: ['stream', 'response'], as: 'json' }],
  ['enqueue', { on: ['stream'], as: 'text' }],
  ['push', { on: ['stream'], as: 'json' }],
  ['render', { on: ['response', 'context'], as: 'json' }],
  ['text', { on: ['context'], as: 'text' }],
  ['html', { on: ['context'], as: 'text' }],
  ['body', { on: ['context'], as: 'text' }],
  ['emit', { on: ['socket'], as: 'json' }],
  ['publish', { on: ['socket'], as: 'text' }],
]);

const names: Readonly<Record<Kind, RegExp>> = {
  response: /^_?(res|resp|response|reply|rep|raw|(http|node|server|outgoing|sse)_?(res|response))$/i,
  context: /^(c|ctx|context)$/,
  socket:
    /^_?(ws|socket|sock|client|conn|connection|peer|web_?socket|server|channel|io|nsp|namespace)$|(Ws|Socket|Peer)$/i,
  stream: /^_?(controller|writer|stream|sse|sseStream|eventStream|streamController|session|sink)$/i,
  class: /^(Response|NextResponse)$/,
};
const types: Readonly<Record<Kind, RegExp>> = {
  response: /\b(\w*ServerResponse|Response|FastifyReply|NextApiResponse|VercelResponse|ExpressResponse|HttpResponse)\b/,
  context: /\bContext\b/,
  socket: /\b(WebSocket|ServerWebSocket|WS|WSContext|Socket)\b/,
  stream: /\b(ReadableStreamDefaultController|WritableStreamDefaultWriter|SSEStreamingApi|StreamingApi)\b/,
  class: /^$/,
};

/** Methods that give back what they are called on. */
const chained =
  /^(status|code|type|header|headers|set|setHeader|writeHead|contentType|cookie|to|in|of|except|volatile|broadcast|getWriter)$/;

function answerOf(code: Code, call: ts.CallExpression, name: string): Answer[] {
  const callee = unwrap(call.expression);
  const method = methods.get(name);
  if (!method || !call.arguments.length || !ts.isPropertyAccessExpression(callee)) return [];
  const receiver = rootOf(callee.expression);
  const kind = method.on.find(each => isOf(code, receiver, each));
  if (!kind || (kind === 'socket' && name === 'emit' && receiver.kind === ts.SyntaxKind.ThisKeyword)) return [];
  const given = kind === 'socket' && name !== 'send' ? call.arguments.slice(1) : [...call.arguments];
  return [{ node: call, carries: given.filter(each => !ts.isFunctionLike(each)), as: method.as }];
}

/** What a chain of calls is made on: `res` of `res.status(500).type('json')`. */
function rootOf(expression: ts.Expression): ts.Expression {
  const node = unwrap(expression);
  if (ts.isCallExpression(node)) {
    const callee = unwrap(node.expression);
    if (ts.isPropertyAccessExpression(callee) && chained.test(callee.name.text)) return rootOf(callee.expression);
  }
  if (ts.isPropertyAccessExpression(node) && chained.test(node.name.text)) return rootOf(node.expression);
  return node;
}

function isOf(code: Code, receiver: ts.Expression, kind: Kind): boolean {
  const name = lastName(receiver).replace(/^#/, '');
  if (names[kind].test(name)) return kind !== 'stream' || streams(code, receiver);
  if (!ts.isIdentifier(receiver)) return false;
  const declaration = code.values.declarationOf(receiver);
  if (kind === 'response' && declaration?.is === 'parameter' && !declaration.path.length)
    if (code.values.roleOf(declaration.node) === 'response') return true;
  const type =
    declaration?.is === 'parameter'
      ? declaration.path.length
        ? undefined
        : declaration.node.type
      : declaration?.is === 'variable'
        ? declaration.type
        : undefined;
  return type !== undefined && types[kind].test(type.getText());
}

/** Streams are also written to files: those of a file that speaks of events or responses are not. */
function streams(code: Code, receiver: ts.Node): boolean {
  return /event-stream|streamSSE|ReadableStream|TransformStream|\bSSE\b/.test(
    code.program.moduleOf(receiver).source.text,
  );
}

const thrown =
  /^(HttpException|HTTPException|(InternalServerError|BadRequest|BadGateway|ServiceUnavailable|NotFound|Unauthorized|Forbidden|Conflict|UnprocessableEntity|NotImplemented|GatewayTimeout)Exception)$/;

/** `new Response(text)`, and the exceptions that Nest and Hono answer with: https://docs.nestjs.com/exception-filters */
function constructedIn(module: SourceModule): Answer[] {
  const found: Answer[] = [];
  for (const [name, list] of module.constructions) {
    const isResponse = /^(Response|NextResponse)$/.test(name);
    if (!isResponse && !thrown.test(name)) continue;
    for (const node of list) {
      const given = isResponse ? node.arguments?.slice(0, 1) : node.arguments;
      if (given?.length) found.push({ node, carries: [...given], as: isResponse ? 'text' : 'json' });
    }
  }
  return found;
}

/** Koa's `ctx.body = …`. */
function assignedIn(module: SourceModule): Answer[] {
  return (module.propertyWrites.get('body') ?? []).flatMap(({ target, right }): Answer[] => {
    const on = lastName(rootOf(target.expression));
    return /^(ctx|context|c|response|res)$/.test(on) ? [{ node: target.parent, carries: [right], as: 'json' }] : [];
  });
}

const routes = /^(Get|Post|Put|Patch|Delete|All|Sse|Head|Options)$/;

/** What functions answer by returning it: a gateway's `{ statusCode, body }`, and whatever the routes of Nest return. */
function returnedIn(module: SourceModule): Answer[] {
  const tables = (module.objectProperties.get('statusCode') ?? []).flatMap(({ parent }): Answer[] => {
    if (!ts.isObjectLiteralExpression(parent)) return [];
    const body = parent.properties.find(each => each.name && propertyName(each.name) === 'body');
    return body && ts.isPropertyAssignment(body) ? [{ node: body, carries: [body.initializer], as: 'json' }] : [];
  });
  const methodsOfRoutes = module.decorated.flatMap((node): Answer[] => {
    if (!ts.isMethodDeclaration(node) || !ts.getDecorators(node)?.some(each => routes.test(decoratorName(each))))
      return [];
    return returnsIn(node);
  });
  return [...tables, ...methodsOfRoutes];
}

function decoratorName({ expression }: ts.Decorator): string {
  return lastName(ts.isCallExpression(expression) ? expression.expression : expression);
}

function returnsIn(fn: ts.MethodDeclaration): Answer[] {
  const found: Answer[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression && enclosingFunction(node) === fn)
      found.push({ node, carries: [node.expression], as: 'json' });
    else ts.forEachChild(node, visit);
  };
  if (fn.body) visit(fn.body);
  return found;
}

/** Whether a place sends on a socket that this program opened itself: what it sends there, it sends as a client. */
export function sendsAsClient(code: Code, node: Node): boolean {
  const callee = ts.isCallExpression(node) ? unwrap(node.expression) : undefined;
  if (!callee || !ts.isPropertyAccessExpression(callee) || callee.name.text !== 'send') return false;
  return code.values.of(callee.expression).some(value => value.is === 'thing' && /new WebSocket$/.test(value.made));
}
