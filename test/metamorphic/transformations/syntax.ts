import ts from 'typescript';
import { byEdits, checkerOf, type Edit, nodesIn } from '../transformation.js';

/** Object literals and functions that are given to calls get a name in a line of their own before. */
export const argumentsNamed = byEdits('arguments named', source => {
  const edits: Edit[] = [];
  let count = 0;
  for (const statement of nodesIn(source)) {
    if (!isListed(statement)) continue;
    const call = firstCallOf(statement as ts.Statement);
    if (!call || call.expression.kind === ts.SyntaxKind.SuperKeyword) continue;
    for (const argument of call.arguments ?? []) {
      const isOptions = ts.isObjectLiteralExpression(argument) && argument.properties.length > 0;
      const isFunction = ts.isArrowFunction(argument) || ts.isFunctionExpression(argument);
      if (!isOptions && !isFunction) continue;
      // What is inside may be named itself: one at a time keeps replacements apart.
      if (hasListedCall(argument)) continue;
      const name = isOptions ? `options${++count}` : `handler${++count}`;
      const text = argument.getText(source);
      const start = statement.getStart(source);
      edits.push({ start, end: start, text: `const ${name} = ${text};\n` });
      edits.push({ start: argument.getStart(source), end: argument.end, text: name });
    }
  }
  return edits;
});

function isListed(node: ts.Node): boolean {
  return (
    (ts.isExpressionStatement(node) || ts.isVariableStatement(node) || ts.isReturnStatement(node)) &&
    (ts.isBlock(node.parent) || ts.isSourceFile(node.parent)) &&
    !(ts.isVariableStatement(node) && node.modifiers?.length)
  );
}

function firstCallOf(statement: ts.Statement): ts.CallExpression | ts.NewExpression | undefined {
  let expression = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations.length === 1
      ? statement.declarationList.declarations[0]!.initializer
      : undefined
    : (statement as ts.ExpressionStatement | ts.ReturnStatement).expression;
  if (expression && ts.isAwaitExpression(expression)) expression = expression.expression;
  return expression && (ts.isCallExpression(expression) || ts.isNewExpression(expression)) ? expression : undefined;
}

function hasListedCall(node: ts.Node): boolean {
  for (const each of nodesIn(node)) {
    if (!isListed(each)) continue;
    const call = firstCallOf(each as ts.Statement);
    if (
      call?.arguments?.some(
        argument =>
          ts.isObjectLiteralExpression(argument) || ts.isArrowFunction(argument) || ts.isFunctionExpression(argument),
      )
    )
      return true;
  }
  return false;
}

/** `function f() {}` becomes `const f = () => {}` where nothing calls it earlier. */
export const functionsAsArrows = byEdits('functions as arrows', source => {
  const checker = checkerOf(source);
  const edits: Edit[] = [];
  for (const node of nodesIn(source)) {
    if (!ts.isFunctionDeclaration(node) || !node.name || !node.body || node.asteriskToken) continue;
    if (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Default) continue;
    if (!ts.isSourceFile(node.parent) && !ts.isBlock(node.parent)) continue;
    if (usesThis(node.body) || isOverloaded(node) || isUsedEarly(node, checker, source)) continue;
    if (edits.some(({ start, end }) => start <= node.getStart(source) && node.end <= end)) continue;
    const keyword = node.getChildren(source).find(({ kind }) => kind === ts.SyntaxKind.FunctionKeyword)!;
    const isAsync = node.modifiers?.find(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
    const word = isAsync ?? keyword;
    const opening = node
      .getChildren(source)
      .find(({ kind }) => kind === ts.SyntaxKind.LessThanToken || kind === ts.SyntaxKind.OpenParenToken)!;
    edits.push({
      start: word.getStart(source),
      end: opening.getStart(source),
      text: `const ${node.name.text} = ${isAsync ? 'async ' : ''}`,
    });
    edits.push({ start: node.body.getStart(source), end: node.body.getStart(source), text: '=> ' });
    edits.push({ start: node.end, end: node.end, text: ';' });
  }
  return edits;
});

function usesThis(body: ts.Node): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.ThisKeyword || (ts.isIdentifier(node) && node.text === 'arguments')) found = true;
    if ((ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isClassLike(node)) && node !== body)
      return;
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

