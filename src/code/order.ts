import { enclosingFunction, type FunctionNode, unwrap } from './module.js';
import type { Program } from './program.js';
import { ts } from './ts.js';
import type { Env } from './value.js';
import type { Values } from './values.js';

/** When a statement runs, relative to others: the rank of its root module, then the positions of the calls that lead to it. */
export type Stamp = readonly number[];

/** Tells in which order registrations are executed; text order is only a guess at it. */
export class Order {
  #ranks: Map<string, number> | undefined;

  constructor(
    private readonly program: Program,
    private readonly values: Values,
  ) {}

  /**
   * The stamp of a node in a frame: call sites are climbed from the node to a root (a module body, or a function
   * nobody is seen to call).
   */
  stampOf(node: ts.Node, env: Env | undefined): Stamp {
    // A call runs at its end, when its arguments and what it is chained to have run.
    const positions = [node.getEnd()];
    const seen = new Set<FunctionNode>();
    let at: ts.Node = node;
    let frame = env;
    for (;;) {
      const fn = enclosingFunction(at);
      if (!fn || seen.has(fn)) break;
      seen.add(fn);
      const entry = this.#entryOf(fn, frame);
      if (!entry) break;
      // An inline callback runs where it stands: its own position is already inside its parent's.
      if (!isInline(fn, entry.node)) positions.unshift(entry.node.getEnd());
      at = entry.node;
      frame = entry.env;
    }
    return [this.#rankOf(at.getSourceFile().fileName), ...positions];
  }

  #entryOf(fn: FunctionNode, env: Env | undefined): { node: ts.Node; env: Env | undefined } | undefined {
    for (let at = env; at; at = at.parent) if (at.owner === fn && at.call) return { node: at.call, env: at.callEnv };
    const sites = this.values.callersOf(fn);
    return sites[0] && { node: sites[0].node, env: undefined };
  }

  /** Imported modules run before their importers. */
  #rankOf(file: string): number {
    this.#ranks ??= this.#rankModules();
    return this.#ranks.get(file) ?? this.#ranks.size;
  }

  #rankModules(): Map<string, number> {
    const ranks = new Map<string, number>();
    const open = new Set<string>();
    const visit = (file: string): void => {
      if (ranks.has(file) || open.has(file)) return;
      open.add(file);
      const module = this.program.module(file);
      for (const statement of module?.source.statements ?? []) {
        const spec =
          (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) && statement.moduleSpecifier;
        if (!spec || !ts.isStringLiteralLike(spec)) continue;
        const target = this.program.resolve(spec.text, file);
        if (target.is === 'file' && this.program.isParsed(target.file)) visit(target.file);
      }
      ranks.set(file, ranks.size);
    };
    for (const module of this.program.modules()) visit(module.file);
    return ranks;
  }
}

/** Earlier first; a shorter stamp that the other continues comes first too. */
export function compareStamps(a: Stamp, b: Stamp): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

function isInline(fn: FunctionNode, site: ts.Node): boolean {
  return (
    (ts.isCallExpression(site) || ts.isNewExpression(site)) &&
    ((site.arguments ?? []).some(argument => unwrap(argument) === fn) || unwrap(site.expression) === fn)
  );
}
