import { posix } from 'node:path';
import ts from 'typescript';
import { checkerOf, edited, nodesIn, parsed, type Transformation } from '../transformation.js';

/** Every function that stands on its own moves to a file beside, with the constants that it needs. */
export const helpersMoved: Transformation = {
  name: 'helpers moved',
  apply: sources => {
    const made = new Map(sources);
    let isMoved = false;
    for (const [file, text] of sources) {
      const parts = partsOf(file, text);
      if (!parts) continue;
      isMoved = true;
      made.set(file, parts.rest);
      made.set(parts.file, parts.helpers);
    }
    return isMoved ? made : undefined;
  },
};

function partsOf(file: string, text: string): { file: string; helpers: string; rest: string } | undefined {
  const source = parsed(file, text);
  if (!source.statements.some(ts.isImportDeclaration) || /\.c[tj]s$/.test(file)) return undefined;
  const checker = checkerOf(source);
  const statements = source.statements.filter(isMovable);
  const namesOf = new Map(statements.map(statement => [statement, declaredBy(statement)]));
  const homeOf = new Map<ts.Symbol, ts.Statement>();
  for (const statement of source.statements)
    for (const name of declaredBy(statement)) {
      const symbol = checker.getSymbolAtLocation(name);
      if (symbol) homeOf.set(symbol, statement);
    }
  const written = new Set<ts.Statement>();
  const needs = new Map<ts.Statement, Set<ts.Statement>>();
  for (const statement of source.statements) {
    const needed = new Set<ts.Statement>();
    needs.set(statement, needed);
    for (const node of nodesIn(statement)) {
      if (!ts.isIdentifier(node)) continue;
      const symbol = ts.isShorthandPropertyAssignment(node.parent)
        ? checker.getShorthandAssignmentValueSymbol(node.parent)
        : checker.getSymbolAtLocation(node);
      const home = symbol && homeOf.get(symbol);
      if (home) needed.add(home);
      if (home && isWritten(node)) written.add(home);
    }
  }
  const isFree = (statement: ts.Statement, seen: Set<ts.Statement>): boolean => {
    if (seen.has(statement)) return true;
    seen.add(statement);
    if (ts.isImportDeclaration(statement)) return true;
    if (!namesOf.has(statement) || written.has(statement)) return false;
    return [...needs.get(statement)!].every(needed => isFree(needed, seen));
  };
  const helpers = new Set<ts.Statement>();
  const take = (statement: ts.Statement): void => {
    if (helpers.has(statement)) return;
    helpers.add(statement);
    for (const needed of needs.get(statement)!) take(needed);
  };
  for (const statement of statements)
    if (
      (ts.isFunctionDeclaration(statement) || isFunctionConstant(statement)) &&
      !isDefault(statement) &&
      isFree(statement, new Set())
    )
      take(statement);
  const moved = source.statements.filter(statement => helpers.has(statement) && !ts.isImportDeclaration(statement));
  const imports = source.statements.filter(ts.isImportDeclaration);
  if (!moved.length) return undefined;
  const stem = `${posix.basename(file).replace(/\.[^.]+$/, '')}-helpers`;
  const extension = /\.[^.]+$/.exec(file)![0];
  const exported = moved.map(statement =>
    isExportedStatement(statement) ? statement.getText(source) : `export ${statement.getText(source)}`,
  );
  const names = moved.flatMap(statement =>
    declaredBy(statement).map(({ text: name }) => ({
      name,
      isType: isTypeOnly(statement),
      isSeen: isExportedStatement(statement),
    })),
  );
  const specifier = `'./${stem}${extension.replace('ts', 'js')}'`;
  const rest = edited(
    text,
    moved.map(statement => ({ start: statement.getFullStart(), end: statement.end, text: '' })),
  );
  const again = names.filter(({ isSeen }) => isSeen);
  const back = `import { ${names.map(({ name, isType }) => (isType ? `type ${name}` : name)).join(', ')} } from ${specifier};\n`;
  const handedOn = again.length
    ? `export { ${again.map(({ name, isType }) => (isType ? `type ${name}` : name)).join(', ')} } from ${specifier};\n`
    : '';
  return {
    file: posix.join(posix.dirname(file), stem + extension),
    helpers: `${[...imports.map(each => each.getText(source)), ...exported].join('\n')}\n`,
    rest: back + handedOn + rest,
  };
}

function isMovable(statement: ts.Statement): boolean {
  return (
    ts.isFunctionDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    (ts.isVariableStatement(statement) && (statement.declarationList.flags & ts.NodeFlags.Const) !== 0)
  );
}

function isTypeOnly(statement: ts.Statement): boolean {
  return ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
}

function isFunctionConstant(statement: ts.Statement): boolean {
  return (
    ts.isVariableStatement(statement) &&
    statement.declarationList.declarations.every(
      ({ initializer }) => initializer && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer)),
    )
  );
}

function isDefault(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    !!ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
  );
}

function isExportedStatement(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    !!ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

function declaredBy(statement: ts.Statement): ts.Identifier[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => boundBy(name));
  if (ts.isImportDeclaration(statement)) {
    const { name, namedBindings } = statement.importClause ?? {};
    return [
      ...(name ? [name] : []),
      ...(namedBindings
        ? ts.isNamespaceImport(namedBindings)
          ? [namedBindings.name]
          : namedBindings.elements.map(element => element.name)
        : []),
    ];
  }
  const { name } = statement as { name?: ts.Node };
  return name && ts.isIdentifier(name) ? [name] : [];
}

function boundBy(name: ts.BindingName): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap(element => (ts.isOmittedExpression(element) ? [] : boundBy(element.name)));
}

function isWritten(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isBinaryExpression(parent) &&
      parent.left === node &&
      parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
      parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment) ||
    ((ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) &&
      parent.operator >= ts.SyntaxKind.PlusPlusToken &&
      parent.operator <= ts.SyntaxKind.MinusMinusToken)
  );
}

/** All but imports, exports and types goes into one function that is called at the end. */
export const wrapped: Transformation = {
  name: 'wrapped in a function',
  apply: sources => {
    const made = new Map(sources);
    let isWrapped = false;
    for (const [file, text] of sources) {
      const source = parsed(file, text);
      const stays = (statement: ts.Statement) => ts.isImportDeclaration(statement) || isTypeOnly(statement);
      if (/^export |^export\{|module\.exports|exports\.|^declare /m.test(text)) continue;
      const inner = source.statements.filter(statement => !stays(statement));
      if (!inner.length) continue;
      isWrapped = true;
      const outer = source.statements
        .filter(stays)
        .map(statement => statement.getFullText(source))
        .join('');
      const body = inner.map(statement => statement.getFullText(source)).join('');
      const isAsync = source.statements.some(statement =>
        [...nodesIn(statement)].some(
          node =>
            (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) &&
            !ts.findAncestor(node, each => ts.isFunctionLike(each)),
        ),
      );
      made.set(file, `${outer}\n${isAsync ? 'async ' : ''}function main() {${body}\n}\nmain();\n`);
    }
    return isWrapped ? made : undefined;
  },
};
