import type { Code, Node } from './code.js';
import { enclosingFunction } from './module.js';
import { ts } from './ts.js';

/** The places that read a name, within the function or file that declares it. */
export function referencesTo(code: Code, name: ts.Identifier): ts.Identifier[] {
  const decl = code.values.declarationOf(name);
  if (!decl) return [];
  const declared =
    decl.is === 'function' ? decl.node : 'name' in decl && typeof decl.name === 'object' ? decl.name : name;
  const home = enclosingFunction(declared) ?? name.getSourceFile();
  const found: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isIdentifier(node) &&
      node.text === name.text &&
      node !== name &&
      isReference(node) &&
      code.values.declarationOf(node) === decl
    )
      found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(home);
  return found;
}

function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return isRead(node);
}

/** The places that name the declared functions around a node without calling them: `const handle = fast ? handleA : handleB`. */
export function mentionsAround(code: Code, node: Node): Node[] {
  const found: Node[] = [];
  for (let fn = enclosingFunction(node); fn; fn = enclosingFunction(fn)) {
    if (ts.isFunctionDeclaration(fn) && fn.name)
      found.push(...referencesTo(code, fn.name).filter(({ parent }) => !ts.isCallExpression(parent)));
  }
  return found;
}

/** Whether an identifier is an expression, not the name of a declaration. */
export function isRead(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    !(ts.isBindingElement(parent) || ts.isVariableDeclaration(parent) || ts.isParameter(parent)) ||
    parent.initializer === node
  );
}

/** The names that a declaration binds. */
export function* namesIn(name: ts.BindingName): Generator<ts.Identifier> {
  if (ts.isIdentifier(name)) yield name;
  else for (const element of name.elements) if (!ts.isOmittedExpression(element)) yield* namesIn(element.name);
}

/** The names that an expression is put together from, in order, without those in types: `process`, `env`, `API_KEY`. */
export function namesWithin(expression: Node): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isIdentifier(node)) found.push(node.text);
    else if (ts.isPrivateIdentifier(node)) found.push(node.text.slice(1));
    else if (ts.isStringLiteralLike(node) && ts.isElementAccessExpression(node.parent)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(expression);
  return found;
}

/** The innermost statement that a node stands in, or the body of an arrow function without statements. */
export function statementAround(node: Node): Node {
  let at = node;
  while (!ts.isStatement(at) && !ts.isFunctionLike(at.parent) && !ts.isSourceFile(at.parent)) at = at.parent;
  return at;
}
