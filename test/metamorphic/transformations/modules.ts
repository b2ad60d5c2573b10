import ts from 'typescript';
import { byEdits, type Edit, parsed, type Sources, type Transformation } from '../transformation.js';

/** Types removed by the compiler, `.ts` become `.js`. */
export const stripped: Transformation = {
  name: 'stripped of types',
  apply: sources => transpiled(sources, ts.ModuleKind.ESNext),
};

/** What the compiler makes of it for CommonJS: `const ws_1 = require('ws')`, `(0, helper_1.check)(…)`. */
export const compiledToCommonJs: Transformation = {
  name: 'compiled to CommonJS',
  apply: sources => transpiled(sources, ts.ModuleKind.CommonJS),
};

function transpiled(sources: Sources, module: ts.ModuleKind): Sources | undefined {
  if (module === ts.ModuleKind.CommonJS && ![...sources.values()].some(text => /^(import|export)\b/m.test(text)))
    return undefined;
  if (module === ts.ModuleKind.CommonJS && [...sources].some(([file, text]) => hasTopLevelAwait(parsed(file, text))))
    return undefined;
  const made = new Map<string, string>();
  for (const [file, text] of sources) {
    if (!/\.[cm]?tsx?$/.test(file) && module === ts.ModuleKind.ESNext) {
      made.set(file, text);
      continue;
    }
    const { outputText } = ts.transpileModule(text, {
      fileName: file,
      compilerOptions: {
        module,
        target: ts.ScriptTarget.ESNext,
        jsx: ts.JsxEmit.Preserve,
        esModuleInterop: true,
        experimentalDecorators: false,
        verbatimModuleSyntax: false,
      },
    });
    made.set(file.replace(/\.([cm]?)ts(x?)$/, '.$1js$2'), outputText);
  }
  return made;
}

/** Whether a module waits while it loads, which CommonJS cannot. */
function hasTopLevelAwait(source: ts.SourceFile): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) found = true;
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** CommonJS as people write it: `const { WebSocketServer } = require('ws')`, `module.exports.check = check`. */
export const writtenAsCommonJs: Transformation = {
  name: 'written as CommonJS',
  apply: sources => {
    // A default export is an object of its own in CommonJS, and `await` has no place at the top.
    if ([...sources.values()].some(text => /^export (default|\*)|^(const .*= |for )?await\b/m.test(text)))
      return undefined;
    return byEdits('', source => source.statements.flatMap(statement => commonJsOf(statement, source))).apply(sources);
  },
};

function commonJsOf(statement: ts.Statement, source: ts.SourceFile): Edit[] {
  const whole = (text: string): Edit => ({ start: statement.getStart(source), end: statement.end, text });
  if (ts.isImportDeclaration(statement)) {
    const { importClause, moduleSpecifier } = statement;
    const from = `require(${moduleSpecifier.getText(source)})`;
    if (!importClause) return [whole(`${from};`)];
    if (importClause.isTypeOnly) return [];
    const { name, namedBindings } = importClause;
    const made: string[] = [];
    if (name) made.push(`const ${name.text} = ${from};`);
    if (namedBindings && ts.isNamespaceImport(namedBindings)) made.push(`const ${namedBindings.name.text} = ${from};`);
    if (namedBindings && ts.isNamedImports(namedBindings)) {
      const types = namedBindings.elements.filter(element => element.isTypeOnly);
      const values = namedBindings.elements.filter(element => !element.isTypeOnly);
      if (values.length)
        made.push(
          `const { ${values.map(({ name, propertyName }) => (propertyName ? `${propertyName.text}: ${name.text}` : name.text)).join(', ')} } = ${from};`,
        );
      if (types.length)
        made.push(
          `import type { ${types.map(element => element.getText(source).replace(/^type /, '')).join(', ')} } from ${moduleSpecifier.getText(source)};`,
        );
    }
    return [whole(made.join(' '))];
  }
  if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)) {
    const from = statement.moduleSpecifier && `require(${statement.moduleSpecifier.getText(source)})`;
    const parts = statement.exportClause.elements.map(({ name, propertyName }) => {
      const local = (propertyName ?? name).text;
      return `module.exports.${name.text} = ${from ? `${from}.${local}` : local};`;
    });
    return statement.isTypeOnly ? [] : [whole(parts.join(' '))];
  }
  const word = ts.canHaveModifiers(statement)
    ? ts.getModifiers(statement)?.find(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    : undefined;
  if (!word || ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return [];
  const names = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []))
    : (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name
      ? [statement.name.text]
      : [];
  return [
    { start: word.getStart(source), end: word.end, text: '' },
    {
      start: statement.end,
      end: statement.end,
      text: names.map(name => ` module.exports.${name} = ${name};`).join(''),
    },
  ];
}
