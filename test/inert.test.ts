import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import * as catalogue from '../entry/catalogue.js';
import * as engine from '../entry/engine.js';
import * as settings from '../entry/settings.js';
import { rules } from '../rules/index.js';
import { audit } from '../src/audit.js';
import { render } from '../src/cli/formats.js';
import { main } from '../src/cli/main.js';
import { type Format, formats } from '../src/cli/request.js';
import { inertJson, jsonText, oneLine, printed, safe } from '../src/inert.js';
import { badges } from '../src/report/badge.js';
import { doorMap } from '../src/report/door-map.js';
import type { Report } from '../src/report/report.js';
import { reportSchema } from '../src/report/schema.js';
import { triedData, triedText } from '../src/report/tried.js';
import { tryOrigin } from '../src/try-origin.js';

/**
 * Promise 3 of docs/threat-model.md: nothing leaks out. Hostile text at every string of a real report, in every format;
 * then a real hostile tree.
 */

/** Each tries to be more than text to some reader: terminals, runners, browsers, markdown, XML, JSON, spreadsheets. */
const attacks = [
  '\u001b[2J\u001b]0;owned\u0007',
  '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\',
  '\u009b31m\u009d0;x\u009c',
  'a\b\b\bb\rc\u0000\u007f',
  '\u202eevil\u202c\u2066x\u2069\u200b\u200e\u061c\ufeff',
  '\u{e0041}\u{e0042}\u{e007f}\ufe0f\u{e0100}\u3164\u2800\u00ad',
  'line\n::error file=x,line=1::forged',
  '::stop-commands::pause',
  '   ::add-mask::secret ',
  'a ##[add-matcher]evil.json ##vso[task.setvariable variable=a]b ##teamcity[x]',
  'end ##',
  '[error] begin',
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '</code></pre></details></summary></table><svg onload=alert(1)>',
  '" onmouseover="alert(1)',
  "' autofocus onfocus='alert(1)",
  '<!-- mcp-audit --><!-- --> --> <![CDATA[x]]> ]]> &amp; &#60;b&#62; <?x?>',
  '`code` ``more`` ```` | cell | \\| x',
  '[text](https://evil.example) ![](https://evil.example/x.png) <https://evil.example>',
  'https://evil.example www.evil.example a@evil.example',
  '@everyone #1 owner/repo#1 GH-1 !1 $x$ ~~s~~ **b** __b__ # head',
  '# heading\n\n- list\n1. one\n\n---\n\n    code',
  '=== \n---',
  '\ud800 lone \udc00',
  '\u2028\u2029\u0085\u000b\u000c',
  '\ufffe\uffff\ufdd0\u{1fffe}\ue000',
  '=cmd|calc!A1',
  '%0A::error::x %25 %',
  '../../etc/passwd',
  'C:\\x\\y',
  '//host/share',
  '__proto__',
  '',
];

const { report: real } = audit(['fixtures/servers/insecure-websocket'], { today: '2026-11-25' }, rules);
/** As much as a report can hold: every list has an entry, every optional part is there. */
const full: Report = reportSchema.parse({
  ...real,
  target: {
    ...real.target,
    packages: [
      { name: 'a', folder: '.' },
      { name: 'b', folder: 'b' },
    ],
    filesSkipped: { test: 1 },
  },
  stdio: [placeOf(real.findings[0]!)],
  baseline: { stale: [{ fingerprint: 'f', ruleId: 'r', file: 'x', enclosing: 'e' }] },
  unsure: [{ ...placeOf(real.findings[0]!), message: 'm', ruleIds: ['r'], pillars: ['origin'] }],
  unmodelled: [{ ...placeOf(real.findings[0]!), library: 'l', message: 'm' }],
  unread: [{ file: 'x', message: 'm' }],
  faults: [{ in: 'x', message: 'm' }],
  configuration: { file: 'c', concessions: ['m'] },
  findings: [
    ...real.findings.slice(0, 4),
    {
      ...real.findings[0]!,
      witness: { kind: 'rebind', origin: 'https://a.example', host: 'a.example' },
      command: "curl -i 'x'",
      trail: [{ ...placeOf(real.findings[0]!), message: 'step' }],
      places: [placeOf(real.findings[0]!)],
      enclosing: 'e',
    },
    {
      ...real.findings[1]!,
      standing: 'ignored',
      suppression: { by: 'comment', reason: 'r', until: '2027-01-01', at: placeOf(real.findings[1]!) },
    },
  ],
});
const paths = pathsIn(full);
const folder = mkdtempSync(join(tmpdir(), 'mcp-audit-inert-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(formats)('%s', { timeout: 120_000 }, format => {
  it('is inert whatever stands at any one place of the report', () => {
    const plain = rendered(format, full);
    // Items of one list are alike: the first of them stands for all.
    for (const path of paths.filter(each => each.every(step => typeof step === 'string' || step === 0 || step > 3))) {
      const hostile = reportSchema.safeParse(replaced(full, [path], () => attacks.join(' ')));
      if (hostile.success) expectInert(format, rendered(format, hostile.data), hostile.data, plain);
    }
  });

  it('is inert whatever stands at all places at once', () => {
    const free = paths.filter(path => reportSchema.safeParse(replaced(full, [path], () => 'other')).success);
    expect(free.length).toBeGreaterThan(100);
    const text = fc.oneof(
      fc.constantFrom(...attacks),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.array(fc.constantFrom(...attacks), { minLength: 1, maxLength: 3 }).map(each => each.join('')),
    );
    const plain = rendered(format, full);
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 12 }), texts => {
        const hostile = reportSchema.parse(replaced(full, free, index => texts[index % texts.length]!));
        expectInert(format, rendered(format, hostile), hostile, plain);
      }),
      { seed: 7, numRuns: 25 },
    );
  });
});