function isOverloaded(node: ts.FunctionDeclaration): boolean {
  const siblings = (node.parent as ts.SourceFile | ts.Block).statements;
  return siblings.some(each => each !== node && ts.isFunctionDeclaration(each) && each.name?.text === node.name?.text);
}

function isUsedEarly(fn: ts.FunctionDeclaration, checker: ts.TypeChecker, source: ts.SourceFile): boolean {
  const symbol = checker.getSymbolAtLocation(fn.name!);
  const home = ts.findAncestor(fn.parent, each => ts.isFunctionLike(each) || ts.isSourceFile(each));
  for (const node of nodesIn(source)) {
    if (node.pos >= fn.pos) continue;
    if (!ts.isIdentifier(node) || node.text !== fn.name!.text) continue;
    const found = ts.isShorthandPropertyAssignment(node.parent)
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : checker.getSymbolAtLocation(node);
    if (found !== symbol) continue;
    const around = ts.findAncestor(
      node,
      each => ts.isFunctionLike(each) || ts.isSourceFile(each) || ts.isPropertyDeclaration(each),
    );
    if (around === home) return true;
    // A function that itself runs before the constant is there.
    if (around && ts.isFunctionLike(around) && !ts.isSourceFile(home!)) continue;
  }
  return false;
}

/** `x => y` becomes `x => { return y; }`. */
export const arrowsWithBlocks = byEdits('arrows with blocks', source => {
  const edits: Edit[] = [];
  for (const node of nodesIn(source)) {
    if (!ts.isArrowFunction(node) || ts.isBlock(node.body)) continue;
    const body = ts.isParenthesizedExpression(node.body) ? node.body.expression : node.body;
    edits.push({ start: node.body.getStart(source), end: body.getStart(source), text: '{ return ' });
    edits.push({ start: body.end, end: node.body.end, text: '; }' });
  }
  // Arrows that return arrows: their closing braces stand at the same place.
  return edits;
});

/** `if (c)` becomes `const isSo = c; if (isSo)`. */
export const conditionsNamed = byEdits('conditions named', source => {
  const edits: Edit[] = [];
  let count = 0;
  for (const node of nodesIn(source)) {
    if (!ts.isIfStatement(node) || (!ts.isBlock(node.parent) && !ts.isSourceFile(node.parent))) continue;
    // A name takes away what TypeScript knows by narrowing, not what the code does.
    const { expression } = node;
    if (ts.isIdentifier(expression)) continue;
    const name = `isSo${++count}`;
    const start = node.getStart(source);
    edits.push({ start, end: start, text: `const ${name} = ${expression.getText(source)};\n` });
    edits.push({ start: expression.getStart(source), end: expression.end, text: name });
  }
  return edits;
});

/** `if (c) { a; return; } b;` becomes `if (c) { a; return; } else { b; }`. */
export const elseAfterReturn = byEdits('else after return', source => {
  const edits: Edit[] = [];
  for (const node of nodesIn(source)) {
    if (!ts.isIfStatement(node) || node.elseStatement || !ts.isBlock(node.parent)) continue;
    const last = ts.isBlock(node.thenStatement) ? node.thenStatement.statements.at(-1) : node.thenStatement;
    if (!last || !(ts.isReturnStatement(last) || ts.isThrowStatement(last))) continue;
    const following = node.parent.statements.slice(node.parent.statements.indexOf(node) + 1);
    if (!following.length || following.some(each => ts.isFunctionDeclaration(each) || ts.isCaseOrDefaultClause(each)))
      continue;
    edits.push({ start: node.end, end: node.end, text: ' else {' });
    const end = following.at(-1)!.end;
    edits.push({ start: end, end, text: '\n}' });
  }
  return edits;
});

