/// <reference lib="dom" />
/**
 * The HTML report in a real browser: `node scripts/browser-test.mjs [folder for screenshots]`. Needs Debian's chromium
 * (or CHROMIUM, a path) and a built `dist/`. Hostile names, code and origins must stay text; the filter, the keyboard,
 * both colour schemes and paper must work. The last line is `N passed, N failed`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

/** The report about a server, as the address of a page. @param {string[]} targets */
function pageAbout(...targets) {
  const file = join(temporary, `${passed + failed}.html`);
  const bin = join(root, 'bin/mcp-audit.js');
  execFileSync(process.execPath, [bin, ...targets, '--no-config', '--exit-zero', '--format', 'html', '--output', file]);
  return pathToFileURL(file).href;
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
  await page.goto(pageAbout(hostileServer()));
  check('finds the hostile server', (await page.locator('details.finding').count()) > 0);
  check('runs nothing of a hostile server', (await page.evaluate('window.hits')) === 0);
  check(
    'makes no element of its names',
    (await page.locator('main img, main script, main [onload], main [onmouseover]').count()) === 0,
  );

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
