import { returnExpressions } from './functions.js';
import { joinsLines, lineBreaksTakenBy } from './line-breaks.js';
import { lastName, unwrap } from './module.js';
import { toldByCaller, wordsError } from './text-errors.js';
import {
  type Inquiry,
  type Path,
  quoted,
  raw,
  safe,
  type TextJudgement,
  through,
  unclear,
  type Where,
  worst,
} from './text-judgement.js';
import { readValue } from './text-names.js';
import {
  callOrigin,
  isErrorWording,
  isPlainResult,
  isRequestName,
  isWording,
  keepsText,
  requestRead,
} from './text-origins.js';
import { ts } from './ts.js';

type Judged = TextJudgement | undefined;

/** The text that a call gives back, or what stands at a path below its result. */
export function readCall(inquiry: Inquiry, node: ts.CallExpression, path: Path, where: Where): Judged {
  const callee = unwrap(node.expression);
  const text = callee.getText();
  const name = lastName(callee);
  const [first] = node.arguments;
  if (inquiry.lens.washes(name)) return safe(`\`${name}\` cleans it`);
  if (text === 'JSON.stringify' && !inquiry.lens.lineBreaks) return first && inquiry.of(first, [], where);
  if (text === 'JSON.stringify')
    return isIndented(node) ? unclear('JSON.stringify with an indent breaks lines') : safe('JSON.stringify');
  if (text === 'JSON.parse') return readParsed(inquiry, first, path, where);
  if (isPlainResult(text, name)) return safe(`\`${name}()\` has no line breaks`);
  if (first && /^(String|Object\.freeze|structuredClone|Promise\.resolve|decodeURIComponent|unescape)$/.test(text)) {
    return inquiry.of(first, text === 'String' ? asText(inquiry, path) : path, where);
  }
  const found = ts.isPropertyAccessExpression(callee) ? readMethod(inquiry, node, callee, path, where) : 'a function';
  return found === 'a function' ? readResult(inquiry, node, path, where) : found;
}

/** What `new` makes: dates and URLs are written without line breaks, an error brings its message along. */
export function readConstruction(inquiry: Inquiry, node: ts.NewExpression, path: Path, where: Where): Judged {
  const name = lastName(node.expression);
  if (name === 'Date' || (name === 'URL' && path[0] !== 'searchParams')) return safe(`a ${name}`);
  const [first] = node.arguments ?? [];
  if (/(Error|Exception)$/.test(name) && first && isErrorWording(path))
    return readOwnError(inquiry, first, path, where);
  return path.length ? readValue(inquiry, node, path, where) : unclear(`\`${quoted(node)}\` could not be followed`);
}

/** The message that an error is made with: a text, or a member of a table. */
function readOwnError(inquiry: Inquiry, first: ts.Expression, path: Path, where: Where): Judged {
  const isTable = ts.isObjectLiteralExpression(unwrap(first));
  if (!inquiry.lens.lineBreaks && !path.length) return safe('an error as JSON has no message');
  return inquiry.of(first, isTable ? ['message'] : [], where);
}

function isIndented({ arguments: [, , space] }: ts.CallExpression): boolean {
  return space !== undefined && !/^(0|undefined|''|"")$/.test(space.getText());
}

/** Whatever is parsed out of a client's text is the client's; JSON.parse puts line breaks back that JSON had escaped. */
function readParsed(inquiry: Inquiry, text: ts.Expression | undefined, path: Path, where: Where): Judged {
  if (path.length && inquiry.lens.asks.has('credential')) return safe('a claim that a token makes opens nothing');
  const found = text && inquiry.of(text, [], { ...where, gone: new Set() });
  return found?.is === 'raw' ? found : unclear('what JSON.parse reads could not be followed');
}