it('data is made safe in its names as well', () => {
  expect(safe({ 'a\x1b[2J': ['b\u202ec', { d: '\x07' }] })).toEqual({
    'a\\x1b[2J': ['b\\u{202e}c', { d: '\\x07' }],
  });
});

describe('what is no format', () => {
  const hostile = reportSchema.parse(
    replaced(
      full,
      paths.filter(path => reportSchema.safeParse(replaced(full, [path], () => 'other')).success),
      () => attacks.join(' '),
    ),
  );

  it('the map of doors and the badges are inert', () => {
    const look = { color: false, width: 80, unicode: true };
    const plain = doorMap(full, look);
    expectInertPage(doorMap(hostile, look));
    expect(plain).not.toBe('');
    expect(badges.svg(hostile)).toBe(badges.svg(full));
    expect(badges.shields(hostile)).toBe(badges.shields(full));
  });

  it('what became of an origin is inert', () => {
    const tried = tryOrigin(['fixtures/servers/insecure-websocket'], {}, { origin: attacks.join(' ') });
    expect(tried.doors.length).toBeGreaterThan(0);
    const all = replaced(
      tried,
      pathsIn(tried).filter(path => path.at(-1) !== 'answer' && path.at(-1) !== 'over'),
      () => attacks.join(' '),
    );
    for (const each of [tried, all]) {
      expectInertPage(triedText(each));
      expectInertPage(jsonText(triedData(each)));
    }
  });
});

describe('the sinks', () => {
  it('keep JSON the same data', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...attacks), (value, attack) => {
        const data = [value, attack, { [attack]: attack }];
        expect(JSON.parse(inertJson(JSON.stringify(data)))).toEqual(data);
        expectInertPage(jsonText(data));
      }),
      { seed: 7 },
    );
  });

  it('are the same done twice, so that nothing depends on how often', () => {
    for (const attack of attacks) expect(oneLine(oneLine(attack))).toBe(oneLine(attack));
    for (const attack of attacks) expect(printed([printed([attack]).slice(0, -1)])).toBe(printed([attack]));
  });

  it('leave what is harmless as it is', () => {
    for (const text of ['café 漢字 🎉 – “x”', 'listens on :: (default)', 'a [b] # c [d] ##', '#[x]'])
      expect(printed([oneLine(text)])).toBe(`${text}\n`);
  });
});

