/// <reference lib="dom" />
/**
 * The HTML report in a real browser: `node scripts/browser-test.mjs [folder for screenshots]`. Needs Debian's chromium
 * (or CHROMIUM, a path) and a built `dist/`. Hostile names, code and origins must stay text; the filter, the keyboard,
 * both colour schemes and paper must work. The last line is `N passed, N failed`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const shots = process.argv[2];
const temporary = mkdtempSync(join(tmpdir(), 'mcp-audit-'));
let passed = 0;
let failed = 0;

/** @param {string} name @param {boolean} holds */
function check(name, holds) {
  if (holds) passed++;
  else failed++;
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${name}`);
}

/** @param {string[]} argv */
function run(...argv) {
  execFileSync(process.execPath, [join(root, 'bin/mcp-audit.js'), ...argv]);
}

/** The report about a server, as the address of a page. @param {string[]} targets */
function pageAbout(...targets) {
  const file = join(temporary, `${passed + failed}.html`);
  run(...targets, '--no-config', '--exit-zero', '--format', 'html', '--output', file);
  return pathToFileURL(file).href;
}

/** All that a text could try to be in a page, and nothing that is not seen: it must be shown letter by letter. */
const markup = [
  '</code></pre></summary></details></table></main></body></html>',
  '<script>hit()</script><script src="https://evil.example/x.js"></script>',
  '<img src="https://evil.example/x.png" onerror=hit()><svg onload=hit()><iframe srcdoc="<script>parent.hit()</script>">',
  `"><b autofocus onfocus=hit()> ' onmouseover='hit() style='background:url(https://evil.example/y)`,
  '<a href="javascript:hit()">x</a><form action="https://evil.example"><button>x</button></form>',
  '<style>@import "https://evil.example/z.css"; main { display: none }</style><link rel=stylesheet href=//evil.example>',
  '<meta http-equiv="refresh" content="0;url=https://evil.example"><base href="https://evil.example/">',
  '&lt;b&gt; &#60;i&#62; &amp; &nbsp; <!-- --> <![CDATA[ ]]> {{x}} \\u003cb\\u003e javascript:hit()',
].join(' ');

/** A saved report with the same text at every place that holds free text, as the address of a page. */
function pageOfHostileReport() {
  const saved = join(temporary, 'saved.json');
  run(
    join(root, 'fixtures/servers/insecure-websocket'),
    '--no-config',
    '--exit-zero',
    '--format',
    'json',
    '--output',
    saved,
  );
  const report = JSON.parse(readFileSync(saved, 'utf8'));
  const [{ file, line, column, endLine, endColumn }] = report.findings;
  const place = { file, line, column, endLine, endColumn };
  report.unsure.push({ ...place, message: 'x', ruleIds: ['x'], pillars: ['origin'] });
  report.unread.push({ file: 'x', message: 'x' });
  report.faults.push({ in: 'x', message: 'x' });
  report.findings[1].places.push(place);
  Object.assign(report.findings[0], {
    standing: 'ignored',
    suppression: { by: 'comment', reason: 'x', until: 'x', at: place },
  });
  const fixed = new Set([
    'severity',
    'confidence',
    'pillar',
    'pillars',
    'kind',
    'stage',
    'answer',
    'standing',
    'by',
    'is',
    'transport',
  ]);
  fixed.add('exposure').add('schemaVersion').add('tool').add('formula').add('grade').add('limitedBy');
  /** @param {any} value @param {string} key @returns {any} */
  const hostile = (value, key) => {
    if (typeof value === 'string') return fixed.has(key) ? value : markup;
    if (Array.isArray(value)) return fixed.has(key) ? value : value.map(each => hostile(each, ''));
    if (value === null || typeof value !== 'object' || fixed.has(key)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, hostile(each, name)]));
  };
  const { excerpts, ...others } = report;
  const lines = Object.fromEntries(
    Object.keys(Object.assign({}, ...Object.values(excerpts))).map(number => [number, markup]),
  );
  writeFileSync(saved, JSON.stringify({ ...hostile(others, ''), excerpts: { [markup]: lines } }));
  const page = join(temporary, 'saved.html');
  run('report', saved, '--format', 'html', '--output', page);
  return pathToFileURL(page).href;
}

