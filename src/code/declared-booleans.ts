import { propertyName, type SourceModule } from './module.js';
import { ts } from './ts.js';

const known = new WeakMap<SourceModule, ReadonlySet<string>>();

/** The names of members that a file declares as yes or no, wherever it declares them: `randomPassword?: boolean`. */
export function declaredBooleans(module: SourceModule): ReadonlySet<string> {
  const found = known.get(module) ?? booleansIn(module.source);
  known.set(module, found);
  return found;
}

function booleansIn(source: ts.SourceFile): ReadonlySet<string> {
  const booleans = new Set<string>();
  const others = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertySignature(node) || ts.isPropertyDeclaration(node)) {
      const name = propertyName(node.name);
      if (name !== undefined && node.type) (isYesOrNo(node.type) ? booleans : others).add(name);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return new Set([...booleans].filter(name => !others.has(name)));
}

function isYesOrNo(type: ts.TypeNode): boolean {
  if (ts.isUnionTypeNode(type)) return type.types.every(isYesOrNo);
  if (ts.isLiteralTypeNode(type)) return /^(true|false|null)$/.test(type.getText());
  return type.kind === ts.SyntaxKind.BooleanKeyword || type.kind === ts.SyntaxKind.UndefinedKeyword;
}
