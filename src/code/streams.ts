import type { Code } from './code.js';
import { encloses } from './functions.js';
import { type FunctionNode, isFunctionNode, lastName, propertyName, type SourceModule, unwrap } from './module.js';
import { isAnsweredOtherwise, isSideBySide, responseOf } from './stream-answers.js';
import { textsWith, wholeOf } from './texts.js';
import { ts } from './ts.js';

/** Where an answer becomes an event stream: its Content-Type is written as `text/event-stream`. */
export interface StreamHead {
  /** The call, construction or table of headers that says so. */
  readonly node: ts.Node;
  /** The answer, as written: `res`, `reply.raw`, the stream handed to `new Response(…)`; '' when it has no name. */
  readonly response: string;
  readonly module: SourceModule;
}

/** Whether a head is a table of headers that is not seen to be sent. */
export function isTable({ node }: StreamHead): boolean {
  return ts.isObjectLiteralExpression(node);
}

const setters = new Set(['setHeader', 'header', 'Header', 'set', 'append', 'appendHeader']);
const tables = new Set(['writeHead', 'set', 'header', 'headers', 'setHeaders', 'body', 'newResponse', 'entries']);
const clients = new Set(['fetch', 'request', 'axios', 'EventSource']);
const furthest = 6;

/** Every head of an event stream that the user's code writes itself. */
export function streamHeads(code: Code): StreamHead[] {
  const found = new Map<ts.Node, StreamHead>();
  for (const module of code.modules()) {
    for (const literal of textsWith(module, /text\/event-stream/gi)) {
      if (!/^text\/event-stream\s*(;.*)?$/i.test(literal.text)) continue;
      for (const node of headsNaming(code, literal, 0)) {
        if (isAnsweredOtherwise(code, node)) continue;
        const head = { node, response: responseOf(node), module: code.program.moduleOf(node) };
        const isTold = [...found.values()].some(
          other => other.response !== '' && other.response === head.response && isSideBySide(other.node, node),
        );
        if (!isTold) found.set(node, head);
      }
    }
  }
  return [...found.values()];
}

/** The heads that name a content type: the literal itself, or the constant that holds it. */
function headsNaming(code: Code, text: ts.Node, depth: number): ts.Node[] {
  const at = alternativeAround(text);
  const { parent } = at;
  if (depth > furthest) return [];
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
    const index = parent.arguments?.indexOf(at as ts.Expression) ?? -1;
    return isContentTypeArgument(code, parent, index) ? [parent] : [];
  }
  if (ts.isPropertyAssignment(parent) && isContentType(propertyName(parent.name))) {
    return headsWithTable(code, parent.parent, depth + 1);
  }
  if (ts.isArrayLiteralExpression(parent) && parent.elements[1] === at && isContentType(textOf(parent.elements[0]))) {
    return ts.isArrayLiteralExpression(parent.parent) ? headsWithTable(code, parent.parent, depth + 1) : [];
  }
  if (ts.isBinaryExpression(parent) && parent.right === at) return headsAssigning(code, parent, depth);
  if (ts.isVariableDeclaration(parent)) return usesOf(code, parent).flatMap(use => headsNaming(code, use, depth + 1));
  return [];
}

/** `isStream ? 'text/event-stream' : 'application/json'` may be either. */
function alternativeAround(node: ts.Node): ts.Node {
  const at = wholeOf(node);
  const { parent } = at;
  if (ts.isConditionalExpression(parent) && parent.condition !== at) return alternativeAround(parent);
  return at;
}

function isContentType(name: string | undefined): boolean {
  return name !== undefined && /^content-?type$/i.test(name);
}

function textOf(node: ts.Node | undefined): string | undefined {
  return node && ts.isStringLiteralLike(node) ? node.text : undefined;
}

function isContentTypeArgument(code: Code, call: ts.CallExpression | ts.NewExpression, index: number): boolean {
  const name = lastName(call.expression);
  if (index === 1 && setters.has(name)) return isContentType(textOf(call.arguments?.[0]));
  if (index === 0 && (name === 'type' || name === 'contentType')) return true;
  // An own helper or base class that calls its parameter by this name.
  return parametersOf(code, call).some(parameter => {
    const own = parameter[index]?.name;
    return own !== undefined && ts.isIdentifier(own) && isContentType(own.text);
  });
}

function parametersOf(code: Code, call: ts.CallExpression | ts.NewExpression): ts.NodeArray<ts.ParameterDeclaration>[] {
  if (call.expression.kind === ts.SyntaxKind.SuperKeyword) {
    let type: ts.Node = call;
    while (!ts.isClassLike(type)) type = type.parent;
    const base = type.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0]
      ?.expression;
    return base ? constructorsOf(code, base) : [];
  }
  if (ts.isNewExpression(call)) return constructorsOf(code, call.expression);
  return code.values.of(call.expression).flatMap(value => (value.is === 'function' ? [value.node.parameters] : []));
}

function constructorsOf(code: Code, type: ts.Expression): ts.NodeArray<ts.ParameterDeclaration>[] {
  return code.values.of(type).flatMap(value => {
    const own = value.is === 'class' ? value.node.members.find(ts.isConstructorDeclaration) : undefined;
    return own ? [own.parameters] : [];
  });
}

