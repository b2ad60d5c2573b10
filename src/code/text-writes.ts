import { returnExpressions } from './functions.js';
import { type Decl, lastName, type PropertyWrite, type SourceModule, unwrap } from './module.js';
import type { Inquiry, Path, TextJudgement, Where } from './text-judgement.js';
import { ts } from './ts.js';

type Variable = Extract<Decl, { is: 'variable' }>;
type Judged = TextJudgement | undefined;

/** What is written into the members of an object that a variable holds: `answer.error = { message }`. */
export function writtenInto(
  inquiry: Inquiry,
  module: SourceModule,
  declaration: Variable,
  path: Path,
  where: Where,
): Judged[] {
  if (inquiry.lens.lineBreaks || declaration.path.length || path[0] === 'toString') return [];
  return (memberWrites(module).get(declaration.name.text) ?? []).flatMap(({ root, keys, right }) => {
    if (inquiry.code.values.declarationOf(root) !== declaration) return [];
    const common = Math.min(keys.length, path.length);
    if (keys.slice(0, common).join('.') !== path.slice(0, common).join('.')) return [];
    return [inquiry.of(right, path.slice(common), where)];
  });
}

/** What is pushed into a list that a variable holds. */
export function addedTo(
  inquiry: Inquiry,
  module: SourceModule,
  declaration: Variable,
  path: Path,
  where: Where,
): Judged[] {
  if (inquiry.lens.lineBreaks || declaration.path.length || (path.length && path[0] !== '[]')) return [];
  return (module.calls.get('push') ?? []).flatMap(call => {
    const callee = unwrap(call.expression);
    const list = ts.isPropertyAccessExpression(callee) ? unwrap(callee.expression) : undefined;
    if (!list || !ts.isIdentifier(list) || list.text !== declaration.name.text) return [];
    if (inquiry.code.values.declarationOf(list) !== declaration) return [];
    return call.arguments.map(each => inquiry.of(each, path.slice(1), where));
  });
}

/** What is written into one element of a list or table, found in it before: `const job = jobs.find(…); job.error = …`. */
export function writtenIntoElements(
  inquiry: Inquiry,
  module: SourceModule,
  declaration: Variable,
  [step, key, ...rest]: Path,
  where: Where,
): Judged[] {
  if (inquiry.lens.lineBreaks || step !== '[]' || key === undefined) return [];
  const { values } = inquiry.code;
  const isTaken = (expression: ts.Expression, depth = 0): boolean => {
    const node = unwrap(expression);
    const callee = ts.isCallExpression(node) ? unwrap(node.expression) : undefined;
    if (!callee || depth > 1) return false;
    if (ts.isPropertyAccessExpression(callee) && /^(find|get|at|pop|shift)$/.test(callee.name.text)) {
      const list = unwrap(callee.expression);
      return ts.isIdentifier(list) && values.declarationOf(list) === declaration;
    }
    const makers = values.of(callee).flatMap(value => (value.is === 'function' ? [value.node] : []));
    return makers.some(fn => returnExpressions(fn).some(each => isTaken(each, depth + 1)));
  };
  return (module.propertyWrites.get(key) ?? []).flatMap(({ target, right }) => {
    const root = unwrap(target.expression);
    const held = ts.isIdentifier(root) ? values.declarationOf(root) : undefined;
    return held?.is === 'variable' && held.init && isTaken(held.init) ? [inquiry.of(right, rest, where)] : [];
  });
}

interface MemberWrite {
  readonly root: ts.Identifier;
  readonly keys: Path;
  readonly right: ts.Expression;
}

const known = new WeakMap<SourceModule, ReadonlyMap<string, readonly MemberWrite[]>>();

/** The writes `root.a.b = e` of a file by the name of their root, gathered once. */
function memberWrites(module: SourceModule): ReadonlyMap<string, readonly MemberWrite[]> {
  const found = known.get(module) ?? gathered([...module.propertyWrites.values()].flat());
  known.set(module, found);
  return found;
}

function gathered(writes: readonly PropertyWrite[]): ReadonlyMap<string, readonly MemberWrite[]> {
  const found = new Map<string, MemberWrite[]>();
  for (const { target, right } of writes) {
    const keys: string[] = [];
    let at: ts.Expression = target;
    for (; ts.isPropertyAccessExpression(at); at = unwrap(at.expression)) keys.unshift(lastName(at));
    if (!ts.isIdentifier(at)) continue;
    const list = found.get(at.text);
    if (list) list.push({ root: at, keys, right });
    else found.set(at.text, [{ root: at, keys, right }]);
  }
  return found;
}
