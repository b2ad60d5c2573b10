import type { CredentialCarrier } from '../../facts/index.js';
import type { Node } from '../code.js';
import type { ts } from '../ts.js';
import type { Thing } from '../value.js';
import { type Api, isApi, isClosure, isMade, isNative, unknown, type V } from './domain.js';
import { Thrown } from './effects.js';
import type { Machine } from './machine.js';

/** What a library's middleware, option or factory decides about a request, without the user's own code. */
export type LibraryGate =
  | { readonly is: 'passes' }
  /** Refuses a client without a credential. */
  | { readonly is: 'secret'; readonly carrier: CredentialCarrier }
  /** Refuses a header that is not in the list; undefined when the list cannot be read. */
  | {
      readonly is: 'allow';
      readonly header: 'origin' | 'host';
      readonly compares: 'whole' | 'hostname';
      readonly list: readonly string[] | undefined;
      readonly absent: 'passes' | 'refused';
    }
  | { readonly is: 'all'; readonly gates: readonly LibraryGate[] }
  /** Calls the user's function; how it answers is the library's business. */
  | { readonly is: 'asks'; readonly ask: (machine: Machine, node: ts.Node) => 'passes' | 'refuses' }
  /** Only says what it thinks of the request: the user's code has to act on it. */
  | { readonly is: 'answers'; readonly answer: (machine: Machine, node: ts.Node) => V }
  | { readonly is: 'unclear'; readonly why: string };

/** The result of a modelled call. */
export interface Modelled {
  readonly value: V;
}

/** How a library's function answers inside a trial. Throw `Thrown` for its exceptions. */
export type CallModel = (machine: Machine, args: readonly V[], node: ts.Node) => V;

/** What a member of a library's object is inside a trial. */
export type MemberModel = (machine: Machine, node: ts.Node) => V;

/** What frameworks and idioms know of libraries, as the machine asks for it. */
export interface LibraryKnowledge {
  /** By `module path`, such as `crypto timingSafeEqual`. */
  readonly calls: ReadonlyMap<string, CallModel>;
  /** By what made the object and the method, such as `ws new WebSocketServer#handleUpgrade`. */
  readonly methods: ReadonlyMap<string, CallModel>;
  /** By what made the object and the member, such as `cloudflare:workers new WorkerEntrypoint#env`. */
  readonly members: ReadonlyMap<string, MemberModel>;
  /** What a library object decides when it is called as middleware; undefined when nothing is known of it. */
  gateOf(thing: Thing): LibraryGate | undefined;
}

const suspicious = /auth|jwt|bearer|oauth|passport|clerk|guard|protect|verif|acl|csrf|origin|rebind|session|secur/i;

/** Answers calls that leave the user's code. */
export class Library {
  constructor(private readonly knowledge: LibraryKnowledge) {}

  call(machine: Machine, callee: V, args: readonly V[], _self: V, node: ts.Node): Modelled | undefined {
    if (isApi(callee)) return this.#api(machine, callee, args, node);
    if (isMade(callee)) return this.#middleware(machine, callee.thing, args, node);
    return undefined;
  }

