/** What reads the user's own files, and zod with it: loaded only where there is one. */
export { applied, concessionsOf, rulesIn } from '../src/config/apply.js';
export { readBaseline, readConfig } from '../src/config/read.js';
export { asReport } from '../src/report/saved.js';
