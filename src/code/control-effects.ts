import type { Code } from './code.js';
import { holdersOf } from './functions.js';
import { lastName, propertyName, unwrap } from './module.js';
import { ts } from './ts.js';

/** What a server does as a client says, for which that client should be known. */
export type ControlDeed = 'command' | 'code' | 'tool' | 'browser' | 'input' | 'socket' | 'answer';

/** A place that does such a thing, and the expressions of which a client has to choose one to steer it. */
export interface ControlEffect {
  readonly node: ts.CallExpression | ts.NewExpression;
  readonly deed: ControlDeed;
  readonly steers: readonly ts.Node[];
}

/** Every such place of the files that were let through. */
export function controlEffects(code: Code): ControlEffect[] {
  const found = [
    ...commands(code),
    ...startedServers(code),
    ...evaluations(code),
    ...toolCalls(code),
    ...browserCommands(code),
    ...inputs(code),
    ...sends(code),
    ...settlings(code),
  ];
  const steerable = found.filter(({ steers }) => steers.some(each => !isConstant(each)));
  return [...new Map(steerable.map(effect => [effect.node, effect])).values()];
}

/** Scripts and addresses that are written here are steered by nobody: `page.evaluate(() => document.title)`. */
function isConstant(node: ts.Node): boolean {
  return ts.isFunctionLike(node) || ts.isStringLiteralLike(node);
}

function callsOf(code: Code, names: readonly string[]): ts.CallExpression[] {
  return code.modules().flatMap(module => names.flatMap(name => module.calls.get(name) ?? []));
}

// ---- commands and code --------------------------------------------------------------------------------------------

const runners = ['exec', 'execSync', 'execFile', 'execFileSync', 'spawn', 'spawnSync', 'fork', 'execa', 'execaCommand'];
const processLibraries = /^(child_process|execa|cross-spawn)$/;

/** The command comes first, the list of its arguments second: https://nodejs.org/api/child_process.html */
function commands(code: Code): ControlEffect[] {
  // `const run = promisify(execFile)`
  const promised = callsOf(code, ['promisify']).flatMap(holdersOf);
  return code
    .apiCalls([...runners, ...new Set(promised)], module => processLibraries.test(module))
    .map(({ node }) => ({
      node,
      deed: 'command',
      steers: (node.arguments ?? []).slice(0, 2).filter(each => !ts.isObjectLiteralExpression(unwrap(each))),
    }));
}

