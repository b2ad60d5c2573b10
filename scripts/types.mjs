/**
 * Writes the library's type declarations to `dist/types`: those that its two entries lead to, and nothing that would
 * make a user install a package for its types. `Report` is inferred from a zod schema, so it is written out in full.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const outDir = join(root, 'dist/types');
const entries = ['src/index', 'rules/index'];
const writtenOut = { file: 'src/report/schema', type: 'Report' };

const config = ts.getParsedCommandLineOfConfigFile(
  join(root, 'tsconfig.json'),
  { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: root, outDir },
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
);
if (!config) throw new Error('tsconfig.json cannot be read');
const program = ts.createProgram(
  entries.map(entry => join(root, `${entry}.ts`)),
  config.options,
);

/** @type {Map<string, string>} Declarations by path without ending, relative to the root. */
const declarations = new Map();
const { diagnostics } = program.emit(undefined, (file, text) => {
  declarations.set(
    relative(outDir, file)
      .replaceAll('\\', '/')
      .replace(/\.d\.ts$/, ''),
    text,
  );
});
for (const diagnostic of diagnostics) fail(diagnostic);
declarations.set(writtenOut.file, writeOut());

rmSync(outDir, { recursive: true, force: true });
const wanted = new Set(entries);
for (const file of wanted) {
  const text = declarations.get(file);
  if (text === undefined) throw new Error(`${file}.ts has no declarations`);
  for (const { fileName: from } of ts.preProcessFile(text).importedFiles) {
    if (!from.startsWith('.')) throw new Error(`${file}.d.ts would make users install ${from}`);
    wanted.add(join(dirname(file), from).replaceAll('\\', '/').replace(/\.js$/, ''));
  }
  const target = join(outDir, `${file}.d.ts`);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}

/** The declaration of a type with everything that it refers to put in its place. */
function writeOut() {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(join(root, `${writtenOut.file}.ts`));
  const found = source?.statements.find(
    statement => ts.isTypeAliasDeclaration(statement) && statement.name.text === writtenOut.type,
  );
  if (!found || !ts.isTypeAliasDeclaration(found))
    throw new Error(`no type ${writtenOut.type} in ${writtenOut.file}.ts`);
  const { NoTruncation, InTypeAlias, MultilineObjectLiterals, UseAliasDefinedOutsideCurrentScope } = ts.TypeFormatFlags;
  const flags = NoTruncation | InTypeAlias | MultilineObjectLiterals | UseAliasDefinedOutsideCurrentScope;
  const text = checker.typeToString(checker.getTypeAtLocation(found.name), found, flags);
  // The printer leaves the line breaks out.
  return `export type ${writtenOut.type} = ${text.replace(/ {4,}/g, '\n$&')};\n`;
}

/** @param {ts.Diagnostic} diagnostic @returns {never} */
function fail(diagnostic) {
  throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}
