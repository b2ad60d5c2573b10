import { conditionsAround } from './climb.js';
import type { Code, Node } from './code.js';
import { lastName, type SourceModule, unwrap } from './module.js';
import { ts } from './ts.js';

/** A URL without TLS that this program connects to for MCP, for a socket, or with a credential. */
export interface PlainDial {
  readonly node: Node;
  /** Where the URL is written. */
  readonly written: Node;
  readonly scheme: 'ws' | 'http';
  /** Its host: constant, or chosen by whoever configures the program. */
  readonly host: string | undefined;
}

const dialers = [
  'WebSocket',
  'ReconnectingWebSocket',
  'EventSource',
  'SSEClientTransport',
  'StreamableHTTPClientTransport',
  'WebSocketClientTransport',
];
const farthest = 4;

/** Every plain URL that is dialled with something worth reading. */
export function plainDials(code: Code): PlainDial[] {
  return code.modules().flatMap(module =>
    dialled(module).flatMap(({ node, url }) =>
      writtenIn(code, url, 0).flatMap((written): PlainDial[] => {
        const found = plainPart(code, written);
        return found && !isForOwnMachine(written) ? [{ node, written, ...found }] : [];
      }),
    ),
  );
}

function dialled(module: SourceModule): { node: ts.Node; url: ts.Expression }[] {
  const made = dialers.flatMap(name => module.constructions.get(name) ?? []);
  // A fetch is worth listening to where it carries a credential.
  const fetched = (module.calls.get('fetch') ?? []).filter(({ arguments: [, options] }) =>
    options ? /authorization|api[-_]?key|bearer/i.test(options.getText()) : false,
  );
  return [...made, ...fetched].flatMap(node => {
    const [url] = node.arguments ?? [];
    return url && !ts.isSpreadElement(url) ? [{ node, url }] : [];
  });
}

/** The texts that a URL is written as, through names, choices and `new URL`. */
function writtenIn(code: Code, expression: ts.Expression, depth: number): ts.Expression[] {
  const node = unwrap(expression);
  if (depth > farthest) return [];
  const go = (next: ts.Expression) => writtenIn(code, next, depth + 1);
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return [node];
  if (ts.isConditionalExpression(node)) return [...go(node.whenTrue), ...go(node.whenFalse)];
  if (ts.isNewExpression(node))
    return lastName(node.expression) === 'URL' && node.arguments?.[0] ? go(node.arguments[0]) : [];
  if (ts.isBinaryExpression(node)) {
    const isOr = /^(\|\||\?\?)$/.test(node.operatorToken.getText());
    return isOr ? [...go(node.left), ...go(node.right)] : [];
  }
  if (!ts.isIdentifier(node)) return [];
  const decl = code.values.declarationOf(node);
  return decl?.is === 'variable' && decl.init && !decl.path.length ? go(decl.init) : [];
}

function plainPart(
  code: Code,
  written: ts.Expression,
): { scheme: 'ws' | 'http'; host: string | undefined } | undefined {
  const text = ts.isTemplateExpression(written)
    ? written.head.text
    : ts.isStringLiteralLike(written)
      ? written.text
      : '';
  const [, scheme, host = ''] = /^(ws|http):\/\/(\[[^\]]*\]|[^/:?#]*)/i.exec(text) ?? [];
  if (!scheme) return undefined;
  const plain = scheme.toLowerCase() as 'ws' | 'http';
  if (host && !(ts.isTemplateExpression(written) && text.endsWith(host))) return { scheme: plain, host };
  const chosen = ts.isTemplateExpression(written) && !host ? written.templateSpans[0]?.expression : undefined;
  if (!chosen) return undefined;
  const values = code.values.of(chosen);
  const known = values.flatMap(value =>
    value.is === 'literal' && typeof value.value === 'string' ? [value.value] : [],
  );
  if (known.length === values.length)
    return { scheme: plain, host: known.find(each => !isOwnMachine(each)) ?? known[0] };
  return { scheme: plain, host: undefined };
}

/** Whether a host is this machine. */
export function isOwnMachine(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[?::1\]?|0\.0\.0\.0|.*\.localhost)(:\d+)?$/i.test(host);
}

/** Whether the URL is only used where the host was found to be this machine. */
function isForOwnMachine(written: ts.Node): boolean {
  return conditionsAround(written).some(({ node }) => /localhost|127\.0\.0\.1|loopback|isLocal/i.test(node.getText()));
}
