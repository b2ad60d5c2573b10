import type { Code, Node } from './code.js';
import { lastName, type SourceModule, unwrap } from './module.js';
import { isShielded } from './text-errors.js';
import { ts } from './ts.js';

/** A call that writes to a log, and what it is given. */
export interface LogCallSite {
  readonly node: Node;
  readonly carries: readonly ts.Expression[];
  /** Written only where somebody asks for details. */
  readonly isDetail: boolean;
  /** Written by the platform itself, past every logger's settings. */
  readonly isConsole: boolean;
}

const levels = [
  'log',
  'info',
  'warn',
  'warning',
  'error',
  'debug',
  'trace',
  'fatal',
  'verbose',
  'notice',
  'http',
  'silly',
  'dir',
  'write',
  'success',
];
const bare = ['log', 'debug', 'logger', 'logInfo', 'logError', 'logDebug', 'debugLog', 'logMessage', 'writeLog'];
const details = /^(debug|trace|verbose|silly|logDebug|debugLog)$/;
const logs = /^(console|log|logs|consola|pino|winston|bunyan|core|tracer|\$log)$|(log|logger|logging)$/i;

/** Every log call of a file, as far as names show. Those that are off as shipped are left out. */
export function logCallsIn(code: Code, module: SourceModule): LogCallSite[] {
  const found = new Set([
    ...levels.flatMap(name => module.calls.get(name) ?? []).filter(isOnLog),
    ...bare
      .flatMap(name => module.calls.get(name) ?? [])
      .filter(({ expression }) => ts.isIdentifier(unwrap(expression))),
  ]);
  return [...found].flatMap(node => {
    if (!node.arguments.length || isShielded(code, node, true) || isResult(node) || isForItsUser(node)) return [];
    const isConsole = /^(console|process)\b/.test(node.expression.getText());
    const isDetail = details.test(lastName(node.expression)) || node.arguments.some(isOfDetail);
    return [{ node, carries: [...node.arguments], isDetail, isConsole }];
  });
}

/** What a command prints before it ends, `console.log(token); process.exit(0)`, is what its user asked for. */
function isResult(node: ts.CallExpression): boolean {
  if (!/^(console\.log|process\.stdout\.write)$/.test(node.expression.getText())) return false;
  for (let at: ts.Node = node; !ts.isFunctionLike(at) && !ts.isSourceFile(at); at = at.parent) {
    if (!ts.isBlock(at.parent) && !ts.isSourceFile(at.parent)) continue;
    const { statements } = at.parent;
    const after = statements.slice(statements.indexOf(at as ts.Statement) + 1);
    if (after.some(each => /^process\.exit\(0?\);?$/.test(each.getText()))) return true;
  }
  return false;
}

/**
 * What the one at the terminal is to type, `export API_TOKEN="…"`, and the link that opens the program's own page, which
 * is told as a URL that carries a credential.
 */
function isForItsUser(node: ts.CallExpression): boolean {
  if (!/^(console\.log|process\.stdout\.write)$/.test(node.expression.getText())) return false;
  const text = node.arguments[0]?.getText() ?? '';
  return (
    /^[`'"]\s*(export|set|\$env:)\s*\w+\s*=/.test(text) ||
    /^`[^`$]*\bhttps?:\/\/(localhost|127\.0\.0\.1|\[::1\])[^`\s]*[?&]\w*(token|key|secret)=/i.test(text)
  );
}

/** `log({ level: 'debug', … })`: a logger that is told the level with the message. */
function isOfDetail(argument: ts.Expression): boolean {
  const entry = unwrap(argument);
  if (!ts.isObjectLiteralExpression(entry)) return false;
  return entry.properties.some(
    property =>
      ts.isPropertyAssignment(property) &&
      /^(level|severity)$/.test(property.name.getText()) &&
      ts.isStringLiteralLike(property.initializer) &&
      details.test(property.initializer.text),
  );
}

/** Whether a call writes to a log, as far as its name shows; those that are off as shipped as well. */
export function isLogCall(node: ts.CallExpression): boolean {
  const callee = unwrap(node.expression);
  if (ts.isIdentifier(callee)) return bare.includes(callee.text);
  return levels.includes(lastName(callee)) && isOnLog(node);
}

function isOnLog({ expression }: ts.CallExpression): boolean {
  const callee = unwrap(expression);
  if (!ts.isPropertyAccessExpression(callee)) return false;
  if (callee.name.text === 'write') return /^process\.(stdout|stderr)$/.test(callee.expression.getText());
  return logs.test(lastName(callee.expression).replace(/^[#_]/, ''));
}
