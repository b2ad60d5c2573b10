import { ascentsFrom } from '../code/climb.js';
import { Code, type Node } from '../code/code.js';
import { Deadline, TimeIsOver } from '../code/deadline.js';
import { ignoreCommentsIn } from '../code/ignores.js';
import { type Scan, scan } from '../code/scan.js';
import type { SourceTree } from '../code/tree.js';
import { type CallModel, Library, type LibraryGate, type MemberModel } from '../code/trial/library.js';
import { isOrphan } from '../code/unused.js';
import type { Thing } from '../code/value.js';
import {
  type AskedRequest,
  type Facts,
  type Fault,
  type Subject,
  timeLimitFault,
  type Vouched,
} from '../facts/index.js';
import { noStats, type Stats } from '../stats.js';
import { Spots } from './chains.js';
import { Doors } from './doors.js';
import type { Framework } from './framework.js';
import { frameworks } from './frameworks/index.js';
import type { Findings } from './idiom.js';
import { idioms } from './idioms/index.js';
import { withOpenRoutes } from './open-routes.js';
import { Redaction } from './redaction.js';
import { emptySurface, routerOf, type Surface } from './surface.js';
import { surroundingsOf } from './surroundings.js';
import { Trials } from './trials.js';
import { unmodelledIn } from './unmodelled.js';
import { interesting } from './words.js';

/** What the caller knows or wants to know beside the tree. */
export interface ExtractOptions {
  /** A request to be tried at every door beside the candidates. */
  readonly asked?: AskedRequest | undefined;
  /** What the user answers for is believed. */
  readonly vouched?: Vouched | undefined;
  /** The look at every file, where it was taken before. */
  readonly scanned?: Scan;
  /** Is told what the work has cost. */
  readonly stats?: Stats;
  /** Seconds that the extraction may take. */
  readonly timeLimit?: number | undefined;
}

/** Seconds; the largest servers that were tried take a tenth of it. */
export const usualTimeLimit = 300;

/** Reads a source tree into facts. Never throws on what it finds there: what fails is a fault with its name. */
export function extract(tree: SourceTree, options: ExtractOptions = {}): Facts {
  const { asked, vouched, scanned = scan(tree, interesting), stats = noStats, timeLimit = usualTimeLimit } = options;
  const deadline = new Deadline(timeLimit * 1000);
  const code = new Code(tree, scanned, deadline);
  const surface = emptySurface();
  const faults: Fault[] = [];
  /** What a piece of work finds; what fails is a fault with its name, and the others go on without. */
  const guarded = <T>(name: string, work: () => T, without: T): T => {
    if (deadline.isOver) return without;
    try {
      return stats.time(name, () => deadline.during(work));
    } catch (error) {
      if (error instanceof TimeIsOver) faults.push({ in: timeLimitFault, says: overIn(name, timeLimit) });
      else faults.push({ in: name, says: error instanceof Error ? error.message : String(error) });
      return without;
    }
  };
  for (const framework of frameworks)
    guarded(`framework:${framework.id}`, () => framework.read?.(code, surface), undefined);
  surface.handOffs = guarded('handlers:hand-offs', () => handOffsOf(code, surface), new Map());
  const trials = new Trials(code, new Library(knowledgeOf(code, frameworks)), asked, vouched);
  const spots = new Spots(surface);
  code.values.assign(guarded('handlers:roles', () => spots.roles(), new Map()));
  const doors = new Doors(code, surface, spots, trials);
  const webSockets = guarded('doors:WebSocketServer', () => doors.webSockets(), []);
  const served = guarded('doors:McpEndpoint', () => doors.endpoints(), []);
  const own = guarded('doors:hand-written', () => doors.handWritten(served), []);
  const all = [...served, ...own];
  const endpoints = guarded('doors:open-routes', () => withOpenRoutes(code, surface, trials, all), all);
  const subjects: Subject[] = [...surface.subjects, ...[...webSockets, ...endpoints].map(({ door }) => door)];
  const corsOf = (thing: Thing) => first(frameworks, framework => framework.corsOf?.(code, thing));
  const limitsPace = (thing: Thing) => frameworks.some(framework => framework.limitsPace?.(thing));
  const tellsUsers = (thing: Thing) => frameworks.some(framework => framework.tellsUsers?.(code, thing));
  const opened = { doors, trials, webSockets, endpoints };
  const findings: Findings = { code, surface, spots, ...opened, corsOf, limitsPace, tellsUsers };
  for (const idiom of idioms) subjects.push(...guarded(`idiom:${idiom.id}`, () => idiom.read(findings), []));
  const ignores = tree.files.flatMap(file => {
    if (!scanned.get(file)?.isIgnoring) return [];
    const module = code.program.module(file);
    return module ? ignoreCommentsIn(module) : [];
  });
  const left = guarded('subjects:orphans', () => withoutOrphans(code, subjects), subjects);
  const redaction = new Redaction(code);
  const dressed = surroundingsOf(redaction, [...left, ...ignores]);
  const parsed = code.program.modules();
  stats.count('files parsed', parsed.length);
  for (const { nodes } of parsed) stats.count('nodes visited', nodes);
  stats.count('evaluator steps', trials.steps);
  return redaction.without({
    packages: tree.packages.map(({ name, folder }) => ({ name, folder })),
    subjects: withoutRepeats(left),
    stdio: surface.stdio,
    ignores,
    blindness: [],
    unmodelled: guarded('unmodelled', () => unmodelledIn(code.program), []),
    unread: code.program.unread,
    faults,
    ...dressed,
  });
}

