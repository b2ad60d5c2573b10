import { propertyName, type SourceModule } from './module.js';
import type { Program } from './program.js';
import { ts } from './ts.js';

type Declared = readonly [type: ts.TypeNode, home: SourceModule];
type Named = ts.TypeAliasDeclaration | ts.InterfaceDeclaration | ts.EnumDeclaration;

/**
 * The declared type of what stands at a path below a type, when it has no room for a line break: numbers, booleans,
 * dates, literals and unions of them. `[]` in a path stands for the elements of a list.
 */
export function plainTypeAt(
  program: Program,
  type: ts.TypeNode,
  path: readonly string[],
  module: SourceModule,
): ts.TypeNode | undefined {
  const [declared, home] = typeAt(program, type, path, module) ?? [];
  return declared && home && isPlain(program, declared, home) ? declared : undefined;
}

function typeAt(
  program: Program,
  type: ts.TypeNode,
  path: readonly string[],
  module: SourceModule,
): Declared | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return [type, module];
  if (/^(\[\]|\d+)$/.test(key))
    return ts.isArrayTypeNode(type) ? typeAt(program, type.elementType, rest, module) : undefined;
  if (ts.isTypeLiteralNode(type)) return memberAt(program, type.members, key, rest, module);
  const [declaration, home] = (ts.isTypeReferenceNode(type) && named(program, type, module)) || [];
  if (!declaration || !home) return undefined;
  if (ts.isTypeAliasDeclaration(declaration)) return typeAt(program, declaration.type, path, home);
  return ts.isInterfaceDeclaration(declaration) ? memberAt(program, declaration.members, key, rest, home) : undefined;
}

function memberAt(
  program: Program,
  members: readonly ts.TypeElement[],
  key: string,
  rest: readonly string[],
  module: SourceModule,
): Declared | undefined {
  const member = members.find(each => each.name && propertyName(each.name) === key);
  return member && ts.isPropertySignature(member) && member.type
    ? typeAt(program, member.type, rest, module)
    : undefined;
}

/** The declaration that a type's name leads to, here or in the file it is imported from. */
function named(
  program: Program,
  reference: ts.TypeReferenceNode,
  module: SourceModule,
): readonly [Named, SourceModule] | undefined {
  const name = reference.typeName.getText();
  for (const statement of module.source.statements) {
    const isType =
      ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement) || ts.isEnumDeclaration(statement);
    if (isType && statement.name.text === name) return [statement, module];
  }
  const declaration = module.scopes.get(module.source)?.get(name);
  const target = declaration?.is === 'import' ? program.resolve(declaration.spec, module.file) : undefined;
  const home = target?.is === 'file' && target.file !== module.file ? program.module(target.file) : undefined;
  return home && named(program, reference, home);
}

function isPlain(program: Program, type: ts.TypeNode, module: SourceModule): boolean {
  switch (type.kind) {
    case ts.SyntaxKind.NumberKeyword:
    case ts.SyntaxKind.BooleanKeyword:
    case ts.SyntaxKind.BigIntKeyword:
    case ts.SyntaxKind.UndefinedKeyword:
    case ts.SyntaxKind.LiteralType:
      return true;
  }
  if (ts.isParenthesizedTypeNode(type)) return isPlain(program, type.type, module);
  if (ts.isUnionTypeNode(type)) return type.types.every(each => isPlain(program, each, module));
  if (!ts.isTypeReferenceNode(type)) return false;
  if (/^(Date|URL|UUID)$/.test(type.typeName.getText())) return true;
  const [declaration, home] = named(program, type, module) ?? [];
  if (!declaration || !home) return false;
  return (
    ts.isEnumDeclaration(declaration) ||
    (ts.isTypeAliasDeclaration(declaration) && isPlain(program, declaration.type, home))
  );
}
