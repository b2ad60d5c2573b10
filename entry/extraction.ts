/** What makes facts of source, the compiler with it: loaded only where something has to be parsed. */
export { extract } from '../src/extract/extract.js';
