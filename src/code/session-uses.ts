import type { Code } from './code.js';
import { outermost } from './functions.js';
import { isLogCall } from './logs.js';
import { lastName } from './module.js';
import { referencesTo } from './references.js';
import { ts } from './ts.js';

const farthest = 4;
/** Functions that count and report what happens, for the people who run the server. */
const watchers =
  /metric|telemetry|analytic|histogram|^(track|audit)[A-Z]|^(inc|observe|startSpan|setAttributes?|addBreadcrumb)$/;

/**
 * Whether an id goes nowhere but to those who watch the server: into logs and metrics, by itself, in a text, or in a
 * record that goes there. Such an id opens nothing, whoever chose or guessed it.
 */
export function isOnlyWatched(code: Code, id: ts.Node): boolean {
  return goesToWatchers(code, id, 0);
}

function goesToWatchers(code: Code, node: ts.Node, depth: number): boolean {
  const at = ts.isVariableDeclaration(node) ? node : outermost(node);
  const parent = ts.isVariableDeclaration(at) ? at : at.parent;
  const go = (next: ts.Node) => goesToWatchers(code, next, depth);
  if (ts.isVariableDeclaration(parent)) {
    if (!ts.isIdentifier(parent.name) || depth > farthest) return false;
    const references = referencesTo(code, parent.name);
    return references.length > 0 && references.every(each => goesToWatchers(code, each, depth + 1));
  }
  if (ts.isCallExpression(parent)) return parent.expression !== at && (isLogCall(parent) || isWatcher(parent));
  if (ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent)) return go(parent.parent);
  if (ts.isTemplateSpan(parent)) return go(parent.parent);
  // A test is no use of what it tests.
  if (ts.isConditionalExpression(parent)) return parent.condition === at || go(parent);
  if (ts.isIfStatement(parent)) return true;
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return go(parent);
  return false;
}

function isWatcher(call: ts.CallExpression): boolean {
  return watchers.test(lastName(call.expression)) || watchers.test(call.expression.getText());
}
