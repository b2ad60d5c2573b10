import { readdirSync, readFileSync } from 'node:fs';
import { unmodelled } from '../src/extract/unmodelled.js';

/*
 * The generated part of docs/limits.md. What a library does is stated above its model, once; its first sentence names the
 * versions, and a line that begins with `Gap:` says what of it is not followed.
 */

const folder = 'src/extract/frameworks';

/** Libraries with a model, libraries without one, and the bounds of an audit. */
export function limitsText(): string {
  const models = readdirSync(folder)
    .filter(file => file.endsWith('.ts'))
    .flatMap(file => modelIn(readFileSync(`${folder}/${file}`, 'utf8')));
  const known = Object.entries(unmodelled);
  const kinds = [...new Set(known.map(([, does]) => does))].sort();
  return [
    '## Libraries with a model',
    '',
    'As each model states it in its own file. What a library does in a version beyond these is taken to be as before.',
    '',
    ...models.map(({ headline, gaps }) => [`- ${headline}`, ...gaps.map(gap => `  - Not followed: ${gap}`)].join('\n')),
    '',
    '## Libraries that carry traffic and have no model',
    '',
    'Where read code imports one of them for more than its types, the report says so, with the place, under `unmodelled`. It',
    'is a note, never a finding. A package that only stands in `package.json` is not noted: it may belong to a build, a test or',
    'another package, and the note would be wrong more often than right.',
    '',
    ...kinds.map(
      kind =>
        `- ${kind}: ${known
          .filter(([, does]) => does === kind)
          .map(([name]) => `\`${name}\``)
          .join(', ')}`,
    ),
    '',
    '## Bounds',
    '',
    'What goes beyond a bound is listed in the report as not read, skipped or unsure; it never passes for sound.',
    '',
    '| what | bound | stated in |',
    '|---|---|---|',
    ...bounds.map(([what, file, name]) => `| ${what} | ${boundIn(file, name)} | \`${file}\` |`),
    '',
  ].join('\n');
}

interface Model {
  readonly headline: string;
  readonly gaps: readonly string[];
}

function modelIn(source: string): Model[] {
  const [, comment] = /\/\*\*\n((?: \*[^\n]*\n)+?) \*\/\nexport const \w+: Framework = \{/.exec(source) ?? [];
  if (comment === undefined) return [];
  const lines = comment.split('\n').map(line => line.replace(/^ \* ?/, ''));
  const paragraphs = lines.join('\n').split(/\n\n|\n(?=- |Gap: )/);
  const gaps = paragraphs.filter(each => each.startsWith('Gap: ')).map(each => each.slice('Gap: '.length));
  const oneLine = (text: string) =>
    text
      .replace(/\s+/g, ' ')
      .trim()
      .replace(/(https?:\/\/[^\s,)]+)/g, '<$1>');
  return [{ headline: oneLine(paragraphs[0]!), gaps: gaps.map(oneLine) }];
}

/** What bounds an audit, and the constant that says so. */
const bounds: readonly (readonly [what: string, file: string, constant: string])[] = [
  [
    'Seconds that the reading of the code may take (`--time-limit`, `timeLimit`)',
    'src/extract/extract.ts',
    'usualTimeLimit',
  ],
  ['Bytes of a source file (`maxFileSize`)', 'src/discover/text.ts', 'largest'],
  ['Bytes of a source file that was named on the command line', 'src/discover/text.ts', 'largestNamed'],
  ['Bytes of a package.json', 'src/discover/packages.ts', 'largest'],
  ['Folders below each other', 'src/discover/walk.ts', 'deepest'],
  ['Steps that the evaluator takes for one question about a value', 'src/code/values/memo.ts', 'stepsPerQuestion'],
  ['Questions within one question about a value', 'src/code/values/memo.ts', 'deepest'],
  ['Steps of the evaluator on the way of one request', 'src/code/trial/machine.ts', 'maxSteps'],
  ['Calls within one another on that way', 'src/code/trial/machine.ts', 'maxDepth'],
  ['Worlds (branches on what is unknown) in which one request is tried', 'src/code/trial/decide.ts', 'maxRuns'],
  ['Hosts of one comparison that are tried, those that can be imitated first', 'src/code/candidates.ts', 'maxTrusted'],
  ['Characters of a regex that is decided as a language', 'src/code/regex-automaton.ts', 'maxSource'],
  ['Callers of one function that are followed', 'src/code/values.ts', 'mostCallers'],
];

function boundIn(file: string, name: string): string {
  const [, value] = new RegExp(`^(?:export )?const ${name} = ([\\d_]+);`, 'm').exec(readFileSync(file, 'utf8')) ?? [];
  if (value === undefined) throw new Error(`${file} states no bound ${name}`);
  return Number(value.replaceAll('_', '')).toLocaleString('en');
}
