import { loadCompiler, ts } from './ts.js';

/** A step from an initialiser to the name it is destructured into. */
export type PathStep =
  | { readonly key: string; readonly fallback?: ts.Expression }
  | { readonly index: number; readonly fallback?: ts.Expression }
  | { readonly rest: 'object' | 'array'; readonly from: number };

/** What a name stands for in its scope. */
export type Decl =
  | {
      readonly is: 'variable';
      readonly name: ts.Identifier;
      readonly init: ts.Expression | undefined;
      readonly path: readonly PathStep[];
      /** The loop whose elements the variable takes, one after the other. */
      readonly each: ts.ForOfStatement | ts.ForInStatement | undefined;
      readonly type: ts.TypeNode | undefined;
    }
  | {
      readonly is: 'parameter';
      readonly name: ts.Identifier;
      readonly fn: FunctionNode;
      readonly index: number;
      readonly path: readonly PathStep[];
      readonly node: ts.ParameterDeclaration;
    }
  | { readonly is: 'function'; readonly node: ts.FunctionDeclaration | ts.FunctionExpression }
  | { readonly is: 'class'; readonly node: ts.ClassLikeDeclaration }
  | { readonly is: 'enum'; readonly node: ts.EnumDeclaration }
  | { readonly is: 'import'; readonly spec: string; readonly name: string; readonly typeOnly: boolean }
  | { readonly is: 'opaque'; readonly node: ts.Node };

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.GetAccessorDeclaration
  | ts.SetAccessorDeclaration;

/** Where an exported name leads. */
export type ExportTarget =
  | { readonly local: string }
  | { readonly expression: ts.Expression }
  | { readonly spec: string; readonly name: string };

/** A function or name handed to a call as an argument. */
export interface ArgumentUse {
  readonly call: ts.CallExpression | ts.NewExpression;
  readonly index: number;
}

/**
 * The tables of one file, made in one walk over compiler nodes. They answer lexical questions by lookup, so that
 * neither binder nor checker is needed.
 */
export interface SourceModule {
  readonly file: string;
  readonly source: ts.SourceFile;
  readonly scopes: ReadonlyMap<ts.Node, ReadonlyMap<string, Decl>>;
  readonly exports: ReadonlyMap<string, ExportTarget>;
  readonly stars: readonly string[];
  /** Calls by the last name of the callee; '' for callees without a name. */
  readonly calls: ReadonlyMap<string, readonly ts.CallExpression[]>;
  readonly constructions: ReadonlyMap<string, readonly ts.NewExpression[]>;
  /** `name = e`, by name. */
  readonly writes: ReadonlyMap<string, readonly Write[]>;
  /** `x.name = e`, by name. */
  readonly propertyWrites: ReadonlyMap<string, readonly PropertyWrite[]>;
  /** `x[k] = e`. */
  readonly elementWrites: readonly ElementWrite[];
  readonly argumentUses: ReadonlyMap<string, readonly ArgumentUse[]>;
  readonly classes: readonly ts.ClassLikeDeclaration[];
  /** Property accesses and string-keyed element accesses, by name: the way in for header and query reads. */
  readonly reads: ReadonlyMap<string, readonly (ts.PropertyAccessExpression | ts.ElementAccessExpression)[]>;
  readonly templates: readonly ts.TemplateExpression[];
  /** String literals that some extractor looks for, by text. */
  readonly marks: ReadonlyMap<string, readonly ts.StringLiteralLike[]>;
  readonly regexes: readonly ts.RegularExpressionLiteral[];
  readonly tests: readonly ts.BinaryExpression[];
  /** Names under which functions are stored as values: object properties and fields, by name. */
  readonly objectProperties: ReadonlyMap<string, readonly ts.ObjectLiteralElementLike[]>;
  readonly decorated: readonly (ts.ClassDeclaration | ts.MethodDeclaration)[];
  readonly nodes: number;
}

export interface Write {
  readonly target: ts.Identifier;
  readonly right: ts.Expression;
}
export interface PropertyWrite {
  readonly target: ts.PropertyAccessExpression;
  readonly right: ts.Expression;
}
export interface ElementWrite {
  readonly target: ts.ElementAccessExpression;
  readonly right: ts.Expression;
}