function readMethod(
  inquiry: Inquiry,
  node: ts.CallExpression,
  { name: { text: name }, expression }: ts.PropertyAccessExpression,
  path: Path,
  where: Where,
): Judged | 'a function' {
  const receiver = unwrap(expression);
  const one = (each: ts.Expression) => inquiry.code.values.one(each);
  if (!inquiry.lens.lineBreaks && isCutShort(node, name)) return safe('only a few characters of it');
  if (keepsText(name)) {
    const texts = [receiver, ...(name === 'concat' ? node.arguments : [])];
    return worst(texts.map(each => inquiry.of(each, path, where)));
  }
  switch (name) {
    case 'toString':
    case 'digest':
      return readCoded(inquiry, node, name, receiver, path, where);
    // Each part of a split text has lost what it was split at.
    case 'split':
    case 'replace':
    case 'replaceAll': {
      const gone = new Set([...where.gone, ...lineBreaksTakenBy(node, one)]);
      if (inquiry.lens.lineBreaks && gone.size === 2) return safe('both line breaks are taken out');
      const found = inquiry.of(receiver, [], { ...where, gone });
      // Whoever splits a text into lines expects line breaks in it, wherever it comes from.
      const isOfLines = name === 'split' && gone.has('\n') && found?.is === 'unclear';
      return isOfLines ? raw(inquiry, 'unknown', receiver, { ...where, gone }) : found;
    }
    case 'join':
      return joinsLines(node, one) ? inquiry.of(receiver, ['[]'], where) : unclear('lines are joined by line breaks');
    case 'filter':
    case 'sort':
    case 'reverse':
    case 'flat':
      return inquiry.of(receiver, path, where);
    case 'find':
    case 'at':
    case 'pop':
    case 'shift':
      return inquiry.of(receiver, ['[]', ...path], where);
    case 'map':
    case 'flatMap':
      return node.arguments[0] && readReturned(inquiry, node.arguments[0], undefined, path.slice(1), where);
    default:
      return readOfRequest(inquiry, node, name, receiver, where);
  }
}

/** `token.slice(0, 4)` and `token.slice(-4)` tell a reader which token it is, and no more. */
function isCutShort(call: ts.CallExpression, name: string): boolean {
  const [from, to] = call.arguments.map(each => Number(each.getText()));
  if (!/^(slice|substring|substr|at|charAt)$/.test(name) || from === undefined) return false;
  const length = name === 'substr' ? (to ?? 99) : to === undefined ? -from : to - from;
  return length > 0 && length <= (hasEllipsis(call) ? 20 : 12);
}

/** `token.slice(0, 15) + '...'`: what is written says that it is not the whole, which is longer. */
function hasEllipsis(call: ts.CallExpression): boolean {
  const { parent } = call;
  const after = ts.isBinaryExpression(parent) && parent.left === call ? unwrap(parent.right) : undefined;
  const text = ts.isTemplateSpan(parent)
    ? parent.literal.text
    : after && ts.isStringLiteralLike(after)
      ? after.text
      : '';
  return /^(\.{2,}|…|\*{2,})/.test(text);
}

/** `text.toString()` is the text; `bytes.toString('base64')` and `hash.digest('hex')` are not. */
function readCoded(
  inquiry: Inquiry,
  node: ts.CallExpression,
  name: string,
  receiver: ts.Expression,
  path: Path,
  where: Where,
): Judged {
  const [first] = node.arguments;
  const coding = first && inquiry.code.values.one(first);
  if (coding?.is === 'literal' && /^(base64|base64url|hex|\d+)$/.test(String(coding.value)))
    return safe(`\`${name}(${first!.getText()})\``);
  return name === 'toString' ? inquiry.of(receiver, asText(inquiry, path), where) : unclear('a digest');
}

