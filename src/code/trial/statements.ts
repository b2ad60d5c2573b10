import { ts } from '../ts.js';
import { isObj, isUnknown, type Scope, truthOf, type V } from './domain.js';
import { Thrown } from './effects.js';
import type { Machine } from './machine.js';
import { bind, declare } from './names.js';
import { equal } from './operators.js';

/** How a statement ends. */
type Completion =
  | { readonly is: 'normal' }
  | { readonly is: 'return'; readonly value: V }
  | { readonly is: 'break' | 'continue'; readonly label?: string | undefined };

const normal: Completion = { is: 'normal' };

const maxIterations = 64;

/** Runs statements in order, until one of them leaves. */
export function block(machine: Machine, statements: readonly ts.Statement[], scope: Scope): Completion {
  for (const statement of statements) {
    const completion = run(machine, statement, scope);
    if (completion.is !== 'normal') return completion;
  }
  return normal;
}

/** Runs one statement. */
export function run(machine: Machine, node: ts.Statement, scope: Scope): Completion {
  machine.tick(node);
  switch (node.kind) {
    case ts.SyntaxKind.ExpressionStatement:
      machine.eval((node as ts.ExpressionStatement).expression, scope);
      return normal;
    case ts.SyntaxKind.VariableStatement:
      declare(machine, (node as ts.VariableStatement).declarationList, scope);
      return normal;
    case ts.SyntaxKind.ReturnStatement: {
      const { expression } = node as ts.ReturnStatement;
      return { is: 'return', value: expression ? machine.eval(expression, scope) : undefined };
    }
    case ts.SyntaxKind.IfStatement: {
      const branch = node as ts.IfStatement;
      if (machine.condition(branch.expression, scope)) return run(machine, branch.thenStatement, scope);
      return branch.elseStatement ? run(machine, branch.elseStatement, scope) : normal;
    }
    case ts.SyntaxKind.Block:
      return block(machine, (node as ts.Block).statements, scope);
    case ts.SyntaxKind.TryStatement:
      return tryStatement(machine, node as ts.TryStatement, scope);
    case ts.SyntaxKind.ThrowStatement:
      throw new Thrown(machine.eval((node as ts.ThrowStatement).expression, scope));
    case ts.SyntaxKind.SwitchStatement:
      return switchStatement(machine, node as ts.SwitchStatement, scope);
    case ts.SyntaxKind.ForOfStatement:
    case ts.SyntaxKind.ForInStatement:
      return forOf(machine, node as ts.ForOfStatement, scope);
    case ts.SyntaxKind.ForStatement:
    case ts.SyntaxKind.WhileStatement:
    case ts.SyntaxKind.DoStatement:
      return loop(machine, node as ts.ForStatement | ts.WhileStatement | ts.DoStatement, scope);
    case ts.SyntaxKind.BreakStatement:
      return { is: 'break', label: (node as ts.BreakStatement).label?.text };
    case ts.SyntaxKind.ContinueStatement:
      return { is: 'continue', label: (node as ts.ContinueStatement).label?.text };
    case ts.SyntaxKind.LabeledStatement:
      return run(machine, (node as ts.LabeledStatement).statement, scope);
    default:
      return normal;
  }
}

function tryStatement(machine: Machine, node: ts.TryStatement, scope: Scope): Completion {
  let completion: Completion = normal;
  try {
    completion = run(machine, node.tryBlock, scope);
  } catch (error) {
    if (!(error instanceof Thrown) || !node.catchClause) throw error;
    const clause = node.catchClause;
    const inner: Scope = { vars: new Map(), self: scope.self, parent: scope, fn: scope.fn, env: scope.env };
    if (clause.variableDeclaration) bind(machine, clause.variableDeclaration.name, error.value, inner);
    completion = run(machine, clause.block, inner);
  }
  if (node.finallyBlock) {
    const last = run(machine, node.finallyBlock, scope);
    if (last.is !== 'normal') return last;
  }
  return completion;
}

function switchStatement(machine: Machine, node: ts.SwitchStatement, scope: Scope): Completion {
  const subject = machine.eval(node.expression, scope);
  let isOpen = false;
  const fallThrough = (clauses: readonly ts.CaseOrDefaultClause[]): Completion | undefined => {
    for (const clause of clauses) {
      const completion = block(machine, clause.statements, scope);
      if (completion.is === 'break') return normal;
      if (completion.is !== 'normal') return completion;
    }
    return normal;
  };
  const { clauses } = node.caseBlock;
  for (const [index, clause] of clauses.entries()) {
    if (ts.isDefaultClause(clause)) continue;
    const same = equal(machine, subject, machine.eval(clause.expression, scope), clause);
    if (machine.truth(same, clause)) {
      isOpen = true;
      return fallThrough(clauses.slice(index)) ?? normal;
    }
  }
  const fallback = clauses.findIndex(ts.isDefaultClause);
  if (!isOpen && fallback >= 0) return fallThrough(clauses.slice(fallback)) ?? normal;
  return normal;
}

function forOf(machine: Machine, node: ts.ForOfStatement, scope: Scope): Completion {
  const list = machine.eval(node.expression, scope);
  const items = ts.isForInStatement(node)
    ? keysOf(list)
    : (machine.request?.partsOf(list, node) ?? machine.itemsOf(list));
  for (const item of items.slice(0, maxIterations)) {
    const inner: Scope = { vars: new Map(), self: scope.self, parent: scope, fn: scope.fn, env: scope.env };
    const declared = ts.isVariableDeclarationList(node.initializer) ? node.initializer.declarations[0] : undefined;
    if (declared) bind(machine, declared.name, item, inner);
    const completion = run(machine, node.statement, inner);
    if (completion.is === 'break') break;
    if (completion.is === 'return') return completion;
  }
  return normal;
}

function loop(machine: Machine, node: ts.ForStatement | ts.WhileStatement | ts.DoStatement, scope: Scope): Completion {
  if (ts.isForStatement(node) && node.initializer) {
    if (ts.isVariableDeclarationList(node.initializer)) declare(machine, node.initializer, scope);
    else machine.eval(node.initializer, scope);
  }
  const condition = ts.isForStatement(node) ? node.condition : node.expression;
  for (let turn = 0; turn < maxIterations; turn++) {
    if ((turn > 0 || !ts.isDoStatement(node)) && condition) {
      const value = machine.eval(condition, scope);
      // A loop over an unknown number of turns is entered once.
      if (isUnknown(value) ? turn > 0 : !truthOf(value)) break;
    }
    const completion = run(machine, node.statement, scope);
    if (completion.is === 'break') break;
    if (completion.is === 'return') return completion;
    if (ts.isForStatement(node) && node.incrementor) machine.eval(node.incrementor, scope);
    if (!condition && turn > 2) break;
  }
  return normal;
}

function keysOf(v: V): V[] {
  return isObj(v) ? [...v.props.keys()] : [];
}