const markedTexts =
  /^(text\/event-stream|tools\/(call|list)|initialize|2\.0|258EAFA5-E914-47DA-95CA-C5AB0DC85B11)$|^retry:|^access-control-allow-(origin|credentials)$/i;

/** Parses a file; JSDoc is left out, parents are set. Never throws on syntax errors: the tree is then partial. */
export function parse(file: string, text: string): ts.SourceFile {
  loadCompiler();
  const kind = /\.(tsx|jsx)$/.test(file)
    ? ts.ScriptKind.TSX
    : /\.[cm]?js$/.test(file)
      ? ts.ScriptKind.JSX
      : ts.ScriptKind.TS;
  const options = { languageVersion: ts.ScriptTarget.ESNext, jsDocParsingMode: ts.JSDocParsingMode.ParseNone };
  const source = ts.createSourceFile(file, text, options, true, kind);
  // The compiler takes the backslash in a name for a slash; the file keeps the name that it is found by.
  source.fileName = file;
  return source;
}

/** Builds the tables of one parsed file. */
export function indexModule(file: string, source: ts.SourceFile): SourceModule {
  const scopes = new Map<ts.Node, Map<string, Decl>>();
  const exports = new Map<string, ExportTarget>();
  const stars: string[] = [];
  const calls = new Map<string, ts.CallExpression[]>();
  const constructions = new Map<string, ts.NewExpression[]>();
  const writes = new Map<string, Write[]>();
  const propertyWrites = new Map<string, PropertyWrite[]>();
  const elementWrites: ElementWrite[] = [];
  const argumentUses = new Map<string, ArgumentUse[]>();
  const classes: ts.ClassLikeDeclaration[] = [];
  const reads = new Map<string, (ts.PropertyAccessExpression | ts.ElementAccessExpression)[]>();
  const templates: ts.TemplateExpression[] = [];
  const marks = new Map<string, ts.StringLiteralLike[]>();
  const regexes: ts.RegularExpressionLiteral[] = [];
  const tests: ts.BinaryExpression[] = [];
  const objectProperties = new Map<string, ts.ObjectLiteralElementLike[]>();
  const decorated: (ts.ClassDeclaration | ts.MethodDeclaration)[] = [];
  let nodes = 0;

  const declare = (scope: ts.Node, name: string, decl: Decl) => {
    const names = scopes.get(scope) ?? new Map<string, Decl>();
    scopes.set(scope, names);
    const known = names.get(name);
    // An overload signature has no body, and a type import gives way to a value of the same name.
    if (known && !(known.is === 'function' && !known.node.body) && !(known.is === 'import' && known.typeOnly)) {
      if (decl.is !== 'function' || !decl.node.body) return;
    }
    names.set(name, decl);
  };

  const bind = (
    name: ts.BindingName,
    scope: ts.Node,
    path: readonly PathStep[],
    make: (name: ts.Identifier, path: readonly PathStep[]) => Decl,
  ): void => {
    if (ts.isIdentifier(name)) {
      declare(scope, name.text, make(name, path));
      return;
    }
    name.elements.forEach((element, index) => {
      if (ts.isOmittedExpression(element)) return;
      const fallback = element.initializer ? { fallback: element.initializer } : {};
      const step: PathStep = element.dotDotDotToken
        ? { rest: ts.isObjectBindingPattern(name) ? 'object' : 'array', from: index }
        : ts.isArrayBindingPattern(name)
          ? { index, ...fallback }
          : { key: bindingKey(element), ...fallback };
      bind(element.name, scope, [...path, step], make);
    });
  };

  const visit = (node: ts.Node): void => {
    nodes++;
    switch (node.kind) {
      case ts.SyntaxKind.VariableDeclaration: {
        const declaration = node as ts.VariableDeclaration;
        const list = declaration.parent;
        if (!ts.isVariableDeclarationList(list)) break; // a catch clause's variable is opaque
        const loop = ts.isForOfStatement(list.parent) || ts.isForInStatement(list.parent) ? list.parent : undefined;
        const scope = list.flags & ts.NodeFlags.BlockScoped ? blockOf(list) : functionScopeOf(list);
        bind(declaration.name, scope, [], (name, path) => ({
          is: 'variable',
          name,
          path,
          init: loop ? loop.expression : declaration.initializer,
          each: loop,
          type: declaration.type,
        }));
        if (isExported(list.parent)) eachName(declaration.name, name => exports.set(name, { local: name }));
        break;
      }
      case ts.SyntaxKind.CatchClause: {
        const clause = node as ts.CatchClause;
        if (clause.variableDeclaration) {
          bind(clause.variableDeclaration.name, clause, [], name => ({ is: 'opaque', node: name }));
        }
        break;
      }
      case ts.SyntaxKind.FunctionDeclaration: {
        const fn = node as ts.FunctionDeclaration;
        if (fn.name) declare(blockOf(fn), fn.name.text, { is: 'function', node: fn });
        if (isExported(fn)) exportDeclaration(fn, fn.name);
        break;
      }
      case ts.SyntaxKind.FunctionExpression: {
        const fn = node as ts.FunctionExpression;
        if (fn.name) declare(fn, fn.name.text, { is: 'function', node: fn });
        break;
      }
      case ts.SyntaxKind.ClassDeclaration:
      case ts.SyntaxKind.ClassExpression: {
        const type = node as ts.ClassLikeDeclaration;
        classes.push(type);
        if (type.name)
          declare(ts.isClassDeclaration(type) ? blockOf(type) : type, type.name.text, { is: 'class', node: type });
        if (ts.isClassDeclaration(type)) {
          if (isExported(type)) exportDeclaration(type, type.name);
          if (ts.canHaveDecorators(type) && ts.getDecorators(type)) decorated.push(type);
        }
        break;
      }
      case ts.SyntaxKind.MethodDeclaration:
        if (ts.getDecorators(node as ts.MethodDeclaration)) decorated.push(node as ts.MethodDeclaration);
        if (ts.isObjectLiteralExpression(node.parent)) addProperty(node as ts.MethodDeclaration);
        break;
      case ts.SyntaxKind.Parameter: {
        const parameter = node as ts.ParameterDeclaration;
        const fn = parameter.parent;
        if (!isFunctionNode(fn)) break;
        const first = fn.parameters[0];
        const shift = first && ts.isIdentifier(first.name) && first.name.text === 'this' ? 1 : 0;
        const index = fn.parameters.indexOf(parameter) - shift;
        bind(parameter.name, fn, [], (name, path) => ({ is: 'parameter', name, fn, index, path, node: parameter }));
        break;
      }
      case ts.SyntaxKind.EnumDeclaration: {
        const type = node as ts.EnumDeclaration;
        declare(blockOf(type), type.name.text, { is: 'enum', node: type });
        if (isExported(type)) exports.set(type.name.text, { local: type.name.text });
        break;
      }
      case ts.SyntaxKind.ImportDeclaration:
        readImport(node as ts.ImportDeclaration, (name, decl) => declare(source, name, decl));
        break;
      case ts.SyntaxKind.ImportEqualsDeclaration: {
        const equals = node as ts.ImportEqualsDeclaration;
        const reference = equals.moduleReference;
        if (ts.isExternalModuleReference(reference) && ts.isStringLiteralLike(reference.expression)) {
          declare(source, equals.name.text, {
            is: 'import',
            spec: reference.expression.text,
            name: '*',
            typeOnly: false,
          });
        }
        break;
      }
      case ts.SyntaxKind.ExportDeclaration:
        readExport(node as ts.ExportDeclaration, exports, stars);
        break;
      case ts.SyntaxKind.ExportAssignment:
        exports.set((node as ts.ExportAssignment).isExportEquals ? '=' : 'default', {
          expression: (node as ts.ExportAssignment).expression,
        });
        break;
      case ts.SyntaxKind.CallExpression: {
        const call = node as ts.CallExpression;
        push(calls, lastName(call.expression), call);
        useArguments(call);
        readCompiledExport(call, exports, stars);
        break;
      }
      case ts.SyntaxKind.NewExpression: {
        const construction = node as ts.NewExpression;
        push(constructions, lastName(construction.expression), construction);
        useArguments(construction);
        break;
      }
      case ts.SyntaxKind.BinaryExpression: {
        const binary = node as ts.BinaryExpression;
        const operator = binary.operatorToken.kind;
        if (isAssignment(operator)) write(binary.left, binary.right);
        else if (isEquality(operator)) tests.push(binary);
        break;
      }
      case ts.SyntaxKind.PropertyAccessExpression:
        push(reads, (node as ts.PropertyAccessExpression).name.text, node as ts.PropertyAccessExpression);
        break;
      case ts.SyntaxKind.ElementAccessExpression: {
        const access = node as ts.ElementAccessExpression;
        if (ts.isStringLiteralLike(access.argumentExpression)) push(reads, access.argumentExpression.text, access);
        break;
      }
      case ts.SyntaxKind.TemplateExpression:
        templates.push(node as ts.TemplateExpression);
        break;
      case ts.SyntaxKind.RegularExpressionLiteral:
        regexes.push(node as ts.RegularExpressionLiteral);
        break;
      case ts.SyntaxKind.StringLiteral:
      case ts.SyntaxKind.NoSubstitutionTemplateLiteral: {
        const literal = node as ts.StringLiteralLike;
        if (markedTexts.test(literal.text)) push(marks, literal.text.toLowerCase(), literal);
        break;
      }
      case ts.SyntaxKind.PropertyAssignment:
      case ts.SyntaxKind.ShorthandPropertyAssignment:
        addProperty(node as ts.ObjectLiteralElementLike);
        break;
    }
    ts.forEachChild(node, visit);
  };

  const addProperty = (node: ts.ObjectLiteralElementLike) => {
    const name = node.name && propertyName(node.name);
    if (name !== undefined) push(objectProperties, name, node);
  };

  const exportDeclaration = (node: ts.FunctionDeclaration | ts.ClassDeclaration, name: ts.Identifier | undefined) => {
    const isDefault = node.modifiers?.some(modifier => modifier.kind === ts.SyntaxKind.DefaultKeyword);
    if (isDefault && !name) {
      const local = '*default*';
      declare(source, local, ts.isClassDeclaration(node) ? { is: 'class', node } : { is: 'function', node });
      exports.set('default', { local });
    } else if (name) {
      exports.set(isDefault ? 'default' : name.text, { local: name.text });
    }
  };

  const useArguments = (call: ts.CallExpression | ts.NewExpression) => {
    call.arguments?.forEach((argument, index) => {
      const name = lastName(argument);
      if (name) push(argumentUses, name, { call, index });
    });
  };

  const write = (left: ts.Expression, right: ts.Expression) => {
    const target = unwrap(left);
    if (ts.isIdentifier(target)) push(writes, target.text, { target, right });
    else if (ts.isElementAccessExpression(target)) elementWrites.push({ target, right });
    else if (ts.isPropertyAccessExpression(target)) {
      push(propertyWrites, target.name.text, { target, right });
      if (isModuleExports(target)) exports.set('=', { expression: right });
      else if (isModuleExports(target.expression)) exports.set(target.name.text, { expression: right });
    }
  };

  visit(source);
  return {
    file,
    source,
    scopes,
    exports,
    stars,
    calls,
    constructions,
    writes,
    propertyWrites,
    elementWrites,
    argumentUses,
    classes,
    reads,
    templates,
    marks,
    regexes,
    tests,
    objectProperties,
    decorated,
    nodes,
  };
}

