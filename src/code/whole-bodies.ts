import { type Ascent, ascentsFrom } from './climb.js';
import type { Code } from './code.js';
import { enclosingFunction, type FunctionNode, unwrap } from './module.js';
import { isReceivedRequest } from './requests.js';
import { sizeTestIn } from './size-tests.js';
import { ts } from './ts.js';

const readers = ['json', 'text', 'formData', 'arrayBuffer', 'blob', 'bytes'];

/** A call that reads the body of a fetch-style request to its end, with the ways to it that no test on a size guards. */
export interface WholeBody {
  readonly node: ts.CallExpression;
  readonly ways: readonly Ascent[];
}

/** `await request.json()` and its kin, below the functions that a platform calls. */
export function wholeBodies(code: Code, isRegistered: (fn: FunctionNode) => boolean): WholeBody[] {
  return code.modules().flatMap(module =>
    readers.flatMap(name =>
      (module.calls.get(name) ?? []).flatMap((node): WholeBody[] => {
        const callee = unwrap(node.expression);
        if (node.arguments.length || !ts.isPropertyAccessExpression(callee)) return [];
        if (!isReceivedRequest(code, callee.expression)) return [];
        const ways = ascentsFrom(code.values, node, undefined, isRegistered);
        const open = ways.filter(({ through }) => !through.some(at => isMeasured(code, at)));
        return open.length ? [{ node, ways: open }] : [];
      }),
    ),
  );
}

/** Whether the function around a place counts what comes, or refuses before it what is announced as too large. */
function isMeasured(code: Code, node: ts.Node): boolean {
  const body = enclosingFunction(node)?.body;
  if (!body) return false;
  return counts(code, body) || isCountedBefore(code, body, node) || isRefusedByAnnouncement(body, node);
}

/** Whether code takes a body piece by piece, and gives it up at a limit. */
function counts(code: Code, body: ts.Node): boolean {
  return /\bgetReader\(|\bfor\s+await\b/.test(body.getText()) && sizeTestIn(code, body) !== undefined;
}

/** `if (!announced) await countedTo(request.clone(), most); await request.formData();` */
function isCountedBefore(code: Code, body: ts.Node, place: ts.Node): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (found || node.pos >= place.pos || (node !== body && ts.isFunctionLike(node))) return;
    if (ts.isCallExpression(node) && node.end <= place.pos && node.arguments.length)
      found = code.values
        .of(node.expression)
        .some(value => value.is === 'function' && value.node.body !== undefined && counts(code, value.node.body));
    if (!found) ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

/**
 * `Content-Length` bounds a body where a request without one, which sends chunks, is refused as well: with one, the
 * platform takes no byte more than it says (https://www.rfc-editor.org/rfc/rfc9112#section-6.3).
 */
function isRefusedByAnnouncement(body: ts.Node, reading: ts.Node): boolean {
  const names = announcedIn(body);
  const announced = testsBefore(body, reading).filter(({ expression }) => speaksOf(names, expression));
  return announced.some(isOnSize) && announced.some(isOnAbsence);
}

/** The tests on which a function is left, as far as they stand before a place. */
function testsBefore(body: ts.Node, place: ts.Node): ts.IfStatement[] {
  const found: ts.IfStatement[] = [];
  const visit = (node: ts.Node): void => {
    if (node.pos >= place.pos || (node !== body && ts.isFunctionLike(node))) return;
    if (ts.isIfStatement(node) && node.end <= place.pos && /\b(return|throw)\b/.test(node.thenStatement.getText()))
      found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

const header = /['"`]content-length['"`]/i;

/** The variables of a function that hold the announced length. */
function announcedIn(body: ts.Node): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) {
      const text = node.initializer.getText();
      if (header.test(text) || speaksOf(found, node.initializer)) found.push(node.name.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

function speaksOf(names: readonly string[], expression: ts.Expression): boolean {
  const words = expression.getText().match(/[\w$]+/g) ?? [];
  return header.test(expression.getText()) || words.some(word => names.includes(word));
}

/** `!length`, `length === null`, `Number.isNaN(length)`, `!Number.isSafeInteger(length)`, `!request.headers.has(…)` */
function isOnAbsence({ expression }: ts.IfStatement): boolean {
  return /^!|[|&(]\s*!|={2,3}\s*(null|undefined)\b|\bisNaN\(/.test(expression.getText());
}

function isOnSize({ expression }: ts.IfStatement): boolean {
  return /[<>]/.test(expression.getText());
}
