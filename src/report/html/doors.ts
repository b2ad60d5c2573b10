import { doorWords } from '../door-words.js';
import type { Report } from '../schema.js';
import { escaped } from './markup.js';

/** The map: every door, who can reach it, and what stands in the way. */
export function doorsSection({ doors }: Report): string {
  if (doors.length === 0) return '';
  const rows = doors.map(door => {
    const { title, place, address, wayIn, origin, credential, gates } = doorWords(door);
    const cells = [
      `<b>${escaped(title)}</b><br><code>${escaped(place)}</code><br>${escaped(door.via)}`,
      `<span class="reach ${door.exposure}">${escaped(address)}</span>`,
      `<code>${escaped(wayIn)}</code>`,
      gates.length === 0 ? 'none' : gates.map(gate => `<span class="gate">${escaped(gate)}</span>`).join(' → '),
      escaped(origin),
      escaped(credential),
    ];
    return `<tr>${cells.map(cell => `<td>${cell}</td>`).join('')}</tr>`;
  });
  const head = ['Door', 'Reach', 'Way in', 'Gates, in order', 'Origin', 'Credential'].map(
    name => `<th scope="col">${name}</th>`,
  );
  return `<section aria-labelledby="doors"><h2 id="doors">Doors (${doors.length})</h2>
<div class="wide" tabindex="0" role="region" aria-labelledby="doors"><table><thead><tr>${head.join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div></section>`;
}
