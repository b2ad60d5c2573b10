import { ascentsFrom } from './climb.js';
import type { Code } from './code.js';
import { type FunctionNode, unwrap } from './module.js';
import { ts } from './ts.js';

const registers = ['tool', 'registerTool', 'addTool', 'setRequestHandler', 'registerHandler'];

/**
 * The commands that tools run and the files they write: such calls that are reached from a function registered as an
 * MCP tool or request handler, one for each file.
 */
export function dangerousToolCalls(code: Code): ts.Node[] {
  const handlers = toolHandlers(code);
  if (!handlers.size) return [];
  const calls = code.apiCalls(
    [
      'exec',
      'execSync',
      'execFile',
      'execFileSync',
      'spawn',
      'spawnSync',
      'fork',
      'writeFile',
      'writeFileSync',
      'appendFile',
      'unlink',
      'rm',
    ],
    (module, path) =>
      /^child_process$/.test(module) ||
      (/^fs(\/promises)?$/.test(module) && /(writeFile|appendFile|unlink|rm)(Sync)?$/.test(path)),
  );
  const seen = new Set<ts.Node>();
  const found = new Map<string, ts.Node>();
  for (const call of calls.slice(0, 40)) {
    const { file } = code.program.moduleOf(call.node);
    if (seen.has(call.node) || found.has(file)) continue;
    seen.add(call.node);
    if (ascentsFrom(code.values, call.node, call.env, fn => handlers.has(fn)).length) found.set(file, call.node);
  }
  return [...found.values()];
}

/** Whether two places can run in one program: some file leads to both. */
export function runTogether({ program }: Code, one: ts.Node, other: ts.Node): boolean {
  const mains = program.importersOf(program.moduleOf(one).file);
  return [...program.importersOf(program.moduleOf(other).file)].some(file => mains.has(file));
}

/** Functions that are registered as MCP tools or request handlers. */
export function toolHandlers(code: Code): Set<FunctionNode> {
  const found = new Set<FunctionNode>();
  for (const module of code.modules()) {
    for (const name of registers) {
      for (const call of module.calls.get(name) ?? []) {
        for (const argument of call.arguments) {
          const node = unwrap(argument);
          for (const part of ts.isObjectLiteralExpression(node) ? node.properties : [node]) {
            if (ts.isMethodDeclaration(part)) found.add(part);
            const given = ts.isPropertyAssignment(part)
              ? part.initializer
              : ts.isObjectLiteralElement(part)
                ? undefined
                : part;
            for (const value of given ? code.values.of(given) : []) if (value.is === 'function') found.add(value.node);
          }
        }
      }
    }
  }
  return found;
}
