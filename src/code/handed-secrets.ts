import { answersIn } from './answers.js';
import type { Code } from './code.js';
import { enclosingFunction, isChoice, lastName, unwrap } from './module.js';
import { ts } from './ts.js';

/**
 * Answers that carry a secret which the same program asks its clients for: `res.json({ token: state.token })`, where
 * `state.token` is what a client's token is held against elsewhere.
 * @param isSecret whether a name is that of a credential
 */
export function handedSecrets(
  code: Code,
  isSecret: (name: string) => boolean,
): (ts.CallExpression | ts.NewExpression)[] {
  const secrets = new Secrets(code, isSecret);
  const asked = secrets.askedFor();
  if (!asked.size) return [];
  return code.modules().flatMap(module =>
    answersIn(code, module).flatMap(({ node, carries }) => {
      if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return [];
      return secrets.toldBy(carries).some(identity => asked.has(identity)) ? [node] : [];
    }),
  );
}

const comparers = /equal|compare|verify|matches|timingSafe/i;

const maxNames = 3;

/** What names the same secret wherever it is read: where its variable is declared, or the name of its property. */
type Identity = string | number;

class Secrets {
  constructor(
    private readonly code: Code,
    private readonly isSecret: (name: string) => boolean,
  ) {}

  /** What texts are held against, letter by letter or in constant time. */
  askedFor(): ReadonlySet<Identity> {
    const compared = this.code
      .modules()
      .flatMap(({ tests, calls }) => [
        ...tests.flatMap(({ left, right }) => [left, right]),
        ...[...calls].flatMap(([name, found]) => (comparers.test(name) ? found.flatMap(call => call.arguments) : [])),
      ]);
    return new Set(compared.flatMap(each => this.#identityOf(this.#behind(plain(each))) ?? []));
  }

  /** The secrets that a client can read in what is sent, those behind a condition and under a name included. */
  toldBy(sent: readonly ts.Expression[], names = maxNames): Identity[] {
    return sent.flatMap(each => {
      const node = unwrap(each);
      const parts = partsOf(node);
      if (parts) return this.toldBy(parts, names);
      const held = names ? this.#heldBy(node) : undefined;
      return held ? this.toldBy([held], names - 1) : (this.#identityOf(node) ?? []);
    });
  }

  /** `const expected = Buffer.from(state.token)` */
  #behind(node: ts.Expression): ts.Expression {
    const held = this.#heldBy(node);
    return held ? plain(held) : node;
  }

  /** What a variable was declared with, unless it is called like a secret itself. */
  #heldBy(node: ts.Expression): ts.Expression | undefined {
    if (!ts.isIdentifier(node) || this.isSecret(node.text)) return undefined;
    const decl = this.code.values.declarationOf(node);
    return decl?.is === 'variable' && !decl.each && !decl.path.length ? decl.init : undefined;
  }

  /** Undefined of what is not called like a secret, or does not outlive the request: sent by a client, or made for it alone. */
  #identityOf(node: ts.Expression): Identity | undefined {
    if (!this.isSecret(lastName(node))) return undefined;
    let root = node;
    while (ts.isPropertyAccessExpression(root)) root = unwrap(root.expression);
    const decl = ts.isIdentifier(root) ? this.code.values.declarationOf(root) : undefined;
    const own = enclosingFunction(node);
    if (ts.isPropertyAccessExpression(node)) {
      const isKept =
        root.kind === ts.SyntaxKind.ThisKeyword ||
        (decl?.is === 'variable' && enclosingFunction(decl.name) !== own) ||
        (decl?.is === 'parameter' && !ofOneClient.test(root.getText()));
      return isKept ? `.${node.name.text}` : undefined;
    }
    if (decl?.is === 'variable')
      return enclosingFunction(decl.name) === own ? undefined : this.code.program.idOf(decl.name);
    return decl?.is === 'parameter' && decl.fn !== own ? this.code.program.idOf(decl.node) : undefined;
  }
}

/** Parameters that hold what belongs to the client of the request. */
const ofOneClient = /^(req|request|ctx|c|context|user|session)$/;

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
  return isChoice(kind) || kind === ts.SyntaxKind.PlusToken ? [left, right] : [];
}