describe('an ignore comment', () => {
  const comment = 'mcp-audit-ignore-next-line ws-missing-origin-check, ws-missing-auth -- forged';
  const server = `new WebSocketServer({ port: 1 }).on('connection', ws => ws.on('message', m => ws.send(\`\${m}\`)));`;
  const standings = (before: string, ext: string) => {
    const home = mkdtempSync(join(folder, 'ignores-'));
    writeFileSync(join(home, `server.${ext}`), `import { WebSocketServer } from 'ws';\n${before}\n${server}\n`);
    const { findings, unread } = audit([home], { today: '2026-11-25' }, rules).report;
    expect(unread).toEqual([]);
    expect(findings.some(({ ruleId }) => ruleId === 'ws-missing-origin-check')).toBe(true);
    return new Set(
      findings.filter(({ ruleId }) => /origin-check|missing-auth/.test(ruleId)).map(({ standing }) => standing),
    );
  };

  it.each(['ts', 'tsx', 'js', 'mjs'])('counts in a %s file', ext => {
    expect(standings(`// ${comment}`, ext)).toEqual(new Set(['ignored']));
    expect(standings(`/* ${comment} */`, ext)).toEqual(new Set(['ignored']));
  });

  it.each([
    ['a string', `const s = '// ${comment}';`],
    ['a string that goes on', `const s = '\\\n// ${comment}';`],
    ['a template', `const s = \`\n// ${comment}\n\`;`],
    ['a template behind an expression', `const s = \`\${1}// ${comment}\`;`],
    ['a template between two', `const s = \`\${1}\n/* ${comment} */\${2}\`;`],
    ['a template in a template', `const s = \`\${\`// ${comment}\`}\`;`],
    ['a tagged template', `const s = String.raw\`// ${comment}\`;`],
    ['a regex', `const s = /[/]\\/ ${comment.replace(' -- ', ' -\\- ')}/;`],
    ['a regex of slashes', `const s = /\\/\\/ ${comment}/;`],
    ['another comment', `/* // ${comment} */`],
    ['the middle of another comment', `/*\n * ${comment}\n */`],
    ['a comment of a line', `// // ${comment}`],
    ['a comment of a line, as a block', `// /* ${comment} */`],
    ['a type', `type S = '// ${comment}';`],
    ['a key', `const s = { '// ${comment}': 1 };`],
  ])('is not forged by %s', (_, before) => {
    for (const ext of ['ts', 'js'])
      if (ext === 'ts' || !before.startsWith('type')) expect(standings(before, ext)).toEqual(new Set(['new']));
  });

  it.each([
    ['a text', `const s = <p>// ${comment}</p>;`],
    ['a text of several lines', `const s = <p>\n// ${comment}\n</p>;`],
    ['a block in a text', `const s = <p>/* ${comment} */</p>;`],
    ['a text behind an expression', `const s = <p>{1}// ${comment}\n</p>;`],
    ['a text behind an element', `const s = <p><b/>// ${comment}\n</p>;`],
    ['a text in a fragment', `const s = <>// ${comment}\n</>;`],
    ['an attribute', `const s = <p title="// ${comment}" />;`],
  ])('is not forged by %s of JSX', (_, before) => {
    expect(standings(before, 'tsx')).toEqual(new Set(['new']));
  });
});

/** A tree whose every name and text is an attack, as far as a file system takes it. */

describe('a hostile tree', { timeout: 60_000 }, () => {
  const name = (attack: string) => attack.replaceAll('/', '∕').replaceAll('\0', '').slice(0, 60);
  const names = attacks
    .map(name)
    .filter(each => Buffer.byteLength(each) < 200 && !/^\.*$/.test(each) && !/\p{Cs}/u.test(each));
  const top = join(folder, '::error::x \u001b[2J<img src=x>');
  names.forEach((each, index) => {
    const home = join(top, `${index}${each}`);
    mkdirSync(home, { recursive: true });
    const text = JSON.stringify(attacks[index % attacks.length])
      .slice(1, -1)
      .replaceAll('`', '');
    const raw = (attacks[index] ?? '').replace(/[\n\r\u2028\u2029*`]/g, '');
    writeFileSync(join(home, 'package.json'), JSON.stringify({ name: each, dependencies: { ws: '8.0.0' } }));
    writeFileSync(
      join(home, `${each}.ts`),
      [
        `import { WebSocketServer } from 'ws'; /* ${raw} */`,
        `const wss = new WebSocketServer({ port: ${index + 1}, path: "/${text}",`,
        `  verifyClient: ({ origin }) => origin.endsWith("${text}myapp.com") || origin.includes('.evil.com') });`,
        `wss.on('connection', ws => ws.on('message', m => ws.send(JSON.parse(String(m)).x)));`,
        // An ignore comment that silences nothing is quoted.
        `// mcp-audit-ignore-next-line ${raw} -- ${raw}`,
        `export const x${index} = 1;`,
      ].join('\n'),
    );
    if (index % 3 === 0) writeFileSync(join(home, `broken${each}.ts`), `import 'ws'; const = "${text}`);
  });

  it.each(formats)('is shown inert as %s', format => {
    const { code, out, err } = run([top, '--format', format, '--no-config']);
    if (code !== 1) throw new Error(err);
    expect(out.length).toBeGreaterThan(500);
    if (format === 'github') expectAnnotations(out);
    else expectInertPage(out);
    expectInertPage(err);
  });

  it.each([[['doors']], [['facts']], [['doors', '--format', 'json']]])('is inert by %j', argv => {
    const { out } = run([...argv, top]);
    expect(out.length).toBeGreaterThan(500);
    expectInertPage(out);
  });

  it('is inert in what is said of mistakes', () => {
    const wrong = join(folder, '\u001b[2J\u202e::error::x');
    mkdirSync(wrong);
    writeFileSync(join(wrong, 'mcp-audit.config.json'), JSON.stringify({ '\u001b]0;x\u0007##[error]': 1 }));
    writeFileSync(join(wrong, 'list'), attacks.join('\n').replaceAll('\0', ''));
    for (const argv of [
      [wrong],
      [join(wrong, 'none\u001b[2J')],
      [wrong, '--no-config', '--since', 'x\u001b[2J##[error]y'],
      [wrong, '--no-config', '--base', join(wrong, 'none\u009b')],
      ['report', join(wrong, 'list')],
      [wrong, '--no-config', '--output', join(wrong, 'no\u001b[2J', 'x')],
      ['explain', '\u001b[2J'],
      ['--\u001b[2J'],
      ['init', wrong, '--workflow'],
      ['baseline', 'update', top, '--file', join(wrong, 'base\u202eline.json')],
      ['baseline', 'update', top, '--file', join(wrong, 'base\u202eline.json')],
    ]) {
      const { out, err } = run(argv);
      expect(out + err, argv.join(' ')).not.toBe('');
      expectInertPage(err);
      expectInertPage(out);
    }
  });

  it('cannot put anything but its name into a workflow', () => {
    for (const evil of ['a\n      - run: evil', `\${{ github.token }}`, 'a\u2028b']) {
      const home = join(folder, 'project', evil);
      mkdirSync(home, { recursive: true });
      spawnSync('git', ['init', '-q'], { cwd: join(folder, 'project') });
      const { code, err } = run(['init', home, '--workflow']);
      expect(code).toBe(2);
      expect(err).toContain('cannot stand in a workflow');
    }
  });
});