/** `headers['Content-Type'] = …`, and Koa's `ctx.type = …`. */
function headsAssigning(code: Code, write: ts.BinaryExpression, depth: number): ts.Node[] {
  const target = unwrap(write.left);
  if (ts.isPropertyAccessExpression(target)) return /^(type|contentType)$/.test(target.name.text) ? [write] : [];
  if (!ts.isElementAccessExpression(target) || !isContentType(textOf(target.argumentExpression))) return [];
  const table = unwrap(target.expression);
  const declaration = ts.isIdentifier(table) ? code.values.declarationOf(table) : undefined;
  if (declaration?.is !== 'variable') return [write];
  const uses = usesOf(code, declaration.name.parent).flatMap(use => headsWithTable(code, use, depth + 1, true));
  return uses.length ? uses : [write];
}

/** The answers that are given a table of headers, through constants, spreads and makers; none where it is not seen used. */
export function answersWithTable(code: Code, table: ts.Node): ts.Node[] {
  return headsWithTable(code, table, 0).filter(head => head !== table);
}

/** The heads that send a table of headers; the table itself where nothing is seen to send it. */
function headsWithTable(code: Code, table: ts.Node, depth: number, isUse = false): ts.Node[] {
  const otherwise = isUse ? [] : [table];
  const at = alternativeAround(table);
  const { parent } = at;
  if (depth > furthest) return otherwise;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
    if (!parent.arguments?.some(argument => argument === at)) return otherwise;
    const name = lastName(parent.expression);
    if (name === 'Headers' || name === 'assign' || name === 'freeze')
      return orElse(headsWithTable(code, parent, depth + 1, true), otherwise);
    if (tables.has(name)) return [parent];
    return clients.has(name) ? [] : otherwise;
  }
  if (ts.isSpreadAssignment(parent)) return orElse(headsWithTable(code, parent.parent, depth + 1, true), otherwise);
  const isProperty = ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent);
  if (isProperty)
    return propertyName(parent.name) === 'headers' ? headsWithOptions(code, parent.parent, depth + 1) : otherwise;
  if (ts.isVariableDeclaration(parent)) {
    return orElse(
      usesOf(code, parent).flatMap(use => headsWithTable(code, use, depth + 1, true)),
      otherwise,
    );
  }
  const maker = returnedBy(at);
  if (maker)
    return orElse(
      callsOf(code, maker).flatMap(call => headsWithTable(code, call, depth + 1, true)),
      otherwise,
    );
  return otherwise;
}

/** The heads that are given options with such headers: `new Response(stream, options)`. */
function headsWithOptions(code: Code, options: ts.Node, depth: number): ts.Node[] {
  const at = alternativeAround(options);
  const { parent } = at;
  if (depth > furthest) return [options];
  if (ts.isNewExpression(parent) || ts.isCallExpression(parent))
    return clients.has(lastName(parent.expression)) ? [] : [parent];
  if (ts.isVariableDeclaration(parent))
    return orElse(
      usesOf(code, parent).flatMap(use => headsWithOptions(code, use, depth + 1)),
      [options],
    );
  return [options];
}

function orElse<T>(found: readonly T[], otherwise: T[]): T[] {
  return found.length ? [...found] : otherwise;
}

function returnedBy(node: ts.Node): FunctionNode | undefined {
  const { parent } = node;
  if (ts.isArrowFunction(parent) && parent.body === node) return parent;
  if (!ts.isReturnStatement(parent)) return undefined;
  for (let at: ts.Node = parent; at; at = at.parent) if (isFunctionNode(at)) return at;
  return undefined;
}

function callsOf(code: Code, fn: FunctionNode): ts.Node[] {
  return code.values
    .callersOf(fn)
    .flatMap(({ node }) =>
      ts.isCallExpression(node) && !node.arguments.some(argument => encloses(argument, fn)) ? [node] : [],
    );
}

/** The places that name a variable, in its own file and in those that import it. */
function usesOf(code: Code, declaration: ts.Node): ts.Identifier[] {
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return [];
  const { name } = declaration;
  const home = code.program.moduleOf(name);
  const files = ts.isSourceFile(declaration.parent.parent.parent) ? code.program.importersOf(home.file) : [home.file];
  const found: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === name.text && node !== name && isUse(node) && leadsTo(code, node, name))
      found.push(node);
    ts.forEachChild(node, visit);
  };
  for (const file of files) {
    if (code.program.tree.text(file)?.includes(name.text)) visit(code.program.module(file)?.source ?? name);
  }
  return found;
}

function isUse(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    !ts.isImportSpecifier(parent) &&
    !ts.isExportSpecifier(parent) &&
    !(ts.isPropertyAccessExpression(parent) && parent.name === node)
  );
}

function leadsTo(code: Code, use: ts.Identifier, name: ts.Identifier): boolean {
  const declaration = code.values.declarationOf(use);
  if (declaration?.is === 'variable') return declaration.name === name;
  if (declaration?.is !== 'import') return false;
  const init = unwrap((name.parent as ts.VariableDeclaration).initializer ?? name);
  return code.values.of(use).some(value => 'node' in value && value.node === init);
}
