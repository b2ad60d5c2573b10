import type { Decl, SourceModule } from '../module.js';
import type { ts } from '../ts.js';
import type { Value } from '../value.js';
import type { Values } from '../values.js';

/** What an imported name stands for. */
export function ofImport(values: Values, decl: Extract<Decl, { is: 'import' }>, name: ts.Identifier): readonly Value[] {
  const from = values.program.moduleOf(name).file;
  return values.importedFrom(decl.spec, decl.name, from, name);
}

/** What a name imported from a specifier stands for. */
export function importedFrom(
  values: Values,
  spec: string,
  name: string,
  from: string,
  node: ts.Node,
): readonly Value[] {
  const resolved = values.program.resolve(spec, from);
  if (resolved.is === 'library') {
    return [{ is: 'api', module: resolved.name, path: name === '*' || name === 'default' ? '' : name }];
  }
  const module = resolved.is === 'file' ? values.program.module(resolved.file) : undefined;
  if (!module) return [{ is: 'unclear', why: `\`${spec}\` is not among the examined files`, node }];
  if (name === '*') return [{ is: 'namespace', module }];
  return values.exportOf(module, name, node);
}

/** What a module exports under a name, through barrels and CommonJS alike. */
export function exportOf(values: Values, module: SourceModule, name: string, node: ts.Node): readonly Value[] {
  return values.guarded(`o${module.file}:${name}`, node, () => {
    const target = module.exports.get(name);
    if (target && 'local' in target) return ofLocal(values, module, target.local);
    if (target && 'expression' in target) return values.of(target.expression);
    if (target) return values.importedFrom(target.spec, target.name, module.file, node);
    const whole = module.exports.get('=');
    if (whole && 'expression' in whole) {
      const exported = values.of(whole.expression);
      return name === 'default' ? exported : exported.flatMap(value => values.property(value, name, node));
    }
    for (const spec of name === 'default' ? [] : module.stars) {
      const found = values.importedFrom(spec, name, module.file, node);
      if (found.some(value => value.is !== 'unclear')) return found;
    }
    return [{ is: 'unclear', why: `\`${name}\` is not exported by ${module.file}`, node }];
  });
}

function ofLocal(values: Values, module: SourceModule, name: string): readonly Value[] {
  const decl = module.scopes.get(module.source)?.get(name);
  if (!decl) return [];
  const at = decl.is === 'variable' || decl.is === 'parameter' ? decl.name : undefined;
  if (decl.is === 'import') return values.importedFrom(decl.spec, decl.name, module.file, module.source);
  return values.ofDeclaration(decl, at ?? (module.source as unknown as ts.Identifier));
}
