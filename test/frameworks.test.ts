import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { discover } from '../src/discover/discover.js';
import { extract } from '../src/extract/extract.js';
import type { DoorSubject, Facts, Gate, Listener, Location, Setting, Subject } from '../src/facts/index.js';

/** What a fixture's `expected.json` says, in the words of fixtures/frameworks/README.md. */
interface Reading {
  readonly doors: readonly DoorReading[];
  readonly listeners: readonly ListenerReading[];
}

interface DoorReading {
  readonly kind: DoorSubject['kind'];
  readonly at: string;
  readonly wayIn?: string;
  readonly bind: string;
  readonly gates: readonly string[];
  readonly credential?: string;
  readonly origin?: string;
}

interface ListenerReading {
  readonly at: string;
  readonly host: string;
}

const fixtures = join(import.meta.dirname, '../fixtures/frameworks');

for (const library of foldersIn(fixtures)) {
  describe(library, () => {
    for (const idea of foldersIn(join(fixtures, library))) {
      test(idea, () => {
        const folder = join(fixtures, library, idea);
        const facts = extract(discover([folder], {}));
        const expected: Reading = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));

        expect(facts.faults).toEqual([]);
        expect(readingOf(facts, expected.doors[0])).toEqual(sorted(expected));
      });
    }
  });
}

/** Answers are told where the expectation tells them. */
function readingOf({ subjects }: Facts, like: DoorReading | undefined): Reading {
  return sorted({
    doors: subjects.filter(isDoor).map(door => doorReadingOf(door, like)),
    listeners: subjects.filter(isListener).map(({ at, host }) => ({ at: lineOf(at), host: addressOf(host) })),
  });
}

function doorReadingOf(
  { kind, at, wayIn, bind, gates, credential, origin }: DoorSubject,
  like: DoorReading | undefined,
): DoorReading {
  return {
    kind,
    at: lineOf(at),
    ...(wayIn?.path !== undefined && { wayIn: `${wayIn.method} ${wayIn.path}` }),
    bind: addressOf(bind),
    gates: gates.map(gateOf),
    ...(like?.credential !== undefined && { credential: credential.answer }),
    ...(like?.origin !== undefined && {
      origin: origin.trials.find(({ kind }) => kind === 'unrelated')?.answer ?? 'untried',
    }),
  };
}

function gateOf({ at, certain }: Gate): string {
  return certain ? lineOf(at) : `${lineOf(at)}?`;
}

function addressOf(host: Setting<string>): string {
  if (host.is === 'unclear') return 'unclear';
  return ['::', '0.0.0.0', ''].includes(host.value) ? 'every interface' : host.value;
}

function lineOf({ file, line }: Location): string {
  return `${file}:${line}`;
}

function isDoor(subject: Subject): subject is DoorSubject {
  return subject.kind === 'WebSocketServer' || subject.kind === 'McpEndpoint' || subject.kind === 'EventStream';
}

function isListener(subject: Subject): subject is Listener {
  return subject.kind === 'Listener';
}

/** By place, then way in, then address: neither the extraction's order nor the file's matters here, that of gates does. */
function sorted({ doors, listeners }: Reading): Reading {
  const { compare } = new Intl.Collator('en', { numeric: true });
  const keyOf = ({ at, wayIn, bind }: DoorReading) => [at, wayIn, bind].join(' ');
  return {
    doors: doors.toSorted((a, b) => compare(keyOf(a), keyOf(b))),
    listeners: listeners.toSorted((a, b) => compare(`${a.at} ${a.host}`, `${b.at} ${b.host}`)),
  };
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry: Dirent) => entry.isDirectory())
    .map(entry => entry.name)
    .sort();
}
