/**
 * Builds what is published: `dist/start.cjs`, a thin start that answers `--help` by itself; loaded on demand by it
 * `dist/catalogue.cjs`, the rules alone, `dist/settings.cjs`, what reads the user's own files, and `dist/engine.cjs`, what
 * finds files, asks rules and writes reports; loaded on demand by that one `dist/extraction.cjs`, what makes facts of
 * source, and the compiler in it; and the library's two ES modules, which hand on what the engine exports.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

/** The compiler that ts-morph carries. */
const compiler = '@ts-morph/common/dist/typescript.js';

/**
 * The compiler in a variable of the bundle, set by the first parse. Its exports are thousands of getters in a hash table,
 * and so are the members of its enums, which are asked for by every `ts.is…` and every `case` of millions of nodes: what
 * this source names goes into a small object of its own, and members of enums are written out as numbers. Without
 * ts-morph's wrappers, 1 MB of code and the 3 MB of `lib.d.ts` texts stay out.
 * @type {esbuild.Plugin}
 */
const compilerLater = {
  name: 'compiler-later',
  setup(build) {
    const folder = join(root, 'src/code');
    const ts = require(compiler);
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts'))
      .map(file => readFileSync(join(folder, file), 'utf8'));
    const named = sources.flatMap(text => Array.from(text.matchAll(/\bts\.(\w+)/g), ([, name = '']) => name));
    const used = [...new Set(named)].filter(name => name in ts).sort();
    build.onLoad({ filter: /[\\/]src[\\/]code[\\/]ts\.ts$/ }, () => ({
      contents: `let ts; export { ts }; export function loadCompiler() {
        if (ts) return;
        const { ${used.join(', ')} } = require('${compiler}');
        ts = { ${used.join(', ')} };
      }`,
      loader: 'js',
      resolveDir: root,
    }));
    build.onLoad({ filter: /[\\/]src[\\/]code[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/\bts\.([A-Z]\w+)\.([A-Z]\w+)\b/g, (whole, name, member) => {
        const value = ts[name]?.[member];
        return typeof value === 'number' ? String(value) : whole;
      }),
      loader: 'ts',
    }));
  },
};

/**
 * Modules that run when they are first used: in their place stands an object with a getter per export.
 * @param {RegExp} filter
 * @returns {esbuild.Plugin}
 */
const onDemand = filter => ({
  name: 'on-demand',
  setup(build) {
    build.onResolve({ filter }, ({ path, namespace }) =>
      namespace === 'on-demand' ? undefined : { path, namespace: 'on-demand' },
    );
    build.onLoad({ filter: /.*/, namespace: 'on-demand' }, ({ path }) => {
      const getters = Object.keys(require(path)).map(name => `get ${name}() { return require('${path}').${name}; }`);
      return { contents: `module.exports = {\n${getters.join(',\n')}\n};`, resolveDir: root };
    });
  },
});

/** They take 20 ms, and few servers need an automaton or the list of public suffixes. */
const rarePackages = onDemand(/^(refa|@eslint-community\/regexpp|tldts)$/);

/** They take 5 ms, which is a tenth of what Node itself takes, and `--help` needs none of them. */
const heavyBuiltIns = onDemand(/^node:(child_process|crypto|os|v8|vm)$/);

/**
 * The engine without what makes facts: it is another file, and the words that files are searched for come as they are.
 * @param {RegExp} pattern
 * @returns {esbuild.Plugin}
 */
const extractionLater = pattern => ({
  name: 'extraction-later',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]extract[\\/](extract|words)\.ts$/ }, ({ path }) => ({
      contents: /words\.ts$/.test(path)
        ? `const pattern = ${pattern}; export const interesting = text => pattern.test(text);`
        : `export const extract = (...given) => require('./extraction.cjs').extract(...given);`,
      loader: 'js',
      resolveDir: root,
    }));
  },
});

