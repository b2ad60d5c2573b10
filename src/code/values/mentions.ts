import { outermost } from '../functions.js';
import { isRequired, type SourceModule } from '../module.js';
import { ts } from '../ts.js';
import type { Values } from '../values.js';

/** The files and local names under which something declared in a file may be used, aliases on the way included. */
export function mentionsOf(
  values: Values,
  declaration: ts.Node,
  names: readonly string[],
): { module: SourceModule; name: string }[] {
  const home = values.program.moduleOf(declaration);
  const found = new Map<string, { module: SourceModule; name: string }>();
  const all = new Set(names);
  for (const name of all) {
    for (const file of filesThatMayUse(values, declaration, home.file)) {
      const module = file === home.file ? home : mentioning(values, file, name);
      if (!module) continue;
      for (const local of aliasesOf(module, name)) found.set(`${file} ${local}`, { module, name: local });
      // Under another name the search goes on where that is imported.
      for (const exported of handedOnAs(module, name)) all.add(exported);
    }
  }
  return [...found.values()];
}

/** The names under which a module exports one of its own, or hands on another module's. */
function handedOnAs(module: SourceModule, name: string): string[] {
  return [...module.exports].flatMap(([exported, target]) => {
    if ('local' in target) return target.local === name ? [exported] : [];
    if ('spec' in target) return target.name === name ? [exported] : [];
    return ts.isIdentifier(target.expression) && target.expression.text === name && exported !== '=' ? [exported] : [];
  });
}

/** Importers of its file; for members of a class or object also the files that these bring it together with. */
function filesThatMayUse(values: Values, declaration: ts.Node, home: string): ReadonlySet<string> {
  const importers = values.program.importersOf(home);
  return ts.isClassLike(declaration.parent) ||
    ts.isObjectLiteralExpression(outermost(declaration).parent?.parent ?? declaration)
    ? new Set([...importers, ...values.program.companionsOf(home)])
    : importers;
}

/** The module of a file, if the file contains the word at all: others are not even parsed. */
export function mentioning(values: Values, file: string, word: string): SourceModule | undefined {
  return word === 'default' || values.program.mentions(file, word) ? values.program.module(file) : undefined;
}

/** The local names under which a module knows an imported (or own) name, and those under which it hands it on. */
function aliasesOf(module: SourceModule, name: string): Set<string> {
  const found = new Set(name === 'default' ? [] : [name]);
  for (const [local, decl] of module.scopes.get(module.source) ?? []) {
    if (decl.is === 'import' && (decl.name === name || decl.name === 'default')) found.add(local);
    if (decl.is === 'variable' && isRequired(decl.init)) {
      const [step] = decl.path;
      if (!step || ('key' in step && step.key === name)) found.add(local);
    }
  }
  return found;
}
