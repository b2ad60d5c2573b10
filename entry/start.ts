import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCache } from '../src/cache/cache.js';
import { compiled } from '../src/cli/compiled.js';
import type { Engine } from '../src/cli/loaders.js';
import { main } from '../src/cli/main.js';

/** Put in by the build: tells one engine's compiled code from another's. */
declare const ENGINE_HASH: string;

const { stdout, stderr, env } = process;

// `mcp-audit | head` closes the pipe early, which is no error. Without a listener, it would end in a stack trace and 1.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  stderr.write(`mcp-audit: cannot write to stdout: ${error.message}\n`);
  process.exitCode = 70;
});

const machine = {
  out: (text: string) => stdout.write(text),
  err: (text: string) => stderr.write(text),
  input: () => readFileSync(0, 'utf8'),
  today: new Date().toISOString().slice(0, 10),
  isWatched: stderr.isTTY === true,
  now: () => performance.now(),
  env,
  columns: stdout.isTTY ? stdout.columns : undefined,
};

// Not process.exit(): what is still on its way into a pipe would be lost.
let engine: Engine | undefined;
process.exitCode = main(process.argv.slice(2), machine, {
  engine(audited = []) {
    engine ??= loadEngine(audited);
    return engine;
  },
  catalogue: () => require('./catalogue.cjs'),
  settings: () => require('./settings.cjs'),
});

function loadEngine(audited: readonly string[]): Engine {
  const cache = openCache(env, audited);
  const { exports, remember } = compiled<Omit<Engine, 'remember'>>(join(__dirname, 'engine.cjs'), ENGINE_HASH, cache);
  return { ...exports, remember };
}
