import type { Code } from './code.js';
import { isCall } from './functions.js';
import { enclosingFunction, type FunctionNode, isFunctionNode, lastName, unwrap } from './module.js';
import { entered, type SocketTrace } from './sockets.js';
import { ts } from './ts.js';

/**
 * How a socket is when the function that was given it is through: `bare` without an error listener, `heard` with one,
 * `closed` by the server before it got one, `lost` in code that is not followed.
 */
export type SocketState = 'bare' | 'heard' | 'closed' | 'lost';

const closers = /^(close|terminate|destroy|end|disconnect)$/;
/** Callbacks of these run on the way, not when an event comes. */
const inPassing = /^(then|catch|finally|forEach|map|nextTick|setImmediate|queueMicrotask|run|resolve|try)$/;

/** The states in which a socket may leave a function that gets it, whatever path is taken, and where each is decided. */
export class ErrorListening {
  readonly #errors: ReadonlySet<ts.Node>;
  readonly #lost: ReadonlySet<ts.Node>;
  /** Functions that have the socket at hand, in themselves or in a function of theirs. */
  readonly #homes = new Set<FunctionNode>();
  readonly #running = new Map<FunctionNode, ReadonlySet<SocketState>>();
  #exits = new Set<SocketState>();

  /** `passOn`: what becomes of a socket that is handed to the server's own listeners by `emit('connection', …)`. */
  constructor(
    private readonly code: Code,
    private readonly trace: SocketTrace,
    private readonly passOn: ReadonlySet<SocketState> = new Set(['lost']),
  ) {
    this.#errors = new Set(trace.listeners.filter(({ event }) => event === 'error').map(({ node }) => node));
    this.#lost = new Set(trace.handedTo);
    for (const holder of trace.holders)
      for (let fn = enclosingFunction(holder); fn; fn = enclosingFunction(fn)) this.#homes.add(fn);
  }

  /** From the entry of a function, with a socket that nobody listens to yet. */
  statesAfter(fn: FunctionNode): ReadonlySet<SocketState> {
    const known = this.#running.get(fn);
    if (known) return known;
    this.#running.set(fn, new Set(['bare']));
    const outer = this.#exits;
    this.#exits = new Set();
    const last = fn.body ? this.#run(fn.body, new Set<SocketState>(['bare'])) : new Set<SocketState>(['bare']);
    const found = new Set([...this.#exits, ...last]);
    this.#exits = outer;
    this.#running.set(fn, found);
    return found;
  }

  #run(node: ts.Node, states: Set<SocketState>): Set<SocketState> {
    if (!states.size) return states;
    if (ts.isBlock(node)) return node.statements.reduce((at, statement) => this.#run(statement, at), states);
    if (ts.isIfStatement(node)) {
      const tested = this.#run(node.expression, states);
      const then = this.#run(node.thenStatement, new Set(tested));
      return union(then, node.elseStatement ? this.#run(node.elseStatement, new Set(tested)) : tested);
    }
    if (ts.isConditionalExpression(node)) {
      const tested = this.#run(node.condition, states);
      return union(this.#run(node.whenTrue, new Set(tested)), this.#run(node.whenFalse, new Set(tested)));
    }
    if (ts.isSwitchStatement(node)) return this.#runSwitch(node, states);
    if (ts.isTryStatement(node)) {
      const tried = this.#run(node.tryBlock, states);
      return node.finallyBlock ? this.#run(node.finallyBlock, tried) : tried;
    }
    if (ts.isThrowStatement(node)) return new Set();
    if (ts.isReturnStatement(node)) {
      const left = node.expression ? this.#run(node.expression, states) : states;
      for (const state of left) this.#exits.add(state);
      return new Set();
    }
    if (isFunctionNode(node)) return states;
    if (isCall(node)) return this.#call(node, states);
    let at = states;
    ts.forEachChild(node, child => {
      at = this.#run(child, at);
    });
    return this.#errors.has(node) ? heard(at) : at;
  }

  #runSwitch(node: ts.SwitchStatement, states: Set<SocketState>): Set<SocketState> {
    const tested = this.#run(node.expression, states);
    const { clauses } = node.caseBlock;
    const ends = clauses.map(clause =>
      clause.statements.reduce((at, statement) => this.#run(statement, at), new Set(tested)),
    );
    return union(...ends, clauses.some(ts.isDefaultClause) ? new Set() : tested);
  }

  #call(call: ts.CallExpression | ts.NewExpression, states: Set<SocketState>): Set<SocketState> {
    let at = this.#run(call.expression, states);
    const name = lastName(call.expression);
    for (const argument of call.arguments ?? []) {
      const inline = unwrap(argument);
      if (isFunctionNode(inline)) {
        if (inPassing.test(name) && inline.body) at = this.#within(inline, at);
      } else at = this.#run(argument, at);
    }
    if (this.#errors.has(call)) return heard(at);
    if (closers.test(name) && this.#isOnSocket(call)) return merged(at, new Set(['closed']));
    if (this.#lost.has(call)) return merged(at, new Set(['lost']));
    const passes = call.arguments?.some(argument => this.trace.holders.has(argument)) ?? false;
    if (name === 'emit' && passes) return merged(at, this.passOn);
    return this.#enter(call, at, passes);
  }

  /** A callback that runs on the way: what it returns goes no further. */
  #within(fn: FunctionNode, states: Set<SocketState>): Set<SocketState> {
    const outer = this.#exits;
    this.#exits = new Set();
    const last = fn.body ? this.#run(fn.body, states) : states;
    const found = union(last, this.#exits);
    this.#exits = outer;
    return found;
  }

  /** Own functions that are given the socket, or have it at hand in a field. */
  #enter(call: ts.CallExpression | ts.NewExpression, states: Set<SocketState>, passes: boolean): Set<SocketState> {
    if (!states.has('bare')) return states;
    const own = entered(this.code, call).filter(fn => passes || this.#homes.has(fn));
    return own.length ? merged(states, union(...own.map(fn => this.statesAfter(fn)))) : states;
  }

  /** Only under the name that the function got it by: `this.socket.close()` may close an earlier one. */
  #isOnSocket(call: ts.CallExpression | ts.NewExpression): boolean {
    const callee = unwrap(call.expression);
    if (!ts.isPropertyAccessExpression(callee) || !this.trace.holders.has(callee.expression)) return false;
    const socket = unwrap(callee.expression);
    return ts.isIdentifier(socket) && this.code.values.declarationOf(socket)?.is === 'parameter';
  }
}

function union(...sets: readonly ReadonlySet<SocketState>[]): Set<SocketState> {
  return new Set(sets.flatMap(set => [...set]));
}

/** A listener of the user's own counts, whoever else was given the socket. */
function heard(states: ReadonlySet<SocketState>): Set<SocketState> {
  return new Set([...states].map(state => (state === 'closed' ? state : 'heard')));
}

/** Only a bare socket changes its state. */
function merged(states: ReadonlySet<SocketState>, bare: ReadonlySet<SocketState>): Set<SocketState> {
  return new Set([...states].flatMap(state => (state === 'bare' ? [...bare] : [state])));
}
