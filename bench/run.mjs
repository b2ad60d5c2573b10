/**
 * `npm run bench [-- --rounds N] [-- --sizes 40,1000] [-- FOLDER …]`: mcp-audit beside its peers, on generated monorepos and on any
 * folders given. Every ratio is of one machine and one run, all commands in turn. Writes `bench/results.md` and `docs/bench.svg`.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { exponentOf, inTurn, median } from './measure.mjs';
import { writeMonorepo } from './monorepo.mjs';
import { plot } from './plot.mjs';
import { judgedTargets } from './targets.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..');
const temporary = mkdtempSync(join(tmpdir(), 'mcp-audit-bench-'));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '7' },
    sizes: { type: 'string', default: '40,1000,4000,15000' },
    output: { type: 'string', default: root },
  },
});
const rounds = Number(values.rounds);

/** @typedef {import('./measure.mjs').Command} Command */
/** A tree to measure on, with the median times (ms) and memory (MB) of each command. @typedef {{ name: string, files: number, generated: boolean, of: Map<string, { wall: number, memory: number, failed?: string }> }} Corpus */

const node = process.execPath;
const audit = join(root, 'bin/mcp-audit.js');

/**
 * mcp-audit in the states that a user meets: the first run ever, with V8's compiled code kept, with the facts kept too.
 * @param {string} folder @returns {Command[]}
 */
function audits(folder) {
  const cache = mkdtempSync(join(temporary, 'cache-'));
  const env = { XDG_CACHE_HOME: cache };
  const base = { file: node, args: [audit, '.', '--format', 'json', '--exit-zero'], env, codes: [0, 3] };
  const forgetFacts = () => {
    const kept = join(cache, 'mcp-audit');
    for (const entry of existsSync(kept) ? readdirSync(kept) : []) {
      if (!entry.startsWith('engine-')) rmSync(join(kept, entry), { recursive: true });
    }
  };
  const emptied = mkdtempSync(join(temporary, 'first-'));
  return [
    {
      ...base,
      name: 'first run',
      env: { XDG_CACHE_HOME: emptied },
      before: () => rmSync(join(emptied, 'mcp-audit'), { recursive: true, force: true }),
    },
    { ...base, name: 'cold', before: forgetFacts },
    { ...base, name: 'warm' },
    ...(isStaged(folder) ? [{ ...base, name: 'staged', args: [...base.args, '--staged'] }] : []),
  ];
}

/** @param {string} name of a peer's command */
const peer = name => join(here, 'node_modules', name);
/** @type {Command[]} */
const peers = [
  { name: 'node -e 0', file: node, args: ['-e', '0'] },
  {
    name: 'ESLint + security',
    file: node,
    args: ['--max-old-space-size=8000', peer('eslint/bin/eslint.js'), '-c', join(here, 'peers/eslint.config.mjs'), '.'],
  },
  {
    name: 'oxlint',
    file: node,
    args: [peer('oxlint/bin/oxlint'), '-c', join(here, 'peers/oxlint.json'), '--disable-nested-config', '.'],
  },
  {
    name: 'ast-grep',
    file: peer('@ast-grep/cli/ast-grep'),
    args: ['scan', '-r', join(here, 'peers/ast-grep/rules.yml'), '--json=stream', '.'],
  },
  {
    name: 'Biome',
    file: biome(),
    args: ['lint', `--config-path=${join(here, 'peers/biome-lint.json')}`, '--max-diagnostics=10', '.'],
  },
];

/** Biome's own program, without the start of the script that looks for it. */
function biome() {
  return peer(`@biomejs/cli-${platform()}-${arch()}/biome`);
}

/** What needs no tree. @type {Command[]} */
const words = [
  peers[0] ?? fail('node'),
  ...[['--version'], ['--help'], ['rules'], ['explain', 'ws-missing-origin-check']].map(args => ({
    name: args[0] ?? '',
    file: node,
    args: [audit, ...args],
    env: { XDG_CACHE_HOME: mkdtempSync(join(temporary, 'words-')) },
  })),
];

/** @param {string} folder */
function isStaged(folder) {
  try {
    return git(folder, 'diff', '--cached', '--name-only').trim() !== '';
  } catch {
    return false;
  }
}

/** @param {string} folder @param {string[]} args */
function git(folder, ...args) {
  const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost'];
  return execFileSync('git', [...who, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 2 ** 28,
  });
}

/** A generated monorepo in git, with three files staged. @param {number} size */
function generate(size) {
  const folder = join(temporary, `monorepo-${size}`);
  mkdirSync(folder);
  const { files } = writeMonorepo(folder, size);
  git(folder, 'init', '--quiet');
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', 'all');
  for (const file of [0, 1, 2])
    appendFileSync(join(folder, `packages/p0/src/file${file}.ts`), '\nexport const later = 1;\n');
  git(folder, 'add', '--all');
  return { folder, files };
}