/** `module.exports` or `exports`. */
function isModuleExports(node: ts.Expression): boolean {
  if (ts.isIdentifier(node)) return node.text === 'exports';
  return (
    ts.isPropertyAccessExpression(node) &&
    node.name.text === 'exports' &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === 'module'
  );
}

function readImport(node: ts.ImportDeclaration, declare: (name: string, decl: Decl) => void): void {
  if (!ts.isStringLiteralLike(node.moduleSpecifier)) return;
  const spec = node.moduleSpecifier.text;
  const clause = node.importClause;
  if (!clause) return;
  const typeOnly = clause.phaseModifier === ts.SyntaxKind.TypeKeyword;
  if (clause.name) declare(clause.name.text, { is: 'import', spec, name: 'default', typeOnly });
  const bindings = clause.namedBindings;
  if (!bindings) return;
  if (ts.isNamespaceImport(bindings)) {
    declare(bindings.name.text, { is: 'import', spec, name: '*', typeOnly });
    return;
  }
  for (const element of bindings.elements) {
    const name = (element.propertyName ?? element.name).text;
    declare(element.name.text, { is: 'import', spec, name, typeOnly: typeOnly || element.isTypeOnly });
  }
}

function readExport(node: ts.ExportDeclaration, exports: Map<string, ExportTarget>, stars: string[]): void {
  const spec =
    node.moduleSpecifier && ts.isStringLiteralLike(node.moduleSpecifier) ? node.moduleSpecifier.text : undefined;
  const clause = node.exportClause;
  if (!clause) {
    if (spec !== undefined) stars.push(spec);
  } else if (ts.isNamespaceExport(clause)) {
    if (spec !== undefined) exports.set(clause.name.text, { spec, name: '*' });
  } else {
    for (const element of clause.elements) {
      const name = (element.propertyName ?? element.name).text;
      exports.set(element.name.text, spec === undefined ? { local: name } : { spec, name });
    }
  }
}

