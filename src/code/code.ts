import type { Location, Setting } from '../facts/index.js';
import { constructorOf, methodNames, typesOf } from './classes.js';
import { conditionsAround } from './climb.js';
import { Deadline } from './deadline.js';
import {
  enclosingClass,
  enclosingFunction,
  type FunctionNode,
  isRequired,
  lastName,
  propertyName,
  type SourceModule,
  unwrap,
} from './module.js';
import { Order, type Stamp } from './order.js';
import { childrenOf, preorder } from './preorder.js';
import { Program } from './program.js';
import type { Scan } from './scan.js';
import { sizeTestBeforeParsing } from './size-tests.js';
import { bindingOf, classOfBinding, type Handed, handedRequest, movedTo } from './stubs.js';
import type { SourceTree } from './tree.js';
import { ts } from './ts.js';
import type { Env, InstanceValue, Primitive, Thing, Value } from './value.js';
import { type Loan, Values } from './values.js';

/** A syntax node, for those who only carry it around. */
export type Node = ts.Node;
export type Expression = ts.Expression;

/** A call or construction, in one of the frames under which it runs. */
export interface Call {
  readonly node: ts.CallExpression | ts.NewExpression;
  readonly env: Env | undefined;
  readonly module: SourceModule;
}

/** A call on a library's object. */
export interface MethodCall extends Call {
  readonly method: string;
  readonly receiver: Thing;
}

/** A call of a library's export, or the construction of one. */
export interface ApiCall extends Call {
  readonly api: { readonly module: string; readonly path: string };
  /** The object that comes out. */
  readonly thing: Thing;
}

/** A condition that must hold (or fail) for a place to run. */
export interface Condition {
  readonly expression: ts.Expression;
  readonly holds: boolean;
  readonly env: Env | undefined;
}

/** What an argument or option may be, and where it is written. */
export interface Given {
  readonly values: readonly Value[];
  readonly node: ts.Node;
}

/** The audited source, asked in the words of frameworks and idioms. */
export class Code {
  readonly program: Program;
  readonly values: Values;
  readonly #order: Order;
  readonly #files: readonly string[];
  readonly #methodCalls = new Map<string, readonly MethodCall[]>();

  /** Of what was scanned, only the interesting files are parsed unasked. */
  constructor(
    readonly tree: SourceTree,
    scanned: Scan,
    /** When all that is asked here has to be answered. */
    readonly deadline = new Deadline(),
  ) {
    this.program = new Program(tree, scanned);
    this.values = new Values(this.program, deadline);
    this.#order = new Order(this.program, this.values);
    // Named files are the question; what they import and who calls them is read on demand.
    const candidates = this.program.candidates();
    this.#files = tree.only ? candidates.filter(file => tree.only?.includes(file)) : candidates;
  }

