import { describe, expect, test } from 'vitest';
import { Code } from '../src/code/code.js';
import { scan } from '../src/code/scan.js';
import type { SourceTree } from '../src/code/tree.js';
import type { Value } from '../src/code/value.js';

/** What stands before `ask(…)`, what is asked, and what that is in the server as shipped. */
type Example = readonly [what: string, source: string, asked: string, is: readonly string[]];

function examples(title: string, table: readonly Example[]): void {
  describe(title, () => {
    for (const [what, source, expression, is] of table)
      test(what, () => {
        expect(asked({ 'main.ts': `${source}; ask(${expression})` })).toEqual([is]);
      });
  });
}
type Sources = Readonly<Record<string, string>>;

const commander = `import { program, Command, Option } from 'commander';`;
examples('commander', [
  [
    'a default',
    `${commander} program.option('-H, --host <host>', 'bind', '127.0.0.1'); const opts = program.parse().opts()`,
    'opts.host',
    ['"127.0.0.1"'],
  ],
  [
    'no default',
    `${commander} program.option('--host <host>'); program.parse()`,
    `program.opts().host ?? 'localhost'`,
    ['"localhost"'],
  ],
  [
    'a parser before the default',
    `${commander} const p = new Command().option('--port <n>', 'port', parseInt, 3000); p.parse()`,
    'p.opts().port',
    ['3000'],
  ],
  [
    'a negated flag',
    `${commander} const { cors } = new Command().option('--no-cors').parse().opts()`,
    'cors',
    ['true'],
  ],
  [
    'camel case',
    `${commander} program.option('--bind-address <a>', 'a', '::1')`,
    'program.opts().bindAddress',
    ['"::1"'],
  ],
  [
    'an Option',
    `${commander} program.addOption(new Option('--host <h>').env('HOST').default('::'))`,
    'program.opts().host',
    ['"::"'],
  ],
  [
    'a required option',
    `${commander} program.requiredOption('--host <h>')`,
    'program.opts().host',
    ['? `--host <h>` has to be given'],
  ],
  [
    'own options first',
    `${commander} program.option('--host <h>', '', '::'); const serve = program.command('serve').option('--host <h>', '', '::1')`,
    'serve.opts().host',
    ['"::1"'],
  ],
]);

test('an action is given its options', () => {
  const source = `${commander} program.command('serve <dir>').option('--host <h>', '', '::1').action((dir, options) => { ask(options.host) })`;
  expect(asked({ 'main.ts': source })).toEqual([['"::1"']]);
});

test('a named action is given its options', () => {
  const source = `${commander} async function serve(options) { ask(options.host) } program.option('--host <h>', '', '::1').action(serve)`;
  expect(asked({ 'main.ts': source })).toEqual([['"::1"']]);
});

test('a yargs handler is given its options', () => {
  const source = `import yargs from 'yargs'; yargs(x).command('serve', 'text', y => y.option('host', { default: '::1' }), async argv => { ask(argv.host) })`;
  expect(asked({ 'main.ts': source })).toEqual([['"::1"']]);
});

test('citty runs a command with its options', () => {
  const source = `import { defineCommand } from 'citty'; defineCommand({ args: { host: { type: 'string', default: '::1' } }, run({ args }) { ask(args.host) } })`;
  expect(asked({ 'main.ts': source })).toEqual([['"::1"']]);
});

