/**
 * Draws docs/terminal.svg, the README's picture: what `mcp-audit` really prints about a shipped example server.
 * Run after `npm run build`; the picture is committed.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const target = 'fixtures/servers/insecure-websocket';
const { stdout } = spawnSync(process.execPath, ['bin/mcp-audit.js', target, '--color', 'always'], {
  encoding: 'utf8',
  env: { ...process.env, COLUMNS: '100', FORCE_COLOR: '1' },
});

/**
 * The sixteen colours of a dark terminal, by SGR code.
 * @type {Record<number, string>}
 */
const colours = {
  30: '#484f58',
  31: '#ff7b72',
  32: '#7ee787',
  33: '#f2cc60',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#76e3ea',
  37: '#c9d1d9',
  90: '#8b949e',
  91: '#ffa198',
  92: '#aff5b4',
  93: '#f8e3a1',
  94: '#a5d6ff',
  95: '#e2c5ff',
  96: '#b3f0ff',
  97: '#f0f6fc',
};
/** @param {string} text */
const escapeXml = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * One line of ANSI text as SVG spans.
 * @param {string} line
 */
function spansOf(line) {
  let style = { fill: '#c9d1d9', bold: false, dim: false };
  let svg = '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is read here
  for (const part of line.split(/(\x1b\[[\d;]*m)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is read here
    const codes = /^\x1b\[([\d;]*)m$/.exec(part)?.[1];
    if (codes === undefined) {
      if (part)
        svg += `<tspan fill="${style.fill}"${style.bold ? ' font-weight="bold"' : ''}${style.dim ? ' opacity="0.6"' : ''}>${escapeXml(part)}</tspan>`;
      continue;
    }
    for (const code of codes.split(';').map(Number)) {
      if (code === 0) style = { fill: '#c9d1d9', bold: false, dim: false };
      else if (code === 1) style = { ...style, bold: true };
      else if (code === 2) style = { ...style, dim: true };
      else if (code === 22) style = { ...style, bold: false, dim: false };
      else if (code === 39) style = { ...style, fill: '#c9d1d9' };
      else if (colours[code]) style = { ...style, fill: colours[code] };
    }
  }
  return svg;
}

const printed = stdout.trimEnd().split('\n');
// The whole report is long: the doors and the first finding, then the scores.
const second = printed.findIndex(
  (line, i) =>
    i > 0 &&
    /^\S*(critical|high|medium|low)\S*\[/.test(line) &&
    printed.slice(0, i).some(before => /(critical|high)\S*\[/.test(before)),
);
const scores = printed.findIndex(line => line.includes('Scores'));
const shown = [...printed.slice(0, second), '\x1b[2m  … the other findings …\x1b[0m', '', ...printed.slice(scores)];
const lines = [`\x1b[32m$\x1b[0m \x1b[1mnpx mcp-audit ${target}\x1b[0m`, '', ...shown];
const height = 18;
const rows = lines.map((line, i) => `<text x="16" y="${28 + i * height}" xml:space="preserve">${spansOf(line)}</text>`);
writeFileSync(
  'docs/terminal.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="${lines.length * height + 36}" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="14">
<title>What mcp-audit prints about an insecure example server</title>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${rows.join('\n')}
</svg>
`,
);
