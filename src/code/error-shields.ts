import type { Code } from './code.js';
import { isForeignError } from './error-types.js';
import { lastName, unwrap } from './module.js';
import { escaped } from './texts.js';
import { ts } from './ts.js';

/** Conditions that only hold while somebody develops. */
const developing =
  /\b(is_?)?(dev(elopment)?(Mode)?|debug(Mode)?|verbose|NODE_ENV|prod(uction)?|isLocal)\b|(include|expose|show|send|with)_?\w*(stack|error|detail|trace)/i;
/** What errors carry that are made for clients. https://www.npmjs.com/package/http-errors#error-properties */
const forClients = /\b(status|statusCode|httpStatus|expose|isOperational|isBoom|isPublic|isUserError)\b/;
const foreignPredicate =
  /^is(Axios|Native|Any|Plain|Fetch|Generic|Unknown|Js|JS)?(Error|Exception|ErrorLike|ErrnoException)$/;

/**
 * Whether a condition that holds (or fails) around a place says that the text of an error there is harmless: the
 * error is of a class that is made for clients, its text is one that is known, or nothing is sent as shipped.
 */
export function isShielding(
  code: Code,
  condition: ts.Expression,
  holds: boolean,
  place: ts.Node,
  isStack: boolean,
): boolean {
  const node = unwrap(condition);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return isShielding(code, node.operand, !holds, place, isStack);
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.kind;
    const isAnd = operator === ts.SyntaxKind.AmpersandAmpersandToken;
    if (isAnd || operator === ts.SyntaxKind.BarBarToken) {
      const sides = [node.left, node.right].map(side => isShielding(code, side, holds, place, isStack));
      return isAnd === holds ? sides.some(Boolean) : sides.every(Boolean);
    }
  }
  if (isOff(code, node, holds)) return true;
  // A stack names the code, whosever message comes with it.
  if (isStack) return false;
  return holds ? tellsErrors(node, place) : isRefuted(node, place);
}

/** Whether the place does not run as shipped, or only by a switch for developers. */
function isOff(code: Code, condition: ts.Expression, holds: boolean): boolean {
  const text = condition.getText();
  const isSwitch = developing.test(text);
  // What an environment variable turns on as a whole is a feature, and its errors are sent once it is on.
  if (!isSwitch && (!/\benv\b/.test(text) || decidesStatement(condition))) return false;
  const truth = code.values.truth(condition);
  return truth === undefined ? isSwitch : truth !== holds;
}

function decidesStatement(condition: ts.Expression): boolean {
  let at: ts.Node = condition;
  while (ts.isExpression(at) && !ts.isConditionalExpression(at.parent)) at = at.parent;
  return ts.isIfStatement(at);
}

/** A test that holds only for errors of a known kind or text. */
function tellsErrors(node: ts.Expression, place: ts.Node): boolean {
  if (ts.isBinaryExpression(node)) {
    switch (node.operatorToken.kind) {
      case ts.SyntaxKind.InstanceOfKeyword:
        return !isForeignError(node.right.getText());
      case ts.SyntaxKind.EqualsEqualsEqualsToken:
      case ts.SyntaxKind.EqualsEqualsToken:
        return isKnownText(node, place);
    }
  }
  if (ts.isCallExpression(node)) {
    const name = lastName(node.expression);
    if (/^is[A-Z]\w*(Error|Exception|Failure|Problem)$/.test(name) && !foreignPredicate.test(name)) return true;
    return /^(includes|startsWith|endsWith|test|match)$/.test(name) && isSameText(node, place);
  }
  return forClients.test(node.getText()) && /^(\w+)$|\b(e|err|error)\b/.test(node.getText());
}

/** A test whose failing leaves only errors of a known text: `message !== 'Not found'`. */
function isRefuted(node: ts.Expression, place: ts.Node): boolean {
  return (
    ts.isBinaryExpression(node) &&
    (node.operatorToken.kind === ts.SyntaxKind.ExclamationEqualsEqualsToken ||
      node.operatorToken.kind === ts.SyntaxKind.ExclamationEqualsToken) &&
    isKnownText(node, place)
  );
}

/** `err.message === 'Not found'`, `err.name === 'ValidationError'`, `err.code === 'NOT_PAIRED'`; system errors name paths. */
function isKnownText(node: ts.BinaryExpression, place: ts.Node): boolean {
  const literal = [node.left, node.right].map(unwrap).find(ts.isStringLiteralLike);
  if (!literal || /^E[A-Z0-9]{3,}$|^(Error|TypeError|object|string|AbortError)$/.test(literal.text)) return false;
  return isSameText(node, place);
}

/** Whether a test looks at the text that stands at the place, or at the error it belongs to. */
function isSameText(test: ts.Node, place: ts.Node): boolean {
  const [name] = /[A-Za-z_$][\w$]*/.exec(place.getText()) ?? [];
  return name !== undefined && new RegExp(`(^|[^\\w$.])${escaped(name)}(?![\\w$])`).test(test.getText());
}
