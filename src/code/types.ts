import { propertyName, type SourceModule } from './module.js';
import type { Program } from './program.js';
import { ts } from './ts.js';

/** A member of a declared type: its own type, and whether it may be left out. */
export interface TypeMember {
  readonly type: ts.TypeNode | undefined;
  readonly optional: boolean;
}

const transparent = new Set(['Readonly', 'Required', 'Omit', 'Pick', 'NonNullable', 'Awaited', 'Promise']);

/** What a declared type says of a member, found by name through own files: no checker is asked. */
export function memberOfType(program: Program, type: ts.TypeNode, name: string, depth = 0): TypeMember | undefined {
  if (depth > 6) return undefined;
  const inner = (node: ts.TypeNode) => memberOfType(program, node, name, depth + 1);
  if (ts.isTypeLiteralNode(type)) return among(type.members, name);
  if (ts.isParenthesizedTypeNode(type)) return inner(type.type);
  if (ts.isUnionTypeNode(type) || ts.isIntersectionTypeNode(type)) {
    for (const each of type.types) {
      const found = inner(each);
      if (found) return found;
    }
    return undefined;
  }
  if (!ts.isTypeReferenceNode(type) || !ts.isIdentifier(type.typeName)) return undefined;
  const [argument] = type.typeArguments ?? [];
  if (type.typeName.text === 'Partial' && argument) {
    const found = inner(argument);
    return found && { ...found, optional: true };
  }
  if (transparent.has(type.typeName.text) && argument) return inner(argument);
  const module = program.moduleOf(type);
  const declaration = typeDeclaration(program, module, type.typeName.text, depth);
  if (!declaration) return undefined;
  if (ts.isTypeAliasDeclaration(declaration)) return inner(declaration.type);
  const own = ts.isInterfaceDeclaration(declaration)
    ? among(declaration.members, name)
    : amongFields(declaration, name);
  if (own) return own;
  for (const clause of declaration.heritageClauses ?? []) {
    for (const base of clause.types) {
      const found = inherited(program, module, base, name, depth);
      if (found) return found;
    }
  }
  return undefined;
}

function inherited(
  program: Program,
  module: SourceModule,
  base: ts.ExpressionWithTypeArguments,
  name: string,
  depth: number,
): TypeMember | undefined {
  if (!ts.isIdentifier(base.expression)) return undefined;
  const declaration = typeDeclaration(program, module, base.expression.text, depth + 1);
  if (!declaration) return undefined;
  if (ts.isTypeAliasDeclaration(declaration)) return memberOfType(program, declaration.type, name, depth + 1);
  return ts.isInterfaceDeclaration(declaration) ? among(declaration.members, name) : amongFields(declaration, name);
}

type Declared = ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassDeclaration;

function typeDeclaration(program: Program, module: SourceModule, name: string, depth: number): Declared | undefined {
  for (const statement of module.source.statements) {
    if (
      (ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement) ||
        ts.isClassDeclaration(statement)) &&
      statement.name?.text === name
    )
      return statement;
  }
  if (depth > 6) return undefined;
  const decl = module.scopes.get(module.source)?.get(name);
  const target = module.exports.get(name);
  const link = decl?.is === 'import' ? decl : target && 'spec' in target ? target : undefined;
  for (const [spec, exported] of link
    ? [[link.spec, link.name] as const]
    : module.stars.map(star => [star, name] as const)) {
    const resolved = program.resolve(spec, module.file);
    const next = resolved.is === 'file' ? program.module(resolved.file) : undefined;
    const found = next && typeDeclaration(program, next, exported, depth + 1);
    if (found) return found;
  }
  return undefined;
}

function among(members: ts.NodeArray<ts.TypeElement>, name: string): TypeMember | undefined {
  for (const member of members) {
    if (member.name && propertyName(member.name) === name) {
      return {
        type: ts.isPropertySignature(member) ? member.type : undefined,
        optional: member.questionToken !== undefined,
      };
    }
  }
  return undefined;
}

function amongFields(declaration: ts.ClassDeclaration, name: string): TypeMember | undefined {
  for (const member of declaration.members) {
    if (member.name && ts.isPropertyDeclaration(member) && propertyName(member.name) === name)
      return { type: member.type, optional: member.questionToken !== undefined };
  }
  return undefined;
}