/** The command line as it is, and what it printed. */
function run(argv: readonly string[]) {
  const said = { out: '', err: '' };
  const machine = {
    out(text: string) {
      said.out += text;
    },
    err(text: string) {
      said.err += text;
    },
    input: () => '',
    env: {},
    today: '2026-11-25',
    isWatched: false,
    loads: () => ({}),
    peakMemory: () => 0,
    now: () => 0,
    columns: undefined,
  };
  const loaders = {
    engine: () => ({ ...engine, remember() {} }),
    catalogue: () => catalogue,
    settings: () => settings,
  };
  return { code: main(argv, machine, loaders), ...said };
}

function rendered(format: Format, report: Report): string {
  return render[format](report, { color: false, width: 80, unicode: true, rules, base: report });
}

function expectInert(format: Format, text: string, report: Report, plain: string): void {
  if (format === 'github') expectAnnotations(text);
  else expectInertPage(text);
  const linesOf = (page: string) => page.split('\n').length;
  switch (format) {
    case 'json':
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(report)));
      break;
    case 'sarif':
      for (const uri of JSON.stringify(JSON.parse(text)).match(/(?<="uri":")[^"]*/g) ?? [])
        expect(uri).toMatch(/^(?:[\w!'()*~.%/-]|%[0-9A-F]{2})*$/);
      expectReadable(JSON.parse(text).runs.map((run: object) => ({ ...run, tool: undefined })));
      break;
    case 'gitlab':
      // Paths must be those of the files; all else is for eyes.
      for (const { description } of JSON.parse(text)) expectReadable(description);
      break;
    case 'github':
      expect(linesOf(text)).toBe(linesOf(plain));
      break;
    case 'agent':
      for (const line of text.trimEnd().split('\n'))
        expect(line).toMatch(
          /^(mcp-audit |Names and quotes |set by |.*:\d+:\d+ (critical|high|medium|low|info) | {2}(gets in|step|same cause)|fix |unsure |unmodelled |unread |incomplete )/,
        );
      break;
    case 'html':
      expectMarkup(text.replace(/<(style|script)>[\s\S]*?<\/\1>/g, ''));
      break;
    case 'junit':
      expectXml(text);
      break;
    case 'markdown':
      expectMarkdown(text);
      break;
    case 'terminal':
      break;
  }
}

/** Nothing that a terminal would obey or a reader not see, and no line that a CI runner would. */
function expectInertPage(page: string): void {
  expectReadable(page.replaceAll('\n', ''));
  expect(page.split('\n').filter(isCommand)).toEqual([]);
}

/** As expectInertPage, in the strings of data. */
function expectReadable(data: unknown): void {
  if (typeof data === 'string') expect(data).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\p{DI}]/u);
  else if (data !== null && typeof data === 'object') Object.values(data).forEach(expectReadable);
}

