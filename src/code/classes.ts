import { isDefaultExport } from './functions.js';
import { type FunctionNode, isFunctionNode, propertyName } from './module.js';
import { ts } from './ts.js';

/** The names under which a class may be constructed elsewhere. */
export function classNames(type: ts.ClassLikeDeclaration): string[] {
  const names = type.name ? [type.name.text] : [];
  if (ts.isVariableDeclaration(type.parent) && ts.isIdentifier(type.parent.name)) names.push(type.parent.name.text);
  if (isDefaultExport(type)) names.push('default');
  return names;
}

/** The function whose `this` a node sees: arrows look outwards. */
export function thisFunction(node: ts.Node): FunctionNode | undefined {
  for (let at = node.parent; at; at = at.parent) {
    if (ts.isClassLike(at)) return undefined;
    if (isFunctionNode(at) && !ts.isArrowFunction(at)) return at;
  }
  return undefined;
}

/** A class's constructor with a body, if it has one. */
export function constructorOf(type: ts.ClassLikeDeclaration): ts.ConstructorDeclaration | undefined {
  return type.members.find(
    (member): member is ts.ConstructorDeclaration => ts.isConstructorDeclaration(member) && !!member.body,
  );
}

/** The first `super(…)` of a constructor. */
export function superCallOf(ctor: ts.ConstructorDeclaration): ts.CallExpression | undefined {
  let found: ts.CallExpression | undefined;
  const visit = (node: ts.Node): void => {
    if (found) return;
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword) found = node;
    else ts.forEachChild(node, visit);
  };
  if (ctor.body) visit(ctor.body);
  return found;
}

/** The instance member of this name: its implementation, where overloads are declared too. */
export function memberOf(type: ts.ClassLikeDeclaration, name: string): ts.ClassElement | undefined {
  let found: ts.ClassElement | undefined;
  for (const member of type.members) {
    if (!member.name || propertyName(member.name as ts.PropertyName) !== name || isStatic(member)) continue;
    if (ts.isMethodDeclaration(member) && !member.body && found) continue;
    found = member;
    if (!(ts.isMethodDeclaration(member) && !member.body)) return member;
  }
  return found;
}

/** The names of what instances can be asked to do: methods, and fields that may hold functions. */
export function methodNames(type: ts.ClassLikeDeclaration): string[] {
  return type.members.flatMap(member => {
    const isMethod = ts.isMethodDeclaration(member) || ts.isPropertyDeclaration(member);
    const name = isMethod && !isStatic(member) ? propertyName(member.name) : undefined;
    return name === undefined ? [] : [name];
  });
}

/** Whether a member belongs to the class rather than to its instances. */
export function isStatic(member: ts.ClassElement): boolean {
  return (
    ts.canHaveModifiers(member) &&
    (ts.getModifiers(member)?.some(each => each.kind === ts.SyntaxKind.StaticKeyword) ?? false)
  );
}

/** The types that a class names as its own: those it implements, and those of its constructor's parameters. */
export function typesOf(type: ts.ClassLikeDeclaration): string[] {
  const implemented = (type.heritageClauses ?? [])
    .filter(({ token }) => token === ts.SyntaxKind.ImplementsKeyword)
    .flatMap(({ types }) => types.map(each => each.expression.getText()));
  const given = constructorOf(type)?.parameters.flatMap(parameter => parameter.type?.getText() ?? []) ?? [];
  return [...implemented, ...given];
}