function overIn(name: string, timeLimit: number): string {
  const limit = `${timeLimit} ${timeLimit === 1 ? 'second' : 'seconds'}`;
  return `${limit} were over in ${name}; what comes after it was not looked at. --time-limit allows more.`;
}

/** Without what stands in classes that nobody makes, where the program has doors in files that others import. */
function withoutOrphans(code: Code, subjects: readonly Subject[]): readonly Subject[] {
  const isOfDoor = ({ kind }: Subject) =>
    kind === 'McpEndpoint' || kind === 'ControlEndpoint' || kind === 'WebSocketServer' || kind === 'EventStream';
  const files = new Set(subjects.filter(isOfDoor).map(({ at }) => at.file));
  if (![...files].some(file => code.program.importersOf(file).size > 1)) return subjects;
  const orphans = new Set([...files].filter(file => isOrphan(code, file)));
  return orphans.size ? subjects.filter(({ at }) => !orphans.has(at.file)) : subjects;
}

/** One subject for all callers of a place among whom nothing that is told of it differs. */
function withoutRepeats(subjects: readonly Subject[]): Subject[] {
  return [...new Map(subjects.map(subject => [JSON.stringify(subject), subject])).values()];
}

/** Which apps each own request listener or entry hands its requests to. */
function handOffsOf(code: Code, surface: Surface): NonNullable<Surface['handOffs']> {
  const found = new Map<NonNullable<ReturnType<Code['functionAround']>>, readonly Node[]>();
  const handlers = [
    ...surface.servers.flatMap(({ listeners }) => listeners),
    ...surface.entries.map(({ handler }) => handler),
  ];
  for (const { value } of handlers)
    if (value.is === 'function' && !found.has(value.node)) found.set(value.node, code.calledThings(value.node));
  // `app.fetch(request)` may stand in a helper.
  for (const { receiver, node, env } of code.methodCalls(['fetch', 'handle', 'request'])) {
    if (!routerOf(surface, receiver)) continue;
    for (const { top } of ascentsFrom(code.values, node, env, fn => found.has(fn)))
      found.set(top, [...(found.get(top) ?? []), receiver.site]);
  }
  return found;
}

function knowledgeOf(code: Code, all: readonly Framework[]) {
  const calls = new Map<string, CallModel>(all.flatMap(framework => Object.entries(framework.calls ?? {})));
  const methods = new Map<string, CallModel>(all.flatMap(framework => Object.entries(framework.methods ?? {})));
  const members = new Map<string, MemberModel>(all.flatMap(framework => Object.entries(framework.members ?? {})));
  return {
    calls,
    methods,
    members,
    gateOf: (thing: Thing): LibraryGate | undefined => first(all, framework => framework.gateOf?.(code, thing)),
  };
}

function first<T, R>(items: readonly T[], answer: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = answer(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
