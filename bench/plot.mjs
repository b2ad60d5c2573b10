/** One hue per tool; ours in both of its states. */
const colours = /** @type {Record<string, string>} */ ({
  'ESLint + security': '#b45309',
  Biome: '#7c3aed',
  'ast-grep': '#0891b2',
  oxlint: '#64748b',
  cold: '#15803d',
  warm: '#22c55e',
});

const width = 720;
const row = 18;
const gap = 26;
const left = 190;
const right = 90;

/**
 * Bars of the time of each tool on each tree, on a logarithmic scale: what matters is how many times longer one waits.
 * @param {import('./run.mjs').Corpus[]} corpora
 * @returns {string} SVG, readable on light and dark pages
 */
export function plot(corpora) {
  const names = Object.keys(colours);
  const walls = corpora
    .flatMap(({ of }) => names.map(name => of.get(name)?.wall ?? Number.NaN))
    .filter(Number.isFinite);
  const [low, high] = [Math.min(...walls) / 1.5, Math.max(...walls)];
  const x = (/** @type {number} */ ms) => (Math.log(ms / low) / Math.log(high / low)) * (width - left - right);
  let y = 34;
  const parts = [`<text x="8" y="20" class="title">Time to check a tree (logarithmic; shorter is better)</text>`];
  for (const { name, files, of } of corpora) {
    parts.push(`<text x="8" y="${y + 13}" class="tree">${escaped(name)}, ${files.toLocaleString('en')} files</text>`);
    y += row + 4;
    for (const tool of names) {
      const found = of.get(tool);
      if (!found || found.failed || !Number.isFinite(found.wall)) continue;
      const ours = tool === 'cold' || tool === 'warm';
      parts.push(
        `<text x="${left - 8}" y="${y + 13}" class="tool${ours ? ' ours' : ''}" text-anchor="end">${ours ? `mcp-audit, ${tool}` : escaped(tool)}</text>`,
        `<rect x="${left}" y="${y + 2}" width="${x(found.wall).toFixed(1)}" height="${row - 4}" rx="2" fill="${colours[tool]}"/>`,
        `<text x="${(left + x(found.wall) + 6).toFixed(1)}" y="${y + 13}" class="tool">${timeOf(found.wall)}</text>`,
      );
      y += row;
    }
    y += gap - row;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" role="img" aria-label="Time to check a tree, mcp-audit and other tools">
<style>
text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: #1f2937; }
.title, .tree, .ours { font-weight: 600; }
@media (prefers-color-scheme: dark) { text { fill: #e5e7eb; } }
</style>
${parts.join('\n')}
</svg>
`;
}

/** @param {number} ms */
function timeOf(ms) {
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`);
}