/** What `export … from` is compiled to: `__exportStar(require('./a'), exports)`, and a getter on `exports`. */
function readCompiledExport(call: ts.CallExpression, exports: Map<string, ExportTarget>, stars: string[]): void {
  const name = lastName(call.expression);
  const [first, second, third] = call.arguments;
  if (name === '__exportStar' && first && isRequired(first)) {
    const spec = (unwrap(first) as ts.CallExpression).arguments[0];
    if (spec && ts.isStringLiteralLike(spec)) stars.push(spec.text);
  }
  if (name !== 'defineProperty' || !first || !isModuleExports(unwrap(first))) return;
  if (!second || !ts.isStringLiteralLike(second) || !third || !ts.isObjectLiteralExpression(third)) return;
  const getter = third.properties.find(property => property.name && propertyName(property.name) === 'get');
  const fn = getter && (ts.isPropertyAssignment(getter) ? getter.initializer : getter);
  const returned = fn && (ts.isFunctionExpression(fn) || ts.isMethodDeclaration(fn)) && fn.body?.statements[0];
  if (returned && ts.isReturnStatement(returned) && returned.expression)
    exports.set(second.text, { expression: returned.expression });
}

function push<T>(table: Map<string, T[]>, key: string, item: T): void {
  const list = table.get(key);
  if (list) list.push(item);
  else table.set(key, [item]);
}