/** A client of MCP starts the server that it speaks to: https://ts.sdk.modelcontextprotocol.io/client#stdio */
function startedServers(code: Code): ControlEffect[] {
  return code
    .constructions((module, path) => /^@modelcontextprotocol\//.test(module) && path === 'StdioClientTransport')
    .map(({ node }) => ({ node, deed: 'command', steers: (node.arguments ?? []).slice(0, 1).flatMap(commandIn) }));
}

/** `{ command, args }` where it is written there; what is handed on whole is the command, too. */
function commandIn(given: ts.Expression): readonly ts.Node[] {
  const node = unwrap(given);
  if (!ts.isObjectLiteralExpression(node)) return [node];
  return node.properties.flatMap((each): readonly ts.Node[] => {
    if (ts.isSpreadAssignment(each)) return [each.expression];
    if (!each.name || !/^(command|args)$/.test(propertyName(each.name) ?? '')) return [];
    return ts.isPropertyAssignment(each) ? [each.initializer] : [each.name];
  });
}

/** https://nodejs.org/api/vm.html: no boundary that would keep code in. */
function evaluations(code: Code): ControlEffect[] {
  const evals = callsOf(code, ['eval']).filter(({ expression }) => ts.isIdentifier(expression));
  const runs = callsOf(code, ['runInContext', 'runInNewContext', 'runInThisContext']);
  const made = code.modules().flatMap(module => module.constructions.get('Function') ?? []);
  return [
    ...[...evals, ...runs].map((node): ControlEffect => ({ node, deed: 'code', steers: node.arguments.slice(0, 1) })),
    ...made.map((node): ControlEffect => ({ node, deed: 'code', steers: node.arguments ?? [] })),
  ];
}

// ---- tools, processes and sockets ---------------------------------------------------------------------------------

const toolCallers = [
  'callTool',
  'executeTool',
  'executeToolCall',
  'runTool',
  'invokeTool',
  'handleToolCall',
  'dispatchTool',
];

/** Calls of a tool by its name; those of a tool that the source names are what its route is there for. */
function toolCalls(code: Code): ControlEffect[] {
  return callsOf(code, toolCallers).map(node => ({ node, deed: 'tool', steers: namesOfTool(node.arguments) }));
}

/** `client.callTool({ name, arguments })`, `callTool(name, input)`, `callTool(server, name, input)`. */
function namesOfTool(given: readonly ts.Expression[]): readonly ts.Node[] {
  const tables = given.flatMap(each => {
    const node = unwrap(each);
    return ts.isObjectLiteralExpression(node) ? node.properties : [];
  });
  const named = tables.find(each => each.name && /^(name|tool|toolName)$/.test(propertyName(each.name) ?? ''));
  if (named) return [ts.isPropertyAssignment(named) ? named.initializer : named.name!];
  return given.length > 1 ? given.slice(0, -1) : given;
}

const browserMethod = /^[A-Z][A-Za-z]+\.[a-z][A-Za-z]+$/;
const pages = /(^|[a-z_])(page|frame|tab|webContents)$/i;

/**
 * A browser, logged in as its user is, that does what it is told: by the commands of the DevTools protocol,
 * `session.send('Page.navigate', { url })` (https://chromedevtools.github.io/devtools-protocol/), or by those that
 * Playwright, Puppeteer and Electron have for addresses and scripts.
 */
function browserCommands(code: Code): ControlEffect[] {
  const commands = callsOf(code, ['send', 'sendCommand']).flatMap((node): ControlEffect[] => {
    const at = node.arguments.findIndex(each => ts.isStringLiteralLike(each) && browserMethod.test(each.text));
    return at < 0 ? [] : [{ node, deed: 'browser', steers: node.arguments.slice(at + 1) }];
  });
  const calls = callsOf(code, ['goto', 'evaluate', 'executeJavaScript', 'loadURL'])
    .filter(node => pages.test(holderOf(node)))
    .map((node): ControlEffect => ({ node, deed: 'browser', steers: node.arguments.slice(0, 1) }));
  return [...commands, ...calls];
}

/** What is written into another process: `child.stdin.write(text)`. */
function inputs(code: Code): ControlEffect[] {
  return callsOf(code, ['write'])
    .filter(node => holderOf(node) === 'stdin')
    .map(node => ({ node, deed: 'input', steers: node.arguments.slice(0, 1) }));
}

const sockets = /(^|[a-z_])(ws|web_?socket|socket|conn(ection)?)$/i;

/** What is sent on to a program at the other end of a WebSocket, which does what it is told. */
function sends(code: Code): ControlEffect[] {
  return callsOf(code, ['send'])
    .filter(node => sockets.test(holderOf(node)))
    .map(node => ({ node, deed: 'socket', steers: node.arguments.slice(0, 1) }));
}

function holderOf({ expression }: ts.CallExpression): string {
  const callee = unwrap(expression);
  return ts.isPropertyAccessExpression(callee) ? lastName(callee.expression) : '';
}

// ---- answers that somebody waits for ------------------------------------------------------------------------------

/** Where what waits for an answer is looked up by its id and given one: `waiting.get(id)?.resolve(answer)`. */
function settlings(code: Code): ControlEffect[] {
  return callsOf(code, [...resolverNames(code)]).flatMap((node): ControlEffect[] => {
    const key = keyOf(code, node.expression);
    return key && isResolver(code, node.expression) ? [{ node, deed: 'answer', steers: [key] }] : [];
  });
}

/** What the resolvers of promises are called where they are made; most are kept and taken out again under that name. */
function resolverNames(code: Code): Set<string> {
  const executors = code
    .modules()
    .flatMap(module => module.constructions.get('Promise') ?? [])
    .flatMap(({ arguments: given }) => {
      const executor = given?.[0] && unwrap(given[0]);
      return executor && (ts.isArrowFunction(executor) || ts.isFunctionExpression(executor)) ? [executor] : [];
    });
  return new Set(executors.flatMap(({ parameters }) => parameters.map(({ name }) => name.getText())));
}

function isResolver(code: Code, callee: ts.Expression): boolean {
  return code.values.of(callee).some(value => value.is === 'unclear' && isOfExecutor(value.node));
}

function isOfExecutor({ parent }: ts.Node): boolean {
  if (!parent || !ts.isParameter(parent)) return false;
  const made = parent.parent.parent;
  return ts.isNewExpression(made) && lastName(made.expression) === 'Promise';
}

/** The key by which the object of a callee was looked up. */
function keyOf(code: Code, callee: ts.Expression): ts.Expression | undefined {
  const node = unwrap(callee);
  if (ts.isIdentifier(node)) {
    const declaration = code.values.declarationOf(node);
    const init = declaration?.is === 'variable' && !declaration.each ? declaration.init : undefined;
    return init && keyOf(code, init);
  }
  if (ts.isPropertyAccessExpression(node)) return keyOf(code, node.expression);
  if (ts.isElementAccessExpression(node)) return node.argumentExpression;
  const isLookup = ts.isCallExpression(node) && lastName(node.expression) === 'get' && node.arguments.length === 1;
  return isLookup ? node.arguments[0] : undefined;
}
