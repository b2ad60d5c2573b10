import { hostLiterals, type World, worldsOf } from '../../code/candidates.js';
import { oddWorlds } from '../../code/odd-origins.js';
import { foreignOriginOf } from '../../code/regex-language.js';
import type { Outcome } from '../../code/trial/decide.js';
import type { LibraryGate } from '../../code/trial/library.js';
import { isTrusted } from '../../code/trial/vouched.js';
import type { DoorPlan } from '../drive.js';
import { type Bench, port } from './bench.js';

/** The request that the user asks about. */
export function askedWorlds(bench: Bench, host: string): World[] {
  return bench.asked ? [{ kind: 'asked', origin: bench.asked.origin, host: bench.asked.host ?? host }] : [];
}

/** The Host that the server itself goes by: one under which some client gets in. */
export function ownHost(bench: Bench, plan: DoorPlan): string {
  const usual = [`localhost:${port}`, `127.0.0.1:${port}`] as const;
  const candidates = () =>
    [
      ...usual.slice(1),
      ...gateHosts(plan),
      ...[...bench.shared.literals].flatMap(hostLiterals).map(text => text.replace(/^[\w-]+:\/\//, '')),
    ].slice(0, 16);
  const tries = (host: string) =>
    [null, `http://${host}`].map(origin => bench.run(plan, { kind: 'loopback', origin, host }, 'all'));
  // Only a plain refusal by code that compares can be the Host's fault; what could not be followed will not be under another name either.
  const first = tries(usual[0]);
  if (first.some(({ answer }) => answer !== 'refuses') || !first.some(({ comparesNames }) => comparesNames))
    return usual[0];
  return candidates().find(host => tries(host).some(({ answer }) => answer === 'admits')) ?? usual[0];
}

function gateHosts(plan: DoorPlan): readonly string[] {
  const hosts: string[] = [];
  const collect = (gate: LibraryGate) => {
    if (gate.is === 'all') gate.gates.forEach(collect);
    if (gate.is === 'allow' && gate.header === 'host') hosts.push(...(gate.list ?? []));
  };
  if (plan.gate) collect(plan.gate.gate);
  for (const station of plan.stations) if (station.is === 'library') collect(station.gate);
  return hosts;
}

/** What else to try once a door has shown that it decides: the neighbours of every host that it names, and what its patterns let in. */
export function furtherWorlds(bench: Bench, tried: readonly { outcome: Outcome }[], host: string): World[] {
  const trusted = [...bench.shared.literals].flatMap(text => hostLiterals(text)).slice(0, 40);
  const known = new Set(['unrelated', 'null', 'absent', 'loopback', 'rebind', 'rebind-absent']);
  const worlds = worldsOf(trusted, port)
    .filter(world => !known.has(world.kind))
    .map(world => (world.kind === 'trusted' ? world : withHost(world, host)));
  for (const { outcome } of tried) {
    for (const { source, flags, subject } of outcome.patterns.values()) {
      const found = foreignOriginOf(source, flags, subject);
      if (!found || 'unclear' in found) continue;
      const origin = subject === 'origin' ? found.word : `https://${found.word}`;
      if (!worlds.some(world => world.origin === origin)) worlds.push({ kind: found.kind, origin, host });
    }
  }
  const odd = oddWorlds(trusted, port).map(world => withHost(world, host));
  const all = [...worlds.slice(0, 24), ...odd.filter(({ origin }) => !worlds.some(world => world.origin === origin))];
  // What belongs to the user by their own word is no stranger, whatever suffix it lies below.
  const { vouched } = bench.shared;
  return all.filter(({ kind, origin }) => kind === 'trusted' || origin === null || !isTrusted(origin, vouched));
}

/** The same request to the name that the server goes by; a rebound one carries its own. */
export function withHost(world: World, host: string): World {
  return world.kind === 'rebind' || world.kind === 'rebind-absent' ? world : { ...world, host };
}