  /** The modules that the prefilter let through, in order of file name. */
  modules(): SourceModule[] {
    return this.#files.flatMap(file => {
      this.deadline.check();
      return this.program.module(file) ?? [];
    });
  }

  at(node: ts.Node): Location {
    this.deadline.check();
    return this.program.locationOf(node);
  }

  stampOf(call: { readonly node: ts.Node; readonly env: Env | undefined }): Stamp {
    return this.#order.stampOf(call.node, call.env);
  }

  /** Says what a library passes when it calls these functions: `app.register(plugin)` hands the plugin an app. */
  lend(given: readonly Loan[]): void {
    this.values.lend(given);
    this.#methodCalls.clear();
  }

  /** Calls of these methods on library objects, once per frame and receiver. */
  methodCalls(names: readonly string[]): MethodCall[] {
    return names.flatMap(name => {
      const known = this.#methodCalls.get(name) ?? this.#callsOfMethod(name);
      this.#methodCalls.set(name, known);
      return known;
    });
  }

  #callsOfMethod(name: string): readonly MethodCall[] {
    return this.modules().flatMap(module =>
      (module.calls.get(name) ?? []).flatMap(node => {
        const callee = unwrap(node.expression);
        if (!ts.isPropertyAccessExpression(callee) && !ts.isElementAccessExpression(callee)) return [];
        return this.#receiversOf(node, callee.expression).map(({ env, receiver }) => ({
          node,
          env,
          module,
          method: name,
          receiver,
        }));
      }),
    );
  }

  /** The library objects that a call's receiver is, frame by frame. */
  #receiversOf(node: ts.Node, expression: ts.Expression): { env: Env | undefined; receiver: Thing }[] {
    // What is no library object for any caller needs no look at each.
    if (!this.things(expression).length) return [];
    return this.values
      .contextsOf(node)
      .flatMap(env => this.things(expression, env).map(receiver => ({ env, receiver })));
  }

  /** Calls `thing[method](…)` whose method is computed; `method` is its value, or '' when unreadable. */
  computedCalls(): MethodCall[] {
    const found: MethodCall[] = [];
    for (const module of this.modules()) {
      for (const node of module.calls.get('') ?? []) {
        const callee = unwrap(node.expression);
        if (!ts.isElementAccessExpression(callee)) continue;
        for (const { env, receiver } of this.#receiversOf(node, callee.expression)) {
          for (const method of this.values.of(callee.argumentExpression, env)) {
            found.push({ node, env, module, method: method.is === 'literal' ? String(method.value) : '', receiver });
          }
        }
      }
    }
    return found;
  }

  /** The library objects that an expression may be; an instance of an own subclass counts as its library base. */
  things(expression: ts.Expression, env?: Env): Thing[] {
    return this.values.of(expression, env).flatMap(value => {
      if (value.is === 'thing') return [value];
      if (value.is === 'instance') {
        const thing = this.values.thingOf(value);
        return thing ? [thing] : [];
      }
      return [];
    });
  }

  /** Calls of a library's exports: `isWanted` sees the module and the dotted path. */
  apiCalls(names: readonly string[], isWanted: (module: string, path: string) => boolean): ApiCall[] {
    const found: ApiCall[] = [];
    for (const module of this.modules()) {
      for (const name of localNames(module, names)) {
        for (const node of module.calls.get(name) ?? []) this.#addApiCall(node, module, isWanted, found);
      }
    }
    return found;
  }

  /** Constructions of a library's classes, the `super(…)` of own subclasses included. */
  constructions(isWanted: (module: string, path: string) => boolean): ApiCall[] {
    const found: ApiCall[] = [];
    for (const module of this.modules()) {
      for (const list of module.constructions.values()) {
        for (const node of list) this.#addApiCall(node, module, isWanted, found);
      }
      for (const type of module.classes) this.#addSubclass(type, module, isWanted, found);
    }
    return found;
  }

  #addApiCall(
    node: ts.CallExpression | ts.NewExpression,
    module: SourceModule,
    isWanted: (module: string, path: string) => boolean,
    found: ApiCall[],
  ): void {
    const callees = this.values.of(node.expression);
    if (!callees.some(callee => callee.is === 'api' && isWanted(callee.module, callee.path))) return;
    for (const env of this.values.contextsOf(node)) {
      for (const callee of this.values.of(node.expression, env)) {
        if (callee.is !== 'api' || !isWanted(callee.module, callee.path)) continue;
        const [thing] = this.things(node, env);
        if (thing) found.push({ node, env, module, api: callee, thing });
      }
    }
  }

  #addSubclass(
    type: ts.ClassLikeDeclaration,
    module: SourceModule,
    isWanted: (module: string, path: string) => boolean,
    found: ApiCall[],
  ): void {
    if (!type.heritageClauses?.length) return;
    const base = this.values.thingOf(this.values.someInstance(type));
    const [library = '', path = ''] = base?.made.split(' new ') ?? [];
    if (!base || !isWanted(library, path)) return;
    const made = this.values.instancesOf(type);
    // A class of which nobody is seen to make an instance is made by others.
    const things = made.length
      ? made.filter(instance => instance.of.node === type).map(instance => this.values.thingOf(instance))
      : [base];
    for (const thing of things) {
      if (thing?.call) found.push({ node: thing.call, env: thing.env, module, api: { module: library, path }, thing });
    }
  }

  /** The argument at an index; undefined values when it is not passed. */
  argument(
    call: { readonly node: ts.CallExpression | ts.NewExpression; readonly env: Env | undefined },
    index: number,
  ): Given {
    const args = call.node.arguments ?? [];
    const spread = args.findIndex(ts.isSpreadElement);
    if (spread >= 0 && spread <= index) {
      const items = this.values
        .of((args[spread] as ts.SpreadElement).expression, call.env)
        .flatMap(value => this.values.elements(value, call.node));
      return {
        values: items.length ? items : [{ is: 'unclear', why: 'spread arguments', node: call.node }],
        node: args[spread]!,
      };
    }
    const argument = args[index];
    if (!argument) return { values: [{ is: 'literal', value: undefined, node: undefined }], node: call.node };
    return { values: this.values.of(argument, call.env), node: argument };
  }

  /** All arguments from an index on, spreads opened. */
  argumentsFrom(
    call: { readonly node: ts.CallExpression | ts.NewExpression; readonly env: Env | undefined },
    index: number,
  ): Given[] {
    return (call.node.arguments ?? []).slice(index).flatMap(argument => {
      if (!ts.isSpreadElement(argument)) return [{ values: this.values.of(argument, call.env), node: argument }];
      return this.values
        .of(argument.expression, call.env)
        .flatMap(value => this.values.elements(value, argument))
        .map(value => ({ values: [value], node: argument }));
    });
  }

  /** A named property of what was given. */
  option(given: Given, name: string): Given {
    const values = given.values.flatMap((value): readonly Value[] =>
      value.is === 'literal' || value.is === 'env' ? [] : this.values.property(value, name, given.node),
    );
    return {
      values: values.length ? values : [{ is: 'literal', value: undefined, node: undefined }],
      node: given.node,
    };
  }

  /** Arrays opened, nested ones too: what middleware lists amount to. */
  flattened(given: Given): Given[] {
    return given.values.flatMap((value): Given[] =>
      value.is === 'array' || value.is === 'list'
        ? this.values
            .elements(value, given.node)
            .flatMap(element => this.flattened({ values: [element], node: given.node }))
        : [{ values: [value], node: given.node }],
    );
  }

  /**
   * What was given as a setting: `decode` turns a primitive into the setting's value, or undefined when it does not
   * fit. Missing, `undefined` and unset environment variables leave the library's default.
   */
  setting<T>(
    given: Given,
    decode: (value: Primitive) => T | undefined,
    fallback: { value: T; because: string },
  ): Setting<T> {
    const read: { value: T; node: ts.Node | undefined }[] = [];
    let isMissing = false;
    let unclear: { why: string; node: ts.Node } | undefined;
    for (const value of given.values) {
      if (isLeftOut(value)) isMissing = true;
      else if (value.is === 'literal') {
        const decoded = decode(value.value);
        if (decoded === undefined) isMissing = true;
        else if (!read.some(each => Object.is(each.value, decoded))) read.push({ value: decoded, node: value.node });
      } else if (value.is === 'env')
        unclear ??= { why: `environment variable ${value.name} has to be set`, node: given.node };
      else unclear ??= value.is === 'unclear' ? value : { why: 'a value that is not constant', node: given.node };
    }
    if (!unclear && read.length === 1 && !isMissing) {
      const [only] = read;
      return { is: 'set', value: only!.value, at: this.at(only!.node ?? given.node) };
    }
    if (!unclear && read.length === 0) return { is: 'default', ...fallback };
    const why = unclear
      ? unclear.why
      : `one of ${[...read.map(each => String(each.value)), ...(isMissing ? ['the default'] : [])].join(', ')}`;
    return { is: 'unclear', at: this.at(unclear?.node ?? given.node), why };
  }

  /** Calls under a name, whatever stands behind it: for methods of objects that a library hands to the user's functions. */
  callsNamed(name: string): Call[] {
    return this.modules().flatMap(module =>
      (module.calls.get(name) ?? []).flatMap(node => this.values.contextsOf(node).map(env => ({ node, env, module }))),
    );
  }

  /** Calls `stub.fetch(request)` on an object of the platform, with the binding's name and the class it is declared to hold. */
  stubCalls(): (Call & {
    readonly binding: string;
    readonly holds: string | undefined;
    readonly hands: Handed;
    readonly to: string | undefined;
  })[] {
    return this.callsNamed('fetch').flatMap(call => {
      const callee = unwrap(call.node.expression);
      if (!ts.isPropertyAccessExpression(callee)) return [];
      const binding = bindingOf(this.values, callee.expression, call.env);
      if (binding === undefined) return [];
      const holds = classOfBinding(this.program, binding);
      const hands = handedRequest(this.values, call.node);
      return [{ ...call, binding, holds, hands, to: hands === 'moved' ? movedTo(this.values, call.node) : undefined }];
    });
  }

  /** The instance that a place runs in, when it stands in a class. */
  instanceAround(node: ts.Node): InstanceValue | undefined {
    const type = enclosingClass(node);
    return type && this.values.someInstance(type);
  }

  /** A class's constructor, if it has one with a body. */
  constructorOf(type: ts.ClassLikeDeclaration): FunctionNode | undefined {
    return constructorOf(type);
  }

  /** Classes of which one of these holds: the library's class that they descend from, or a type that they name as theirs. */
  classesLike(isLike: (base: string | undefined, types: readonly string[]) => boolean): InstanceValue[] {
    return this.modules().flatMap(({ classes }) =>
      classes.flatMap(type => {
        const instance = this.values.someInstance(type);
        return isLike(this.values.thingOf(instance)?.made, typesOf(type)) ? [instance] : [];
      }),
    );
  }

  /** The named properties of object literals among what was given, in the order they are written; spreads opened. */
  entries(given: Given): { name: string; given: Given }[] {
    return given.values.flatMap(value => {
      if (value.is !== 'object') return [];
      return value.node.properties.flatMap(property => {
        if (ts.isSpreadAssignment(property))
          return this.entries({ values: this.values.of(property.expression, value.env), node: property });
        const name = property.name && propertyName(property.name);
        return name === undefined
          ? []
          : [{ name, given: { values: this.values.property(value, name, property), node: property } }];
      });
    });
  }

  /** The same where the object may be an instance of an own class: what it can be asked to do. */
  methods(given: Given): { name: string; given: Given }[] {
    const ofInstances = given.values.flatMap(value =>
      value.is !== 'instance'
        ? []
        : methodNames(value.of.node).map(name => ({
            name,
            given: { values: this.values.property(value, name, given.node), node: given.node },
          })),
    );
    return [...this.entries(given), ...ofInstances];
  }

  /** The entries of a table that an argument is read from by a loop over its keys: `on(event, table[event])`. */
  tableRead(call: Call, index: number): { name: string; given: Given }[] | undefined {
    const argument = call.node.arguments?.[index];
    const read = argument && unwrap(argument);
    const key = call.node.arguments?.[0] && unwrap(call.node.arguments[0]);
    if (!read || !key || !ts.isElementAccessExpression(read) || !ts.isIdentifier(key)) return undefined;
    const isSameKey = ts.isIdentifier(read.argumentExpression) && read.argumentExpression.text === key.text;
    if (!isSameKey) return undefined;
    return this.entries({ values: this.values.of(read.expression, call.env), node: read });
  }

  /** What object literals hold under a name, wherever they stand: `{ GET, POST }`, `{ fetch(request) { … } }`. */
  members(name: string): Given[] {
    return this.modules().flatMap(module =>
      (module.objectProperties.get(name) ?? []).flatMap((node): Given[] => {
        if (ts.isPropertyAssignment(node)) return [{ values: this.values.of(node.initializer), node }];
        if (ts.isShorthandPropertyAssignment(node)) return [{ values: this.values.of(node.name), node }];
        return ts.isMethodDeclaration(node)
          ? [{ values: [{ is: 'function', node, env: undefined, self: undefined }], node }]
          : [];
      }),
    );
  }

  /** Calls of a library object itself: `handler(request, response)`. */
  callsOfThing(thing: Thing): Call[] {
    const names = new Set<string>();
    for (let at: ts.Node = thing.site; at; at = at.parent) {
      if (ts.isVariableDeclaration(at) && ts.isIdentifier(at.name)) names.add(at.name.text);
      if (ts.isPropertyAssignment(at) || ts.isPropertyDeclaration(at)) names.add(at.name.getText());
      if (ts.isBinaryExpression(at)) names.add(lastName(at.left));
      if (ts.isStatement(at)) break;
    }
    const found: Call[] = [];
    for (const module of this.modules()) {
      for (const name of localNames(module, [...names])) {
        for (const node of module.calls.get(name) ?? []) {
          for (const env of this.values.contextsOf(node)) {
            if (this.things(node.expression, env).some(callee => callee.site === thing.site))
              found.push({ node, env, module });
          }
        }
      }
    }
    return found;
  }

  /** The library objects that a function calls as functions, by where they were made: `app(request, response)`. */
  calledThings(fn: FunctionNode): ts.Node[] {
    const found: ts.Node[] = [];
    for (const list of this.program.moduleOf(fn).calls.values()) {
      for (const node of list) {
        if (node.pos < fn.pos || node.end > fn.end || node.arguments.length < 2) continue;
        const callee = unwrap(node.expression);
        if (!ts.isIdentifier(callee) && callee.kind !== ts.SyntaxKind.PropertyAccessExpression) continue;
        for (const thing of this.things(callee)) found.push(thing.site);
        // `app.handle(request, response)` and `app.emit('request', …)` hand over, too.
        if (ts.isPropertyAccessExpression(callee) && /^(emit|callback)$/.test(callee.name.text))
          for (const thing of this.things(callee.expression)) found.push(thing.site);
      }
    }
    return found;
  }

  /** Conditions under which the server does not start: those of an `if` that exits or throws outside of request handling. */
  startUpExits(): ts.Expression[] {
    const found = new Set<ts.Expression>();
    for (const module of this.program.modules()) {
      for (const end of [...(module.calls.get('exit') ?? []), ...throwsIn(module)]) {
        const condition = startUpCondition(end);
        if (condition) found.add(condition);
      }
    }
    return [...found];
  }

  /** What encloses a place, and its text without white space: what stays the same when lines move. */
  surroundingsAt(at: Location): { enclosing: string; text: string } {
    const source = this.program.module(at.file)?.source;
    if (!source) return { enclosing: '', text: '' };
    const start = source.getPositionOfLineAndCharacter(at.line - 1, at.column - 1);
    const end = source.getPositionOfLineAndCharacter(at.endLine - 1, at.endColumn - 1);
    const names: string[] = [];
    preorder(source, node => {
      if (node.pos > start || node.end < end) return [];
      const name =
        (ts.isFunctionLike(node) ||
          ts.isClassLike(node) ||
          ts.isVariableDeclaration(node) ||
          ts.isPropertyAssignment(node)) &&
        node.name;
      if (name && node.getStart(source) < start) names.push(name.getText(source));
      return childrenOf(node);
    });
    return {
      enclosing: names.slice(-3).join('.'),
      text: source.text.slice(start, end).replace(/\s+/g, ' ').slice(0, 300),
    };
  }

  /**
   * Functions that decide about an origin, by the name of their parameter: `isAllowedOrigin(origin)`, a `cors` callback.
   * Only those that test it are returned.
   */
  originPredicates(): { value: Value; position: number; node: ts.Node }[] {
    const found: { value: Value; position: number; node: ts.Node }[] = [];
    for (const module of this.modules()) {
      for (const [scope, names] of module.scopes) {
        for (const [name, decl] of names) {
          if (
            decl.is !== 'parameter' ||
            decl.path.length ||
            !/^(request|req|ws|socket|client|header|incoming)?_?origin(Header|Value|Url)?$/i.test(name)
          )
            continue;
          if (!decl.fn.body || !testsText(decl.fn)) continue;
          found.push({
            value: { is: 'function', node: decl.fn, env: undefined, self: undefined },
            position: decl.index,
            node: scope,
          });
        }
      }
    }
    return found.slice(0, 40);
  }

  /** The nearest expression that is evaluated as a whole: a node itself, or the table or call that a property stands in. */
  expressionAround(node: ts.Node): ts.Node {
    let at = node;
    while (!ts.isExpression(at) && at.parent) at = at.parent;
    return at;
  }

  /**
   * Places that dispatch an MCP message: by name (`case 'tools/call':`, `method === 'tools/list'`), or as the SDK's
   * `Transport` interface has it, by `this.onmessage(message)`.
   */
  dispatchedMethods(): ts.Node[] {
    return this.modules().flatMap(module => [
      ...(module.calls.get('onmessage') ?? []).filter(call => isOwnMember(call.expression)),
      ...['tools/call', 'tools/list'].flatMap(name =>
        (module.marks.get(name) ?? []).filter(
          ({ parent }) =>
            ts.isCaseClause(parent) ||
            (ts.isBinaryExpression(parent) && /^={2,3}$/.test(parent.operatorToken.getText())),
        ),
      ),
    ]);
  }

  /** Whether a call is waited for where it stands: what it starts is over before the next statement runs. */
  isAwaited(call: Call): boolean {
    let at: ts.Node = call.node;
    while (ts.isParenthesizedExpression(at.parent)) at = at.parent;
    return ts.isAwaitExpression(at.parent);
  }

  /** Functions that are given the messages of a socket that this connection handler is given. */
  messageListenersIn(fn: FunctionNode): FunctionNode[] {
    return ['on', 'once', 'addEventListener', 'addListener'].flatMap(name =>
      (this.program.moduleOf(fn).calls.get(name) ?? [])
        .filter(
          call =>
            call.pos >= fn.pos &&
            call.end <= fn.end &&
            call.arguments[0] &&
            ts.isStringLiteralLike(call.arguments[0]) &&
            call.arguments[0].text === 'message',
        )
        .flatMap(call =>
          (call.arguments[1] ? this.values.of(call.arguments[1]) : []).flatMap(value =>
            value.is === 'function' ? [value.node] : [],
          ),
        ),
    );
  }

  /** A test on a size that comes before anything is parsed, and leaves: `if (data.length > MAX) { …; return }`. */
  sizeTestIn(fn: FunctionNode): ts.Node | undefined {
    return sizeTestBeforeParsing(this, fn);
  }

  /** The name of the method that is called: where a link of a chain of calls stands. */
  methodName(call: Call): ts.Node {
    const callee = unwrap(call.node.expression);
    return ts.isPropertyAccessExpression(callee) ? callee.name : call.node;
  }

  /** The function a node stands in. */
  functionAround(node: ts.Node): FunctionNode | undefined {
    return enclosingFunction(node);
  }

  /** Whether a file answers WebSocket handshakes itself: the key's GUID, or a written 101. https://www.rfc-editor.org/rfc/rfc6455#section-1.3 */
  answersUpgradeByHand(module: SourceModule): boolean {
    return (
      module.marks.has('258eafa5-e914-47da-95ca-c5ab0dc85b11') ||
      /258EAFA5-E914-47DA-95CA-C5AB0DC85B11/i.test(module.source.text)
    );
  }

  /** Whether `thing.close()` is called as soon as the thing listens, where it was made: the mark of a port probe. */
  closesItself(thing: Thing): boolean {
    const home = enclosingFunction(thing.site);
    return (this.program.moduleOf(thing.site).calls.get('close') ?? []).some(node => {
      const callee = unwrap(node.expression);
      if (!ts.isPropertyAccessExpression(callee)) return false;
      return runsOnceListening(node, home) && this.things(callee.expression).some(each => each.site === thing.site);
    });
  }

  /** The conditions under which a call runs: those around it, and around the calls that lead to it. */
  conditionsOf(call: { readonly node: ts.Node; readonly env: Env | undefined }): Condition[] {
    const found: Condition[] = [];
    let { node, env }: { node: ts.Node; env: Env | undefined } = call;
    for (let depth = 0; depth < 6; depth++) {
      for (const expression of conditionsAround(node))
        found.push({ expression: expression.node, holds: expression.holds, env });
      const fn = enclosingFunction(node);
      if (!fn) break;
      const entered = frameInto(env, fn);
      const next = entered?.call ?? this.values.callersOf(fn)[0]?.node;
      if (!next) break;
      env = entered?.callEnv;
      node = next;
    }
    return found;
  }
}