examples('command lines', [
  [
    'parseArgs',
    `import { parseArgs } from 'node:util'; const { values } = parseArgs({ options: { host: { type: 'string', default: '::1' }, key: { type: 'string' } } })`,
    '[values.host, values.key][0]',
    ['"::1"'],
  ],
  [
    'parseArgs without a default',
    `import { parseArgs } from 'node:util'; const { values } = parseArgs({ options: { key: { type: 'string' } } })`,
    'values.key',
    ['undefined'],
  ],
  [
    'minimist',
    `import minimist from 'minimist'; const argv = minimist(process.argv.slice(2), { default: { host: '::1' } })`,
    'argv.host',
    ['"::1"'],
  ],
  [
    'minimist without a default',
    `import minimist from 'minimist'; const argv = minimist(process.argv.slice(2))`,
    `argv.host || '::1'`,
    ['"::1"'],
  ],
  [
    'yargs',
    `import yargs from 'yargs'; import { hideBin } from 'yargs/helpers'; const argv = await yargs(hideBin(process.argv)).option('host', { type: 'string', default: '::1' }).parse()`,
    'argv.host',
    ['"::1"'],
  ],
  [
    'yargs, options at once',
    `import yargs from 'yargs'; const argv = yargs(process.argv).options({ host: { default: '::1' } }).parseSync()`,
    'argv.host',
    ['"::1"'],
  ],
  [
    'yargs, old style',
    `import yargs from 'yargs'; const { argv } = yargs.option('host', { default: '::1' })`,
    'argv.host',
    ['"::1"'],
  ],
  [
    'yargs, demanded',
    `import yargs from 'yargs'; const argv = yargs(process.argv).option('host', { demandOption: true }).parseSync()`,
    'argv.host',
    ['? the flag has to be given'],
  ],
  [
    'meow',
    `import meow from 'meow'; const cli = meow('help', { flags: { host: { default: '::1' } } })`,
    'cli.flags.host',
    ['"::1"'],
  ],
  [
    'cac',
    `import cac from 'cac'; const cli = cac('x'); cli.option('--bind-host <h>', 'text', { default: '::1' }); const parsed = cli.parse()`,
    'parsed.options.bindHost',
    ['"::1"'],
  ],
]);

examples('process.argv', [
  ['no flag is there', ``, `process.argv.includes('--http')`, ['false']],
  ['an argument', ``, `process.argv[2] ?? '::1'`, ['"::1"']],
  [
    'searched for',
    `const args = process.argv.slice(2)`,
    `args.find(a => a.startsWith('--host='))?.split('=')[1] || '::1'`,
    ['"::1"'],
  ],
  [
    'by its place',
    `function flag(name) { const at = process.argv.indexOf(name); return at >= 0 ? process.argv[at + 1] : undefined }`,
    `flag('--host') ?? '::1'`,
    ['"::1"'],
  ],
  [
    'a loop that never runs',
    `let host = '::1'; const args = process.argv.slice(2); for (let i = 0; i < args.length; i++) { if (args[i] === '--host') host = args[++i] }`,
    'host',
    ['"::1"'],
  ],
  [
    'a table filled in a loop',
    `function read(argv) { const o = { host: '::1' }; for (const arg of argv) { if (arg.startsWith('-h')) o.host = arg.slice(2) } return o }`,
    'read(process.argv.slice(2)).host',
    ['"::1"'],
  ],
  [
    'a condition that does not hold',
    `let mode = 'stdio'; if (process.argv.includes('--http')) mode = 'http'`,
    'mode',
    ['"stdio"'],
  ],
]);

