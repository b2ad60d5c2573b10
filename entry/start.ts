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

const { stdout, stderr, env } = process;

// `mcp-audit | head` closes the pipe early, which is no error. Without a listener, it would end in a stack trace and 1.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  stderr.write(`mcp-audit: cannot write to stdout: ${obstacleTo(error)}.\n`);
  process.exitCode = exitCodes.mistake;
});
stderr.on('error', () => {}); // nobody is left to hear about it

const loads: Record<string, number> = {};
const machine = {
  out: (text: string) => stdout.write(text),
  err: (text: string) => stderr.write(text),
  input: () => readFileSync(0, 'utf8'),
  today: new Date().toISOString().slice(0, 10),
  isWatched: stderr.isTTY === true,
  now: () => performance.now(),
  loads: () => loads,
  peakMemory: () => process.resourceUsage().maxRSS * 1024,
  env,
  columns: stdout.isTTY ? stdout.columns : undefined,
};

// Not process.exit(): what is still on its way into a pipe would be lost.
let engine: Engine | undefined;
loads['node and start'] = performance.now();
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
    const begun = performance.now();
    const found = compiled<T>(join(__dirname, `${name}.cjs`), HASHES[name], cache, load);
    loads[`load ${name}`] = performance.now() - begun;
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
