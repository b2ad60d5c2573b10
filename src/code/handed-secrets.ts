import { answersIn } from './answers.js';
import type { Code } from './code.js';
import { enclosingFunction, lastName, unwrap } from './module.js';
import { ts } from './ts.js';

const secretName = /(token|secret|password|passphrase|(api|access|auth|secret|shared|bridge|admin)[-_]?key)$/i;
/** Tokens against forged requests are made to be handed to pages. */
const forAll = /csrf|xsrf|public/i;

/**
 * Answers that carry a secret which the same program asks its clients for: `res.json({ token: state.token })`, where
 * `state.token` is what a client's token is held against elsewhere.
 */
export function handedSecrets(code: Code): (ts.CallExpression | ts.NewExpression)[] {
  const asked = secretsAskedFor(code);
  if (!asked.size) return [];
  return code.modules().flatMap(module =>
    answersIn(code, module).flatMap(({ node, carries }) => {
      if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return [];
      const told = carries.flatMap(each => [...toldBy(code, each)]);
      return told.some(each => isKept(code, each) && asked.has(identityOf(code, each))) ? [node] : [];
    }),
  );
}

const comparers = /equal|compare|verify|matches|timingSafe/i;

/** What texts are held against, letter by letter or in constant time, that is called like a credential. */
function secretsAskedFor(code: Code): ReadonlySet<Identity | undefined> {
  const compared = code
    .modules()
    .flatMap(module => [
      ...module.tests.flatMap(({ left, right }) => [left, right]),
      ...[...module.calls].flatMap(([name, calls]) =>
        comparers.test(name) ? calls.flatMap(call => call.arguments) : [],
      ),
    ]);
  const secrets = compared.map(each => behind(code, plain(each))).filter(each => isKept(code, each));
  return new Set(secrets.flatMap(each => identityOf(code, each) ?? []));
}

/** `const expected = Buffer.from(state.token)` */
function behind(code: Code, node: ts.Expression): ts.Expression {
  const held = ts.isIdentifier(node) && heldBy(code, node);
  return held ? plain(held) : node;
}

/** The text in `Buffer.from(text)`, `text.trim()` and `` `Bearer ${text}` ``. */
function plain(given: ts.Expression): ts.Expression {
  const node = unwrap(given);
  if (ts.isTemplateExpression(node) && node.templateSpans.length === 1) return plain(node.templateSpans[0]!.expression);
  if (!ts.isCallExpression(node)) return node;
  const callee = unwrap(node.expression);
  if (!ts.isPropertyAccessExpression(callee)) return node;
  const [first] = node.arguments;
  if (callee.name.text === 'from' && first) return plain(first);
  return /^(trim|toString)$/.test(callee.name.text) ? plain(callee.expression) : node;
}

type Identity = string | number;

/** What names the same secret wherever it is read: where its variable is declared, or the name of its property. */
function identityOf(code: Code, node: ts.Expression): Identity | undefined {
  if (ts.isPropertyAccessExpression(node)) return `.${node.name.text}`;
  const decl = ts.isIdentifier(node) ? code.values.declarationOf(node) : undefined;
  if (decl?.is === 'variable') return code.program.idOf(decl.name);
  return decl?.is === 'parameter' ? code.program.idOf(decl.node) : undefined;
}

/** Whether it is called like a credential and outlives the request: not what a client sent, nor what was made for it alone. */
function isKept(code: Code, node: ts.Expression): boolean {
  const name = lastName(node).replace(/^[#_]+/, '');
  if (!secretName.test(name) || forAll.test(name)) return false;
  let root = node;
  while (ts.isPropertyAccessExpression(root)) root = unwrap(root.expression);
  if (root.kind === ts.SyntaxKind.ThisKeyword) return true;
  const decl = ts.isIdentifier(root) ? code.values.declarationOf(root) : undefined;
  if (decl?.is === 'variable') return enclosingFunction(decl.name) !== enclosingFunction(node);
  if (decl?.is !== 'parameter') return false;
  return root === node
    ? decl.fn !== enclosingFunction(node)
    : !/^(req|request|ctx|c|context|user|session)$/.test(root.getText());
}

const maxNames = 3;

/** The values that a client can read in what is sent, those behind a condition and under a name included. */
function* toldBy(code: Code, given: ts.Expression, names = maxNames): Generator<ts.Expression> {
  const node = unwrap(given);
  const parts = partsOf(node);
  if (parts) for (const part of parts) yield* toldBy(code, part, names);
  else if (ts.isPropertyAccessExpression(node)) yield node;
  else if (ts.isIdentifier(node)) {
    yield node;
    const held = heldBy(code, node);
    if (held && names) yield* toldBy(code, held, names - 1);
  }
}

/** What is told together with an expression; undefined where it is told itself. */
function partsOf(node: ts.Expression): readonly ts.Expression[] | undefined {
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse];
  if (ts.isBinaryExpression(node)) return operandsTold(node);
  if (ts.isTemplateExpression(node)) return node.templateSpans.map(({ expression }) => expression);
  if (ts.isArrayLiteralExpression(node)) return node.elements;
  if (ts.isCallExpression(node)) return lastName(node.expression) === 'stringify' ? node.arguments.slice(0, 1) : [];
  if (!ts.isObjectLiteralExpression(node)) return undefined;
  return node.properties.flatMap((each): readonly ts.Expression[] => {
    if (ts.isPropertyAssignment(each)) return [each.initializer];
    if (ts.isShorthandPropertyAssignment(each)) return [each.name];
    return ts.isSpreadAssignment(each) ? [each.expression] : [];
  });
}

function operandsTold({ left, operatorToken: { kind }, right }: ts.BinaryExpression): readonly ts.Expression[] {
  if (kind === ts.SyntaxKind.AmpersandAmpersandToken) return [right];
  const isEither = kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.QuestionQuestionToken;
  return isEither || kind === ts.SyntaxKind.PlusToken ? [left, right] : [];
}

/** What a variable was declared with, unless it is called like a secret itself. */
function heldBy(code: Code, node: ts.Identifier): ts.Expression | undefined {
  const decl = secretName.test(node.text) ? undefined : code.values.declarationOf(node);
  return decl?.is === 'variable' && !decl.each && !decl.path.length ? decl.init : undefined;
}