/** A server whose names, strings and comments all try to become markup. */
function hostileServer() {
  const folder = join(temporary, '<img src=x onerror=hit()>');
  mkdirSync(join(folder, '"><script>hit()<'), { recursive: true });
  const code = [
    `import { WebSocketServer } from 'ws'; // </code></pre><script>hit()</script>`,
    `const wss = new WebSocketServer({ port: 1, path: '/"><svg onload=hit()>', /* <img src=x onerror=hit()> */`,
    `  verifyClient: ({ origin }) => origin.endsWith('evil.com"><script>hit()</script>') || origin.endsWith('myapp.com') });`,
    `wss.on('connection', ws => ws.on('message', m => ws.send(String(m))));`,
  ].join('\n');
  writeFileSync(join(folder, '"><script>hit()<', "server'onmouseover=hit().ts"), code);
  return folder;
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  /** @type {string[]} */
  const trouble = [];
  page.on('console', message => void (message.type() === 'error' && trouble.push(message.text())));
  page.on('pageerror', error => void trouble.push(String(error)));
  page.on('request', request => void (request.url().startsWith('file:') || trouble.push(`asked for ${request.url()}`)));

  await page.goto(pageAbout(join(root, 'fixtures/servers/insecure-websocket')));
  const all = await page.locator('#findings ~ details.finding').count();
  check('shows findings', all > 3);
  await page.selectOption('select[name=severity]', 'critical');
  const critical = await page.locator('#findings ~ details.finding:visible').count();
  check('filters by severity', critical > 0 && critical < all);
  await page.selectOption('select[name=severity]', '');
  await page.keyboard.press('Escape');
  await page.locator('h1').click();
  await page.keyboard.press('/');
  await page.keyboard.type('retry');
  const worded = await page.locator('#findings ~ details.finding:visible').count();
  check('finds words from the keyboard', worded > 0 && worded < all);
  await page.fill('input[name=words]', '');
  await page.locator('details.finding:not([open]) > summary').first().focus();
  await page.keyboard.press('Enter');
  check(
    'opens a finding from the keyboard',
    await page.evaluate(() => document.activeElement?.parentElement?.hasAttribute('open') ?? false),
  );
  for (const scheme of /** @type {const} */ (['light', 'dark'])) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.evaluate(() => scrollTo(0, 0));
    if (shots) await page.screenshot({ path: join(shots, `report-${scheme}.png`) });
  }
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.emulateMedia({ media: 'print' });
  check(
    'is white on paper, whatever the screen',
    dark !== (await ground()) && (await ground()) === 'rgb(255, 255, 255)',
  );
  check('hides the filter on paper', await page.locator('#filter').isHidden());
  await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
  await page.setViewportSize({ width: 380, height: 800 });
  check('fits a telephone', await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  if (shots) await page.screenshot({ path: join(shots, 'report-narrow.png') });

  await page.addInitScript('window.hits = 0; window.hit = () => { window.hits++; };');
  page.on('dialog', dialog => {
    trouble.push(`said ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('framenavigated', frame => void (frame.url().startsWith('file:') || trouble.push(`went to ${frame.url()}`)));
  page.on('popup', () => void trouble.push('opened a window'));

  /** Nothing ran, nothing left, and there is no element or attribute but our own. @param {string} what */
  async function checkInert(what) {
    check(`runs nothing of ${what}`, (await page.evaluate('window.hits')) === 0);
    const strangers = await page.evaluate(() => {
      const tags =
        /^(html|head|meta|title|style|body|header|main|footer|section|h1|h2|h4|p|div|ul|ol|li|b|small|svg|circle|text|form|label|select|option|input|output|details|summary|span|code|pre|mark|table|thead|tbody|tr|th|td|br|script)$/;
      const attributes =
        /^(lang|charset|name|content|http-equiv|id|hidden|type|value|autocomplete|aria-[a-z]+|role|tabindex|class|data-(severity|pillar|rule)|open|scope|viewBox|cx|cy|r|x|y|stroke-dasharray)$/;
      return [...document.querySelectorAll('*')].flatMap(({ localName, attributes: own }) => [
        ...(tags.test(localName) ? [] : [localName]),
        ...[...own].filter(({ name }) => !attributes.test(name)).map(({ name }) => `${localName} ${name}`),
      ]);
    });
    check(
      `makes no element and no attribute of ${what}${strangers.length > 0 ? `: ${strangers}` : ''}`,
      strangers.length === 0,
    );
    const alone = await page.evaluate(() =>
      ['script', 'style', 'meta[http-equiv]', 'form'].map(each => document.querySelectorAll(each).length),
    );
    check(
      `leaves the page's own parts alone, with ${what}`,
      alone.every(count => count === 1),
    );
    const unseen = await page.evaluate(() =>
      /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{DI}]/u.test(document.documentElement.textContent ?? ''),
    );
    check(`shows all there is to see of ${what}`, !unseen);
    check(`lets nothing leave for ${what}`, trouble.length === 0);
  }

  await page.goto(pageAbout(hostileServer()));
  check('finds the hostile server', (await page.locator('details.finding').count()) > 0);
  check('runs nothing of a hostile server', (await page.evaluate('window.hits')) === 0);
  check(
    'makes no element of its names',
    (await page.locator('main img, main script, main [onload], main [onmouseover]').count()) === 0,
  );

  await checkInert('a hostile server');

  await page.goto(pageOfHostileReport());
  await checkInert('a hostile report');
  /** @param {string} selector */
  const textsOf = selector => page.locator(selector).allTextContents();
  check(
    'shows the name letter by letter',
    (await textsOf('h1')).join() === markup && (await page.title()).startsWith(markup),
  );
  for (const [what, selector, most] of /** @type {const} */ ([
    ['messages', '.message', 3],
    ['doubts', '#doubts ~ ul li', 1],
    ['gates', '.gate', 1],
    ['rules', 'summary > code', 3],
    ['commands', 'details pre > code:only-child', 1],
  ])) {
    const texts = await textsOf(selector);
    check(
      `shows ${what} letter by letter`,
      texts.length >= most && texts.filter(text => text.includes(markup)).length >= most,
    );
  }
  const code = await textsOf('pre.frame .row');
  check('shows code letter by letter', code.length > 5 && code.every(text => text.replace(/^\d+/, '') === markup));
  for (const target of await page.locator('summary, code, td, b, small, .gate').all()) {
    await target.dispatchEvent('click');
    await target.dispatchEvent('mouseover');
  }
  await page.selectOption('select[name=rule]', { index: 1 });
  await page.fill('input[name=words]', markup);
  check('filters by such words', (await page.locator('#findings ~ details.finding:visible').count()) > 0);
  await checkInert('a hostile report that was used');

  await page.goto(pageAbout(join(root, 'fixtures/servers/stdio')));
  check('gives no grade where there is no door', (await page.locator('.overall text').first().textContent()) === 'n/a');
  check('makes no noise and asks no network', trouble.length === 0);
  for (const each of trouble) console.log(`     ${each}`);
} finally {
  await browser.close();
  rmSync(temporary, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
