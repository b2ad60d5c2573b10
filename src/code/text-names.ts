import { constructorOf } from './classes.js';
import { plainTypeAt } from './declared-types.js';
import { returnExpressions } from './functions.js';
import {
  type Decl,
  enclosingClass,
  type FunctionNode,
  lastName,
  type PathStep,
  propertyName,
  type SourceModule,
  unwrap,
} from './module.js';
import { readError, takesErrors } from './text-errors.js';
import {
  type Inquiry,
  type Path,
  quoted,
  raw,
  safe,
  type TextJudgement,
  through,
  unclear,
  type Where,
  worst,
} from './text-judgement.js';
import { isRequestName, requestPart } from './text-origins.js';
import { addedTo, writtenInto, writtenIntoElements } from './text-writes.js';
import { ts } from './ts.js';

type Variable = Extract<Decl, { is: 'variable' }>;
type Parameter = Extract<Decl, { is: 'parameter' }>;
type Judged = TextJudgement | undefined;

/** The text that a name stands for, or what stands at a path below it. */
export function readName(inquiry: Inquiry, name: ts.Identifier, path: Path, where: Where): Judged {
  const declaration = inquiry.code.values.declarationOf(name);
  switch (declaration?.is) {
    case 'variable':
      return readVariable(inquiry, declaration, path, where);
    case 'parameter':
      return readParameter(inquiry, declaration, name, path, where);
    case 'enum':
      return safe('a member of an enum');
    case 'opaque':
      return readError(inquiry, name, path, where);
    case 'import':
      return readValue(inquiry, name, path, where);
    default:
      return /^(undefined|NaN|Infinity)$/.test(name.text)
        ? safe('a constant')
        : unclear(`\`${name.text}\` could not be followed`);
  }
}

/** What data flow knows of a value that is not followed here: constants, objects and instances of other files. */
export function readValue(inquiry: Inquiry, expression: ts.Expression, path: Path, where: Where): Judged {
  const found = inquiry.code.values.of(expression).map(value => {
    if (value.is === 'literal') return safe('a constant');
    if (value.is === 'object' || value.is === 'array') return inquiry.of(value.node, path, { ...where, bindings: [] });
    if (value.is === 'instance' && path.length) return readField(inquiry, value.of.node, path, where);
    if (value.is === 'unclear' && value.why === 'an enum') return safe('a member of an enum');
    return unclear(`\`${quoted(expression)}\` could not be followed`);
  });
  return worst(found);
}

// ---- variables ----------------------------------------------------------------------------------------------

function readVariable(inquiry: Inquiry, declaration: Variable, path: Path, where: Where): Judged {
  const { values, program } = inquiry.code;
  const { name, init, each, type } = declaration;
  if (each && ts.isForInStatement(each)) return unclear(`\`${name.text}\` is a key of an object`);
  const module = program.moduleOf(name);
  const whole = [...(each ? ['[]'] : []), ...keysOf(declaration.path), ...path];
  const isIt = (target: ts.Expression): boolean =>
    ts.isIdentifier(target) && values.declarationOf(target) === declaration;
  const writes = (module.writes.get(name.text) ?? []).filter(({ target }) => isIt(target));
  const found = worst([
    ...(init ? [inquiry.of(init, whole, where)] : []),
    ...readFallbacks(inquiry, declaration.path, path, where),
    ...writes.map(({ right }) => inquiry.of(right, path, where)),
    ...writtenInto(inquiry, module, declaration, path, where),
    ...addedTo(inquiry, module, declaration, path, where),
    ...writtenIntoElements(inquiry, module, declaration, path, where),
    ...(path.length || isConstant(name)
      ? []
      : appended(module, name.text, isIt).map(right => inquiry.of(right, [], where))),
  ]);
  const nowhere = init || writes.length ? undefined : unclear(`\`${name.text}\` is filled elsewhere`);
  return through(orTyped(inquiry, found ?? nowhere, type, path, module), name, `kept as \`${name.text}\``);
}

function keysOf(path: readonly PathStep[]): string[] {
  return path.flatMap(step => ('rest' in step ? [] : 'key' in step ? [step.key] : ['[]']));
}

/** The default of a destructured name, where it has one. */
function readFallbacks(inquiry: Inquiry, steps: readonly PathStep[], path: Path, where: Where): Judged[] {
  const last = steps.at(-1);
  return last && 'fallback' in last && last.fallback ? [inquiry.of(last.fallback, path, where)] : [];
}

function isConstant(name: ts.Identifier): boolean {
  const list = name.parent.parent;
  return ts.isVariableDeclarationList(list) && (list.flags & ts.NodeFlags.Const) !== 0;
}