/** Whether a node runs in a function itself, or in what it hands to `listen` or to the event; a shutdown handler runs later. */
function runsOnceListening(node: ts.Node, home: FunctionNode | undefined): boolean {
  const fn = enclosingFunction(node);
  if (fn === home) return true;
  const call = fn && ts.isCallExpression(fn.parent) ? fn.parent : undefined;
  const [event] = call?.arguments ?? [];
  const isTold = event && ts.isStringLiteralLike(event) && event.text === 'listening';
  return call !== undefined && (isTold || lastName(call.expression) === 'listen') && standsWithin(call, home);
}

function standsWithin(node: ts.Node, home: FunctionNode | undefined): boolean {
  return !home || (node.pos >= home.pos && node.end <= home.end);
}

/** The names under which a module may call one of these exports. */
function localNames(module: SourceModule, names: readonly string[]): Set<string> {
  const wanted = new Set(names);
  const found = new Set(names);
  for (const [local, decl] of module.scopes.get(module.source) ?? []) {
    if (decl.is === 'import' && (wanted.has(decl.name) || (wanted.has('default') && decl.name === 'default')))
      found.add(local);
    if (decl.is === 'variable' && isRequired(decl.init)) found.add(local);
  }
  return found;
}

function frameInto(env: Env | undefined, fn: FunctionNode): Env | undefined {
  for (let at = env; at; at = at.parent) if (at.owner === fn && at.call) return at;
  return undefined;
}