/** As GitHub's runner tells a command, and those of Azure and TeamCity: by `::` at the start, by `##[` anywhere. */
function isCommand(line: string): boolean {
  return /^\s*::.*::/.test(line) || /##\w*\[/.test(line);
}

/** Commands of ours, each whole on its line, and nothing that ends its properties or its text. */
function expectAnnotations(page: string): void {
  expectReadable(page.replaceAll('\n', ''));
  for (const line of page.trimEnd().split('\n')) {
    const [, name, properties = '', text = ''] = /^::(\w+) ([^:]*)::(.*)$/.exec(line) ?? [];
    if (name === undefined) {
      expect(isCommand(line), line).toBe(false);
      continue;
    }
    expect(['error', 'warning', 'notice']).toContain(name);
    for (const property of properties.split(','))
      expect(property).toMatch(/^(file|line|endLine|col|endColumn|title)=[^:,\r\n]*$/);
    expect(text.replace(/%(25|0D|0A)/g, '')).not.toContain('%');
    expect(line.includes('##[')).toBe(false);
  }
}

/** Only the tags and attributes that our own templates write. */
function expectMarkup(html: string): void {
  const attributes =
    'lang|charset|name|content|http-equiv|id|hidden|for|type|autocomplete|aria-[a-z]+|role|tabindex|class|data-[a-z]+|value|open|scope|viewBox|cx|cy|r|x|y|stroke-dasharray';
  const tag = new RegExp(`^<(!doctype html|/?[a-z][a-z0-9]*(?: (?:${attributes})(?:="[^"<>]*")?)*/?)>`);
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at + 1)) {
    const rest = html.slice(at, at + 2000);
    expect(tag.test(rest), rest.slice(0, 120)).toBe(true);
    expect(rest).not.toMatch(/^<(img|iframe|a|link|object|embed|base|script)\b/);
  }
}

/** Well-formed, with characters that XML 1.0 allows. */
function expectXml(xml: string): void {
  expect(xml).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
  const open: string[] = [];
  const body = xml.replace('<?xml version="1.0" encoding="UTF-8"?>', '');
  for (const [tag, end, name = '', self] of body.matchAll(
    /<(\/?)([a-z-]+)(?: [a-z]+="[^"<&]*(?:&#\d+;[^"<&]*)*")*(\/?)>/g,
  )) {
    expect(tag).toBeTruthy();
    if (end) expect(open.pop()).toBe(name);
    else if (!self) open.push(name);
  }
  expect(open).toEqual([]);
  const text = body.replace(/<(\/?)([a-z-]+)(?: [a-z]+="[^"<&]*(?:&#\d+;[^"<&]*)*")*(\/?)>/g, '');
  expect(text.replace(/&#\d+;/g, '')).not.toMatch(/[<&]/);
}

/** Outside of code: no markup but ours, no link, no mention, no reference; in tables, no further cell. */
function expectMarkdown(markdown: string): void {
  const inFences = markdown.replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '');
  for (const line of inFences.split('\n')) {
    if (/^\| .* \|$/.test(line)) expect([6, 8], line).toContain(line.replace(/\\\|/g, '').split('|').length);
    const outside = line.replace(/(?<!`)(`+)(?!`)(.*?[^`])\1(?!`)/g, '');
    const ours = outside.replace(
      /<!-- mcp-audit -->|<\/?(details|summary|b|sub|span)>|\*\*(Gets in:|Same cause:|Fix:|Incomplete:)\*\*/g,
      '§',
    );
    expect(ours.replace(/^#{2} mcp-audit: /, ''), line).not.toMatch(/[<`*@]|(?<!&)#|\]\(|!\[|:\/\/|\bwww\./);
  }
}

function placeOf({ file, line, column, endLine, endColumn }: Report['findings'][number]) {
  return { file, line, column, endLine, endColumn };
}

type Path = readonly (string | number)[];

/** Where strings stand in a piece of data. */
function pathsIn(data: unknown, at: Path = []): Path[] {
  if (typeof data === 'string') return [at];
  if (data === null || typeof data !== 'object') return [];
  return Object.entries(data).flatMap(([key, value]) =>
    pathsIn(value, [...at, Array.isArray(data) ? Number(key) : key]),
  );
}

function replaced<T>(data: T, at: readonly Path[], textOf: (index: number) => string): T {
  const copy = structuredClone(data);
  at.forEach((path, index) => {
    const holder = path
      .slice(0, -1)
      .reduce((each, step) => (each as Record<string | number, unknown>)[step], copy as unknown);
    (holder as Record<string | number, unknown>)[path.at(-1)!] = textOf(index);
  });
  return copy;
}
