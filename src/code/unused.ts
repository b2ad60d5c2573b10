import type { Code } from './code.js';
import { namesOf } from './functions.js';
import { enclosingFunction, type FunctionNode } from './module.js';
import { escaped } from './texts.js';
import { ts } from './ts.js';

const mostClimbs = 60;

/**
 * Whether a place stands in a function that nothing in the tree can enter: it has no caller, no other mention, and no
 * package offers its file to others. In a program that is seen to start this is dead code; elsewhere it may be what a
 * library is for.
 */
export function isUnused(code: Code, node: ts.Node): boolean {
  const ends = uncalledAbove(code, node);
  return ends !== undefined && ends.length > 0 && ends.every(fn => !isMentioned(code, fn) && !isOffered(code, fn));
}

/** Whether a place runs when the program starts. */
export function isStarted(code: Code, node: ts.Node): boolean {
  return uncalledAbove(code, node) === undefined;
}

/** The functions without a caller above a place; undefined when the text of a module is reached, which just runs. */
function uncalledAbove(code: Code, node: ts.Node): FunctionNode[] | undefined {
  const found: FunctionNode[] = [];
  const seen = new Set<FunctionNode>();
  const open: ts.Node[] = [node];
  for (let at = open.pop(); at; at = open.pop()) {
    const fn = enclosingFunction(at);
    if (!fn) return undefined;
    if (seen.has(fn)) continue;
    seen.add(fn);
    if (seen.size > mostClimbs) return undefined;
    const sites = code.values.callersOf(fn);
    if (sites.length) open.push(...sites.map(site => site.node));
    else if (isWritten(fn)) open.push(fn);
    else found.push(fn);
  }
  return found;
}

/** A function expression or method, which may be entered through what it is stored in. */
function isWritten(fn: FunctionNode): boolean {
  return !ts.isFunctionDeclaration(fn) && enclosingFunction(fn) !== undefined;
}

function isMentioned(code: Code, fn: FunctionNode): boolean {
  if (!ts.isFunctionDeclaration(fn) && !ts.isVariableDeclaration(fn.parent)) return true;
  const home = code.program.moduleOf(fn);
  return namesOf(fn).some(name => {
    if (name === 'default') return true;
    const word = new RegExp(`(?<![\\w$])${escaped(name)}(?![\\w$])`, 'g');
    if ((home.source.text.match(word)?.length ?? 0) > 1) return true;
    return [...code.program.importersOf(home.file)].some(
      file => file !== home.file && word.test(code.tree.text(file) ?? ''),
    );
  });
}

/**
 * Whether a file only declares classes that nobody can make: no file imports it, no package offers it, and it runs
 * nothing by itself. Frameworks look for functions and default exports by their place, and for classes that extend theirs.
 */
export function isOrphan(code: Code, file: string): boolean {
  const module = code.program.module(file);
  if (!module || code.program.importersOf(file).size > 1) return false;
  const classes = module.source.statements.filter(ts.isClassDeclaration);
  return (
    classes.some(isExported) &&
    classes.every(isPlainClass) &&
    module.source.statements.every(isQuiet) &&
    isWhole(code) &&
    !isOfferedFile(code, file)
  );
}

/** Whether a package is audited that says where it begins; of a part of one, others may import what they like. */
function isWhole({ tree }: Code): boolean {
  const begins = tree.packages.some(({ entryPoints: { main, bin } }) => main !== undefined || bin !== undefined);
  return begins && !tree.packages.some(({ entryPoints }) => typeof entryPoints.exports === 'object');
}

function isExported(node: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

function isPlainClass(type: ts.ClassDeclaration): boolean {
  const parents = type.heritageClauses?.filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword) ?? [];
  const isDefault = type.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
  return (
    !isDefault &&
    !ts.getDecorators(type)?.length &&
    parents.every(({ types }) => /^EventEmitter\b/.test(types[0]!.getText()))
  );
}

/** A statement that runs nothing and hands on nothing but types and classes. */
function isQuiet(statement: ts.Statement): boolean {
  if (ts.isImportDeclaration(statement)) return statement.importClause !== undefined;
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) || ts.isClassDeclaration(statement))
    return true;
  if (ts.isVariableStatement(statement) || ts.isFunctionDeclaration(statement) || ts.isEnumDeclaration(statement))
    return !isExported(statement);
  return false;
}

/** Whether the entry point of a package leads to the file of a function, or to a file. */
function isOffered(code: Code, fn: FunctionNode): boolean {
  return isOfferedFile(code, code.program.moduleOf(fn).file);
}

function isOfferedFile(code: Code, file: string): boolean {
  const importers = code.program.importersOf(file);
  return code.tree.packages.some(({ name, entryPoints }) => {
    if (entryPoints.main === undefined && entryPoints.exports === undefined && entryPoints.module === undefined)
      return false;
    const entry = code.program.resolve(name, '');
    return entry.is === 'file' && importers.has(entry.file);
  });
}