/** Reads of a request, its headers and its query by method. */
function readOfRequest(
  inquiry: Inquiry,
  node: ts.CallExpression,
  name: string,
  receiver: ts.Expression,
  where: Where,
): Judged | 'a function' {
  const from = receiver.getText();
  if (name === 'get' && /(^|\.)headers$/i.test(from)) return safe('a header');
  if (name === 'get' && /(^|\.)searchParams$/.test(from))
    return isOfRequest(inquiry, receiver) ? raw(inquiry, 'client', node, where) : unclear('a parameter of a URL');
  if (!isRequestName(lastName(receiver))) return 'a function';
  const read = requestRead(name);
  if (read === 'client') return raw(inquiry, 'client', node, where);
  // Hono's `c.get()` reads its own variables, `c.header()` writes.
  return read === 'safe' && !/^(c|ctx|context)$/.test(from) ? safe('a header') : 'a function';
}

function isOfRequest({ code }: Inquiry, searchParams: ts.Expression): boolean {
  const words = /\b(req|request|ctx|c)\b/;
  if (words.test(searchParams.getText())) return true;
  const url = ts.isPropertyAccessExpression(searchParams) ? unwrap(searchParams.expression) : searchParams;
  const declaration = ts.isIdentifier(url) ? code.values.declarationOf(url) : undefined;
  return declaration?.is === 'variable' && words.test(declaration.init?.getText() ?? '');
}

/** The result of an own function, or of a call that is known by its name alone. */
function readResult(inquiry: Inquiry, node: ts.CallExpression, path: Path, where: Where): Judged {
  const found = toldByCaller(inquiry, readReturned(inquiry, node.expression, node, path, where), node);
  if (found?.is !== 'unclear') return found;
  if (!inquiry.lens.lineBreaks)
    return (isOwn(inquiry, node) ? undefined : readUnknown(inquiry, node, path, where)) ?? found;
  // Whatever the call is named, what comes back as `stdout` is what a program has put out.
  const isOutput = /^std(out|err)$/.test(path.at(-1) ?? '');
  const origin = isOutput ? 'tool' : callOrigin(unwrap(node.expression).getText(), isAwaited(node));
  return origin && isWording(path) ? raw(inquiry, origin, node, where) : found;
}

function isOwn({ code }: Inquiry, { expression }: ts.CallExpression): boolean {
  return code.values.of(expression).some(({ is }) => is === 'function');
}

/** What a function that is not followed gives back: the text of an error by its name, or what a schema lets through. */
function readUnknown(inquiry: Inquiry, node: ts.CallExpression, path: Path, where: Where): Judged {
  const name = lastName(node.expression);
  if (inquiry.lens.asks.has('error') && wordsError(name))
    return worst(node.arguments.map(each => inquiry.of(each, ['toString'], where)));
  const [first] = node.arguments;
  const passes = /^(parse|parseAsync|stringify|serialize|escapeHtml|escape|encode|from|assign|cloneDeep)$/;
  return first && passes.test(name) ? inquiry.of(first, path, where) : undefined;
}

/** Where a text is asked for, an error gives its message; a table has none. */
export function asText({ lens }: Inquiry, path: Path): Path {
  return lens.lineBreaks || path.length ? path : ['toString'];
}

function readReturned(
  inquiry: Inquiry,
  callee: ts.Expression,
  call: ts.CallExpression | undefined,
  path: Path,
  where: Where,
): Judged {
  const functions = inquiry.code.values.of(callee).flatMap(value => (value.is === 'function' ? [value.node] : []));
  if (!functions.length) return unclear(`what \`${quoted(callee)}\` gives back could not be followed`);
  return worst(
    functions.flatMap(fn => {
      const bindings = call ? [{ fn, call }, ...where.bindings].slice(0, 6) : where.bindings;
      return returnExpressions(fn).map(each => leaving(inquiry, inquiry.of(each, path, { ...where, bindings }), each));
    }),
  );
}

/** What line breaks are asked about is told by where it comes from and by whom it is passed. */
function leaving({ lens }: Inquiry, found: Judged, returned: ts.Expression): Judged {
  return lens.lineBreaks ? found : through(found, returned, 'returned', returned);
}

function isAwaited(node: ts.Node): boolean {
  let at = node.parent;
  while (ts.isParenthesizedExpression(at)) at = at.parent;
  return ts.isAwaitExpression(at);
}
