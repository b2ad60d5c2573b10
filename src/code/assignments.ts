import { ts } from './ts.js';

/** `name = e`, or `name += e`, which adds to it. */
interface Assignment {
  readonly left: ts.Identifier;
  readonly right: ts.Expression;
}

const known = new WeakMap<ts.SourceFile, ReadonlyMap<string, readonly Assignment[]>>();

/** The assignments to names of a file, by name, gathered once. */
export function assignmentsIn(source: ts.SourceFile): ReadonlyMap<string, readonly Assignment[]> {
  const gathered = known.get(source);
  if (gathered) return gathered;
  const found = new Map<string, Assignment[]>();
  const visit = (at: ts.Node): void => {
    if (ts.isBinaryExpression(at) && ts.isIdentifier(at.left) && isAssignment(at.operatorToken.kind)) {
      const { left, right } = at;
      const list = found.get(left.text);
      if (list) list.push({ left, right });
      else found.set(left.text, [{ left, right }]);
    }
    ts.forEachChild(at, visit);
  };
  visit(source);
  known.set(source, found);
  return found;
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return (
    kind === ts.SyntaxKind.EqualsToken ||
    kind === ts.SyntaxKind.PlusEqualsToken ||
    kind === ts.SyntaxKind.QuestionQuestionEqualsToken ||
    kind === ts.SyntaxKind.BarBarEqualsToken
  );
}
