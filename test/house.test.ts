import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/**
 * Who may import whom. A place is a file or a folder; the longest one that fits a file is its place. Everything may
 * import its own place. `node` stands for Node's own modules; other names without a slash are npm packages.
 */
const law: Readonly<Record<string, { readonly may: readonly string[]; readonly because: string }>> = {
  'src/facts': { may: [], because: 'the vocabulary is understood without reading anything else' },
  'src/rule.ts': { may: ['src/facts'], because: 'a rule sees facts, never source' },
  'src/judge.ts': {
    may: ['src/rule.ts', 'src/facts', 'src/stats.ts'],
    because: 'asking rules needs neither source nor reports',
  },
  'src/questions.ts': { may: ['src/facts'], because: 'what several rules ask of a fact has one answer' },
  rules: {
    may: ['src/rule.ts', 'src/questions.ts', 'src/facts'],
    because: 'a rule that needs more has found a missing fact',
  },
  'src/code': {
    may: ['src/code/ts.ts', 'src/code/scan.ts', 'src/facts', 'refa', '@eslint-community/regexpp', 'tldts'],
    because: 'the compiler, the theory of regexes and the public suffixes are known here and nowhere else',
  },
  'src/code/scan.ts': { may: ['src/code'], because: 'a look at a text needs no compiler' },
  'src/code/ts.ts': { may: ['ts-morph'], because: 'the build puts in the compiler alone, when it is first used' },
  'src/extract': {
    may: ['src/code', 'src/code/scan.ts', 'src/facts', 'src/stats.ts'],
    because: 'facts are made from our words for source',
  },
  'src/discover': {
    may: ['src/facts', 'node', 'ignore', 'jsonc-parser'],
    because: 'only here is the audited tree read from disk',
  },
  'src/inert.ts': { may: [], because: 'what makes text of strangers inert is one page, for all who write any' },
  'src/stats.ts': { may: [], because: 'to be told of the work, one need not know it' },
  'src/remember.ts': {
    may: ['src/discover', 'src/code/scan.ts', 'src/extract', 'src/cache', 'src/facts', 'src/stats.ts'],
    because: 'what is known of an earlier run and what is found anew is one answer',
  },
  'src/settle': {
    may: ['src/judge.ts', 'src/rule.ts', 'src/facts', 'src/inert.ts', 'node', 'fastest-levenshtein'],
    because: 'verdicts become findings, weighed by what the user has answered for',
  },
  'src/config': {
    may: ['src/rule.ts', 'src/settle', 'src/discover', 'node', 'ignore', 'jsonc-parser', 'zod'],
    because: "the user's own files are data, checked before anything believes them",
  },
  'src/cache': {
    may: ['src/discover', 'node'],
    because: 'what is remembered between runs is bytes by name, whatever they mean',
  },
  'src/score': {
    may: ['src/judge.ts', 'src/rule.ts', 'src/facts', 'src/settle'],
    because: 'grades come from verdicts',
  },
  'src/report': {
    may: ['src/settle', 'src/score', 'src/judge.ts', 'src/rule.ts', 'src/facts', 'src/inert.ts', 'chalk', 'zod'],
    because: 'a format is a function from report to text: no disk, no environment, no clock',
  },
  'src/audit.ts': {
    may: [
      'src/discover',
      'src/remember.ts',
      'src/cache',
      'src/stats.ts',
      'src/judge.ts',
      'src/settle',
      'src/score',
      'src/report',
      'src/rule.ts',
      'src/facts',
      'node',
      'package.json',
    ],
    because: 'the pipeline is one page; it does not know the rules by name',
  },
  'src/try-origin.ts': {
    may: ['src/discover', 'src/extract', 'src/facts'],
    because: 'the pipeline as far as the doors, with one request more',
  },
  'src/index.ts': {
    may: ['src/audit.ts', 'src/try-origin.ts', 'src/discover', 'src/report', 'src/score', 'src/rule.ts', 'src/facts'],
    because: 'the library is what the command line is made of, less the command line',
  },
  'src/cli': {
    may: [
      'src/audit.ts',
      'src/try-origin.ts',
      'src/cache',
      'src/config',
      'src/discover',
      'src/inert.ts',
      'src/stats.ts',
      'src/report',
      'src/settle',
      'src/score',
      'src/rule.ts',
      'node',
      'commander',
      'package.json',
    ],
    because: 'the command line asks for an audit and shows it; what it imports by value loads on --help',
  },
  entry: {
    may: [
      'src/cli',
      'src/cache',
      'src/config',
      'src/extract',
      'src/report',
      'src/settle',
      'src/index.ts',
      'rules',
      'node',
    ],
    because: 'rules and engine meet here and nowhere else: `src` takes the rules as a parameter',
  },
  bin: { may: ['dist'], because: 'what starts is the built program' },
};

