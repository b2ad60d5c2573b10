import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cache, openCache } from '../src/cache/cache.js';
import { type Compiled, compiled } from '../src/cli/compiled.js';
import { exitCodes } from '../src/cli/exit.js';
import type { Engine } from '../src/cli/loaders.js';
import { main } from '../src/cli/main.js';
import { obstacleTo } from '../src/cli/write.js';
import type { Facts } from '../src/index.js';

/** Put in by the build: tells one bundle's compiled code from another's. */
declare const HASHES: Readonly<Record<'engine' | 'extraction', string>>;

const { stdout, env } = process;

// `mcp-audit | head` closes the pipe early, which is no error. Without a listener, it would end in a stack trace and 1.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  stderr().write(`mcp-audit: cannot write to stdout: ${obstacleTo(error)}.\n`);
  process.exitCode = exitCodes.mistake;
});

/** Node makes this stream, which takes a millisecond, when it is first asked for. */
function stderr(): NodeJS.WriteStream {
  if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => {}); // nobody is left to hear about it
  return process.stderr;
}

const loads: Record<string, number> = {};
const machine = {
  out: (text: string) => stdout.write(text),
  err: (text: string) => stderr().write(text),
  input: () => readFileSync(0, 'utf8'),
  today: new Date().toISOString().slice(0, 10),
  get isWatched() {
    return stderr().isTTY === true;
  },
  now: () => process.uptime() * 1000,
  loads: () => loads,
  peakMemory: () => process.resourceUsage().maxRSS * 1024,
  env,
  columns: stdout.isTTY ? stdout.columns : undefined,
};

// Not process.exit(): what is still on its way into a pipe would be lost.
let engine: Engine | undefined;
loads['node and start'] = machine.now();
process.exitCode = main(process.argv.slice(2), machine, {
  engine(audited = [], remembers = true) {
    engine ??= loadEngine(remembers ? openCache(env, audited) : undefined);
    return engine;
  },
  catalogue: () => require('./catalogue.cjs'),
  settings: () => require('./settings.cjs'),
});

function loadEngine(cache: Cache | undefined): Engine {
  const loaded: Pick<Compiled<unknown>, 'remember'>[] = [];
  const bundle = <T>(name: keyof typeof HASHES, load: (id: string) => unknown): T => {
    const begun = machine.now();
    const found = compiled<T>(join(__dirname, `${name}.cjs`), HASHES[name], cache, load);
    loads[`load ${name}`] = machine.now() - begun;
    loaded.push(found);
    return found.exports;
  };
  let extraction: unknown;
  const parts = bundle<typeof import('./engine.js')>('engine', id => {
    if (id !== './extraction.cjs') return require(id);
    extraction ??= bundle('extraction', require);
    return extraction;
  });
  const facts = cache && parts.openFactCache<Facts>(cache, HASHES.engine + HASHES.extraction);
  return {
    ...parts,
    audit: (targets, options, rules) => parts.audit(targets, { cache: facts, ...options }, rules),
    remember: () => {
      for (const each of loaded) each.remember();
    },
  };
}