/** Statements below `if` and `else` get braces. */
export const braced = byEdits('braces everywhere', source => {
  const edits: Edit[] = [];
  for (const node of nodesIn(source)) {
    const bodies = ts.isIfStatement(node)
      ? [node.thenStatement, node.elseStatement]
      : ts.isForOfStatement(node) || ts.isForStatement(node) || ts.isWhileStatement(node)
        ? [node.statement]
        : [];
    for (const body of bodies) {
      if (!body || ts.isBlock(body) || ts.isIfStatement(body)) continue;
      edits.push({ start: body.getStart(source), end: body.getStart(source), text: '{ ' });
      edits.push({ start: body.end, end: body.end, text: ' }' });
    }
  }
  return edits;
});

/** `const { a, b: c } = x` becomes `const a = x.a; const c = x.b`. */
export const destructuringUndone = byEdits('destructuring undone', source => {
  const edits: Edit[] = [];
  for (const node of nodesIn(source)) {
    if (!ts.isVariableStatement(node) || node.declarationList.declarations.length !== 1) continue;
    if (!ts.isBlock(node.parent) && !ts.isSourceFile(node.parent)) continue;
    const { name, initializer } = node.declarationList.declarations[0]!;
    if (!ts.isObjectBindingPattern(name) || !initializer) continue;
    const isPlain = name.elements.every(
      element =>
        !element.dotDotDotToken &&
        !element.initializer &&
        ts.isIdentifier(element.name) &&
        (!element.propertyName || ts.isIdentifier(element.propertyName)),
    );
    const isName =
      ts.isIdentifier(initializer) ||
      (ts.isPropertyAccessExpression(initializer) && ts.isIdentifier(initializer.expression));
    if (!isPlain || !isName) continue;
    const from = initializer.getText(source);
    const word = node.modifiers?.length ? 'export const' : 'const';
    const made = name.elements.map(
      element =>
        `${word} ${(element.name as ts.Identifier).text} = ${from}.${((element.propertyName ?? element.name) as ts.Identifier).text};`,
    );
    edits.push({ start: node.getStart(source), end: node.end, text: made.join(' ') });
  }
  return edits;
});

/** `a === b` becomes `b === a`. */
export const sidesSwapped = byEdits('sides swapped', source => {
  const edits: Edit[] = [];
  const symmetric = new Set([
    ts.SyntaxKind.EqualsEqualsEqualsToken,
    ts.SyntaxKind.ExclamationEqualsEqualsToken,
    ts.SyntaxKind.EqualsEqualsToken,
    ts.SyntaxKind.ExclamationEqualsToken,
  ]);
  for (const node of nodesIn(source)) {
    if (!ts.isBinaryExpression(node) || !symmetric.has(node.operatorToken.kind)) continue;
    if ([node.left, node.right].some(side => ts.isBinaryExpression(side))) continue;
    if (edits.some(({ start, end }) => start <= node.getStart(source) && node.end <= end)) continue;
    const right = node.right.getText(source);
    edits.push({
      start: node.getStart(source),
      end: node.end,
      text: `${right} ${node.operatorToken.getText(source)} ${ts.isArrowFunction(node.left) ? `(${node.left.getText(source)})` : node.left.getText(source)}`,
    });
  }
  return edits;
});

/** `` `a ${b}` `` becomes `'a ' + b`. */
export const templatesAsSums = byEdits('templates as sums', source => {
  const edits: Edit[] = [];
  for (const node of nodesIn(source)) {
    if (!ts.isTemplateExpression(node) || ts.isTaggedTemplateExpression(node.parent)) continue;
    if (edits.some(({ start, end }) => start <= node.getStart(source) && node.end <= end)) continue;
    const parts = [
      JSON.stringify(node.head.text),
      ...node.templateSpans.flatMap(({ expression, literal }) => [
        `(${expression.getText(source)})`,
        JSON.stringify(literal.text),
      ]),
    ];
    edits.push({
      start: node.getStart(source),
      end: node.end,
      text: `(${parts.filter((part, at) => at === 0 || part !== '""').join(' + ')})`,
    });
  }
  return edits;
});