/** What is added to a text: `body += chunk`. */
function appended(module: SourceModule, name: string, isIt: (target: ts.Expression) => boolean): ts.Expression[] {
  const found: ts.Expression[] = [];
  if (!new RegExp(`\\b${name.replace(/\W/g, '')}\\s*\\+=`).test(module.source.text)) return found;
  const visit = (node: ts.Node): void => {
    const isAdded = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken;
    if (isAdded && isIt(unwrap(node.left))) found.push(node.right);
    ts.forEachChild(node, visit);
  };
  visit(module.source);
  return found;
}

/** A declared type decides only what data flow leaves open: it is a promise, and `as` breaks it. */
function orTyped(
  inquiry: Inquiry,
  found: Judged,
  type: ts.TypeNode | undefined,
  path: Path,
  module: SourceModule,
): Judged {
  // Of a caller outside the program no more is known than what the type says.
  const isOpen =
    found?.is === 'unclear' || (found?.is === 'raw' && found.traces.every(each => each.origin === 'caller'));
  if (!isOpen || !type) return found;
  const declared = plainTypeAt(inquiry.code.program, type, path, module);
  return declared ? safe(`declared as \`${quoted(declared)}\``) : found;
}

// ---- fields -------------------------------------------------------------------------------------------------

/** A field of a class: its initialiser, and whatever the class writes into it. */
export function readField(
  inquiry: Inquiry,
  type: ts.ClassLikeDeclaration,
  [key = '', ...rest]: Path,
  where: Where,
): Judged {
  const module = inquiry.code.program.moduleOf(type);
  const member = type.members.find(each => each.name && propertyName(each.name as ts.PropertyName) === key);
  const property = member && ts.isPropertyDeclaration(member) ? member : undefined;
  const parameter = constructorOf(type)?.parameters.find(each => each.modifiers?.length && each.name.getText() === key);
  const isIt = (target: ts.Expression): boolean =>
    ts.isPropertyAccessExpression(target) &&
    target.name.text === key &&
    target.expression.kind === ts.SyntaxKind.ThisKeyword &&
    enclosingClass(target) === type;
  const sources: ts.Expression[] = [
    ...(property?.initializer ? [property.initializer] : []),
    ...(member && ts.isGetAccessorDeclaration(member) ? returnExpressions(member) : []),
    ...(module.propertyWrites.get(key) ?? []).filter(({ target }) => isIt(target)).map(({ right }) => right),
    ...appended(module, key, isIt),
    ...(parameter && ts.isIdentifier(parameter.name) ? [parameter.name] : []),
  ];
  const found = worst(sources.map(each => inquiry.of(each, rest, { ...where, bindings: [] })));
  const nowhere = sources.length ? undefined : unclear(`\`${key}\` is set elsewhere`);
  return orTyped(inquiry, found ?? nowhere, property?.type ?? parameter?.type, rest, module);
}

// ---- parameters ---------------------------------------------------------------------------------------------

function readParameter(inquiry: Inquiry, declaration: Parameter, use: ts.Identifier, path: Path, where: Where): Judged {
  const { fn, index, name, node } = declaration;
  const whole = [...keysOf(declaration.path), ...path];
  const part = index === 0 && isRequestName(node.name.getText()) ? requestPart(whole) : undefined;
  if (part) return part === 'safe' ? safe('a header or the request line') : raw(inquiry, 'client', name, where);
  const entered = where.bindings.findIndex(binding => binding.fn === fn);
  if (entered < 0 && !inquiry.lens.lineBreaks && takesErrors(inquiry, declaration, whole))
    return readError(inquiry, use, path, where);
  const outer = { ...where, bindings: where.bindings.slice(entered + 1) };
  const found =
    entered < 0
      ? readFromCallers(inquiry, declaration, whole, where)
      : readArgument(inquiry, where.bindings[entered]!.call, declaration, whole, outer);
  const all = worst([found, ...readFallbacks(inquiry, declaration.path, path, where)]);
  return orTyped(inquiry, all, node.type, whole, inquiry.code.program.moduleOf(name));
}

