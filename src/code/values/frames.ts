import { encloses } from '../functions.js';
import type { Program } from '../program.js';
import type { ts } from '../ts.js';
import type { Env, FunctionValue, Value } from '../value.js';
import { keyOf } from './keys.js';

/** Frames within frames that still pay. */
export const deepestFrame = 6;

/** What a frame knows; its number and depth follow. */
export type FrameFacts = Pick<Env, 'owner'> & Partial<Omit<Env, 'owner' | 'id' | 'depth'>>;

/** The frames met so far: equal facts are the same object, so that frames are told apart by identity. */
export class Frames {
  readonly #known = new Map<string, Env>();

  constructor(readonly program: Program) {}

  /** The frame for these facts, the same object every time. */
  of({ owner, call, callEnv, element, self, parent }: FrameFacts): Env {
    const idOf = (node: ts.Node | undefined) => (node ? this.program.idOf(node) : 0);
    const textOf = (value: Value | undefined) => (value ? keyOf(this.program, value) : '');
    const key = [idOf(owner), idOf(call), callEnv?.id, textOf(element), textOf(self), parent?.id].join('|');
    let env = this.#known.get(key);
    if (!env) {
      const depth = 1 + Math.max(callEnv?.depth ?? 0, parent?.depth ?? 0);
      env = { owner, call, callEnv, element, self, parent, id: this.#known.size + 1, depth };
      this.#known.set(key, env);
    }
    return env;
  }

  /** The frame of a function value entered by a call; undefined past the depth that pays. */
  enter(fn: FunctionValue, call: Env['call'], callEnv: Env | undefined): Env | undefined {
    const relevantCall = call && frameAround(call, callEnv);
    const tooDeep = Math.max(relevantCall?.depth ?? 0, fn.env?.depth ?? 0) >= deepestFrame;
    if (tooDeep) return fn.self ? this.of({ owner: fn.node, self: fn.self }) : undefined;
    return this.of({ owner: fn.node, call, callEnv: relevantCall, self: fn.self, parent: fn.env });
  }
}

/** The innermost frame around a node: those that do not enclose it say nothing about it, and would only swell the memo. */
export function frameAround(node: ts.Node, env: Env | undefined): Env | undefined {
  for (let at = env; at; at = at.parent) if (encloses(at.owner, node)) return at;
  return undefined;
}

/** The innermost frame of this very function, loop or class. */
export function frameOf(env: Env | undefined, owner: ts.Node): Env | undefined {
  for (let at = env; at; at = at.parent) if (at.owner === owner) return at;
  return undefined;
}