/** The expression without parentheses, `as`, `!`, `satisfies` and `await`, and without a compiler's `(0, x)` around a callee. */
export function unwrap(node: ts.Expression): ts.Expression {
  for (;;) {
    if (isIndirection(node)) node = node.right;
    else if (
      ts.isParenthesizedExpression(node) ||
      ts.isAsExpression(node) ||
      ts.isNonNullExpression(node) ||
      ts.isSatisfiesExpression(node) ||
      ts.isTypeAssertionExpression(node) ||
      ts.isAwaitExpression(node)
    ) {
      node = node.expression;
    } else return node;
  }
}

/** Whether an expression is `require(…)`, also inside what compilers put around it. */
export function isRequired(expression: ts.Expression | undefined): boolean {
  const node = expression && unwrap(expression);
  if (!node || !ts.isCallExpression(node)) return false;
  const name = lastName(node.expression);
  return name === 'require' || (interop.has(name) && isRequired(node.arguments[0]));
}

/** What TypeScript, Babel and esbuild put around a `require`: it gives the module as an `import` would see it. */
export const interop: ReadonlySet<string> = new Set([
  '__importDefault',
  '__importStar',
  '__toESM',
  '_interopRequireDefault',
  '_interopRequireWildcard',
]);

/** `0, x`: how compilers call an import without handing it `this`. */
function isIndirection(node: ts.Expression): node is ts.BinaryExpression {
  return (
    node.kind === ts.SyntaxKind.BinaryExpression &&
    (node as ts.BinaryExpression).operatorToken.kind === ts.SyntaxKind.CommaToken &&
    ts.isNumericLiteral((node as ts.BinaryExpression).left)
  );
}

