import ts from 'typescript';
import { byEdits, checkerOf, type Edit, nodesIn } from '../transformation.js';

/** Gives every name of a file's own another one, that still says what it said: `token` becomes `token9`. */
export const renamed = byEdits('renamed', source => renamingOf(source, name => `${name}9`));

/** Every own name of a file replaced, properties left alone; what other files see keeps its name. */
export function renamingOf(source: ts.SourceFile, rename: (name: string) => string): Edit[] {
  const checker = checkerOf(source);
  const edits: Edit[] = [];
  for (const node of nodesIn(source)) {
    if (!ts.isIdentifier(node)) continue;
    const { parent } = node;
    const put = (text: string) => edits.push({ start: node.getStart(source), end: node.end, text });
    if (ts.isShorthandPropertyAssignment(parent) && parent.name === node) {
      const symbol = checker.getShorthandAssignmentValueSymbol(parent);
      if (symbol && isOwn(symbol, source)) put(`${node.text}: ${rename(node.text)}`);
      continue;
    }
    if (ts.isExportSpecifier(parent)) {
      const symbol = checker.getExportSpecifierLocalTargetSymbol(parent);
      const isLocalName = (parent.propertyName ?? parent.name) === node && !parent.parent.parent.moduleSpecifier;
      if (isLocalName && symbol && isOwn(symbol, source))
        put(parent.propertyName ? rename(node.text) : `${rename(node.text)} as ${node.text}`);
      continue;
    }
    if (ts.isImportSpecifier(parent)) {
      if (parent.name !== node) continue;
      put(parent.propertyName ? rename(node.text) : `${node.text} as ${rename(node.text)}`);
      continue;
    }
    const symbol = checker.getSymbolAtLocation(node);
    if (!symbol || !isOwn(symbol, source)) continue;
    if (
      ts.isBindingElement(parent) &&
      parent.name === node &&
      !parent.propertyName &&
      !parent.dotDotDotToken &&
      ts.isObjectBindingPattern(parent.parent)
    )
      put(`${node.text}: ${rename(node.text)}`);
    else put(rename(node.text));
  }
  return edits;
}

/** Whether a name is declared in this file, is no property, and is not exported under this very declaration. */
function isOwn(symbol: ts.Symbol, source: ts.SourceFile): boolean {
  const kinds = ts.SymbolFlags.Variable | ts.SymbolFlags.Function | ts.SymbolFlags.Class | ts.SymbolFlags.Alias;
  const declarations = symbol.declarations ?? [];
  return (
    (symbol.flags & kinds) !== 0 &&
    (symbol.flags & (ts.SymbolFlags.Property | ts.SymbolFlags.Method)) === 0 &&
    declarations.length > 0 &&
    !['module', 'exports', 'require'].includes(symbol.name) &&
    declarations.every(
      declaration =>
        declaration.getSourceFile() === source &&
        !isExported(declaration) &&
        !ts.isParameterPropertyDeclaration(declaration, declaration.parent) &&
        !isAmbient(declaration),
    )
  );
}

function isExported(declaration: ts.Declaration): boolean {
  return (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export) !== 0;
}

function isAmbient(declaration: ts.Declaration): boolean {
  return (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Ambient) !== 0;
}