/** @param {string} folder */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    file => /\.[cm]?[jt]sx?$/.test(file) && !/\.d\.[cm]?ts$|(^|[\\/])(node_modules|dist|build)[\\/]/.test(file),
  ).length;
}

/** @param {string} name @param {string} folder @param {number} files @param {boolean} generated @returns {Promise<Corpus>} */
async function measure(name, folder, files, generated) {
  console.error(`${name}: ${files} files`);
  const measured = await inTurn([...peers, ...audits(folder)], folder, rounds);
  return { name, files, generated, of: mediansOf(measured) };
}

/** @param {import('./measure.mjs').Measured[]} measured */
function mediansOf(measured) {
  return new Map(
    measured.map(({ name, runs, failed }) => {
      const of = { wall: median(runs.map(run => run.wall)), memory: median(runs.map(run => run.memory)) };
      console.error(`  ${name.padEnd(18)} ${failed ?? `${of.wall.toFixed(0)} ms, ${of.memory.toFixed(0)} MB`}`);
      return [name, { ...of, ...(failed && { failed }) }];
    }),
  );
}

/** @param {string} what @returns {never} */
function fail(what) {
  throw new Error(`No ${what}.`);
}

/** @param {Corpus[]} corpora @param {Awaited<ReturnType<typeof mediansOf>>} wordy */
function tableOf(corpora, wordy) {
  const names = [...new Set(corpora.flatMap(({ of }) => [...of.keys()]))];
  const cell = (/** @type {Corpus} */ { of }, /** @type {string} */ name) => {
    const found = of.get(name);
    if (!found) return '';
    if (found.failed) return 'failed';
    const ratio = found.wall / (of.get('node -e 0')?.wall ?? Number.NaN);
    return `${found.wall.toFixed(0)} ms (${ratio.toFixed(1)}×), ${found.memory.toFixed(0)} MB`;
  };
  const growing = corpora.filter(({ generated }) => generated);
  const growth = (/** @type {string} */ name) =>
    exponentOf(
      growing.map(({ files, of }) => ({
        files,
        ms: Math.max(1, (of.get(name)?.wall ?? Number.NaN) - (of.get('node -e 0')?.wall ?? 0)),
      })),
    );
  const grows = growing.length > 1;
  const exponents = ['cold', 'warm', 'oxlint', 'ast-grep', 'ESLint + security'].map(
    name => `${name} ${growth(name).toFixed(2)}`,
  );
  const targets = judgedTargets(corpora, wordy, grows ? growth('cold') : undefined);
  return `# What the benchmark measured

\`npm run bench\`, ${rounds} rounds in turn, medians. ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}.
In brackets: times \`node -e 0\` in the same run. *First run*: no cache at all; *cold*: V8's compiled code is kept; *warm*: the facts of the
unchanged tree are kept too; *staged*: \`--staged\` with three files.

| | ${corpora.map(({ name, files }) => `${name}: ${files} files`).join(' | ')} |
| --- |${corpora.map(() => ' --- |').join('')}
${names.map(name => `| ${name} | ${corpora.map(corpus => cell(corpus, name)).join(' | ')} |`).join('\n')}

${grows ? `Growth of time above \`node\` with files, generated trees (1 is linear): ${exponents.join(', ')}.\n` : ''}
| without a tree | |
| --- | --- |
${[...wordy].map(([name, { wall }]) => `| ${name} | ${wall.toFixed(0)} ms (${(wall / (wordy.get('node -e 0')?.wall ?? Number.NaN)).toFixed(2)}×) |`).join('\n')}

| target | limit | measured | |
| --- | --- | --- | --- |
${targets.map(({ what, limit, measured }) => `| ${what} | ${limit} | ${measured.toFixed(2)} | ${measured <= limit ? 'met' : '**missed**'} |`).join('\n')}
`;
}

if (!existsSync(biome())) {
  // ast-grep's own install script puts its program in place; without it the package still runs, by a slow detour.
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--silent'], { cwd: here, stdio: 'inherit' });
}
try {
  const wordy = mediansOf(await inTurn(words, root, rounds * 3));
  /** @type {Corpus[]} */
  const corpora = [];
  for (const size of values.sizes ? values.sizes.split(',').map(Number) : []) {
    const { folder, files } = generate(size);
    corpora.push(await measure(`generated ${size}`, folder, files, true));
    rmSync(folder, { recursive: true });
  }
  for (const folder of positionals.map(given => resolve(given))) {
    corpora.push(await measure(basename(folder), folder, filesIn(folder), false));
  }
  writeFileSync(join(values.output, 'bench/results.md'), tableOf(corpora, wordy));
  writeFileSync(join(values.output, 'docs/bench.svg'), plot(corpora));
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
