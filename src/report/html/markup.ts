import { severalLines } from '../../inert.js';

/** Text of the report as HTML text or attribute value: no markup, and nothing invisible that could reorder or hide. */
export function escaped(text: string): string {
  return severalLines(text).replace(/[&<>"']/g, sign => `&#${sign.codePointAt(0)};`);
}

/** An element; `inner` is HTML already. */
export function tag(name: string, inner: string, attributes: Readonly<Record<string, string>> = {}): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  return `<${name}${written.join('')}>${inner}</${name}>`;
}

/** The markdown that rule cards are written in: paragraphs, lists, code. Anything else stays text. */
export function markdownToHtml(markdown: string): string {
  const parts = markdown.trim().split(/^```\w*\n([\s\S]*?)^```$/m);
  return parts
    .map((part, index) => (index % 2 === 1 ? `<pre><code>${escaped(part.trimEnd())}</code></pre>` : blocksOf(part)))
    .join('\n');
}

function blocksOf(text: string): string {
  return text
    .split(/\n\s*\n/)
    .filter(block => block.trim() !== '')
    .map(block => {
      const items = block.trim().split(/\n(?=[-*] |\d+\. )/);
      if (!items.every(item => /^([-*] |\d+\. )/.test(item))) return `<p>${inlineOf(block)}</p>`;
      return `<ul>${items.map(item => `<li>${inlineOf(item.replace(/^([-*] |\d+\. )/, ''))}</li>`).join('')}</ul>`;
    })
    .join('\n');
}

/** A sentence with `code` in it. */
export function inlineOf(text: string): string {
  return text
    .trim()
    .replace(/\s+/g, ' ')
    .split(/(`[^`]+`)/)
    .map(part => (/^`[^`]+`$/.test(part) ? `<code>${escaped(part.slice(1, -1))}</code>` : escaped(part)))
    .join('');
}