const shared = /** @type {const} @satisfies {esbuild.BuildOptions} */ ({
  absWorkingDir: root,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  // ES modules first: jsonc-parser's other form hides its imports from bundlers, and tldts is smaller this way.
  mainFields: ['module', 'main'],
  charset: 'ascii',
  minify: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});

/**
 * Builds everything but the type declarations, which `scripts/types.mjs` makes.
 * @param {string} outdir
 */
export async function build(outdir) {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  /** @type {(name: string, plugins: esbuild.Plugin[]) => Promise<esbuild.Metafile>} */
  const bundle = async (name, plugins) => {
    const external = ['./extraction.cjs'];
    const outfile = join(outdir, `${name}.cjs`);
    return (await esbuild.build({ ...shared, entryPoints: [`entry/${name}.ts`], outfile, plugins, external })).metafile;
  };
  const extraction = await bundle('extraction', [compilerLater, rarePackages]);
  const engine = await bundle('engine', [extractionLater(await searchedFor())]);
  const hash = (/** @type {string} */ name) =>
    createHash('sha256')
      .update(readFileSync(join(outdir, `${name}.cjs`)))
      .digest('hex')
      .slice(0, 16);
  const others = await esbuild.build({
    ...shared,
    entryPoints: ['entry/start.ts', 'entry/catalogue.ts', 'entry/settings.ts'],
    outdir,
    outExtension: { '.js': '.cjs' },
    plugins: [heavyBuiltIns],
    external: ['./catalogue.cjs', './settings.cjs'],
    define: { HASHES: JSON.stringify({ engine: hash('engine'), extraction: hash('extraction') }) },
  });
  writeFileSync(join(outdir, 'index.js'), handingOn(await exportsOf('src/index.ts')));
  writeFileSync(join(outdir, 'rules.js'), handingOn(['rules']));
  writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), licencesOf([extraction, engine, others.metafile]));
}

/** The expression that `src/extract/words.ts` makes of all frameworks and idioms. */
async function searchedFor() {
  const built = await esbuild.build({
    ...shared,
    entryPoints: ['src/extract/words.ts'],
    plugins: [compilerLater, rarePackages],
    write: false,
  });
  const module = { exports: /** @type {{ pattern?: RegExp }} */ ({}) };
  new Function('require', 'module', 'exports', built.outputFiles[0]?.text ?? '')(require, module, module.exports);
  if (!module.exports.pattern) throw new Error('src/extract/words.ts exports no pattern');
  return module.exports.pattern;
}

/**
 * The names of what a module exports at run time; its types are none.
 * @param {string} file
 */
async function exportsOf(file) {
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [file],
    format: 'esm',
    write: false,
    metafile: true,
  });
  return Object.values(metafile.outputs).flatMap(({ exports }) => exports);
}

/**
 * An ES module that hands on exports of the engine. It loads the bundle by `require`, since `import` would first search
 * its 4 MB for export names.
 * @param {string[]} names
 */
function handingOn(names) {
  return [
    `import { createRequire } from 'node:module';`,
    `export const { ${names.sort().join(', ')} } = createRequire(import.meta.url)('./engine.cjs');`,
    '',
  ].join('\n');
}

/**
 * The licences of all bundled packages, which their terms ask to be passed on.
 * @param {esbuild.Metafile[]} metafiles
 */
function licencesOf(metafiles) {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = inputs.map(file => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  // @ts-morph/common holds a copy of typescript without its licence.
  const packages = new Set([...folders, 'node_modules/typescript'].filter(folder => folder !== undefined));
  return [...packages]
    .sort()
    .map(folder => {
      const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
      const texts = readdirSync(join(root, folder))
        .filter(file => /^(licen[cs]e|notice|copyright|thirdparty)/i.test(file))
        .map(file => readFileSync(join(root, folder, file), 'utf8').trim());
      return [`${manifest.name} ${manifest.version} (${manifest.license})`, ...texts].join('\n\n');
    })
    .join(`\n\n${'-'.repeat(80)}\n\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build(join(root, 'dist'));
