import { answersIn } from './answers.js';
import type { Code } from './code.js';
import { enclosingFunction, lastName, unwrap } from './module.js';
import { ts } from './ts.js';

/** An answer that carries a secret which the same program asks its clients for. */
export interface HandedSecret {
  readonly node: ts.CallExpression | ts.NewExpression;
  /** The secret, as it stands in the answer: `state.token`. */
  readonly secret: ts.Expression;
}

const secretName = /(token|secret|password|passphrase|(api|access|auth|secret|shared|bridge|admin)[-_]?key)$/i;
/** Tokens against forged requests are made to be handed to pages. */
const forAll = /csrf|xsrf|public/i;

/** `res.json({ token: state.token })`, where `state.token` is what a client's token is held against elsewhere. */
export function handedSecrets(code: Code): HandedSecret[] {
  const asked = secretsAskedFor(code);
  if (!asked.size) return [];
  return code.modules().flatMap(module =>
    answersIn(code, module).flatMap(({ node, carries }): HandedSecret[] => {
      if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return [];
      const told = carries.flatMap(each => [...toldBy(each)]);
      const secret = told.find(each => isKept(code, each) && asked.has(identityOf(code, each)));
      return secret ? [{ node, secret }] : [];
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
  const decl = ts.isIdentifier(node) && !secretName.test(node.text) ? code.values.declarationOf(node) : undefined;
  return decl?.is === 'variable' && decl.init && !decl.each && !decl.path.length ? plain(decl.init) : node;
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

/** The values that a client can read in what is sent, those behind a condition included. */
function* toldBy(given: ts.Expression): Generator<ts.Expression> {
  const node = unwrap(given);
  if (ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)) yield node;
  else if (ts.isConditionalExpression(node)) {
    yield* toldBy(node.whenTrue);
    yield* toldBy(node.whenFalse);
  } else if (ts.isBinaryExpression(node)) yield* toldBy(node.right);
  else if (ts.isTemplateExpression(node)) for (const { expression } of node.templateSpans) yield* toldBy(expression);
  else if (ts.isArrayLiteralExpression(node)) for (const each of node.elements) yield* toldBy(each);
  else if (ts.isCallExpression(node) && lastName(node.expression) === 'stringify') {
    const [first] = node.arguments;
    if (first) yield* toldBy(first);
  } else if (ts.isObjectLiteralExpression(node)) {
    for (const each of node.properties) {
      if (ts.isPropertyAssignment(each)) yield* toldBy(each.initializer);
      else if (ts.isShorthandPropertyAssignment(each)) yield each.name;
      else if (ts.isSpreadAssignment(each)) yield* toldBy(each.expression);
    }
  }
}
