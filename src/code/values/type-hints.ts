import { ts } from '../ts.js';
import type { Value } from '../value.js';
import type { Values } from '../values.js';

/** A library object known by its declared type alone: "some express app". */
export function ofType(values: Values, type: ts.TypeNode, site: ts.Node): Value | undefined {
  if (ts.isUnionTypeNode(type)) {
    for (const each of type.types) {
      const found = ofType(values, each, site);
      if (found) return found;
    }
    return undefined;
  }
  if (!ts.isTypeReferenceNode(type)) return undefined;
  const name = ts.isIdentifier(type.typeName)
    ? type.typeName
    : ts.isQualifiedName(type.typeName) && ts.isIdentifier(type.typeName.left)
      ? type.typeName.left
      : undefined;
  const decl = name && values.declarationOf(name);
  if (!decl) return undefined;
  const member = ts.isQualifiedName(type.typeName) ? type.typeName.right.text : undefined;
  if (decl.is === 'class' && !member) return values.someInstance(decl.node);
  if (decl.is !== 'import') return undefined;
  for (const value of values.importedFrom(decl.spec, decl.name, values.program.moduleOf(type).file, type)) {
    if (value.is === 'class') return values.someInstance(value.node);
    if (value.is === 'api') {
      const path = member ? (value.path ? `${value.path}.${member}` : member) : value.path;
      return {
        is: 'thing',
        made: `${value.module} :${path}`,
        site,
        env: undefined,
        call: undefined,
        from: undefined,
      };
    }
  }
  return undefined;
}

/** What a `typeof import('pkg').Name` says: the very export, however its holder got hold of it. */
export function importedBy(values: Values, type: ts.TypeNode): readonly Value[] {
  if (!ts.isImportTypeNode(type) || !type.isTypeOf || !type.qualifier || !ts.isIdentifier(type.qualifier)) return [];
  const { argument, qualifier } = type;
  if (!ts.isLiteralTypeNode(argument) || !ts.isStringLiteral(argument.literal)) return [];
  const found = values.importedFrom(argument.literal.text, qualifier.text, values.program.moduleOf(type).file, type);
  return found.filter(value => value.is !== 'unclear');
}