function readFromCallers(inquiry: Inquiry, declaration: Parameter, path: Path, where: Where): Judged {
  const { fn, index, name } = declaration;
  const { values } = inquiry.code;
  const isIt = (argument: ts.Expression): boolean => {
    const node = unwrap(argument);
    return (
      node === fn ||
      (ts.isIdentifier(node) && values.of(node).some(value => value.is === 'function' && value.node === fn))
    );
  };
  const sites = values.everyCallerOf(fn).slice(0, inquiry.lens.mostCallers);
  const outside = { ...where, bindings: [] };
  const found = sites.map(({ node: site }) => {
    if (ts.isForOfStatement(site)) return unclear(`\`${name.text}\` comes from a loop`);
    if (site.arguments?.some(isIt))
      return worst([
        readGiven(inquiry, site, fn, index, path, where),
        ...callsOfField(inquiry, site, isIt).map(call => readArgument(inquiry, call, declaration, path, outside)),
      ]);
    return readArgument(inquiry, site, declaration, path, outside);
  });
  const isOpen = isOffered(declaration, path) && sites.every(site => isOwnUse(fn, site.node));
  if (isOpen) found.push(raw(inquiry, 'caller', name, where));
  return worst(found) ?? (sites.length ? undefined : unclear(`no caller was seen that passes \`${name.text}\``));
}

/** A use in the file of a function that is offered to others: they are its callers, too. What a class calls of itself is its own. */
function isOwnUse(fn: FunctionNode, site: ts.Node): boolean {
  if (site.getSourceFile() !== fn.getSourceFile() || !ts.isCallExpression(site)) return false;
  const callee = unwrap(site.expression);
  return !ts.isPropertyAccessExpression(callee) || callee.expression.kind !== ts.SyntaxKind.ThisKeyword;
}

/** Whether a function is there for other programs: exported, or a method of an exported class, and given a declared kind of message. */
function isOffered({ fn, node }: Parameter, path: Path): boolean {
  if (!path.length || !node.type || fn.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword))
    return false;
  const declaration = ts.isMethodDeclaration(fn) ? fn.parent : fn;
  return (
    ts.canHaveModifiers(declaration) &&
    (ts.getModifiers(declaration)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false)
  );
}

/** The calls of a function that a class is constructed with and keeps in a field: `this.send(event)`. */
function callsOfField(
  { code }: Inquiry,
  site: ts.CallExpression | ts.NewExpression,
  isIt: (argument: ts.Expression) => boolean,
): ts.CallExpression[] {
  if (!ts.isNewExpression(site)) return [];
  const index = site.arguments?.findIndex(isIt) ?? -1;
  return code.values.of(site.expression).flatMap(value => {
    const name = value.is === 'class' && constructorOf(value.node)?.parameters[index]?.name.getText();
    if (value.is !== 'class' || !name) return [];
    const calls = code.program.moduleOf(value.node).calls.get(name) ?? [];
    return calls.filter(call => enclosingClass(call) === value.node && /^this\b/.test(call.expression.getText()));
  });
}

function readArgument(
  inquiry: Inquiry,
  call: ts.CallExpression | ts.NewExpression,
  { index, name, node }: Parameter,
  path: Path,
  where: Where,
): Judged {
  const spread = call.arguments?.findIndex(ts.isSpreadElement) ?? -1;
  if (node.dotDotDotToken || (spread >= 0 && spread <= index))
    return unclear(`\`${name.text}\` comes from a list of arguments`);
  const given = call.arguments?.[index];
  if (!given) return node.initializer ? inquiry.of(node.initializer, path, where) : safe('not passed');
  return through(inquiry.of(given, path, where), given, `passed as \`${name.text}\``, call);
}

/** What a library hands to a function that it was given: an element, an event, an error. */
function readGiven(
  inquiry: Inquiry,
  site: ts.CallExpression | ts.NewExpression,
  fn: FunctionNode,
  index: number,
  path: Path,
  where: Where,
): Judged {
  const callee = unwrap(site.expression);
  const method = lastName(callee);
  const receiver = ts.isPropertyAccessExpression(callee) ? callee.expression : undefined;
  const [first] = site.arguments ?? [];
  const event = first && ts.isStringLiteralLike(first) ? first.text : '';
  const parameter = fn.parameters[index] ?? fn;
  if (receiver && /^(map|flatMap|forEach|filter|some|every|find)$/.test(method)) {
    return index === 0 ? inquiry.of(receiver, ['[]', ...path], where) : safe('an index');
  }
  if (receiver && method === 'then') return inquiry.of(receiver, path, where);
  if (method === 'catch' || event === 'error') return readError(inquiry, parameter, path, where);
  if (!receiver || index > 0 || !/^(on|once|addListener|addEventListener)$/.test(method))
    return unclear(`\`${method}\` decides what it is`);
  const from = receiver.getText();
  if (event === 'data' && /\.(stdout|stderr)$/.test(from)) return raw(inquiry, 'tool', parameter, where);
  if (event === 'data' && isRequestName(lastName(receiver))) return raw(inquiry, 'client', parameter, where);
  if (event === 'message' && /^(ws|socket|conn|connection|webSocket)$/i.test(from))
    return raw(inquiry, 'client', parameter, where);
  return unclear(`it is what \`${event || method}\` events bring`);
}