const zod = `import { z } from 'zod';`;
examples('schemas', [
  [
    'a default',
    `${zod} const env = z.object({ HOST: z.string().default('::1') }).parse(process.env)`,
    'env.HOST',
    ['"::1"'],
  ],
  [
    'a coerced number',
    `${zod} const env = z.object({ PORT: z.coerce.number().int().min(1).default(3000) }).parse(process.env)`,
    'env.PORT',
    ['3000'],
  ],
  [
    'an optional variable',
    `${zod} const env = z.object({ KEY: z.string().min(8).optional() }).parse(process.env)`,
    'env.KEY',
    ['$KEY'],
  ],
  [
    'a required variable',
    `${zod} const env = z.object({ KEY: z.string().min(8) }).parse(process.env)`,
    'env.KEY',
    ['$KEY!'],
  ],
  [
    'safeParse',
    `${zod} const parsed = z.object({ HOST: z.string().default('::1') }).safeParse(process.env); if (!parsed.success) process.exit(1)`,
    'parsed.data.HOST',
    ['"::1"'],
  ],
  [
    'a default behind a transformation',
    `${zod} const env = z.object({ AUTH: z.string().default('false').transform(v => v === 'true') }).parse(process.env)`,
    'env.AUTH',
    ['false'],
  ],
  [
    'a list out of nothing',
    `${zod} const env = z.object({ LIST: z.string().optional().transform(v => v?.split(',') ?? []) }).parse(process.env)`,
    'env.LIST',
    ['array'],
  ],
  [
    'nested, from a table',
    `${zod} const s = z.object({ http: z.object({ host: z.string().default('::1') }) }); const c = s.parse({ http: { host: process.env.HOST } })`,
    'c.http.host',
    ['"::1"'],
  ],
  [
    'nested, with a default for the whole',
    `${zod} const s = z.object({ http: z.object({ host: z.string().default('::1') }).default({}) }); const c = s.parse({})`,
    'c.http.host',
    ['"::1"'],
  ],
  [
    'extended',
    `${zod} const a = z.object({ HOST: z.string().default('::1') }); const env = a.extend({ PORT: z.string() }).parse(process.env)`,
    'env.HOST',
    ['"::1"'],
  ],
  [
    'an own helper',
    `${zod} const text = (d) => z.string().default(d); const env = z.object({ HOST: text('::1') }).parse(process.env)`,
    'env.HOST',
    ['"::1"'],
  ],
  [
    'preprocessed',
    `${zod} const env = z.object({ HOST: z.preprocess(v => v || '::1', z.string()) }).parse(process.env)`,
    'env.HOST',
    ['"::1"'],
  ],
  [
    'valibot',
    `import * as v from 'valibot'; const env = v.parse(v.object({ HOST: v.optional(v.string(), '::1') }), process.env)`,
    'env.HOST',
    ['"::1"'],
  ],
  [
    'envalid',
    `import { cleanEnv, str } from 'envalid'; const env = cleanEnv(process.env, { HOST: str({ default: '::1' }), KEY: str() })`,
    'env.HOST',
    ['"::1"'],
  ],
  [
    't3-env',
    `${zod} import { createEnv } from '@t3-oss/env-core'; const env = createEnv({ server: { HOST: z.string().default('::1') }, runtimeEnv: process.env })`,
    'env.HOST',
    ['"::1"'],
  ],
  [
    'convict',
    `import convict from 'convict'; const config = convict({ http: { host: { default: '::1', env: 'HOST' } } })`,
    `config.get('http.host')`,
    ['"::1"'],
  ],
  [
    'joi',
    `import Joi from 'joi'; const { value } = Joi.object({ HOST: Joi.string().default('::1') }).unknown().validate(process.env)`,
    'value.HOST',
    ['"::1"'],
  ],
]);

test('what a client sends is no configuration', () => {
  const source = `${zod} function f(req) { ask(z.object({ host: z.string().default('::1') }).parse(req.body).host) }`;
  expect(asked({ 'main.ts': source })).toEqual([['member']]);
});

function asked(sources: Sources): string[][] {
  return answersOf(codeOf(sources));
}

function codeOf(sources: Sources): Code {
  const tree: SourceTree = {
    files: Object.keys(sources).sort(),
    only: undefined,
    packages: [],
    aliases: [],
    text: file => sources[file],
  };
  return new Code(
    tree,
    scan(tree, () => true),
  );
}

/** The values of the argument of `ask(…)`, frame by frame. */
function answersOf(code: Code): string[][] {
  const { values } = code;
  const calls = code.modules().flatMap(module => module.calls.get('ask') ?? []);
  return calls.flatMap(call => values.contextsOf(call).map(frame => values.of(call.arguments[0]!, frame).map(inWords)));
}

function inWords(value: Value): string {
  switch (value.is) {
    case 'literal':
      return value.value === undefined ? 'undefined' : JSON.stringify(value.value);
    case 'env':
      return `$${value.name}${value.required ? '!' : ''}`;
    case 'thing':
      return value.made;
    case 'unclear':
      return `? ${value.why}`;
    default:
      return value.is;
  }
}