/** The name an expression ends in: `c` of `a.b.c`, `b` of `a['b']`; '' when there is none. */
export function lastName(expression: ts.Expression): string {
  const node = unwrap(expression);
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return node.argumentExpression.text;
  }
  if (node.kind === ts.SyntaxKind.SuperKeyword) return 'super';
  // `f.bind(x)` is still f, under which it is looked for.
  if (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === 'bind'
  ) {
    return lastName(node.expression.expression);
  }
  return '';
}

/** A property's static name, if it has one. */
export function propertyName(name: ts.PropertyName): string | undefined {
  if (
    ts.isIdentifier(name) ||
    ts.isStringLiteralLike(name) ||
    ts.isNumericLiteral(name) ||
    ts.isPrivateIdentifier(name)
  ) {
    return name.text;
  }
  if (ts.isComputedPropertyName(name) && ts.isStringLiteralLike(name.expression)) return name.expression.text;
  return undefined;
}

/** Anything with parameters and a body. */
export function isFunctionNode(node: ts.Node): node is FunctionNode {
  switch (node.kind) {
    case ts.SyntaxKind.FunctionDeclaration:
    case ts.SyntaxKind.FunctionExpression:
    case ts.SyntaxKind.ArrowFunction:
    case ts.SyntaxKind.MethodDeclaration:
    case ts.SyntaxKind.Constructor:
    case ts.SyntaxKind.GetAccessor:
    case ts.SyntaxKind.SetAccessor:
      return true;
    default:
      return false;
  }
}

/** The function that a node stands in, if any; a parameter's default stands in its function. */
export function enclosingFunction(node: ts.Node): FunctionNode | undefined {
  for (let at = node.parent; at; at = at.parent) if (isFunctionNode(at)) return at;
  return undefined;
}

/** The class that a node stands in, if any. */
export function enclosingClass(node: ts.Node): ts.ClassLikeDeclaration | undefined {
  for (let at = node.parent; at; at = at.parent) if (ts.isClassLike(at)) return at;
  return undefined;
}

function blockOf(node: ts.Node): ts.Node {
  for (let at = node.parent; ; at = at.parent) {
    if (
      ts.isSourceFile(at) ||
      ts.isBlock(at) ||
      ts.isModuleBlock(at) ||
      ts.isCaseBlock(at) ||
      ts.isForStatement(at) ||
      ts.isForOfStatement(at) ||
      ts.isForInStatement(at) ||
      isFunctionNode(at)
    ) {
      return at;
    }
  }
}

function functionScopeOf(node: ts.Node): ts.Node {
  for (let at = node.parent; ; at = at.parent) if (ts.isSourceFile(at) || isFunctionNode(at)) return at;
}

function isExported(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node)?.some(modifier => modifier.kind === ts.SyntaxKind.ExportKeyword) ?? false)
  );
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return (
    kind === ts.SyntaxKind.EqualsToken ||
    kind === ts.SyntaxKind.QuestionQuestionEqualsToken ||
    kind === ts.SyntaxKind.BarBarEqualsToken
  );
}

/** `===`, `==`, `!==` and `!=`. */
export function isEquality(kind: ts.SyntaxKind): boolean {
  return (
    kind === ts.SyntaxKind.EqualsEqualsEqualsToken ||
    kind === ts.SyntaxKind.EqualsEqualsToken ||
    kind === ts.SyntaxKind.ExclamationEqualsEqualsToken ||
    kind === ts.SyntaxKind.ExclamationEqualsToken
  );
}

function bindingKey(element: ts.BindingElement): string {
  if (element.propertyName) return propertyName(element.propertyName) ?? '';
  return ts.isIdentifier(element.name) ? element.name.text : '';
}

function eachName(name: ts.BindingName, use: (name: string) => void): void {
  if (ts.isIdentifier(name)) use(name.text);
  else for (const element of name.elements) if (!ts.isOmittedExpression(element)) eachName(element.name, use);
}

/** Whether an operator takes its left side, or else its right one. */
export function isChoice(kind: ts.SyntaxKind): boolean {
  return kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.QuestionQuestionToken;
}