const places = Object.keys(law);
const files = ['src', 'rules', 'entry', 'bin'].flatMap(filesIn).filter(file => /\.[jt]s$/.test(file));
const ruleFiles = filesIn('rules').filter(file => file.endsWith('.ts') && file !== 'rules/index.ts');

describe('the import law', () => {
  it.each(files)('%s', file => {
    const place = placeOf(file);
    expect(place, `${file} is in a place that the law does not know`).toBeDefined();
    const { may, because } = law[place!]!;
    const strangers = importsOf(file).filter(from => from !== place && !may.includes(from));
    expect(strangers, `${place} may import ${may.join(', ') || 'nothing'}: ${because}`).toEqual([]);
  });

  it('names only places that exist', () => {
    expect(places.filter(place => !existsSync(place))).toEqual([]);
  });
});

describe('the house', () => {
  it('prints and reads the environment in src/cli only, and meets signals and users in src/cache, so that the rest is a function of its input', () => {
    const world = files.filter(file =>
      globalsOf(file).some(name => /^(console|process\.(?!cwd$|platform$))/.test(name)),
    );
    expect(world.filter(file => !/^(src\/(cli|cache)|entry)\//.test(file))).toEqual([]);
  });

  it('asks nothing of the compiler while modules load, so that a tree without a server never waits for it', () => {
    expect(files.flatMap(compilerUsesOnLoad)).toEqual([]);
  });

  it('keeps classes to where facts are made: elsewhere data is plain and functions act on it', () => {
    expect(
      filesWith(/^\s*(export )?(default )?(abstract )?class\s/m).filter(file => !/^src\/(code|extract)\//.test(file)),
    ).toEqual([]);
  });

  it('exports by default only what a generated index lists', () => {
    const listed = /^(rules|src\/extract\/(frameworks|idioms))\//;
    expect(filesWith(/^export default/m).filter(file => !listed.test(file))).toEqual([]);
  });

  it('has no drawer for odds and ends: a helper lives with its first user', () => {
    expect(files.filter(file => /\b(utils?|helpers?|common|misc|shared)\b/.test(file))).toEqual([]);
  });
});

describe('every rule', () => {
  it.each(ruleFiles)('%s is named like its id and has examples on both sides', async file => {
    const id = posix.basename(file, '.ts');
    const { default: rule } = await import(`../${file}`);
    expect(rule.id).toBe(id);
    for (const side of ['vulnerable', 'safe']) {
      expect(existsSync(`fixtures/rules/${id}/${side}/example.ts`), `fixtures/rules/${id}/${side}/example.ts`).toBe(
        true,
      );
    }
  });

  it.each(ruleFiles)('%s asks its question in 60 lines, card and comments not counted', file => {
    const question = readFileSync(file, 'utf8')
      .replace(/^export default rule\(\{[\s\S]*?^ {2}judges:/m, '')
      .replace(/^\s*(\/\*\*[\s\S]*?\*\/|\/\/.*)$/gm, '');
    expect(question.split('\n').filter(line => line.trim() !== '').length).toBeLessThanOrEqual(60);
  });

  it('has no examples left over from a rule that is gone', () => {
    const ids = ruleFiles.map(file => posix.basename(file, '.ts'));
    expect(readdirSync('fixtures/rules').filter(id => !ids.includes(id))).toEqual([]);
  });
});

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => posix.join(entry.parentPath.replaceAll('\\', '/'), entry.name))
    .sort();
}

function filesWith(pattern: RegExp): string[] {
  return files.filter(file => pattern.test(readFileSync(file, 'utf8')));
}

/** The members of `console` and `process` that a file uses: `process.env`, … */
function globalsOf(file: string): string[] {
  const used: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      if (/^(console|process)$/.test(node.expression.text)) used.push(`${node.expression.text}.${node.name.text}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest));
  return used;
}

/** `ts.x` outside of functions, with its line: it runs as soon as the module is imported. */
function compilerUsesOnLoad(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const used: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isPropertyDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isPropertyAccessExpression(node) && node.expression.getText() === 'ts') {
      used.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${node.getText()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return used;
}

function placeOf(file: string): string | undefined {
  return places
    .filter(place => file === place || file.startsWith(`${place}/`))
    .sort((a, b) => b.length - a.length)
    .at(0);
}

/** What a file imports, types included, in the words of the law. */
function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
  return importedFiles.map(({ fileName: from }) => {
    if (from.startsWith('node:')) return 'node';
    if (!from.startsWith('.')) return /^(@[^/]+\/)?[^/]+/.exec(from)![0];
    const target = posix.join(posix.dirname(file), from).replace(/\.js$/, '.ts');
    return placeOf(target) ?? target.split('/')[0]!;
  });
}