function throwsIn(module: SourceModule): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isThrowStatement(node)) found.push(node);
    else ts.forEachChild(node, visit);
  };
  if (/\benv\b/.test(module.source.text)) visit(module.source);
  return found;
}

const textTest = /^(endsWith|startsWith|includes|indexOf|lastIndexOf|search|match|test|exec|has|some|find)$/;

/** Whether a function holds a text against something. */
function testsText(fn: FunctionNode): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (found) return;
    if (ts.isCallExpression(node) && textTest.test(lastName(node.expression))) found = true;
    else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken)
      found = true;
    else ts.forEachChild(node, visit);
  };
  if (fn.body) visit(fn.body);
  return found;
}

/** Missing as shipped: `undefined`, an unset environment variable, or an option that may be left out and nobody sets. */
export function isLeftOut(value: Value): boolean {
  return (
    (value.is === 'env' && !value.required) ||
    (value.is === 'literal' && value.value === undefined) ||
    (value.is === 'unclear' && value.free?.optional === true)
  );
}

function isOwnMember(callee: ts.Expression): boolean {
  const node = unwrap(callee);
  return ts.isPropertyAccessExpression(node) && node.expression.kind === ts.SyntaxKind.ThisKeyword;
}

/** The condition of the `if` that an exit or throw stands in, unless a request is being handled there. */
function startUpCondition(end: ts.Node): ts.Expression | undefined {
  let condition: ts.Expression | undefined;
  for (let at = end.parent, child = end; at; child = at, at = at.parent) {
    if (
      ts.isFunctionLike(at) &&
      at.parameters.some(parameter => /^_?(req|request|res|c|ctx|socket|ws)$/.test(parameter.name.getText()))
    )
      return undefined;
    if (ts.isIfStatement(at) && child === at.thenStatement) condition ??= at.expression;
  }
  return condition;
}