  #api(machine: Machine, callee: Api, args: readonly V[], node: ts.Node): Modelled | undefined {
    const model = this.knowledge.calls.get(`${callee.api} ${callee.path}`);
    if (model) return { value: model(machine, args, node) };
    // A call inside the running code makes a library object here and now; what it gates is known by its maker.
    const [made] = machine.values.of(node as ts.Expression);
    if (made?.is === 'thing' && this.knowledge.gateOf(made)) return { value: { thing: made } };
    return undefined;
  }

  member(machine: Machine, thing: Thing, name: string, node: ts.Node): Modelled | undefined {
    const model = this.knowledge.members.get(`${thing.made}#${name}`);
    if (model) return { value: model(machine, node) };
    const writes = machine.values.writesTo(thing, name);
    if (writes.length)
      return {
        value: machine.fromStatic(
          writes.flatMap(({ right }) => machine.values.of(right)),
          writes[0]!.right,
        ),
      };
    return undefined;
  }

  method(machine: Machine, thing: Thing, name: string, args: readonly V[], node: ts.Node): Modelled | undefined {
    if (/^(fetch|handle|request)$/.test(name) && handedOff(machine, thing))
      return { value: unknown('config', "the app's answer", `handOff:${name}`, node, true) };
    const model = this.knowledge.methods.get(`${thing.made}#${name}`);
    return model && { value: model(machine, args, node) };
  }

  construct(machine: Machine, callee: Api, args: readonly V[], node: ts.Node): Modelled | undefined {
    const model = this.knowledge.calls.get(`${callee.api} new ${callee.path}`);
    if (model) return { value: model(machine, args, node) };
    const made = machine.values.of(node as ts.Expression).find(value => value.is === 'thing');
    return made && this.knowledge.gateOf(made) ? { value: { thing: made } } : undefined;
  }

  /** A library's middleware: decides, then calls `next`. */
  #middleware(machine: Machine, thing: Thing, args: readonly V[], node: ts.Node): Modelled | undefined {
    if (handedOff(machine, thing)) return { value: undefined };
    const gate = this.knowledge.gateOf(thing);
    if (gate?.is === 'answers') return { value: gate.answer(machine, node) };
    const next = [...args].reverse().find(arg => isNative(arg) || isClosure(arg));
    const proceed = (): Modelled => ({ value: next === undefined ? true : machine.call(next, [], undefined, node) });
    if (gate) {
      applyGate(machine, gate, thing.site);
      if (machine.effect?.does === 'refuses') return { value: false };
      return proceed();
    }
    // A wrapper around handlers (`asyncHandler(fn)`) runs what it was given.
    const given =
      thing.call?.arguments
        ?.flatMap(argument => machine.values.of(argument, thing.env))
        .filter(value => value.is === 'function') ?? [];
    if (given.length) return { value: machine.call(machine.fromStatic([given[0]!], node), args, undefined, node) };
    if (suspicious.test(thing.made)) {
      applyGate(machine, { is: 'unclear', why: `\`${thing.made.trim()}\` is not known` }, thing.site);
      if (machine.effect?.does === 'refuses') return { value: false };
    }
    return proceed();
  }
}

/** Runs what hangs on a library object, once: a gate of its own may stand in there. */
function handedOff(machine: Machine, thing: Thing): boolean {
  const { handOff } = machine;
  if (handOff?.site !== thing.site) return false;
  machine.handOff = undefined;
  handOff.run();
  return true;
}

/** Applies a gate to the request on trial: returns when it passes, records the refusal otherwise. */
export function applyGate(machine: Machine, gate: LibraryGate, node: Node): void {
  const { request } = machine;
  if (!request) return;
  if (gate.is !== 'secret' && gate.is !== 'passes') machine.comparesNames = true;
  const refuse = (says: string) => machine.act('refuses', node, says, false);
  switch (gate.is) {
    case 'passes':
    case 'answers':
      return;
    case 'all':
      for (const each of gate.gates) {
        applyGate(machine, each, node);
        if (machine.effect?.does === 'refuses') return;
      }
      return;
    case 'secret':
      machine.carriers.add(gate.carrier);
      if (request.credentials === 'none') refuse('refused without a credential');
      return;
    case 'asks':
      if (gate.ask(machine, node) === 'refuses') refuse('refused by the callback');
      return;
    case 'unclear': {
      const on = unknown('opaque', gate.why, `gate:${machine.values.program.idOf(node)}`, node);
      if (machine.choose(on, 2, node, 'passes') === 1) refuse(gate.why);
      return;
    }
    case 'allow': {
      const text = gate.header === 'origin' ? request.origin : request.host;
      if (text === null) {
        if (gate.absent === 'refused') refuse(`no ${gate.header} header`);
        return;
      }
      const compared = gate.compares === 'whole' ? text : hostnameOf(text, gate.header);
      const isListed = compared !== undefined && (gate.list ?? []).includes(compared);
      if (!isListed && !(gate.list === undefined && !request.isMarked(text)))
        refuse(`${gate.header} ${text} is not in the list`);
      return;
    }
  }
}

function hostnameOf(text: string, header: 'origin' | 'host'): string | undefined {
  try {
    return new URL(header === 'origin' ? text : `http://${text}`).hostname;
  } catch {
    return undefined;
  }
}

/** Throws inside the user's code, as a library's check does. */
export function reject(says: string): never {
  throw new Thrown({ error: says });
}

/** Whether any of the arguments is missing: a verification of nothing fails. */
export function isMissing(args: readonly V[]): boolean {
  return args.length === 0 || args[0] === undefined || args[0] === null;
}
